"""Killed with SIGKILL while it trains: the page is usable again within 30 s and lists its runs truthfully.

    python -m benchmarks.restart [--times 3]

A visitor makes twins and trains; the page's process is killed. Started again, it must say that this run is still
running, as it is. Then the run's process is killed too, and the page must say that it is no longer alive.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._client import Visitor
from benchmarks._path import tell
from benchmarks.page_up import HOUSE, free_port
from benchmarks.visitors import until_up

BAR = 30.0


def started(home: Path, port: int) -> subprocess.Popen[bytes]:
    """The page, in a process of its own."""
    own = {"PLAYGROUND_HOME": str(home), "PLAYGROUND_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=HOUSE, env={**os.environ, **own}, stdout=quiet, stderr=quiet
    )
    until_up(f"http://127.0.0.1:{port}", process)
    return process


def standing(page: str) -> str:
    """What the page shows to somebody who opens it: all that is drawn, as text."""
    visitor = Visitor(page)
    visitor.arrive({"lang": "en"})
    drawn: list[Any] = []
    for one in visitor.functions:
        if one["api_name"].startswith("draw_parts"):
            drawn.append(visitor.call(one, visitor.values(one))["output"])
    return json.dumps(drawn)


def waited(true: Callable[[], bool], limit: float = 180.0) -> None:
    """Wait until it is true. Raises TimeoutError."""
    until = time.monotonic() + limit
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {limit:g} s")
        time.sleep(0.1)


def once(home: Path, port: int) -> tuple[float, bool, bool]:
    """Seconds until the page was drawn again, and whether it told the truth twice."""
    page = f"http://127.0.0.1:{port}"
    server = started(home, port)
    try:
        visitor = Visitor(page)
        visitor.arrive({"lang": "en"})
        visitor.follow(visitor.on("make-example", "click"))
        press = visitor.on("train", "click")
        values = visitor.values(press)
        values[0] = next((home / "local" / "datasets").iterdir()).name
        last = visitor.call(press, values)
        if not any((home / "local" / "runs").glob("*/order.json")):
            raise RuntimeError(f"no run has begun: {last}")
        waited(lambda: any(b'"step"' in log.read_bytes() for log in (home / "local" / "runs").glob("*/events.jsonl")))
        server.send_signal(signal.SIGKILL)
        server.wait()
        began = time.monotonic()
        server = started(home, port)
        first = standing(page)
        seconds = time.monotonic() - began
        state = next((home / "local" / "runs").glob("*/state.json"))
        os.kill(int(json.loads(state.read_text("utf-8"))["pid"]), signal.SIGKILL)
        waited(lambda: "no longer alive" in standing(page), 10)
        return seconds, "is training" in first or "Training" in first, "no longer alive" not in first
    finally:
        server.kill()
        server.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description="Killed and started again.")
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    taken, told = [], []
    for number in range(given.times):
        with tempfile.TemporaryDirectory() as folder:
            seconds, *truths = once(Path(folder) / "work", free_port())
        taken.append(seconds)
        told.append(all(truths))
        tell(f"{number + 1}: {seconds:.1f} s, truthful: {told[-1]}")
    print("| what | measured | bar |\n|---|---|---|")
    print(f"| page drawn again after SIGKILL, median of {given.times} | {statistics.median(taken):.1f} s | {BAR:g} s |")
    print(f"| runs listed truthfully, running and dead | {sum(told)} of {given.times} | all |")
    print(f"\nLoad {os.getloadavg()[0]:.1f} at the end.")
    return 0 if statistics.median(taken) < BAR and all(told) else 1


if __name__ == "__main__":
    sys.exit(main())
