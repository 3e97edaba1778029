"""One row's chances: the values of its slots, and which wordings it may use.

Customers' words and observations are what a model reads, so their wordings are held out; what the
assistant says is learned, and all of it is used everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from random import Random
from typing import TypeVar

from playground.twins.flows.flow import Flow
from playground.twins.flows.values import Draw, draw_value
from playground.twins.split import FEW, SHARE, Side

T = TypeVar("T")
AGAIN = 12
"""Draws until a value differs from the one it replaces."""


class Values:
    """The slots' values of one row, drawn when they are first asked for."""

    def __init__(self, flow: Flow, rng: Random, side: Side) -> None:
        self._flow, self._rng, self._side = flow, rng, side
        self._days: dict[str, date] = {}
        self.now: dict[str, str] = {}
        """Slot to the value it has at this turn."""

    def need(self, names: Iterable[str]) -> dict[str, str]:
        """All values drawn so far, the named ones among them. Parents are drawn before their slots."""
        for name in sorted(names):
            if name not in self.now:
                slot = self._flow.slots[name]
                self.need(slot.parents)
                draw = Draw(slot, self._flow.lang, self._rng, self._side, self.now, self._days)
                self.now[name] = draw_value(draw)
        return self.now

    def anew(self, names: Iterable[str]) -> bool:
        """Draw the named slots again, in their order. True if every one of them came out different."""
        changed = True
        for name in names:
            old = self.now.get(name)
            for _ in range(AGAIN):
                self.now.pop(name, None)
                if self.need((name,))[name] != old:
                    break
            changed = changed and self.now[name] != old
            # What was drawn from a value that is no more is drawn again when it is next asked for.
            for below in self._flow.below[name]:
                self.now.pop(below, None)
        return changed


class Voice:
    """The wordings one row is told in."""

    def __init__(self, flow: Flow, seed: int, rng: Random, unseen: bool) -> None:
        self.rng = rng
        self._flow, self._seed, self._unseen = flow, seed, unseen
        self.unseen_heard = 0
        """Held-out wordings used so far."""

    def spoken(self, wordings: Sequence[T]) -> T:
        """One of the assistant's wordings."""
        return wordings[int(self.rng.random() * len(wordings))]

    def heard(self, key: str, wordings: Sequence[T]) -> T:
        """One wording of a customer or a tool: of those train sees, or of those held out where there are any."""
        held = held_places(self._flow.name, key, len(wordings), self._seed)
        if self._unseen and held:
            self.unseen_heard += 1
            return wordings[held[int(self.rng.random() * len(held))]]
        kept = [one for place, one in enumerate(wordings) if place not in held]
        return kept[int(self.rng.random() * len(kept))]


@lru_cache(maxsize=4096)
def held_places(flow: str, key: str, count: int, seed: int) -> tuple[int, ...]:
    """Places of a list's wordings that train does not see: about one in five, none of a list of one or two."""
    if count < FEW:
        return ()
    return tuple(sorted(Random(f"{seed}/{flow}/{key}").sample(range(count), max(1, round(count / SHARE)))))


def outcome_key(node: str, outcome: str) -> str:
    """The name of an outcome's list of wordings."""
    return f"{node}.{outcome}"
