"""The task folders by hand: what a wording gives is what its answer says, and seeds follow the instruction."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from typing import Any

import pytest

from playground.samples import load_task
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.twins.template import plain_template
from tests.house import HOUSE

EXTRACTION = ("need", "intent", "intent-en", "sentiment", "sentiment-en", "after-sales-ticket", "expense")
TONES = ("tone-business", "tone-sarcastic")
LABELS = {
    "意图": {"售后", "催单", "本地库存", "商品咨询", "其他"},
    "情绪": {"生气", "着急", "满意", "平静"},
    "intent": {"after-sales", "chase-my-order", "local-stock", "product", "other"},
    "mood": {"angry", "hurried", "pleased", "calm"},
    "情感": {"正面", "中性", "负面"},
    "sentiment": {"positive", "neutral", "negative"},
    "VIP": {"是", "否"},
}


@cache
def head(name: str) -> dict[str, Any]:
    return tomllib.loads((HOUSE / "samples" / name / "task.toml").read_text(encoding="utf-8"))


@cache
def sides(name: str) -> dict[str, Any]:
    return tomllib.loads((HOUSE / "samples" / name / "templates.toml").read_text(encoding="utf-8"))


def seeds(name: str) -> list[dict[str, Any]]:
    text = (HOUSE / "samples" / name / "seeds.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def slots_of(text: str) -> frozenset[str]:
    compiled = plain_template(text)
    assert compiled is not None, f"{text!r} is more than text and slots"
    return compiled.slots


def texts_of(template: dict[str, Any]) -> list[str]:
    return [*(turn["text"] for turn in template.get("before", [])), template["text"]]


def given(gold: dict[str, str], said: str) -> list[str]:
    """The slots of gold, labels apart, that do not stand in what was said; digits may stand in groups."""
    closed = said.replace(" ", "")
    return [
        slot
        for slot, value in gold.items()
        if slot not in LABELS and value not in said and not (value.isdecimal() and value in closed)
    ]


@pytest.mark.parametrize("name", [*EXTRACTION, *TONES])
def test_there_are_enough_wordings_of_each_kind(name: str) -> None:
    human = sides(name)["human"]
    for side in ("human", "bot"):
        ids = [one["id"] for one in sides(name)[side]]
        assert len(ids) == len(set(ids))
    asked = [(one["lang"], *texts_of(one)) for one in human]
    assert len(asked) == len(set(asked))
    for lang in {one["lang"] for one in human}:
        kinds = [one["kind"] for one in human if one["lang"] == lang]
        assert len(kinds) >= 24
        assert {kind: kinds.count(kind) for kind in kinds if kinds.count(kind) < 4} == {}


@pytest.mark.parametrize("name", [*EXTRACTION, *TONES, "rates"])
def test_every_slot_of_a_wording_is_a_field(name: str) -> None:
    fields = head(name).get("fields", {})
    known = fields.keys() | set(head(name)["slots"])
    for one in sides(name)["human"] + sides(name)["bot"]:
        for text in texts_of(one):
            assert slots_of(text) <= known, one["id"]
    assert set(head(name)["slots"]) - set(head(name).get("derived", [])) <= fields.keys()


@pytest.mark.parametrize("name", [*EXTRACTION, *TONES, "rates"])
def test_every_choice_has_values_enough_and_none_twice(name: str) -> None:
    for key, field in head(name).get("fields", {}).items():
        for own in (field, field.get("en", {})):
            values = own.get("values", [])
            assert len(values) == len(set(values)) and (not values or len(values) >= 6), key
            # Weights are of one language's list and do not carry over to the other's.
            assert len(own.get("weights", values)) == len(values), key


@pytest.mark.parametrize("name", [*EXTRACTION, *TONES, "rates"])
def test_every_wording_makes_rows_that_hold(name: str) -> None:
    """Rows are checked as they are made: what gold says stands in the message, and the answer is gold."""
    task = load_task(name, Settings())
    twins = make_twins(task, 300, 5, Settings(), group_rows=120)
    rows = [*twins.train, *(row for group in twins.groups.values() if group is not None for row in group)]
    assert {row.template for row in rows} == {one.id for one in task.human}
    # The tones say little small talk: their rows are the wordings, over and over.
    asked = {"".join(turn["content"] for turn in row.messages[:-1]) for row in rows}
    assert len(asked) > len(rows) * (0.4 if name in TONES else 0.85)


@pytest.mark.parametrize("name", EXTRACTION)
def test_every_answer_is_json_with_the_keys_of_gold(name: str) -> None:
    human, bot = sides(name)["human"], sides(name)["bot"]
    assert {one["lang"] for one in human} == {one["lang"] for one in bot}
    for one in bot:
        compiled = plain_template(one["text"])
        assert compiled is not None
        filled = {slot: f'"{slot}"\n' for slot in head(name)["slots"]}
        assert list(json.loads(compiled.render(filled)).items()) == list(filled.items())


@pytest.mark.parametrize("name", EXTRACTION)
def test_a_wording_sets_every_label_and_nothing_it_does_not_say(name: str) -> None:
    slots, derived = head(name)["slots"], set(head(name).get("derived", []))
    instruction = " ".join(head(name)["instruction"].values())
    assert all(key in instruction for key in slots)
    assert derived == LABELS.keys() & set(slots)
    for label in derived:
        assert all(word in instruction for word in LABELS[label])
        assert {one["set"][label] for one in sides(name)["human"]} == LABELS[label]
    for one in sides(name)["human"]:
        fixed = one.get("set", {})
        assert derived <= fixed.keys() <= set(slots), one["id"]
        said = "\n".join(texts_of(one))
        assert given(fixed, said) == [], one["id"]
        assert not slots_of(said) & fixed.keys(), one["id"]


@pytest.mark.parametrize("name", [*EXTRACTION, *TONES])
def test_the_turns_before_a_question_take_turns(name: str) -> None:
    many = [one["before"] for one in sides(name)["human"] if "before" in one]
    assert len(many) >= 4 or name.startswith("sentiment")
    for before in many:
        assert [turn["role"] for turn in before] == ["user", "assistant"] * (len(before) // 2)


@pytest.mark.parametrize("name", EXTRACTION)
def test_seeds_are_new_and_their_gold_is_said(name: str) -> None:
    slots, derived = head(name)["slots"], head(name).get("derived", [])
    rows = seeds(name)
    asked = {text for one in sides(name)["human"] for text in texts_of(one)}
    assert len({row["id"] for row in rows}) == len(rows)
    for lang in {one["lang"] for one in sides(name)["human"]}:
        assert sum(row["lang"] == lang for row in rows) >= 6
    for row in rows:
        assert row["task"] == name and list(row["slots"]) == slots
        assert json.loads(row["messages"][-1]["content"]) == row["slots"]
        said = [turn["content"] for turn in row["messages"][:-1]]
        assert not asked & set(said) or len(said) > 1
        assert given(row["slots"], "\n".join(said)) == [], row["id"]
        assert all(row["slots"][label] in LABELS[label] for label in derived)


@pytest.mark.parametrize("name", EXTRACTION)
def test_what_is_offered_to_be_tried_has_its_right_answer(name: str) -> None:
    for one in head(name)["tries"]:
        assert list(one["slots"]) == head(name)["slots"]
        assert given(one["slots"], one["text"]) == []
        assert all(value in LABELS[slot] for slot, value in one["slots"].items() if slot in LABELS)
