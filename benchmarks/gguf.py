"""GGUF: the same answers as transformers in F16, hardly other ones in Q8_0, and as fast as llama.cpp alone.

    python -m benchmarks.gguf [--cases 100] [--rounds 7]

The shipped address adapter and its base answer messages of seed 11's held-out groups through both engines. Speed is
the engine's against llama-cpp-python's own loop on the same file; the first token of a second question with worked
examples is held against the base's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._path import load, own_home, percent, scored, tell
from playground.adapters.shelf import find_adapter
from playground.chat_format import open_end
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer, resolve
from playground.events import ReplyDone, ReplyEvent
from playground.models.base import Ask, Sampling
from playground.models.gguf.engine import GgufModel
from playground.models.gguf.export import ExportOrder, export
from playground.models.gguf.native import Fed, Native
from playground.models.local import LocalModel
from playground.records import Case, Message
from playground.samples import load_task
from playground.scoring.results import ScoredRow
from playground.settings import LOCAL, Settings
from playground.twins.make import make_twins

SEED, TOKENS = 11, 128


@dataclass(frozen=True)
class Found:
    """What was measured."""

    same: tuple[float, float]
    """Share of equal answers, base and tuned."""
    drop: float
    """Slot fidelity lost in Q8_0, the worse of the two."""
    argmax: float
    positions: int
    speed: tuple[float, float]
    """Tokens a second: the engine's, and llama.cpp's own loop's."""
    first: dict[str, tuple[float, float]]
    """Engine to seconds to the first token: few-shot, base."""


def main() -> int:
    parser = argparse.ArgumentParser(description="GGUF against transformers and against llama.cpp alone.")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    with own_home() as settings:
        found = measured(settings, given.cases, given.rounds, given.threads)
    few = {engine: round(a / b, 2) for engine, (a, b) in found.first.items()}
    share = found.speed[0] / found.speed[1]
    print("| what | figure | bar |\n|---|---|---|")
    both = " and ".join(map(percent, found.same))
    print(f"| F16, same answers as transformers, base and tuned | {both} of {given.cases} each | 98 % |")
    print(f"| Q8_0, slot fidelity lost, the worse of base and tuned | {100 * found.drop:.1f} points | 1 |")
    print(f"| Q8_0, same next token on the same text | {percent(found.argmax)} of {found.positions:,} | 99 % |")
    print(f"| tokens a second, of llama.cpp's own loop | {found.speed[0]:.0f} of {found.speed[1]:.0f} | 0.95 x |")
    for engine, (a, b) in found.first.items():
        told = f"{1e3 * a:.0f} against {1e3 * b:.0f} ms"
        print(f"| first token of a second question, few-shot against base, {engine} | {told} | 1.5 x |")
    result = {"same": min(found.same), "drop": round(found.drop, 4), "argmax": round(found.argmax, 4)}
    print("\n" + json.dumps(result | {"speed": round(share, 3), "first": few, "load": load()}))
    good = min(found.same) >= 0.98 and found.drop <= 0.01 and found.argmax >= 0.99
    return int(not (good and share >= 0.95 and max(few.values()) <= 1.5))


