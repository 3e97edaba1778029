"""What programs may call: right answers, the page's bounds, one sentence for what is wrong, nobody else's things."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest

from playground.models.scripted import Line
from playground.ui.api import MOST_CASES, MOST_TOKENS, Api
from playground.ui.frame import Frame

MakeFrame = Callable[..., Frame]
NAMES = ["base", "few-shot:3"]


@pytest.fixture
def api(make_frame: MakeFrame) -> Api:
    return Api(make_frame(Line(reply='{"姓名": "张三"}')))


def last(steps: Any) -> Any:
    *_, end = steps
    return end


def test_tasks_and_contenders_are_told(api: Api) -> None:
    tasks = {one["name"]: one for one in api.tasks()}
    assert set(tasks) >= {"address", "identity"} and "姓名" in tasks["address"]["slots"]
    assert "JSON" in tasks["address"]["instruction"]["zh"] and json.dumps(list(tasks.values()))
    assert {"name": "tuned:address", "task": "address"} in api.contenders()


def test_twins_are_rows_and_the_same_seed_makes_the_same(api: Api) -> None:
    made = api.twins("address", 5, 3)
    assert len(made["train"]) == len(made["unseen_both"]) == 5 and made == api.twins("address", 5, 3)
    assert made["card"]["seed"] == 3 and made["train"][0]["messages"][-1]["role"] == "assistant"
    named = api.twins("identity", 5, 1, {"NAME": "Quill", "AUTHOR": "Ada"})
    assert any("Quill" in row["messages"][-1]["content"] for row in named["train"])


def test_everybody_answers(api: Api) -> None:
    replies = last(api.ask("我是张三", contenders=NAMES))
    assert [one["contender"] for one in replies] == NAMES
    assert all(one["reply"] == '{"姓名": "张三"}' and one["finish"] == "stop" and one["usage"] for one in replies)


def test_rows_of_twins_are_scored_as_they_come(api: Api) -> None:
    rows = api.twins("address", 3, 3)["unseen_both"]
    scores = last(api.score(rows, NAMES))
    assert {name: one["n"] for name, one in scores["contenders"].items()} == {"base": 3, "few-shot:3": 3}
    assert scores["pairs"][0]["ties"] == 3


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda api: api.twins("no"), "task 'no' is not known"),
        (lambda api: api.twins("address", 10**9), "rows is 1000000000; it must be a whole number, 1 to 1000"),
        (lambda api: api.twins("address", 2.5), "rows is 2.5; it must be a whole number"),
        (lambda api: api.twins("address", True), "rows is True; it must be a whole number"),
        (lambda api: api.twins("address", 5, -1), "seed is -1; it must be a whole number"),
        (lambda api: last(api.ask("")), "the message is empty; write one"),
        (lambda api: last(api.ask("x" * 9000)), "the message has 9,000 characters; it may have 8,000"),
        (lambda api: last(api.ask("x", max_tokens=10**9)), f"1 to {MOST_TOKENS}"),
        (lambda api: last(api.ask("x", temperature=float("nan"))), "temperature is nan; it must be 0 to 2"),
        (lambda api: last(api.ask("x", contenders=[])), "contenders is []; name 1 to 4, each once"),
        (lambda api: last(api.ask("x", contenders=["base", "base"])), "name 1 to 4, each once"),
        (lambda api: last(api.ask("x", contenders="base")), "contenders is 'base'; name 1 to 4"),
        (lambda api: last(api.ask("x", contenders=["tuned:no"])), "contender 'tuned:no' is not known"),
        (lambda api: last(api.ask("x", contenders=["few-shot:99"])), "contender 'few-shot:99': '99' examples"),
        (lambda api: last(api.score([])), f"there are 0 cases; there may be 1 to {MOST_CASES}"),
        (lambda api: last(api.score([{}] * 201)), "there are 201 cases"),
        (lambda api: last(api.score(["x"])), "case 1: the line is 'x'; it must be a JSON object"),
    ],
)
def test_what_is_wrong_is_one_sentence(api: Api, call: Callable[[Api], Any], told: str) -> None:
    with pytest.raises(gr.Error) as caught:
        call(api)
    assert told in str(caught.value.message)


@pytest.mark.parametrize(
    "name",
    ["scripted:/etc/passwd", "endpoint:https://host/v1#m", "gguf:/etc/x.gguf", "tuned:mine", "few-shot:", "base "],
)
@pytest.mark.parametrize("public", [True, False])
def test_nobody_is_asked_but_who_is_offered(make_frame: MakeFrame, name: str, public: bool) -> None:
    api = Api(make_frame(public=public))
    with pytest.raises(gr.Error) as caught:
        last(api.ask("x", contenders=[name]))
    assert "is not known; there is: base, few-shot:3, tuned:address, tuned:identity" in str(caught.value.message)
    assert last(api.ask("x", contenders=["base"]))[0]["finish"] == "stop"


def test_who_goes_away_ends_the_work(make_frame: MakeFrame) -> None:
    api = Api(make_frame(Line(reply="long " * 400, delay_ms=50)))
    asking = api.ask("x", contenders=["base"])
    first = next(asking)
    asking.close()
    assert first[0]["finish"] is None
