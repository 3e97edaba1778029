"""A reply held against the calls that are wanted: the five steps, each field's mark, and replies that mean harm."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from playground.errors import BadSample
from playground.records import Case, Message, Slots, case_from_json, json_line
from playground.scoring.calls import FAULT_WORDS, call_result, fault_words
from playground.scoring.judge import judge, judge_name
from playground.scoring.report import report_html
from playground.scoring.results import ScoredRow, scored_row, scores_of
from playground.scoring.shelf import cases_sha256
from playground.twins.calls.check import FAULTS
from playground.twins.calls.make import make_calls
from playground.twins.calls.read import read_tools
from playground.twins.calls.recipe import MIXED
from playground.twins.calls.sets import load_set, set_names
from playground.ui.scorecard import Card, cases_html

FUNCTIONS = read_tools("""
def book(
    name: str, n: int, price: float = 1.0, flag: bool = False, tags: list[str] = [], place: dict = {}
):
    '''Book a table.'''
def ping(): pass
""").functions
TOOLS = tuple(one.tool() for one in FUNCTIONS)
GOLD = {"name": "book", "arguments.name": "Bob", "n": "3", "price": "2"}
RIGHT: dict[str, Any] = {"name": "Bob", "n": 3, "price": 2}
TWO = {"1.name": "book", "1.arguments.name": "Bob", "1.n": "3", "2.name": "ping"}


def call(function: str = "book", /, **arguments: object) -> str:
    return json.dumps({"name": function, "arguments": arguments})


def case(gold: Slots | str, tools: tuple[Any, ...] = TOOLS) -> Case:
    return Case("c", "calls", (Message(role="user", content="?"),), gold, tools=tools)


@pytest.mark.parametrize(
    ("reply", "fault", "wrong"),
    [
        (call(**RIGHT), "", ""),
        (call(price=2.0, n=3, name=" Ｂｏｂ"), "", ""),
        (json.dumps({"name": "book", "arguments": RIGHT}, indent=2), "", ""),
        (call("ping", **RIGHT), "wrong_function", "name arguments.name n price"),
        (call(name="Bob", price=2), "missing_required", "n"),
        (call(name="Bob", n=3), "missing_required", "price"),
        (call(name="Bob", price=3, more=1), "missing_required", "n price"),
        (call(**RIGHT, flag=False), "surplus", ""),
        (call(**RIGHT, more=1), "surplus", ""),
        (call(**{**RIGHT, "n": "3"}), "wrong_type", "n"),
        (call(**{**RIGHT, "n": 3.0}), "wrong_type", "n"),
        (call(**{**RIGHT, "n": True, "price": 9}), "wrong_type", "n price"),
        (call(**{**RIGHT, "price": 2.5}), "wrong_value", "price"),
        (call(**{**RIGHT, "name": "bob"}), "wrong_value", "arguments.name"),
        (f"[{call(**RIGHT)}]", "", ""),
        (f"[{call(**RIGHT)}, {call('ping')}]", "wrong_function", ""),
        ("", "not_json", "name arguments.name n price"),
        ("```json\n" + call(**RIGHT) + "\n```", "not_json", "name arguments.name n price"),
        ('{"name": "book", "n": "3"}', "not_json", "name arguments.name n price"),
    ],
)
def test_the_first_step_that_fails_is_told_and_every_field_has_its_mark(reply: str, fault: str, wrong: str) -> None:
    judged = judge(case(GOLD), reply, None)
    assert (judged.fault, judged.exact) == (fault, not fault)
    assert [slot for slot, right in judged.slots.items() if not right] == wrong.split()
    assert judged.fidelity == 1 - len(wrong.split()) / 4 and list(judged.slots) == list(GOLD)
    assert judged.valid == (fault != "not_json")


def test_several_calls_are_judged_in_their_order() -> None:
    both = [json.loads(call(name="Bob", n=3)), json.loads(call("ping"))]
    assert judge(case(TWO), json.dumps(both), None).exact
    turned = judge(case(TWO), json.dumps(both[::-1]), None)
    assert turned.fault == "wrong_function" and not any(turned.slots.values())
    half = judge(case(TWO), json.dumps(both[:1]), None)
    assert half.fault == "wrong_function" and half.slots["1.n"] and not half.slots["2.name"]


def test_lists_and_objects_are_compared_as_what_they_are() -> None:
    gold = {"name": "book", "tags": '["a", "b"]', "place": '{"x": 1, "y": true}'}
    right = {"name": "Bob", "n": 1}
    wanted = {**gold, "arguments.name": "Bob", "n": "1"}
    assert judge(case(wanted), call(**right, place={"y": True, "x": 1.0}, tags=["ａ", "b"]), None).exact
    assert judge(case(wanted), call(**right, place={"y": 1, "x": 1}, tags=["a", "b"]), None).fault == "wrong_value"
    assert judge(case(wanted), call(**right, place={"y": True, "x": 1}, tags=["b", "a"]), None).about == "tags"
    more = replace(case(wanted), accept={"n": ("2", "3")})
    assert judge(more, call(name="Bob", n=3, place={"y": True, "x": 1}, tags=["a", "b"]), None).exact


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("I cannot do that.", True),
        ("请问上门时间是几点？", True),
        ("", False),
        (" \n", False),
        (call("ping"), False),
        (f"```json\n{call('ping')}\n```", False),
        (f"Sure: {call('ping')}", False),
        ('{"name": "book", "arguments": {', False),
    ],
)
def test_where_nothing_is_to_be_called_any_words_are_right(reply: str, right: bool) -> None:
    judged = judge(case({"name": ""}), reply, None)
    assert (judged.exact, judged.valid, judged.slots) == (right, right, {"name": right})
    assert judged.fault == ("" if right else "call_not_wanted")


HOSTILE = [
    "[" * 200_000, "{" * 200_000, '{"name": ' * 20_000, "\x00\ud800", '{"name":"book","arguments":{"name":"\\ud800"}}',
    '{"name":"book","arguments":{"n":' + "9" * 100_000 + "}}", '{"name":"book","arguments":{"n":1e999,"x":NaN}}',
    '{"name":"book","arguments":{"tags":' + "[" * 900 + "]" * 900 + "}}", '{"name":"\\ud83d","arguments":{}}',
    '{"name":"book","arguments":{"\\ud83d":1,"name":"Bob","n":3,"price":2}}', "[]", "null", '{"name":1,"arguments":2}',
    "[" + ",".join([call("ping")] * 20_000) + "]", '{"name":"book","name":"book","arguments":{}}',
]  # fmt: skip


@pytest.mark.parametrize("reply", HOSTILE)
@pytest.mark.parametrize("gold", [GOLD, TWO, {"name": ""}])
def test_a_reply_that_means_harm_is_wrong_and_can_be_written(reply: str, gold: Slots) -> None:
    one = case(gold)
    judged = judge(one, reply, None)
    # Nothing is called by an empty list, by null, or by what is no call at all.
    assert not judged.exact or gold == {"name": ""}
    row = ScoredRow("c", "base", reply.encode("utf-8", "replace").decode(), judged)
    assert scored_row(json.loads(json.dumps(row.as_json()))).judged == judged
    f"{judged.fault} {judged.about}".encode()
    assert len(judged.about) <= 60
    scores = scores_of([one], [row], ["base"])
    assert "base" in report_html(scores, [one], [row], "zh")
    html = cases_html(Card((one,), ("base",), [row], scores, {"calls": None}), "all", "en")
    assert "<script" not in html


def test_hostile_functions_leave_names_and_values_to_be_judged() -> None:
    deep: Any = {}
    for _ in range(300):
        deep = {"properties": {"x": deep}}
    for tools in ((deep,), ({"name": 1},), ({"function": {"name": "book", "parameters": deep}},), ({},)):
        assert judge(case(GOLD, tools), call(**RIGHT), None).exact
        assert judge(case(GOLD, tools), call(**{**RIGHT, "n": 4}), None).about == "n"


def test_which_cases_are_calls() -> None:
    assert (
        judge_name(case(GOLD), None) == judge_name(case({"name": ""}), None) == judge_name(case(TWO), None) == "calls"
    )
    assert judge_name(case(GOLD, ()), None) == "slots" and judge_name(case({"a": "1"}), None) == "slots"
    brought = case(call(**RIGHT))
    assert judge_name(brought, None) == "calls" and judge(brought, call(price=2, n=3, name="Bob"), None).exact
    assert judge_name(case("It is done."), None) == "text"
    for one in (brought, case({"name": ""})):
        row = ScoredRow("c", "base", call("ping"), judge(one, call("ping"), None))
        html = cases_html(
            Card((one,), ("base",), [row], scores_of([one], [row], ["base"]), {"calls": None}), "all", "en"
        )
        assert "wrong function: ping" in html or "nothing was to be called" in html and "no call, but words" in html


@pytest.mark.parametrize("name", set_names())
def test_the_answer_of_every_row_is_right_and_no_other_is(name: str) -> None:
    one = load_set(name)
    twins = make_calls(one.functions, one.values, MIXED, 150, 3)
    rows = list(islice(twins.train, 150))
    cases = [case_from_json(row.as_json()) for row in rows]
    for row, asked in zip(rows, cases, strict=True):
        assert asked.tools == row.tools and judge_name(asked, None) == "calls"
        assert judge(asked, row.messages[-1]["content"], None).exact, row
        fields = json.dumps(row.slots, ensure_ascii=False)
        assert not judge(asked, fields, None).exact, "slots written flat are no call"


def test_a_case_line_may_bring_its_functions() -> None:
    line = {"id": "1", "messages": [{"role": "user", "content": "?"}], "gold": GOLD, "tools": list(TOOLS)}
    assert case_from_json(line).tools == TOOLS
    with pytest.raises(BadSample, match="tools"):
        case_from_json({**line, "tools": "book"})


def test_every_fault_that_a_reply_can_have_is_said_in_both_languages() -> None:
    assert set(FAULT_WORDS) == set(FAULTS) - {"not_on_offer", "not_in_request"}
    assert fault_words("surplus", "x", "zh") == "多余字段：x" and fault_words("", "", "en") == ""
    assert call_result(call(), GOLD, TOOLS).verdict.about == "name"


def test_functions_are_part_of_what_makes_two_runs_the_same() -> None:
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    marks = [cases_sha256([case(GOLD, tools)]) for tools in ((), TOOLS, ({"x": deep},))]
    assert len(set(marks)) == 3
    plain = case(GOLD, ())
    told = {key: value for key, value in vars(plain).items() if key != "tools"} | {"accept": {}}
    assert marks[0] == hashlib.sha256(json_line(told).encode()).hexdigest(), "older runs can be gone on with"
