"""Every way in which a row is wrong in itself is found, and a right row is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.errors import BadSample
from playground.records import Message, Row
from playground.samples import load_task
from playground.sentences import known
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.twins.quality.correct import faults_of, row_checker, stands
from playground.twins.quality.facts import Facts, task_facts
from tests.twins.quality.made import FACTS, row, seen


def kinds(one: Row, facts: Facts = FACTS) -> list[str]:
    found = faults_of(seen(one, facts), facts)
    for fault in found:
        assert fault.says.text("en") and fault.says.text("zh") and "{" not in fault.says.key
    return [fault.kind for fault in found]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []),
        ({"slots": {"city": "", "day": ""}, "text": "hello"}, []),
        ({"answer": '{"day": "Monday", "city": "Town1"}'}, []),
        ({"answer": "city: Town1\nday: Monday"}, []),
        ({"text": "To nowhere"}, ["not_there", "not_there"]),
        ({"answer": '{"city": "Town1"'}, ["unreadable"]),
        ({"answer": "Sure, Town1"}, ["unreadable"]),
        ({"answer": "   "}, ["empty"]),
        ({"answer": '{"city": "Town1"}'}, ["missing"]),
        ({"answer": '{"city": "Town2", "day": "Monday"}'}, ["differs"]),
        ({"answer": '{"city": "Town1", "day": "Monday", "x": "1"}'}, ["surplus"]),
        ({"slots": {"city": "7", "day": "Monday"}, "answer": '{"city": 7, "day": "Monday"}'}, ["not_text"]),
        ({"text": "To Town1 on Monday {{day}}"}, ["placeholder"]),
        ({"text": "To Town1 on Monday <NAME>"}, ["placeholder"]),
        ({"slots": {"city": "Ｔown", "day": "Monday"}, "text": "Town Monday"}, ["width"]),
        ({"slots": {"city": "13905711234", "day": ""}, "text": "139 0571 1234"}, []),
        ({"slots": {"city": "王芳", "day": ""}, "text": "王 芳"}, ["not_there"]),
    ],
)
def test_faults_of_one_turn(changes: dict[str, Any], wanted: list[str]) -> None:
    assert kinds(row(**changes)) == wanted


def test_the_instruction_hides_nothing() -> None:
    facts = replace(FACTS, tails=("Town1 or Monday?",))
    asked = Message(role="user", content="Go\nTown1 or Monday?")
    one = row()
    assert kinds(replace(one, messages=(asked, one.messages[1])), facts) == ["not_there", "not_there"]


def test_derived_and_fixed_values_need_not_be_in_the_message() -> None:
    assert kinds(row(text="go"), replace(FACTS, derived=frozenset({"city"}), fixed=frozenset({"day"}))) == []


@pytest.mark.parametrize(
    ("roles", "wanted"),
    [
        (["user", "assistant"], []),
        (["system", "user", "assistant", "user", "assistant"], []),
        (["user", "assistant", "tool", "tool", "assistant"], []),
        (["user"], ["no_answer"]),
        (["assistant"], ["roles"]),
        (["user", "system", "assistant"], ["roles", "roles"]),
        (["user", "user", "assistant"], ["roles"]),
        (["user", "tool", "assistant"], ["roles"]),
    ],
)
def test_turns_stand_in_order(roles: list[Any], wanted: list[str]) -> None:
    turns = tuple(Message(role=role, content="words") for role in roles)
    other = Row("g", "general", "", "", {}, turns)
    assert kinds(other) == wanted


def test_an_answer_of_unknown_form_is_judged_only_where_it_holds_slots() -> None:
    facts = replace(FACTS, judge="")
    assert kinds(row(answer="Done, booked."), facts) == []
    assert kinds(row(answer="{broken"), facts) == ["unreadable"]
    assert kinds(row(answer="<t><city>Town2</city><day>Monday</day></t>"), facts) == ["differs"]
    assert kinds(row(answer='{"trip": {"city": "Town1", "day": "Monday"}}'), facts) == []


def test_calls_fit_the_functions_on_offer() -> None:
    schema = {"type": "object", "properties": {"city": {}}, "required": ["city"]}
    tools: tuple[Any, ...] = ({"type": "function", "function": {"name": "book", "parameters": schema}},)

    def call(answer: str, offered: tuple[Any, ...] = tools) -> list[str]:
        return kinds(replace(row(slots={}, answer=answer), tools=offered), replace(FACTS, judge="text"))

    assert call('{"name": "book", "arguments": {"city": "x"}}') == []
    assert call('{"name": "fly", "arguments": {}}') == ["call"]
    assert call('{"name": "book", "arguments": {}}') == ["argument"]
    assert call('{"name": "book", "arguments": {"city": "x", "zip": "1"}}') == ["argument"]
    assert call("Thought: book it") == []
    hostile: tuple[Any, ...] = ({"function": 3}, {"name": "book"})
    assert call('{"name": "book", "arguments": 7}', hostile) == []


def test_what_identity_must_say_is_asked_for(settings: Settings) -> None:
    facts = task_facts(load_task("identity", settings))
    template = next(one.id for one in facts.human.values() if one.kind == "name")
    turns = (Message(role="user", content="Who?"), Message(role="assistant", content="I am Bob."))
    one = Row("i", "identity", template, "", {"name": "Sprig", "author": "Lab"}, turns)
    assert kinds(one, facts) == ["unsaid"]
    assert kinds(replace(one, slots={"name": "Bob", "author": "Lab"}), facts) == []


@pytest.mark.parametrize("name", ["address", "identity"])
def test_twins_are_right(name: str, settings: Settings) -> None:
    task = load_task(name, settings)
    facts = task_facts(task)
    for one in make_twins(task, 300, 5, settings).train:
        assert [f for f in faults_of(seen(one, facts), facts) if f.level == "fault"] == []


def test_the_checker_of_edits_names_row_and_fault_in_both_languages() -> None:
    row_checker(FACTS)(row())
    with pytest.raises(BadSample, match=r"row 'r1' is not right \(city 'Town1' is not in the message\)") as caught:
        row_checker(FACTS)(row(text="on Monday"))
    assert known(str(caught.value))
    with pytest.raises(BadSample, match="消息里没有"):
        row_checker(FACTS, "zh")(row(text="on Monday"))


@pytest.mark.parametrize(
    ("value", "text", "how"),
    [("a", "xa", "exact"), ("1-2", "1 - 2", "spaced"), ("１２", "1 2", "width"), ("x", "y", "")],
)
def test_how_a_value_stands(value: str, text: str, how: str) -> None:
    assert stands(value, text) == how
