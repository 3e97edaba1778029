"""Sample values: as many as can be, all of them right by the schema, and like what the field is called."""

from __future__ import annotations

import json
import re
from random import Random

import pytest

from playground.errors import BadSample
from playground.twins.calls.function import Bounds, Field, Function, why_not
from playground.twins.calls.patterns import texts_for
from playground.twins.calls.proposals import propose_values
from playground.twins.calls.read import read_tools


def values(field: Field, lang: str = "en") -> tuple[object, ...]:
    return propose_values(Function("f", "", (field,)), 7, lang)[field.name]


@pytest.mark.parametrize(
    ("field", "pattern"),
    [
        (Field("day", format="date"), r"\d{4}-\d\d-\d\d"),
        (Field("x", format="date-time"), r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        (Field("x", format="time"), r"\d\d:\d\d:\d\d"),
        (Field("x", format="uuid"), r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        (Field("x", format="email"), r"[\w.]+@example\.com"),
        (Field("contact_phone"), r"555-\d{3}-\d{4}"),
        (Field("orderNo"), r"[A-Z]+\d+"),
        (Field("UserName"), r"[A-Z]\w+ [A-Z]\w+"),
        (Field("birthday"), r"\d{4}-\d\d-\d\d"),
        (Field("x", description="客户姓名"), r"[A-Z]\w+ [A-Z]\w+"),
        (Field("x", pattern=r"^(?:AB|CD)-[0-9]{3}\.[a-c]?$"), r"(?:AB|CD)-[0-9]{3}\.[a-c]?"),
        (Field("code", bounds=Bounds(shortest=4, longest=4)), r".{4}"),
    ],
)
def test_texts_look_like_what_their_field_is_called(field: Field, pattern: str) -> None:
    found = values(field)
    assert len(found) >= 6 and len(set(found)) == len(found)
    for text in found:
        assert isinstance(text, str) and re.fullmatch(pattern, text) and not why_not(field, text)


def test_names_speak_the_language_of_the_function() -> None:
    function = Function("f", "创建工单", (Field("UserName"), Field("故障"), Field("城市")))
    for pool in propose_values(function, 7).values():
        assert len(pool) >= 10 and all(re.search(r"[\u4e00-\u9fff]", text) for text in pool)


@pytest.mark.parametrize(
    ("field", "most"),
    [
        (Field("n", "integer", bounds=Bounds(low=3, high=7)), 5),
        (Field("n", "integer", bounds=Bounds(above=3, below=7)), 3),
        (Field("n", "integer", bounds=Bounds(low=-20, high=-10)), 11),
        (Field("n", "integer", bounds=Bounds(above=50, step=7)), 24),
        (Field("ratio", "number", bounds=Bounds(low=0, high=1)), 24),
        (Field("n", "number", bounds=Bounds(low=1e9)), 24),
        (Field("amount", "number"), 24),
        (Field("n", "number", bounds=Bounds(low=0.5, high=2, step=0.5)), 4),
        (Field("temperature", "integer"), 24),
    ],
)
def test_numbers_lie_in_their_bounds(field: Field, most: int) -> None:
    found = values(field)
    assert len(found) >= min(most, 5) and len(found) <= most
    assert not [one for one in found if why_not(field, one)]


def test_enum_flag_default_and_examples_come_as_they_are() -> None:
    assert values(Field("x", enum=("b", "a"))) == ("b", "a")
    assert values(Field("x", "boolean")) == (True, False)
    assert values(Field("x", default="d0", examples=("e1", "e2")))[:3] == ("e1", "e2", "d0")


def test_what_nobody_can_tell_is_left_to_a_person() -> None:
    function = Function(
        "f",
        "",
        (Field("x", "object"), Field("y", pattern=r"(?=a)b"), Field("z", "object", fields=(Field("x", "object"),))),
    )
    assert propose_values(function) == {"x": (), "y": (), "z": ()}


def test_the_same_seed_gives_the_same_values() -> None:
    (function,) = read_tools("def f(name: str, city: str, n: int, tags: list[str], d: date): pass").functions
    one, two, other = (json.dumps(propose_values(function, seed)) for seed in (1, 1, 2))
    assert one == two != other


@pytest.mark.parametrize(
    "pattern", [r"^\d{3}$", r"[A-F0-9]+", r"(a|bc){2,3}x*", r"\w+@\w{2}\.com", r"^DD[0-9]{8}$", r"[\d-]{4}z"]
)
def test_patterns_are_filled_with_what_they_take(pattern: str) -> None:
    for text in texts_for(pattern, 30, Random(1)):
        assert re.fullmatch(pattern.strip("^$"), text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(" * 5000,
        "(((((a{200}){200}){200}){200}){200})",
        "a{99999999999}",
        "[",
        "[z-a]",
        "a**",
        "\\",
        "(?<!x)y",
        "x" * 501,
    ],
)
def test_a_hostile_pattern_ends_soon(pattern: str) -> None:
    try:
        assert all(len(text) < 2000 for text in texts_for(pattern, 3, Random(1)))
    except BadSample as error:
        assert "; " in str(error)


def test_a_vague_name_leaves_the_word_to_the_description() -> None:
    assert all("@" in str(text) for text in values(Field("to", description="The recipient email address")))
    assert not any("@" in str(text) for text in values(Field("to", description="Where the journey ends")))
