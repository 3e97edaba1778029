"""30 visitors stream at once, 50 act at once: how soon, with nothing lost, mixed or repeated.

    python -m benchmarks.visitors [--streams 30] [--sessions 50] [--rounds 3]

The page runs in a process of its own, the visitors in another, and so does the server that they ask: a scripted one
that sends 40 numbered pieces, one every 50 milliseconds. Streams: seconds from the press to the first piece on the
screen. Sessions: each presses something light, waits a second, and does that ten times. The worst of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

from benchmarks._client import Visitor
from benchmarks._path import tell
from benchmarks.page_up import HOUSE, free_port

PIECES, PAUSE = 40, 0.05
ACTIONS, THINKING = 10, 1.0
BAR_FIRST, BAR_ACTION = 1.0, 2.0


class Scripted(BaseHTTPRequestHandler):
    """Answers message "qN" with the pieces "qN-00 " to "qN-39 "."""

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name = re.search(r"q\d+", json.dumps(asked["messages"][-1]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for number in range(PIECES):
            time.sleep(PAUSE)
            self._send({"content": f"{name and name[0]}-{number:02} "}, None)
        self._send({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, delta: dict[str, str], finish: str | None) -> None:
        chunk = {"id": "1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()


def serve(port: int) -> None:
    """The scripted server, until it is killed."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Scripted)
    server.daemon_threads, server.request_queue_size = True, 128
    server.serve_forever()


@contextmanager
def running(command: list[str], url: str, **environment: str) -> Iterator[str]:
    """A process that serves `url`, from when it answers until the end of the block."""
    env = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", **environment}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=HOUSE, env=env, stdout=quiet, stderr=quiet)
    try:
        until_up(url, process)
        yield url
    finally:
        process.kill()
        process.wait()


def until_up(url: str, process: subprocess.Popen[bytes], limit: float = 120.0) -> float:
    """Seconds until somebody listens there. Raises RuntimeError where that takes `limit` seconds."""
    import socket

    began, port = time.monotonic(), int(url.rpartition(":")[2])
    while time.monotonic() - began < limit and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.monotonic() - began
        time.sleep(0.02)
    raise RuntimeError(f"{url} did not come up in {limit:g} s")


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work` gives for each number, all begun at the same moment."""
    gate = threading.Barrier(count)

    def one(number: int) -> Any:
        gate.wait(120)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def arrived(page: str, count: int) -> list[Visitor]:
    """Visitors whose pages have loaded."""
    first = Visitor(page)
    visitors = [first, *(Visitor(page, config=first.config) for _ in range(count - 1))]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: one.arrive({"lang": "en"}), visitors))
    return visitors


def seated(visitor: Visitor, server: str) -> None:
    """Seat the scripted server in Chat, and nobody else."""
    visitor.call(visitor.on("endpoint-seat", "click"), [f"{server}/v1", "scripted", ""])
    last = visitor.call(visitor.on("chat-contenders", "input"), [[f"endpoint:{server}/v1#scripted"]])
    if not last["success"]:
        raise RuntimeError(f"the server took no seat: {last}")


def streamed(visitor: Visitor, number: int) -> tuple[float, int]:
    """Ask; gives the seconds to the first piece, and how many pieces were lost, strange or told more than once."""
    press = visitor.on("send", "click")
    values = visitor.values(press)
    values[0] = f"q{number}"
    began, first, last = time.monotonic(), None, ""
    visitor.call(press, values)
    for step in visitor.after(press):
        if not step["api_name"].startswith("stream_there"):
            continue
        for message in visitor.messages(step):
            last = json.dumps(message)
            if first is None and f"q{number}-00" in last:
                first = time.monotonic() - began
    told = re.findall(r"q(\d+)-(\d\d) ", last)
    wanted = [(str(number), f"{piece:02}") for piece in range(PIECES)]
    wrong = len(set(wanted) - set(told)) + sum(one not in wanted for one in told) + (told[:PIECES] != wanted)
    return (first if first is not None else float("inf")), wrong


def acted(visitor: Visitor, number: int) -> tuple[list[float], int]:
    """Press light things; gives the seconds of each, and how many failed."""
    rng, seconds, failed = Random(number), [], 0
    light = [
        visitor.on("language", "input"), visitor.on("twins-task", "input"), visitor.on("template", "input"),
        visitor.on("fresh", "click"), visitor.on("preset", "input"), visitor.on("chat-task", "input"),
    ]  # fmt: skip
    for _ in range(ACTIONS):
        time.sleep(THINKING * rng.uniform(0.5, 1.5))
        press = rng.choice(light)
        values = visitor.values(press)
        if press["targets"][0][0] in (visitor.on("twins-task", "input")["targets"][0][0], light[5]["targets"][0][0]):
            values[0] = rng.choice(("address", "identity"))
        began = time.monotonic()
        last = visitor.call(press, values)
        seconds.append(time.monotonic() - began)
        failed += not last["success"]
    return seconds, failed


def high(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description="Many visitors at once.")
    parser.add_argument("--streams", type=int, default=30)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
    firsts, actions, wrong, failed = [], [], 0, 0
    ports = free_port(), free_port()
    with tempfile.TemporaryDirectory() as home:
        itself = [sys.executable, "-m", "benchmarks.visitors", "--serve", str(ports[0])]
        server, page = (f"http://127.0.0.1:{port}" for port in ports)
        own = {"PLAYGROUND_HOME": str(Path(home) / "work"), "PLAYGROUND_PORT": str(ports[1])}
        with running(itself, server), running([sys.executable, "app.py"], page, **own):
            warm = arrived(page, 1)[0]
            seated(warm, server)
            streamed(warm, 0)
            for number in range(given.rounds):
                visitors = arrived(page, given.streams)
                for one in visitors:
                    seated(one, server)
                told = together(given.streams, lambda n, asked=visitors: streamed(asked[n], n))
                firsts.append(high([first for first, _ in told]))
                wrong += sum(bad for _, bad in told)
                tell(f"round {number + 1}: first text {firsts[-1]:.2f} s")
                visitors = arrived(page, given.sessions)
                did = together(given.sessions, lambda n, acting=visitors: acted(acting[n], n))
                actions.append(high([one for seconds, _ in did for one in seconds]))
                failed += sum(bad for _, bad in did)
                tell(f"round {number + 1}: light actions {actions[-1]:.2f} s")
    print("| what | measured | bar |\n|---|---|---|")
    print(f"| first text, {given.streams} streams, p95 | {max(firsts):.2f} s | {BAR_FIRST:g} s |")
    print(f"| pieces lost, mixed or repeated | {wrong} | 0 |")
    print(f"| light actions, {given.sessions} sessions, p95 | {max(actions):.2f} s | {BAR_ACTION:g} s |")
    print(f"| light actions that failed | {failed} | 0 |")
    print(f"\nLoad {os.getloadavg()[0]:.1f} at the end; worst of {given.rounds} rounds.")
    return 0 if max(firsts) < BAR_FIRST and max(actions) < BAR_ACTION and not wrong and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
