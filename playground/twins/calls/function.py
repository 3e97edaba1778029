"""A function that can be called: its name, what it does, and its fields. However it was written down, it ends here.

`Function.tool` gives it back in OpenAI's form, with every $ref resolved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

TYPES: Final = ("string", "integer", "number", "boolean", "array", "object", "any")
"""What a field's type may be; "any" is a schema that says no type."""


class _Nothing:
    """No default: None is a value that a default may have."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = _Nothing()


@dataclass(frozen=True)
class Bounds:
    """Limits of a field's value, both ends inside; None for no limit."""

    low: float | None = None
    """Least number."""
    high: float | None = None
    """Greatest number."""
    above: float | None = None
    """The number must be greater than this."""
    below: float | None = None
    """The number must be less than this."""
    step: float | None = None
    """The number is a multiple of this; above 0."""
    shortest: int | None = None
    """Least characters of a text."""
    longest: int | None = None
    """Most characters of a text."""
    fewest: int | None = None
    """Least items of a list."""
    most: int | None = None
    """Most items of a list."""


BOUND_KEYS: Final[Mapping[str, str]] = {
    "minimum": "low",
    "maximum": "high",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "multipleOf": "step",
    "minLength": "shortest",
    "maxLength": "longest",
    "minItems": "fewest",
    "maxItems": "most",
}
"""JSON Schema's words for the bounds."""


@dataclass(frozen=True)
class Field:
    """One argument of a function, or a part of one."""

    name: str
    type: str = "string"
    """One of TYPES."""
    required: bool = True
    description: str = ""
    enum: tuple[Any, ...] = ()
    """The only values it may have; a const is an enum of one. Empty: any of its type."""
    default: Any = NOTHING
    """What is taken where it is left out; NOTHING where the schema says none."""
    examples: tuple[Any, ...] = ()
    bounds: Bounds = Bounds()
    format: str = ""
    """date, date-time, time, email, uri, uuid or another word of JSON Schema's; "" for none."""
    pattern: str = ""
    """Regular expression that a text must fit, "" for none."""
    items: Field | None = None
    """What the items of an array are; None: anything."""
    fields: tuple[Field, ...] = ()
    """Parts of an object; empty: anything."""
    nullable: bool = False
    """null is right too. No row ever says null."""
    say: Mapping[str, str] = dataclass_field(default_factory=dict)
    """Language to what a request calls it, where somebody has said so (x-say in the schema); no part of the schema."""

    def schema(self) -> dict[str, Any]:
        """The field as JSON Schema."""
        made: dict[str, Any] = {}
        if self.type != "any":
            made["type"] = [self.type, "null"] if self.nullable else self.type
        if self.description:
            made["description"] = self.description
        if self.enum:
            made["enum"] = [*self.enum, None] if self.nullable else list(self.enum)
        for key, value in (("format", self.format), ("pattern", self.pattern), ("examples", list(self.examples))):
            if value:
                made[key] = value
        for key, name in BOUND_KEYS.items():
            if (bound := getattr(self.bounds, name)) is not None:
                made[key] = bound
        if self.default is not NOTHING:
            made["default"] = self.default
        if self.items is not None:
            made["items"] = self.items.schema()
        return {**made, **object_schema(self.fields)} if self.fields else made


@dataclass(frozen=True)
class Function:
    """A function on offer."""

    name: str
    description: str = ""
    fields: tuple[Field, ...] = ()
    say: Mapping[str, str] = dataclass_field(default_factory=dict)
    """Language to what it does, as words that follow "please", where somebody has said so."""

    @property
    def required(self) -> tuple[Field, ...]:
        """The fields that no call may leave out."""
        return tuple(field for field in self.fields if field.required)

    def field(self, name: str) -> Field | None:
        """The field of that name, None if there is none."""
        return next((field for field in self.fields if field.name == name), None)

    def bare(self) -> dict[str, Any]:
        """{name, description, parameters}: what stands on a line of the prompt."""
        parameters = {"type": "object", **object_schema(self.fields)}
        return {"name": self.name, "description": self.description, "parameters": parameters}

    def tool(self) -> dict[str, Any]:
        """OpenAI's form: {"type": "function", "function": {...}}."""
        return {"type": "function", "function": self.bare()}


def object_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    """properties and required of an object with these fields."""
    return {
        "properties": {field.name: field.schema() for field in fields},
        "required": [field.name for field in fields if field.required],
    }


def type_of(value: Any) -> str:
    """JSON Schema's type of a parsed value; a bool is no integer, and 3.0 is a number. "null" for None."""
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"


def why_not(field: Field, value: Any) -> str:
    """Why a value cannot stand in a field, in a few words; "" where it can. The pattern is not looked at."""
    kind = type_of(value)
    if kind == "null":
        return "" if field.nullable else "it is null"
    if field.type not in ("any", kind) and (field.type, kind) != ("number", "integer"):
        return f"it is of type {kind}, not {field.type}"
    if isinstance(value, float) and not math.isfinite(value):
        return "it is no finite number"
    if field.enum and not any(value == one and type_of(one) == kind for one in field.enum):
        return "it is not in the enum"
    if wrong := _out_of_bounds(field.bounds, value):
        return wrong
    if kind == "array":
        inner = field.items
        return next((why for one in value if inner is not None and (why := why_not(inner, one))), "")
    if kind == "object" and field.fields:
        return _wrong_parts(field.fields, value)
    return ""


def _out_of_bounds(bounds: Bounds, value: Any) -> str:
    if bounds == _FREE or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        low = bounds.low is not None and value < bounds.low or bounds.above is not None and value <= bounds.above
        high = bounds.high is not None and value > bounds.high or bounds.below is not None and value >= bounds.below
        if low or high:
            return "it is out of bounds"
        # 0.3 is three times 0.1 for people, and not quite for a machine.
        times = value / bounds.step if bounds.step else 0.0
        return "it is between two steps" if abs(times - round(times)) > 1e-9 * max(1.0, abs(times)) else ""
    ends = (bounds.shortest, bounds.longest) if isinstance(value, str) else (bounds.fewest, bounds.most)
    if isinstance(value, str | list):
        short, long = ends[0] is not None and len(value) < ends[0], ends[1] is not None and len(value) > ends[1]
        return "it is too short" if short else "it is too long" if long else ""
    return ""


_FREE = Bounds()


def _wrong_parts(fields: tuple[Field, ...], value: Mapping[str, Any]) -> str:
    for field in fields:
        if field.name in value:
            if why := why_not(field, value[field.name]):
                return why
        elif field.required:
            return "a part is missing"
    return "" if value.keys() <= {field.name for field in fields} else "a part is surplus"
