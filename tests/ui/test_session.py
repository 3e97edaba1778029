"""Who a visitor is, and whose work a stop button stops."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from playground.settings import Settings
from playground.ui.session import Stops, fresh_session


def test_a_laptop_has_one_visitor(settings: Settings) -> None:
    assert fresh_session(settings, {"visitor": "f" * 32}).visitor == "local"


def test_on_the_web_a_browser_keeps_its_visitor(settings: Settings) -> None:
    public = replace(settings, public=True)
    first = fresh_session(public, {})
    assert fresh_session(public, {"visitor": first.visitor}).visitor == first.visitor
    assert fresh_session(public, {}).visitor != first.visitor


@pytest.mark.parametrize("forged", ["../local", "local", "F" * 32, 7, None, "f" * 31])
def test_a_forged_visitor_is_another_one(settings: Settings, forged: object) -> None:
    visitor = fresh_session(replace(settings, public=True), {"visitor": forged}).visitor
    assert visitor != forged and len(visitor) == 32


@pytest.mark.parametrize(("kept", "wanted"), [("zh", "zh"), ("en", "en"), ("de", ""), (None, "")])
def test_the_language_is_kept(settings: Settings, kept: object, wanted: str) -> None:
    assert fresh_session(settings, {"lang": kept}).lang == wanted


def test_a_session_can_be_copied(settings: Settings) -> None:
    session = fresh_session(settings, None)
    assert copy.deepcopy(session) == session


def test_stop_reaches_its_own_work_only() -> None:
    stops = Stops()
    mine, other = stops.begin(("a", "chat")), stops.begin(("b", "chat"))
    assert stops.stop(("a", "chat"))
    assert mine.is_set() and not other.is_set()


def test_work_that_is_stopping_is_waited_for_and_running_work_is_not() -> None:
    stops = Stops()
    assert not stops.busy("key", 60)
    signal = stops.begin("key")
    assert stops.busy("key", 60)
    stops.stop("key")
    assert stops.busy("key", 0.1)
    stops.end("key", signal)
    assert not stops.busy("key")


def test_new_work_stops_the_old_under_the_same_key() -> None:
    stops = Stops()
    old = stops.begin("key")
    new = stops.begin("key")
    assert old.is_set() and not new.is_set()
    stops.end("key", old)
    assert stops.take("key") is new
    stops.end("key", new)
    assert not stops.stop("key") and stops.take("key").is_set()


def test_work_that_waits_in_line_can_leave_it_and_work_that_has_begun_cannot() -> None:
    stops = Stops()
    assert not stops.leave_line("key")
    stops.begin("key")
    assert stops.leave_line("key") and not stops.busy("key") and stops.take("key").is_set()
    stops.begin("key")
    stops.take("key")
    assert not stops.leave_line("key") and stops.busy("key")
