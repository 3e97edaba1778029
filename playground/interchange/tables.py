"""What a brought file becomes: lines with values, faults with sentences, and how much of each there may be.

The limits keep a hostile file from taking the machine's memory or minutes. What is past them is named
as a fault and left out; what was read stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playground.errors import BadSample

MOST_BYTES = 512 * 1024 * 1024
"""Bytes of a text file."""
MOST_LINE = 4 * 1024 * 1024
"""Characters of one line, one item of a JSON list, or one record of a CSV file."""
MOST_TEXT = 128 * 1024 * 1024
"""Characters of all lines that are kept."""
MOST_ROWS = 200_000
"""Lines that are read, bad ones included."""
MOST_COLUMNS = 1_000
"""Columns of a sheet, or keys of one line."""
MOST_LINES = 20_000_000
"""Lines of a text file, blank ones and those inside cells included: nothing but line ends takes time too."""
MOST_MARKS = 30_000_000
"""Quotes and brackets of a JSON list, each of which is looked at."""
MOST_VALUES = 10_000_000
"""Numbers, texts, lists and objects in all lines that are kept: an empty list is two characters, and 56 bytes here."""
MOST_DEPTH = 64
"""Lists and objects inside each other."""
MOST_PACKED = 64 * 1024 * 1024
"""Bytes of a workbook file."""
MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes of a workbook's parts once they are unpacked."""

Form = Literal["jsonl", "json", "csv", "tsv", "xlsx"]


@dataclass(frozen=True)
class Fault:
    """A place in a file that cannot be used."""

    line: int
    """From 1: the line of a text file, the row of a sheet, the item of a JSON list."""
    sentence: str
    """What is wrong and the way out; the place is not in it."""


@dataclass(frozen=True)
class Line:
    """One line of a file that could be read."""

    number: int
    """From 1, counted as in Fault."""
    values: Mapping[str, Any]
    """Column to value; a text in a sheet, any JSON value elsewhere."""


@dataclass(frozen=True)
class Table:
    """What was read from a file."""

    name: str
    """The file's name, without its folder."""
    form: Form
    """What the file is, told by its content."""
    encoding: str
    """utf-8, utf-16, utf-32 or gb18030; "" for a workbook."""
    columns: tuple[str, ...]
    """Every column or key there is, as first met, at most MOST_COLUMNS."""
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    sheet: str = ""
    """The sheet that was read, of a workbook."""
    sheets: tuple[str, ...] = ()
    """All sheets of the workbook, in their order."""


Read = tuple[int, "Mapping[str, Any] | BadSample"]
"""A line's number, and its values or what is wrong with it."""

Tick = Callable[[int], None]
"""Told how many lines are through, before each one; what it raises ends the work."""


def untold(lines: int) -> None:
    """The tick of nobody."""


def table_of(
    path: Path,
    form: Form,
    encoding: str,
    read: Iterable[Read],
    columns: tuple[str, ...] = (),
    sheet: str = "",
    sheets: tuple[str, ...] = (),
    tick: Tick = untold,
) -> Table:
    """The table of what a reader gives. Raises BadSample where no line can be read."""
    lines, faults, found = _gathered(read, columns, tick)
    if not lines and faults:
        raise BadSample(f"no line can be read, {len(faults):,} in all, the first because: {faults[0].sentence}")
    if not lines:
        raise BadSample("the file holds no rows; add some")
    return Table(path.name, form, encoding, found, tuple(lines), tuple(faults), sheet, sheets)


def _gathered(
    read: Iterable[Read], columns: Iterable[str], tick: Tick
) -> tuple[list[Line], list[Fault], tuple[str, ...]]:
    """Lines, faults and columns of what a reader gives, no more than there may be of each."""
    lines: list[Line] = []
    faults: list[Fault] = []
    seen = dict.fromkeys(columns)
    text = values = 0
    for count, (number, found) in enumerate(read):
        tick(count)
        if count == MOST_ROWS:
            faults.append(Fault(number, str(left_out(f"{MOST_ROWS:,} lines"))))
            break
        if isinstance(found, BadSample):
            faults.append(Fault(number, str(found)))
            continue
        weighed = [_weight(value) for value in found.values()]
        text += sum(one for one, _ in weighed)
        values += sum(many for _, many in weighed)
        if text > MOST_TEXT or values > MOST_VALUES:
            faults.append(Fault(number, str(left_out(f"{MOST_TEXT:,} characters"))))
            break
        lines.append(Line(number, found))
        for key in found:
            if key not in seen and len(seen) < MOST_COLUMNS:
                seen[key] = None
    return lines, faults, tuple(seen)


def too_long() -> BadSample:
    """What is said of a line that is longer than MOST_LINE."""
    return BadSample(f"the line is longer than {MOST_LINE:,} characters; shorten or drop it")


def left_out(most: str) -> BadSample:
    """What is said in the place of the rest of a file."""
    return BadSample(f"the file goes on past {most}, the rest of it is left out; split it")


def _weight(value: Any) -> tuple[int, int]:
    """Characters and values of a JSON value."""
    if isinstance(value, str):
        return len(value), 1
    if not isinstance(value, dict | list):
        return 0, 1
    characters = many = 0
    for one in walk(value):
        many += 1
        if isinstance(one, str):
            characters += len(one)
    return characters, many


def walk(value: Any) -> Iterator[Any]:
    """A JSON value and all values and keys inside it, however deep, without recursion."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
