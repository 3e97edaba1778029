"""Kinds of fields: the values of a task's own slots, drawn from one record's own random numbers.

A task's file says of which kind a slot is (samples/fields.py). What belongs to one place (province, city, county,
postcode, landline) is drawn together. To add a kind, write a function in drawn.py or formed.py and name it there and in
samples/fields.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

from playground.errors import BadSample
from playground.places import Place, places
from playground.samples.fields import Field
from playground.twins.chance import Chance
from playground.twins.drawn import LISTS, MAKERS, Make, listed_words
from playground.twins.fields import landline
from playground.twins.formed import FORMED, Draw
from playground.twins.split import Side
from playground.twins.words import pick

FEW = 10
"""A choice of fewer values than this is on both sides: too few to keep some back."""
TRIES = 200
"""Draws until a value is on its side; a field that gives none by then has too few values to tell apart."""


def maker(slot: str, field: Field, lang: str, side: Side) -> Draw:
    """What draws the values of a slot for one language and side. Raises BadSample for settings that do not work."""
    settings = field.for_language(lang).settings
    make = (
        FORMED[field.kind]({**settings, "lang": lang}, lang)
        if field.kind in FORMED
        else _alike(MAKERS[field.kind](settings, lang))
    )
    pool = settings.get("values") or (listed_words(field.kind, lang) if field.kind in LISTS else ())
    if pool and (len(pool) < FEW or not any(side.holds(slot, value) for value in pool)):
        return make
    return _sided(make, slot, side)


def place_maker(fields: Collection[Field], side: Side) -> Callable[[Chance], Place]:
    """What draws the place that the fields of a row share."""
    kinds = {one.kind for one in fields}
    wanted = {one.settings["municipal"] for one in fields if "municipal" in one.settings}
    # 北京市北京市朝阳区 is written by nobody: where province and city both stand in a row, they differ, unless told.
    municipal = wanted.pop() if len(wanted) == 1 else False if {"province", "city"} <= kinds else None
    pool = _places(side, "postcode" in kinds, municipal)
    return lambda rng: pick(rng, pool)


def place_value(kind: str, place: Place, rng: Chance, side: Side, slot: str) -> str:
    """What a place gives for a slot of one of the PLACES kinds."""
    if kind == "landline":
        return _sided(_alike(lambda own: f"{place.area_code}-{landline(own)}"), slot, side)(rng)[0]
    if kind == "area":
        return "".join(dict.fromkeys((place.province, place.city, place.county)))
    return str(getattr(place, kind))


@lru_cache(maxsize=64)
def _places(side: Side, with_postcode: bool, municipal: bool | None) -> tuple[Place, ...]:
    from playground.twins.dress import stem

    found = tuple(
        one
        for one in places()
        if side.holds("county", stem(one.county))
        and (one.postcode or not with_postcode)
        and (municipal is None or (one.province == one.city) == municipal)
    )
    if not found:
        raise BadSample("no place is left that fits the fields; take municipal out of one of them")
    return found


def _alike(make: Make) -> Draw:
    """What stands in the message as it stands in the answer."""

    def both(rng: Chance) -> tuple[str, str]:
        value = make(rng)
        return value, value

    return both


def _sided(make: Draw, slot: str, side: Side) -> Draw:
    """The first value drawn that belongs to this side; what other rows hold plays no part."""

    def own(rng: Chance) -> tuple[str, str]:
        for _ in range(TRIES):
            written, value = make(rng)
            if side.holds(slot, value):
                return written, value
        raise BadSample(f"slot {slot!r:.60} has too few values to hold some back; give its field a wider range")

    return own
