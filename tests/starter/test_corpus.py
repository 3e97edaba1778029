"""The corpus: the same for a seed, its answers right and to be found, and nothing in it that it must not hold."""

from __future__ import annotations

import json
from random import Random

import pytest

from playground.settings import Settings
from starter.corpus import conversation, extraction, forbidden, kinds, questions, schemas, values


def test_same_seed_same_documents():
    assert [conversation(Random(5)) for _ in range(20)] == [conversation(Random(5)) for _ in range(20)]


def test_turns_alternate_and_end_with_an_answer():
    rng = Random(1)
    for _ in range(300):
        roles = [m["role"] for m in conversation(rng).messages if m["role"] != "system"]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert roles


def test_answers_are_json_and_their_values_stand_in_the_message():
    rng = values.Narrow(2)
    for _ in range(600):
        rng.choose()
        messages, _ = extraction.document(rng)
        turns = [m for m in messages if m["role"] != "system"]
        for question, answer in zip(turns[::2], turns[1::2], strict=True):
            said = question["content"].replace(" ", "")
            for value in json.loads(answer["content"]).values():
                assert value.replace(" ", "") in said


def test_a_document_of_few_characters_repeats_them():
    rng = values.Narrow(7)
    rng.hanzi, rng.digits = "春江花月", "17"
    assert set(values.hanzi(rng, 40, 40)) & set(rng.hanzi) and set(values.digits(rng, 40, 40)) == set("17")
    rng.choose()
    drawn = {rng.hanzi for _ in range(40) if rng.choose() is None}
    assert "" in drawn and max(map(len, drawn)) <= 40


def test_every_document_has_something_to_learn():
    rng = Random(3)
    documents = [conversation(rng) for _ in range(300)]
    taught = [
        [i for i, m in enumerate(d.messages) if m["role"] == "assistant" and i not in d.unlearned] for d in documents
    ]
    assert sum(map(bool, taught)) > 0.9 * len(documents)


def test_the_corpus_holds_nothing_it_must_not():
    assert forbidden.faults(Settings(), draws=400) == []


def test_a_forbidden_form_is_found(monkeypatch):
    monkeypatch.setattr(questions, "WHO_ZH", (*questions.WHO_ZH, "你是谁？"))
    assert any("你是谁" in fault for fault in forbidden.faults(Settings(), draws=0))


@pytest.mark.parametrize(
    ("pool", "text"),
    [
        ("SAY_ZH", "我的名字叫{n}。"),
        ("OTHER_ZH", "{x}是哪家公司生产的？"),
        ("OTHER_EN", "what can you say about {w}"),
        ("WHO_EN", "whose work are you"),
    ],
)
def test_a_task_s_template_or_example_in_a_pool_is_found(monkeypatch, pool, text):
    monkeypatch.setattr(questions, pool, (*getattr(questions, pool), text))
    assert any(pool in fault for fault in forbidden.faults(Settings(), draws=0))


def test_a_schema_with_too_many_address_keys_is_found(monkeypatch):
    wide = [schemas.Field(k.keys[0], k, k.keys[0]) for k in kinds.KINDS if k.concept]
    monkeypatch.setattr(schemas, "draw", lambda rng: schemas.Schema(tuple(wide), False))
    monkeypatch.setattr(extraction.schemas, "draw", lambda rng: schemas.Schema(tuple(wide), False))
    assert any("address keys" in fault for fault in forbidden.faults(Settings(), draws=1))


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda k: k.name)
def test_values_are_one_line_of_text(kind):
    rng = Random(4)
    for _ in range(200):
        value = kind.make(rng)
        assert value
        assert value == value.strip()
        assert "\n" not in value
