"""Sample values for the fields of a function: from its enum, format, pattern, bounds, name and description.

They are a start that a person edits. All are drawn from the seed and the field, and fit the schema.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from playground.errors import BadSample
from playground.places import places
from playground.twins.calls.function import NOTHING, Field, Function, why_not
from playground.twins.calls.naming import has_chinese, name_words
from playground.twins.calls.numbers import numbers_for
from playground.twins.calls.patterns import texts_for
from playground.twins.details import company, detail_line
from playground.twins.fields import full_name
from playground.twins.words import between, pick

COUNT = 24
"""Values proposed for a field that can have many."""
TRIES = 12
"""Draws for each value wanted, until as many different ones were found."""


def propose_values(
    function: Function, seed: int = 0, lang: str | None = None, count: int = COUNT
) -> dict[str, tuple[Any, ...]]:
    """Field to values that may stand in it, all different; () where only a person can tell.

    `lang` is the language of names and words, by default Chinese where the function speaks it. A
    pattern that cannot be filled, and an object without parts, get no values.
    """
    lang = lang or ("zh" if has_chinese(_all_words(function)) else "en")
    return {
        field.name: proposed(field, Random(f"{seed}/{function.name}/{field.name}"), lang, count)
        for field in function.fields
    }


def proposed(field: Field, rng: Random, lang: str, count: int = COUNT) -> tuple[Any, ...]:
    """Up to `count` values of one field; all of an enum."""
    if field.enum:
        return field.enum
    if field.type == "boolean":
        return (True, False)
    known = [one for one in (*field.examples, field.default) if one is not NOTHING and one not in (None, "", [], {})]
    drawn = _drawn(field, rng, lang, count)
    found: dict[str, Any] = {}
    for value in (*known, *drawn):
        if not why_not(field, value):
            found.setdefault(repr(value), value)
    return tuple(list(found.values())[:count])


def _drawn(field: Field, rng: Random, lang: str, count: int) -> list[Any]:
    if field.type in ("integer", "number"):
        return numbers_for(field, _table(), rng, count)
    if field.type == "array":
        return _lists(field, rng, lang, count)
    if field.type == "object":
        return _objects(field, rng, lang, count)
    return list(_texts(field, rng, lang, count))


def _texts(field: Field, rng: Random, lang: str, count: int) -> list[str]:
    if field.pattern:
        try:
            return texts_for(field.pattern, count, rng)
        except BadSample:
            return []
    kind = _FORMATS.get(field.format) or text_kind(field)
    pool = _pool(kind, lang)
    fitting = [text for text in pool if not why_not(field, text)]
    if pool and fitting:
        return rng.sample(fitting, len(fitting))
    draw = _DRAWN.get(kind)
    if draw is not None:
        made = {text: None for _ in range(TRIES * count) if not why_not(field, text := draw(rng, lang))}
        if made:
            return list(made)[:count]
    return _codes(field, rng, count)


def _codes(field: Field, rng: Random, count: int) -> list[str]:
    """Letters and digits of a length that fits: what is left where nothing else does."""
    low, high = field.bounds.shortest or 0, field.bounds.longest
    length = max(1, low, min(6, high if high is not None else 6))
    signs = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return ["".join(pick(rng, tuple(signs)) for _ in range(min(length, 200))) for _ in range(2 * count)]


def _lists(field: Field, rng: Random, lang: str, count: int) -> list[Any]:
    # Items are called like their list: `colours` holds colours.
    inner = field.items or Field("items", "string")
    if not inner.description and inner.name == "items":
        inner = replace(inner, name=field.name.removesuffix("s"), description=field.description)
    pool = proposed(inner, rng, lang, count)
    low = max(1, field.bounds.fewest or 1)
    high = max(low, min(low + 2, field.bounds.most or low + 2, len(pool)))
    if len(pool) < low:
        return []
    return [rng.sample(pool, between(rng, low, high)) for _ in range(2 * count)] if high <= len(pool) else []


def _objects(field: Field, rng: Random, lang: str, count: int) -> list[Any]:
    pools = {part.name: proposed(part, rng, lang, count) for part in field.fields}
    if not pools or any(not pools[part.name] for part in field.fields if part.required):
        return []
    filled = {name: pool for name, pool in pools.items() if pool}
    return [{name: pick(rng, pool) for name, pool in filled.items()} for _ in range(2 * count)]


_VAGUE = frozenset("to from cc bcc id no number code key value target source input data reference".split())
"""Words of a name that say less than a description does."""

# ---- what a name says ----------------------------------------------------------------------------

_FORMATS = {
    **{"date": "date", "date-time": "date_time", "datetime": "date_time", "time": "clock", "email": "email"},
    **{"idn-email": "email", "uri": "uri", "url": "uri", "uuid": "uuid", "phone": "phone"},
}


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("values.toml").read_text(encoding="utf-8"))


def _all_words(function: Function) -> str:
    return " ".join([function.description, *(f"{field.name} {field.description}" for field in function.fields)])


def text_kind(field: Field) -> str:
    """The kind of text a field holds, by its name, then by its description; "" where neither tells."""
    # `to` may be a place or a person: the description knows.
    texts = (field.name, field.description)
    for text in texts if not set(name_words(field.name)) <= _VAGUE else reversed(texts):
        words = name_words(text)
        # The last word names the thing: order_date is a date, date_of_order an order.
        for some in [words[-1:], words] if text is field.name else [words]:
            for kind in _table()["kind"]:
                if set(words) & set(kind.get("not", "").split()):
                    continue
                chinese = any(piece in text for piece in kind["zh"].split())
                if set(some) & set(kind["words"].split()) or chinese:
                    return str(kind["name"])
    return ""


def _pool(kind: str, lang: str) -> list[str]:
    return [text for one in _table()["kind"] if one["name"] == kind for text in one.get(f"values_{lang}", ())]


def _listed(name: str) -> tuple[str, ...]:
    text = _table()["lists"][name]
    return tuple(text.split(";") if ";" in text else text.split())


def _name(rng: Random, lang: str) -> str:
    return full_name(rng) if lang == "zh" else f"{pick(rng, _listed('given_en'))} {pick(rng, _listed('family_en'))}"


def _phone(rng: Random, lang: str) -> str:
    digits = f"{int(rng.random() * 10**8):08d}"
    return f"1{pick(rng, ('38', '39', '50', '58', '86'))}{digits}" if lang == "zh" else f"555-{digits[:3]}-{digits[4:]}"


def _date(rng: Random, lang: str) -> str:
    return f"2026-{between(rng, 1, 12):02d}-{between(rng, 1, 28):02d}"


def _clock(rng: Random, lang: str) -> str:
    return f"{between(rng, 7, 21):02d}:{15 * between(rng, 0, 3):02d}:00"


def _city(rng: Random, lang: str) -> str:
    return re.sub("市$", "", pick(rng, _cities())) if lang == "zh" else pick(rng, _listed("city_en"))


@cache
def _cities() -> tuple[str, ...]:
    return tuple(dict.fromkeys(place.city for place in places() if place.city.endswith("市")))


def _street(rng: Random, lang: str) -> str:
    return detail_line(rng) if lang == "zh" else f"{between(rng, 1, 240)} {pick(rng, _listed('street_en'))}"


def _uuid(rng: Random, lang: str) -> str:
    signs = f"{int(rng.random() * 2**53):014x}{int(rng.random() * 2**53):014x}{between(rng, 4096, 65535):04x}"
    return f"{signs[:8]}-{signs[8:12]}-4{signs[13:16]}-a{signs[17:20]}-{signs[20:32]}"


def _plate(rng: Random, lang: str) -> str:
    digits = f"{int(rng.random() * 10**4):04d}"
    return (
        f"{pick(rng, tuple('京沪粤苏浙川鄂'))}{pick(rng, tuple('ABCDEFGH'))}{pick(rng, tuple('KLMNPQ'))}{digits}"
        if lang == "zh"
        else f"{''.join(pick(rng, tuple('BCDFGHJKLM')) for _ in range(3))}-{digits}"
    )


def _order(rng: Random, lang: str) -> str:
    return f"{pick(rng, ('A', 'B', 'SO', 'NO', 'T', 'R'))}{between(rng, 10_000, 9_999_999)}"


_DRAWN: dict[str, Callable[[Random, str], str]] = {
    "name": _name,
    "phone": _phone,
    "date": _date,
    "clock": _clock,
    "date_time": lambda rng, lang: f"{_date(rng, lang)}T{_clock(rng, lang)}Z",
    "city": _city,
    "street": _street,
    "company": lambda rng, lang: company(rng) if lang == "zh" else pick(rng, _listed("company_en")),
    "uuid": _uuid,
    "plate": _plate,
    "order": _order,
    "postcode": lambda rng, lang: (
        f"{between(rng, 100_000, 859_999)}" if lang == "zh" else f"{between(rng, 10_000, 99_999)}"
    ),
    "email": lambda rng, lang: f"{pick(rng, _listed('given_en')).lower()}.{between(rng, 10, 999)}@example.com",
    "uri": lambda rng, lang: f"https://example.com/{pick(rng, ('p', 'docs', 'item', 'v'))}/{between(rng, 100, 9999)}",
}
"""Kind to what draws one value of it."""
