"""Every way in which a row is wrong in itself is found, and a right row is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.errors import BadSample
from playground.records import Message, Row
from playground.samples import Template, load_task, task_names
from playground.sentences import known
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.twins.quality.correct import faults_of, gold_reader, row_checker, stands
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


@pytest.mark.parametrize(
    ("form", "answer", "wanted"),
    [
        ("yaml", "city: Town1\nday: Monday", []),
        ("yaml", "city: Town1", ["missing"]),
        ("xml", "<t><city>Town1</city><day>Monday</day></t>", []),
        ("xml", "<t><city>Town1</city><day>Monday</day><x>1</x></t>", ["surplus"]),
        ("csv", "city,day\nTown1,Tuesday", ["differs"]),
        ("lines", "city：Town1\nday：Monday", []),
        ("json", "city: Town1\nday: Monday", ["unreadable"]),
        ("xml", '{"city": "Town1", "day": "Monday"}', ["unreadable"]),
        ("json", "[" * 100_000, ["unreadable"]),
        ("yaml", "&a [*a]", ["unreadable"]),
    ],
)
def test_the_task_s_form_is_the_answer_s(form: str, answer: str, wanted: list[str]) -> None:
    assert kinds(row(answer=answer), replace(FACTS, form=form)) == wanted


def test_a_number_is_one_where_the_task_says_so() -> None:
    facts = replace(FACTS, form="json", typed=frozenset({"day"}))
    gold = {"city": "Town1", "day": "7"}
    assert kinds(row(slots=gold, answer='{"city": "Town1", "day": 7}'), facts) == []
    assert kinds(row(slots=gold), facts) == ["not_typed"]
    assert gold_reader(facts)('{"city": "Town1", "day": 7}') == gold
    assert gold_reader(facts)('{"city": "Town1", "day": "7"}') is None and gold_reader(facts)("Monday") is None


def test_nested_gold_and_keys_with_blanks_are_found() -> None:
    nested = {"to.city": "Town1", "day": "Monday"}
    answer = '{"to": {"city": "Town1"}, "day": "Monday"}'
    assert kinds(row(slots=nested, text="Town1 Monday", answer=answer), replace(FACTS, form="json")) == []
    blank = {"the city": "Town1"}
    assert kinds(row(slots=blank, text="Town1", answer='{"the city": "Town1"}'), replace(FACTS, judge="")) == []
    assert kinds(row(slots=blank, text="Town1", answer='{"the city": "Town2"}'), replace(FACTS, judge="")) == [
        "differs"
    ]


def test_labels_of_a_wording_and_values_said_in_earlier_turns_are_right() -> None:
    labelled = replace(FACTS, human={"a": Template("a", "en", "x", "", fixed={"day": "Monday"})})
    assert kinds(row(text="To Town1"), labelled) == [] and kinds(row(text="To Town1")) == ["not_there"]
    said = ("user", "Where?"), ("assistant", "Town1 or Leeds"), ("user", "The first, Monday"), ("assistant", "")
    turns = [Message(role=role, content=text) for role, text in said]  # type: ignore[arg-type]
    turns[-1]["content"] = row().messages[-1]["content"]
    assert kinds(replace(row(), messages=tuple(turns))) == []
    system = Message(role="system", content="Town1")
    assert kinds(replace(row(text="Monday"), messages=(system, *row(text="Monday").messages))) == ["not_there"]


def test_an_answer_that_nobody_gave_a_form_to_is_not_called_unreadable() -> None:
    facts = replace(FACTS, judge="")
    for answer in ("[1] see the list", "<b>Done</b>, booked", "{{name}}, done", "x" * 1_000_001, "a" + " " * 300_000):
        assert "unreadable" not in kinds(row(answer=answer), facts)


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


def test_twins_of_every_task_are_right(settings: Settings) -> None:
    for name in task_names(settings):
        task = load_task(name, settings)
        if not task.human:
            continue
        facts = task_facts(task)
        for one in make_twins(task, 150, 5, settings).train:
            wrong = [f.says.text() for f in faults_of(seen(one, facts), facts) if f.level == "fault"]
            assert (one.id, wrong) == (one.id, [])


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
