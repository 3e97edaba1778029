"""CSV and TSV: the separator is told by the content, quotes are strict, a quote that is never closed costs one line.

Cells that were defused for spreadsheet programs (see sheet_cells.py) come back as they were.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from playground.errors import BadSample
from playground.interchange.encodings import lines
from playground.interchange.sheet_cells import Record, restored, under_header
from playground.interchange.tables import MOST_COLUMNS, MOST_LINE, Read

SEPARATORS = (",", "\t", ";", "|")
SAMPLE = 50
"""Records by which the separator is told."""

READ_AGAIN = 64 * 1024 * 1024
"""Characters that may be read again, in all, after quotes that were not closed: a file of nothing but such
quotes would be read as often as it has lines."""


def separator_of(path: Path, encoding: str) -> str | None:
    """The separator under which the first records have most alike numbers of cells, two at least; None for none."""
    best: tuple[float, int, str] | None = None
    for separator in SEPARATORS:
        cells = [
            len(found) for _, found in islice(records(path, encoding, separator), SAMPLE) if isinstance(found, list)
        ]
        if not cells or cells[0] < 2:
            continue
        alike = sum(count == cells[0] for count in cells) / len(cells)
        if best is None or (alike, cells[0]) > best[:2]:
            best = (alike, cells[0], separator)
    return best[2] if best else None


def read_delimited(path: Path, encoding: str, separator: str, header: bool) -> tuple[tuple[str, ...], Iterator[Read]]:
    """The columns, and every record under them: its values, or what is wrong with it. Raises BadSample for none."""
    return under_header(records(path, encoding, separator), header)


def records(path: Path, encoding: str, separator: str) -> Iterator[Record]:
    """Number of the first line and cells of each record that is not blank, or what is wrong with it."""
    # The limit is the whole process's; a cell may be as long as a line.
    csv.field_size_limit(max(csv.field_size_limit(), MOST_LINE))
    source = _Source(lines(path, encoding))
    while True:
        source.taken, source.length = [], 0
        reader = csv.reader(source, delimiter=separator, strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                number = source.taken[0][0]
                if any(cell.strip() for cell in cells):
                    yield number, _clean(cells)
                source.taken, source.length = [], 0
            if not source.wrong:
                return
            # Whatever was open before that line ended well, or an error would have come first.
            yield source.wrong.pop()
        except csv.Error as error:
            number, text = source.taken[0]
            source.put_back()
            plain = text.rstrip("\r\n").split(separator)
            if separator == "\t" and len(plain) > 1 and "\0" not in text:
                # Many programs write tabs without any quoting.
                yield number, _clean(plain)
            else:
                yield number, BadSample(_reason(str(error)))


class _Source:
    """Lines for csv.reader, which remembers those of the record under way so that they can be read again."""

    def __init__(self, found: Iterator[tuple[int, str | BadSample]]) -> None:
        self.taken: list[tuple[int, str]] = []
        self.length = 0
        self.wrong: list[tuple[int, BadSample]] = []
        """A line that cannot be read, at which the reading stopped."""
        self._found = found
        self._again: list[tuple[int, str]] = []
        """To be read again, the next one last."""
        self._budget = READ_AGAIN

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.wrong or self.length > MOST_LINE:
            raise StopIteration
        number, text = self._again.pop() if self._again else next(self._found)
        if isinstance(text, BadSample):
            self.wrong.append((number, text))
            raise StopIteration
        self.taken.append((number, text.lstrip("\ufeff") if number == 1 else text))
        self.length += len(text)
        return self.taken[-1][1]

    def put_back(self) -> None:
        """All lines of the record but its first are read again, as long as there is budget for it."""
        rest = self.taken[1:]
        cost = sum(len(text) for _, text in rest)
        if cost <= self._budget:
            self._budget -= cost
            self._again.extend(reversed(rest))


def _reason(error: str) -> str:
    if "end of data" in error or "field larger" in error:
        return "a quote is opened and never closed; close it, or double the quotes inside a cell"
    return (
        f"the cells cannot be told apart ({error:.80}); put cells that hold quotes in quotes, and double those inside"
    )


def _clean(cells: list[str]) -> list[str] | BadSample:
    if len(cells) > MOST_COLUMNS:
        return BadSample(f"the line has {len(cells):,} cells; at most {MOST_COLUMNS:,} are read")
    for cell in cells:
        if cell.isascii() and "\0" not in cell:
            continue
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            return BadSample(f"{cell!r:.60} holds half a character pair or a byte of another encoding; mend or drop it")
        if "\0" in cell:
            return BadSample("the line holds a NUL byte; mend or drop it")
    return [restored(cell) for cell in cells]
