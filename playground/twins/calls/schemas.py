"""JSON Schema to fields: $ref resolved, types in all their spellings, each fault one sentence.

Nothing is fetched and nothing is run. Of anyOf and oneOf the first branch that is not null is
taken: a value that fits it fits the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from playground.errors import BadSample
from playground.records import check_writable
from playground.twins.calls.function import BOUND_KEYS, NOTHING, Bounds, Field, type_of, why_not

DEEPEST = 12
"""Most levels of objects and arrays inside one another."""
MOST_FIELDS = 200
"""Most fields of one object."""
MOST_PARTS = 2000
"""Most fields of a function, those inside objects counted: a few $refs can multiply without end."""
MOST_VALUES = 2000
"""Most values of an enum."""

_TYPES = {
    **{name: name for name in ("string", "integer", "number", "boolean", "array", "object", "any")},
    # Spellings met in the wild: Python's, and those of the Berkeley leaderboard.
    **{"str": "string", "text": "string", "char": "string", "int": "integer", "long": "integer"},
    **{"float": "number", "double": "number", "bool": "boolean", "list": "array", "tuple": "array"},
    **{"dict": "object", "hashmap": "object"},
}


@dataclass(frozen=True)
class At:
    """A place in a schema."""

    function: str
    path: str = ""
    """Field names from the outside in, joined by dots."""
    roots: tuple[Mapping[str, Any], ...] = ()
    """Where a $ref may point into, the nearest first."""
    refs: frozenset[str] = frozenset()
    """The $refs that led here: one of them again is a circle."""
    depth: int = 0
    parts: list[int] = field(default_factory=lambda: [0])
    """How many fields of the function were read so far; one counter for all its places."""

    def __str__(self) -> str:
        name = f"function {self.function!r:.60}"
        return f"{name}, field {self.path!r:.60}" if self.path else name

    def inside(self, name: str) -> At:
        """One level further in."""
        if self.depth >= DEEPEST:
            raise BadSample(f"{self}: it is nested deeper than {DEEPEST} levels; flatten it")
        self.parts[0] += 1
        if self.parts[0] > MOST_PARTS:
            raise BadSample(
                f"function {self.function!r:.60}: it has more than {MOST_PARTS:,} fields in all; flatten it"
            )
        path = f"{self.path}.{name}" if self.path else name
        return replace(self, path=path, depth=self.depth + 1)


def usable_name(name: Any) -> bool:
    """Whether a function or field can bear this name: a word that may hold - and . inside, at most 64 characters."""
    return isinstance(name, str) and len(name) <= 64 and name.replace("-", "_").replace(".", "_").isidentifier()


def fields_of(schema: Mapping[str, Any], at: At) -> tuple[Field, ...]:
    """The fields of an object's schema. Raises BadSample naming function and field."""
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, Mapping):
        raise BadSample(f"{at}: its properties are {properties!r:.60}; they must be an object of schemas")
    if len(properties) > MOST_FIELDS:
        raise BadSample(f"{at}: it has {len(properties):,} fields; it may have {MOST_FIELDS}")
    if twice := getattr(properties, "twice", ()):
        raise BadSample(f"{at}: field {twice[0]!r:.60} is there twice; keep one")
    if required is None or isinstance(required, bool):
        required = []
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise BadSample(f"{at}: required is {required!r:.60}; it must be a list of field names")
    if lost := [name for name in required if name not in properties]:
        raise BadSample(
            f"{at}: it requires {lost[0]!r:.60}, which is no field of it; add the field or take the name out"
        )
    made = []
    for name, inner in properties.items():
        if not usable_name(name):
            raise BadSample(f"{at}: a field has the name {name!r:.60}; use letters, digits, _, - and ., a letter first")
        # Draft 3 wrote `required` into the field itself.
        own = isinstance(inner, Mapping) and inner.get("required") is True
        made.append(field_from(name, inner, name in required or own, at.inside(name)))
    return tuple(made)


