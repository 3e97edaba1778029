"""Which row shows what: kinds of rows and turns of functions, by the row's number alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from random import Random


@dataclass(frozen=True)
class Turns:
    """A cycle in which each member has its turns, so that a number tells whose turn it is and the how manieth."""

    cycle: tuple[int, ...]
    """Members in the order of their turns."""
    before: tuple[int, ...]
    """How often the member of each place had its turn earlier in the cycle."""
    shares: tuple[int, ...]
    """Turns of each member in one cycle."""

    def at(self, number: int) -> tuple[int, int]:
        """Whose turn number is, and how many it has had before."""
        rounds, place = divmod(number, len(self.cycle))
        member = self.cycle[place]
        return member, rounds * self.shares[member] + self.before[place]

    def until(self, member: int, turns: int) -> int:
        """How many turns of all it takes until a member has had so many, 1 or more."""
        rounds, rest = divmod(turns - 1, self.shares[member])
        places = [place for place, one in enumerate(self.cycle) if one == member]
        return rounds * len(self.cycle) + places[rest] + 1


def make_turns(shares: Sequence[int], rng: Random) -> Turns:
    """Turns in these shares, evenly spread, in an order that `rng` chooses."""
    # One turn in each of `share` equal stretches of the cycle: a beginning of it has every member in its measure.
    spots = [((turn + rng.random()) / share, member) for member, share in enumerate(shares) for turn in range(share)]
    cycle = [member for _, member in sorted(spots)]
    had = [0] * len(shares)
    before = []
    for member in cycle:
        before.append(had[member])
        had[member] += 1
    return Turns(tuple(cycle), tuple(before), tuple(shares))


def short_or_whole(turn: int, share: float) -> tuple[bool, int]:
    """Whether a function's call of this number leaves fields out, and its number among those that do (or do not).

    `share` of them do, evenly spread.
    """
    short = floor(turn * share + 1e-9)
    if floor((turn + 1) * share + 1e-9) > short:
        return True, short
    return False, turn - short


def turns_for(whole: int, share: float) -> int:
    """How many calls it takes until so many (1 or more) have left nothing out."""
    if share >= 1:
        return whole
    found = max(whole, floor((whole - 1) / (1 - share)) - 1)
    while found - floor(found * share + 1e-9) < whole:
        found += 1
    return found
