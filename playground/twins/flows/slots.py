"""Whether a flow's slots can be drawn: each kind's settings, and that no slot waits for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from playground.errors import BadTemplate
from playground.twins.flows.flow import Slot
from playground.twins.flows.values import KINDS, YEAR, clock, kind_names
from playground.twins.flows.wordings import said
from playground.twins.template import plain_template

LONGEST_VALUE = 200
"""Most characters of a value in a choice list."""
_OPTIONS: Mapping[str, frozenset[str]] = {
    "choice": frozenset(("values", "by")),
    "pick": frozenset(("of",)),
    "nth": frozenset(("of",)),
    "composed": frozenset(("text",)),
    "order": frozenset(("prefix", "digits")),
    "date": frozenset(("low", "high", "after", "within", "form")),
    "time": frozenset(("low", "high", "step")),
    "window": frozenset(("low", "high", "hours")),
    "integer": frozenset(("low", "high")),
    "amount": frozenset(("low", "high", "form")),
}


def slot_faults(slots: Mapping[str, Slot]) -> list[BadTemplate]:
    """What stands in the way of drawing each slot, one sentence a slot; none where all is well."""
    found = [fault for slot in slots.values() if (fault := _fault(slot, slots))]
    return found or [fault for slot in slots.values() if (fault := _circle(slot, slots))]


def _fault(slot: Slot, slots: Mapping[str, Slot]) -> BadTemplate | None:
    name, allowed = slot.name, _OPTIONS.get(slot.kind, frozenset())
    if slot.kind not in kind_names():
        return BadTemplate(f"slot {name!r}: kind {slot.kind!r:.60} is not known; there is: {', '.join(KINDS)}")
    if strange := sorted(slot.options.keys() - allowed):
        there = ", ".join(sorted(allowed)) or "none"
        return BadTemplate(f"slot {name!r}: setting {strange[0]!r:.60} is not known; there is: {there}")
    try:
        for parent in slot.parents:
            if parent not in slots:
                return BadTemplate(f"slot {name!r}: {parent!r:.60} is no slot of the flow; name one of the file's")
        if check := _CHECKS.get(slot.kind):
            check(slot, slots)
    except (ValueError, TypeError, AttributeError) as error:
        why = str(error).split("\n")[0][:120].replace(";", ",")
        return BadTemplate(f"slot {name!r}: its settings cannot be used ({why}); mend them")
    except BadTemplate as error:
        return BadTemplate(f"slot {name!r}: {error}")
    return None


def _circle(slot: Slot, slots: Mapping[str, Slot]) -> BadTemplate | None:
    waiting, seen = list(slot.parents), set[str]()
    while waiting:
        one = waiting.pop()
        if one == slot.name:
            return BadTemplate(f"slot {slot.name!r}: its value waits for itself; break the circle")
        if slot.kind == slots[one].kind == "composed":
            # A text of texts of texts grows without end.
            return BadTemplate(f"slot {slot.name!r}: it is composed of {one!r}, composed itself; name its parts")
        if one not in seen:
            seen.add(one)
            waiting.extend(slots[one].parents)
    return None


# ---- one check a kind: raises ValueError, TypeError or AttributeError saying what is wrong -----------


def check_value(value: Any) -> str:
    """A value as it may stand in a text and in JSON alike. Raises ValueError."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_VALUE:
        raise ValueError(f"a value is {value!r:.60}, it must be a text of 1 to {LONGEST_VALUE} characters")
    # In JSON these would be written otherwise than they were said.
    if not value.isprintable() or set('"\\') & set(value) or "{{" in value or value != value.strip():
        raise ValueError(f"a value is {value!r:.60}, it must have no quotes, backslashes, braces or outer spaces")
    return value


def _values(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"values are {value!r:.60}, they must be a list of texts")
    return tuple(check_value(one) for one in value)


