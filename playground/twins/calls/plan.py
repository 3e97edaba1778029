"""All that is worked out once before rows are made: values checked and said, products, twins, wordings."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from playground.errors import BadSample, known
from playground.twins.calls.function import Field, Function, why_not
from playground.twins.calls.naming import phrase
from playground.twins.calls.offers import Near, Offer, near_twins, offer
from playground.twins.calls.products import Product, make_product
from playground.twins.calls.proposals import propose_values
from playground.twins.calls.recipe import CallRecipe
from playground.twins.calls.said import Said, Speech, Unsayable, make_speech
from playground.twins.split import Side

Values = Mapping[str, Mapping[str, Sequence[Any]]]
"""Function and field to the values it may have."""
Weights = Mapping[str, Mapping[str, Sequence[int]]]
"""The same shape: how often each of those values comes."""

MOST_VALUES = 5000
"""Values of one field that are looked at."""


@dataclass(frozen=True)
class Ready:
    """A function whose calls can be made, on one side of the split."""

    function: Function
    offer: Offer
    near: Near
    names: tuple[str, ...]
    """The fields that have values, in the order of the function."""
    optional: tuple[bool, ...]
    said: Mapping[str, tuple[tuple[Said, ...], ...]]
    """Language to the values of each of those fields, in words."""
    speech: Mapping[str, Speech]
    what: Mapping[str, str]
    """Language to what the function does, as a request says it."""
    product: Product

    def share(self) -> int:
        """How many turns it has among the functions: more where there is more to show."""
        return 1 + self.product.size.bit_length()


@dataclass(frozen=True)
class Plan:
    """Functions ready for the two sides of the split, and what had to be left out."""

    seen: tuple[Ready, ...]
    unseen: tuple[Ready, ...]
    """Only functions that have values held out."""
    left_out: tuple[str, ...]
    """A sentence for each value or function that no row can show."""
    values: Values
    """Function and field to the values that rows can show, on either side."""


def make_plan(
    functions: Sequence[Function], values: Values | None, weights: Weights | None, recipe: CallRecipe, seed: int
) -> Plan:
    """The plan for these functions. Values that are not given are proposed.

    Raises UnknownName for a function or field that is not there, BadSample where no function is left.
    """
    values, weights = values or {}, weights or {}
    _check_names(functions, values)
    seen: list[Ready] = []
    unseen: list[Ready] = []
    left_out: list[str] = []
    kept: dict[str, dict[str, tuple[Any, ...]]] = {}
    names = [one.name for one in functions]
    phrases = [{lang: phrase(one, lang) for lang in recipe.languages} for one in functions]
    for function in functions:
        try:
            pools = _pools(function, values.get(function.name, {}), seed, left_out)
            said, speech = _said(function, pools, recipe, left_out)
        except BadSample as error:
            left_out.append(str(error))
            continue
        what = {}
        for lang in recipe.languages:
            taken = [str(one.value) for some in said[lang].values() for one in some if isinstance(one.value, str)]
            made = phrase(function, lang, [one for one in taken if len(one) > 1])
            # Two functions that do the same in words are told apart by their names.
            alike = [some[lang] for some in phrases].count(made) > 1
            what[lang] = (
                f"{made}（{function.name}）"
                if alike and lang == "zh"
                else f"{made} ({function.name})"
                if alike
                else made
            )
        first = said[recipe.languages[0]]
        kept[function.name] = {name: tuple(one.value for one in some) for name, some in first.items()}
        shape = (function, offer(function), near_twins(function, names), speech, what)
        some = weights.get(function.name, {})
        given = values.get(function.name, {})
        sides = _sides(said, recipe, seed)
        seen.append(_ready(shape, said, sides[0], given, some, seed))
        if sides[1] is not None:
            unseen.append(_ready(shape, said, sides[1], given, some, seed))
    if not seen:
        why = left_out[0] if left_out else "no function was given"
        raise BadSample(f"no function is left to make calls of: {why}")
    return Plan(tuple(seen), tuple(unseen), tuple(left_out), kept)


_Chosen = Mapping[str, tuple[int, ...]]
"""Field to the places of those of its values that a side has."""
_Shape = tuple[Function, Offer, Near, Mapping[str, Speech], Mapping[str, str]]


def _check_names(functions: Sequence[Function], values: Values) -> None:
    there = {function.name: function for function in functions}
    for name, fields in values.items():
        if name not in there:
            raise known("function", name, list(there))
        if not isinstance(fields, Mapping):
            raise BadSample(f"the values of function {name!r:.60} are {fields!r:.60}; they must map a field to a list")
        for field, some in fields.items():
            if there[name].field(field) is None:
                raise known(f"field of function {name!r:.60}", field, [one.name for one in there[name].fields])
            if isinstance(some, str | bytes) or not isinstance(some, Sequence):
                raise BadSample(
                    f"function {name!r:.60}, field {field!r:.60}: its values are {some!r:.60}; they must be a list"
                )


def _pools(
    function: Function, given: Mapping[str, Sequence[Any]], seed: int, left_out: list[str]
) -> dict[str, list[Any]]:
    """Field to the values that fit its schema, each once; fields without any are missing."""
    proposed = propose_values(function, seed) if len(given) < len(function.fields) else {}
    pools = {}
    for field in function.fields:
        at = f"function {function.name!r:.60}, field {field.name!r:.60}"
        kept: dict[str, Any] = {}
        for value in list(given.get(field.name, proposed.get(field.name, ())))[:MOST_VALUES]:
            why = why_not(field, value)
            if not why:
                try:
                    kept.setdefault(json.dumps(value, ensure_ascii=False, allow_nan=False), value)
                    continue
                except (ValueError, TypeError, RecursionError):
                    why = "it cannot be written as JSON"
            left_out.append(f"{at}: the value {_shown(value)} is left out; {why}")
        if kept:
            pools[field.name] = list(kept.values())
        elif field.required:
            raise BadSample(f"{at}: it is required and has no values; give some")
    return pools


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.60}"
    except (ValueError, RecursionError):  # a whole number of more digits than Python writes
        return "that is too large to show"


def _said(
    function: Function, pools: Mapping[str, list[Any]], recipe: CallRecipe, left_out: list[str]
) -> tuple[dict[str, dict[str, tuple[Said, ...]]], dict[str, Speech]]:
    """Language and field to the values in words; a value that one language cannot say is left out of all."""
    speech = {lang: make_speech(function.fields, lang) for lang in recipe.languages}
    said: dict[str, dict[str, tuple[Said, ...]]] = {lang: {} for lang in recipe.languages}
    for name, pool in pools.items():
        field = function.field(name)
        assert field is not None
        at = f"function {function.name!r:.60}, field {name!r:.60}"
        kept: list[list[Said]] = []
        for value in pool:
            try:
                kept.append([speech[lang].say(field, value) for lang in recipe.languages])
            except Unsayable as error:
                left_out.append(f"{at}: the value {value!r:.60} is left out; {error}")
        if kept:
            for lang, some in zip(recipe.languages, zip(*kept, strict=True), strict=True):
                said[lang][name] = tuple(some)
        elif field.required:
            raise BadSample(f"{at}: it is required and none of its values can be said in a request; give others")
    return said, speech


def _sides(
    said: Mapping[str, Mapping[str, tuple[Said, ...]]], recipe: CallRecipe, seed: int
) -> tuple[_Chosen, _Chosen | None]:
    """The places of the values each side has; None where no field has enough to hold some out."""
    first = next(iter(said.values()))
    train, held, split = {}, {}, False
    for name, some in first.items():
        every = tuple(range(len(some)))
        mine = [place for place in every if Side(seed, False).holds("call", some[place].json)]
        theirs = [place for place in every if place not in set(mine)]
        if len(some) < recipe.held_from or not mine or not theirs or isinstance(some[0].value, bool):
            train[name] = held[name] = every
        else:
            train[name], held[name], split = tuple(mine), tuple(theirs), True
    return train, held if split else None


def _ready(
    shape: _Shape,
    said: Mapping[str, Mapping[str, tuple[Said, ...]]],
    chosen: _Chosen,
    given: Mapping[str, Sequence[Any]],
    weights: Mapping[str, Sequence[int]],
    seed: int,
) -> Ready:
    function, shown, near, speech, what = shape
    fields = [field for field in function.fields if field.name in chosen]
    first = next(iter(said.values()))
    kept = {
        lang: tuple(tuple(some[field.name][place] for place in chosen[field.name]) for field in fields)
        for lang, some in said.items()
    }
    heavy = [
        _weights(field, [first[field.name][place] for place in chosen[field.name]], given, weights) for field in fields
    ]
    rng = Random((seed << 32) | zlib.crc32(function.name.encode()))
    product = make_product([len(chosen[field.name]) for field in fields], rng, heavy)
    names, optional = tuple(field.name for field in fields), tuple(not field.required for field in fields)
    return Ready(function, shown, near, names, optional, kept, speech, what, product)


def _weights(
    field: Field, said: Sequence[Said], given: Mapping[str, Sequence[Any]], weights: Mapping[str, Sequence[int]]
) -> list[int] | None:
    """The weights of the values that were kept; None where the field has none."""
    some = weights.get(field.name)
    if some is None or field.name not in given:
        return None
    if len(some) != len(given[field.name]) or not all(type(one) is int and 0 < one < 10**9 for one in some):
        raise BadSample(
            f"field {field.name!r:.60}: its weights are {some!r:.60}; give a whole number above 0 for each value"
        )
    by_value: dict[str, int] = {}
    for value, weight in zip(given[field.name], some, strict=True):
        key = json.dumps(value, ensure_ascii=False, default=str)
        by_value[key] = by_value.get(key, 0) + weight
    return [by_value.get(one.json, 1) for one in said]
