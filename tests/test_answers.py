"""Answers in their forms: where each value stands, and what is no answer."""

from __future__ import annotations

import pytest

from playground.answers import form_of, leaves, read_answer
from playground.errors import BadSample

FORMS = [
    ("json", '{"姓名": "王芳", "件数": 2, "x": {"a b": "q\\"1"}, "l": ["u", {"z": null}]}',
     {"姓名": "王芳", "件数": "2", "x.a_b": 'q"1', "l.0": "u", "l.1.z": ""}),
    ("json", '{"name": "f", "arguments": {"vip": true}}', {"name": "f", "arguments.vip": "true"}),
    ("yaml", 'name: Bob\nphone: "0123"\naddr:\n  city: X', {"name": "Bob", "phone": "0123", "addr.city": "X"}),
    ("lines", "姓名：王芳\n电话：123", {"姓名": "王芳", "电话": "123"}),
    ("lines", "Name: Bob\nTime: 10:30", {"Name": "Bob", "Time": "10:30"}),
    ("xml", "<o><name>A&amp;B</name><p>1</p><e/></o>", {"name": "A&B", "p": "1", "e": ""}),
    ("csv", 'name,phone\n"A, B",123', {"name": "A, B", "phone": "123"}),
    ("csv", "姓名;电话\r\n王芳;123\r\n", {"姓名": "王芳", "电话": "123"}),
    ("text", "好的，马上发", {}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "text", "values"), FORMS)
def test_each_form_is_known_and_its_values_stand_where_it_says(form: str, text: str, values: dict[str, str]) -> None:
    assert form_of(text) == form
    found = leaves(text, form)
    assert {leaf.slot: leaf.value for leaf in found} == values
    # What a leaf marks can be replaced: the answer then holds the new value in that place alone.
    for leaf in found:
        if leaf.how == "json" and form == "json":
            changed = f'{text[: leaf.start]}"new"{text[leaf.end :]}'
            assert {**values, leaf.slot: "new"} == {one.slot: one.value for one in leaves(changed, form)}


@pytest.mark.parametrize("form", ["json", "yaml", "xml", "csv", "lines"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 5_000,
        "<a>" * 5_000,
        "a: &x 1\nb: *x",
        '<!DOCTYPE a [<!ENTITY x "xx">]><a><b>&x;</b></a>',
        "x" * 200_000,
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "",
        "\x00",
        "a,b\n1",
        "\n".join(f"k{n}: v" for n in range(500)),
        "a" + " " * 90_000 + "b",
        "a: " + " " * 90_000 + "b",
        " " * 90_000,
    ],
)
def test_what_is_hostile_is_one_sentence_or_harmless(form: str, text: str) -> None:
    form_of(text)
    try:
        assert len(leaves(text, form)) <= 200
    except BadSample as error:
        assert "answer" in str(error) and len(str(error)) < 250
    assert read_answer(text, form) is None or isinstance(read_answer(text, form), dict)


def test_a_number_is_one_only_where_the_task_says_so() -> None:
    assert read_answer('{"n": 3, "t": "3"}', "json", ("n",)) == {"n": "3", "t": "3"}
    assert read_answer('{"n": "3", "t": 3}', "json", ("n",)) == {"n": None, "t": None}


def test_more_values_are_read_where_that_is_asked_for() -> None:
    text = "\n".join(f"k{n}: v" for n in range(500))
    assert len(leaves(text, "lines", most=500)) == 500
    assert [leaf.value for leaf in leaves("a: x y \t\r\nb:  z", "lines")] == ["x y", "z"]
