"""python -m playground quality: how good the rows of a dataset are."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from playground.commands.console import Console, table
from playground.commands.train import data_folder
from playground.datasets import TRAIN, open_dataset
from playground.records import Row
from playground.settings import Settings
from playground.train.recipe import Recipe
from playground.twins.quality.brought import real_rows
from playground.twins.quality.facts import facts_of
from playground.twins.quality.report import Report, measure
from playground.twins.quality.tokens import token_counter
from playground.twins.quality.words import percent

NAMED = 3
"""Rows named for each fault."""


def quality(given: Namespace, settings: Settings, console: Console) -> int:
    """Measure the dataset folder `data`, beside the real rows of the file or folder `real` where one is given.

    Gives 1 where something is wrong, so that a script can stop there.
    """
    dataset = open_dataset(data_folder(given.data, settings))
    groups = {group: _counted(dataset.rows(group), group, console) for group in (TRAIN, *dataset.groups)}
    facts = facts_of(dataset, settings)
    real = real_rows(Path(given.real), facts) if given.real else None
    if real is not None and real.bad:
        console.say(f"quality: {real.bad:,} real rows are left out\n" + "\n".join(real.faults))
    count = token_counter(given.base, settings) if given.base else None
    if given.base and count is None:
        console.say(f"quality: base {given.base} has no tokenizer on this machine; characters are counted")
    report = measure(facts, groups, real.rows if real else None, count, Recipe().max_tokens if count else None)
    if given.json:
        console.show_json(report.as_json())
    else:
        console.show(quality_text(report, given.lang))
    return 1 if report.level == "fault" else 0


def quality_text(report: Report, lang: str = "en") -> str:
    """The report as it stands in a terminal: verdict, findings, the first rows of each fault, and tables."""
    parts = [report.headline.text(lang)]
    parts.append("\n".join(f"{one.level}: {one.says.text(lang)}" for one in report.findings))
    named = [
        f"  {one.id}: {one.says.text(lang)}"
        for fault in (*report.faults, *report.repeats.faults)
        if fault.level != "note"
        for one in fault.examples[:NAMED]
    ]
    parts.append("\n".join(named))
    slots = [
        [one.slot, percent(one.empty), f"{one.different:,}{'+' if one.more else ''}", percent(one.top_share)]
        for one in report.balance
    ]
    if slots:
        parts.append(table(["slot", "empty", "values", "most frequent"], slots))
    shared = [
        [leak.group, one.slot or one.what, f"{one.shared} of {one.rows}", "may" if one.allowed else one.level]
        for leak in report.leaks
        for one in leak.shared
    ]
    if shared:
        parts.append(table(["held out", "shares", "rows", ""], shared))
    parts.append(report.repeats.method.text(lang))
    return "\n\n".join(part for part in parts if part)


def _counted(rows: Iterable[Row], group: str, console: Console) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        console.step(f"quality: {group}, {number:,} rows")
        yield row
