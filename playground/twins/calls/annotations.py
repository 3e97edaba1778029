"""Type hints to JSON Schema, read from the syntax tree and never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import BadSample

DEEPEST = 12
"""Most levels of types inside one another."""

_PLAIN: Mapping[str, dict[str, Any]] = {
    **dict.fromkeys(("str", "AnyStr", "Text", "bytes", "Path"), {"type": "string"}),
    **dict.fromkeys(("int", "PositiveInt"), {"type": "integer"}),
    **dict.fromkeys(("float", "Decimal", "complex"), {"type": "number"}),
    "bool": {"type": "boolean"},
    **dict.fromkeys(("list", "List", "Sequence", "Iterable", "Collection", "MutableSequence"), {"type": "array"}),
    **dict.fromkeys(("set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple"), {"type": "array"}),
    **dict.fromkeys(("dict", "Dict", "Mapping", "MutableMapping"), {"type": "object"}),
    **dict.fromkeys(("Any", "object"), {}),
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "UUID": {"type": "string", "format": "uuid"},
    "EmailStr": {"type": "string", "format": "email"},
    **dict.fromkeys(("HttpUrl", "AnyUrl"), {"type": "string", "format": "uri"}),
    # What a docstring may write for a type.
    **dict.fromkeys(("string", "字符串", "文本"), {"type": "string"}),
    **dict.fromkeys(("integer", "整数"), {"type": "integer"}),
    **dict.fromkeys(("number", "数字"), {"type": "number"}),
    **dict.fromkeys(("boolean", "布尔"), {"type": "boolean"}),
    "array": {"type": "array"},
    "None": {"type": "null"},
    "NoneType": {"type": "null"},
}
_KEYWORDS = {
    **{"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"},
    **{"multiple_of": "multipleOf", "min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    **{"regex": "pattern", "description": "description", "title": "title", "examples": "examples"},
}


@dataclass(frozen=True)
class Names:
    """The classes of the same text: enums and records."""

    schemas: Mapping[str, dict[str, Any]]


def hint_schema(node: ast.expr, names: Names, depth: int = 0) -> dict[str, Any]:
    """A type hint as JSON Schema. Raises BadSample telling the hint that is not known."""
    if depth > DEEPEST:
        raise BadSample(f"its type is nested deeper than {DEEPEST} levels; flatten it")
    if isinstance(node, ast.Constant):
        if node.value is None:
            return {"type": "null"}
        if isinstance(node.value, str):
            return hint_schema(parsed_hint(node.value), names, depth + 1)
    if isinstance(node, ast.Name | ast.Attribute):
        word = node.id if isinstance(node, ast.Name) else node.attr
        if word in names.schemas:
            return dict(names.schemas[word])
        if word in _PLAIN:
            return dict(_PLAIN[word])
        raise BadSample(
            f"its type is {word!r:.60}, which is not known; use str, int, float, bool, list, dict or Literal"
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return {"anyOf": [hint_schema(node.left, names, depth + 1), hint_schema(node.right, names, depth + 1)]}
    if isinstance(node, ast.Subscript):
        return _generic(node, names, depth)
    raise BadSample("its type is no type hint; use str, int, float, bool, list, dict or Literal")


def parsed_hint(text: str) -> ast.expr:
    """A hint written as text. Raises BadSample."""
    try:
        return ast.parse(text.strip()[:2000], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadSample(f"its type is {text!r:.60}, which is no type hint; use str, int, float, bool or such") from None


def literal(node: ast.AST | None) -> tuple[bool, Any]:
    """Whether a node is a plain value that JSON can say, and the value."""
    try:
        value = ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False, None
    value = list(value) if isinstance(value, tuple) else value
    return node is not None and _plain(value), value


def call_keywords(node: ast.Call) -> dict[str, Any]:
    """Bounds and description out of pydantic's Field(...) and the like."""
    found = {}
    for one in node.keywords:
        fits, value = literal(one.value)
        if fits and one.arg in _KEYWORDS:
            found[_KEYWORDS[one.arg]] = value
    return found


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(_plain(one) for one in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(one) for key, one in value.items())
    return value is None or isinstance(value, str | int | float)


def _generic(node: ast.Subscript, names: Names, depth: int) -> dict[str, Any]:
    word = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
    inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]

    def inner(place: int) -> dict[str, Any]:
        return hint_schema(inside[place], names, depth + 1)

    if word == "Literal":
        values = [literal(one) for one in inside]
        if not all(fits for fits, _ in values):
            raise BadSample("its Literal holds more than plain values; write the values out")
        return {"enum": [value for _, value in values]}
    if word == "Optional":
        return {"anyOf": [inner(0), {"type": "null"}]}
    if word == "Union":
        return {"anyOf": [inner(place) for place in range(len(inside))]}
    if word == "Annotated":
        return {**inner(0), **_annotated(inside[1:])}
    if word in ("Required", "NotRequired", "Final", "ClassVar"):
        return inner(0)
    base = _PLAIN.get(word, {}).get("type")
    if base == "array":
        return {"type": "array", "items": inner(0)} if inside else {"type": "array"}
    if base == "object":
        return {"type": "object"}
    raise BadSample(f"its type is {word!r:.60}, which is not known; use str, int, float, bool, list, dict or Literal")


def _annotated(notes: list[ast.expr]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for note in notes:
        if isinstance(note, ast.Constant) and isinstance(note.value, str):
            found.setdefault("description", note.value)
        elif isinstance(note, ast.Call):
            if note.args and isinstance(note.args[0], ast.Constant) and isinstance(note.args[0].value, str):
                found.setdefault("description", note.args[0].value)
            found.update(call_keywords(note))
    return found
