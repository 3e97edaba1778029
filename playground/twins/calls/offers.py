"""What stands in the prompt beside the wanted function: your other functions, bundled ones, near-twins.

A bundled function stays away from functions that are about the same thing, so that a request has one
right answer. A near-twin asks for a field that the request does not give, or lacks one that it gives.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from playground.twins.calls.function import Field, Function
from playground.twins.calls.naming import has_chinese, name_words

BASIC = ("Basic", "basic")
"""What the name of a twin with a field less ends in, by the spelling of the name."""


@dataclass(frozen=True)
class Offer:
    """One function as it stands in a prompt."""

    name: str
    line: str
    """Its JSON Schema on one line."""
    tool: Mapping[str, Any]
    """The same in OpenAI's form."""


@dataclass(frozen=True)
class Bundled:
    """A bundled function, in one language."""

    offer: Offer
    words: frozenset[str]
    pieces: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]]
    """Language to requests that only this function serves."""


@dataclass(frozen=True)
class Near:
    """The near-twins of one function."""

    more: tuple[Offer, ...]
    """With a required field that no request gives."""
    less: Mapping[str, Offer]
    """Field to the twin that lacks it."""


def offer(function: Function) -> Offer:
    """A function ready for a prompt."""
    tool = function.tool()
    return Offer(function.name, json.dumps(tool["function"], ensure_ascii=False), tool)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("pool.toml").read_text(encoding="utf-8"))


def speaks(functions: Iterable[Function]) -> str:
    """The language the functions are described in: zh where most of them hold Chinese."""
    found = [has_chinese(one.description + "".join(field.description for field in one.fields)) for one in functions]
    return "zh" if sum(found) * 2 > len(found) else "en"


@cache
def _bundled(lang: str) -> tuple[Bundled, ...]:
    made = []
    for one in _table()["function"]:
        fields = []
        for text in one["fields"]:
            name, kind, label = text.split(" ", 2)
            fields.append(Field(name, kind.rstrip("!"), kind.endswith("!"), label.split("|")[lang == "en"]))
        function = Function(one["name"], one[lang], tuple(fields))
        asks = {tongue: tuple(one[f"asks_{tongue}"]) for tongue in ("zh", "en")}
        made.append(Bundled(offer(function), frozenset(one["words"].split()), tuple(one["pieces"].split()), asks))
    return tuple(made)


def bundled_apart(functions: Sequence[Function]) -> tuple[Bundled, ...]:
    """The bundled functions that are about something else than these, in the language of these."""
    text, words = about(functions)
    names = {one.name for one in functions}
    return tuple(
        one
        for one in _bundled(speaks(functions))
        if one.offer.name not in names and not one.words & words and not any(piece in text for piece in one.pieces)
    )


def about(functions: Iterable[Function]) -> tuple[str, frozenset[str]]:
    """All that is said of functions: as one text, and as English words in small letters, plurals cut."""
    pieces: list[str] = []
    for one in functions:
        pieces += [one.name, one.description]
        for field in one.fields:
            pieces += [field.name, field.description, *(part for inner in field.fields for part in (inner.name,))]
    words = {word for piece in pieces for word in name_words(piece)}
    return "\n".join(pieces), frozenset(words | {word.removesuffix("s") for word in words})


def near_twins(function: Function, taken: Iterable[str]) -> Near:
    """The near-twins of a function; none bears a name that is `taken`."""
    used = set(taken)
    lang = speaks([function])
    camel = "_" not in function.name and not function.name.islower()
    words = about([function])[1]
    more = []
    for one in _table()["more"]:
        name = f"{function.name}{one['camel']}" if camel else f"{function.name}_{one['snake']}"
        if name in used or len(name) > 64 or set(name_words(one["name"])) & words:
            continue
        said = f"（要有{one['zh']}）" if lang == "zh" else f" (needs a {one['en']})"
        field = Field(one["name"], description=one[lang])
        more.append(offer(Function(name, f"{function.description}{said}".strip(), (*function.fields, field))))
    less = {}
    name = f"{function.name}{BASIC[0]}" if camel else f"{function.name}_{BASIC[1]}"
    for gone in function.fields if name not in used and len(name) <= 64 else ():
        said = f"（不收 {gone.name}）" if lang == "zh" else f" (takes no {gone.name})"
        kept = tuple(field for field in function.fields if field is not gone)
        less[gone.name] = offer(
            replace(function, name=name, description=f"{function.description}{said}".strip(), fields=kept)
        )
    return Near(tuple(more), less)
