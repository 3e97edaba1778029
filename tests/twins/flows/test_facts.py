"""A fact is the same in any dress, and what only looks like one is none."""

from __future__ import annotations

import pytest

from playground.twins.flows.facts import Heard, facts


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("2026-03-05", "3月5日"),
        ("三月五日", "March 5"),
        ("十二月二十三号", "Dec 23rd"),
        ("5th of March", "2026年3月5日"),
        ("20260305", "5 March"),
        ("14:00-16:00", "下午2点到4点"),
        ("两点半", "14:30"),
        ("2 pm", "14:00"),
        ("at half past two", "14:30"),
        ("come around noon", "12:00"),
        ("five o'clock", "17:00"),
        ("by 4 please", "16:00"),
        ("¥1,999.00", "1999元"),
        ("1.5万元", "15000元"),
        ("total: 30", "$30"),
        ("138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "138-0013-8000"),
        ("gd-20391", "GD20391"),
        ("Write to A.B@Example.com", "a.b@example.com"),
    ],
)
def test_a_fact_is_known_again(said: str, answer: str) -> None:
    heard = Heard()
    heard.add(said)
    found = facts(answer)
    assert found and all(heard.holds(fact) for fact in found)
    assert not any(Heard().holds(fact) for fact in found)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("3月5日", "3月6日"),
        ("14:00", "15:00"),
        ("199元", "299元"),
        ("13800138000", "13800138001"),
        ("GD20391", "GD20392"),
    ],
)
def test_another_fact_is_another(said: str, answer: str) -> None:
    heard = Heard()
    heard.add(said)
    assert [heard.holds(fact) for fact in facts(answer)] == [False]


@pytest.mark.parametrize(
    "text", ["有一点问题", "请稍等5分钟", "第2步", "1976", "version 2.0", "24小时", "the second one", ""]
)
def test_plain_words_are_no_facts(text: str) -> None:
    assert facts(text) == []
