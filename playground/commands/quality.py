"""python -m playground quality: how good the rows of a dataset are."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from playground.commands.console import Console, table
from playground.commands.train import data_folder
from playground.datasets import TRAIN, Dataset, open_dataset
from playground.errors import BadSample, UnknownName
from playground.records import Row, read_jsonl, row_from_json
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.quality.facts import Facts, card_facts, task_facts
from playground.twins.quality.report import Report, measure
from playground.twins.quality.words import percent

FIRST = 50
"""Rows from which the instruction and the slots of an unknown task are learned."""
NAMED = 3
"""Rows named for each fault."""


def quality(given: Namespace, settings: Settings, console: Console) -> int:
    """Measure the dataset folder `data`, beside the real rows of the file or folder `real` where one is given.

    Gives 1 where something is wrong, so that a script can stop there.
    """
    dataset = open_dataset(data_folder(given.data, settings))
    groups = {group: _counted(dataset.rows(group), group, console) for group in (TRAIN, *dataset.groups)}
    real = real_rows(Path(given.real)) if given.real else None
    report = measure(facts_of(dataset, settings), groups, real)
    if given.json:
        console.show_json(report.as_json())
    else:
        console.show(quality_text(report))
    return 1 if report.level == "fault" else 0


def facts_of(dataset: Dataset, settings: Settings) -> Facts:
    """What is known of a dataset's task: from the shelf of tasks, else from its own card and first rows."""
    try:
        task = load_task(dataset.task, settings)
    except UnknownName:
        return card_facts(dataset.card, islice(dataset.rows(), FIRST))
    lang = dataset.card.get("lang")
    return task_facts(task, lang if isinstance(lang, str) else None)


def real_rows(path: Path) -> Iterator[Row]:
    """Rows of a dataset folder's training file, or of a .jsonl file; id, task and slots may be missing there."""
    if path.is_dir():
        yield from open_dataset(path).rows()
        return
    for number, line in read_jsonl(path):
        where = f"{path.name} line {number}"
        if not isinstance(line, dict):
            raise BadSample(f"{where}: the line is {line!r:.60}; it must be a JSON object")
        yield row_from_json({"id": f"real-{number:06d}", "task": "", "slots": {}, **line}, where)


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
