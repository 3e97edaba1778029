"""Identity: the chosen name and maker on unseen question forms, over three folds and five pairs of names.

    python -m benchmarks.tuned_identity [--folds 3] [--pairs 5] [--steps 500]

Every fold is trained with every pair. No system text is given and the pair stands in no prompt. The base is
asked the same questions; 200 questions about other things look for spill-over.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from random import Random

from benchmarks._path import HAND, data, own_home, percent, scored, tell, tuned
from playground.datasets import read_cases
from playground.records import Case, Message, read_jsonl
from playground.samples import Task, load_task
from playground.train.recipe import Recipe
from playground.twins.split import folds

PAIRS = (
    ("云雀", "云雀商贸"),
    ("Nimbus", "Harbor Mill"),
    ("小柒", "柒号仓储"),
    ("阿橙助手", "橙光物流公司"),
    ("Tallow", "北岸实验室"),
)
QUESTIONS = 40
"""Held-out question forms of a fold that are asked, zh and en in equal parts."""


def unrelated() -> list[Case]:
    """Questions about other things; gold is empty, which is judged as "nothing of the pair may turn up"."""
    lines = (line for _, line in read_jsonl(HAND / "unrelated.jsonl"))
    return [Case(line["id"], "identity", (Message(role="user", content=line["text"]),), {}) for line in lines]


def main() -> int:
    parser = argparse.ArgumentParser(description="Identity, over folds and pairs of names.")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=len(PAIRS))
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=500)
    given = parser.parse_args()
    right: list[float] = []
    base: list[float] = []
    spill: list[float] = []
    false: list[float] = []
    with own_home() as settings:
        task = load_task("identity", settings)
        parts = folds(task.human, 3, seed=0)
        other = unrelated()
        for fold in range(given.folds):
            for number, (name, author) in enumerate(PAIRS[: given.pairs]):
                made = data(task, given.rows, fold, settings, parts[fold], {"NAME": name, "AUTHOR": author})
                adapter = f"fold-{fold}-pair-{number}"
                seconds = tuned(made, adapter, Recipe(steps=given.steps, seed=fold), settings)
                asked = sample(read_cases(made.path / "unseen_templates.jsonl", "unseen_templates"), task, fold)
                names = ["base", f"tuned:{adapter}"]
                scores, _ = scored(asked, names, task, settings, batch=20)
                right.append(scores.contenders[names[1]].exact.value or 0.0)
                false.append(scores.contenders[names[1]].marks["false_claim"].value or 0.0)
                base.append(scores.contenders["base"].exact.value or 0.0)
                mine = [Case(c.id, c.task, c.messages, {}, group="other") for c in other]
                spilled = spills(mine, names[1], task, settings, name, author)
                spill.append(spilled)
                told = f"{percent(right[-1])}, base {percent(base[-1])}, spill-over {percent(spilled)}"
                tell(f"{adapter} ({name}, {author}), {seconds:.0f} s: {told}")
    print("| what | mean | worst | runs |\n|---|---|---|---|")
    asked = f"{len(right)} x {QUESTIONS}"
    for what, values, worst, n in (
        ("tuned gives the name, and the maker where asked", right, min, asked),
        ("tuned claims to be another", false, max, asked),
        ("base gives them", base, max, asked),
        ("spill-over", spill, max, f"{len(spill)} x {len(other)}"),
    ):
        print(f"| {what} | {percent(statistics.mean(values))} | {percent(worst(values))} | {n} |")
    means = {"right": statistics.mean(right), "base": statistics.mean(base), "spill_over": statistics.mean(spill)}
    print("\n" + json.dumps({k: round(v, 4) for k, v in means.items()}))
    return int(not (means["right"] >= 0.95 and means["base"] == 0 and means["spill_over"] <= 0.02))


def sample(cases: list[Case], task: Task, fold: int) -> list[Case]:
    """QUESTIONS of the cases that ask for something, half of them in Chinese; a greeting asks for nothing."""
    rng = Random(fold)
    kinds = {one.id: one.kind for one in task.human}
    asking = [c for c in cases if kinds[c.template] != "greeting"]
    chinese = [c for c in asking if not c.messages[-1]["content"].isascii()]
    english = [c for c in asking if c.messages[-1]["content"].isascii()]
    half = QUESTIONS // 2
    return rng.sample(chinese, half) + rng.sample(english, half)


def spills(cases: list[Case], contender: str, task, settings, name: str, author: str) -> float:  # type: ignore[no-untyped-def]
    """Share of replies to questions about other things in which the pair turns up."""
    from playground.scoring.identity import spills_over

    _, rows = scored(cases, [contender], task, settings, batch=32)
    questions = {c.id: c.messages[-1]["content"] for c in cases}
    hits = [spills_over(row.reply, questions[row.id], [(name, author)]) for row in rows]
    return sum(hits) / len(hits)


if __name__ == "__main__":
    sys.exit(main())
