"""The fold of quality: measured with progress and a stop, said in two languages, gone with its dataset, rows opened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.datasets import write_dataset
from playground.errors import BadSample, BadSetting, UnknownName
from playground.records import json_line
from playground.samples import load_task
from playground.train.recipe import Recipe
from playground.twins.make import make_twins
from playground.twins.quality.report import Report
from playground.ui import quality
from playground.ui.frame import Frame
from playground.ui.kept_form import deleted
from playground.ui.making import Stopped
from playground.ui.quality import Measured, measured, named, picked_row, result_html
from playground.ui.quality_form import drawn
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]
NAME = "address-1a2b"
EVIL = "<script>alert(1)</script>"


def dataset(frame: Frame, session: Session, name: str = NAME) -> None:
    """A dataset of which one row is wrong, and one has an evil id."""
    twins = make_twins(load_task("address", frame.settings), 40, 7, frame.settings, group_rows=10)
    rows = list(twins.train)
    rows[3] = replace(rows[3], slots={**rows[3].slots, "姓名": "别人"})
    rows[5] = replace(rows[5], id=EVIL, slots={**rows[5].slots, "姓名": EVIL})
    home = frame.settings.visitor_home(session.visitor)
    write_dataset(home / "datasets" / name, rows, twins.groups, twins.card)
    session.dataset = name


def measure(frame: Frame, session: Session, held: Measured) -> Report:
    list(measured(frame, session, held, threading.Event()))
    assert held.report is not None
    return held.report


@pytest.fixture
def ready(make_frame: MakeFrame, session: Session, tiny: Any) -> tuple[Frame, Measured]:
    frame, held = make_frame(base=tiny.path_or_hub_id), Measured()
    dataset(frame, session)
    return frame, held


def test_a_dataset_is_measured_in_tokens_of_the_base(ready: tuple[Frame, Measured], session: Session) -> None:
    frame, held = ready
    shown = list(measured(frame, session, held, threading.Event()))
    assert (
        held.report is not None
        and held.report.lengths.unit == "tokens"
        and held.report.lengths.limit == Recipe().max_tokens
    )
    assert "progressbar" in shown[0] and "address-1a2b: 70 rows checked" in shown[-1]
    assert "the answer says 姓名" in result_html(frame, session, held) and EVIL not in result_html(frame, session, held)
    session.lang = "zh"
    assert "回答的 姓名" in result_html(frame, session, held)


def test_the_result_goes_with_its_dataset(ready: tuple[Frame, Measured], session: Session) -> None:
    frame, held = ready
    measure(frame, session, held)
    assert drawn(frame, session, held)[3]["visible"]
    dataset(frame, session, "address-3c4d")
    assert "will be here" in result_html(frame, session, held) and held.report is None
    measure(frame, session, held)
    deleted(frame, session, ["datasets/address-3c4d"])
    assert "will be here" in result_html(frame, session, held) and not drawn(frame, session, held)[3]["visible"]


def test_a_stop_ends_it_and_leaves_what_was_there(ready: tuple[Frame, Measured], session: Session) -> None:
    frame, held = ready
    before = measure(frame, session, held)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(measured(frame, session, held, stop))
    assert held.report is before


def test_without_a_dataset_it_is_said(make_frame: MakeFrame, session: Session) -> None:
    with pytest.raises(BadSetting, match="there is no dataset to measure yet"):
        list(measured(make_frame(), session, Measured(), threading.Event()))


def test_real_rows_stand_beside_and_bad_ones_are_named(
    ready: tuple[Frame, Measured], session: Session, tmp_path: Path
) -> None:
    frame, held = ready
    file = tmp_path / "real.jsonl"
    file.write_text(json_line({"message": "张三 139"}) * 3 + "{\n", encoding="utf-8")
    held.real = str(file)
    report = measure(frame, session, held)
    assert report.real is not None and report.real.real_rows == 3
    told = quality.outcome_html(held, "zh")
    assert "有 1 条读不了" in told and "real.jsonl 第 4 行：这一行不是 JSON（" in told
    file.write_text("", encoding="utf-8")
    with pytest.raises(BadSample, match="the file is empty"):
        measure(frame, session, held)
    assert held.report is report


def test_a_named_row_is_opened_whole_and_no_other(ready: tuple[Frame, Measured], session: Session) -> None:
    frame, held = ready
    choices = named(measure(frame, session, held), "en")
    values = [value for _, value in choices]
    assert "train/address-train-000004" in values and f"train/{EVIL}" in values
    group, row = picked_row(frame, session, held, f"train/{EVIL}")
    html = quality.row_html(load_task("address", frame.settings), row, group, "en")
    assert EVIL not in html and "&lt;script&gt;" in html and "<dt>详细地址</dt>" in html
    assert held.picked == f"train/{EVIL}" and "&lt;script&gt;" in drawn(frame, session, held)[4]
    for other in ("train/address-train-000001", "../x", "", "train/" + "x" * 10_000):
        with pytest.raises(UnknownName, match="measure again"):
            picked_row(frame, session, held, other)
