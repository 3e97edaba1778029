"""A server may be slow, broken or hostile: one sentence each, no half answer taken for a whole one, no key shown."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from playground.errors import ModelFailed
from playground.events import ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling
from playground.models.endpoint import EndpointModel
from playground.models.wire import Limits, Wire
from playground.secret import Secret
from tests.models.made import talk
from tests.models.wire_server import Answer, Asked, Script, served

KEY = "sk-test-SECRET-0123456789"
QUICK = Limits(connect=1, first=0.5, idle=0.5, whole=2.0, line_bytes=50_000, bytes=200_000)


@contextmanager
def model(script: Script, limits: Limits = QUICK, key: str = KEY) -> Iterator[tuple[EndpointModel, list[Asked]]]:
    with served(script) as (address, asked, _):
        made = EndpointModel(address, "m", Secret(key), Wire(False, limits))
        yield made, asked
        made.close()


def replies(made: EndpointModel, *asks: Ask, **sampling: Any) -> tuple[list[str], list[ReplyEvent]]:
    """Text and end of each ask."""
    asks = asks or (Ask(talk("hello")),)
    texts, ends = [""] * len(asks), {}
    for index, event in made.replies(asks, Sampling(**sampling)):
        assert index not in ends
        if isinstance(event, ReplyText):
            texts[index] += event.text
        else:
            ends[index] = event
    return texts, [ends[index] for index in range(len(asks))]


def failure(script: Script, limits: Limits = QUICK) -> str:
    """The sentence of a reply that must not have been taken for an answer."""
    with model(script, limits) as (made, _):
        _, (end,) = replies(made)
    assert isinstance(end, ReplyFailed) and "SECRET" not in end.error
    assert end.error.startswith("127.0.0.1 ")
    return end.error


def test_an_answer_arrives_with_the_server_s_own_counts() -> None:
    usage = {"prompt_tokens": 40, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 30}}
    with model(lambda _, answer: answer.reply("你", "好", usage=usage)) as (made, asked):
        (text,), (end,) = replies(made, max_tokens=7, temperature=0.5, seed=3)
    assert text == "你好" and isinstance(end, ReplyDone) and end.finish == "stop"
    assert (end.usage.prompt_tokens, end.usage.reply_tokens, end.usage.cached_tokens) == (40, 2, 30)
    assert not end.usage.estimated and 0 < end.usage.seconds_to_first <= end.usage.seconds
    (request,) = asked
    assert request.path == "/v1/chat/completions" and request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["messages"] == [{"role": "user", "content": "hello"}] and request.body["model"] == "m"
    assert (request.body["max_tokens"], request.body["temperature"], request.body["seed"]) == (7, 0.5, 3)


def test_worked_examples_are_counted_by_their_share() -> None:
    usage = {"prompt_tokens": 90, "completion_tokens": 1}
    with model(lambda _, answer: answer.reply("x", usage=usage)) as (made, _):
        _, (end,) = replies(made, Ask((*talk("一二三四五", "六七八九十"), *talk("三二一五四")), examples=2))
    assert isinstance(end, ReplyDone) and 55 <= end.usage.few_shot_tokens <= 65


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": -4, "completion_tokens": 2},
        {"prompt_tokens": 3},
        {"prompt_tokens": "many", "completion_tokens": 1},
    ],
)
def test_without_usage_that_can_be_true_counts_are_guesses_and_say_so(usage: Any) -> None:
    with model(lambda _, answer: answer.reply("hello there", usage=usage)) as (made, _):
        _, (end,) = replies(made)
    assert isinstance(end, ReplyDone) and end.usage.estimated
    assert end.usage.prompt_tokens >= 1 and end.usage.reply_tokens >= 1


def test_a_head_that_comes_byte_by_byte_is_not_waited_for_long() -> None:
    def drip(_: Asked, answer: Answer) -> None:
        answer.raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            answer.raw(b"a")
            answer.sleep(0.1)

    began = time.monotonic()
    assert "said nothing for" in failure(drip)
    assert time.monotonic() - began < 4


class OneAtATime:
    """A server that drops an answer under way as soon as another question arrives, as llama_cpp.server does."""

    def __init__(self, steady: bool) -> None:
        self.steady = steady
        """Whether it says the same when it is asked again."""
        self.newest, self.tries = "", dict[str, int]()

    def __call__(self, asked: Asked, answer: Answer) -> None:
        mine = asked.body["messages"][-1]["content"]
        self.newest, self.tries[mine] = mine, self.tries.get(mine, 0) + 1
        answer.head()
        for word in "ab" if self.steady or self.tries[mine] == 1 else "xy":
            answer.text(f"{mine}{word} ")
            answer.sleep(0.1)
            if self.newest != mine:
                return
        answer.text("", "stop")
        answer.raw("data: [DONE]\n\n")


def test_a_server_that_drops_one_answer_for_another_is_asked_one_after_another() -> None:
    with model(OneAtATime(True), replace(QUICK, whole=20)) as (made, asked):
        questions = [Ask(talk(word)) for word in "klmn"]
        texts, ends = replies(made, *questions)
        assert texts == [f"{word}a {word}b " for word in "klmn"] and all(isinstance(e, ReplyDone) for e in ends)
        before = len(asked)
        assert before > 4
        _, ends = replies(made, *questions)
        assert len(asked) == before + 4 and all(isinstance(e, ReplyDone) for e in ends)


def test_an_answer_that_goes_on_otherwise_when_asked_again_is_not_called_whole() -> None:
    with model(OneAtATime(False), replace(QUICK, whole=20)) as (made, _):
        texts, ends = replies(made, *(Ask(talk(word)) for word in "klmn"))
    assert any(isinstance(e, ReplyFailed) and "cut the answer off" in e.error for e in ends)
    assert not any("x" in text for text in texts)


def test_what_a_server_refuses_is_left_out() -> None:
    def script(asked: Asked, answer: Answer) -> None:
        if "stream_options" in asked.body:
            answer.error(400, "unknown field stream_options")
        elif "max_tokens" in asked.body:
            answer.error(400, "max_tokens is not supported, use max_completion_tokens")
        elif "seed" in asked.body:
            answer.error(400, "seed not permitted")
        else:
            answer.reply("ok")

    with model(script) as (made, asked):
        (text,), (end,) = replies(made, max_tokens=5)
    assert text == "ok" and isinstance(end, ReplyDone) and asked[-1].body["max_completion_tokens"] == 5


def test_a_busy_server_is_asked_once_more_and_no_longer_waited_for_than_sensible() -> None:
    def script(_: Asked, answer: Answer) -> None:
        if len(asked) == 1:
            answer.error(429, "slow down", Retry_After="0")
        else:
            answer.reply("ok")

    with model(script) as (made, asked):
        assert replies(made)[0] == ["ok"] and len(asked) == 2
    began = time.monotonic()
    assert "is asked too much (status 429): slow down" in failure(
        lambda _, answer: answer.error(429, "slow down", Retry_After="86400")
    )
    assert time.monotonic() - began < 2


HALF = "data: " + '{"choices": [{"delta": {"content": "hel'


def cut(_: Asked, answer: Answer) -> None:
    answer.reply("hel", finish=None)


def cut_in_the_middle(_: Asked, answer: Answer) -> None:
    answer.head()
    answer.text("hel")
    answer.raw(HALF)


def cut_body(_: Asked, answer: Answer) -> None:
    answer.head(Content_Length="500")
    answer.text("hel")


def garbage(_: Asked, answer: Answer) -> None:
    answer.head()
    answer.raw("data: {]\n\n")


def binary(_: Asked, answer: Answer) -> None:
    answer.head()
    answer.raw(b"data: \xff\xfe\x00\n\n")


def login_page(_: Asked, answer: Answer) -> None:
    answer.head(kind="text/html")
    answer.raw("<html>please log in</html>")


def whole_json(_: Asked, answer: Answer) -> None:
    answer.head(kind="application/json")
    answer.raw('{"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}')


def filtered(_: Asked, answer: Answer) -> None:
    answer.reply("hel", finish="content_filter")


def told_in_the_middle(_: Asked, answer: Answer) -> None:
    answer.head()
    answer.text("hel")
    answer.event({"error": {"message": f"overloaded; Bearer {KEY}"}})


def endless_line(_: Asked, answer: Answer) -> None:
    answer.head()
    for _ in range(1000):
        answer.raw(b"x" * 10_000)


def endless_lines(_: Asked, answer: Answer) -> None:
    answer.head()
    for _ in range(100_000):
        answer.text("x" * 50)


def drips(_: Asked, answer: Answer) -> None:
    answer.head()
    for _ in range(100):
        answer.text("x")
        answer.sleep(0.2)


def redirect(_: Asked, answer: Answer) -> None:
    answer.head(307, "text/plain", Location="http://127.0.0.1:9/v1/chat/completions")


def packed(_: Asked, answer: Answer) -> None:
    answer.head(Content_Encoding="gzip")
    answer.raw(b"\x1f\x8b")


def repeats_the_key(asked: Asked, answer: Answer) -> None:
    answer.error(401, f"bad {asked.headers['authorization']}")


def repeats_half_the_key(_: Asked, answer: Answer) -> None:
    answer.error(400, f"Incorrect API key provided: {KEY[:9]}***{KEY[-8:]}")


def no_choices(_: Asked, answer: Answer) -> None:
    answer.head()
    answer.event({"choices": "none"})
    answer.event({"choices": [{"delta": {"content": 7}, "finish_reason": 3}]})


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (cut, "cut the answer off"),
        (cut_in_the_middle, "cut the answer off|cannot be read"),
        (cut_body, "broke off the connection"),
        (garbage, "cannot be read"),
        (binary, "cannot be read"),
        (login_page, "answered with text/html and no stream"),
        (whole_json, "answered with application/json and no stream"),
        (filtered, "ended the answer for its own reason .'content_filter'"),
        (told_in_the_middle, "failed in the middle: overloaded"),
        (endless_line, "sends too much"),
        (endless_lines, "sends too much"),
        (drips, "was not done after 2 seconds"),
        (redirect, "sends on to another address .status 307"),
        (packed, "in a packed form"),
        (repeats_the_key, "refused the key .status 401."),
        (repeats_half_the_key, "failed .status 400."),
        (no_choices, "cut the answer off"),
        (lambda _, answer: answer.error(404, "no such model"), "has no model 'm' or nothing there"),
        (lambda _, answer: answer.error(500, "<b>oops</b>\x1b[31m\nsecond; line"), "failed .status 500.: <b>oops</b>"),
        (lambda _, answer: answer.head(200), "sent no answer; ask something shorter"),
    ],
)
def test_what_is_no_answer_is_one_sentence(script: Script, says: str, caplog: pytest.LogCaptureFixture) -> None:
    import re

    caplog.set_level(logging.DEBUG)
    sentence = failure(script)
    assert re.search(says, sentence), sentence
    assert "\n" not in sentence and "\x1b" not in sentence
    assert "SECRET" not in caplog.text and KEY[:9] not in sentence and KEY[-8:] not in sentence


def test_a_silent_server_is_given_up() -> None:
    def silent(_: Asked, answer: Answer) -> None:
        answer.sleep(1.5)

    def silent_later(_: Asked, answer: Answer) -> None:
        answer.head()
        answer.text("hel")
        answer.sleep(1.5)

    for script in (silent, silent_later):
        began = time.monotonic()
        assert "said nothing for" in failure(script)
        assert time.monotonic() - began < 1.4


def test_a_server_that_is_not_there_is_named() -> None:
    with served(lambda *_: None) as (address, _, _):
        pass
    made = EndpointModel(address, "m", Secret(KEY), Wire(False, QUICK))
    _, (end,) = replies(made)
    assert end == ReplyFailed("127.0.0.1 cannot be reached; check the address, and that the server runs")


def test_an_adapter_of_this_machine_cannot_be_asked_for() -> None:
    with model(lambda _, answer: answer.reply("x")) as (made, asked):
        _, (end,) = replies(made, Ask(talk("hi"), adapter="/somewhere"))
    assert isinstance(end, ReplyFailed) and "cannot load an adapter" in end.error and not asked


def test_a_conversation_without_messages_is_refused_and_leaves_the_others_running() -> None:
    with model(lambda _, answer: answer.reply("yes")) as (made, asked):
        (none, text), (refused, end) = replies(made, Ask(()), Ask(talk("hello")))
    assert isinstance(refused, ReplyFailed) and "no messages" in refused.error and not none
    assert text == "yes" and isinstance(end, ReplyDone) and len(asked) == 1


def test_one_that_fails_leaves_the_others_running_and_texts_do_not_mix() -> None:
    def script(asked: Asked, answer: Answer) -> None:
        word = asked.body["messages"][-1]["content"]
        if word == "bad":
            answer.error(500, "no")
        else:
            answer.reply(*[f"{word} "] * 20)

    words = ["a", "bad", "b", "c", "d", "e", "f"]
    with model(script) as (made, _):
        texts, ends = replies(made, *(Ask(talk(word)) for word in words))
    for word, text, end in zip(words, texts, ends, strict=True):
        if word == "bad":
            assert isinstance(end, ReplyFailed)
        else:
            assert isinstance(end, ReplyDone) and text == f"{word} " * 20


def test_stopping_ends_the_stream_at_the_server_at_once() -> None:
    gone = threading.Event()

    def script(_: Asked, answer: Answer) -> None:
        answer.head()
        try:
            for _ in range(2000):
                answer.text("x")
                answer.sleep(0.01)
        except OSError:
            gone.set()
            raise

    with model(script, Limits()) as (made, _):
        events = made.replies([Ask(talk("hi"))], Sampling())
        next(events)
        began = time.monotonic()
        events.close()  # type: ignore[attr-defined]
        assert gone.wait(2) and time.monotonic() - began < 2


def test_a_closed_model_answers_no_more() -> None:
    with model(lambda _, answer: answer.reply("x")) as (made, _):
        made.close()
        with pytest.raises(ModelFailed, match="is closed"):
            list(made.replies([Ask(talk("hi"))], Sampling()))


def test_the_connection_can_be_tried() -> None:
    with model(lambda _, answer: answer.reply("hello", finish="length")) as (made, asked):
        probe = made.probe()
        assert probe.text == "hello" and not probe.usage_told and probe.seconds > 0
        assert asked[0].body["max_tokens"] == 8
    with model(repeats_the_key) as (made, _), pytest.raises(ModelFailed, match="refused the key") as caught:
        made.probe()
    assert "SECRET" not in str(caught.value)


def test_nothing_of_the_environment_is_told_to_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "house-SECRET")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: house-SECRET")
    with model(lambda _, answer: answer.reply("yes"), key="") as (made, asked):
        replies(made)
    assert len(asked) == 1 and "house-SECRET" not in repr(asked[0])


def test_a_key_with_line_ends_is_one_key() -> None:
    with model(lambda _, answer: answer.reply("x"), key=" sk-1\n23 \r\n") as (made, asked):
        replies(made)
    assert asked[0].headers["authorization"] == "Bearer sk-123"
