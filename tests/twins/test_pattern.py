"""Patterns make what the regular expression of the same text finds."""

from __future__ import annotations

import re
from random import Random

import pytest

from playground.errors import BadSample
from playground.twins.pattern import like, read_pattern

GOOD = [
    "SO-\\d{8}",
    "[A-Z]{2}\\d{3,5}",
    "(京|沪)[A-HJ-NP-Z]\\d{5}",
    "a?b{2}",
    "x(1|2(3|4))?",
    "\\(\\d{3}\\) 555",
    "[\\d_-]{4}",
    "中文\\d",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_made_is_what_the_expression_finds(text: str) -> None:
    pattern, rng = read_pattern(text), Random(1)
    made = [pattern.make(rng) for _ in range(200)]
    assert all(re.fullmatch(text, one) for one in made)
    assert len(set(made)) <= pattern.count


@pytest.mark.parametrize(
    "text",
    [
        "a*",
        "a+",
        "(a",
        "a)",
        "[a",
        "[^a]",
        "[]",
        "a{x}",
        "a{5,2}",
        "a{99}",
        "{2}",
        "\\",
        "[z-a]",
        "(" * 50 + ")" * 50,
        "(a{64}){64}",
    ],
)
def test_what_is_not_understood_is_named(text: str) -> None:
    with pytest.raises(BadSample, match="^pattern "):
        read_pattern(text)


@pytest.mark.parametrize(
    "value", ["SO-20260118-0042", "0755 1234", "(415) 555-0132", "ABC", "a[b]{c}|d?", "订单7", "007", "1"]
)
def test_the_like_of_a_value_has_its_shape(value: str) -> None:
    pattern, rng = read_pattern(like(value)), Random(2)
    assert re.fullmatch(like(value), value)
    assert all(len(pattern.make(rng)) == len(value) for _ in range(50))
