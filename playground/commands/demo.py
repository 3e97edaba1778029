"""python -m playground demo: the whole path, from a task to a report, on this machine."""

from __future__ import annotations

import dataclasses
import time
from argparse import Namespace
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from playground.adapters.shelf import find_adapter
from playground.commands.console import Console
from playground.commands.lineup import line_up
from playground.commands.score import cards_of, leave, raise_if_nothing_came, run_scoring, scores_text
from playground.commands.train import run_training, train_order
from playground.commands.twins import write_twins
from playground.datasets import GROUPS, Dataset, dataset_path, new_name, read_cases
from playground.errors import BadSetting, UserError
from playground.models.base import Sampling
from playground.records import Case, case_from_json
from playground.samples import GENERAL, load_task
from playground.scoring.batch import tasks_of
from playground.scoring.report import cards_facts, run_facts
from playground.scoring.results import Scores, scores_json
from playground.scoring.shelf import REPORT
from playground.settings import LOCAL, Settings, writable_home
from playground.train.recipe import Recipe
from playground.twins.make import make_twins

TASK = "address"
IDENTITY = "identity"
"""The task of the second part, and the name of the adapter that ships for it."""
IDENTITY_SEED = 7
"""Seed of the dataset that the shipped adapter learned from: the questions held out then are asked here."""


def demo(given: Namespace, settings: Settings, console: Console) -> int:
    """Twins, training, scores, report; ends with the table on standard output."""
    began = time.monotonic()
    recipe = Recipe() if given.steps is None else dataclasses.replace(Recipe(), steps=given.steps)
    if given.cases < 1:
        raise BadSetting(f"--cases is {given.cases}; it must be at least 1")
    sampling = Sampling(max_tokens=given.max_tokens)
    writable_home(settings)
    name = new_name("demo")
    out = _free(Path(given.out) if given.out else settings.visitor_home(LOCAL) / "demos" / name, given.force)
    # 1) Twins.
    data = dataset_path(settings, LOCAL, name)
    made = write_twins(load_task(TASK, settings), given.rows, given.seed, settings, data, console)
    console.say(f"twins: {made.counts['train']:,} rows in {made.path}")
    # 2) Training.
    order = train_order(data, given.base, name, recipe, settings)
    saved, _ = run_training(order, console)
    console.say(f"train: tuned:{name} in {saved.seconds:.0f} s")
    # 3) Scores of three contenders on what training never saw.
    cases = _cases(made, given.cases)
    names = ["base", "few-shot", f"tuned:{name}"]
    scores = _scored(cases, names, sampling, settings, given.base or settings.base, console, out, given)
    # 4) The identity adapter that ships.
    identity = _identity(sampling, settings, console, out / IDENTITY, given)
    total = time.monotonic() - began
    if given.json:
        console.show_json(
            {
                "train_seconds": saved.seconds,
                "total_seconds": total,
                "scores": {group: _group(scores, cases, group) for group in GROUPS},
                "identity": scores_json(identity) if identity else None,
                "adapter": name,
                "report": str(out / REPORT),
            }
        )
    else:
        console.show(scores_text(scores))
        if identity:
            console.show(f"\n{IDENTITY}\n\n{scores_text(identity)}")
        console.show(f"\ntrained in {saved.seconds:.0f} s, all in {total:.0f} s\n{out / REPORT}")
    raise_if_nothing_came(scores)
    return 0


def _free(out: Path, force: bool) -> Path:
    """The folder itself; looked at before the long work and not after it."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not force)):
        raise BadSetting(f"{out} is not empty; name another folder, or use --force")
    return out


def _cases(made: Dataset, count: int) -> list[Case]:
    """The first cases of each group: its templates take turns, so that they are all in it."""
    return [case for group in made.groups for case in read_cases(made.path / f"{group}.jsonl")[:count]]


def _scored(
    cases: Sequence[Case],
    names: Sequence[str],
    sampling: Sampling,
    settings: Settings,
    base: str | None,
    console: Console,
    out: Path,
    given: Namespace,
) -> Scores:
    tasks = tasks_of(cases, settings)
    task = tasks[cases[0].task] or load_task(TASK, settings)
    with line_up(names, task, settings, base) as contenders:
        scores, rows = run_scoring(
            cases, contenders, sampling, tasks, console, out, force=given.force, word=f"score {task.name}"
        )
        facts = {"seed": str(given.seed)} | run_facts(cases, contenders, sampling) | cards_facts(cards_of(contenders))
        leave(out, scores, cases, rows, given.lang, facts)
    return scores


def _group(scores: Scores, cases: Sequence[Case], group: str) -> dict[str, Any] | None:
    if group in scores.groups:
        return scores_json(scores.groups[group])
    # With a single group there is nothing to tell apart.
    return scores_json(scores) if not scores.groups and cases[0].group == group else None


def _identity(sampling: Sampling, settings: Settings, console: Console, out: Path, given: Namespace) -> Scores | None:
    """The shipped adapter on questions about itself and others; None, with the reason told, if it cannot be asked."""
    try:
        adapter = find_adapter(settings, LOCAL, IDENTITY)
        task = load_task(IDENTITY, settings)
        if adapter.card.identity:
            task = dataclasses.replace(task, defaults=adapter.card.identity)
        groups = [make_twins(task, 1, IDENTITY_SEED, settings).groups["unseen_templates"]]
        groups.append(make_twins(load_task(GENERAL, settings), 1, IDENTITY_SEED, settings).groups["unseen_values"])
        cases = [case_from_json(row.as_json()) for rows in groups for row in islice(rows or (), given.cases)]
        return _scored(cases, ["base", f"tuned:{IDENTITY}"], sampling, settings, None, console, out, given)
    except UserError as error:
        console.say(f"identity: left out, {error}")
        return None
