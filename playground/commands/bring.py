"""python -m playground bring: a dataset from a file somebody has."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground.commands.console import Console, table
from playground.commands.twins import set_values
from playground.datasets import GROUPS, TRAIN, Dataset, dataset_path, new_name, write_dataset
from playground.errors import BadDataset
from playground.interchange.apart import SHARE, split_brought
from playground.interchange.brought import Brought, rows_of
from playground.interchange.read import read_table
from playground.interchange.shape import Shape, guess, picked
from playground.interchange.tables import Table
from playground.records import Row
from playground.settings import LOCAL, Settings, writable_home

SHOWN = 10
"""Faults that are printed."""


def bring(given: Namespace, settings: Settings, console: Console) -> int:
    """Read `given.file`, say what it was taken for, and write the dataset.

    Of `given` also: task, out, seed, share, form and column (PART=COLUMN words; both none: guessed), system,
    sheet, no_header, force, json.
    """
    found = read_table(Path(given.file), given.sheet or "", not given.no_header)
    shape = chosen_shape(found, given.form, set_values(given.column or []), given.system or "")
    if not given.json:
        _tell_shape(found, shape, console)
    brought = rows_of(found, shape, given.task)
    if not brought.rows:
        raise BadDataset(f"{found.name} gives no row, line {brought.faults[0].line}: {brought.faults[0].sentence}")
    out = Path(given.out) if given.out else _place(settings, given.task)
    made = write_brought(out, brought, found, shape, given.task, given.share, given.seed, given.force)
    if given.json:
        console.show_json(_as_json(made, shape, brought))
        return 0
    _tell_faults(brought, console)
    rows = [[group, str(made.counts[group]) if made.counts[group] is not None else "-"] for group in (TRAIN, *GROUPS)]
    console.show(table(["group", "rows"], rows))
    console.show(f"\n{made.path}  (sha256 {made.rows_sha256[:16]})")
    return 0


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
) -> Dataset:
    """The rows as a dataset folder: train, and the held-out ones as unseen_values. Raises as write_dataset does."""
    split = split_brought(brought.rows, share, seed)
    card = {
        "task": task,
        "seed": seed,
        "slots": _slots(split.train),
        "source": {
            "file": found.name,
            "sheet": found.sheet,
            "form": shape.form,
            "columns": dict(shape.columns),
            "system": shape.system,
            "faults": len(brought.faults),
            "duplicates": brought.duplicates,
            "share": share,
        },
    }
    groups = dict.fromkeys(GROUPS) | {"unseen_values": split.held}
    return write_dataset(out, split.train, groups, card, force=force)


def _slots(rows: tuple[Row, ...]) -> list[str]:
    """The keys of gold where every row has the same ones, else none."""
    first = list(rows[0].slots) if rows else []
    return first if all(row.slots.keys() == set(first) for row in rows) else []


def _tell_shape(found: Table, shape: Shape, console: Console) -> None:
    parts = ", ".join(f"{part} = {column}" for part, column in shape.columns.items())
    what = " ".join(filter(None, (found.form, found.encoding, found.sheet)))
    console.show(f"{found.name}: {len(found.lines):,} lines ({what})")
    console.show(f"taken for {shape.form} ({shape.sure:.0%} sure: {shape.why}){f'; {parts}' if parts else ''}")


def _tell_faults(brought: Brought, console: Console) -> None:
    for fault in brought.faults[:SHOWN]:
        console.show(f"line {fault.line}: {fault.sentence}")
    if len(brought.faults) > SHOWN:
        console.show(f"and {len(brought.faults) - SHOWN:,} more lines that cannot be used")
    console.show(
        f"{len(brought.rows):,} rows; left out: {len(brought.faults):,} lines, {brought.duplicates:,} duplicates\n"
    )


def _as_json(made: Dataset, shape: Shape, brought: Brought) -> dict[str, Any]:
    return {
        "path": str(made.path),
        "rows_sha256": made.rows_sha256,
        "counts": dict(made.counts),
        "shape": {"form": shape.form, "columns": dict(shape.columns), "sure": shape.sure, "why": shape.why},
        "duplicates": brought.duplicates,
        "faults": [{"line": fault.line, "sentence": fault.sentence} for fault in brought.faults],
    }


def _place(settings: Settings, task: str) -> Path:
    writable_home(settings)
    return dataset_path(settings, LOCAL, new_name(task))
