"""Answers are read in the form they have, and nothing hostile is more than a text."""

from __future__ import annotations

import pytest

from playground.twins.quality.answers import MOST_LEAVES, read_answer


@pytest.mark.parametrize(
    ("text", "form", "values"),
    [
        ('{"a": "1", "b": {"c": [2, true]}}', "json", {"a": "1", "b.c.0": "2", "b.c.1": "true"}),
        ("<row><a>1</a><b kind='k'>2</b></row>", "xml", {"a": "1", "b": "2", "kind": "k"}),
        ("姓名：王芳\n电话: 139", "pairs", {"姓名": "王芳", "电话": "139"}),
        ("city: Leeds\nday: ''", "pairs", {"city": "Leeds", "day": ""}),
        ('city,day\n"Leeds, UK",Monday', "csv", {"city": "Leeds, UK", "day": "Monday"}),
        ("I am Sprig.", "text", {}),
        ("see https://a.b", "text", {}),
        ("at 12:30", "text", {}),
        ("", "text", {}),
    ],
)
def test_forms(text: str, form: str, values: dict[str, str]) -> None:
    answer = read_answer(text)
    assert (answer.form, dict(answer.values)) == (form, values)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a": 1, "a": 2}',
        '{"a": ',
        "<!DOCTYPE x [<!ENTITY e 'xx'>]><x>&e;</x>",
        "<a><b></a>",
        "x" * 1_000_001,
        "a: 1\na: 2",
        "a" + " " * 300_000,
    ],
)
def test_what_cannot_be_read_is_a_text(text: str) -> None:
    answer = read_answer(text)
    assert (answer.form, dict(answer.values)) == ("text", {})


def test_many_leaves_are_not_all_kept() -> None:
    assert len(read_answer("[" + "1," * 400_000 + "1]").values) == MOST_LEAVES


def test_a_slot_is_its_own_leaf_or_the_only_one_of_its_name() -> None:
    answer = read_answer('{"call": {"city": "Leeds"}, "x": {"day": "1"}, "y": {"day": "2"}}')
    assert answer.get("city") == "Leeds"
    assert answer.get("day") is None
