"""The same row twice, the same input with another gold, the same id twice; and near-same rows, in a drawn sample.

What is the same is found among all rows: a table of 64-bit hashes holds them so a million rows take
about 70 MB, most of it their ids.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from playground.twins.quality.facts import MOST_SLOTS, Seen, digest
from playground.twins.quality.faults import Fault, Faults
from playground.twins.quality.near import LETTERS, NearIndex, method
from playground.twins.quality.words import Level, Say, say
from playground.twins.split import letters

DRAWN = 10_000
"""Rows of a group that are compared with each other; up to so many, that is all of them."""
VALUE = 200
"""Letters of a value that are kept for comparing."""
LONGEST_ID = 80
"""Bytes of an id that are kept to name the first of two."""


class Firsts:
    """Which hash came when, at 16 to 24 bytes each: an open table of places in a list of hashes."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._table = array("I", [0]) * 1024

    def add(self, one: int) -> int | None:
        """Count it in; the number (from 0) of the first one that is the same, None for a new one."""
        if 3 * len(self._hashes) > 2 * len(self._table):
            self._grow()
        self._hashes.append(one)
        table, mask = self._table, len(self._table) - 1
        at = one & mask
        while place := table[at]:
            if self._hashes[place - 1] == one:
                return place - 1
            at = (at + 1) & mask
        table[at] = len(self._hashes)
        return None

    def _grow(self) -> None:
        table = array("I", [0]) * (2 * len(self._table))
        mask = len(table) - 1
        for place in self._table:
            if place:
                at = self._hashes[place - 1] & mask
                while table[at]:
                    at = (at + 1) & mask
                table[at] = place
        self._table = table


class Kept(NamedTuple):
    """What is kept of a drawn row."""

    id: str
    group: str
    letters: str
    gold: int
    values: tuple[tuple[str, str], ...]
    """Slot and letters of its value."""


class Drawn:
    """Rows drawn from a group with the same chance for each, by a seed; the order of the rows is kept."""

    def __init__(self, group: str, seed: int, most: int = DRAWN) -> None:
        self._chance, self._most = Random(f"{seed}/{group}/drawn"), most
        self._rows: list[tuple[int, Kept]] = []
        self.count = 0

    def add(self, seen: Seen) -> None:
        """One more row of the group."""
        self.count += 1
        if self.count <= self._most:
            self._rows.append((self.count, _keep(seen)))
        elif (place := int(self._chance.random() * self.count)) < self._most:
            self._rows[place] = (self.count, _keep(seen))

    def rows(self) -> list[Kept]:
        """The drawn rows."""
        return [kept for _, kept in sorted(self._rows, key=lambda pair: pair[0])]


def _keep(seen: Seen) -> Kept:
    slots = list(seen.row.slots.items())[:MOST_SLOTS]
    values = tuple((slot, letters(value[:VALUE]).casefold()) for slot, value in slots)
    return Kept(seen.row.id, seen.group, seen.letters[:LETTERS], seen.gold, values)


@dataclass(frozen=True)
class Repeats:
    """Rows that are there more than once, or nearly."""

    rows: int
    duplicates: int
    """Rows of a group whose input, gold and answer an earlier row of that group has, letter for letter."""
    contradictions: int
    """Rows whose input an earlier row has with another gold."""
    near: int
    """Rows of `looked_at` that are near-same as an earlier one of them, without being the same."""
    looked_at: int
    """Rows that were compared for that."""
    method: Say
    faults: tuple[Fault, ...]


class RepeatMeter:
    """Takes rows in and tells the repeats among them."""

    def __init__(self) -> None:
        self._inputs, self._names = Firsts(), Firsts()
        self._golds, self._answers = array("I"), array("I")
        self._ids, self._ends = bytearray(), array("Q")
        self._starts: list[tuple[int, str]] = []
        self._faults = Faults()
        self._duplicates = self._contradictions = 0

    def add(self, seen: Seen) -> None:
        """One more row."""
        row, group = seen.row, seen.group
        number = len(self._golds)
        if not self._starts or self._starts[-1][1] != group:
            self._starts.append((number, group))
        # 32 bits are enough to tell two golds of one input apart.
        gold = seen.gold & 0xFFFFFFFF
        self._golds.append(gold)
        self._answers.append(seen.answer)
        self._ids += row.id[:LONGEST_ID].encode("utf-8", "replace")[:LONGEST_ID]
        self._ends.append(len(self._ids))
        if (first := self._names.add(digest(row.id))) is not None:
            place = first + 1
            self._faults.add("same_id", "fault", row.id, group, say("fault.same_id", id=row.id, place=place))
        first = self._inputs.add(seen.key)
        if first is None:
            return
        if self._golds[first] != gold:
            self._contradictions += 1
            # Without slots an answer may be worded in more than one way.
            kind = "contradiction" if row.slots else "other_answer"
            level: Level = "fault" if row.slots else "warning"
            self._faults.add(kind, level, row.id, group, say(f"fault.{kind}", other=self._id(first), text=seen.asked))
        elif self._group(first) == group:
            same = self._answers[first] == seen.answer
            self._duplicates += same
            kind, level = ("duplicate", "warning") if same else ("reworded", "note")
            self._faults.add(kind, level, row.id, group, say(f"fault.{kind}", other=self._id(first)))

    def result(self, drawn: Sequence[tuple[Sequence[Kept], NearIndex]]) -> Repeats:
        """The repeats among all rows, and the near ones among the drawn rows of each group."""
        near = looked_at = 0
        for rows, index in drawn:
            looked_at += len(rows)
            for place, match in index.pairs():
                a, b = rows[match.place], rows[place]
                if a.letters == b.letters:
                    continue
                near += 1
                share = round(100 * match.share)
                if slot := unexplained(a, b):
                    says = say("fault.near_contradiction", other=a.id, slot=slot, share=share)
                    self._faults.add("near_contradiction", "warning", b.id, b.group, says)
                self._faults.add("near", "note", b.id, b.group, say("fault.near", other=a.id, share=share))
        rows_read = len(self._golds)
        how = method(looked_at, rows_read)
        counts = self._duplicates, self._contradictions, near, looked_at
        return Repeats(rows_read, *counts, how, self._faults.all())

    def _id(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        return self._ids[start : self._ends[number]].decode("utf-8", "replace")

    def _group(self, number: int) -> str:
        return next(group for start, group in reversed(self._starts) if start <= number)


def unexplained(a: Kept, b: Kept) -> str:
    """A slot in which near-same rows differ though their messages do not: "" if there is none.

    The value of one stands in the message of the other as well, or in neither (a class or an intent, which is
    not copied).
    """
    if a.gold == b.gold:
        return ""
    others = dict(b.values)
    for slot, value in a.values:
        other = others.get(slot, "")
        if value == other:
            continue
        own = (not value or value in a.letters) and (not other or other in b.letters)
        told = (not value or value in b.letters) and (not other or other in a.letters)
        if told or not own:
            return slot
    return ""
