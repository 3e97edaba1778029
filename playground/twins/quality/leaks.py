"""The leak meter: what a held-out group shares with training, and whether it may.

unseen_values may share templates, unseen_templates may share values, unseen_both neither; no group may share a
message. Other held-out groups are measured and judged by their messages alone. Held-out rows are taken first;
then training rows go by, so that the memory is that of the held-out rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.twins.quality.facts import MOST_SLOTS, Facts, Seen
from playground.twins.quality.faults import MOST, Example
from playground.twins.quality.near import NearIndex, method
from playground.twins.quality.repeats import VALUE, Kept
from playground.twins.quality.words import Level, Say, say
from playground.twins.split import letters

HELD = 20_000
"""Rows of a held-out group that are looked at; the split makes some hundreds."""
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


class LeakMeter:
    """Takes the rows of one held-out group in, then those of training, and tells what they share."""

    def __init__(self, group: str, facts: Facts) -> None:
        self._group, self._facts, self._rows = group, facts, 0
        self._kept: list[tuple[str, int, str, tuple[tuple[str, str], ...]]] = []
        """Id, key of the message, template, and (slot, the value's letters)."""
        self._messages: dict[int, bool] = {}
        self._templates: dict[str, bool] = {}
        self._values: dict[str, dict[str, bool]] = {slot: {} for slot in facts.slots[:MOST_SLOTS]}
        """Whether training has it; so for the three."""

    def hold(self, seen: Seen) -> None:
        """One more held-out row."""
        self._rows += 1
        if len(self._kept) >= HELD:
            return
        values = plain_values(seen, self._facts)
        for slot, value in values:
            self._values[slot][value] = False
        self._messages[seen.key] = False
        if seen.row.template:
            self._templates[seen.row.template] = False
        self._kept.append((seen.row.id, seen.key, seen.row.template, tuple(values)))

    def learn(self, key: int, template: str, values: Sequence[tuple[str, str]]) -> None:
        """One training row: its message, template and values (`plain_values`)."""
        if key in self._messages:
            self._messages[key] = True
        if template in self._templates:
            self._templates[template] = True
        for slot, value in values:
            had = self._values[slot]
            if value in had:
                had[value] = True

    def result(self, held: Sequence[Kept], train: NearIndex, learned: Sequence[Kept], train_rows: int) -> LeakGroup:
        """What is shared; near-same messages between the drawn rows of both sides."""
        shared = [
            self._shared("message", "", [(i, self._messages[key]) for i, key, _, _ in self._kept]),
            self._near(held, train, learned),
            self._shared("template", "", [(i, self._templates[name]) for i, _, name, _ in self._kept if name]),
        ]
        for slot, had in self._values.items():
            if not had:
                continue
            given = [(i, had[value]) for i, _, _, values in self._kept for name, value in values if name == slot]
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
        rows = sum(1 for *_, values in self._kept for name, _ in values if name == slot)
        return rows > 0 and len(self._values[slot]) >= OFTEN * rows

    def _level(self, what: str, slot: str, share: float) -> Level:
        if not share or self._allowed(what, slot):
            return "note"
        if what == "near" or (what == "value" and self._facts.apart is None):
            return "warning" if share >= SOME else "note"
        return "fault"


def plain_values(seen: Seen, facts: Facts) -> list[tuple[str, str]]:
    """Slot and letters of each value of a row; a value that is the same in every row is nothing that could leak."""
    slots = seen.row.slots
    return [
        (slot, letters(value if len(value) <= VALUE else value[:VALUE]))
        for slot in (facts.slots[:MOST_SLOTS] if seen.own else ())
        if slot not in facts.fixed and (value := slots.get(slot, ""))
    ]
