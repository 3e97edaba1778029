"""How a slot's values are spread: the most frequent, "" among them, round numbers, and what chance would give.

Chance means: all values that were seen are drawn equally often. Real lists are not like that (a province with
many counties comes more often), so a value is called too frequent only when chance cannot explain it and it is
far from an equal share, and no trifle, as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from playground.twins.quality.facts import MOST_SLOTS, Facts, Seen
from playground.twins.quality.words import SHOWN, Say, percent, say

KEPT = 3_000
"""Values of a slot that are counted exactly; twice as many are held before the rarest are let go."""
TOP = 12
"""Most frequent values that are told."""
FAR = 4.0
"""Odds against the odds of an equal share, from which on a value is far from it."""
LEAST = 0.05
"""Share of the most frequent value below which nothing is out of balance."""
SURE = 0.001
"""Chance of at least so many rows with one of the values, below which it is no chance."""
FEW = 20
"""Rows with the slot below which nothing is said about chance."""

_AMOUNT = re.compile(
    r"[¥￥$€£]? ?(\d{1,3}(?:,\d{3}){1,4}|\d{1,9})(\.\d{1,2})? ?(元|块钱?|人民币|CNY|RMB|USD|EUR|yuan)?"
)
_TIME = re.compile(r"(?:.{0,12}?\D)??([01]?\d|2[0-4])(?:[:：]([0-5]\d)(?::\d\d)?|[点时](?:([0-5]?\d)分?|(半|整|钟)?))")


@dataclass(frozen=True)
class Round:
    """Round figures among a slot's values."""

    kind: str
    """"amount": whole hundreds; "time": on the hour."""
    values: int
    """Values of that kind that could be round."""
    share: float
    """Share of them that is."""
    chance: float
    """Share that chance would give."""


@dataclass(frozen=True)
class Balance:
    """The values of one slot over all rows of the task."""

    slot: str
    rows: int
    empty: float
    """Share of rows with ""."""
    different: int
    """Different values, "" not counted; `more` says that there were more than could be counted."""
    more: bool
    top: tuple[tuple[str, int], ...]
    """The most frequent values and their rows, "" left out."""
    top_share: float
    """Share of the most frequent among the rows that give the slot."""
    entropy: float
    """Bits; a lower bound where `more`."""
    evenness: float
    """Entropy by that of equally frequent values, 0 to 1."""
    round: Round | None
    warnings: tuple[Say, ...]


class _Slot:
    def __init__(self) -> None:
        self.rows = self.empty = self.missed = 0
        self.counts: dict[str, int] = {}

    def add(self, value: str) -> None:
        self.rows += 1
        if not value:
            self.empty += 1
            return
        value = value if len(value) <= SHOWN else value[:SHOWN]
        self.counts[value] = self.counts.get(value, 0) + 1
        if len(self.counts) > 2 * KEPT:
            self._let_go()

    def _let_go(self) -> None:
        """Misra and Gries: every count loses the same, so none is wrong by more than rows / KEPT."""
        least = sorted(self.counts.values(), reverse=True)[KEPT]
        self.missed += least
        self.counts = {value: count - least for value, count in self.counts.items() if count > least}


