"""A value in a request: nothing but the value can be read out of it."""

from __future__ import annotations

import pytest

from playground.twins.calls.function import Field, Function
from playground.twins.calls.naming import labels, name_words, phrase
from playground.twins.calls.said import Unsayable, make_speech

TEXT = Field("text")


@pytest.mark.parametrize(
    ("lang", "value", "text"),
    [
        ("zh", "张三", "张三"),
        ("zh", "屏幕碎了，开不了机", "“屏幕碎了，开不了机”"),
        ("zh", "“好”", "「“好”」"),
        ("zh", "是的", "“是的”"),
        ("zh", "14:30", "14:30"),
        ("en", "Bob Lee", "Bob Lee"),
        ("en", "a, b", '"a, b"'),
        ("en", "salt and pepper", '"salt and pepper"'),
        ("en", "J. Smith Jr.", '"J. Smith Jr."'),
        ("en", "bob@example.com", "bob@example.com"),
        ("en", 'say "hi"', '“say "hi"”'),
        ("en", "the text", '"the text"'),
        ("en", "context", "context"),
    ],
)
def test_a_text_is_quoted_where_its_end_could_be_mistaken(lang: str, value: str, text: str) -> None:
    said = make_speech((TEXT,), lang).say(TEXT, value)
    assert said.text == text
    assert value in said.text and said.copies == (value,) and said.slot == value


@pytest.mark.parametrize(
    "value", ["", " ", " a", "a ", "a\nb", "a\u200bb", "x" * 401, "\ud800", '「」“”『』"', [], {}, None]
)
def test_what_cannot_be_said_says_why(value: object) -> None:
    with pytest.raises(Unsayable, match="^it "):
        make_speech((TEXT,), "zh").say(TEXT, value)


def test_numbers_lists_and_objects() -> None:
    array, thing = Field("tags", "array"), Field("at", "object", fields=(Field("city"), Field("lift", "boolean")))
    zh, en = (make_speech((array, thing, Field("n", "number")), lang) for lang in ("zh", "en"))
    assert zh.say(Field("n", "number"), 1e-9).text == "1e-09"
    assert zh.say(array, ["红", "蓝、绿"]).text == "红、“蓝、绿”" and zh.say(array, ["红"]).copies == ("红",)
    assert en.say(array, ["a", "b"]).text == "a / b"
    assert en.say(thing, {"city": "Oslo", "lift": False}).text == "(city: Oslo, lift: no)"
    assert zh.say(array, [["a"], 1]).text == '[["a"], 1]'


@pytest.mark.parametrize(
    ("name", "about", "yes", "no"),
    [
        ("isVIP", "", "是VIP", "不是VIP"),
        ("x", "是否为会员", "是会员", "不是会员"),
        ("x", "是否需要发票", "需要发票", "不需要发票"),
        ("x", "是否有电梯", "有电梯", "没有电梯"),
        ("x", "是否老客户", "是否老客户：是", "是否老客户：否"),
        ("urgent", "", "urgent：是", "urgent：否"),
    ],
)
def test_yes_and_no_are_words(name: str, about: str, yes: str, no: str) -> None:
    field = Field(name, "boolean", description=about)
    speech = make_speech((field,), "zh")
    assert (speech.say(field, True).clause, speech.say(field, False).clause) == (yes, no)
    assert speech.say(field, True).copies == ()


def test_labels_are_never_alike() -> None:
    fields = (
        Field("a_date", description="日期"),
        Field("b_date", description="日期"),
        Field("amount"),
        Field("refundAmount"),
    )
    for lang in ("zh", "en"):
        found = labels(fields, lang)
        assert len({label.casefold() for label in found.values()}) == len(fields)
    assert (
        labels(fields, "zh")["refundAmount"] == "退款金额" and labels(fields, "en")["refundAmount"] == "refund amount"
    )


def test_a_label_is_short_and_holds_no_value() -> None:
    long = Field("due", description="The date in the form 2026-01-31")
    assert labels((long,), "en") == {"due": "due"}
    assert labels((Field("n", description="how many; at most nine"),), "en") == {"n": "how many"}
    assert labels((Field("x", say={"zh": "门牌"}),), "zh") == {"x": "门牌"}


@pytest.mark.parametrize(
    ("about", "lang", "said"),
    [
        ("Creates a ticket. Use with care.", "en", "create a ticket"),
        ("This function is used to look up flights", "en", "look up flights"),
        ("Searches for flights on a date and returns offers.", "en", "search for flights on a date"),
        ("Weather lookup", "en", 'use "weather lookup"'),
        ("", "en", "open ticket"),
        ("该函数用于创建工单（如 A123）。", "zh", "创建工单"),
        ("天气查询", "zh", "办理天气查询"),
        ("例如 2026-01-01", "zh", "办理“open_ticket”"),
        ("查询 北京 的天气", "zh", "办理“open_ticket”"),
    ],
)
def test_what_a_function_does(about: str, lang: str, said: str) -> None:
    assert phrase(Function("open_ticket", about), lang, ["北京"]) == said


def test_names_are_cut_into_words() -> None:
    assert name_words("getHTTPResponse_codeNo2") == ["get", "http", "response", "code", "no", "2"]
