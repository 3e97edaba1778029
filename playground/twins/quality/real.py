"""Made rows beside real ones: how often each slot is given, what its values look like, how long messages are.

Two distributions are compared by their total variation: half the sum of the differences of their shares, 0 where
they are alike, 1 where they have nothing in common. Few rows differ by chance alone; how far is told beside it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playground.records import Row
from playground.twins.quality.facts import MOST_SLOTS, Facts, Seen
from playground.twins.quality.words import Say, percent, say

MOST_ROWS = 20_000
"""Rows of each side that are looked at; more would not change a share by a hundredth."""
WORDS = 12
"""Words told of each side."""
WORD_ROWS = 2_000
"""Rows of each side whose words are counted."""
WORD_LETTERS = 400
"""Characters of a message whose words are counted."""
FEW = 30
"""Real rows below which the report says that they are few."""
_LENGTHS = (0, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 130, 160, 200, 300, 500, 1_000, 2_000, 5_000)
_VALUES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100)
_TOKEN = re.compile(r"[A-Za-z]{2,30}|[\u4e00-\u9fff]{2,}")
_FORMS = (
    (re.compile(r"\d+"), "digits"),
    (re.compile(r"[\u3400-\u9fff·]+"), "CJK"),
    (re.compile(r"[A-Za-z .'’-]+"), "Latin"),
    (re.compile(r"[\d\s.,:：/+()-]+"), "digits and signs"),
    (re.compile(r"[\u3400-\u9fff\d\W]+"), "CJK and digits"),
    (re.compile(r"[A-Za-z\d\W_]+"), "Latin and digits"),
)

Counts = dict[str, int]


def form(value: str) -> str:
    """What a value is written in: "digits", "CJK", "Latin", ... or "mixed"."""
    return next((name for pattern, name in _FORMS if pattern.fullmatch(value[:200])), "mixed")


def step(length: int, steps: tuple[int, ...]) -> str:
    """The step that a length falls into: "10-14", "5000+"."""
    at = bisect_right(steps, length) - 1
    if at == len(steps) - 1:
        return f"{steps[at]}+"
    return str(steps[at]) if steps[at + 1] == steps[at] + 1 else f"{steps[at]}-{steps[at + 1] - 1}"


class Profile:
    """Takes rows in and keeps what they look like."""

    def __init__(self, facts: Facts) -> None:
        self.rows = 0
        self.lengths: Counts = {}
        self.words: Counts = {}
        self.word_rows = 0
        self.slots = [slot for slot in facts.slots[:MOST_SLOTS] if slot not in facts.fixed]
        self.given: Counts = dict.fromkeys(self.slots, 0)
        self.forms: dict[str, Counts] = {slot: {} for slot in self.slots}
        self.value_lengths: dict[str, Counts] = {slot: {} for slot in self.slots}

    def add(self, seen: Seen) -> None:
        """One more row; rows of other tasks are no likeness of this one."""
        if not seen.own or self.rows >= MOST_ROWS:
            return
        self.rows += 1
        _count(self.lengths, step(len(seen.asked), _LENGTHS))
        for slot in self.slots:
            if value := seen.row.slots.get(slot, ""):
                self.given[slot] += 1
                _count(self.forms[slot], form(value))
                _count(self.value_lengths[slot], step(len(value), _VALUES))
        if self.word_rows < WORD_ROWS:
            self.word_rows += 1
            for word in words_of(seen.asked):
                _count(self.words, word)


def words_of(text: str) -> set[str]:
    """Latin words in small letters and pairs of Chinese characters of a message's beginning."""
    found: set[str] = set()
    for token in _TOKEN.findall(text[:WORD_LETTERS]):
        found |= {token.lower()} if token.isascii() else {token[i : i + 2] for i in range(len(token) - 1)}
    return found


