"""What was found, kind by kind: how often, and the first rows by id with a sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from playground.twins.quality.words import Level, Say, say

MOST = 20
"""Rows that are named for each kind of fault."""
RANK: dict[Level, int] = {"fault": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class Example:
    """A row with a fault."""

    id: str
    group: str
    says: Say


@dataclass(frozen=True)
class Fault:
    """One kind of fault and the rows that have it."""

    kind: str
    level: Level
    count: int
    """Rows, not places in them."""
    says: Say
    """What is wrong and in how many rows."""
    examples: tuple[Example, ...]
    """The first rows, at most `MOST`."""


class Faults:
    """Gathers faults while rows go by."""

    def __init__(self) -> None:
        self._levels: dict[str, Level] = {}
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[Example]] = {}

    def add(self, kind: str, level: Level, row_id: str, group: str, says: Say) -> None:
        """One row with one kind of fault."""
        self._levels[kind] = level
        self._counts[kind] = self._counts.get(kind, 0) + 1
        named = self._examples.setdefault(kind, [])
        if len(named) < MOST:
            named.append(Example(row_id, group, says))

    def all(self) -> tuple[Fault, ...]:
        """What was found: the worst first, then the most frequent."""
        kinds = sorted(self._counts, key=lambda kind: (RANK[self._levels[kind]], -self._counts[kind], kind))
        return tuple(
            Fault(
                kind,
                self._levels[kind],
                self._counts[kind],
                say(f"kind.{kind}", count=self._counts[kind]),
                tuple(self._examples[kind]),
            )
            for kind in kinds
        )
