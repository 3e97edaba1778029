"""An input fits its function's schema, or the first misfit is named; a hostile schema costs little."""

from __future__ import annotations

import time
from typing import Any

import pytest

from playground.twins.flows.arguments import functions, misfit

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer", "minimum": 1},
        "day": {"type": ["string", "null"], "maxLength": 10},
        "size": {"enum": ["S", "M"]},
        "to": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "maxItems": 2},
        "either": {"anyOf": [{"type": "boolean"}, {"type": "number"}]},
        "old": {"type": "dict"},
        "free": {},
    },
    "$defs": {"tag": {"type": "string", "minLength": 1}},
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"n": 1, "day": None, "size": "M", "to": {"city": "x", "more": 1}, "tags": ["a"], "either": True}, ""),
        ({"n": 2.0, "either": 1.5, "old": {}, "free": [1]}, ""),
        ({}, "n is missing"),
        ({"n": "1"}, "n is '1' and not of type integer"),
        ({"n": True}, "n is True"),
        ({"n": 0}, "minimum is 1"),
        ({"n": 1, "day": "x" * 11}, "maxLength is 10"),
        ({"n": 1, "size": "XL"}, "none of its choices"),
        ({"n": 1, "to": {}}, "to.city is missing"),
        ({"n": 1, "tags": ["a", ""]}, "tags[1] has 0 characters"),
        ({"n": 1, "tags": ["a", "b", "c"]}, "tags has 3 entries"),
        ({"n": 1, "either": "x"}, "either is 'x'"),
        ({"n": 1, "k": 1}, "k is no argument of it"),
        ([1], "the input is [1]"),
    ],
)
def test_the_first_misfit_is_named(value: Any, said: str) -> None:
    assert said in misfit(value, SCHEMA) and bool(said) == bool(misfit(value, SCHEMA))


def test_every_form_of_a_function_is_known() -> None:
    told = [
        "plain",
        {"name": "bare", "parameters": {}},
        {"type": "function", "function": {"name": "openai", "parameters": {}}},
        {"name": "mcp", "inputSchema": {}},
        {"name": "claude", "input_schema": {}},
        {"name": 7},
        7,
        None,
        {},
    ]
    assert set(functions(told)) == {"plain", "bare", "openai", "mcp", "claude"}


def test_hostile_schemas_cost_little() -> None:
    ways = {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"properties": {"a": {"$ref": "#"}}}], "type": "object"}
    deep: Any = {}
    for _ in range(200):
        deep = {"a": deep}
    begun = time.monotonic()
    for schema in (
        ways,
        {"$ref": "#"},
        {"$ref": "#/a/b"},
        {"$ref": "http://x"},
        {"required": 7, "properties": [], "enum": 1},
    ):
        misfit(deep, schema)
        misfit({"a": [deep] * 50}, schema)
    assert time.monotonic() - begun < 10
