"""How long rows are: tokens where somebody counts them, else characters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal

from playground.records import Row
from playground.twins.quality.facts import Seen
from playground.twins.quality.faults import MOST, Example
from playground.twins.quality.words import say

BARS = 20
"""Most bars of the histogram."""
_EXACT = 1_000
"""Lengths up to this are counted one by one, longer ones to three digits."""


@dataclass(frozen=True)
class Bar:
    """Rows whose length is `low` to `high`, both counted in."""

    low: int
    high: int
    rows: int


@dataclass(frozen=True)
class Lengths:
    """Lengths of all rows."""

    unit: Literal["tokens", "characters"]
    rows: int
    mean: float
    middle: int
    """Half of the rows are at most this long; above 1,000 right to three digits, as are p95 and the bars."""
    p95: int
    longest: int
    longest_id: str
    limit: int | None
    """The length at which training cuts, None where it was not told."""
    cut: int
    """Rows that are longer than the limit."""
    examples: tuple[Example, ...]
    """The first of them."""
    bars: tuple[Bar, ...]


def characters(row: Row) -> int:
    """Characters of all turns."""
    return sum(len(turn["content"]) for turn in row.messages)


class LengthMeter:
    """Takes rows in and tells their lengths."""

    def __init__(self, count: Callable[[Row], int] | None, limit: int | None) -> None:
        self._count, self._unit = count or characters, "tokens" if count else "characters"
        self._limit = limit
        self._counts: dict[int, int] = {}
        self._rows = self._sum = self._cut = 0
        self._longest, self._longest_id = -1, ""
        self._examples: list[Example] = []

    def add(self, seen: Seen) -> None:
        """One more row."""
        length = self._count(seen.row)
        self._rows += 1
        self._sum += length
        kept = length if length <= _EXACT else _three_digits(length)
        self._counts[kept] = self._counts.get(kept, 0) + 1
        if length > self._longest:
            self._longest, self._longest_id = length, seen.row.id
        if self._limit is not None and length > self._limit:
            self._cut += 1
            if len(self._examples) < MOST:
                says = say(f"fault.long_{self._unit}", length=length, limit=self._limit)
                self._examples.append(Example(seen.row.id, seen.group, says))

    def result(self) -> Lengths:
        """What was counted; zeros without rows."""
        counts = sorted(self._counts.items())
        return Lengths(
            unit="tokens" if self._unit == "tokens" else "characters",
            rows=self._rows,
            mean=self._sum / self._rows if self._rows else 0.0,
            middle=_quantile(counts, self._rows, 0.5),
            p95=_quantile(counts, self._rows, 0.95),
            longest=max(0, self._longest),
            longest_id=self._longest_id,
            limit=self._limit,
            cut=self._cut,
            examples=tuple(self._examples),
            bars=bars(counts),
        )


def _three_digits(length: int) -> int:
    step: int = 10 ** (len(str(length)) - 3)
    return length // step * step


def _quantile(counts: list[tuple[int, int]], rows: int, share: float) -> int:
    before = 0
    for length, count in counts:
        before += count
        if before >= share * rows:
            return length
    return 0


def bars(counts: list[tuple[int, int]]) -> tuple[Bar, ...]:
    """At most BARS bars of one round width that hold all (length, rows) pairs, which come sorted."""
    if not counts:
        return ()
    low, high = counts[0][0], counts[-1][0]
    least = max(1, ceil((high - low + 1) / (BARS - 1)))
    scale = 10 ** (len(str(least)) - 1)
    width = next(step * scale for step in (1, 2, 5, 10) if step * scale >= least)
    start = low // width * width
    made = [0] * ((high - start) // width + 1)
    for length, count in counts:
        made[(length - start) // width] += count
    return tuple(Bar(start + i * width, start + (i + 1) * width - 1, rows) for i, rows in enumerate(made))
