"""What the fold of brought rows does, without its widgets: a file looked at, columns picked, a dataset made of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from pathlib import Path

from playground.datasets import Dataset, dataset_path
from playground.errors import BadSample, BadSetting, known
from playground.interchange.brought import Brought, rows_of
from playground.interchange.column_names import PARTS, Part
from playground.interchange.read import read_table
from playground.interchange.shape import FORMS, Form, Shape, guess, picked
from playground.interchange.tables import Fault, Table, Tick
from playground.records import Row
from playground.twins.brought import OWN, folder_name, task_name, write_brought
from playground.ui.frame import Frame
from playground.ui.making import BEAT, SHIPPED_SEED, Stopped
from playground.ui.pace import paced
from playground.ui.progress import progress_html
from playground.ui.session import Session
from playground.ui.words import number, say
from playground.visitors import check_room

KEPT_LINES, KEPT_TEXT = 200, 1_000_000
"""Lines of a file, and characters of them, that a page keeps to show; the file itself is read again for the rest."""
KEPT_FAULTS = 10
LONGEST_SYSTEM = 8_000
"""Characters of the added system text."""
OFFERED = 200
"""Columns that may be picked by hand, besides those of the guess."""
_SPOKEN: tuple[Part, ...] = ("question", "context", "answer", "system", "history", "tools")
PLAYED: dict[Form, tuple[Part, ...]] = {
    **dict.fromkeys(FORMS, _SPOKEN),
    **dict.fromkeys(("messages", "sharegpt"), ("turns", "system", "tools")),
    "rows": (),
}
"""Parts that a form may have."""


@dataclass(frozen=True)
class Seen:
    """A file that was uploaded, as it was looked at."""

    path: str
    header: bool
    table: Table
    """With its first lines, and the first faults, alone."""
    lines: int
    """Lines that can be read."""
    guessed: Shape | None
    """None where no columns could be a question and an answer."""
    rows: int = 0
    """By the guess, as all below."""
    faults: tuple[Fault, ...] = ()
    """The first ones."""
    faulty: int = 0
    """How many there are."""
    duplicates: int = 0


@dataclass(frozen=True)
class Picks:
    """What is picked and typed in the fold."""

    form: str | None = None
    columns: Sequence[str | None] = ()
    """Place of the column that plays each of PARTS, as text; "" or None for none."""
    system: str = ""
    share: float | None = 20
    """Percent of the rows that is held out."""
    name: str = ""


def seen(session: Session, path: str, sheet: str, header: bool, stop: threading.Event) -> Iterator[str | Seen]:
    """Read an uploaded file; gives the progress as HTML, and last what was seen.

    Raises Stopped when told to stop, BadSample for a file of which nothing can be read.
    """
    done = 0

    def tick(lines: int) -> None:
        nonlocal done
        if stop.is_set():
            raise Stopped
        done = lines

    def work() -> Iterator[Seen]:
        yield _look_at(_read(path, sheet, header, tick), path, header, tick)

    for events in paced(work, BEAT, stop):
        yield progress_html(say(session.lang, "bring.reading", lines=number(done)))
        yield from events
    if stop.is_set():
        raise Stopped


def _read(path: str, sheet: str, header: bool, tick: Tick) -> Table:
    if not path or not Path(path).is_file():
        raise BadSample("the uploaded file is no longer here; upload it again")
    return read_table(Path(path), sheet, header, tick)


def _look_at(found: Table, path: str, header: bool, tick: Tick) -> Seen:
    texts = accumulate(sum(len(v) for v in line.values.values() if isinstance(v, str)) for line in found.lines)
    few = max(1, sum(1 for _ in takewhile(lambda text: text <= KEPT_TEXT, texts)))
    kept = replace(found, lines=found.lines[: min(few, KEPT_LINES)], faults=found.faults[:KEPT_FAULTS])
    try:
        shape = guess(found)
    except BadSample:
        return Seen(path, header, kept, len(found.lines), None, 0, kept.faults, len(found.faults))
    got = rows_of(found, shape, OWN, tick=tick)
    count = len(got.faults)
    return Seen(
        path, header, kept, len(found.lines), shape, len(got.rows), got.faults[:KEPT_FAULTS], count, got.duplicates
    )


def shape_of(now: Seen, picks: Picks) -> Shape:
    """The shape as it is picked. Raises UnknownName for a form, BadSample for a part without a column, BadSetting."""
    form = next((one for one in FORMS if one == picks.form), None)
    if form is None:
        raise known("form", str(picks.form), FORMS)
    system = picks.system or ""
    if len(system) > LONGEST_SYSTEM:
        raise BadSetting(f"the system text has {len(system):,} characters; it may have {LONGEST_SYSTEM:,}")
    places = {str(place): column for place, column in enumerate(now.table.columns)}
    columns: dict[str, str] = {
        part: places[place]
        for part, place in zip(PARTS, picks.columns, strict=False)
        if part in PLAYED[form] and place in places
    }
    return picked(now.table, form, columns, system)


def as_guessed(now: Seen, shape: Shape) -> bool:
    """Whether what is picked is what was guessed, so that the figures of the whole file hold."""
    guessed = now.guessed
    return guessed is not None and (guessed.form, dict(guessed.columns)) == (shape.form, dict(shape.columns))


def sample_of(now: Seen, shape: Shape) -> Brought:
    """What the first lines give. Raises BadSample for a system text that no file can hold."""
    return rows_of(now.table, shape, OWN)


def places_of(now: Seen) -> dict[Part, str]:
    """Part to the place of the column that the guess gives it."""
    columns = now.guessed.columns if now.guessed is not None else {}
    return {part: str(now.table.columns.index(column)) for part, column in columns.items()}


def offered(now: Seen) -> list[tuple[str, str]]:
    """(name, place) of the columns that may be picked; names are cut, for a file's may be of any length."""
    guessed = set(places_of(now).values())
    columns = enumerate(now.table.columns)
    return [(column[:60], str(at)) for at, column in columns if at < OFFERED or str(at) in guessed]


