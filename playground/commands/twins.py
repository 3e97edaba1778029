"""python -m playground twins: a dataset from a task."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from playground.commands.console import Console, table
from playground.datasets import GROUPS, TRAIN, Dataset, dataset_path, new_name, write_dataset
from playground.errors import BadSetting
from playground.records import Row
from playground.samples import Task, load_task
from playground.settings import LOCAL, Settings, writable_home
from playground.twins.make import make_twins


def twins(given: Namespace, settings: Settings, console: Console) -> int:
    """Make the dataset and say where it is."""
    task = load_task(given.task, settings)
    values = set_values(given.set)
    out = Path(given.out) if given.out else _place(settings, task.name)
    made = write_twins(task, given.rows, given.seed, settings, out, console, values, given.lang, given.force)
    if given.json:
        console.show_json({"path": str(made.path), "rows_sha256": made.rows_sha256, "counts": dict(made.counts)})
        return 0
    rows = [
        [group, str(made.counts[group]) if made.counts.get(group) is not None else "-"] for group in (TRAIN, *GROUPS)
    ]
    console.show(table(["group", "rows"], rows))
    console.show(f"\n{made.path}  (sha256 {made.rows_sha256[:16]})")
    return 0


def write_twins(
    task: Task,
    rows: int,
    seed: int,
    settings: Settings,
    out: Path,
    console: Console,
    values: Mapping[str, str] | None = None,
    lang: str | None = None,
    force: bool = False,
) -> Dataset:
    """Make the rows and write them, telling how far it is."""
    made = make_twins(task, rows, seed, settings, values=values, lang=lang)
    train = _counted(made.train, rows, console)
    return write_dataset(out, train, made.groups, made.card, force=force)


def set_values(given: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE words as a mapping. Raises BadSetting for a word without a name or an =."""
    values: dict[str, str] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise BadSetting(f"--set {word!r:.80} is not NAME=VALUE; write for example --set NAME=Sprig")
        values[name.strip()] = value
    return values


def _place(settings: Settings, task: str) -> Path:
    writable_home(settings)
    return dataset_path(settings, LOCAL, new_name(task))


def _counted(rows: Iterable[Row], total: int, console: Console) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        console.step(f"twins: {number:,} of {total:,} rows")
        yield row
