"""Memory goes back once a model has been quiet, and not while it works."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from playground.checkpoints.files import BaseRef
from playground.events import ReplyText
from playground.models import tidy
from playground.models.base import Ask, Sampling
from playground.models.local import LocalModel
from playground.models.tidy import Tidy, give_back
from tests.models.made import talk


class Knot:
    """Something that only the collector frees."""

    def __init__(self) -> None:
        self.me = self


def test_it_waits_until_no_round_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    given = threading.Event()
    monkeypatch.setattr(tidy, "QUIET", 0.2)
    monkeypatch.setattr(tidy, "give_back", given.set)
    one = Tidy()
    for _ in range(3):
        with one.round():
            time.sleep(0.1)
        assert not given.wait(0.1)
    assert given.wait(5)
    given.clear()
    with one.round():
        pass
    one.stop()
    assert not given.wait(0.5)


def test_what_hangs_in_a_cycle_is_freed() -> None:
    gc.disable()
    try:
        gone = weakref.ref(Knot())
        assert gone() is not None
        over = time.monotonic() + 10
        # Where another thread is just collecting (a model of an earlier test), a collection ends before it has begun.
        while gone() is not None and time.monotonic() < over:
            give_back()
        assert gone() is None
    finally:
        gc.enable()


def test_a_stopped_round_of_a_model_is_tidied_up_after(tiny: BaseRef, monkeypatch: pytest.MonkeyPatch) -> None:
    given = threading.Event()
    monkeypatch.setattr(tidy, "QUIET", 0.05)
    monkeypatch.setattr(tidy, "give_back", given.set)
    model = LocalModel("x", tiny)
    events = model.replies([Ask(talk("你好"))], Sampling(max_tokens=50, ignore_end=True))
    assert isinstance(next(iter(events))[1], ReplyText) and model.busy and not given.is_set()
    events.close()  # type: ignore[attr-defined]
    assert not model.busy and given.wait(5)
    model.close()
