"""Gold of a function-call row as slots, which are texts: names of functions and values of arguments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from playground.records import Slots

NAME = "name"
"""The slot that holds the function's name; "" where nothing is called."""
ARGUMENT = "arguments."
"""Stands before an argument that is itself called name."""


def slot_text(value: Any) -> str:
    """A value as a slot holds it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def call_slots(calls: Sequence[tuple[str, Iterable[tuple[str, str]]]]) -> Slots:
    """Slots of calls whose values are slot texts: {"name": ..., argument: value}.

    Of several calls the keys begin with 1., 2. and so on. No call at all is {"name": ""}.
    """
    if not calls:
        return {NAME: ""}
    slots: Slots = {}
    for number, (name, arguments) in enumerate(calls, 1):
        before = f"{number}." if len(calls) > 1 else ""
        slots[f"{before}{NAME}"] = name
        for key, value in arguments:
            slots[f"{before}{argument_key(key)}"] = value
    return slots


def argument_key(name: str) -> str:
    """The slot of an argument."""
    return f"{ARGUMENT}{name}" if name == NAME else name


def slot_names(functions: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """The slots that rows with one call of these functions may have: the name, then each argument once."""
    return list(dict.fromkeys([NAME, *(argument_key(field) for _, fields in functions for field in fields)]))
