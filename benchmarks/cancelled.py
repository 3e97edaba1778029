"""200 rounds that are stopped in the middle: generation stops within 2 seconds each, and memory grows by at most 20 MB.

    python -m benchmarks.cancelled [--rounds 200] [--gguf]

Base, few-shot and tuned answer at once; after some pieces the round is stopped, as the stop button does it. It has
stopped when the model is free for somebody else. Memory is the process's own, after the first tenth of the rounds and
at the end, when nothing has been asked for some seconds.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from random import Random

import psutil

from benchmarks._path import own_home, tell
from playground.commands.lineup import line_up
from playground.contenders.contender import Contender
from playground.contenders.round import Answer, ask_round
from playground.events import ReplyText
from playground.models.base import Sampling
from playground.models.tidy import QUIET
from playground.records import Message
from playground.samples import load_task
from playground.ui.chat import BEAT
from playground.ui.pace import paced

LOCAL = ("base", "few-shot:3", "tuned:address")
GGUF = ("gguf:starter", "gguf:starter+address")
BAR_SECONDS, BAR_MB = 2.0, 20.0
QUESTION = "收件人周敏，13912345678，江苏省苏州市吴江区中山北路88号，邮编215200。"


def asked(contenders: Sequence[Contender], talk: Sequence[Message]) -> Iterator[Answer]:
    """A long round, as the Chat tab asks it."""
    return ask_round(contenders, [talk] * len(contenders), Sampling(max_tokens=400, ignore_end=True))


def main() -> int:
    parser = argparse.ArgumentParser(description="Rounds that are stopped in the middle.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--gguf", action="store_true", help="by llama.cpp instead of transformers")
    given = parser.parse_args()
    process, rng = psutil.Process(), Random(0)
    seconds: list[float] = []
    before = 0.0
    with own_home() as settings:
        task = load_task("address", settings)
        with line_up(GGUF if given.gguf else LOCAL, task, settings) as contenders:
            for number in range(given.rounds):
                if number == given.rounds // 10:
                    time.sleep(2 * QUIET)
                    before = process.memory_info().rss / 1e6
                # Another question each time: what is kept of the last one is no help.
                talk = (Message(role="user", content=f"{QUESTION}{number}"),)
                pieces, stop, began = rng.randint(1, 60), threading.Event(), 0.0
                for events in paced(functools.partial(asked, contenders, talk), BEAT, stop):
                    pieces -= sum(isinstance(event, ReplyText) for _, event in events)
                    if pieces <= 0 and not stop.is_set():
                        began = time.perf_counter()
                        stop.set()
                while any(one.model.busy for one in contenders):  # type: ignore[attr-defined]
                    time.sleep(0.001)
                seconds.append(time.perf_counter() - began)
                if number % 50 == 49:
                    tell(f"{number + 1} rounds, {process.memory_info().rss / 1e6:.0f} MB")
            time.sleep(2 * QUIET)
            grown = process.memory_info().rss / 1e6 - before
    print("| what | measured | bar |\n|---|---|---|")
    print(f"| seconds until it has stopped, median | {statistics.median(seconds):.3f} | |")
    print(f"| the slowest of {given.rounds} | {max(seconds):.3f} | {BAR_SECONDS:g} |")
    print(f"| memory grown, MB (of {before:.0f}) | {grown:.1f} | {BAR_MB:g} |")
    result = {"slowest": round(max(seconds), 3), "grown_mb": round(grown, 1), "load": os.getloadavg()[0]}
    print("\n" + json.dumps(result))
    return int(max(seconds) > BAR_SECONDS or grown > BAR_MB)


if __name__ == "__main__":
    sys.exit(main())
