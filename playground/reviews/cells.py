"""The text and the cells of a spreadsheet that comes back: its encoding, and lines that are no CSV told one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from playground.errors import BadSample

MOST_FIELD = 131_072
"""Characters of a cell that is read."""
MOST_AGAIN = 100
"""Times that reading begins anew behind a line that is no CSV; then what it took in is left out."""


def decoded(data: bytes) -> str:
    """The text, in UTF-8, UTF-16 with its mark, or GB18030, which is how a Chinese Excel saves. Raises BadSample."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSample("the sheet is in no known encoding; save it as CSV UTF-8")


def rows_of(text: str, between: str) -> Iterator[tuple[int, list[str] | str]]:
    """First line and cells of each record, or what is wrong with that line; the next line then begins anew.

    An open quotation mark takes in the lines that follow, how many hangs on a limit that the whole program shares.
    """
    lines = io.StringIO(text, newline="").readlines()
    at = again = 0
    while at < len(lines):
        reader, begun = csv.reader(islice(lines, at, None), delimiter=between), at
        wrong = ""
        while not wrong and at < len(lines):
            try:
                cells = next(reader)
                wrong = "a cell is too long" if any(len(cell) > MOST_FIELD for cell in cells) else ""
            except StopIteration:
                return
            except csv.Error as error:
                wrong = str(error)
            if not wrong:
                yield at + 1, cells
                at = begun + reader.line_num
        if wrong:
            yield at + 1, wrong
            again += 1
            at = at + 1 if again < MOST_AGAIN else begun + reader.line_num
