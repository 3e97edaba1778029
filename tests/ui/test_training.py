"""Training from the browser's form: what is refused before a run, and how a run is shown in each of its states."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.errors import BadRecipe, NameTaken, TrainingFailed, UnknownName, UserError
from playground.events import (
    AdapterSaved,
    EpochDone,
    RowsAnswered,
    StepDone,
    TrainEvent,
    TrainFailed,
    TrainStarted,
    event_json,
)
from playground.train.job import Job
from playground.train.order import TrainOrder
from playground.train.prepare import shaped_recipe
from playground.train.recipe import Recipe
from playground.ui import training
from playground.ui.curve import Run, run_after
from playground.ui.frame import Frame
from playground.ui.making import Form as TwinsForm
from playground.ui.making import made
from playground.ui.session import Session
from playground.ui.training import KNOBS, PRESETS, Form, Weighed

MakeFrame = Callable[..., Frame]
DEFAULT = tuple(getattr(Recipe(), name) for name in KNOBS)


def knobs(**changes: object) -> tuple[object, ...]:
    return tuple(changes.get(name, value) for name, value in zip(KNOBS, DEFAULT, strict=True))


def test_the_form_gives_the_default_recipe(make_frame: MakeFrame) -> None:
    assert Form("x", "", DEFAULT).recipe(make_frame().settings) == Recipe()
    for limits in PRESETS.values():
        Form("x", "", knobs(**limits)).recipe(make_frame(public=True).settings)


@pytest.mark.parametrize(
    "changes",
    [
        {"rank": 0},
        {"rank": None},
        {"rank": 1.5},
        {"epochs": 0},
        {"learning_rate": 5},
        {"batch": 10**6},
        {"targets": " "},
    ],
)
def test_a_setting_out_of_range_is_refused(make_frame: MakeFrame, changes: dict[str, object]) -> None:
    with pytest.raises(BadRecipe):
        Form("x", "", knobs(**changes)).recipe(make_frame().settings)


@pytest.mark.parametrize("minutes", [0, 61])
def test_on_the_web_a_run_has_an_end(make_frame: MakeFrame, minutes: float) -> None:
    form = Form("x", "", knobs(minutes=minutes))
    assert form.recipe(make_frame().settings).minutes == minutes
    with pytest.raises(BadRecipe):
        form.recipe(make_frame(public=True).settings)


@pytest.mark.parametrize("dataset", [None, "", "no-such", "../../etc", "a/b"])
def test_a_dataset_that_is_not_there_is_refused(make_frame: MakeFrame, session: Session, dataset: str | None) -> None:
    with pytest.raises(UnknownName):
        training.order_of(make_frame(), session, Form(dataset, "", DEFAULT))


@pytest.mark.parametrize("name", ["../x", "Ä", "UPPER", "a b", "x" * 42])
def test_a_name_that_cannot_be_is_refused(make_frame: MakeFrame, session: Session, tiny: BaseRef, name: str) -> None:
    frame = make_frame(base=tiny.path_or_hub_id)
    list(made(frame, session, TwinsForm(rows=5), threading.Event()))
    with pytest.raises((UserError, NameTaken)):
        training.order_of(frame, session, Form(session.dataset, name, DEFAULT))


def test_the_card_is_worked_out_before_the_run(make_frame: MakeFrame, session: Session, tiny: BaseRef) -> None:
    frame, held = make_frame(base=tiny.path_or_hub_id), Weighed()
    list(made(frame, session, TwinsForm(rows=16), threading.Event()))
    form = Form(session.dataset, "", knobs(epochs=2, batch=8))
    card = list(training.weighed(frame, session, form, held))[-1]
    assert held.plan is not None and held.plan.steps == 4
    assert "learned" in card and "<|im_start|>" not in card and "&lt;|im_start|&gt;" in card
    assert (
        session.dataset in card and "16 rows to learn from" in card and "numbers, which stay as they are; CPU" in card
    )
    assert f"<b>{held.plan.learning_rate:g}</b>" in card
    bad = list(training.weighed(frame, session, Form(session.dataset, "", knobs(rank=0)), held))[-1]
    assert "rank is 0" in bad and held.plan is None


def test_a_run_may_go_on_from_an_adapter_there_is(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    list(made(frame, session, TwinsForm(rows=5), threading.Event()))
    assert [name for _, name in training.earlier_choices(frame, session)][:2] == ["", "address"]
    order = training.order_of(frame, session, Form(session.dataset, "", knobs(rank=2), "address"))
    assert order.continue_from == frame.settings.house / "adapters" / "address"
    assert shaped_recipe(order).rank == 16 and order.recipe.rank == 2
    with pytest.raises(UnknownName):
        training.order_of(frame, session, Form(session.dataset, "", DEFAULT, "../address"))


def write_run(frame: Frame, session: Session, name: str, events: list[TrainEvent]) -> Path:
    """A run as its process leaves it on disk."""
    folder = frame.settings.visitor_home(session.visitor) / "runs" / name
    folder.mkdir(parents=True)
    order = TrainOrder(folder, "tiny", "tiny", Recipe(), "mine", folder / "out")
    (folder / "order.json").write_text(json.dumps(order.as_json()), encoding="utf-8")
    lines = "".join(json.dumps(event_json(event)) + "\n" for event in events)
    (folder / "events.jsonl").write_text(lines, encoding="utf-8")
    return folder


BEGUN: list[TrainEvent] = [
    TrainStarted(100, 2, 400, 10, 100, 5000, ("unseen_values",)),
    *[StepDone(step, 1 / step, 1e-3, 500, step / 2) for step in range(1, 51)],
    EpochDone(1, 50, 0.1, {"unseen_values": 0.2}),
]


def test_a_run_that_rehearses_says_how_far_it_is(make_frame: MakeFrame, session: Session) -> None:
    told = [BEGUN[0], RowsAnswered(96, 395)]
    folder = write_run(make_frame(), session, "20260101-000000-aaaaaa", told)
    run = run_after(Run(), told)
    html = training._status(Job(folder.name, folder), "running", run, "mine", "en")
    assert "96 of 395" in html


@pytest.mark.parametrize(
    ("last", "state", "words"),
    [
        (AdapterSaved("mine", 50, "done", 25.0), "done", "mine is trained"),
        (AdapterSaved("mine", 50, "stopped", 25.0), "stopped", "learned in 50 steps"),
        (TrainFailed("the loss is nan at step 51; train again"), "failed", "the loss is nan at step 51"),
        (None, "lost", "no longer alive"),
    ],
)
def test_how_a_run_ended_is_said(
    make_frame: MakeFrame, session: Session, last: TrainEvent | None, state: str, words: str
) -> None:
    frame = make_frame()
    write_run(frame, session, "20260101-000000-aaaaaa", [*BEGUN, *([last] if last else [])])
    now = training.standing(frame, session)
    assert now.state == state == session.run_state and words in now.status
    assert "<svg" in now.chart and session.adapter == "mine" and now.adapter is None
    assert training.run_choices(frame, session)[0][1] == session.run


def test_a_reload_finds_the_newest_run(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    assert training.standing(frame, session).state == ""
    write_run(frame, session, "20260101-000000-aaaaaa", BEGUN)
    fresh = Session(visitor=session.visitor, lang="zh")
    assert training.standing(frame, fresh).state == "lost"
    assert fresh.run == "20260101-000000-aaaaaa"


def test_another_visitor_s_run_is_not_found(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame(public=True)
    mine, other = replace(session, visitor="a" * 32), replace(session, visitor="b" * 32)
    write_run(frame, mine, "20260101-000000-aaaaaa", BEGUN)
    other.run = "20260101-000000-aaaaaa"
    assert training.watched(frame, other) is None and other.run == ""


def test_a_run_in_line_says_how_many_are_before_it(make_frame: MakeFrame, session: Session) -> None:
    from playground.train.job import order_slices
    from playground.train.line import held

    frame = make_frame(public=True)
    other, mine = replace(session, visitor="b" * 32), replace(session, visitor="a" * 32)
    order = TrainOrder(Path("d"), "starter", "x", Recipe(), "mine", frame.settings.home / "x")
    jobs = [order_slices(order, training.new_run(frame.settings, one.visitor)) for one in (other, mine)]
    for job in jobs:
        (job.folder / "sliced").unlink()
    with held(jobs[0].folder), held(jobs[1].folder):
        told = training.standing(frame, mine)
        assert told.state == "running" and "waits in line" in told.status and "1 ahead of it" in told.status
        assert "waits in line" not in training.standing(frame, other).status
        why = training.busy(frame.settings, mine)
        assert why is not None and "still training" in why
        assert training.busy(frame.settings, replace(session, visitor="c" * 32)) is None


def test_on_a_borrowed_gpu_a_run_goes_in_the_visitor_s_own_event_and_can_be_paused(
    make_frame: MakeFrame, session: Session, tiny: BaseRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = make_frame(real=True, public=True, zero_gpu=True, threads=1)
    visitor = replace(session, visitor="a" * 32, base=tiny.path_or_hub_id)
    list(made(frame, visitor, TwinsForm(rows=12), threading.Event()))
    form = Form(
        visitor.dataset, "mine", knobs(epochs=1, rank=2, rehearse=0) if "rehearse" in KNOBS else knobs(epochs=1)
    )
    lend, lent = training.trained, []

    def once(order: TrainOrder, kept: Path) -> object:
        lent.append(order)
        if len(lent) == 2:
            raise RuntimeError("no minutes left")
        yield from lend(order, kept)

    monkeypatch.setattr("playground.zero.SLICE", 0.0)
    monkeypatch.setattr(training, "trained", once)
    try:
        training.start(frame, visitor, form)
        with pytest.raises(TrainingFailed, match=r"no GPU was lent \(no minutes left\); try again later"):
            list(training.slices(frame, visitor))
        told = training.standing(frame, visitor)
        assert told.state == "paused" and "mine is paused at step 1" in told.status
        assert training.goes_on(frame, visitor, form) and training.goes_on(frame, visitor, replace(form, name=""))
        # Something else that is picked is something else.
        assert not training.goes_on(frame, visitor, replace(form, name="other"))
        assert not training.goes_on(frame, replace(visitor, base=""), form)
        list(training.slices(frame, visitor))
        told = training.standing(frame, visitor)
        assert told.state == "done" and told.adapter is not None and len(lent) == 3
        # With nothing paused there is nothing to go on with.
        assert list(training.slices(frame, visitor)) == []
    finally:
        frame.catalogue.close()
