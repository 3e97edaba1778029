"""What every chat model keeps to, whatever it is made of: one set of laws over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.checkpoints.files import BaseRef
from playground.errors import ModelFailed
from playground.events import ReplyDone, ReplyFailed, ReplyText
from playground.models.base import Ask, ChatModel, Sampling
from playground.models.gguf.engine import GgufModel
from playground.models.local import LocalModel
from playground.models.scripted import Line, ScriptedModel
from tests.models.made import answers, make_adapter, run, talk

SHOTS = talk("你好，我是张三", "张三", "我叫李四", "李四")


@pytest.fixture(scope="module")
def adapter(tiny: BaseRef, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with an adapter for the tiny base."""
    return str(make_adapter(tmp_path_factory.mktemp("adapters") / "run-1", tiny))


@pytest.fixture(params=["local", "scripted", "gguf"])
def model(request: pytest.FixtureRequest, tiny: BaseRef) -> Iterator[ChatModel]:
    """Each model in turn, fresh."""
    made: ChatModel
    if request.param == "local":
        made = LocalModel("tiny", tiny)
    elif request.param == "gguf":
        made = GgufModel("tiny", request.getfixturevalue("tiny_gguf"), threads=1)
    else:
        made = ScriptedModel(
            [Line("坏", "半句", fail="it broke"), Line("你好", "你好，我是小明。" * 9), Line("", "是")]
        )
    yield made
    made.close()


@pytest.fixture
def asks(adapter: str) -> list[Ask]:
    """Base, few-shot and tuned, of very different lengths."""
    return [
        Ask(talk("你好，你是谁")),
        Ask((*SHOTS, *talk("我是王五")), examples=4),
        Ask(talk("请把以上地址写成省市县：北京市朝阳区一路二号楼，你好"), adapter=adapter),
        Ask((*SHOTS, *talk("你好，张三")), adapter=adapter, examples=4),
    ]


def test_it_is_a_chat_model(model: ChatModel) -> None:
    assert isinstance(model, ChatModel) and model.name


def test_each_ask_ends_once_and_usage_adds_up(model: ChatModel, asks: list[Ask]) -> None:
    texts, ends = run(model, asks, Sampling(max_tokens=9))
    for ask, text, end in zip(asks, texts, ends, strict=True):
        assert isinstance(end, ReplyDone)
        usage = end.usage
        assert 0 <= usage.cached_tokens <= usage.prompt_tokens
        assert (usage.few_shot_tokens > 0) == (ask.examples > 0)
        assert usage.few_shot_tokens < usage.prompt_tokens
        assert 0 <= usage.reply_tokens <= 9
        assert (end.finish == "length") == (usage.reply_tokens == 9)
        assert 0 < usage.seconds_to_first <= usage.seconds
        assert bool(text) <= bool(usage.reply_tokens)


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_an_ask_answers_the_same_alone_and_in_a_batch(model: ChatModel, asks: list[Ask], temperature: float) -> None:
    sampling = Sampling(temperature=temperature, max_tokens=20, seed=5)
    together = answers(model, asks, sampling)
    assert together == [answers(model, [ask], sampling)[0] for ask in asks]
    assert together[::-1] == answers(model, asks[::-1], sampling)


def test_the_most_tokens_are_kept_to(model: ChatModel) -> None:
    for most in (1, 2, 7):
        _, (end,) = run(model, [Ask(talk("你好"))], Sampling(max_tokens=most))
        assert isinstance(end, ReplyDone) and end.usage.reply_tokens <= most


def test_an_ask_with_a_missing_adapter_fails_alone(model: ChatModel, asks: list[Ask]) -> None:
    bad = Ask(talk("你好"), adapter="/no/such/folder")
    texts, ends = run(model, [asks[0], bad, asks[1]], Sampling(max_tokens=8))
    assert isinstance(ends[1], ReplyFailed) and "/no/such/folder" in ends[1].error
    assert [texts[0], texts[2]] == answers(model, asks[:2], Sampling(max_tokens=8))


def test_an_ask_without_messages_fails_alone(model: ChatModel, asks: list[Ask]) -> None:
    _, ends = run(model, [Ask(()), asks[0]], Sampling(max_tokens=4))
    assert isinstance(ends[0], ReplyFailed) and isinstance(ends[1], ReplyDone)


def test_closing_the_iterator_stops_and_leaves_the_model_free(model: ChatModel, asks: list[Ask]) -> None:
    for events_before in (0, 1, 3):
        replies = model.replies(asks, Sampling(max_tokens=4096))
        for _ in range(events_before):
            next(replies)
        replies.close()  # type: ignore[attr-defined]
    assert answers(model, asks[:1])


def test_no_asks_no_events(model: ChatModel) -> None:
    assert list(model.replies([], Sampling())) == []


def test_a_closed_model_says_so(model: ChatModel) -> None:
    model.close()
    model.close()
    with pytest.raises(ModelFailed, match=model.name):
        list(model.replies([Ask(talk("你好"))], Sampling()))


def test_what_breaks_underneath_becomes_a_sentence(model: ChatModel, break_down: Callable[[Any], None]) -> None:
    asks = [Ask(talk("坏")), Ask(talk("坏，你好"))]
    break_down(model)
    _, ends = run(model, asks, Sampling(max_tokens=6))
    for end in ends:
        assert isinstance(end, ReplyFailed) and end.error
        assert "Traceback" not in end.error and "\n" not in end.error


@pytest.fixture
def break_down(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Makes what a model stands on fail; a script has its own line for that."""

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the matrix fell\nover")

    def arrange(model: Any) -> None:
        if isinstance(model, LocalModel):
            monkeypatch.setattr(model.model, "forward", broken)
        if isinstance(model, GgufModel):
            monkeypatch.setattr(model._native, "feed", broken)

    return arrange


def test_pieces_come_as_they_are_made(model: ChatModel, asks: list[Ask]) -> None:
    """Nobody waits for the longest: pieces of different replies come in between each other."""
    order = [i for i, event in model.replies(asks, Sampling(max_tokens=24)) if isinstance(event, ReplyText)]
    first, last = order.index(0), len(order) - 1 - order[::-1].index(0)
    assert any(i != 0 for i in order[first:last])


def test_a_folder_that_is_no_adapter_fails_alone(model: ChatModel, tmp_path: Path) -> None:
    if isinstance(model, LocalModel | GgufModel):
        _, ends = run(model, [Ask(talk("你好"), adapter=str(tmp_path)), Ask(talk("你好"))], Sampling(max_tokens=3))
        assert isinstance(ends[0], ReplyFailed) and tmp_path.name in ends[0].error
        assert isinstance(ends[1], ReplyDone)
