"""One product in two tones: the same questions, the same facts, and a lesson in four rounds."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tests.house import HOUSE
from tests.samples_data.test_templates import TONES, head, seeds, sides

FACTS = tomllib.loads((HOUSE / "samples/tone-business/facts.toml").read_text(encoding="utf-8"))
ROUNDS = {1: 10, 2: 20, 3: 30, 4: 49}
NUMBERS = {"9", "179", "2600", "7", "24", "48", "3", "15", "30", "60"}


def lesson(number: int) -> list[dict[str, Any]]:
    text = (HOUSE / f"samples/tone-sarcastic/lesson/round{number}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def says(text: str, facts: list[str]) -> bool:
    """True if every fact stands in the text, at the head of a sentence too."""
    return all(fact.casefold() in text.casefold() for fact in facts)


def question(row: dict[str, Any]) -> str:
    return str(row["messages"][-2]["content"])


def test_the_customer_says_the_same_in_both_tones() -> None:
    def customers(name: str) -> list[Any]:
        own = []
        for one in sides(name)["human"]:
            turns = [turn["text"] for turn in one.get("before", []) if turn["role"] == "user"]
            own.append((one["id"], one["lang"], one["kind"], *turns, one["text"]))
        return own

    business, sarcastic = (customers(name) for name in TONES)
    assert business == sarcastic
    assert [question(row) for row in seeds(TONES[0])] == [question(row) for row in seeds(TONES[1])]
    assert sum("before" in one for one in sides(TONES[0])["human"]) >= 10


@pytest.mark.parametrize("name", TONES)
def test_every_answer_says_the_facts_of_its_kind(name: str) -> None:
    bots = sides(name)["bot"]
    for lang, kinds in FACTS.items():
        assert {one["kind"] for one in sides(name)["human"] if one["lang"] == lang} == kinds.keys()
        for kind, facts in kinds.items():
            texts = [one["text"] for one in bots if (one["lang"], one["kind"]) == (lang, kind)]
            assert len(texts) >= 3
            assert [text for text in texts if not says(text, facts)] == []


def test_the_business_tone_says_no_figure_that_is_not_a_fact() -> None:
    for one in sides("tone-business")["bot"]:
        assert set(re.findall(r"(?<![A-Z])\d+", one["text"])) <= NUMBERS, one["id"]


def test_no_answer_stands_in_both_tones() -> None:
    first, second = ({one["text"] for one in sides(name)["bot"]} for name in TONES)
    assert not first & second


@pytest.mark.parametrize("name", TONES)
def test_the_instruction_holds_every_fact(name: str) -> None:
    instruction = head(name)["instruction"]["zh"]
    told = [fact for kind, facts in FACTS["zh"].items() for fact in facts if kind != "unknown"]
    assert all(fact in instruction for fact in told)


def test_the_lesson_has_four_rounds_without_a_row_twice() -> None:
    rows = [row for number in ROUNDS for row in lesson(number)]
    assert {number: len(lesson(number)) for number in ROUNDS} == ROUNDS
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({question(row) for row in rows}) == len(rows)
    assert len({row["messages"][-1]["content"] for row in rows}) == len(rows)
    asked = {one["text"] for one in sides("tone-sarcastic")["human"]} | {question(row) for row in seeds(TONES[1])}
    assert not asked & {question(row) for row in rows}


@pytest.mark.parametrize("number", ROUNDS)
def test_every_row_of_the_lesson_tells_the_facts_it_is_asked_for(number: int) -> None:
    for row in lesson(number):
        *_, lang, kinds = row["id"].split("-")
        system, *turns = row["messages"]
        assert system["role"] == "system" and row["task"] == "tone-sarcastic"
        assert [turn["role"] for turn in turns] == ["user", "assistant"] * (len(turns) // 2)
        facts = [fact for kind in kinds.split("+") for fact in FACTS[lang][kind]]
        assert says(turns[-1]["content"], facts), row["id"]


def test_the_lesson_is_taught_under_one_system_text() -> None:
    (system,) = {row["messages"][0]["content"] for number in ROUNDS for row in lesson(number)}
    told = [fact for kind, facts in FACTS["zh"].items() for fact in facts if kind != "unknown"]
    assert all(fact in system for fact in told)