def _count(counts: Counts, key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


@dataclass(frozen=True)
class Compared:
    """One distribution, made and real."""

    what: str
    """"given" (share of rows that give the slot), "form", "value_length", or "length" of the message."""
    slot: str
    """"" for the message."""
    made: Mapping[str, float]
    """Share of each kind, in the same order on both sides."""
    real: Mapping[str, float]
    distance: float
    """Total variation, 0 to 1."""
    chance: float
    """The distance that two draws of so many rows from one and the same distribution have on average."""
    differs: bool
    """Whether it is more than chance: twice that and at least 0.1."""
    says: Say


@dataclass(frozen=True)
class WordShare:
    """A word that one side has more often."""

    word: str
    made: float
    """Share of made rows that have it."""
    real: float


@dataclass(frozen=True)
class Real:
    """Made rows beside real ones."""

    made_rows: int
    real_rows: int
    compared: tuple[Compared, ...]
    """The furthest apart first."""
    distance: float
    """Mean of all distances; 0.0 without any."""
    words: tuple[WordShare, ...]
    """Words whose shares differ most: at most WORDS that real rows have more often, then as many of the made ones."""
    verdict: Say


def compare(made: Profile, real: Profile) -> Real:
    """What is alike and what is not."""
    found = [_compared("length", "", made.lengths, real.lengths, made.rows, real.rows)]
    for slot in made.slots:
        ours, theirs = made.given[slot], real.given[slot]
        sides = {"yes": ours, "no": made.rows - ours}, {"yes": theirs, "no": real.rows - theirs}
        found.append(_compared("given", slot, *sides, made.rows, real.rows))
        if ours and theirs:
            found.append(_compared("form", slot, made.forms[slot], real.forms[slot], ours, theirs))
            lengths = made.value_lengths[slot], real.value_lengths[slot]
            found.append(_compared("value_length", slot, *lengths, ours, theirs))
    if not made.rows or not real.rows:
        return Real(made.rows, real.rows, (), 0.0, (), say("real.nothing"))
    found.sort(key=lambda one: (not one.differs, -one.distance, one.what, one.slot))
    apart = [one for one in found if one.differs]
    few = real.rows < FEW
    key = "real.few" if few else "real.differs" if apart else "real.alike"
    names = {"rows": real.rows, "differ": len(apart), "of": len(found)}
    mean = math.fsum(one.distance for one in found) / len(found)
    return Real(made.rows, real.rows, tuple(found), mean, _words(made, real), say(key, **names))


def _compared(what: str, slot: str, made: Counts, real: Counts, n: int, m: int) -> Compared:
    keys = sorted({*made, *real}, key=lambda key: (int(re.match(r"\d*", key)[0] or 0), key))  # type: ignore[index]
    ours = {key: made.get(key, 0) / n if n else 0.0 for key in keys}
    theirs = {key: real.get(key, 0) / m if m else 0.0 for key in keys}
    distance = math.fsum(abs(ours[key] - theirs[key]) for key in keys) / 2
    # The mean of |p - q| of two draws: each share is about normal with variance p (1 - p) / rows.
    pooled = [(made.get(key, 0) + real.get(key, 0)) / (n + m) for key in keys] if n and m else []
    spread = 1 / n + 1 / m if n and m else 0.0
    chance = min(1.0, math.fsum(math.sqrt(2 / math.pi * p * (1 - p) * spread) for p in pooled) / 2)
    differs = bool(n and m) and distance >= max(0.1, 2 * chance)
    if what == "given":
        says = say("real.given", slot=slot, made=percent(ours["yes"]), real=percent(theirs["yes"]))
    else:
        key = max(keys, key=lambda one: abs(ours[one] - theirs[one]), default="-")
        sides = {"made": percent(ours.get(key, 0.0)), "real": percent(theirs.get(key, 0.0))}
        says = say(f"real.{what}", slot=slot, key=key, **sides)
    return Compared(what, slot, ours, theirs, distance, chance, differs, says)


def _words(made: Profile, real: Profile) -> tuple[WordShare, ...]:
    if not made.word_rows or not real.word_rows:
        return ()
    shares = [
        WordShare(word, made.words.get(word, 0) / made.word_rows, real.words.get(word, 0) / real.word_rows)
        for word in sorted({*made.words, *real.words})
    ]
    # A word of a single row says something about that row alone.
    common = [one for one in shares if max(made.words.get(one.word, 0), real.words.get(one.word, 0)) > 1]
    common.sort(key=lambda one: (one.made - one.real, one.word))
    theirs = [one for one in common[:WORDS] if one.real > one.made]
    ours = [one for one in common[::-1][:WORDS] if one.made > one.real]
    return (*theirs, *ours)


def shares_of(rows: Iterable[Row]) -> dict[str, float]:
    """Slot to the share of rows that give it, 0 to 1, as real rows tell it to the making of twins; {} without rows."""
    given: Counts = {}
    count = 0
    for row in rows:
        count += 1
        for slot, value in row.slots.items():
            if slot in given or len(given) < MOST_SLOTS:
                given[slot] = given.get(slot, 0) + bool(value)
    return {slot: number / count for slot, number in given.items()}