# ---- making -------------------------------------------------------------------------------------


def made(frame: Frame, session: Session, now: Seen, picks: Picks, stop: threading.Event) -> Iterator[str | Brought]:
    """Write the dataset; gives the progress as HTML, then what was left out. The session knows the dataset at the end.

    Raises Stopped when told to stop, with nothing written, and what reading, splitting and writing raise.
    """
    settings, lang = frame.settings, session.lang
    task, shape = task_name(picks.name or OWN), shape_of(now, picks)
    percent = picks.share
    if percent is None or not 0 <= percent <= 90:
        raise BadSetting(f"the held share is {percent}; it must be 0 to 90")
    check_room(settings, session.visitor)
    folder = folder_name(task)
    done = [0]

    def tick(lines: int) -> None:
        if stop.is_set():
            raise Stopped
        done[0] = lines

    def through(row: Row) -> Row:
        tick(done[0])
        return row

    def work() -> Iterator[tuple[Dataset, Brought]]:
        found = _read(now.path, now.table.sheet, now.header, tick)
        brought = rows_of(found, shape, task, tick=tick)
        _check_size(frame, session, brought)
        out = dataset_path(settings, session.visitor, folder)
        yield (
            write_brought(
                out, brought, found, shape, task, percent / 100, SHIPPED_SEED, header=now.header, counted=through
            ),
            brought,
        )

    last: tuple[Dataset, Brought] | None = None
    for events in paced(work, BEAT, stop):
        share = min(1.0, done[0] / max(1, now.lines))
        yield progress_html(say(lang, "bring.making", lines=number(done[0]), all=number(now.lines)), share)
        last = events[-1] if events else last
    if last is None:
        raise Stopped
    session.dataset, session.rows = folder, last[0].counts["train"] or 0
    yield last[1]


def _check_size(frame: Frame, session: Session, brought: Brought) -> None:
    """Raise BadSetting where the rows are more, or would take more room, than a visitor may have."""
    limits = frame.settings.limits
    if limits is not None and len(brought.rows) > limits.rows:
        raise BadSetting(f"the file gives {len(brought.rows):,} rows; a visitor may have {limits.rows:,}, so split it")
    check_room(frame.settings, session.visitor, sum(len(row.as_line().encode()) for row in brought.rows))
