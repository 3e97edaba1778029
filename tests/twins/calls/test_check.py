"""The five steps, in their order, and what a report counts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from playground.records import Message, Row
from playground.twins.calls.check import CallJudge, check_call_row
from playground.twins.calls.coverage import coverage
from playground.twins.calls.make import make_calls
from playground.twins.calls.read import read_tools
from playground.twins.calls.recipe import CallRecipe

FUNCTIONS = read_tools("""
def book(
    name: str, n: int, price: float = 1.0, flag: bool = False, tags: list[str] = [], mode: Literal["a", "b"] = "a"
):
    '''Book a table.'''
def ping(): pass
""").functions
GOLD = {"name": "book", "arguments.name": "Bob", "n": "3", "tags": '["x"]'}
RIGHT = {"name": "Bob", "n": 3, "tags": ["x"]}


def call(**arguments: object) -> str:
    return json.dumps({"name": "book", "arguments": arguments})


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (call(**RIGHT), ""),
        (call(tags=["x"], n=3, name="Bob"), ""),
        ("", "not_json"),
        ("book(3)", "not_json"),
        ("[" * 100_000, "not_json"),
        ("```json\n" + call(**RIGHT) + "\n```", "not_json"),
        (json.dumps({"name": "book", "arguments": RIGHT, "more": 1}), "not_json"),
        (json.dumps({"name": "book"}), "not_json"),
        (json.dumps({"name": "ping", "arguments": {}}), "wrong_function"),
        (f"[{call(**RIGHT)}, {call(**RIGHT)}]", "wrong_function"),
        (call(name="Bob", tags=["x"], more=1), "missing_required"),
        (call(name="Bob", n=3), "missing_required"),
        (call(**RIGHT, more=1), "surplus"),
        (call(**RIGHT, price=1.0), "surplus"),
        (call(name="Bob", n="3", tags=["x"]), "wrong_type"),
        (call(name="Bob", n=3.0, tags=["x"]), "wrong_type"),
        (call(name="Bob", n=True, tags=["x"]), "wrong_type"),
        (call(name="Bob", n=3, tags=[1]), "wrong_type"),
        (call(name="Bob", n=3, tags="x"), "wrong_type"),
        (call(name="bob", n=3, tags=["x"]), "wrong_value"),
        (call(name="Bob", n=4, tags=["x"]), "wrong_value"),
        (call(name="Bob", n=3, tags=["x", "y"]), "wrong_value"),
    ],
)
def test_the_first_fault_counts(reply: str, fault: str) -> None:
    assert CallJudge(FUNCTIONS).answer(reply, GOLD).fault == fault


@pytest.mark.parametrize(
    ("reply", "right"), [("Sorry, no.", True), ("", False), (call(), False), ('{"error": 1}', True)]
)
def test_where_nothing_is_to_be_called(reply: str, right: bool) -> None:
    assert CallJudge(FUNCTIONS).answer(reply, {"name": ""}).right is right


def row(said: str, offered: bool = True) -> Row:
    tools = tuple(one.tool() for one in FUNCTIONS) if offered else (FUNCTIONS[1].tool(),)
    messages = (Message(role="user", content=said), Message(role="assistant", content=call(**RIGHT)))
    return Row("1", "calls", "", "call", GOLD, messages, tools)


def test_gold_stands_in_the_request_and_the_function_on_offer() -> None:
    assert check_call_row(row("book for Bob, 3 people, tags x"), FUNCTIONS).right
    assert check_call_row(row("book for Bob, tags x"), FUNCTIONS).about == "book.n"
    assert check_call_row(row("book for Bob, 3 people, tags x", False), FUNCTIONS).fault == "not_on_offer"


def test_coverage_counts_calls_and_values_and_names_what_never_comes() -> None:
    values = {"book": {"name": ["Bob", "Eve"], "n": [1, 2, 3]}}
    made = make_calls(FUNCTIONS, values, CallRecipe(several=0.2, repair=0.1, ask=0.1, refuse=0.1, optional=0.5), 400, 7)
    rows = list(made.train)
    shown = coverage(rows, FUNCTIONS, values, made.card["dropped"])
    assert shown.rows == len(rows) == shown.sound and shown.never_called == ()
    name = shown.fields["book"]["name"]
    assert name.given == shown.calls["book"] == sum(name.counts.values()) and name.left_out == 0 and name.never == ()
    flag = shown.fields["book"]["flag"]
    assert set(flag.counts) == {"true", "false"} and flag.left_out > 0
    some = coverage(rows[:1], FUNCTIONS, {"book": {"name": ["Bob", "Eve", "Zoe"]}})
    assert {"Zoe"} <= set(some.fields["book"]["name"].never)
    assert {"a", "b"} - set(some.fields["book"]["mode"].counts) == set(some.fields["book"]["mode"].never)


def test_coverage_counts_rows_that_are_not_sound() -> None:
    (good,) = list(make_calls(FUNCTIONS[:1], None, CallRecipe(), 1, 7).train)
    bad = replace(good, messages=(*good.messages[:-1], Message(role="assistant", content="{")))
    lost = replace(good, messages=(good.messages[0], Message(role="user", content="book"), good.messages[-1]))
    shown = coverage([good, bad, lost], FUNCTIONS)
    assert shown.sound == 1 and shown.faults == {"not_json": 1, "not_in_request": 1}
