"""Sample numbers: spread over the bounds, or over what is usual for a field of that name."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from playground.twins.calls.function import Field
from playground.twins.calls.naming import name_words
from playground.twins.words import between

USUAL = (1, 100, 1)
"""Low, high and step where nothing tells."""


def numbers_for(field: Field, table: Mapping[str, Any], rng: Random, count: int) -> list[int | float]:
    """Up to `count` different numbers that fit the field's bounds, in no order."""
    if is_money(field, table) and field.type == "number":
        low, high, step = 5.0, 5000.0, 0.01
    else:
        low, high, step = _usual(field, table)
    low, high, step = _bounded(field, low, high, step)
    steps = int((high - low) / step + 1e-9)
    if steps < 0:
        return []
    # Both ends are worth a row; the rest lies anywhere between.
    places = dict.fromkeys((0, steps)) if steps < 10**6 and field.bounds.low is not None else {}
    for _ in range(4 * count):
        places.setdefault(between(rng, 0, steps))
        if len(places) >= count:
            break
    if steps < count:
        places = dict.fromkeys(range(steps + 1))
    whole = field.type == "integer"
    made = [low + place * step for place in places]
    numbers = [int(round(one)) if whole else _short(one) for one in made]
    return rng.sample(numbers, len(numbers))


def is_money(field: Field, table: Mapping[str, Any]) -> bool:
    """Whether a field's name or description says that it is an amount of money."""
    words = {*name_words(field.name), *name_words(field.description)}
    lists = table["lists"]
    text = f"{field.name} {field.description}"
    return bool(words & set(lists["money"].split())) or any(piece in text for piece in lists["money_zh"].split())


def _usual(field: Field, table: Mapping[str, Any]) -> tuple[float, float, float]:
    known = table["numbers"]
    for word in (*reversed(name_words(field.name)), *name_words(field.description)):
        if word in known:
            low, high, step = known[word]
            return low, high, step
    for piece, word in table["numbers_zh"].items():
        if piece in f"{field.name} {field.description}":
            low, high, step = known[word]
            return low, high, step
    return (10, 2000, 10) if is_money(field, table) else USUAL


def _bounded(field: Field, low: float, high: float, step: float) -> tuple[float, float, float]:
    """The usual range moved and cut so that it lies in the bounds."""
    bounds, whole = field.bounds, field.type == "integer"
    grain = bounds.step or step
    if whole:
        grain = max(1, round(grain))
    least = bounds.low if bounds.low is not None else None if bounds.above is None else bounds.above + grain
    most = bounds.high if bounds.high is not None else None if bounds.below is None else bounds.below - grain
    if least is not None and most is not None and not whole and not bounds.step and most - least < 20 * grain:
        grain = max((most - least) / 20, 1e-6)
    width = high - low
    if least is not None and (low < least or (most is not None and most < low)):
        low = least
        high = max(high, low + width) if most is None else high
    if most is not None and high > most:
        high = most
        low = low if low <= high else (least if least is not None else high - width)
    if least is not None and most is not None and (most - least <= width or low < least or high > most or low > high):
        low, high = least, most
    if bounds.step:  # only multiples of the step count
        low = -(-low // bounds.step) * bounds.step
    return low, high, grain


def _short(number: float) -> int | float:
    """A number with as few digits as tell it; a whole one without a point."""
    rounded = round(number, 6 if abs(number) < 1 else 2)
    return int(rounded) if rounded == int(rounded) else rounded
