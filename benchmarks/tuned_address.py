"""Tuned on address: exact on unseen values, unseen templates and both, over five seeds that are also five folds.

    python -m benchmarks.tuned_address [--seeds 5] [--rows 1000] [--cases 200]

Seed k makes the twins, holds out fold k of the templates (so that each template is held out once) and
trains with the default recipe. The messages written by hand are put to every adapter as well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict

from benchmarks._path import data, hand_cases, load, own_home, percent, scored, tell, tuned
from playground.datasets import GROUPS, read_cases
from playground.samples import load_task
from playground.train.recipe import Recipe
from playground.twins.split import folds

BARS = {"unseen_values": 0.95, "unseen_templates": 0.85, "unseen_both": 0.80}
HAND_BAR = 0.80


def main() -> int:
    parser = argparse.ArgumentParser(description="Tuned on address, over seeds and folds.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--cases", type=int, default=200, help="cases of each group")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    given = parser.parse_args()
    changed = {n: float(v) if "." in v or "e" in v else int(v) for n, _, v in (s.partition("=") for s in given.set)}
    exact: dict[str, list[float]] = defaultdict(list)
    fidelity: dict[str, list[float]] = defaultdict(list)
    by_template: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    seconds: list[float] = []
    n: dict[str, int] = defaultdict(int)
    with own_home() as settings:
        task = load_task("address", settings)
        hand = hand_cases(settings)
        parts = folds(task.human, 5, seed=0)
        for seed in range(given.seeds):
            made = data(task, given.rows, seed, settings, held=parts[seed % 5])
            recipe = Recipe(**{"seed": seed, **changed})
            seconds.append(tuned(made, f"seed-{seed}", recipe, settings))
            name = f"tuned:seed-{seed}"
            told = []
            for group in (*GROUPS, "hand"):
                cases = hand if group == "hand" else read_cases(made.path / f"{group}.jsonl", group)[: given.cases]
                scores, rows = scored(cases, [name], task, settings, batch=32)
                summary = scores.contenders[name]
                exact[group].append(summary.exact.value or 0.0)
                fidelity[group].append(summary.slot_fidelity.value or 0.0)
                n[group] += summary.scored
                told.append(f"{group} {percent(exact[group][-1])} / {percent(fidelity[group][-1])}")
                if group in ("unseen_templates", "unseen_both"):
                    of = {case.id: case.template for case in cases}
                    for row in rows:
                        if row.judged:
                            by_template[of[row.id]].append((row.judged.exact, row.judged.fidelity or 0.0))
            tell(f"seed {seed}, {seconds[-1]:.0f} s: " + ", ".join(told))
    report(exact, fidelity, n, seconds, by_template)
    reached = all(statistics.mean(exact[group]) >= bar for group, bar in BARS.items())
    return int(not (reached and statistics.mean(fidelity["hand"]) >= HAND_BAR))


def report(
    exact: dict[str, list[float]],
    fidelity: dict[str, list[float]],
    n: dict[str, int],
    seconds: list[float],
    by_template: dict[str, list[tuple[bool, float]]],
) -> None:
    """The tables and the line of JSON."""
    print("| group | n | exact, mean | worst | slot fidelity, mean | worst |\n|---|---|---|---|---|---|")
    for group, values in exact.items():
        slots = fidelity[group]
        cells = [statistics.mean(values), min(values), statistics.mean(slots), min(slots)]
        print(f"| {group} | {n[group]} | " + " | ".join(map(percent, cells)) + " |")
    print(f"\ntraining: median {statistics.median(seconds):.0f} s, load {load()}\n")
    print("| held-out template | n | slot fidelity | exact |\n|---|---|---|---|")
    for template, judged in sorted(by_template.items(), key=lambda x: statistics.mean(e for e, _ in x[1])):
        share = statistics.mean(e for e, _ in judged)
        print(f"| {template} | {len(judged)} | {percent(statistics.mean(f for _, f in judged))} | {percent(share)} |")
    means = {group: round(statistics.mean(values), 4) for group, values in exact.items()}
    print("\n" + json.dumps({"exact": means, "hand_fidelity": round(statistics.mean(fidelity["hand"]), 4)}))


if __name__ == "__main__":
    sys.exit(main())
