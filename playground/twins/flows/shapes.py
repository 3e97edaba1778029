"""The shapes of a flow file's values: each reader takes what fits and writes a sentence for what does not.

So that a file with ten faults tells all ten, a reader never raises; it goes on with an empty value.
"""

from __future__ import annotations

from typing import Any

from playground.errors import BadTemplate
from playground.twins.flows.flow import Wording
from playground.twins.template import Compiled, plain_template

Faults = list[BadTemplate]
MOST_WORDINGS = 300
"""Most wordings of one list."""
LONGEST_TEXT = 4_000
"""Most characters of one text."""


def text_of(value: Any, where: str, faults: Faults) -> str:
    """A text, "" with a fault for anything else."""
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return value.strip()
    faults.append(BadTemplate(f"{where} is {value!r:.60}; it must be a text of at most {LONGEST_TEXT:,} characters"))
    return ""


def texts(value: Any, where: str, faults: Faults) -> tuple[str, ...]:
    """Texts, none of them empty; one text alone counts as a list of one."""
    made = tuple(text_of(one, where, faults) for one in listed(value, where, MOST_WORDINGS, faults))
    if not all(made):
        faults.append(BadTemplate(f"{where} holds an empty wording; write one or take it out"))
    return made


def listed(value: Any, where: str, most: int, faults: Faults) -> list[Any]:
    """A list of at most `most` things; one thing alone counts as a list of one."""
    found = value if isinstance(value, list) else [value]
    if len(found) > most:
        faults.append(BadTemplate(f"{where} has {len(found):,} entries; it may have {most:,}"))
    return found[:most]


def table(value: Any, where: str, most: int, faults: Faults) -> dict[str, Any]:
    """A table of at most `most` keys."""
    if not isinstance(value, dict):
        faults.append(BadTemplate(f"{where} is {value!r:.60}; it must be a table"))
        return {}
    if len(value) > most:
        faults.append(BadTemplate(f"{where} has {len(value):,} entries; it may have {most:,}"))
        return {}
    return value


def whole(value: Any, where: str, low: int, high: int, faults: Faults) -> int:
    """A whole number from low to high."""
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    faults.append(BadTemplate(f"{where} is {value!r:.60}; it must be a whole number, {low} to {high:,}"))
    return low


def wordings(value: Any, where: str, faults: Faults, structured: bool = False) -> tuple[Wording, ...]:
    """Compiled wordings; with `structured` a wording may be a table or a list, which is written as JSON."""
    made = []
    entries = [value] if isinstance(value, dict) else listed(value, where, MOST_WORDINGS, faults)
    for entry in entries:
        if structured and isinstance(entry, dict | list):
            slots: set[str] = set()
            form = _form(entry, where, slots, faults)
            made.append(Wording(form, frozenset(slots)))
            continue
        text = text_of(entry, where, faults)
        # An observation may well be empty; words to a customer may not.
        if not text and not structured:
            faults.append(BadTemplate(f"{where} holds an empty wording; write one or take it out"))
        compiled = _compiled(text, where, faults)
        made.append(Wording(compiled, compiled.slots))
    return tuple(made)


def _form(value: Any, where: str, slots: set[str], faults: Faults) -> Any:
    if isinstance(value, str):
        compiled = _compiled(value, where, faults)
        slots |= compiled.slots
        return compiled
    if isinstance(value, dict):
        return {key: _form(inner, where, slots, faults) for key, inner in value.items()}
    if isinstance(value, list):
        return [_form(inner, where, slots, faults) for inner in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and abs(value) < 1e15:
        return value
    faults.append(BadTemplate(f"{where} holds {value!r:.60}; write it as a text"))
    return None


def _compiled(text: str, where: str, faults: Faults) -> Compiled:
    try:
        compiled = plain_template(text)
    except BadTemplate as error:
        faults.append(BadTemplate(f"{where}: {error}"))
        return Compiled(frozenset(), ("",))
    if compiled is None:
        faults.append(
            BadTemplate(f"{where} holds more than text and slots ({text!r:.40}); keep to text and {{{{slot}}}}")
        )
        return Compiled(frozenset(), ("",))
    return compiled
