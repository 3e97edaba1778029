"""Rows that somebody brought as a dataset, and a dataset taken away in a form that other programs read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from playground.datasets import GROUPS, TRAIN, Dataset, new_name, write_dataset
from playground.errors import BadDataset, BadSetting, known
from playground.interchange.apart import SHARE, split_brought
from playground.interchange.brought import GENERAL, Brought
from playground.interchange.dataset_card import dataset_card
from playground.interchange.forms import FORMS, write_rows
from playground.interchange.shape import Shape, guess, picked
from playground.interchange.tables import Table
from playground.records import Row, write_whole

CARD = "README.md"
OWN = "own"
"""Task of brought rows that were given no name."""
LONGEST_NAME = 40
"""Characters of a task's name."""


def chosen_shape(found: Table, form: str | None, columns: Mapping[str, str], system: str = "") -> Shape:
    """The guess, or what is picked by hand: a form alone takes the guess's columns, columns alone are pairs."""
    if columns:
        return picked(found, form or ("messages" if "turns" in columns else "pairs"), columns, system)
    guessed = guess(found)
    if form:
        return picked(found, form, {part: column for part, column in guessed.columns.items()}, system)
    return replace(guessed, system=system)


def write_brought(
    out: Path,
    brought: Brought,
    found: Table,
    shape: Shape,
    task: str,
    share: float = SHARE,
    seed: int = 7,
    force: bool = False,
    header: bool = True,
    counted: Callable[[Row], Row] | None = None,
) -> Dataset:
    """The rows as a dataset folder: train, and the held-out ones as unseen_values.

    `header` says how the table was read; `counted` is shown each row on its way and may raise. Raises BadDataset
    naming the first fault where there is no row, and as split_brought and write_dataset do.
    """
    if not brought.rows:
        raise BadDataset(f"{found.name:.60} gives no row, line {brought.faults[0].line}: {brought.faults[0].sentence}")
    split = split_brought(brought.rows, share, seed)
    source = {
        "file": found.name,
        "sheet": found.sheet,
        "form": shape.form,
        "columns": dict(shape.columns),
        "system": shape.system,
        "header": header,
        "faults": len(brought.faults),
        "duplicates": brought.duplicates,
        "share": share,
    }
    card = {"task": task, "seed": seed, "slots": _slots(split.train), "source": source}
    held = None if split.held is None else _through(split.held, counted)
    groups = dict.fromkeys(GROUPS) | {"unseen_values": held}
    return write_dataset(out, _through(split.train, counted), groups, card, force=force)


def task_name(text: str) -> str:
    """A task's name as somebody gave it, without blanks around it. Raises BadSetting for one that cannot be."""
    name = text.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadSetting(f"task name {text!r:.60} cannot be; write one line of at most {LONGEST_NAME} characters")
    if name == GENERAL:
        raise BadSetting(f"task name {GENERAL!r} is that of rows to be rehearsed; choose another one")
    return name


def folder_name(task: str) -> str:
    """A fresh name for the dataset of a task that may be called anything."""
    return new_name(re.sub(r"[^a-z0-9]+", "-", task.lower()).strip("-")[:30] or OWN)


def take_dataset(
    dataset: Dataset, form: str, out: Path, named: str = "", counted: Callable[[Row], Row] | None = None
) -> dict[str, str]:
    """Write every group in a form, and a card, to a folder; gives group to file name.

    `named` stands before the endings (train.alpaca.json), where the dataset's own files are there too;
    `counted` is shown each row on its way and may raise. Raises UnknownName for another form, BadDataset for
    a sheet that cannot hold a row, BadSetting for a folder that cannot be written. Each file is whole or not there.
    """
    if form not in FORMS:
        raise known("form", form, list(FORMS))
    files = {group: f"{group}{named}{FORMS[form]}" for group in (TRAIN, *GROUPS) if dataset.counts.get(group)}
    for group, file in files.items():
        write_rows(_through(dataset.rows(group), counted), form, out / file)
    write_whole(out / CARD, [dataset_card(dataset, files)])
    return files


def _through(rows: Iterable[Row], counted: Callable[[Row], Row] | None) -> Iterator[Row]:
    return iter(rows) if counted is None else map(counted, rows)


def _slots(rows: tuple[Row, ...]) -> list[str]:
    """The keys of gold where every row has the same ones, else none."""
    first = list(rows[0].slots) if rows else []
    return first if all(row.slots.keys() == set(first) for row in rows) else []
