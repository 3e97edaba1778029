"""Decisions are carried out on rows, and what cannot be decided is said in one sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.errors import BadSample
from playground.records import Message, Row
from playground.reviews.decisions import LONGEST, Decision, decision_from_json, edited, reviewed
from playground.sentences import known

GOLD = {"city": "Rome"}
ROW = Row(
    "r1",
    "trip",
    "a",
    "json",
    GOLD,
    (Message(role="user", content="To Rome\nAs JSON."), Message(role="assistant", content=json.dumps(GOLD))),
)


def test_a_new_answer_takes_gold_along_where_it_was_gold() -> None:
    made = edited(ROW, Decision("r1", "edit", answer='{"city": "Oslo"}'))
    assert made.slots == {"city": "Oslo"} and made.messages[-1]["content"] == '{"city": "Oslo"}'
    assert ROW.slots == GOLD
    assert edited(ROW, Decision("r1", "edit", answer='{"town": "Oslo"}')).slots == GOLD
    assert edited(ROW, Decision("r1", "edit", answer="[" * 100_000)).slots == GOLD


def test_a_new_message_keeps_its_instruction_and_weight() -> None:
    made = edited(ROW, Decision("r1", "edit", message="Rome please"), tails=("As JSON.",))
    assert made.messages[0]["content"] == "Rome please\nAs JSON."
    assert edited(ROW, Decision("r1", "edit", message="Rome please")).messages[0]["content"] == "Rome please"
    light = Row("r1", "t", "", "", {}, (ROW.messages[0], Message(role="assistant", content="x", weight=0)))
    assert edited(light, Decision("r1", "edit", answer="y")).messages[1] == {
        "role": "assistant",
        "content": "y",
        "weight": 0,
    }


def test_rejected_rows_go_and_others_stay() -> None:
    rows = [Row(name, "t", "", "", {}, ROW.messages) for name in "abcd"]
    decided = {
        "a": Decision("a", "reject"),
        "b": Decision("b", "edit", answer="new"),
        "c": Decision("c", "accept", grade=5),
    }
    made = list(reviewed(rows, decided))
    assert [one.id for one in made] == ["b", "c", "d"] and made[0].messages[-1]["content"] == "new"
    assert made[1] is rows[2]


@pytest.mark.parametrize(
    "parts",
    [
        {"verdict": "maybe"},
        {"verdict": "edit"},
        {"verdict": "accept", "answer": "x"},
        {"verdict": "edit", "answer": "  "},
        {"verdict": "edit", "message": "x" * (LONGEST + 1)},
        {"verdict": "edit", "answer": "\ud800"},
        {"note": "\udfff"},
        {"grade": 0},
        {"grade": 6},
        {"grade": True},
        {"grade": 3.0},
        {"grade": [1]},
    ],
)
def test_a_decision_that_cannot_be_is_named(parts: dict[str, Any]) -> None:
    with pytest.raises(BadSample, match="row 'r1'") as caught:
        Decision("r1", **parts)
    assert known(str(caught.value))


@pytest.mark.parametrize("line", [7, [], {}, {"id": 3}, {"id": "a", "note": 7}, {"id": "a", "verdict": {}}])
def test_a_line_that_is_no_decision_is_named(line: Any) -> None:
    with pytest.raises(BadSample) as caught:
        decision_from_json(line)
    assert known(str(caught.value))


def test_a_decision_is_the_same_once_written_and_read() -> None:
    for one in (Decision("a"), Decision("b", "edit", "x", "y", 3, "=1"), Decision("c", "reject", note="n")):
        assert decision_from_json(json.loads(json.dumps(one.as_json()))) == one


@pytest.mark.parametrize("messages", [(Message(role="assistant", content="x"),), (ROW.messages[0],)])
def test_rows_without_question_or_answer_cannot_be_edited(messages: tuple[Message, ...]) -> None:
    bare = Row("r1", "t", "", "", {}, messages)
    with pytest.raises(BadSample, match="reject it") as caught:
        edited(bare, Decision("r1", "edit", answer="x", message="y"))
    assert known(str(caught.value))


def test_an_edited_row_was_wrong() -> None:
    assert Decision("a", "edit", answer="x").wrong and Decision("a", "reject").wrong
    assert Decision("a", "accept").wrong is False and Decision("a", grade=1).wrong is None
