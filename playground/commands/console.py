"""The terminal: progress to the error stream, results to standard output, tables that know wide characters."""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

BETWEEN = 15.0
"""Seconds between two lines of progress where the stream is a file, which cannot overwrite a line."""
REDRAW = 0.2
"""Seconds between two drawings of the line in a terminal."""


class Console:
    """Where a command talks to."""

    def __init__(self, out: TextIO | None = None, progress: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._progress = progress or sys.stderr
        self._terminal = self._progress.isatty()
        self._next = 0.0
        self._open = 0
        """Columns of the line that is being overwritten, 0 for none."""

    def step(self, text: str) -> None:
        """Progress that the next one replaces; most of them are left out where that is too often."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (REDRAW if self._terminal else BETWEEN)
        if not self._terminal:
            self.say(text)
            return
        print(f"\r{text}{' ' * max(0, self._open - width(text))}", end="", file=self._progress, flush=True)
        self._open = width(text)

    def say(self, text: str) -> None:
        """A line of progress that stays."""
        start = "\r" if self._open else ""
        blank = " " * max(0, self._open - width(text))
        self._open = 0
        print(f"{start}{text}{blank}", file=self._progress, flush=True)

    def show(self, text: str) -> None:
        """A piece of the result."""
        if self._open:
            self.say("")
        print(text, file=self._out, flush=True)

    def show_json(self, value: Any) -> None:
        """The result as one JSON value."""
        self.show(json.dumps(value, ensure_ascii=False, indent=2))


def width(text: str) -> int:
    """Columns that the text takes in a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns set by blanks, the first to the left and the others to the right, a rule under the head."""
    lines = [list(head), *map(list, rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(head))]
    set_ = ["  ".join(_cell(text, widths[i], i) for i, text in enumerate(line)).rstrip() for line in lines]
    return "\n".join([set_[0], "  ".join("-" * w for w in widths), *set_[1:]])


def _cell(text: str, columns: int, index: int) -> str:
    blank = " " * (columns - width(text))
    return text + blank if index == 0 else blank + text