def field_from(name: str, schema: Any, required: bool, at: At) -> Field:
    """One field. Raises BadSample naming function and field."""
    schema, at, nullable = _plain(schema, at)
    kind, more = _type(schema, at)
    nullable = nullable or more
    enum = _enum(schema, at)
    if not kind:
        kinds = {type_of(one) for one in enum if one is not None}
        kind = kinds.pop() if len(kinds) == 1 else "any"
    nullable = nullable or None in enum
    made = Field(
        name,
        kind,
        required,
        _text(schema, "description", at) or _text(schema, "title", at),
        tuple(one for one in enum if one is not None),
        bounds=_bounds(schema, at),
        format=_text(schema, "format", at),
        pattern=_text(schema, "pattern", at),
        nullable=nullable,
        say=spoken_as(schema, at),
    )
    if kind == "array" and isinstance(schema.get("items"), Mapping):
        made = replace(made, items=field_from("items", schema["items"], True, at.inside("items")))
    elif kind == "object" and "properties" in schema:
        made = replace(made, fields=fields_of(schema, at))
    for one in made.enum:
        if why := why_not(made, one):
            raise BadSample(f"{at}: its enum holds {one!r:.60} and {why}; mend the enum or the type")
    # A default or an example that does not fit is a slip of the schema's; the field is usable without it.
    default, shown = schema.get("default", NOTHING), schema.get("examples")
    examples = [*(shown if isinstance(shown, list) else []), *([schema["example"]] if "example" in schema else [])]
    fitting = tuple(one for one in examples if one is not None and not why_not(made, one))[:MOST_VALUES]
    keep = default is not NOTHING and not why_not(made, default)
    return replace(made, default=default if keep else NOTHING, examples=fitting)


def plain_schema(schema: Any, at: At) -> tuple[Mapping[str, Any], At]:
    """A schema with $ref, allOf, anyOf and oneOf taken out of its top. Raises BadSample."""
    plain, at, _ = _plain(schema, at)
    return plain, at


def _plain(schema: Any, at: At) -> tuple[Mapping[str, Any], At, bool]:
    """The schema with $ref, allOf, anyOf and oneOf taken out of its top; and whether null was among its branches."""
    nullable = False
    for _ in range(4 * DEEPEST):
        if schema is True:
            schema = {}
        if not isinstance(schema, Mapping):
            raise BadSample(f"{at}: its schema is {schema!r:.60}; it must be an object")
        if "$ref" in schema:
            target, at = _target(schema["$ref"], at)
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        elif isinstance(schema.get("allOf"), list) and schema["allOf"]:
            schema, at = _merged(schema, at)
        elif branches := next((schema[key] for key in ("anyOf", "oneOf") if isinstance(schema.get(key), list)), None):
            real = [one for one in branches if not (isinstance(one, Mapping) and one.get("type") == "null")]
            nullable = nullable or len(real) < len(branches)
            rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
            words = [one.get("const", NOTHING) if isinstance(one, Mapping) else NOTHING for one in real]
            if words and NOTHING not in words:
                schema = {**rest, "enum": words}
            else:
                first = real[0] if real else {}
                schema = {**first, **rest} if isinstance(first, Mapping) else rest
        else:
            return schema, at, nullable or schema.get("nullable") is True
    raise BadSample(f"{at}: it refers to itself; write it out without the circle")


def _target(ref: Any, at: At) -> tuple[Mapping[str, Any], At]:
    if not isinstance(ref, str) or not ref.startswith("#"):
        raise BadSample(
            f"{at}: its $ref is {ref!r:.60}; only places in the same text are followed, such as #/$defs/NAME"
        )
    if ref in at.refs:
        raise BadSample(f"{at}: it refers to itself; write it out without the circle")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in ref[1:].split("/") if step]
    for root in at.roots:
        found: Any = root
        for step in steps:
            found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            return found, replace(at, refs=at.refs | {ref})
    raise BadSample(f"{at}: its $ref {ref!r:.60} points to nothing; add what it names")


