"""The checker finds every way in which an answer does not follow from its message."""

from __future__ import annotations

import json

import pytest

from playground.errors import BadTemplate
from playground.samples import Task, Template, load_task
from playground.settings import Settings
from playground.twins.check import check_row

HUMAN, BOT = Template("h", "zh", "plain", ""), Template("b", "zh", "json", "")
GOLD = dict.fromkeys(("姓名", "电话", "邮编", "省", "市", "县", "详细地址"), "") | {
    "姓名": "王芳",
    "电话": "13905711234",
}


def check(task: Task, message: str, answer: str | None = None, human: Template = HUMAN) -> None:
    said = json.dumps(GOLD, ensure_ascii=False) if answer is None else answer
    check_row(task, human, BOT, message, said, GOLD)


def test_a_right_row_passes(settings: Settings) -> None:
    task = load_task("address", settings)
    check(task, "王芳 13905711234")
    check(task, "王芳，139 0571 1234")


@pytest.mark.parametrize(
    ("message", "answer", "says"),
    [
        ("王 芳 13905711234", None, "'h' does not show 姓名 '王芳'"),
        ("王芳 1390571123", None, "'h' does not show 电话"),
        ("王芳 13905711234 {{邮编}}", None, "'h' leaves {{邮编}}"),
        ("王芳 13905711234 <NAME>", None, "'h' leaves <NAME>"),
        ("  ", None, "'h' renders an empty text"),
        ("王芳 13905711234", "好的", "'b' writes '好的', which is not JSON"),
        ("王芳 13905711234", '{"姓名": "王芳"}', "'b' has 电话, 邮编, 省, 市, 县, 详细地址 wrong"),
        ("王芳 13905711234", json.dumps({**GOLD, "城": ""}), "'b' has 城 wrong or surplus"),
        ("王芳 13905711234", "[]", "wrong or surplus"),
    ],
)
def test_a_wrong_row_is_named(settings: Settings, message: str, answer: str | None, says: str) -> None:
    with pytest.raises(BadTemplate, match=says):
        check(load_task("address", settings), message, answer)


def test_an_answer_holds_what_its_question_asks(settings: Settings) -> None:
    task = load_task("identity", settings)
    pair = {"name": "小禾", "author": "青禾科技"}
    asks_both, greets = Template("q", "zh", "both", ""), Template("g", "zh", "greeting", "")
    check_row(task, asks_both, BOT, "你是谁？", "我是小禾，来自青禾科技。", pair)
    check_row(task, greets, BOT, "你好", "你好。", pair)
    with pytest.raises(BadTemplate, match="'b' answers 'both' without author"):
        check_row(task, asks_both, BOT, "你是谁？", "我是小禾。", pair)
