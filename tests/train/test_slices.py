"""A run in slices: the same adapter as in one go, nothing lost when it is closed, stopped or refused."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.datasets import write_dataset
from playground.events import AdapterSaved, EpochDone, RowsAnswered, SliceDone, StepDone, TrainEvent, TrainStarted
from playground.settings import LOCAL, Settings
from playground.train.job import KEPT, Job, new_run, order_slices, run_slices
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from playground.train.slices import train_slice
from tests.tiny import tiny_rows
from tests.train.test_rehearsal import general_rows

RECIPE = Recipe(rank=4, epochs=2, batch=8, learning_rate=2e-2, dropout=0.1)


@pytest.fixture
def order(tiny: BaseRef, tmp_path: Path) -> TrainOrder:
    """24 rows and 6 general ones, four steps an epoch, two epochs."""
    rows = [*tiny_rows(24), *general_rows(6)]
    groups = {"unseen_values": tiny_rows(6, 500)}
    data = write_dataset(tmp_path / "data", rows, groups, {"task": "tiny", "seed": 0, "slots": ["姓名", "电话"]}).path
    return TrainOrder(data, tiny.id, tiny.path_or_hub_id, RECIPE, "mine", tmp_path / "whole", precision="float32")


def weights(folder: Path) -> bytes:
    return (folder / "adapter_model.safetensors").read_bytes()


def in_slices(order: TrainOrder, kept: Path) -> list[TrainEvent]:
    """All events of a run whose call is closed after every step; each slice has all the time there is."""
    events: list[TrainEvent] = []
    while not events or not isinstance(events[-1], AdapterSaved):
        running = train_slice(order, kept, 1000.0)
        for event in running:
            events.append(event)
            if isinstance(event, StepDone) and event.step % 4:  # at the end of an epoch its losses come next
                break
        running.close()
    return events


def test_slices_leave_what_one_go_leaves(order: TrainOrder, tmp_path: Path) -> None:
    whole = list(train(order))
    sliced = dataclasses.replace(order, out=tmp_path / "sliced")
    events = in_slices(sliced, tmp_path / KEPT)
    steps = [[(e.step, e.loss, e.learning_rate) for e in some if isinstance(e, StepDone)] for some in (whole, events)]
    assert steps[0] == steps[1] and len(steps[0]) == 8
    assert weights(order.out) == weights(sliced.out)
    for kind in (TrainStarted, RowsAnswered, EpochDone):
        counts = [sum(isinstance(e, kind) for e in some) for some in (whole, events)]
        assert counts[0] == counts[1], kind
    assert not (tmp_path / KEPT).exists() and isinstance(events[-1], AdapterSaved) and events[-1].reason == "done"
    assert (sliced.out / "epochs" / "1" / "card.json").is_file()
    # What comes back from a borrowed GPU goes through pickle.
    assert pickle.loads(pickle.dumps(events)) == events and pickle.loads(pickle.dumps(sliced)) == sliced


def test_each_slice_ends_with_its_time_and_takes_at_least_a_step(order: TrainOrder, tmp_path: Path) -> None:
    quick = dataclasses.replace(order, recipe=dataclasses.replace(RECIPE, rehearse=0))
    events: list[TrainEvent] = []
    while not events or isinstance(events[-1], SliceDone):
        events += train_slice(quick, tmp_path / KEPT, 0.0)
    assert [e.step for e in events if isinstance(e, SliceDone)] == list(range(1, 8))
    assert [e.step for e in events if isinstance(e, StepDone)] == list(range(1, 9))


def test_a_slice_that_is_closed_keeps_what_it_reached(order: TrainOrder, tmp_path: Path) -> None:
    kept = tmp_path / KEPT
    running = train_slice(order, kept, 1000.0)
    while not (isinstance(event := next(running), StepDone) and event.step == 3):
        pass
    running.close()
    rest = [event.step for event in train_slice(order, kept, 1000.0) if isinstance(event, StepDone)]
    assert rest == [4, 5, 6, 7, 8]
    whole = dataclasses.replace(order, out=tmp_path / "again")
    list(train(whole))
    assert weights(order.out) == weights(whole.out)


def test_a_refused_slice_leaves_the_run_paused_and_it_goes_on(order: TrainOrder, settings: Settings) -> None:
    job = order_slices(order, new_run(settings, LOCAL))
    assert job.state() == "paused"
    lent = 0

    def refusing(wanted: TrainOrder, kept: Path):
        nonlocal lent
        lent += 1
        if lent == 3:
            raise RuntimeError("no minutes left")
        yield from train_slice(wanted, kept, 0.0)

    states = set()
    with pytest.raises(RuntimeError, match="no minutes left"):
        for _ in run_slices(job, refusing):
            states.add(job.state())
    assert states == {"running"} and job.state() == "paused"
    found = Job(job.id, job.folder)  # as after a restart
    list(run_slices(found, lambda wanted, kept: train_slice(wanted, kept, 1000.0)))
    assert found.state() == "done" and [e.step for e in found.events() if isinstance(e, StepDone)] == list(range(1, 9))
    # A second page that pressed "go on" as well finds nothing left to do.
    assert not list(run_slices(found, refusing)) and lent == 3


def test_a_stop_keeps_an_adapter(order: TrainOrder, settings: Settings) -> None:
    job = order_slices(order, new_run(settings, LOCAL))

    def slices(wanted: TrainOrder, kept: Path):
        return train_slice(wanted, kept, 0.0, (job.folder / "stop").exists)

    for event in run_slices(job, slices):
        if isinstance(event, StepDone) and event.step == 2:
            job.stop()
    last = job.events()[-1]
    assert isinstance(last, AdapterSaved) and last.reason == "stopped" and job.state() == "stopped"
    assert (order.out / "card.json").is_file()


def test_a_call_that_is_taken_away_begins_again_after_the_rehearsal(order: TrainOrder, tmp_path: Path) -> None:
    kept = tmp_path / KEPT
    first = train_slice(order, kept, 1000.0)
    while not isinstance(next(first), StepDone):
        pass
    # As if the process were gone: nothing is told, so nothing more is kept than there is.
    assert kept.is_file()
    again = list(train_slice(order, kept, 1000.0))
    assert not any(isinstance(event, RowsAnswered) for event in again)
    assert [event.step for event in again if isinstance(event, StepDone)] == list(range(1, 9))
    first.close()


def test_a_run_whose_call_is_taken_away_after_an_epoch_goes_on_behind_it(order: TrainOrder, tmp_path: Path) -> None:
    first = train_slice(order, tmp_path / KEPT, 1000.0)
    while not isinstance(next(first), EpochDone):
        pass
    next(first)
    assert (order.out / "epochs" / "1").is_dir()
    rest = [event.step for event in train_slice(order, tmp_path / KEPT, 1000.0) if isinstance(event, StepDone)]
    assert rest == [5, 6, 7, 8]
    first.close()
