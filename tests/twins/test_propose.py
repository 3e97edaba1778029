"""From one example: slots where they stand, their kinds, both templates, and rows that follow from them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from playground.answers import read_answer
from playground.errors import BadSample, BadSetting, NameTaken
from playground.samples import load_task, task_names
from playground.samples.write import save_task
from playground.settings import LOCAL, Settings
from playground.twins.draft import draft_of, read_example, task_of
from playground.twins.make import make_twins, preview
from playground.twins.propose import Proposal, propose

ORDER = (
    "订单SO-20260118-0042的张伟先生要退货，金额¥1,299.00，3月5日下午三点上门取件，电话010-62345678",
    '{"订单号":"SO-20260118-0042","客户":"张伟","金额":"1299.00","日期":"2026-03-05","时间":"15:00",'
    '"电话":"010-62345678"}',
)
MUGS = (
    "Hi, this is Karen Miller. Please ship 3 boxes of blue mugs to 42 Elm Street by March 3, 2026. k@example.com",
    "<o><name>Karen Miller</name><quantity>3</quantity><colour>blue</colour><address>42 Elm Street</address>"
    "<date>March 3, 2026</date><email>k@example.com</email></o>",
)
PLATE = ("车牌沪A12345 明天上午10:30来保养，两个人", "车牌: 沪A12345\n时间: 10:30\n日期: 明天")
NESTED = (
    "寄给王芳，138 0013 8000，北京市朝阳区建国路88号",
    '{"收件人": {"姓名": "王芳", "电话": "13800138000"}, '
    '"地址": {"省": "北京市", "市": "北京市", "县": "朝阳区", "街道": "建国路88号"}}',
)
WORDS = ("我的订单20260118123456什么时候到？", "您好，您的订单20260118123456正在配送中。")
CSV = ("Return order AB-778812 for Tom Baker, total $45.50", "order,name,total\nAB-778812,Tom Baker,$45.50")
EXAMPLES = {"order": ORDER, "mugs": MUGS, "plate": PLATE, "nested": NESTED, "words": WORDS, "csv": CSV}


def kinds(proposal: Proposal) -> dict[str, str]:
    return {one.name: one.field.kind for one in proposal.slots if not one.fixed}


def test_slots_and_their_kinds() -> None:
    assert kinds(propose(*ORDER)) == {
        "订单号": "order", "客户": "name", "金额": "amount", "日期": "date", "时间": "time", "电话": "landline",
    }  # fmt: skip
    found = kinds(propose(*MUGS))
    assert found == {
        "name": "name",
        "quantity": "quantity",
        "colour": "colour",
        "address": "detail",
        "date": "date",
        "email": "email",
    }
    assert kinds(propose(*PLATE))["车牌"] == "plate"
    nested = kinds(propose(*NESTED))
    assert nested["收件人.电话"] == "mobile" and nested["地址.市"] == "composed" and nested["地址.县"] == "county"
    assert kinds(propose(*WORDS)) == {"order": "order"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_templates_filled_with_the_examples_values_give_the_example(name: str) -> None:
    message, answer = EXAMPLES[name]
    proposal = propose(message, answer)
    human, bot = proposal.human, proposal.bot
    for one in proposal.slots:
        if one.spans:
            human = human.replace(f"{{{{{one.name}}}}}", message[slice(*one.spans[0])])
    assert human == message and "{{" in bot


@pytest.mark.parametrize("name", EXAMPLES)
def test_rows_follow_from_their_messages(name: str, settings: Settings) -> None:
    task = task_of(draft_of(propose(*EXAMPLES[name])), "mine")
    save_task(task, settings, LOCAL)
    again = load_task("mine", settings)
    assert again.fields == task.fields and [t.text for t in again.human] == [t.text for t in task.human]
    twins = make_twins(again, 300, 11, settings)
    rows = list(twins.train)
    assert len({row.messages[0]["content"] for row in rows}) > 250
    for row in rows[:100]:
        answer = row.messages[-1]["content"]
        if again.slots:
            assert read_answer(answer, again.form, again.typed) == row.slots
    for group in twins.groups.values():
        assert group is None or len(list(group)) == 200


def test_what_is_not_found_is_named_and_stays() -> None:
    proposal = propose("请尽快处理 {编号}", '{"状态": "待办", "备注": ""}')
    assert proposal.notices == (("missing", "状态: 待办"), ("braces", "{编号}"))
    assert [one.name for one in proposal.slots if one.fixed] == ["状态", "备注"]


def test_what_is_sure_varies_though_the_answer_does_not_ask_for_it() -> None:
    proposal = propose("张伟，13800138000，要一箱", '{"姓名": "张伟"}')
    assert proposal.human.startswith("{{姓名}}，{{mobile}}")
    row = preview(task_of(draft_of(proposal), "x"), 1, 7)[0]
    assert row.slots.keys() == {"姓名"} and "13800138000" not in row.messages[0]["content"]


@pytest.mark.parametrize(
    ("message", "answer", "says"),
    [
        ("", "{}", "the message is empty"),
        ("x", " ", "the answer is empty"),
        ("x" * 9_000, "{}", "9,000 characters"),
        ("x", "\ud800", "half a character pair"),
        ("hello", '{"a": ', "the answer is not json"),
        ("x", '{"a": "x", "a": "y"}', ""),
        ("((" * 2_000, "((" * 2_000, ""),
        ("1" * 8_000, '{"n": "' + "1" * 7_000 + '"}', ""),
        ("A " * 4_000, "A " * 4_000, ""),
        ("{{" * 100, '{"a": "{{"}', ""),
    ],
)
def test_hostile_examples_are_answered_soon(message: str, answer: str, says: str) -> None:
    started = time.process_time()
    try:
        propose(message, answer)
        assert not says
    except BadSample as error:
        assert says in str(error)
    assert time.process_time() - started < 3


def test_a_name_that_cannot_be_or_is_taken(settings: Settings) -> None:
    draft = draft_of(propose(*ORDER))
    for name in ("", "../x", "A", "x" * 40):
        with pytest.raises(BadSetting, match="cannot be"):
            task_of(draft, name)
    with pytest.raises(NameTaken, match="ships with"):
        save_task(task_of(draft, "address"), settings, LOCAL)
    save_task(task_of(draft, "mine"), settings, LOCAL)
    with pytest.raises(NameTaken, match="there already"):
        save_task(task_of(draft, "mine"), settings, LOCAL)
    stranger = "0" * 32
    assert "mine" not in task_names(settings, stranger)


def test_an_examples_file(tmp_path: Path) -> None:
    assert read_example("a\nb\n---\nc: d\n") == ("a\nb", "c: d")
    assert read_example('{"message": "m", "answer": {"k": "v"}}') == ("m", '{"k": "v"}')
    with pytest.raises(BadSample, match="no line of ---"):
        read_example("nothing")
