"""The line: one run at a time over all visitors, the earliest first, and nobody dead stands in it."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.events import AdapterSaved, StepDone, TrainFailed
from playground.settings import LOCAL, Settings
from playground.train import line
from playground.train.job import Job, new_run, start_job
from playground.train.line import ahead, held, is_alive, waits_its_turn
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from tests.tiny import tiny_dataset
from tests.train.test_job import until

ONE, OTHER = "a" * 32, "b" * 32


def ordered(settings: Settings, visitor: str, name: str) -> Path:
    """The folder of a run that was asked for just now."""
    folder = settings.visitor_home(visitor) / "runs" / name
    folder.mkdir(parents=True)
    (folder / "order.json").write_text("{}")
    time.sleep(0.01)
    return folder


def test_the_living_who_came_before_are_counted(settings: Settings) -> None:
    first, second, third = ordered(settings, ONE, "1"), ordered(settings, OTHER, "0"), ordered(settings, ONE, "2")
    assert [ahead(one) for one in (first, second, third)] == [0, 0, 0]
    with held(first), held(second), held(third):
        assert [ahead(one) for one in (first, second, third)] == [0, 1, 2]
    with held(second):
        assert ahead(third) == 1 and ahead(first) == 0
    assert ahead(third) == 0


def test_a_run_outside_a_work_folder_waits_for_nobody(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "run").mkdir()
    assert ahead(tmp_path / "run") == 0


def test_a_lock_that_is_not_handed_on_ends_with_its_block_whatever_was_forked(settings: Settings) -> None:
    import os
    import signal

    run = ordered(settings, ONE, "1")
    with held(run, handed_on=False):
        child = os.fork()
        if not child:  # a lender's process, which lives on and has inherited the file
            signal.pause()
            os._exit(0)
        assert is_alive(run)
    try:
        assert not is_alive(run) and ahead(ordered(settings, OTHER, "2")) == 0
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_waiting_ends_when_told_to_stop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PAUSE", 0.01)
    first, second = ordered(settings, ONE, "1"), ordered(settings, OTHER, "2")
    asked = iter((False, False, True))
    with held(first):
        assert not waits_its_turn(second, lambda: next(asked))
    assert waits_its_turn(second, lambda: False)


def test_two_visitors_train_one_after_the_other(tiny: BaseRef, tmp_path: Path, settings: Settings) -> None:
    data = tiny_dataset(tmp_path / "data", rows=8).path
    recipe = Recipe(rank=2, epochs=1000, steps=0, batch=4, rehearse=0)
    order = TrainOrder(data, tiny.id, tiny.path_or_hub_id, recipe, "one", tmp_path / "one", threads=1)
    first = start_job(order, new_run(settings, ONE))
    other = dataclasses.replace(order, name="two", out=tmp_path / "two", recipe=dataclasses.replace(recipe, epochs=1))
    second = start_job(other, new_run(settings, OTHER))
    third = start_job(dataclasses.replace(other, name="three", out=tmp_path / "three"), new_run(settings, LOCAL))
    try:
        until(lambda: any(isinstance(event, StepDone) for event in first.events()))
        assert (first.state(), second.state(), third.state()) == ("running", "running", "running")
        assert [ahead(job.folder) for job in (first, second, third)] == [0, 1, 2] and second.events() == []
        third.stop()
        until(lambda: third.state() == "failed")
        assert third.events() == [TrainFailed("the run was stopped while it waited in line; start it again")]
        first.stop()
        until(lambda: second.state() == "done")
        assert isinstance(second.events()[-1], AdapterSaved) and not (tmp_path / "three").exists()
        assert first.state() == "stopped"
    finally:
        for job in (first, second, third):
            job.stop()
            until(lambda job=job: _over(job))


def _over(job: Job) -> bool:
    return job.state() != "running"
