"""Workbooks (.xlsx) out: one sheet of texts, none of which a program runs; the same rows give the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from playground.errors import BadDataset

MOST_RECORDS = 1_048_576
"""Rows of a sheet, its header included."""
LONGEST = 32_767
"""Characters of a cell."""
SHEET = "rows"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""Where the zip format's dates begin; the time of day would make every file another one."""
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def write_workbook(records: Iterable[Sequence[str]], path: Path) -> None:
    """Write records, the header first, whole or not at all; taken one by one, so that memory does not grow with them.

    Every cell is of the type text, whatever it begins with. Raises BadDataset for a text or a number of rows
    that a sheet cannot hold, OSError; what `records` raises is let through. The old file then stays.
    """
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as room:
        draft = Path(room) / path.name
        book = Workbook(write_only=True)
        book.properties.created = book.properties.modified = datetime(*_BEGINNING)
        sheet = book.create_sheet(SHEET)
        try:
            for number, record in enumerate(records):
                if number == MOST_RECORDS:
                    raise BadDataset(f"a sheet holds {MOST_RECORDS:,} rows; take another form")
                sheet.append([_cell(sheet, text, number) for text in record])
        finally:
            # Also where the rows break off: saving is how openpyxl lets go of a temporary file of its own.
            with _Undated(draft, "w", zipfile.ZIP_DEFLATED) as pack:
                ExcelWriter(book, pack).save()
        os.chmod(draft, 0o644)
        os.replace(draft, path)


def escaped(text: str) -> str:
    """A text as a sheet keeps it: what XML cannot hold as _x0001_, and what looks like that as _x005F_x0001_."""
    return _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", _LIKE_ESCAPED.sub("_x005F_", text))


def _cell(sheet: Any, text: str, number: int) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not text:
        return None
    kept = escaped(text)
    if len(kept) > LONGEST:
        # openpyxl would cut it without a word.
        raise BadDataset(
            f"row {number} has a text of {len(text):,} characters; a cell holds {LONGEST:,}, so take another form"
        )
    cell = WriteOnlyCell(sheet, kept)
    cell.data_type = "s"  # "=1+1" would be a formula, "#REF!" an error
    return cell


class _Undated(zipfile.ZipFile):
    """A zip file whose entries bear no date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(self._entry(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with open(filename, "rb") as source, self.open(self._entry(arcname), "w") as out:
            shutil.copyfileobj(source, out)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, _BEGINNING)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        return entry
