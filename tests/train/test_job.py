"""A run in a process of its own: watched through its folder, stopped, killed, found again."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.adapters.files import read_card
from playground.checkpoints.files import BaseRef
from playground.errors import BadSetting, UnknownName
from playground.events import AdapterSaved, StepDone, TrainFailed, event_json
from playground.records import json_line
from playground.settings import LOCAL, Settings
from playground.train.job import Job, find_job, jobs, new_run, run_job, start_job
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from tests.tiny import tiny_dataset

LONG = Recipe(rank=2, epochs=1000, steps=0, batch=4)
PATIENCE = 120.0
"""Seconds to wait for a process that imports torch on a busy machine."""


@pytest.fixture
def order(tiny: BaseRef, tmp_path: Path) -> TrainOrder:
    data = tiny_dataset(tmp_path / "data", rows=8).path
    recipe = Recipe(rank=2, epochs=2, batch=4)
    return TrainOrder(data, tiny.id, tiny.path_or_hub_id, recipe, "mine", tmp_path / "out", threads=1)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def steps(job: Job) -> int:
    return sum(isinstance(e, StepDone) for e in job.events())


def process_of(job: Job) -> int:
    return int(json.loads((job.folder / "state.json").read_text())["pid"])


def here(order: TrainOrder, folder: Path) -> Job:
    """A run ordered as start_job orders it, but carried out by this process when run_job is called."""
    folder.mkdir()
    (folder / "order.json").write_text(json_line(order.as_json()))
    return Job(folder.name, folder)


@pytest.mark.slow
def test_a_killed_run_is_lost_at_once_and_a_terminated_one_is_kept(order: TrainOrder, tmp_path: Path) -> None:
    recipe = dataclasses.replace(order, recipe=LONG)
    killed = start_job(recipe, tmp_path / "killed")
    ended = start_job(dataclasses.replace(recipe, name="other", out=tmp_path / "other"), tmp_path / "ended")
    assert killed.state() == ended.state() == "running"  # before they are up already
    until(lambda: steps(killed) > 4 and steps(ended) > 1)
    assert os.getsid(process_of(killed)) == process_of(killed)  # it outlives whoever started it
    os.kill(process_of(ended), signal.SIGTERM)
    os.kill(process_of(killed), signal.SIGKILL)
    until(lambda: ended.state() != "running" and killed.state() != "running")
    assert killed.state() == "lost" and [e.kind for e in killed.follow()][:3] == ["started", "step", "step"]
    assert read_card(tmp_path / "out" / "epochs" / "1").steps == 2  # epochs it had finished are whole
    assert ended.state() == "stopped" and read_card(tmp_path / "other").steps > 1


def test_a_run_goes_its_way_and_is_told_by_its_folder(order: TrainOrder, tmp_path: Path) -> None:
    job = here(order, tmp_path / "run")
    assert run_job(job.folder) == 0
    events = list(job.follow())
    assert [e.kind for e in events] == ["started", *["step", "step", "epoch"] * 2, "saved"]
    assert job.state() == "done" and job.events() == events and job.events(after=3) == events[3:]
    assert job.order() == order and read_card(order.out).steps == 4


def test_a_stop_ends_it_after_the_step_in_progress(order: TrainOrder, tmp_path: Path) -> None:
    job = here(dataclasses.replace(order, recipe=LONG), tmp_path / "run")
    watch = threading.Thread(target=lambda: (until(lambda: steps(job) > 1), job.stop()))
    watch.start()
    assert run_job(job.folder) == 0
    watch.join()
    saved = job.events()[-1]
    assert job.state() == "stopped" and isinstance(saved, AdapterSaved) and saved.step == steps(job)
    assert read_card(order.out).steps == saved.step


@pytest.mark.filterwarnings("ignore")
def test_bad_input_is_the_runs_last_word(order: TrainOrder, tmp_path: Path) -> None:
    job = here(dataclasses.replace(order, dataset=tmp_path / "nowhere"), tmp_path / "run")
    assert run_job(job.folder) == 1
    (last,) = job.follow()
    assert isinstance(last, TrainFailed) and "nowhere" in last.error
    assert job.state() == "failed" and not order.out.exists()


def test_a_half_written_line_waits_until_it_is_whole(tmp_path: Path) -> None:
    job = Job("run", tmp_path)
    assert job.events() == [] and job.state() == "lost"
    line = json_line(event_json(StepDone(1, 0.5, 0.1, 9, 1.0))).encode()
    log = tmp_path / "events.jsonl"
    log.write_bytes(line + line[:20])
    assert job.events() == [StepDone(1, 0.5, 0.1, 9, 1.0)] and job.events(after=1) == []
    log.write_bytes(line * 2)
    assert len(job.events(after=1)) == 1


def test_runs_are_found_again_newest_first(order: TrainOrder, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "work")
    assert jobs(settings, LOCAL) == []
    made = []
    for number in range(3):
        folder = new_run(settings, LOCAL)
        folder.mkdir(parents=True)
        (folder / "order.json").write_text(json_line(order.as_json()))
        os.utime(folder / "order.json", (number, number))
        made.append(folder)
    assert [job.folder for job in jobs(settings, LOCAL)] == made[::-1]
    assert find_job(settings, LOCAL, made[1].name).order() == order
    assert jobs(settings, "a" * 32) == []
    with pytest.raises(UnknownName, match="'nope' is not known"):
        find_job(settings, LOCAL, "nope")


def test_a_folder_that_cannot_be_used_is_named(order: TrainOrder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="file/run cannot be used"):
        start_job(order, tmp_path / "file" / "run")


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="run x has no readable order"):
        Job("x", tmp_path).order()


def test_keys_do_not_go_along(order: TrainOrder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.train import job as module

    monkeypatch.setenv("PLAYGROUND_API_KEY", "sk-test-SECRET")
    monkeypatch.setenv("PLAYGROUND_SECRET", "sk-test-SECRET")
    assert "sk-test-SECRET" not in module._environment().values() and "PATH" in module._environment()


def test_waiting_threads_give_way_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.train import job as module

    assert module._environment()["GOMP_SPINCOUNT"] == module.SPINS
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    assert module._environment()["GOMP_SPINCOUNT"] == "7"
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    assert "GOMP_SPINCOUNT" not in module._environment()
