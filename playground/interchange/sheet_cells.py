"""What CSV and workbooks have in common: the header, cells under it, and texts that a spreadsheet program would run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from playground.errors import BadSample
from playground.interchange.column_names import part_of
from playground.interchange.tables import Read

ABOVE = 5
"""Records among which the header is looked for: a title may stand above it."""
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""Texts that a program takes for a formula, in Chinese and Japanese ones in full width too, and texts that
defusing made of them."""

Record = tuple[int, list[str] | BadSample]
"""The number of a record, and its cells or what is wrong with it."""


def defused(text: str) -> str:
    """The text with a quote mark before it where a spreadsheet program would run it; `restored` takes it away."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    """The text as it was before `defused`; a text that was not defused as it is."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def under_header(records: Iterable[Record], header: bool) -> tuple[tuple[str, ...], Iterator[Read]]:
    """The columns, and every record under them: its values, or what is wrong with it.

    The header is the first record that can be read, or a later one of known names where the first ones are a
    title. Without a header the columns are named by their places. Raises BadSample where there is no record.
    """
    found = iter(records)
    head = list(islice(found, ABOVE))
    at = _header_at(head) if header else next((i for i, (_, one) in enumerate(head) if isinstance(one, list)), None)
    if at is None:
        raise (
            head[0][1] if head and isinstance(head[0][1], BadSample) else BadSample("the file holds no rows; add some")
        )
    cells = head[at][1]
    assert isinstance(cells, list)
    names = column_names(cells if header else [""] * len(cells))
    above = BadSample("the line stands above the header and is left out; nothing is to be done if it is a title")
    before = [(number, one if isinstance(one, BadSample) else above) for number, one in head[:at]]
    below = head[at + 1 :] if header else head[at:]
    return names, chain(before, ((number, _values(names, record)) for number, record in chain(below, found)))


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """A name for every column: the header's, or its place where that is empty, or with a number where it is taken."""
    names: dict[str, None] = {}
    for place, cell in enumerate(cells, 1):
        name = wanted = " ".join(cell.strip("\ufeff \t\r\n").split()) or f"column {place}"
        again = 1
        while name in names:
            again += 1
            name = f"{wanted} ({again})"
        names[name] = None
    return tuple(names)


def _header_at(head: Sequence[Record]) -> int | None:
    readable = [(at, one) for at, (_, one) in enumerate(head) if isinstance(one, list)]
    if not readable:
        return None
    first, cells = readable[0]
    if sum(bool(cell.strip()) for cell in cells) < 2:
        for at, one in readable[1:]:
            if sum(part_of(cell) is not None for cell in one) >= 2:
                return at
    return first


def _values(names: tuple[str, ...], record: list[str] | BadSample) -> dict[str, str] | BadSample:
    """A record by its columns. A shorter one is filled up, since programs drop empty cells; a longer one is a fault."""
    if isinstance(record, BadSample):
        return record
    if any(cell.strip() for cell in record[len(names) :]):
        return BadSample(
            f"the line has {len(record)} cells and the header {len(names)}; quote cells that hold the separator"
        )
    return dict(zip(names, [*record, *[""] * (len(names) - len(record))], strict=False))
