"""Colours the slots of a message and of a JSON answer. Gives HTML in which everything foreign is escaped.

A slot keeps its colour (its place in the task's list of slots) wherever it stands. Right and wrong
are told by a sign and an underline too, never by colour alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from playground.scoring.metrics import same

COLOURS = 8
"""How many slot colours style.css has; the ninth slot starts over."""

_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)(?:"|$)')


@dataclass(frozen=True)
class Gold:
    """What is right for one question."""

    slots: Mapping[str, str]
    accept: Mapping[str, tuple[str, ...]]
    kind: str = ""
    """For identity: what kind of question it is, which says what the answer must hold."""

    def right(self, slot: str, value: str) -> bool:
        """Whether a value is one of the right ones."""
        return any(same(value, wanted) for wanted in (self.slots.get(slot, ""), *self.accept.get(slot, ())))


@dataclass(frozen=True)
class Found:
    """One text value of a flat JSON object, and where it stands in the reply."""

    slot: str
    value: str
    start: int
    end: int


def found_slots(reply: str) -> list[Found]:
    """The text values of a reply that is, or is becoming, a JSON object; the last may still be open."""
    found = []
    for pair in _PAIR.finditer(reply):
        try:
            slot, value = json.loads(f'"{pair[1]}"'), json.loads(f'"{pair[2]}"')
        except ValueError:
            continue
        found.append(Found(slot, value, pair.start(2), pair.end(2)))
    return found


def colour(slot: str, slots: Sequence[str]) -> int:
    """Number of a slot's colour, 0 for a slot the task does not have."""
    return list(slots).index(slot) % COLOURS + 1 if slot in slots else 0


def marked_reply(reply: str, slots: Sequence[str], gold: Gold | None, wanted: str, finished: bool = True) -> str:
    """A JSON reply with its values coloured; with gold, the wrong ones say on hover what was `wanted`.

    `wanted` holds {value}. A value that may still grow is not judged before the reply is `finished`.
    """
    pieces, at = [], 0
    for found in found_slots(reply):
        pieces.append(escape(reply[at : found.start]))
        open_end = not finished and found.end >= len(reply)
        pieces.append(_value(found, reply, slots, None if open_end else gold, wanted))
        at = found.end
    return "".join(pieces) + escape(reply[at:])


def _value(found: Found, reply: str, slots: Sequence[str], gold: Gold | None, wanted: str) -> str:
    number, text = colour(found.slot, slots), escape(reply[found.start : found.end]) or "&nbsp;"
    if gold is None or found.slot not in gold.slots:
        return f'<mark class="slot s{number}" title="{escape(found.slot)}">{text}</mark>' if found.value else ""
    if gold.right(found.slot, found.value):
        return f'<mark class="slot s{number} right" title="{escape(found.slot)}">{text}</mark>' if found.value else ""
    note = escape(wanted.format(slot=found.slot, value=gold.slots[found.slot] or "“”"))
    return (
        f'<mark class="slot s{number} wrong" tabindex="0" data-note="{note}" aria-label="{text}; {note}">{text}</mark>'
    )


def marked_text(text: str, values: Mapping[str, str], slots: Sequence[str]) -> str:
    """A message with the values of its slots coloured, longest first where two share a place."""
    taken: list[tuple[int, int, str]] = []
    for slot, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        for start, end in _places(text, value):
            if all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, slot))
                break
    pieces, at = [], 0
    for start, end, slot in sorted(taken):
        pieces.append(escape(text[at:start]))
        mark = f'<mark class="slot s{colour(slot, slots)}" title="{escape(slot)}">{escape(text[start:end])}</mark>'
        pieces.append(mark)
        at = end
    return "".join(pieces) + escape(text[at:])


def _places(text: str, value: str) -> list[tuple[int, int]]:
    """Start and end of each place of the value; digits may have blanks or dashes between them there."""
    if not value:
        return []
    digits = value.isdecimal() and len(value) > 3
    pattern = r"[ -]?".join(value) if digits else re.escape(value)
    return [m.span() for m in re.finditer(pattern, text)]
