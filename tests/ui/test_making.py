"""Datasets made from the browser's form: whole or not at all, with a visitor's own wording, within bounds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.adapters.files import read_card
from playground.datasets import dataset_names, find_dataset, write_dataset
from playground.errors import BadSample, BadSetting, BadTemplate, UserError
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.ui.downloads import zipped
from playground.ui.frame import Frame
from playground.ui.making import SHIPPED_SEED, Form, Stopped, latest_dataset, made
from playground.ui.rows import bare, counts_html, sample_html, table_html, twins_html
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]


def test_a_dataset_is_made_and_known_to_the_session(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    shown = list(made(frame, session, Form(rows=40), threading.Event()))
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    assert dataset.counts["train"] == session.rows == 40 and len(dataset.groups) == 3
    assert shown[-1] == "" and any("progressbar" in line for line in shown[:-1])
    fresh = Session(visitor=session.visitor)
    again = latest_dataset(frame.settings, fresh)
    assert again is not None and (fresh.dataset, fresh.rows) == (session.dataset, 40)


def test_stopping_leaves_nothing(make_frame: MakeFrame, session: Session) -> None:
    frame, stop = make_frame(), threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(made(frame, session, Form(rows=40), stop))
    assert dataset_names(frame.settings, session.visitor) == [] and session.dataset == ""
    assert list((frame.settings.home / session.visitor).rglob("*.jsonl")) == []


def test_a_visitor_s_wording_joins_the_data(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    first = load_task("address", frame.settings).human[0]
    form = Form(template=first.id, text="请寄给{{姓名}}，手机{{电话}}，{{省}}{{市}}{{县}}{{详细地址}}", rows=200)
    list(made(frame, session, form, threading.Event()))
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    used = {row.template for group in ("train", *dataset.groups) for row in dataset.rows(group)}
    assert "yours" in used


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"rows": 0}, BadSetting),
        ({"rows": 10**9}, BadSetting),
        ({"rows": None}, BadSetting),
        ({"rows": 1.5}, BadSetting),
        ({"seed": -1}, BadSetting),
        ({"text": "{{没有的槽位}}"}, BadTemplate),
        ({"text": "{{姓名"}, BadTemplate),
        ({"text": "x" * 5000}, BadSetting),
        (
            {"text": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}{{姓名}}"},
            BadTemplate,
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(
    make_frame: MakeFrame, session: Session, changes: dict[str, object], error: type[UserError]
) -> None:
    frame = make_frame()
    first = load_task("address", frame.settings).human[0]
    with pytest.raises(error):
        list(made(frame, session, Form(template=first.id, **changes), threading.Event()))  # type: ignore[arg-type]
    assert dataset_names(frame.settings, session.visitor) == []


def test_identity_takes_name_and_maker(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    session.sample = "identity"
    list(made(frame, session, Form(name="Fern", author="Moss Works", rows=30), threading.Event()))
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    assert {row.slots["name"] for row in dataset.rows() if row.slots} == {"Fern"}
    with pytest.raises(BadSample):
        list(made(frame, session, Form(name="{{x}}", rows=30), threading.Event()))


@pytest.mark.parametrize("name", ["address", "identity"])
def test_what_is_called_fresh_was_held_out_of_the_shipped_adapter(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    """Chat and Score call rows of SHIPPED_SEED's held-out groups "never trained on"."""
    twins = make_twins(load_task(name, settings), 1000, SHIPPED_SEED, settings)
    dataset = write_dataset(tmp_path / name, twins.train, twins.groups, twins.card)
    assert read_card(settings.house / "adapters" / name).dataset_sha256 == dataset.rows_sha256


def test_rows_are_drawn_escaped_and_without_the_instruction(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    list(made(frame, session, Form(rows=20), threading.Event()))
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    task, rows = load_task("address", frame.settings), list(dataset.rows())
    html = table_html(task, rows, 20, "en") + twins_html(task, rows, "<b>") + sample_html(task, task.seeds[0], "zh")
    assert html.count("<mark") > 100 and "<h3><b></h3>" not in html
    instruction = next(iter(task.instruction.values()))
    assert instruction not in table_html(task, rows, 20, "en")
    asked = rows[0].messages[-2]["content"]
    assert bare(task, asked) + "\n" + instruction == asked and bare(task, "plain") == "plain"
    assert "20" in counts_html(dataset.counts, "en")


def test_a_folder_is_packed_once_and_again_when_it_changes(tmp_path: Path) -> None:
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    first = Path(zipped(folder, str(tmp_path)))
    stamp = first.stat().st_mtime_ns
    assert Path(zipped(folder, str(tmp_path))).stat().st_mtime_ns == stamp
    assert zipped(folder, "another visitor") != str(first)
