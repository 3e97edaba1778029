"""A round: who shares a model is asked together, others side by side, and each place ends exactly once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from playground.contenders.contender import Contender
from playground.contenders.round import ask_round
from playground.errors import ModelFailed
from playground.events import ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling
from playground.models.scripted import Line, ScriptedModel
from playground.records import Usage
from tests.models.made import talk


class Counting:
    """A model that notes how it was asked and whether it was closed, and may break."""

    def __init__(self, name: str, pieces: int = 3, raises: Exception | None = None, pause: float = 0.0) -> None:
        self.name, self.pieces, self.raises, self.pause = name, pieces, raises, pause
        self.calls: list[int] = []
        self.closed = threading.Event()

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        self.calls.append(len(asks))
        try:
            for _ in range(self.pieces):
                for index in range(len(asks)):
                    time.sleep(self.pause)
                    yield index, ReplyText(self.name)
            if self.raises is not None:
                raise self.raises
            for index in range(len(asks)):
                yield index, ReplyDone(Usage())
        finally:
            self.closed.set()

    def close(self) -> None:
        pass


def seat(model: Any, name: str = "base") -> Contender:
    return Contender(name, "base", name, model)


def outcome(contenders: list[Contender]) -> tuple[list[str], list[Any]]:
    texts, ends = ["" for _ in contenders], [None for _ in contenders]
    for place, event in ask_round(contenders, [talk("hello")] * len(contenders), Sampling()):
        assert ends[place] is None
        if isinstance(event, ReplyText):
            texts[place] += event.text
        else:
            ends[place] = event
    assert None not in ends
    return texts, ends


def test_contenders_of_one_model_go_in_one_call() -> None:
    one, two = Counting("a"), Counting("b")
    texts, ends = outcome([seat(one), seat(two), seat(one), seat(one)])
    assert (one.calls, two.calls) == ([3], [1])
    assert texts == ["aaa", "bbb", "aaa", "aaa"]
    assert all(isinstance(end, ReplyDone) for end in ends)


def test_each_place_has_its_own_conversation() -> None:
    model = ScriptedModel([Line("one", "1"), Line("two", "2")])
    places = [seat(model), seat(model)]
    events = list(ask_round(places, [talk("two"), talk("one")], Sampling()))
    assert {place: event.text for place, event in events if isinstance(event, ReplyText)} == {0: "2", 1: "1"}


def test_nobody_asked_nothing_said() -> None:
    assert list(ask_round([], [], Sampling())) == []


def test_places_and_conversations_must_be_as_many() -> None:
    with pytest.raises(ValueError):
        ask_round([seat(Counting("a"))], [], Sampling())


@pytest.mark.parametrize("error", [ModelFailed("out of order"), RuntimeError("secret detail"), KeyError("x")])
@pytest.mark.parametrize("company", [False, True])
def test_a_model_that_raises_fails_its_own_places_only(error: Exception, company: bool) -> None:
    bad, good = Counting("bad", raises=error), Counting("good")
    contenders = [seat(bad), seat(bad), *([seat(good)] if company else [])]
    texts, ends = outcome(contenders)
    assert texts[:2] == ["badbadbad"] * 2
    assert all(isinstance(end, ReplyFailed) for end in ends[:2])
    assert "secret" not in ends[0].error and "\n" not in ends[0].error
    assert ("out of order" in ends[0].error) == isinstance(error, ModelFailed)
    assert all(isinstance(end, ReplyDone) for end in ends[2:])


def test_a_model_that_just_ends_is_not_waited_for() -> None:
    class Mute(Counting):
        def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
            yield 0, ReplyText("well")

    _, ends = outcome([seat(Mute("mute")), seat(Mute("other"))])
    assert all(isinstance(end, ReplyFailed) and "again" in end.error for end in ends)


def test_a_closed_model_fails_its_places() -> None:
    closed = ScriptedModel([Line(reply="x")])
    closed.close()
    _, ends = outcome([seat(closed), seat(Counting("a"))])
    assert isinstance(ends[0], ReplyFailed) and isinstance(ends[1], ReplyDone)


@pytest.mark.parametrize("models", [1, 3])
def test_closing_stops_every_model_within_a_second(models: int) -> None:
    made = [Counting(str(i), pieces=10_000, pause=0.005) for i in range(models)]
    events = ask_round([seat(model) for model in made], [talk("hello")] * models, Sampling())
    for _ in range(3):
        next(events)
    began = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 1.0
    assert all(model.closed.wait(1.0) for model in made if model.calls)


def test_closing_before_the_start_asks_nobody() -> None:
    made = [Counting("a"), Counting("b")]
    ask_round([seat(model) for model in made], [talk("x")] * 2, Sampling()).close()  # type: ignore[attr-defined]
    assert [model.calls for model in made] == [[], []]


def test_closing_does_not_wait_for_a_model_that_is_stuck() -> None:
    release = threading.Event()

    class Stuck(Counting):
        def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
            release.wait(20)
            yield from super().replies(asks, sampling)

    events = ask_round([seat(Counting("a")), seat(Stuck("stuck"))], [talk("x")] * 2, Sampling())
    next(events)
    began = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2.0
    release.set()


def test_a_slow_model_does_not_hold_up_a_fast_one() -> None:
    slow, fast = Counting("slow", pieces=2, pause=0.15), Counting("fast", pieces=2)
    order = [place for place, _ in ask_round([seat(slow), seat(fast)], [talk("x")] * 2, Sampling())]
    assert order == [1, 1, 1, 0, 0, 0]
