"""A log of calls in all its forms; bad lines are named and cost only themselves."""

from __future__ import annotations

import json
import time

import pytest

from playground.twins.calls.log import read_call_log

CALL = {"name": "f", "arguments": {"x": "a", "n": 1}}
FORMS: list[object] = [
    CALL,
    {"name": "f", "arguments": json.dumps(CALL["arguments"])},
    {"function": CALL},
    {"function_call": CALL},
    {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": CALL}]},
    [CALL],
    {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": json.dumps(CALL)}]},
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: object) -> None:
    log = read_call_log(
        json.dumps(form) + "\n\n" + json.dumps({"name": "f", "arguments": {"x": "b"}}) + "\n" + json.dumps(form)
    )
    assert log.faults == () and log.calls == 3
    assert log.values == {"f": {"x": ("a", "b"), "n": (1,)}} and log.weights == {"f": {"x": (2, 1), "n": (2,)}}


def test_a_wrong_call_on_show_does_not_count() -> None:
    wrong = {"role": "assistant", "content": json.dumps(CALL), "weight": 0}
    right = {"role": "assistant", "content": json.dumps({"name": "f", "arguments": {"x": "c"}})}
    assert read_call_log(json.dumps({"messages": [wrong, right]})).values == {"f": {"x": ("c",)}}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "7",
        "{}",
        '{"name": 3, "arguments": {}}',
        '{"name": "f", "arguments": [1]}',
        '{"name": "f", "arguments": "{"}',
        "[" * 200_000,
        "[" * 900 + "]" * 900,
        '{"name": "f", "arguments": {"x": NaN}}',
        '"' + "x" * 1_000_001 + '"',
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    started = time.monotonic()
    log = read_call_log(f"{json.dumps(CALL)}\n{line}\n{json.dumps(CALL)}")
    assert time.monotonic() - started < 2 and log.calls == 2
    assert len(log.faults) == 1 and log.faults[0].startswith("line 2: ") and "; " in log.faults[0]


def test_many_values_are_cut_to_the_frequent_ones() -> None:
    lines = [json.dumps({"name": "f", "arguments": {"x": n}}) for n in range(3000)] + [
        json.dumps({"name": "f", "arguments": {"x": 2999}})
    ]
    log = read_call_log("\n".join(lines))
    assert len(log.values["f"]["x"]) == 1000 and log.values["f"]["x"][0] == 2999
