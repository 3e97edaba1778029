"""Colouring of slots: everything foreign is escaped, right and wrong are told, half a reply is no trouble."""

from __future__ import annotations

import html
import re

import pytest

from playground.ui.marks import Gold, found_slots, marked_reply, marked_text

SLOTS = ("姓名", "电话", "省", "市")
GOLD = Gold({"姓名": "王芳", "电话": "13800000000", "省": "北京市", "市": ""}, {"省": ("北京",)})
NASTY = '<img src=x onerror="alert(1)">&\'"'


def plain(marked: str) -> str:
    """What a reader sees."""
    return html.unescape(re.sub(r"<[^>]+>", "", marked)).replace("\xa0", "")


@pytest.mark.parametrize("gold", [None, GOLD])
@pytest.mark.parametrize(
    "reply",
    [
        '{"姓名": "王芳", "电话": "138", "省": "北京", "市": ""}',
        '{"姓名": "王芳", "电话": "1380',
        '{"姓名": "' + NASTY.replace('"', '\\"') + '"}',
        "no json at all " + NASTY,
        "{" * 200,
        "",
    ],
)
def test_the_reader_sees_the_reply_as_it_came(reply: str, gold: Gold | None) -> None:
    marked = marked_reply(reply, SLOTS, gold, "{slot}: {value}")
    assert plain(marked) == reply
    assert "<img" not in marked


def test_wrong_values_say_what_was_wanted() -> None:
    reply = '{"姓名": "王芳", "电话": "138", "省": "北京", "市": "北京"}'
    marked = marked_reply(reply, SLOTS, GOLD, "{slot} should be {value}")
    assert marked.count("right") == 2  # the name, and the other right value of 省
    assert 'data-note="电话 should be 13800000000"' in marked
    assert "市 should be “”" in marked


def test_a_value_that_still_grows_is_not_judged() -> None:
    growing = '{"电话": "138'
    assert "wrong" not in marked_reply(growing, SLOTS, GOLD, "{value}", finished=False)
    assert "wrong" in marked_reply(growing, SLOTS, GOLD, "{value}", finished=True)


def test_values_are_found_in_a_reply_that_is_still_coming() -> None:
    assert [(f.slot, f.value) for f in found_slots('{"a": "x\\n", "b": "y')] == [("a", "x\n"), ("b", "y")]


def test_slots_are_found_in_a_message_digits_with_blanks_too() -> None:
    text = "王芳，138 0000-0000，北京市" + NASTY
    marked = marked_text(text, GOLD.slots, SLOTS)
    assert plain(marked) == text
    assert ">138 0000-0000</mark>" in marked and ">王芳</mark>" in marked and "<img" not in marked


def test_a_place_is_taken_once() -> None:
    marked = marked_text("北京市朝阳区", {"省": "北京市", "市": "北京"}, SLOTS)
    assert marked.count("<mark") == 1
