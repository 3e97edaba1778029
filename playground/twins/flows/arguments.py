"""Whether an action's input fits the schema of its function, with a bound on the work.

Schemas come with rows from anywhere: a library that follows every reference and pattern of one can be kept busy
without end. What is checked is what a call can get wrong: fields, types, choices, bounds, all the way down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

MOST_CHECKS = 5_000
"""Pairs of a value and a schema that are compared for one input."""
MOST_DEPTH = 40
_KINDS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("string", "str"), (str,)),
    **dict.fromkeys(("integer", "int"), (int,)),
    **dict.fromkeys(("number", "float", "double"), (int, float)),
    **dict.fromkeys(("boolean", "bool"), (bool,)),
    **dict.fromkeys(("array", "list", "tuple"), (list,)),
    **dict.fromkeys(("object", "dict"), (dict,)),
    "null": (type(None),),
}
"""Type names, of JSON schema and of those who write Python's."""


def functions(tools: Sequence[Any]) -> dict[str, Mapping[str, Any] | None]:
    """Name to the schema of its input, None where there is none. Forms: a name, OpenAI's, a bare function, MCP's."""
    found: dict[str, Mapping[str, Any] | None] = {}
    for tool in tools:
        if isinstance(tool, str):
            found[tool] = None
            continue
        inner = tool.get("function") if isinstance(tool, Mapping) else None
        told = inner if isinstance(inner, Mapping) else tool
        if not isinstance(told, Mapping) or not isinstance(told.get("name"), str):
            continue
        schema = next((told[key] for key in ("parameters", "input_schema", "inputSchema") if key in told), None)
        found[told["name"]] = schema if isinstance(schema, Mapping) else None
    return found


def misfit(value: Any, schema: Mapping[str, Any]) -> str:
    """The first thing in which a call's arguments do not fit a schema, as a few words; "" where they fit."""
    return _Check(schema).of(value, schema, "", 0)


class _Check:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root, self._left = root, MOST_CHECKS

    def of(self, value: Any, schema: Any, where: str, depth: int) -> str:
        self._left -= 1
        if not isinstance(schema, Mapping) or self._left < 0 or depth > MOST_DEPTH:
            return ""
        if isinstance(reference := schema.get("$ref"), str):
            schema = self._found(reference)
        named = where or "the input"
        if value is None and schema.get("nullable") is True:
            return ""
        if "const" in schema and not _same(value, schema["const"]):
            return f"{named} is not {schema['const']!r:.40}"
        if isinstance(choices := schema.get("enum"), list) and not any(_same(value, one) for one in choices):
            return f"{named} is {value!r:.40} and none of its choices"
        if wrong := self._type(value, schema.get("type"), named):
            return wrong
        return self._several(value, schema, where, depth) or self._inside(value, schema, where, depth)

    def _found(self, reference: str) -> Mapping[str, Any]:
        """What a reference within the schema stands for; anything goes where it leads nowhere."""
        place: Any = self._root
        for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
            place = place.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(place, Mapping) else None
        return place if reference.startswith("#") and isinstance(place, Mapping) else {}

    def _type(self, value: Any, told: Any, named: str) -> str:
        names = [one.casefold() for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)]
        kinds = [_KINDS[name] for name in names if name in _KINDS]
        # A name that is not known here may mean anything.
        if len(kinds) < len(names) or not names or any(_is(value, kind) for kind in kinds):
            return ""
        return f"{named} is {value!r:.40} and not of type {' or '.join(names):.60}"

    def _several(self, value: Any, schema: Mapping[str, Any], where: str, depth: int) -> str:
        for one in schema["allOf"] if isinstance(schema.get("allOf"), list) else ():
            if wrong := self.of(value, one, where, depth + 1):
                return wrong
        for key in ("anyOf", "oneOf"):
            if isinstance(ways := schema.get(key), list) and ways:
                wrongs = [self.of(value, one, where, depth + 1) for one in ways]
                if all(wrongs):
                    return wrongs[0]
        return ""

    def _inside(self, value: Any, schema: Mapping[str, Any], where: str, depth: int) -> str:
        if isinstance(value, dict):
            return self._object(value, schema, where, depth)
        if isinstance(value, list):
            for place, one in enumerate(value):
                if wrong := self.of(one, schema.get("items"), f"{where}[{place}]", depth + 1):
                    return wrong
            return _bounds(len(value), schema, ("minItems", "maxItems"), where, "entries")
        if isinstance(value, str):
            return _bounds(len(value), schema, ("minLength", "maxLength"), where, "characters")
        if _is(value, (int, float)):
            return _bounds(value, schema, ("minimum", "maximum"), where, "")
        return ""

    def _object(self, value: dict[str, Any], schema: Mapping[str, Any], where: str, depth: int) -> str:
        told = schema.get("properties")
        properties: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        required = schema.get("required")
        for name in required if isinstance(required, list) else ():
            if isinstance(name, str) and name not in value:
                return f"{where + '.' if where else ''}{name} is missing"
        # What a schema does not name it allows by the letter; at the top of a call it is an argument nobody declared.
        plain = depth == 0 and properties and not {"allOf", "anyOf", "oneOf", "patternProperties"} & schema.keys()
        more = schema.get("additionalProperties", not plain)
        for name, one in value.items():
            inner = f"{where}.{name}" if where else name
            if name in properties:
                wrong = self.of(one, properties[name], inner, depth + 1)
            elif more is False:
                wrong = f"{inner} is no argument of it"
            else:
                wrong = self.of(one, more, inner, depth + 1)
            if wrong:
                return wrong
        return ""


def _is(value: Any, kinds: tuple[type, ...]) -> bool:
    # To Python True is a number, to a schema it is not; 2.0 is an integer to a schema.
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (kinds == (int,) and isinstance(value, float) and value.is_integer())


def _same(value: Any, other: Any) -> bool:
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def _bounds(size: float, schema: Mapping[str, Any], keys: tuple[str, str], where: str, what: str) -> str:
    tests: tuple[tuple[str, Callable[[float, float], bool]], ...] = (
        (keys[0], lambda a, b: a < b),
        (keys[1], lambda a, b: a > b),
    )
    for key, beyond in tests:
        bound = schema.get(key)
        if isinstance(bound, int | float) and not isinstance(bound, bool) and beyond(size, bound):
            return f"{where or 'the input'} has {size} {what}, {key} is {bound}".replace("  ", " ").replace(" ,", ",")
    return ""
