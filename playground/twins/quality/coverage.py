"""How much of what could be said was said: rows of each template, pairs of templates, templates with values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playground.samples import Template
from playground.twins.quality.facts import Facts, Seen

MOST_TEMPLATES = 2_000
"""Templates counted one by one; rows of further ones are counted together under "…"."""
FEW_VALUES = 100
"""Slots with at most so many values have each value paired with each template."""
OTHERS = "…"


@dataclass(frozen=True)
class Reached:
    """How many of the possible pairs there are rows for."""

    reached: int
    possible: int

    @property
    def share(self) -> float:
        """0 to 1; 1.0 where nothing is possible."""
        return self.reached / self.possible if self.possible else 1.0


@dataclass(frozen=True)
class Coverage:
    """Templates, and what they were filled with."""

    human: Mapping[str, int]
    """Human template to its rows, the most frequent first; templates of the task without a row are 0."""
    bot: Mapping[str, int]
    unused: tuple[str, ...]
    """Templates of the task that no row was made from."""
    strange: tuple[str, ...]
    """Templates that rows name and the task does not have, where the task's are known; at most 20."""
    pairs: Reached
    """Human with bot template, of the pairs that the task allows; of all pairs that could be where it is not known."""
    values: Mapping[str, Reached]
    """Slot with few values: (template that ever gives it, value) pairs that have a row."""


class CoverageMeter:
    """Takes rows in and tells the coverage."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._human: dict[str, int] = {}
        self._bot: dict[str, int] = {}
        self._pairs: set[tuple[str, str]] = set()
        self._given: dict[str, set[tuple[str, str]] | None] = {slot: set() for slot in facts.slots}
        """Slot to (template, value); None for a slot with too many values."""
        self._kinds: dict[str, set[str]] = {slot: set() for slot in facts.slots}

    def add(self, seen: Seen) -> None:
        """One more row."""
        if not seen.own:
            return
        human, bot = _counted(self._human, seen.row.template), _counted(self._bot, seen.row.bot_template)
        if len(self._pairs) < 10 * MOST_TEMPLATES:
            self._pairs.add((human, bot))
        for slot, value in seen.row.slots.items():
            pairs = self._given.get(slot)
            if pairs is None or not value or human == OTHERS:
                continue
            pairs.add((human, value))
            kinds = self._kinds[slot]
            kinds.add(value)
            if len(kinds) > FEW_VALUES:
                self._given[slot] = None
                kinds.clear()

    def result(self) -> Coverage:
        """What was reached."""
        facts = self._facts
        human = {**self._human, **{name: 0 for name in facts.human if name not in self._human}}
        bot = {**self._bot, **{name: 0 for name in facts.bot if name not in self._bot}}
        unused = [name for name, count in (*human.items(), *bot.items()) if not count]
        strange = [name for name in self._human if facts.human and name not in facts.human and name != OTHERS]
        allowed = set(allowed_pairs(facts.human, facts.bot))
        possible = len(allowed) or len(self._human) * len(self._bot)
        pairs = Reached(len(self._pairs & allowed) if allowed else len(self._pairs), possible)
        values = {
            slot: Reached(len(given), len({name for name, _ in given}) * len(self._kinds[slot]))
            for slot, given in self._given.items()
            if given and slot not in facts.fixed
        }
        return Coverage(_ordered(human), _ordered(bot), tuple(sorted(unused)), tuple(strange[:20]), pairs, values)


def allowed_pairs(human: Mapping[str, Template], bot: Mapping[str, Template]) -> Iterator[tuple[str, str]]:
    """Human and bot templates that go together: of one language and kind, or a bot of a kind that no question has."""
    kinds = {(one.lang, one.kind) for one in human.values()}
    for one in human.values():
        tongue = [other for other in bot.values() if other.lang == one.lang]
        own = [other.id for other in tongue if other.kind == one.kind]
        for name in own or [other.id for other in tongue if (other.lang, other.kind) not in kinds]:
            yield one.id, name


def _counted(counts: dict[str, int], name: str) -> str:
    """The name under which it was counted."""
    if name not in counts and len(counts) >= MOST_TEMPLATES:
        name = OTHERS
    counts[name] = counts.get(name, 0) + 1
    return name


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
