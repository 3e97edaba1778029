"""Twin-aware split: which templates and which values are held out of training.

Rows of one template are siblings, and so are rows that share a name or a street line. So templates
are held out kind by kind, and each value belongs to one side for good: its hash says which, whatever
else was drawn. That makes row 17 the same row in any number of rows and processes.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from playground.errors import BadTemplate
from playground.samples import Template

SHARE = 5
"""One value and about one template in five is held out."""
FEW = 3
"""A kind with fewer templates than this is held out together with the other small kinds of its language."""

_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]+")
_WORDS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """A text's letters and digits alone: spaces, punctuation and width do not make another text."""
    if text.isalnum() and (text.isascii() or _PLAIN.fullmatch(text)):
        return text
    return _WORDS.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Side:
    """The values one group of rows may use: train's, or those train never shows."""

    seed: int
    unseen: bool

    def holds(self, kind: str, value: str) -> bool:
        """True if the value is on this side; values with the same `letters` are on one."""
        return (zlib.crc32(f"{self.seed}/{kind}/{letters(value)}".encode()) % SHARE == 0) == self.unseen


def held_templates(templates: Sequence[Template], seed: int) -> frozenset[str]:
    """Ids of the templates train does not see: about 20 % of each kind, at least one of a kind of three or more."""
    held: set[str] = set()
    for members in _kinds(templates):
        if len(members) >= FEW:
            held.update(_shuffled(members, seed)[: max(1, round(len(members) / SHARE))])
    return frozenset(held)


def folds(templates: Sequence[Template], count: int, seed: int) -> list[frozenset[str]]:
    """The templates dealt kind by kind into `count` sets of ids, so that each is held out exactly once."""
    hands: list[set[str]] = [set() for _ in range(count)]
    turn = 0
    for members in _kinds(templates):
        for one in _shuffled(members, seed):
            hands[turn % count].add(one)
            turn += 1
    return [frozenset(hand) for hand in hands]


def known_held(held: Iterable[str], templates: Sequence[Template]) -> frozenset[str]:
    """The given ids, checked: all known, and something left to train on. Raises BadTemplate."""
    ids, there = frozenset(held), {one.id for one in templates}
    if unknown := sorted(ids - there):
        raise BadTemplate(f"held-out template {unknown[0]!r} is not there; there is: {', '.join(sorted(there)[:12])}")
    if ids == there:
        raise BadTemplate(f"all {len(ids)} templates are held out; leave at least one to train on")
    return ids


def _kinds(templates: Sequence[Template]) -> list[list[str]]:
    """Ids by language and kind; small kinds of a language make one list together."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for one in templates:
        by_kind.setdefault((one.lang, one.kind), []).append(one.id)
    small: dict[str, list[str]] = {}
    for (lang, _), members in by_kind.items():
        if len(members) < FEW:
            small.setdefault(lang, []).extend(members)
    return [members for members in by_kind.values() if len(members) >= FEW] + list(small.values())


def _shuffled(ids: list[str], seed: int) -> list[str]:
    return Random(f"{seed}/{'/'.join(sorted(ids))}").sample(sorted(ids), len(ids))
