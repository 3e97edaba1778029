"""The XML inside a workbook as a stream of events, with no tree built and nothing looked up."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

CHUNK = 1 << 16
MOST_ELEMENTS = 10_000_000
"""Elements of one part: empty ones take four bytes, and microseconds."""
MOST_NESTED = 32


def events(pack: zipfile.ZipFile, part: str, *textual: str) -> Iterator[tuple[str, str, Any]]:
    """("start", tag, attributes), ("end", tag, None) and ("text", tag, text) of a part, names without their prefixes.

    The text of the elements named in `textual` comes whole; hints to how a text is spoken are left out.
    """
    told = Told(frozenset(textual))
    with pack.open(part) as file:
        while chunk := file.read(CHUNK):
            try:
                told.parser.Parse(chunk, False)
            except (expat.ExpatError, ValueError):
                # What stood before the damage is told first.
                yield from told.taken()
                raise
            yield from told.taken()
    told.parser.Parse(b"", True)
    yield from told.taken()


class Told:
    """What the parser of a part has told since it was last asked."""

    def __init__(self, textual: frozenset[str]) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._character
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._textual = textual
        self._events: list[tuple[str, str, Any]] = []
        self._text: list[str] | None = None
        self._spoken = self._depth = self._elements = 0

    def taken(self) -> list[tuple[str, str, Any]]:
        events, self._events = self._events, []
        return events

    def _start(self, name: str, told: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_NESTED or self._elements > MOST_ELEMENTS:
            raise ValueError("it holds more than a workbook does")
        self._spoken += tag == "rPh"
        self._text = [] if tag in self._textual and not self._spoken else None
        self._events.append(("start", tag, {key.rpartition(":")[2]: value for key, value in told.items()}))

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if self._text is not None:
            self._events.append(("text", tag, "".join(self._text)))
            self._text = None
        self._depth -= 1
        self._spoken -= tag == "rPh"
        self._events.append(("end", tag, None))

    def _character(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _refuse(self, *_: Any) -> None:
        raise ValueError("it declares a document type")