def _merged(schema: Mapping[str, Any], at: At) -> tuple[dict[str, Any], At]:
    """allOf as one schema: properties and required of all, else the last word counts."""
    made: dict[str, Any] = {}
    rest = {key: value for key, value in schema.items() if key != "allOf"}
    for part in (*schema["allOf"], rest):
        while isinstance(part, Mapping) and "$ref" in part:
            target, at = _target(part["$ref"], at)
            part = {**target, **{key: value for key, value in part.items() if key != "$ref"}}
        if not isinstance(part, Mapping):
            raise BadSample(f"{at}: its schema is {part!r:.60}; it must be an object")
        both = {
            key: {**made.get(key, {}), **part[key]} if key == "properties" else [*made.get(key, []), *part[key]]
            for key, kind in (("properties", Mapping), ("required", list))
            if isinstance(part.get(key), kind)
        }
        made = {**made, **part, **both}
    return made, at


def _type(schema: Mapping[str, Any], at: At) -> tuple[str, bool]:
    """The type, "" where nothing tells it, and whether null is right too."""
    told = schema.get("type")
    listed = told if isinstance(told, list) else [told]
    real = [one for one in listed if one not in ("null", None)]
    if real:
        name = real[0].lower() if isinstance(real[0], str) else real[0]
        if not isinstance(name, str) or name not in _TYPES:
            raise BadSample(
                f"{at}: its type is {real[0]!r:.60}, which is not known; use string, integer, number or such"
            )
        return _TYPES[name], "null" in listed
    if told is not None:
        raise BadSample(
            f"{at}: its type is {told!r:.60}, and no request can say it; use string, integer, number or such"
        )
    for key, kind in (("properties", "object"), ("items", "array"), ("pattern", "string"), ("format", "string")):
        if key in schema:
            return kind, False
    return "", False


def _enum(schema: Mapping[str, Any], at: At) -> tuple[Any, ...]:
    if "const" in schema:
        return (schema["const"],)
    enum = schema.get("enum")
    if enum is None:
        return ()
    if not isinstance(enum, list) or not [one for one in enum if one is not None]:
        raise BadSample(f"{at}: its enum is {enum!r:.60}; it must be a list with at least one value")
    if len(enum) > MOST_VALUES:
        raise BadSample(f"{at}: its enum has {len(enum):,} values; it may have {MOST_VALUES:,}")
    kept: dict[tuple[str, str], Any] = {}
    for one in enum:
        kept.setdefault((type_of(one), repr(one)), one)
    return tuple(kept.values())


def _text(schema: Mapping[str, Any], key: str, at: At) -> str:
    value = schema.get(key)
    if not isinstance(value, str):
        return ""
    check_writable(value, str(at))
    return value.strip()


def spoken_as(schema: Mapping[str, Any], at: At) -> dict[str, str]:
    """x-say: language to words. Raises BadSample."""
    told = schema.get("x-say", {})
    if not isinstance(told, Mapping) or not all(isinstance(one, str) and one.strip() for one in told.values()):
        raise BadSample(f"{at}: its x-say is {told!r:.60}; it must map zh or en to words")
    for one in told.values():
        check_writable(one, str(at))
    return {lang: " ".join(one.split())[:80] for lang, one in told.items()}


def _bounds(schema: Mapping[str, Any], at: At) -> Bounds:
    found: dict[str, Any] = {}
    for key, name in BOUND_KEYS.items():
        value = schema.get(key)
        # Draft 4 wrote exclusiveMinimum as true beside minimum.
        if value is True and key.startswith("exclusive"):
            found[name] = found.pop("low" if name == "above" else "high", None)
        elif value is not None and value is not False:
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise BadSample(f"{at}: its {key} is {value!r:.60}; it must be a number")
            found[name] = value
    bounds = Bounds(**found)
    ends = ((bounds.low, bounds.high), (bounds.shortest, bounds.longest), (bounds.fewest, bounds.most))
    if any(low is not None and high is not None and low > high for low, high in ends) or (bounds.step or 1) <= 0:
        raise BadSample(f"{at}: its bounds leave no value; mend them")
    return bounds
