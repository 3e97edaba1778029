"""Every kind of field gives values that are like themselves, agree with each other and keep their sides apart."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from playground.errors import PlaygroundError
from playground.places import places
from playground.samples import Task, Template
from playground.samples.fields import KINDS, LANGUAGES, parse_field
from playground.twins.make import make_twins, preview
from playground.twins.own import OwnFields
from playground.twins.split import Side

SETTINGS: dict[str, dict[str, Any]] = {
    "choice": {"values": ["甲", "乙", "丙"], "weights": [8, 1, 1]},
    "pattern": {"pattern": "SO-\\d{6}"},
    "composed": {"text": "{{other}}!"},
    "faker": {"provider": "job"},
}


def task_with(fields: dict[str, Any], text: str = "", bot: str = "", **more: Any) -> Task:
    slots = tuple(fields)
    shown = text or "；".join(f"{slot}：{{{{{slot}}}}}" for slot in slots)
    answer = bot or "{" + ", ".join(f'"{slot}": {{{{{slot} | json}}}}' for slot in slots) + "}"
    human, right = Template("h", "zh", "k", shown), Template("b", "zh", "x", answer)
    task = Task("t", {}, {}, slots, "slots", {}, 0.0, (human,), (right,), (), (), Path())
    return replace(task, fields={slot: parse_field(one, slot) for slot, one in fields.items()}, **more)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_draws_values_and_keeps_some_back(kind: str, lang: str) -> None:
    table = {"kind": kind, **SETTINGS.get(kind, {})}
    task = task_with({"x": table, "other": {"kind": "integer", "high": 5000}})
    rng = Random(3)
    seen, unseen = (
        {one.draw(rng).gold["x"] for _ in range(60)}
        for one in (OwnFields(task, lang, Side(5, side)) for side in (False, True))
    )
    assert all(value.strip() == value and value for value in seen | unseen) and len(seen) > 1
    if kind not in ("choice", "province", "city", "weekday", "composed"):
        assert not seen & unseen


def test_places_of_one_row_are_one_place() -> None:
    own = OwnFields(
        task_with({one: {"kind": one} for one in ("province", "city", "county", "postcode", "landline")}),
        "zh",
        Side(1, False),
    )
    there = {(p.province, p.city, p.county, p.postcode): p.area_code for p in places()}
    for number in range(200):
        row = own.draw(Random(number)).gold
        code = there[row["province"], row["city"], row["county"], row["postcode"]]
        assert row["landline"].startswith(f"{code}-") and row["province"] != row["city"]


def test_a_day_may_be_written_in_one_way_and_answered_in_another() -> None:
    year = {"low": "2026-01-01", "high": "2026-12-31"}
    fields = {
        "d": {"kind": "date", "forms": ["%-m月%-d日"], "answer": "%Y-%m-%d", **year},
        "n": {"kind": "amount", "forms": ["¥{}"], "answer": "{}"},
    }
    for row in preview(task_with(fields), 50, 7):
        day = date.fromisoformat(row.slots["d"])
        assert (
            f"{day.month}月{day.day}日" in row.messages[0]["content"]
            and f"¥{row.slots['n']}" in row.messages[0]["content"]
        )


def test_composed_ones_and_their_parts_are_given_together() -> None:
    fields = {"a": {"kind": "name"}, "b": {"kind": "plate"}, "c": {"kind": "composed", "text": "{{a}}/{{b}}"}}
    for text in ("{{c}}", "{{a}} {{b}}"):
        for row in preview(task_with(fields, text), 5, 7):
            assert row.slots["c"] == f"{row.slots['a']}/{row.slots['b']}" and row.slots["a"]
    assert all(row.slots["c"] == "" for row in preview(task_with(fields, "{{a}}"), 5, 7))


def test_labels_and_earlier_turns() -> None:
    human = Template(
        "h", "zh", "k", "{{m}}到了吗", fixed={"意图": "催单"}, before=(("user", "在吗"), ("assistant", "{{d}}送到"))
    )
    task = replace(
        task_with({"m": {"kind": "order"}, "d": {"kind": "weekday"}}),
        human=(human,),
        slots=("意图", "m", "d"),
        derived=("意图",),
        bot=(Template("b", "zh", "x", '{"意图": {{意图|json}}, "m": {{m|json}}, "d": {{d|json}}}'),),
    )
    for row in preview(task, 5, 7):
        assert [m["role"] for m in row.messages] == ["user", "assistant", "user", "assistant"]
        assert row.slots["意图"] == "催单" and row.slots["d"] in row.messages[1]["content"] and row.slots["d"]


def test_names_with_dots_work_plain_and_through_the_sandbox() -> None:
    fields = {"地址.param.省": {"kind": "province"}, "名字.param.输出": {"kind": "name"}}
    for text in (
        "{{名字.param.输出 | trim}}住{{地址.param.省 | trim}}",
        "{{名字.param.输出 | upper}}住{{ 地址.param.省 }}",
    ):
        for row in preview(task_with(fields, text), 3, 7):
            assert row.messages[0]["content"] == f"{row.slots['名字.param.输出']}住{row.slots['地址.param.省']}"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "kind of field"),
        ({"kind": "choice"}, "values is missing"),
        ({"kind": "choice", "values": []}, "values is \\[\\]; it must be a list"),
        ({"kind": "choice", "values": ["a"], "weights": [1, 2]}, "weights are 2 and values 1"),
        ({"kind": "integer", "low": 5, "high": 1}, "low must be the smaller"),
        ({"kind": "integer", "low": float("nan")}, "low is nan"),
        ({"kind": "date", "low": "2026-13-01"}, "low is '2026-13-01'; it must be a day"),
        ({"kind": "name", "pattern": "x"}, "setting of name"),
        ({"kind": "pattern", "pattern": "a*"}, "is not understood at character 2"),
        ({"kind": "faker", "provider": "pyobject"}, "provider 'pyobject' is not known"),
        ({"kind": "faker", "provider": "job", "locale": "../x"}, "locale '../x' is not known"),
        ({"kind": "composed", "text": "{{y}}"}, "put in other slots"),
        ({"kind": "integer", "low": 1, "high": 1}, "too few values"),
        (7, "must be a table"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_work_is_named(table: Any, says: str) -> None:
    with pytest.raises(PlaygroundError, match=says):
        task = task_with({"x": table})
        preview(task, 1, 7)
        for rows in make_twins(task, 20, 7, None).groups.values():  # type: ignore[arg-type]
            list(rows or ())


def test_times_are_hours_of_the_day() -> None:
    for lang in LANGUAGES:
        own = OwnFields(task_with({"t": {"kind": "time"}}), lang, Side(1, False))
        for number in range(300):
            assert re.fullmatch(r"\d{1,2}(:\d\d( [AP]M)?|点(\d\d分)?| [AP]M)", own.draw(Random(number)).gold["t"])
