"""Whatever describes functions, read: an OpenAI tools list, a bare JSON Schema, or Python signatures.

Usable functions of a list are kept; each of the others has its sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import BadSample
from playground.records import check_writable
from playground.twins.calls.function import Function
from playground.twins.calls.schemas import At, fields_of, plain_schema, spoken_as, usable_name
from playground.twins.calls.signatures import looks_like_python, read_signatures

LONGEST = 4_000_000
"""Characters of a text that describes functions."""
MOST_FUNCTIONS = 500
"""Functions of one text; those after them are left out and said so."""
MOST_FAULTS = 200
"""Sentences about what cannot be used."""


@dataclass(frozen=True)
class ToolsRead:
    """What was found in a text."""

    functions: tuple[Function, ...]
    """The usable ones, each name once, in the order of the text."""
    faults: tuple[str, ...]
    """A sentence for each that is not usable, naming function and field."""


class Pairs(dict[str, Any]):
    """A JSON object that remembers which keys stood in it twice; the first of them counts."""

    twice: tuple[str, ...] = ()


def read_tools(text: str) -> ToolsRead:
    """The functions of a text. Never raises: a text that is none of the known forms is one fault."""
    try:
        found, faults = _read(text)
    except BadSample as error:
        return ToolsRead((), (str(error),))
    kept: dict[str, Function] = {}
    for function in found:
        if fault := _unwritable(function):
            faults.append(fault)
        elif function.name in kept:
            faults.append(str(BadSample(f"function {function.name!r:.60}: it is there twice; the first one is kept")))
        elif len(kept) == MOST_FUNCTIONS:
            faults.append(
                str(BadSample(f"function {function.name!r:.60}: it comes after {MOST_FUNCTIONS}; split the list"))
            )
        else:
            kept[function.name] = function
    return ToolsRead(tuple(kept.values()), tuple(faults[:MOST_FAULTS]))


def _unwritable(function: Function) -> str:
    """A sentence where a schema cannot stand in a prompt, "" where it can."""
    at = f"function {function.name!r:.60}"
    try:
        check_writable(json.dumps(function.tool(), ensure_ascii=False, allow_nan=False), at)
    except (RecursionError, ValueError, TypeError):
        return str(BadSample(f"{at}: its schema cannot be written as JSON; simplify it"))
    except BadSample as error:
        return str(error)
    return ""


def parse_json(text: str) -> Any:
    """A JSON text, NaN refused and keys that stand twice remembered. Raises BadSample."""
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except RecursionError:
        raise BadSample("the text is nested too deep to be read; flatten it") from None
    except ValueError as error:
        raise BadSample(f"the text is not JSON ({str(error)[:80]}); mend it") from None


def _read(text: str) -> tuple[list[Function], list[str]]:
    if len(text) > LONGEST:
        raise BadSample(f"the text has {len(text):,} characters; it may have {LONGEST:,}")
    check_writable(text, "the text")
    text = text.lstrip("\ufeff").strip()
    if not text:
        raise BadSample("the text is empty; paste a tools list, a JSON Schema or Python signatures")
    if text[0] not in "[{" and looks_like_python(text):
        return read_signatures(text)
    try:
        value = parse_json(text)
    except BadSample:
        # JSON lines: one function on each.
        lines = [line for line in text.splitlines() if line.strip()]
        if text[0] not in "[{" or len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines[:2]):
            raise
        return _from_lines(lines)
    return _from_list(list(_entries(value)), value)


def _from_lines(lines: list[str]) -> tuple[list[Function], list[str]]:
    functions, faults = [], []
    for number, line in enumerate(lines, 1):
        try:
            value = parse_json(line)
            functions.append(_function(value, number, value))
        except BadSample as error:
            faults.append(f"line {number}: {error}")
    return functions, faults


def _from_list(entries: list[Any], root: Any) -> tuple[list[Function], list[str]]:
    functions, faults = [], []
    for number, entry in enumerate(entries, 1):
        try:
            functions.append(_function(entry, number, root))
        except BadSample as error:
            faults.append(str(error))
    if not entries:
        raise BadSample("the list holds no function; paste at least one")
    return functions, faults


def _entries(value: Any) -> Iterator[Any]:
    """The functions' own objects: of a list, of {"tools": [...]}, or the one object that the text is."""
    if isinstance(value, Mapping):
        listed = next((value[key] for key in ("tools", "functions") if isinstance(value.get(key), list)), None)
        yield from [value] if listed is None else listed
    elif isinstance(value, list):
        yield from value
    else:
        yield value


def _function(entry: Any, number: int, root: Any) -> Function:
    """One function. Raises BadSample naming it, or its number where it has no name."""
    inner = entry.get("function", entry) if isinstance(entry, Mapping) else entry
    if not isinstance(inner, Mapping):
        raise BadSample(f"function {number}: it is {inner!r:.60}; it must be an object")
    name = inner.get("name")
    schema = next((inner[key] for key in ("parameters", "input_schema", "inputSchema") if key in inner), None)
    if "name" not in inner and ("properties" in inner or "$ref" in inner or "title" in inner or "type" in inner):
        # A bare JSON Schema: its title is the function's name.
        name, schema = inner.get("title"), inner
        if "properties" not in inner and "$ref" not in inner and "allOf" not in inner:
            raise BadSample(
                f"function {name or number!r:.60}: its schema has no properties; add the fields of the call"
            )
        name = "_".join(name.split()) if isinstance(name, str) else name
    if not usable_name(name):
        raise BadSample(f"function {number}: its name is {name!r:.60}; use letters, digits, _, - and ., a letter first")
    assert isinstance(name, str)
    if twice := getattr(inner, "twice", ()):
        raise BadSample(f"function {name!r:.60}: {twice[0]!r:.60} is there twice; keep one")
    about = inner.get("description", "")
    at = At(name, roots=tuple(one for one in (schema, inner, root) if isinstance(one, Mapping)))
    about = about.strip() if isinstance(about, str) else ""
    return Function(name, about, _parameters(schema, at), spoken_as(inner, at))


def _parameters(schema: Any, at: At) -> tuple[Any, ...]:
    if schema is None or schema == {}:
        return ()
    plain, at = plain_schema(schema, at)
    kind = plain.get("type", "object")
    if kind not in ("object", "dict", ["object"]):
        raise BadSample(f"{at}: its parameters are of type {kind!r:.60}; they must be an object with properties")
    return fields_of(plain, at)


def _pairs(pairs: list[tuple[str, Any]]) -> Pairs:
    made = Pairs()
    twice = []
    for key, value in pairs:
        if key in made:
            twice.append(key)
        else:
            made[key] = value
    made.twice = tuple(twice)
    return made


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")
