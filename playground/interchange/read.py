"""A file that somebody brought, as a table: what it is is told by its content, its name only where that is open."""

from __future__ import annotations

from pathlib import Path

from playground.errors import BadSample
from playground.interchange.delimited import read_delimited, separator_of
from playground.interchange.encodings import encoding_of
from playground.interchange.jsons import json_form, read_items, read_lines
from playground.interchange.tables import Table, Tick, table_of, untold
from playground.interchange.xlsx import read_workbook


def read_table(path: Path, sheet: str = "", header: bool = True, tick: Tick = untold) -> Table:
    """All that can be read of a JSONL, JSON, CSV, TSV or XLSX file; bad lines are among the faults.

    `sheet` names the sheet of a workbook (the first with rows), `header` says whether a sheet's or CSV's
    first record names the columns, `tick` is told how far it is. Raises BadSample for a file of which
    nothing can be read, and what `tick` raises.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            packed = file.read(4) == b"PK\x03\x04"
        if not packed:
            return _text(path, header, tick)
        return read_workbook(path, sheet, header, tick)
    except OSError as error:
        raise BadSample(f"{path.name} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise BadSample(f"the text breaks off in the middle of {error.encoding}; save it as UTF-8") from error


def _text(path: Path, header: bool, tick: Tick) -> Table:
    encoding = encoding_of(path)
    form = json_form(path, encoding)
    if form is not None:
        read = read_lines(path, encoding) if form == "jsonl" else read_items(path, encoding)
        return table_of(path, form, encoding, read, tick=tick)
    suffix = path.suffix.lower()
    separator = separator_of(path, encoding)
    if separator is None:
        if suffix not in (".csv", ".tsv", ".txt"):
            raise BadSample(f"{path.name:.60} is neither JSON nor a table; save it as JSONL, CSV or XLSX")
        separator = "\t" if suffix == ".tsv" else ","
    columns, rows = read_delimited(path, encoding, separator, header)
    return table_of(path, "tsv" if separator == "\t" else "csv", encoding, rows, columns, tick=tick)
