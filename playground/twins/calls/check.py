"""A call judged in five steps: right function, none missing, none surplus, types agree, values agree.

The same steps hold every row that leaves the workshop, and beside them that each value of its gold
stands in what the user wrote, or follows from it by a stated rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playground.records import Row, unique_keys
from playground.twins.calls.function import Field, Function
from playground.twins.calls.recipe import LANGUAGES
from playground.twins.calls.said import Said, Unsayable, make_speech
from playground.twins.calls.slots import NAME, slot_text

FAULTS = (
    "not_json",
    "wrong_function",
    "missing_required",
    "surplus",
    "wrong_type",
    "wrong_value",
    "call_not_wanted",
    "not_on_offer",
    "not_in_request",
)
"""What can be wrong, in the order it is looked at; the first one counts."""


@dataclass(frozen=True)
class CallVerdict:
    """What is said about one answer."""

    fault: str = ""
    """One of FAULTS, "" where all is right."""
    about: str = ""
    """The function or field that is meant, "" where none is."""

    @property
    def right(self) -> bool:
        """Nothing is wrong."""
        return not self.fault


RIGHT = CallVerdict()


def check_call_row(row: Row, functions: Sequence[Function]) -> CallVerdict:
    """The row's answer against its gold, its functions and its request. Never raises."""
    return CallJudge(functions).row(row)


class CallJudge:
    """The functions that calls are judged by; made once for many rows."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self.functions: Mapping[str, Function] = {one.name: one for one in functions}
        self._speech = {one.name: [make_speech(one.fields, lang) for lang in LANGUAGES] for one in functions}

    def answer(self, reply: str, slots: Mapping[str, str]) -> CallVerdict:
        """A reply against gold as slots; gold {"name": ""} wants words and no call."""
        calls = parse_calls(reply)
        if slots.get(NAME) == "":
            return CallVerdict("call_not_wanted") if calls is not None or not reply.strip() else RIGHT
        if calls is None:
            return CallVerdict("not_json")
        wanted = [value for key, value in slots.items() if re.fullmatch(rf"(?:\d+\.)?{NAME}", key)]
        if [name for name, _ in calls] != wanted:
            return CallVerdict("wrong_function", ", ".join(name for name, _ in calls)[:60])
        gold = _by_call(slots, len(wanted))
        for (name, arguments), right in zip(calls, gold, strict=True):
            verdict = self._arguments(name, arguments, right)
            if not verdict.right:
                return verdict
        return RIGHT

    def row(self, row: Row) -> CallVerdict:
        """A row's own answer, and whether its gold can be read out of its request."""
        verdict = self.answer(row.messages[-1]["content"], row.slots)
        if not verdict.right:
            return verdict
        calls = parse_calls(row.messages[-1]["content"]) or []
        there = [tool.get("function", tool).get("name") for tool in row.tools]
        if lost := next((name for name, _ in calls if name not in there), ""):
            return CallVerdict("not_on_offer", lost)
        said = "\n".join(turn["content"] for turn in row.messages if turn["role"] == "user")
        for name, arguments in calls:
            for key, value in arguments.items():
                if not self._stands(self.functions[name], key, value, said):
                    return CallVerdict("not_in_request", f"{name}.{key}")
        return RIGHT

    def _arguments(self, name: str, arguments: Mapping[str, Any], right: Mapping[str, str]) -> CallVerdict:
        function = self.functions.get(name)
        if function is None:
            return CallVerdict("wrong_function", name)
        # A call that the API refuses is worse than one that does something else, so the schema comes first.
        must = [field.name for field in function.required]
        if lost := next((key for key in (*must, *right) if key not in arguments), None):
            return CallVerdict("missing_required", lost)
        if extra := next((key for key in arguments if function.field(key) is None or key not in right), None):
            return CallVerdict("surplus", extra)
        for key, value in arguments.items():
            if not self.fits(name, key, value):
                return CallVerdict("wrong_type", key)
        for key, value in arguments.items():
            if slot_text(value) != right[key]:
                return CallVerdict("wrong_value", key)
        return RIGHT

    def fits(self, name: str, key: str, value: Any) -> bool:
        """Whether a value is of the type of that field; True where no function describes it. Never raises."""
        checker = self._checkers.get(name, {}).get(key)
        try:
            return checker is None or bool(checker.is_valid(value))
        except RecursionError:
            return False

    @cached_property
    def _checkers(self) -> dict[str, dict[str, Any]]:
        """Function and field to the checker of its type."""
        from jsonschema import Draft202012Validator, TypeChecker
        from jsonschema.validators import extend

        def integer(_: TypeChecker, value: object) -> bool:
            # JSON Schema takes 3.0 for an integer; an API in most languages does not.
            return isinstance(value, int) and not isinstance(value, bool)

        strict = extend(
            Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", integer)
        )
        return {
            name: {field.name: strict(types_only(field)) for field in function.fields}
            for name, function in self.functions.items()
        }

    def _stands(self, function: Function, key: str, value: Any, request: str) -> bool:
        field = function.field(key)
        assert field is not None
        return any(_found(said, request) for said in self._said(function, field, value))

    def _said(self, function: Function, field: Field, value: Any) -> list[Said]:
        found = []
        for speech in self._speech[function.name]:
            try:
                found.append(speech.say(field, value))
            except Unsayable:
                continue
        return found


def types_only(field: Field) -> dict[str, Any]:
    """The field's schema without what is no type: patterns, bounds and enums are a matter of the value."""
    made: dict[str, Any] = {}
    if field.type != "any":
        made["type"] = [field.type, "null"] if field.nullable else field.type
    if field.items is not None:
        made["items"] = types_only(field.items)
    if field.fields:
        made["properties"] = {part.name: types_only(part) for part in field.fields}
        made["required"] = [part.name for part in field.fields if part.required]
        made["additionalProperties"] = False
    return made


def parse_calls(text: str) -> list[tuple[str, dict[str, Any]]] | None:
    """Name and arguments of the calls that a text is, strictly; None where it is anything else. Never raises."""
    try:
        value = json.loads(text, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError):
        return None
    listed = value if isinstance(value, list) else [value]
    calls = []
    for one in listed:
        if not isinstance(one, dict) or one.keys() != {"name", "arguments"}:
            return None
        if not isinstance(one["name"], str) or not isinstance(one["arguments"], dict):
            return None
        calls.append((one["name"], one["arguments"]))
    return calls or None


def _by_call(slots: Mapping[str, str], count: int) -> list[dict[str, str]]:
    """The arguments of each call out of the slots."""
    found: list[dict[str, str]] = [{} for _ in range(count)]
    for key, value in slots.items():
        number, dot, rest = key.partition(".") if count > 1 else ("1", ".", key)
        if rest != NAME:
            found[int(number) - 1][rest.removeprefix("arguments.") if rest == f"arguments.{NAME}" else rest] = value
    return found


def _found(said: Said, request: str) -> bool:
    if type(said.value) is bool:
        return said.clause in request or said.text in request
    return all(copy in request for copy in said.copies)
