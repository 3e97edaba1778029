"""A task's own fields, ready to be drawn from: one value per slot, places that agree, composed ones last."""

from __future__ import annotations

from collections.abc import Collection

from playground.errors import BadSample
from playground.samples import Task
from playground.samples.fields import PLACES
from playground.twins.chance import Chance
from playground.twins.fields import Values
from playground.twins.kinds import maker, place_maker, place_value
from playground.twins.split import Side
from playground.twins.template import Compiled, plain_template


class OwnFields:
    """The fields of one task for one language and side."""

    def __init__(self, task: Task, lang: str, side: Side) -> None:
        """Raises BadSample or UnknownName for a field whose settings do not work."""
        fields = {slot: one.for_language(lang) for slot, one in task.fields.items()}
        self.names = frozenset(fields)
        self._side = side
        self._kinds = {slot: one.kind for slot, one in fields.items()}
        self._places = {
            slot: one for slot, one in fields.items() if one.kind in PLACES and "pattern" not in one.settings
        }
        self._place = place_maker(tuple(self._places.values()), side) if self._places else None
        self._composed = {
            slot: _composed(slot, one.settings["text"], fields.keys())
            for slot, one in fields.items()
            if one.kind == "composed"
        }
        self._made = {
            slot: maker(slot, one, lang, side)
            for slot, one in sorted(fields.items())
            if slot not in self._places and slot not in self._composed
        }
        self._parts = {slot: tuple(sorted(one.slots)) for slot, one in self._composed.items()}

    def draw(self, rng: Chance) -> Values:
        """Values of all the fields for one row."""
        both = {slot: make(rng) for slot, make in self._made.items()}
        values = {slot: written for slot, (written, _) in both.items()}
        gold = {slot: value for slot, (_, value) in both.items()}
        if self._place is not None:
            place = self._place(rng)
            for slot in sorted(self._places):
                values[slot] = gold[slot] = place_value(self._kinds[slot], place, rng, self._side, slot)
        for slot, text in self._composed.items():
            values[slot] = gold[slot] = text.render(values)
        return Values(values, gold, self._parts)


def _composed(slot: str, text: str, names: Collection[str]) -> Compiled:
    """The text of a composed field. Raises BadSample where it is not made of other slots."""
    there = frozenset(names) - {slot}
    made = plain_template(text)
    if made is None or not made.slots or not made.slots <= there:
        raise BadSample(f"field {slot!r:.60} is composed of {text!r:.60}; put in other slots alone")
    return made
