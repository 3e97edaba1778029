"""The leak meter: what a held-out group shares with training, and whether it may.

unseen_values may share templates, unseen_templates may share values, unseen_both neither; no group may share a
message. Other held-out groups are measured and judged by their messages alone. Held-out rows are taken first;
then training rows go by, so that the memory is that of the held-out rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from playground.twins.quality.facts import MOST_SLOTS, Facts, Seen
from playground.twins.quality.faults import MOST, Example
from playground.twins.quality.near import NearIndex, method
from playground.twins.quality.repeats import VALUE, Kept
from playground.twins.quality.words import Level, Say, say
from playground.twins.split import letters

HELD = 20_000
"""Rows of a held-out group that are compared; the split makes some hundreds."""
OFTEN = 0.9
"""Where nobody said which values are kept apart: slots of which so many held-out values differ count as open."""
SOME = 0.05
"""Share of near-same messages, or of shared open values, from which on that is worth a warning."""


@dataclass(frozen=True)
class Shared:
    """One thing that held-out rows may have in common with training rows."""

    what: str
    """"message", "near" (near-same message), "template", or "value"."""
    slot: str
    """Of a value, else ""."""
    rows: int
    """Held-out rows that could share it; for a value those that give the slot."""
    shared: int
    allowed: bool
    level: Level
    says: Say
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class LeakGroup:
    """One held-out group against training."""

    group: str
    rows: int
    looked_at: int
    """Rows of the group that were compared."""
    shared: tuple[Shared, ...]
    level: Level
    verdict: Say
    method: Say
    """How near-same messages were found."""


class Training:
    """What training rows have of all that held-out rows hold; only that is kept, so that any number may go by."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._wanted: dict[str, set[Any]] = {what: set() for what in ("message", "template", *_names(facts))}
        self._had: dict[str, set[Any]] = {what: set() for what in self._wanted}

    def want(self, what: str, one: Any) -> None:
        """Something a held-out row holds: a message's key, a template's id, or (slot:NAME) a value."""
        self._wanted[what].add(one)

    def learn(self, seen: Seen) -> None:
        """One training row."""
        wanted, had = self._wanted, self._had
        if seen.key in wanted["message"]:
            had["message"].add(seen.key)
        if seen.row.template in wanted["template"]:
            had["template"].add(seen.row.template)
        if seen.own:
            for name, slot in _names(self._facts).items():
                if (value := seen.row.slots.get(slot, "")) and (plain := _plain(value)) in wanted[name]:
                    had[name].add(plain)

    def has(self, what: str, one: Any) -> bool:
        """Whether a training row had it."""
        return one in self._had[what]


@lru_cache(maxsize=64)
def _slot_names(slots: tuple[str, ...], fixed: frozenset[str]) -> dict[str, str]:
    # A value that is the same in every row is nothing that could leak.
    return {f"slot:{slot}": slot for slot in slots[:MOST_SLOTS] if slot not in fixed}


def _names(facts: Facts) -> dict[str, str]:
    return _slot_names(facts.slots, facts.fixed)


def _plain(value: str) -> str:
    return letters(value if len(value) <= VALUE else value[:VALUE])


class Held(NamedTuple):
    """What is kept of a held-out row."""

    id: str
    key: int
    template: str
    values: Mapping[str, str]
    """slot:NAME to the value's letters."""


class LeakMeter:
    """Takes the rows of one held-out group in, and tells what they share with training."""

    def __init__(self, group: str, facts: Facts, training: Training) -> None:
        self._group, self._facts, self._training = group, facts, training
        self._rows = 0
        self._kept: list[Held] = []

    def hold(self, seen: Seen) -> None:
        """One more held-out row; training rows come after all of them."""
        self._rows += 1
        if len(self._kept) >= HELD:
            return
        slots = seen.row.slots if seen.own else {}
        values = {name: _plain(slots[slot]) for name, slot in _names(self._facts).items() if slots.get(slot)}
        for name, value in values.items():
            self._training.want(name, value)
        self._training.want("message", seen.key)
        self._training.want("template", seen.row.template)
        self._kept.append(Held(seen.row.id, seen.key, seen.row.template, values))

    def result(self, held: Sequence[Kept], train: NearIndex, learned: Sequence[Kept], train_rows: int) -> LeakGroup:
        """What is shared; near-same messages between the drawn rows of both sides."""
        has, kept = self._training.has, self._kept
        shared = [
            self._shared("message", "", [(one.id, has("message", one.key)) for one in kept]),
            self._near(held, train, learned),
            self._shared("template", "", [(one.id, has("template", one.template)) for one in kept if one.template]),
        ]
        for name, slot in _names(self._facts).items():
            given = [(one.id, has(name, one.values[name])) for one in kept if name in one.values]
            if given:
                shared.append(self._shared("value", slot, given))
        level: Level = min((one.level for one in shared), key=("fault", "warning", "note").index)
        key = (
            "leak.few" if level == "note" and any(one.shared and not one.allowed for one in shared) else f"leak.{level}"
        )
        verdict = say(key, group=self._group, rows=len(self._kept))
        how = method(len(learned), train_rows)
        return LeakGroup(self._group, self._rows, len(self._kept), tuple(shared), level, verdict, how)

    def _near(self, held: Sequence[Kept], train: NearIndex, learned: Sequence[Kept]) -> Shared:
        examples: list[Example] = []
        count = 0
        for one in held:
            match = train.find(one.letters)
            if match is None or learned[match.place].letters == one.letters:
                continue
            count += 1
            if len(examples) < MOST:
                other, share = learned[match.place].id, round(100 * match.share)
                examples.append(Example(one.id, self._group, say("fault.near", other=other, share=share)))
        return self._counted("near", "", len(held), count, examples)

    def _shared(self, what: str, slot: str, rows: list[tuple[str, bool]]) -> Shared:
        hit = [row_id for row_id, shared in rows if shared]
        says = say(f"leak.one_{what}", slot=slot)
        return self._counted(what, slot, len(rows), len(hit), [Example(i, self._group, says) for i in hit[:MOST]])

    def _counted(self, what: str, slot: str, rows: int, count: int, examples: list[Example]) -> Shared:
        level = self._level(what, slot, count / rows if rows else 0.0)
        allowed = self._allowed(what, slot)
        says = say(f"leak.{what}", slot=slot, shared=count, rows=rows)
        return Shared(what, slot, rows, count, allowed, level, says, tuple(examples))

    def _allowed(self, what: str, slot: str) -> bool:
        if what in ("message", "near"):
            return False
        if what == "template":
            return self._group not in ("unseen_templates", "unseen_both")
        if self._group not in ("unseen_values", "unseen_both"):
            return True
        return not (self._open(slot) if self._facts.apart is None else slot in self._facts.apart)

    def _open(self, slot: str) -> bool:
        values = [one.values[f"slot:{slot}"] for one in self._kept if f"slot:{slot}" in one.values]
        return bool(values) and len(set(values)) >= OFTEN * len(values)

    def _level(self, what: str, slot: str, share: float) -> Level:
        if not share or self._allowed(what, slot):
            return "note"
        if what == "near" or (what == "value" and self._facts.apart is None):
            return "warning" if share >= SOME else "note"
        return "fault"
