"""The way of `twins` that begins with a file somebody has: python -m playground twins --import FILE."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from playground.commands.console import Console
from playground.datasets import Dataset, dataset_path
from playground.errors import BadSetting
from playground.interchange.apart import SHARE
from playground.interchange.brought import Brought, rows_of
from playground.interchange.read import read_table
from playground.interchange.shape import Shape
from playground.interchange.tables import Table
from playground.settings import LOCAL, Settings, writable_home
from playground.twins.brought import OWN, chosen_shape, folder_name, task_name, write_brought

SHOWN = 10
"""Faults that are printed."""
ONLY_HERE = ("form", "column", "system", "sheet", "share", "name", "no_header")
"""Options of `twins` that go with --import alone."""


def check_alone(given: Namespace) -> None:
    """Raise BadSetting for an option of --import where nothing is imported."""
    for option in ONLY_HERE if given.imported is None else ():
        if getattr(given, option):
            raise BadSetting(f"--{option.replace('_', '-')} goes with --import; name the file whose rows it is about")


def bring(given: Namespace, settings: Settings, console: Console) -> tuple[Dataset, dict[str, Any]]:
    """Read `given.imported`, say what it was taken for, and write the dataset; gives it, and what --json tells more.

    Of `given` also: name, out, seed, share, form and column (PART=COLUMN words; both none: guessed), system,
    sheet, no_header, force, json.
    """
    task = task_name(OWN if given.name is None else given.name)
    found = read_table(
        Path(given.imported), given.sheet or "", not given.no_header, lambda n: console.step(f"reading: {n:,} lines")
    )
    shape = chosen_shape(found, given.form, columns_of(given.column), given.system or "")
    if not given.json:
        _tell_shape(found, shape, console)
    brought = rows_of(found, shape, task, tick=lambda n: console.step(f"rows: {n:,} of {len(found.lines):,} lines"))
    out = Path(given.out) if given.out else _place(settings, task)
    share = SHARE if given.share is None else given.share
    made = write_brought(out, brought, found, shape, task, share, given.seed, given.force, not given.no_header)
    if not given.json:
        _tell_faults(brought, console)
    return made, _as_json(shape, brought)


def columns_of(words: list[str]) -> dict[str, str]:
    """PART=COLUMN words as a mapping. Raises BadSetting for a word without a part or an =."""
    found: dict[str, str] = {}
    for word in words:
        part, sign, column = word.partition("=")
        if not sign or not part.strip():
            raise BadSetting(f"--column {word!r:.80} is not PART=COLUMN; write for example --column answer=reply")
        found[part.strip()] = column
    return found


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


def _as_json(shape: Shape, brought: Brought) -> dict[str, Any]:
    return {
        "shape": {"form": shape.form, "columns": dict(shape.columns), "sure": shape.sure, "why": shape.why},
        "duplicates": brought.duplicates,
        "faults": [{"line": fault.line, "sentence": fault.sentence} for fault in brought.faults],
    }


def _place(settings: Settings, task: str) -> Path:
    writable_home(settings)
    return dataset_path(settings, LOCAL, folder_name(task))
