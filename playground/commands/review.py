"""python -m playground review: a sample of a dataset checked by hand in a spreadsheet, and a dataset of what stood."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.commands.console import Console
from playground.commands.train import data_folder
from playground.datasets import TRAIN, Dataset, open_dataset
from playground.errors import BadSample, BadSetting, known
from playground.records import Row
from playground.reviews.sheet import MOST_BYTES
from playground.reviews.shelf import Reviews, sample
from playground.settings import Settings, writable_home
from playground.twins.quality.correct import row_checker
from playground.twins.quality.facts import facts_of
from playground.twins.reviewed import all_rows, decided, review_of, reviewed_dataset

WANTED = 0.01
"""Share of wrong rows for which it is told how many more are to be checked."""


def review(given: Namespace, settings: Settings, console: Console) -> int:
    """Take a spreadsheet over, write one, make the reviewed dataset: what was asked for, in this order; then tell the
    figures.

    Gives 1 where lines of the spreadsheet were wrong; good ones count, and no dataset is made then.
    """
    dataset = open_dataset(data_folder(given.data, settings))
    if given.group not in (TRAIN, *dataset.groups):
        raise known("group", given.group, (TRAIN, *dataset.groups))
    facts = facts_of(dataset, settings)
    reviews = review_of(dataset, facts, settings)
    writable_home(settings)
    told: dict[str, Any] = {}
    if given.take:
        sheet = reviews.read_sheet(_read(Path(given.take)), all_rows(dataset), row_checker(facts, given.lang))
        told["taken"] = {"lines": sheet.lines, "decisions": len(sheet.decisions), "bad": sheet.bad}
        console.say(f"review: {sheet.lines:,} lines, {len(sheet.decisions):,} new decisions, {sheet.bad:,} bad lines")
        for fault in sheet.faults:
            console.say(fault)
        if sheet.bad and given.apply:
            raise BadSample("some lines of the sheet are bad, so no dataset is made; mend them and take it again")
    drawn = sample(_counted(dataset, given.group, console), given.rows, given.seed)
    if given.out:
        told["sheet"] = _written(Path(given.out), reviews, drawn, given.force)
        console.say(f"review: {len(drawn):,} rows are in {given.out}; fill in decision, grade and note")
    if given.apply:
        made = reviewed_dataset(dataset, reviews, Path(given.apply), given.force)
        told["dataset"] = {"path": str(made.path), "counts": dict(made.counts), "reviewed": made.card["reviewed"]}
    _show(given, console, dataset, reviews, drawn, told)
    return 1 if told.get("taken", {}).get("bad") else 0


def _show(
    given: Namespace, console: Console, dataset: Dataset, reviews: Reviews, drawn: list[Row], told: dict[str, Any]
) -> None:
    """Where the review stands."""
    found = reviews.bound([row.id for row in drawn])
    groups = decided(dataset, reviews)
    if given.json:
        bound = {"checked": found.checked, "wrong": found.wrong, "upper": found.upper, "sure": found.sure}
        counts = {
            group: {"rows": one.rows, "accepted": one.accepted, "edited": one.edited, "rejected": one.rejected}
            for group, one in groups.items()
        }
        console.show_json({"sample": len(drawn), "bound": bound, "groups": counts, **told})
        return
    console.show(found.text(given.lang))
    if found.checked:
        console.show(found.more_text(WANTED, given.lang))
    if "dataset" in told:
        console.show(f"\n{told['dataset']['path']}")


def _written(out: Path, reviews: Reviews, rows: list[Row], force: bool) -> str:
    if out.exists() and not force:
        raise BadSetting(f"{out} is there already; name another file, or use --force to write over it")
    part = out.with_name(f".{out.name}.part")
    with part.open("wb") as file:
        file.writelines(reviews.write_sheet(rows))
    os.replace(part, out)
    return str(out)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadSample(f"{path} has {path.stat().st_size / 1e6:.0f} MB; it may have {MOST_BYTES / 1e6:.0f} MB")
        return path.read_bytes()
    except OSError as error:
        raise BadSample(f"{path} cannot be read ({error.strerror}); check the path") from error


def _counted(dataset: Dataset, group: str, console: Console) -> Iterator[Row]:
    for number, row in enumerate(dataset.rows(group), 1):
        console.step(f"review: {number:,} rows of {group}")
        yield row
