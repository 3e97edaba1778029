"""How right one reply is: JSON read strictly and with repair, slots compared with gold.

Pure: texts in, values out. Which judge a case calls for is chosen in judge.py.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from playground.answers import read_answer, slot_name
from playground.records import unique_keys

MOST_REPAIRED, MOST_OPEN = 20_000, 200
"""Most characters, and most opening brackets, of a reply that is repaired."""
NO_ACCEPT: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class SlotResult:
    """One reply held against the gold slots."""

    valid: bool
    """The strict parse gave an object."""
    repaired: bool
    """An object was found, strictly or after repair. For information: nothing else is judged by it."""
    slots: dict[str, bool]
    """Every gold slot, in gold's order, and whether its value is right."""
    fidelity: float
    """Share of the gold slots that are right, 0 to 1."""
    exact: bool
    """Every slot right, no key missing, none surplus."""


def same(a: str, b: str) -> bool:
    """Whether two values of a slot are equal: after NFKC and strip, nothing else."""
    return normal(a) == normal(b)


def normal(text: str) -> str:
    """The form in which values are compared: NFKC (full-width as half-width), no blanks at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def strict_json(text: str) -> dict[str, Any] | None:
    """The object that the whole reply is, or None.

    Blanks around it are let pass; text or a code fence around it, a key given twice, NaN and Infinity are not.
    """
    try:
        value = json.loads(text.strip(), object_pairs_hook=unique_keys, parse_constant=_refuse)
    # RecursionError: ten thousand opening brackets are a reply too.
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def repaired_json(text: str) -> dict[str, Any] | None:
    """The object that json-repair finds in the reply, or None where it finds no object or an empty one.

    Text that no answer looks like is not tried: the repairer's time grows faster than its length.
    """
    strict = strict_json(text)
    if strict is not None:
        return strict
    if "{" not in text or len(text) > MOST_REPAIRED or text.count("{") + text.count("[") > MOST_OPEN:
        return None
    import json_repair

    # A repairer guesses at text of any kind; where its guessing breaks off, nothing was found.
    try:
        value = json_repair.loads(text, skip_json_loads=True)
    except Exception:
        return None
    return value if isinstance(value, dict) and value else None


def slot_result(
    reply: str,
    gold: Mapping[str, str],
    accept: Mapping[str, Iterable[str]] = NO_ACCEPT,
    form: str = "json",
    typed: Collection[str] = (),
) -> SlotResult:
    """Hold a reply against gold, slot by slot, by its strict parse, in the form the task asks for (answers.FORMS).

    A slot is right when its key is there and its value is text equal to gold's, or to one of `accept`.
    A reply that does not parse has every slot wrong. Gold without slots: fidelity is 1.0 for `{}`, else 0.0,
    so that an invented key never looks like a success.
    """
    plain = form == "json" and not typed and not any("." in slot for slot in gold)
    found = strict_json(reply) if plain else read_answer(reply.strip(), form, typed)
    if plain and found is not None and not gold.keys() <= found.keys():
        # A key that no slot may be called by (order no.) stands for the slot it is written as (order_no_).
        found = {slot_name([key]): value for key, value in found.items()}
    repaired = found is not None or (form == "json" and repaired_json(reply) is not None)
    if found is None:
        return SlotResult(False, repaired, dict.fromkeys(gold, False), 0.0, False)
    slots = {slot: _right(found.get(slot), (wanted, *accept.get(slot, ()))) for slot, wanted in gold.items()}
    exact = all(slots.values()) and found.keys() == gold.keys()
    fidelity = sum(slots.values()) / len(slots) if slots else float(exact)
    return SlotResult(True, repaired, slots, fidelity, exact)


def text_result(reply: str, gold: str) -> bool:
    """Whether the reply is the wanted text, after NFKC and strip."""
    return same(reply, gold)


def _right(value: Any, wanted: Iterable[str]) -> bool:
    return isinstance(value, str) and any(same(value, right) for right in wanted)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")