def _choice(slot: Slot, slots: Mapping[str, Slot]) -> None:
    by, values = slot.options.get("by"), slot.options.get("values")
    if by is None:
        _values(values)
        return
    parent = slots[by]
    if parent.kind != "choice" or not isinstance(values, dict):
        raise ValueError(f"by names {by!r:.60}, so that must be a choice and values a table from its values to lists")
    held = parent.options.get("values", [])
    for given in [one for part in held.values() for one in part] if isinstance(held, dict) else held:
        if given not in values:
            raise ValueError(f"values have no list for {given!r:.60}")
    for part in values.values():
        _values(part)


def _pick(slot: Slot, slots: Mapping[str, Slot]) -> None:
    of = slot.options.get("of")
    if not isinstance(of, list) or not 2 <= len(of) <= len(said("zh", "ordinal")) or len(set(of)) != len(of):
        raise ValueError(f"of is {of!r:.60}, it must be a list of 2 to {len(said('zh', 'ordinal'))} slots")


def _nth(slot: Slot, slots: Mapping[str, Slot]) -> None:
    of = slot.options.get("of")
    if not isinstance(of, str) or slots[of].kind != "pick":
        raise ValueError(f"of is {of!r:.60}, it must be a slot of kind pick")


def _composed(slot: Slot, slots: Mapping[str, Slot]) -> None:
    text = slot.options.get("text")
    if isinstance(text, str) and len(text) > LONGEST_VALUE:
        raise ValueError(f"text has {len(text):,} characters, it may have {LONGEST_VALUE}")
    compiled = plain_template(text) if isinstance(text, str) else None
    if compiled is None or not compiled.slots or any(part.how for part in compiled.parts):
        raise ValueError(f"text is {text!r:.60}, it must be text and {{{{slot}}}}")
    for literal in compiled.literals:
        if literal.strip():
            check_value(literal.strip())


def _whole(slot: Slot, key: str, default: int, low: int, high: int) -> int:
    value = slot.options.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{key} is {value!r:.60}, it must be a whole number, {low} to {high:,}")
    return value


def _form(slot: Slot) -> None:
    form = slot.options.get("form")
    if form is not None:
        check_value(form)


def _order(slot: Slot, slots: Mapping[str, Slot]) -> None:
    _whole(slot, "digits", 10, 4, 24)
    prefix = slot.options.get("prefix", "")
    if prefix != "" and len(check_value(prefix)) > 12:
        raise ValueError(f"prefix is {prefix!r:.60}, it must have at most 12 characters")


def _date(slot: Slot, slots: Mapping[str, Slot]) -> None:
    _form(slot)
    _whole(slot, "within", 3, 1, 366)
    low, high = (date.fromisoformat(str(slot.options.get(key, default))) for key, default in YEAR)
    after = slot.options.get("after")
    if low > high or high.year > 9000 or (after is not None and slots[after].kind != "date"):
        raise ValueError("low must not be later than high, and after must name a date")


def _time(slot: Slot, slots: Mapping[str, Slot]) -> None:
    step, hours = _whole(slot, "step", 30, 1, 720), _whole(slot, "hours", 2, 1, 12)
    low, high = clock(slot.options.get("low", "08:00")), clock(slot.options.get("high", "18:00"))
    if high > 23 * 60 + 59 or high - low < (60 * hours if slot.kind == "window" else step):
        raise ValueError("low must come well before high, within one day")


def _integer(slot: Slot, slots: Mapping[str, Slot]) -> None:
    low = _whole(slot, "low", 1, 0, 10**9)
    _whole(slot, "high", max(99, low), low, 10**9)


def _amount(slot: Slot, slots: Mapping[str, Slot]) -> None:
    _integer(slot, slots)
    _form(slot)
    if "{}" not in str(slot.options.get("form", "{}")):
        raise ValueError("form must hold {} where the number stands")


_CHECKS: Mapping[str, Callable[[Slot, Mapping[str, Slot]], None]] = {
    "choice": _choice,
    "pick": _pick,
    "nth": _nth,
    "composed": _composed,
    "order": _order,
    "date": _date,
    "time": _time,
    "window": _time,
    "integer": _integer,
    "amount": _amount,
}
