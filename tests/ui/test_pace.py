"""Events in steps: nothing lost, the first one at once, stopping closes the work, errors come through."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from playground.ui import pace
from playground.ui.pace import paced


def test_every_event_arrives_in_order() -> None:
    assert [event for events in paced(lambda: iter(range(1000)), 0.01) for event in events] == list(range(1000))


def test_silence_gives_empty_steps() -> None:
    def slow() -> Iterator[int]:
        time.sleep(0.15)
        yield 1

    steps = list(paced(slow, 0.02))
    assert steps[0] == [] and [event for events in steps for event in events] == [1]


def test_the_first_event_does_not_wait_for_the_beat() -> None:
    def two() -> Iterator[int]:
        yield 1
        time.sleep(0.4)
        yield 2

    began = time.monotonic()
    assert next(paced(two, 10.0)) == [1]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("way", ["stop", "close"])
def test_stopping_closes_the_work(way: str) -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                time.sleep(0.005)
                yield 1
        finally:
            closed.set()

    stop = threading.Event()
    steps = paced(endless, 0.01, stop)
    next(steps)
    if way == "stop":
        stop.set()
        list(steps)
    else:
        steps.close()  # type: ignore[attr-defined]
    assert closed.wait(5)


def test_silent_work_is_not_waited_for_after_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PATIENCE", 0.05)
    free, stop = threading.Event(), threading.Event()

    def silent() -> Iterator[int]:
        yield 1
        free.wait(60)
        yield 2

    steps = paced(silent, 0.01, stop)
    assert next(steps) == [1]
    stop.set()
    assert [event for events in steps for event in events] == []
    assert not free.is_set()
    free.set()


def test_what_the_work_raises_is_raised_here_after_its_events() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    seen: list[int] = []
    with pytest.raises(ValueError, match="broken"):
        for events in paced(broken, 0.01):
            seen += events
    assert seen == [1]


def test_the_work_knows_whose_event_it_is() -> None:
    import contextvars

    visitor: contextvars.ContextVar[str] = contextvars.ContextVar("visitor", default="nobody")
    visitor.set("somebody")
    assert [told for some in paced(lambda: iter([visitor.get()]), 0.01) for told in some] == ["somebody"]
