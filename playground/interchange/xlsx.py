"""Workbooks (.xlsx): a zip of XML, read with the standard library, part by part, with its sizes checked first.

Nothing is run or looked up: of a formula the value that was last worked out is taken. Document type
declarations, which is where XML's own bombs live, are refused. openpyxl, by which workbooks are written, holds a
row and whole parts as trees: of 60 kB with one row of ten million empty cells it makes 5 GB, of a row number of eleven
digits as many empty rows, and one NaN ends its reading.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.parsers import expat

from playground.errors import BadSample
from playground.interchange.sheet_cells import Record, under_header
from playground.interchange.tables import (
    MOST_COLUMNS,
    MOST_LINE,
    MOST_PACKED,
    MOST_UNPACKED,
    Table,
    Tick,
    table_of,
    untold,
)
from playground.interchange.xlsx_numbers import Styles, as_text
from playground.interchange.xlsx_parts import events

MOST_INDEX = 4 * 1024 * 1024
"""Bytes of the zip's table of contents, which is held whole."""
MOST_PARTS = 10_000
MOST_SHEETS = 100
_BROKEN = (KeyError, ValueError, IndexError, NotImplementedError, RuntimeError, EOFError)
"""What zipfile and a part that is not as it should be raise; RuntimeError is a password."""
_REFERENCE = re.compile(r"([A-Z]{1,3})\d*")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook."""

    name: str
    part: str
    """Its file in the zip."""
    hidden: bool


def read_workbook(path: Path, sheet: str, header: bool, tick: Tick = untold) -> Table:
    """The rows of a sheet; without a name it is the first visible one that has rows under its header.

    Raises BadSample for a file that is no workbook, that would unpack to too much, or has no such sheet.
    """
    _check_index(path)
    try:
        with zipfile.ZipFile(path) as pack:
            _check_sizes(pack)
            found = _sheets(pack)
            names = tuple(one.name for one in found)
            if sheet and sheet not in names:
                raise BadSample(f"there is no sheet {sheet!r:.60}; there is: {', '.join(names[:12]):.200}")
            wanted = [one for one in found if one.name == sheet] if sheet else sorted(found, key=lambda one: one.hidden)
            texts, styles = _texts(pack), _styles(pack)
            chosen = _first(wanted, lambda one: _rows(pack, one.part, texts, styles), header)
            if chosen is None:
                raise BadSample("the workbook holds no rows; add some")
            columns, read = under_header(_rows(pack, chosen.part, texts, styles), header)
            return table_of(path, "xlsx", "", read, columns, chosen.name, names, tick)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, *_BROKEN) as error:
        raise BadSample(f"the workbook is damaged or locked ({error!s:.80}); save it again as XLSX") from error


def _check_index(path: Path) -> None:
    """Raise BadSample where the zip's table of contents alone would fill the memory; zipfile reads it whole."""
    size = path.stat().st_size
    if size > MOST_PACKED:
        raise BadSample(f"the workbook has {size:,} bytes; at most {MOST_PACKED:,} are read, so split it")
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 16) - 22))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    index = struct.unpack("<L", tail[at + 12 : at + 16])[0] if at >= 0 and len(tail) >= at + 16 else 0
    if (wide := tail.rfind(b"PK\x06\x06", 0, max(at, 0))) >= 0 and len(tail) >= wide + 48:
        index = struct.unpack("<Q", tail[wide + 40 : wide + 48])[0]
    if index > MOST_INDEX:
        raise BadSample("the workbook's table of contents is too large; save it again as XLSX")


def _check_sizes(pack: zipfile.ZipFile) -> None:
    """No more than these sizes is ever unpacked: zipfile stops at the size that is told."""
    unpacked = sum(part.file_size for part in pack.infolist())
    if unpacked > MOST_UNPACKED or len(pack.infolist()) > MOST_PARTS:
        raise BadSample(f"the workbook unpacks to {unpacked:,} bytes; at most {MOST_UNPACKED:,} are read, so split it")


