"""Page up: seconds from the command to the first served page, against a one-line Gradio app.

    python -m benchmarks.page_up [--times 5]

Both are started in turn, in processes of their own with a clean work folder, and asked for "/" until
it answers. Medians; the claim is a ratio of at most 2.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
BAR = 2.0
ONE_LINE = "import gradio as gr; gr.Interface(lambda text: text, 'text', 'text').launch()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def seconds_to_page(command: list[str], limit: float = 120.0) -> float:
    """Seconds until the page of `command` answers with status 200. Raises RuntimeError after `limit` seconds."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        own = {"GRADIO_SERVER_PORT": str(port), "PLAYGROUND_HOME": home, "GRADIO_ANALYTICS_ENABLED": "False"}
        began = time.monotonic()
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, cwd=HOUSE, env={**os.environ, **own}, stdout=quiet, stderr=quiet)
        try:
            while time.monotonic() - began < limit and process.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                        if answer.status == 200:
                            return time.monotonic() - began
                except (urllib.error.URLError, OSError):
                    time.sleep(0.02)
            raise RuntimeError(f"{command} served no page in {limit:g} s")
        finally:
            process.terminate()
            process.wait(timeout=30)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=5, help="starts of each side")
    times = parser.parse_args().times
    ours, theirs = [], []
    for _ in range(times):
        theirs.append(seconds_to_page([sys.executable, "-c", ONE_LINE]))
        ours.append(seconds_to_page([sys.executable, "app.py"]))
        print(f"one line {theirs[-1]:.2f} s, playground {ours[-1]:.2f} s", file=sys.stderr)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print("| what | median s | of |\n|---|---|---|")
    print(f"| one-line Gradio app | {statistics.median(theirs):.2f} | {times} |")
    print(f"| playground | {statistics.median(ours):.2f} | {times} |\n")
    print(json.dumps({"ratio": round(ratio, 2), "bar": BAR, "load": os.getloadavg()[0]}))
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
