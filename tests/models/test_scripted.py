"""The scripted model's file: what it may say, and what is refused."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from playground.errors import BadSample
from playground.events import ReplyDone, ReplyFailed
from playground.models.base import Ask, Sampling
from playground.models.scripted import Line, ScriptedModel
from tests.models.made import answers, run, talk


def script(folder: Path, *lines: Any) -> Path:
    """A file of these lines."""
    file = folder / "script.jsonl"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file


def test_the_first_line_that_fits_answers(tmp_path: Path) -> None:
    file = script(
        tmp_path, {"when": "邮编", "reply": "有"}, {"when": "re:^who (are|r) you", "reply": "小明"}, {"reply": "其他"}
    )
    model = ScriptedModel(file)
    assert model.name == "script.jsonl"
    asks = [Ask(talk(text)) for text in ("邮编 100000", "who r you?", "oh, who are you", "邮编? who are you")]
    assert answers(model, asks) == ["有", "小明", "其他", "有"]


def test_only_the_last_message_is_looked_at() -> None:
    model = ScriptedModel([Line("张三", "甲"), Line("", "乙")])
    assert answers(model, [Ask(talk("张三", "张三", "李四"))]) == ["乙"]


def test_no_line_that_fits_is_a_failed_reply() -> None:
    _, (end,) = run(ScriptedModel([Line("甲", "乙")]), [Ask(talk("丙"))], Sampling())
    assert isinstance(end, ReplyFailed) and "丙" in end.error


def test_a_reply_may_fail_be_cut_or_be_slow() -> None:
    model = ScriptedModel([Line("a", "half", fail="the line broke"), Line("b", "short", cut=True), Line("c", "x", 60)])
    began = time.perf_counter()
    texts, ends = run(model, [Ask(talk(text)) for text in "abc"], Sampling())
    assert texts == ["half", "short", "x"]
    assert ends[0] == ReplyFailed("the line broke")
    assert isinstance(ends[1], ReplyDone) and ends[1].finish == "length"
    assert isinstance(ends[2], ReplyDone) and ends[2].usage.seconds >= 0.06
    assert time.perf_counter() - began >= 0.06


def test_tokens_are_characters() -> None:
    ask = Ask(talk("甲", "乙丙", "丁戊己"), examples=2)
    _, (end,) = run(ScriptedModel([Line(reply="一二三四五六七")]), [ask], Sampling(max_tokens=5))
    assert isinstance(end, ReplyDone) and end.finish == "length"
    usage = end.usage
    assert (usage.prompt_tokens, usage.few_shot_tokens, usage.reply_tokens, usage.cached_tokens) == (6, 3, 5, 0)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ([], "line 1"),
        ({"reply": 3}, "line 1"),
        ({"reply": "x", "wenn": "y"}, "wenn"),
        ({"when": "re:(", "reply": "x"}, "re:("),
        ({"reply": "x", "delay_ms": -1}, "delay_ms"),
        ({"reply": "x", "delay_ms": True}, "delay_ms"),
        ({"reply": "x", "cut": 1}, "cut"),
        ({"when": None, "reply": "x"}, "when"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: Any, named: str) -> None:
    with pytest.raises(BadSample) as caught:
        ScriptedModel(script(tmp_path, line))
    assert named in str(caught.value) and "script.jsonl" in str(caught.value)


def test_a_file_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSample, match=r"none\.jsonl"):
        ScriptedModel(tmp_path / "none.jsonl")
    with pytest.raises(BadSample, match=r"script\.jsonl"):
        ScriptedModel(script(tmp_path))
