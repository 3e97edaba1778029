"""The leak meter finds what a held-out group may not share with training, and allows what it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from playground.records import Row
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.twins.quality.facts import Facts
from playground.twins.quality.leaks import LeakGroup
from playground.twins.quality.report import measure
from tests.twins.quality.made import FACTS, row

TRAIN = [row(n, template="a") for n in range(50)]


def leak(group: str, held: Sequence[Row], facts: Facts = FACTS) -> LeakGroup:
    (found,) = measure(facts, {"train": iter(TRAIN), group: iter(held)}).leaks
    assert found.verdict.text("en") and found.verdict.text("zh")
    return found


def shared(found: LeakGroup) -> dict[str, int]:
    return {one.slot or one.what: one.shared for one in found.shared}


def held(number: int, text: str | None = None, template: str = "b", city: str | None = None) -> Row:
    slots = {"city": city or f"Hamlet{number}", "day": "Monday"}
    return row(number, text or f"{slots['city']} it is, {slots['day']} then", slots, template=template, id=f"h{number}")


@pytest.mark.parametrize("group", ["unseen_values", "unseen_templates", "unseen_both", "test"])
def test_new_values_and_templates_leak_nowhere(group: str) -> None:
    found = leak(group, [held(n) for n in range(20)])
    assert found.level == "note" and found.verdict.key == "leak.note"
    assert shared(found) == {"message": 0, "near": 0, "template": 0, "city": 0, "day": 20}


@pytest.mark.parametrize(
    ("group", "level"),
    [("unseen_values", "note"), ("unseen_templates", "fault"), ("unseen_both", "fault"), ("test", "note")],
)
def test_a_shared_template(group: str, level: str) -> None:
    found = leak(group, [held(n, template="a") for n in range(5)])
    assert found.level == level and shared(found)["template"] == 5


@pytest.mark.parametrize(
    ("group", "level"),
    [("unseen_values", "fault"), ("unseen_templates", "note"), ("unseen_both", "fault"), ("test", "note")],
)
def test_a_shared_value(group: str, level: str) -> None:
    found = leak(group, [held(n, city="town7" if n == 3 else None) for n in range(20)])
    # By its letters alone: "town7" is not "Town7".
    assert shared(found)["city"] == 0
    found = leak(group, [held(n, city=" Town 7" if n == 3 else None) for n in range(20)])
    assert found.level == level and shared(found)["city"] == 1
    assert [e.id for one in found.shared if one.slot == "city" for e in one.examples] == ["h3"]


@pytest.mark.parametrize("group", ["unseen_values", "unseen_templates", "unseen_both", "test"])
def test_a_shared_message_is_a_leak_everywhere(group: str) -> None:
    found = leak(group, [replace(TRAIN[3], id="h", template="b")])
    assert found.level == "fault" and shared(found)["message"] == 1


def test_near_messages_are_a_warning_where_they_are_many() -> None:
    text = "to Town{} on Monday please and thank you very much indeed for all of it"
    train = [row(n, text.format(n), template="a") for n in range(5)]
    near = [held(n, text.format(n) + "!x", city=f"Town{n}") for n in range(5)]
    far = [held(n) for n in range(5, 200)]

    def level(rows: list[Row]) -> tuple[str, str]:
        (found,) = measure(FACTS, {"train": train, "unseen_templates": rows}).leaks
        return found.level, found.verdict.key

    assert level(near) == ("warning", "leak.warning")
    assert level(near + far) == ("note", "leak.few")


def test_where_nobody_said_what_is_kept_apart_open_slots_are_warned_of() -> None:
    facts = replace(FACTS, apart=None)
    found = leak("unseen_values", [held(n, city=f"Town{n}") for n in range(20)], facts)
    levels = {one.slot: one.level for one in found.shared if one.slot}
    assert levels == {"city": "warning", "day": "note"}


def test_without_training_rows_there_is_nothing_to_leak() -> None:
    assert measure(FACTS, {"unseen_values": [held(1)]}).leaks == ()


@pytest.mark.parametrize("name", ["address", "identity"])
def test_the_split_of_the_house_does_not_leak(name: str, settings: Settings) -> None:
    task = load_task(name, settings)
    twins = make_twins(task, 400, 11, settings, group_rows=60)
    groups = {"train": twins.train, **{group: rows for group, rows in twins.groups.items() if rows is not None}}
    report = measure(task, groups)
    assert report.leaks and all(one.level == "note" for one in report.leaks)
