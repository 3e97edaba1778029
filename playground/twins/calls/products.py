"""All calls of a function, counted and put in an order in which every beginning is even.

With lists of m1, m2, ... values there are m1 x m2 x ... calls. Call number k takes value
(k + c_i) mod m_i of list i, where the shifts c change each time the lists have come round together.
So each call comes once before any comes again, and after any number of calls each value of a list
has come as often as the others, give or take one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, lcm, prod
from random import Random

MOST_COPIES = 1000
"""Most entries of a list that weights were written into."""


@dataclass(frozen=True)
class Product:
    """The calls over lists of values, by number."""

    lists: tuple[tuple[int, ...], ...]
    """Indices of each field's values in the order they take turns; an index more often for a weight."""
    size: int
    """Different calls; the ones after come again."""
    round: int
    """Calls after which all lists are at their beginning together."""
    shifts: tuple[int, ...]
    """For each list, by how many places it may be shifted against those before it."""
    ways: int
    """Combinations of shifts."""
    turn: tuple[int, int]
    """Which combination of shifts comes first, and the step to the next."""

    def call(self, number: int) -> list[int]:
        """The index into each field's values of call `number`, 0 or more."""
        rounds, place = divmod(number, self.round)
        start, step = self.turn
        rest = (start + rounds * step) % self.ways
        found = []
        for some, width in zip(self.lists, self.shifts, strict=True):
            rest, shift = divmod(rest, width)
            found.append(some[(place + shift) % len(some)])
        return found


def make_product(counts: Sequence[int], rng: Random, weights: Sequence[Sequence[int] | None] | None = None) -> Product:
    """The product over fields of `counts` values each, all of them 1 or more; a field with weights is drawn by them.

    Where weights are given the product is not taken whole: a value comes in proportion to its weight.
    """
    weights = weights or [None] * len(counts)
    lists = []
    for count, some in zip(counts, weights, strict=True):
        entries = list(range(count)) if some is None else _copies(some)
        rng.shuffle(entries)
        lists.append(tuple(entries))
    together, shifts = 1, []
    for one in lists:
        shifts.append(gcd(together, len(one)))
        together = lcm(together, len(one))
    ways = prod(shifts)
    start = int(rng.random() * ways)
    step = next((one for one in range(int(ways * 0.618) or 1, 2 * ways + 1) if gcd(one, ways) == 1), 1)
    return Product(tuple(lists), prod(len(set(one)) for one in lists), together, tuple(shifts), ways, (start, step))


def _copies(weights: Sequence[int]) -> list[int]:
    """Each index as often as its weight says, at least once, in at most about MOST_COPIES entries."""
    total = sum(weights)
    scale = min(1.0, MOST_COPIES / total)
    return [place for place, weight in enumerate(weights) for _ in range(max(1, round(weight * scale)))]
