"""A list of JSON too large to be parsed at once, cut into the texts of its items by its quotes and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from playground.errors import BadSample
from playground.interchange.tables import MOST_LINE, MOST_MARKS, left_out, too_long

ROW_LISTS = frozenset({"messages", "conversations", "conversation", "history", "tools", "functions"})
"""Lists that belong to one row; an object that has them is a row and not a shelf of rows."""
REST_OF_TEXT = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
"""From inside a JSON text to its closing quote."""
_INSIDE = re.compile(r'["\[\]{}]')
_BETWEEN = re.compile(r'["\[\]{},]')
_KEY = re.compile(r'"((?:[^"\\]|\\.){0,200})"\s*:\s*$')
_OBJECTS = re.compile(r"\s*\{")
_SECOND = re.compile(r'"[^"\\]{0,200}"\s*:\s*\[\s*\{')
_BLANK = " \t\r\n\ufeff"


def items(pieces: Iterable[str]) -> Iterator[str | BadSample]:
    """The text of each item of a list, or of values one after another, or what is wrong with it.

    Of an object whose head has a list of objects the list's items are given. Raises BadSample where it
    has a second one.
    """
    whole = iter(pieces)
    head = ""
    for piece in whole:
        head = (head + piece).lstrip(_BLANK)
        if head:
            break
    in_object = _list_inside(head) if head.startswith("{") else None
    cutter = _Cutter()
    begin = in_object if in_object is not None else int(head.startswith("["))
    yield from cutter.feed(head[begin:])
    after = ""
    for piece in whole:
        if not cutter.ended:
            yield from cutter.feed(piece)
        elif in_object is not None:
            _no_second(after + piece)
            after = piece[-300:]
    if in_object is not None and cutter.ended:
        _no_second(cutter.rest)
    yield from cutter.close()


def _list_inside(head: str) -> int | None:
    """Where the items of an object's list of objects begin; None for an object that is a row itself."""
    depth = at = 0
    found = None
    while match := _INSIDE.search(head, at):
        at = match.end()
        if match[0] == '"':
            at = REST_OF_TEXT.match(head, at).end() + 1  # type: ignore[union-attr]
            continue
        key = _KEY.search(head, max(0, match.start() - 300), match.start()) if depth == 1 and match[0] == "[" else None
        if key and key[1].lower() in ROW_LISTS:
            return None
        if key and found is None and _OBJECTS.match(head, at):
            found = at
        depth += 1 if match[0] in "[{" else -1
        if depth == 0:
            break
    return found


def _no_second(text: str) -> None:
    if _SECOND.search(text):
        raise BadSample("the object holds more than one list; keep the one with the rows")


class _Cutter:
    """Takes a list's text in pieces, as it stands after the opening bracket, and gives its items' texts."""

    def __init__(self) -> None:
        self.ended = False
        """True once the list's closing bracket was there."""
        self.rest = ""
        """What stood after it, in the piece it stood in."""
        self._depth = 0
        self._quoted = False
        self._kept: list[str] = []
        self._length = 0
        self._held = ""
        self._marks = 0

    def feed(self, piece: str) -> Iterator[str | BadSample]:
        """The items that end in this piece."""
        text = self._held + piece
        # A backslash at the end is looked at together with what it escapes.
        self._held = "\\" if (len(text) - len(text.rstrip("\\"))) % 2 else ""
        text = text[: len(text) - len(self._held)]
        begin = at = 0
        while at < len(text) and not self.ended:
            if self._quoted:
                at = REST_OF_TEXT.match(text, at).end()  # type: ignore[union-attr]
                self._quoted = at == len(text)
                at += 1
                continue
            match = (_INSIDE if self._depth else _BETWEEN).search(text, at)
            if match is None:
                break
            at, sign = match.end(), match[0]
            self._marks += 1
            if self._marks > MOST_MARKS:
                yield left_out(f"{MOST_MARKS:,} quotes and brackets")
                self._kept, self._length, self.ended = [], 0, True
                return
            self._quoted = sign == '"'
            if sign in "[{":
                self._depth += 1
            elif sign in "]}":
                self._depth -= 1
            if self._depth <= 0 and sign in "]},":
                self._keep(text[begin : at if self._depth == 0 and sign != "," else at - 1])
                yield from self.close()
                begin, self.ended = at, self._depth < 0
        self.rest = text[begin:]
        if not self.ended:
            self._keep(self.rest)

    def close(self) -> Iterator[str | BadSample]:
        """The item that is under way, if there is one."""
        if self._length > MOST_LINE:
            yield too_long()
        elif item := "".join(self._kept).strip(_BLANK):
            yield item
        self._kept, self._length = [], 0

    def _keep(self, text: str) -> None:
        self._length += len(text)
        self._kept = [*self._kept, text] if self._length <= MOST_LINE else []