class BalanceMeter:
    """Takes rows in and tells the balance of each slot."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._slots = {slot: _Slot() for slot in facts.slots[:MOST_SLOTS] if slot not in facts.fixed}

    def add(self, seen: Seen) -> None:
        """One more row."""
        if seen.own and seen.row.slots:
            for slot, counted in self._slots.items():
                counted.add(seen.row.slots.get(slot, ""))

    def result(self) -> tuple[Balance, ...]:
        """Slot by slot, in the order of the answer; slots without rows are left out."""
        return tuple(_balance(slot, counted) for slot, counted in self._slots.items() if counted.rows)


def _balance(slot: str, counted: _Slot) -> Balance:
    given = counted.rows - counted.empty
    ordered = sorted(counted.counts.items(), key=lambda pair: (-pair[1], pair[0]))
    top = tuple((value, count + counted.missed) for value, count in ordered[:TOP])
    shares = [count / given for _, count in ordered]
    # What was let go was rarer than any counted value: as single rows it gives the most entropy there can be,
    # so it is left out of a lower bound.
    entropy = math.fsum(-share * math.log2(share) for share in shares)
    different = len(ordered)
    evenness = min(1.0, max(0.0, entropy / math.log2(different))) if different > 1 else 0.0
    top_share = top[0][1] / given if top else 0.0
    empty = counted.empty / counted.rows
    found = round_figures([(value, count) for value, count in ordered])
    said = [*_frequent(slot, top, given, different, counted.missed > 0), *_round(slot, found)]
    if counted.empty == counted.rows:
        said.append(say("balance.never", slot=slot))
    more = counted.missed > 0
    return Balance(
        slot, counted.rows, empty, different, more, top, top_share, entropy + 0.0, evenness, found, tuple(said)
    )


def _frequent(slot: str, top: tuple[tuple[str, int], ...], given: int, different: int, more: bool) -> list[Say]:
    if given < FEW or not top:
        return []
    value, count = top[0]
    if different == 1 and not more:
        return [say("balance.one", slot=slot, value=value, rows=given)]
    share, fair = count / given, 1 / different
    far = share >= LEAST and share * (1 - fair) >= FAR * fair * (1 - share)
    if far and different * at_least(count, given, fair) < SURE:
        return [say("balance.frequent", slot=slot, value=value, share=percent(share), fair=percent(fair))]
    return []


def _round(slot: str, found: Round | None) -> list[Say]:
    if found is None or found.values < FEW or found.share < 3 * found.chance:
        return []
    if at_least(round(found.share * found.values), found.values, found.chance) >= SURE:
        return []
    values = {"slot": slot, "share": percent(found.share), "chance": percent(found.chance)}
    return [say(f"balance.round_{found.kind}", **values)]


def round_figures(counts: list[tuple[str, int]]) -> Round | None:
    """Round amounts or times among values and their rows; None where most values are neither.

    Digits that all have one length, or a leading zero, are numbers of something (postcodes, phones), not amounts.
    """
    rows = sum(count for _, count in counts)
    amounts = [(match, count) for value, count in counts if (match := _AMOUNT.fullmatch(value.strip()))]
    if amounts and 2 * sum(count for _, count in amounts) >= rows and not _number_of_something(amounts):
        # Below a hundred there is no whole hundred to be.
        large = [(match, count) for match, count in amounts if float(match[1].replace(",", "")) >= 100]
        return _share("amount", large, 0.01, lambda m: m[1].endswith("00") and not (m[2] or "").strip(".0"))
    times = [(match, count) for value, count in counts if (match := _TIME.fullmatch(value.strip()))]
    if times and 2 * sum(count for _, count in times) >= rows:
        return _share("time", times, 1 / 60, lambda m: not (m[2] or m[3] or "").strip("0") and m[4] != "半")
    return None


def _share(
    kind: str, found: list[tuple[re.Match[str], int]], chance: float, is_round: Callable[[re.Match[str]], bool]
) -> Round | None:
    values = sum(count for _, count in found)
    if not values:
        return None
    return Round(kind, values, sum(count for match, count in found if is_round(match)) / values, chance)


def _number_of_something(amounts: list[tuple[re.Match[str], int]]) -> bool:
    if any(match[0].strip() != match[1] or "," in match[1] for match, _ in amounts):
        return False
    lengths = {len(match[1]) for match, _ in amounts}
    return (len(lengths) == 1 and min(lengths) > 3) or any(match[1][0] == "0" < match[1][1:] for match, _ in amounts)


def at_least(count: int, rows: int, share: float) -> float:
    """Chance of `count` or more of `rows`, each with this chance (0 to 1)."""
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0 or count > rows:
        return 0.0
    if count <= rows * share:
        return 1.0  # the more frequent half: never a matter of warning
    log = math.lgamma(rows + 1) - math.lgamma(count + 1) - math.lgamma(rows - count + 1)
    term = math.exp(log + count * math.log(share) + (rows - count) * math.log1p(-share))
    total, odds = 0.0, share / (1 - share)
    while term > total * 1e-12:
        total += term
        term *= (rows - count) / (count + 1) * odds
        count += 1
    return min(1.0, total)
