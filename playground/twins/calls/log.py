"""A log of calls, read for the values of each field and how often they came.

Lines of JSON in any of the usual forms: {"name", "arguments"} with arguments as an object or as its
text, {"function": {...}}, {"tool_calls": [...]}, a list of calls, a conversation with messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import BadSample
from playground.twins.calls.read import parse_json

LONGEST = 50_000_000
"""Characters of a log."""
LONGEST_LINE = 1_000_000
"""Characters of one of its lines."""
MOST_VALUES = 1000
"""Different values kept for a field: the most frequent ones."""
MOST_SEEN = 100_000
"""Different values counted for a field before the rare ones are passed over."""
MOST_FAULTS = 100


@dataclass(frozen=True)
class CallLog:
    """What a log holds."""

    calls: int
    """Calls that were read."""
    values: Mapping[str, Mapping[str, tuple[Any, ...]]]
    """Function and field to the values, the most frequent first."""
    weights: Mapping[str, Mapping[str, tuple[int, ...]]]
    """How often each of them came."""
    faults: tuple[str, ...]
    """A sentence for each line that is no call, naming it."""


def read_call_log(text: str) -> CallLog:
    """The values and weights of a log. Never raises: bad lines are named, the others kept."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    faults: list[str] = []
    calls = 0
    if len(text) > LONGEST:
        why = BadSample(f"the log has {len(text):,} characters; it may have {LONGEST:,}")
        return CallLog(0, {}, {}, (str(why),))
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            for name, arguments in _line(line):
                calls += 1
                fields = counts.setdefault(name, {})
                for field, value in arguments.items():
                    seen = fields.setdefault(field, {})
                    written = json.dumps(value, ensure_ascii=False, sort_keys=True)
                    if written in seen or len(seen) < MOST_SEEN:
                        seen[written] = seen.get(written, 0) + 1
        except BadSample as error:
            faults.append(f"line {number}: {error}")
    kept = {
        name: {field: sorted(seen.items(), key=lambda one: -one[1])[:MOST_VALUES] for field, seen in fields.items()}
        for name, fields in counts.items()
    }
    values = {n: {f: tuple(json.loads(w) for w, _ in some) for f, some in fields.items()} for n, fields in kept.items()}
    weights = {n: {f: tuple(count for _, count in some) for f, some in fields.items()} for n, fields in kept.items()}
    return CallLog(calls, values, weights, tuple(faults[:MOST_FAULTS]))


def _line(line: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if len(line) > LONGEST_LINE:
        raise BadSample(f"the line has {len(line):,} characters; it may have {LONGEST_LINE:,}")
    try:
        found = list(calls_in(parse_json(line)))
        json.dumps(found)
    except RecursionError:
        raise BadSample("the line is nested too deep to be read; flatten it") from None
    if not found:
        raise BadSample("the line holds no call; write an object with name and arguments")
    yield from found


def calls_in(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and arguments of every call in a parsed value. Raises BadSample for one that is damaged."""
    if isinstance(value, list):
        for one in value:
            yield from calls_in(one)
    elif isinstance(value, Mapping):
        for key in ("messages", "tool_calls", "calls"):
            if isinstance(value.get(key), list):
                for one in value[key]:
                    # A turn of weight 0 is a wrong call on show.
                    if isinstance(one, Mapping) and one.get("weight", 1) != 0:
                        yield from calls_in(one)
                return
        inner = next((value[key] for key in ("function", "function_call") if isinstance(value.get(key), Mapping)), None)
        if inner is not None:
            yield from calls_in(inner)
        elif "name" in value and ("arguments" in value or "parameters" in value or "input" in value):
            yield _call(value)
        elif value.get("role") == "assistant" and str(value.get("content", "")).strip()[:1] in ("{", "["):
            yield from calls_in(parse_json(value["content"]))


def _call(value: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    name = value["name"]
    arguments = next(value[key] for key in ("arguments", "parameters", "input") if key in value)
    if isinstance(arguments, str):
        arguments = parse_json(arguments) if arguments.strip() else {}
    if arguments is None:
        arguments = {}
    if not isinstance(name, str) or not isinstance(arguments, Mapping):
        raise BadSample(f"a call is {value!r:.60}; it must have a name and an object of arguments")
    return name, arguments