def measured(settings: Settings, count: int, rounds: int, threads: int) -> Found:
    """Everything, on `count` messages of the address task."""
    task = load_task("address", settings)
    made = make_twins(task, 1, SEED, settings, group_rows=count // 2)
    rows = [*made.groups["unseen_values"], *made.groups["unseen_both"]]
    cases = [Case(r.id, r.task, r.messages[:-1], r.slots, template=r.template) for r in rows]
    ref, adapter = resolve("starter", settings), find_adapter(settings, LOCAL, "address")
    base, small, merged = (settings.home / f"{name}.gguf" for name in ("base", "base-q8", "tuned-q8"))
    for order in (
        ExportOrder(ref, "base", "f16", base, "base", None, threads),
        ExportOrder(ref, "base", "q8_0", small, "base-q8", None, threads),
        ExportOrder(ref, "merged", "q8_0", merged, "tuned-q8", adapter.path, threads),
    ):
        list(export(order))
    names = ["base", "tuned:address", "gguf:starter", "gguf:starter+address", f"gguf:{small}", f"gguf:{merged}"]
    scores, replies = scored(cases, names, task, settings)
    said = {name: {r.id: r for r in replies if r.contender == name} for name in names}
    fidelity = [scores.contenders[name].slot_fidelity.value or 0.0 for name in names]
    argmax, positions = next_tokens(small, ref, cases, said["base"], threads)
    seeds = tuple(turn for seed in task.seeds[:3] for turn in seed.messages)
    first = {}
    for engine, model in (("GGUF", GgufModel("x", base, threads)), ("transformers", LocalModel("x", ref))):
        first[engine] = first_tokens(model, cases, seeds, rounds)
        model.close()
    return Found(
        same=(same_share(said[names[0]], said[names[2]]), same_share(said[names[1]], said[names[3]])),
        drop=max(fidelity[0] - fidelity[4], fidelity[1] - fidelity[5]),
        argmax=argmax,
        positions=positions,
        speed=speeds(base, cases[0].messages, rounds, threads),
        first=first,
    )


def same_share(one: dict[str, ScoredRow], other: dict[str, ScoredRow]) -> float:
    """Share of cases with the same reply, character by character."""
    return statistics.mean(one[case].reply == other[case].reply for case in one)


def next_tokens(
    file: Path, ref: BaseRef, cases: Sequence[Case], said: dict[str, ScoredRow], threads: int
) -> tuple[float, int]:
    """Share of positions of the base's replies at which both expect the same next token, and how many there are."""
    import torch

    native, model, tokenizer = Native(file, 2, threads), open_model(ref), open_tokenizer(ref)
    same = total = 0
    for case in cases:
        ids = open_end(case.messages, tokenizer)
        begin = len(ids) - 1
        ids = (ids + tokenizer.encode(said[case.id].reply, add_special_tokens=False))[:512]
        native.drop(0)
        fed = [Fed(0, place, token) for place, token in enumerate(ids)]
        got = [int(one.argmax()) for one in native.feed(fed, range(begin, len(ids)))]
        with torch.inference_mode():
            wanted = model(input_ids=torch.tensor([ids])).logits[0, begin:].argmax(-1).tolist()
        same += sum(a == b for a, b in zip(got, wanted, strict=True))
        total += len(got)
    native.close()
    return same / total, total


def speeds(file: Path, messages: tuple[Message, ...], rounds: int, threads: int) -> tuple[float, float]:
    """Median tokens a second of the engine and of llama-cpp-python's own loop, in turn, prompt left out."""
    from llama_cpp import Llama

    model = GgufModel("gguf", file, threads)
    alone = Llama(str(file), n_ctx=2048, n_threads=threads, n_threads_batch=threads, verbose=False)
    ids = open_end(messages, model.tokenizer)
    sampling = Sampling(max_tokens=TOKENS, ignore_end=True)
    own: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        usage = done(model.replies([Ask(messages)], sampling)).usage
        own.append((usage.reply_tokens - 1) / (usage.seconds - usage.seconds_to_first))
        alone.reset()
        drawn = alone.generate(ids, temp=0.0, top_k=1, repeat_penalty=1.0)
        next(drawn)
        began = time.perf_counter()
        for _ in range(TOKENS - 1):
            next(drawn)
        bare.append((TOKENS - 1) / (time.perf_counter() - began))
        drawn.close()
        tell(f"speed: {own[-1]:.0f} against {bare[-1]:.0f}")
    model.close()
    alone.close()
    return statistics.median(own), statistics.median(bare)


def first_tokens(model: Any, cases: Sequence[Case], shots: tuple[Message, ...], rounds: int) -> tuple[float, float]:
    """Median seconds to the first token with worked examples that were asked before, and of the base alone."""
    few: list[float] = []
    base: list[float] = []
    one = Sampling(max_tokens=1)
    for place in range(rounds + 1):
        messages = cases[place % len(cases)].messages
        few.append(done(model.replies([Ask((*shots, *messages), None, len(shots))], one)).usage.seconds_to_first)
        base.append(done(model.replies([Ask(messages)], one)).usage.seconds_to_first)
    return statistics.median(few[1:]), statistics.median(base[1:])


def done(events: Iterator[tuple[int, ReplyEvent]]) -> ReplyDone:
    """The end of the one reply. Raises AssertionError where it failed."""
    *_, (_, last) = events
    assert isinstance(last, ReplyDone), last
    return last


if __name__ == "__main__":
    sys.exit(main())
