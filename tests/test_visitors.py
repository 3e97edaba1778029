"""One visitor's things: listed, measured, deleted by their owner alone, and gone when nobody came back to them."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from playground.errors import BadSetting, UnknownName
from playground.settings import LOCAL, Limits, Settings, read_settings
from playground.visitors import DAY, check_room, clear_away, come, delete, things

ONE, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def space(settings: Settings) -> Settings:
    """A public page whose visitors may have one megabyte for three days."""
    return replace(settings, public=True, visitor_limits=Limits(megabytes=1, days=3))


def put(settings: Settings, visitor: str, kind: str, name: str, size: int = 1000) -> Path:
    folder = settings.visitor_home(visitor) / kind / name
    folder.mkdir(parents=True)
    (folder / "file").write_bytes(bytes(size))
    return folder


def aged(settings: Settings, visitor: str, days: float) -> None:
    """Let all of a visitor's files be of so many days ago."""
    home = settings.visitor_home(visitor)
    when = time.time() - days * DAY
    for path in (*home.rglob("*"), home):
        os.utime(path, (when, when))


def test_things_are_listed_with_their_sizes_and_nothing_else_is(space: Settings) -> None:
    assert things(space, ONE) == []
    put(space, ONE, "datasets", "d", 500)
    put(space, ONE, "runs", "r", 700)
    put(space, ONE, "secrets", "s")
    put(space, OTHER, "datasets", "o")
    (space.visitor_home(ONE) / "datasets" / "link").symlink_to(space.visitor_home(OTHER) / "datasets" / "o")
    assert [(one.id, one.bytes) for one in things(space, ONE)] == [("datasets/d", 500), ("runs/r", 700)]


def test_only_what_is_listed_is_deleted_and_all_or_nothing(space: Settings) -> None:
    mine, theirs = put(space, ONE, "datasets", "d"), put(space, OTHER, "datasets", "d")
    for wrong in ("datasets/../../" + OTHER + "/datasets/d", "datasets/no", "runs/d", "", str(theirs)):
        with pytest.raises(UnknownName, match="is not among your things; open the list again"):
            delete(space, ONE, ["datasets/d", wrong])
        assert mine.is_dir() and theirs.is_dir()
    assert delete(space, ONE, ["datasets/d", "datasets/d"]) == 1
    assert not mine.exists() and theirs.is_dir()


def test_a_visitor_has_so_much_room_and_a_laptop_all_there_is(space: Settings, settings: Settings) -> None:
    check_room(space, ONE)
    put(space, ONE, "datasets", "d", 900_000)
    check_room(space, ONE)
    with pytest.raises(BadSetting, match="would take 2 MB and a visitor may have 1 MB; delete some of them below"):
        check_room(space, ONE, 1_200_000)
    put(space, ONE, "scores", "s", 200_000)
    with pytest.raises(BadSetting, match="a visitor may have 1 MB"):
        check_room(space, ONE)
    check_room(space, OTHER)
    check_room(settings, LOCAL, 10**15)


def test_what_nobody_came_back_to_goes(space: Settings) -> None:
    for visitor in (ONE, OTHER):
        put(space, visitor, "datasets", "d")
        aged(space, visitor, 4)
    (space.home / "cache").mkdir()
    (space.home / ("c" * 31)).mkdir()
    for folder in ("cache", "c" * 31):
        os.utime(space.home / folder, (0, 0))
    come(space, OTHER)
    assert clear_away(space) == 1
    assert sorted(path.name for path in space.home.iterdir()) == [OTHER, "cache", "c" * 31]
    assert clear_away(space, time.time() + 4 * DAY) == 1 and not space.visitor_home(OTHER).exists()


def test_a_run_that_goes_on_keeps_its_visitor(space: Settings) -> None:
    run = put(space, ONE, "runs", "r")
    aged(space, ONE, 10)
    (run / "state.json").write_text("{}")
    assert clear_away(space) == 0


def test_coming_makes_no_folder(space: Settings) -> None:
    come(space, ONE)
    assert not space.visitor_home(ONE).exists()


def test_nothing_of_a_laptop_ever_goes(settings: Settings) -> None:
    put(settings, ONE, "datasets", "d")
    aged(settings, ONE, 400)
    assert clear_away(settings) == 0 and things(settings, ONE)


def test_limits_are_settings_and_hold_on_a_public_page_alone() -> None:
    told = {"PLAYGROUND_VISITOR_ROWS": "50", "PLAYGROUND_VISITOR_DAYS": "2"}
    space = read_settings({"SPACE_ID": "a/b", **told})
    assert space.limits == Limits(rows=50, days=2)
    assert read_settings(told).limits is None
    with pytest.raises(BadSetting, match="PLAYGROUND_VISITOR_MINUTES is '0'; it must be a whole number"):
        read_settings({"PLAYGROUND_VISITOR_MINUTES": "0"})