def _sheets(pack: zipfile.ZipFile) -> list[Sheet]:
    """The sheets whose part is there, each part once: a thousand sheets of one part would be read a thousand times."""
    targets: dict[str, str] = {}
    for event, tag, told in events(pack, "xl/_rels/workbook.xml.rels"):
        if event == "start" and tag == "Relationship":
            target = told.get("Target", "")
            targets[told.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    sheets: dict[str, Sheet] = {}
    there = set(pack.namelist())
    for event, tag, told in events(pack, "xl/workbook.xml"):
        part = targets.get(told.get("id", ""), "") if event == "start" and tag == "sheet" else ""
        if part in there and len(sheets) < MOST_SHEETS:
            hidden = told.get("state", "visible") != "visible"
            sheets.setdefault(part, Sheet(told.get("name", ""), part, hidden))
    return list(sheets.values())


def _first(sheets: list[Sheet], rows: Callable[[Sheet], Iterator[Record]], header: bool) -> Sheet | None:
    """The first sheet with a row under its header, else with any: a title may stand on a sheet of its own."""
    spare: Sheet | None = None
    for one in sheets:
        there = sum(1 for _ in islice(rows(one), 1 + header))
        if there > header:
            return one
        spare = spare or (one if there else None)
    return spare


def _texts(pack: zipfile.ZipFile) -> list[str]:
    """The texts that cells point to."""
    if "xl/sharedStrings.xml" not in pack.namelist():
        return []
    texts: list[str] = []
    runs: list[str] = []
    for event, tag, told in events(pack, "xl/sharedStrings.xml", "t"):
        if event == "text":
            runs.append(_unescaped(told))
        elif event == "end" and tag == "si":
            texts.append("".join(runs))
            runs = []
    return texts


def _styles(pack: zipfile.ZipFile) -> Styles:
    formats: dict[int, str] = {}
    cells: list[int] = []
    if "xl/styles.xml" in pack.namelist():
        inside = False
        for event, tag, told in events(pack, "xl/styles.xml"):
            if tag == "cellXfs":
                inside = event == "start"
            elif event == "start" and tag == "numFmt":
                formats[int(told.get("numFmtId", 0))] = told.get("formatCode", "")
            elif event == "start" and tag == "xf" and inside:
                cells.append(int(told.get("numFmtId", 0)))
    return Styles(tuple(cells), formats)


def _rows(pack: zipfile.ZipFile, part: str, texts: list[str], styles: Styles) -> Iterator[Record]:
    """Number and cells of each row that is not blank, or what is wrong with it."""
    number = column = 0
    cells: dict[int, str] = {}
    wrong: BadSample | None = None
    cell = _Cell({})
    try:
        for event, tag, told in events(pack, part, "t", "v"):
            if event == "text":
                cell.runs.append(_unescaped(told))
            elif tag == "row" and event == "start":
                number, column, cells, wrong = int(told.get("r", number + 1)), 0, {}, None
            elif tag == "c" and event == "start":
                cell, column = _Cell(told), _column(told.get("r", ""), column + 1)
            elif tag == "f":
                cell.formula = True
            elif tag == "c":
                try:
                    # One more than there may be tells that there are too many.
                    if len(cells) <= MOST_COLUMNS:
                        cells[column] = cell.text(column, texts, styles)
                except BadSample as error:
                    wrong = wrong or error
            elif tag == "row" and (wrong or any(text.strip() for text in cells.values())):
                yield number, wrong or _checked(cells)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, *_BROKEN) as error:
        # What was read before the damage stays.
        yield number + 1, BadSample(f"the sheet is damaged from here on ({error!s:.80}); save the workbook again")


class _Cell:
    """A cell under way."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self.runs: list[str] = []
        self.formula = False
        self._kind = told.get("t", "n")
        self._style = int(told.get("s", 0))

    def text(self, column: int, texts: list[str], styles: Styles) -> str:
        """What the cell shows. Raises BadSample for an error or a formula that was never worked out."""
        value = "".join(self.runs)
        if self._kind == "e":
            raise BadSample(f"the cell in column {column} is the error {value:.20}; mend it")
        if self.formula and not value and self._kind != "str":
            raise BadSample(f"the formula in column {column} has no value; open the workbook and save it again")
        return as_text(value, self._kind, self._style, texts, styles) if self.runs else ""


def _checked(cells: dict[int, str]) -> list[str] | BadSample:
    last = max(cells)
    if last > MOST_COLUMNS:
        return BadSample(f"the line has {last:,} cells; at most {MOST_COLUMNS:,} are read")
    if sum(map(len, cells.values())) > MOST_LINE:
        return BadSample(f"the line is longer than {MOST_LINE:,} characters; shorten or drop it")
    return [cells.get(place, "") for place in range(1, last + 1)]


def _column(reference: str, following: int) -> int:
    """1 for A, 28 for AB; the one after the last where a cell does not say."""
    match = _REFERENCE.match(reference)
    if match is None:
        return following
    place = 0
    for letter in match[1]:
        place = place * 26 + ord(letter) - 64
    return place


def _unescaped(text: str) -> str:
    """_x000D_ is how a character that XML cannot hold is written; half a pair is left as it is."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(
        lambda match: match[0] if "D800" <= match[1].upper() <= "DFFF" else chr(int(match[1], 16)), text
    )
