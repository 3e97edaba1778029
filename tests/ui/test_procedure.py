"""A procedure on the Twins tab: read, shown path by path, made into rows within bounds, and told in both languages."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from playground.datasets import dataset_names, find_dataset
from playground.errors import BadSetting, BadTemplate, PlaygroundError, UnknownName
from playground.settings import Limits
from playground.ui import procedure
from playground.ui.frame import Frame
from playground.ui.making import Stopped
from playground.ui.procedure import LONGEST, Making, Procedure
from playground.ui.procedure_told import coverage_html, told_html
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]
SOP = "Returns\n1. Ask the customer for the order number.\n2. Look up the order.\n3. If not found, apologise.\nstray"


def read(frame: Frame, text: str, held: Procedure | None = None) -> tuple[Procedure, str]:
    held = held or Procedure()
    return held, procedure.read(held, text, frame.settings, "local")


def test_numbered_steps_become_a_flow_and_what_was_not_read_is_told(make_frame: MakeFrame) -> None:
    held, text = read(make_frame(), SOP)
    assert "[[node]]" in text and held.flow is not None and held.sop == SOP
    assert "Line 5" in told_html(held, "en") and "第 5 行" in told_html(held, "zh")
    again, _ = read(make_frame(), text + "\n", held)
    assert again.sop == SOP and again.unread == () and again.flow is not None


@pytest.mark.parametrize("text", ["", " \n\t", "x" * (LONGEST + 1)])
def test_no_text_and_too_much_are_refused(make_frame: MakeFrame, text: str) -> None:
    held, _ = read(make_frame(), SOP)
    with pytest.raises(BadTemplate):
        read(make_frame(), text, held)
    assert held.flow is not None


@pytest.mark.parametrize(
    "text",
    [
        "hello there",
        "[[node]]\nid = 7",
        "{" * 9000,
        "[[node]]" * 9000,
        '{"node": NaN}',
        "[slots]\n" + "[" * 20000,
        "\ud800",
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_can_be_made(make_frame: MakeFrame, text: str) -> None:
    held, kept = read(make_frame(), text)
    assert kept == text and held.flow is None and procedure.choices(held) == []
    for lang in ("en", "zh"):
        assert 'role="alert"' in told_html(held, lang) or "amber" in told_html(held, lang)
        assert procedure.preview_html(held, Making(), lang) == ""
    with pytest.raises(BadSetting):
        list(procedure.made(make_frame(), Session(visitor="local"), held, text, Making(), threading.Event()))


def test_a_flow_may_not_take_the_name_of_a_task(make_frame: MakeFrame) -> None:
    frame = make_frame()
    text = procedure.shipped(frame.settings, "en").replace('"after-sales-en"', '"address"', 1)
    held, _ = read(frame, text)
    assert held.flow is None and "address" in held.faults[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_path_has_an_example(make_frame: MakeFrame, lang: str) -> None:
    frame = make_frame()
    held, _ = read(frame, procedure.shipped(frame.settings, lang))
    choices = procedure.choices(held)
    assert held.paths is not None and len(choices) == len(held.paths.paths) > 20
    first = procedure.preview_html(held, Making(), lang)
    procedure.pick(held, choices[-1][1])
    last = procedure.preview_html(held, Making(form="tools"), lang)
    assert first != last and "step thought" in first and "step action" in first and "findings" not in first
    own = procedure.preview_html(held, Making(markers="A, B, C，D、E"), "en")
    assert "step thought" in own
    with pytest.raises(UnknownName):
        procedure.pick(held, "x" * 10_000)


@pytest.mark.parametrize(
    "how",
    [
        *(Making(form=form) for form in ("", "<script>")),
        *(Making(markers=marks) for marks in ("a, b", "a,a,a,a,a", ",,,,", "x" * 100_000)),
        *(Making(broken=share) for share in (None, -1, 101, float("nan"))),
        Making(broken=60, refused=60),
        *(Making(rows=rows) for rows in (None, 0, 1.5, 10**9, float("nan"))),
        *(Making(seed=seed) for seed in (None, -1, 2**40)),
    ],
)
def test_settings_out_of_range_are_refused(make_frame: MakeFrame, session: Session, how: Making) -> None:
    frame = make_frame()
    held, text = read(frame, SOP)
    with pytest.raises(PlaygroundError):
        list(procedure.made(frame, session, held, text, how, threading.Event()))
    assert dataset_names(frame.settings, session.visitor) == [] and session.dataset == ""


def test_rows_are_made_and_what_they_cover_is_counted(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    held, text = read(frame, procedure.shipped(frame.settings, "zh"))
    shown = list(procedure.made(frame, session, held, text, Making(rows=30), threading.Event()))
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    assert session.dataset.startswith("react-") and dataset.counts["train"] == session.rows == 30
    assert shown[-1] == "" and any("progressbar" in line for line in shown)
    assert held.covered is not None and held.covered.rows == 30 and held.dataset == session.dataset
    for lang in ("en", "zh"):
        assert session.dataset in coverage_html(held, lang) and "30" in coverage_html(held, lang)


def test_a_text_changed_after_its_reading_is_not_made(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    held, text = read(frame, SOP)
    with pytest.raises(BadSetting):
        list(procedure.made(frame, session, held, text + "x", Making(rows=5), threading.Event()))
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(procedure.made(frame, session, held, text, Making(rows=5), stop))
    assert dataset_names(frame.settings, session.visitor) == [] and held.covered is None


def test_the_limits_of_a_public_page_hold(make_frame: MakeFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Session(visitor="a" * 32, lang="en")
    for limits, how in ((Limits(rows=10), Making(rows=11)), (Limits(megabytes=1), Making(rows=5000))):
        frame = make_frame(public=True, visitor_limits=limits)
        held, text = read(frame, SOP)
        with pytest.raises(BadSetting):
            list(procedure.made(frame, visitor, held, text, how, threading.Event()))
    monkeypatch.setattr(procedure, "LONGEST_ROW", 100)
    held, text = read(make_frame(), SOP)
    with pytest.raises(BadSetting, match="bytes"):
        list(procedure.made(make_frame(), visitor, held, text, Making(rows=5), threading.Event()))
