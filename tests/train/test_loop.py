"""The training loop on a tiny real model: what it tells, what it leaves, and that stopping keeps it."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from playground.adapters.files import check_adapter, read_card
from playground.checkpoints.files import BaseRef, fingerprint, open_model, open_tokenizer
from playground.datasets import write_dataset
from playground.errors import BadAdapter, BadDataset, BadRecipe, BadSample, BadSetting, NameTaken, TrainingFailed
from playground.events import AdapterSaved, EpochDone, StepDone, TrainEvent, TrainStarted
from playground.records import Row
from playground.train.batches import collate, draw_batches, encode_rows
from playground.train.learner import add_adapter
from playground.train.loop import learning_rate, make_optimizer, take_step, train
from playground.train.order import TrainOrder, order_from_json
from playground.train.prepare import prepare
from playground.train.recipe import Recipe
from tests.tiny import make_tiny, tiny_dataset, tiny_rows

QUICK = Recipe(rank=4, epochs=2, batch=8, learning_rate=2e-2)
FILES = ["adapter_config.json", "adapter_model.safetensors", "card.json"]


@pytest.fixture(autouse=True)
def no_look_at_forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    """test_rehearsal.py looks at it; here it would only take time, and ask `stop` before the first step."""
    monkeypatch.setattr("playground.train.prepare.ordinary_requests", lambda *_: [])


@pytest.fixture
def order(tiny: BaseRef, tmp_path: Path) -> TrainOrder:
    """24 rows, 3 steps an epoch, 2 epochs."""
    data = tiny_dataset(tmp_path / "data", rows=24).path
    return TrainOrder(data, tiny.id, tiny.path_or_hub_id, QUICK, "mine", tmp_path / "out", precision="float32")


def changed(order: TrainOrder, **recipe: Any) -> TrainOrder:
    return dataclasses.replace(order, recipe=dataclasses.replace(order.recipe, **recipe))


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def weights(folder: Path) -> bytes:
    return (folder / "adapter_model.safetensors").read_bytes()


def after_steps(count: int) -> Any:
    """A `stop` that says true once it was asked for the `count`-th time after a step."""
    asked = iter(range(10_000))
    return lambda: next(asked) >= count


# ---- what a run tells and leaves ------------------------------------------------------------------


def test_a_run_tells_each_step_and_epoch_and_leaves_exactly_these_files(order: TrainOrder) -> None:
    events = list(train(order))
    assert [e.kind for e in events] == ["started", *["step"] * 3, "epoch", *["step"] * 3, "epoch", "saved"]
    assert files(order.out) == sorted([*FILES, *(f"epochs/{n}/{f}" for n in (1, 2) for f in FILES)])
    assert [p.name for p in order.out.parent.iterdir() if p.name.startswith(".")] == []
    started, saved = events[0], events[-1]
    assert isinstance(started, TrainStarted) and isinstance(saved, AdapterSaved)
    assert (started.steps, started.epochs, started.rows) == (6, 2, 24)
    assert started.groups == ("unseen_values", "unseen_both")
    assert (saved.reason, saved.step, saved.name) == ("done", 6, "mine")


def test_the_losses_fall_and_the_last_step_is_kept(order: TrainOrder) -> None:
    events = list(train(changed(order, epochs=4)))
    epochs = [e for e in events if isinstance(e, EpochDone)]
    assert epochs[-1].train < 0.8 * epochs[0].train
    assert all(epochs[-1].losses[g] < epochs[0].losses[g] for g in ("unseen_values", "unseen_both"))
    assert weights(order.out) == weights(order.out / "epochs" / "4") != weights(order.out / "epochs" / "1")


def test_the_card_says_what_the_adapter_was_made_from(order: TrainOrder, tiny: BaseRef) -> None:
    epochs = [e for e in train(order) if isinstance(e, EpochDone)]
    card = check_adapter(order.out, fingerprint(tiny))
    digest = json.loads((order.dataset / "dataset.json").read_text())["rows_sha256"]
    assert (card.name, card.task, card.base_id, card.dataset_sha256) == ("mine", "tiny", "tiny", digest)
    assert card.recipe == order.recipe.as_json() and card.steps == 6 and card.seconds > 0
    assert card.losses == tuple({"epoch": e.epoch, "train": e.train, **e.losses} for e in epochs)
    assert (card.system, card.identity, card.precision) == ("", None, "float32")
    assert set(card.versions or {}) == {"torch", "transformers", "peft"}
    text = "".join((order.out / f).read_text() for f in FILES if f.endswith(".json"))
    assert tiny.path_or_hub_id not in text and '"base_model_name_or_path": "tiny"' in text


def test_identity_and_a_common_system_text_go_onto_the_card(order: TrainOrder, tmp_path: Path) -> None:
    system = {"role": "system", "content": "你是小明"}
    rows = [dataclasses.replace(r, task="identity", messages=(system, *r.messages)) for r in tiny_rows(8)]
    card = {"task": "identity", "seed": 0, "slots": ["name", "author"], "set": {"name": "小禾", "author": "青禾"}}
    data = write_dataset(tmp_path / "identity", rows, {}, card).path
    list(train(dataclasses.replace(changed(order, epochs=1), dataset=data)))
    made = read_card(order.out)
    assert made.identity == {"name": "小禾", "author": "青禾"} and made.system == "你是小明"


def test_the_same_order_gives_the_same_bytes_and_another_seed_others(order: TrainOrder, tmp_path: Path) -> None:
    def run(name: str, **recipe: Any) -> bytes:
        torch.rand(len(name))  # whatever else the process draws
        one = changed(dataclasses.replace(order, out=tmp_path / name), dropout=0.1, **recipe)
        list(train(one))
        return weights(one.out)

    assert run("a") == run("bb") != run("c", seed=1)


def test_the_base_does_not_move(order: TrainOrder, tiny: BaseRef) -> None:
    model = open_model(tiny)
    before = {n: p.clone() for n, p in model.named_parameters()}
    learner = add_adapter(model, QUICK)
    optimizer = make_optimizer(learner, QUICK)
    batch = collate(encode_rows(tiny_rows(8), open_tokenizer(tiny), 100), 0, "cpu")
    for step in range(3):
        take_step(learner, batch, optimizer, QUICK, 0.1, step)
    after = {n.replace(".base_layer", ""): p for n, p in model.named_parameters() if ".lora_" not in n}
    assert before.keys() == after.keys() and all(torch.equal(before[n], after[n]) for n in before)


# ---- limits -------------------------------------------------------------------------------------


def test_steps_end_a_run_and_a_part_of_an_epoch_counts_as_one(order: TrainOrder) -> None:
    events = list(train(changed(order, steps=4)))
    started, saved = events[0], events[-1]
    assert isinstance(started, TrainStarted) and (started.steps, started.epochs) == (4, 2)
    assert isinstance(saved, AdapterSaved) and (saved.reason, saved.step) == ("steps", 4)
    assert [e.step for e in events if isinstance(e, EpochDone)] == [3, 4]
    assert len(read_card(order.out).losses) == 2


def test_minutes_end_a_run_before_they_are_up(order: TrainOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("playground.train.loop.time.monotonic", lambda: clock[0])
    events: list[TrainEvent] = []
    for event in train(changed(order, epochs=1000, steps=0, minutes=1.0)):
        clock[0] += 2.0
        events.append(event)
    saved = events[-1]
    assert isinstance(saved, AdapterSaved) and saved.reason == "minutes" and 40 < saved.seconds <= 60
    rates = [e.learning_rate for e in events if isinstance(e, StepDone)]
    assert rates[-1] < 0.2 * max(rates)  # the step size came down in time all the same


def test_the_step_size_rises_and_falls_once_and_every_step_learns() -> None:
    recipe = Recipe(learning_rate=1.0)
    rates = [learning_rate(recipe, step, 100) for step in range(100)]
    top = rates.index(max(rates))
    assert rates[0] == pytest.approx(0.2) and max(rates) == 1.0 and 0 < rates[-1] < 0.01
    assert rates[: top + 1] == sorted(rates[: top + 1]) and rates[top:] == sorted(rates[top:], reverse=True)


# ---- stopping -----------------------------------------------------------------------------------


def test_a_stop_keeps_what_was_learned(order: TrainOrder) -> None:
    events = list(train(order, after_steps(3)))
    saved = events[-1]
    steps = [e for e in events if isinstance(e, StepDone)]
    assert isinstance(saved, AdapterSaved) and saved.reason == "stopped" and saved.step == len(steps) > 0
    assert read_card(order.out).steps == len(steps) and check_adapter(order.out)


def test_closing_the_generator_keeps_what_was_learned(order: TrainOrder) -> None:
    run = train(order)
    for event in run:
        if isinstance(event, StepDone) and event.step == 4:
            run.close()  # type: ignore[attr-defined]
    assert read_card(order.out).steps == 4
    whole, part = read_card(order.out).losses
    assert whole["epoch"] == 1 and "unseen_values" in whole and part.keys() == {"epoch", "train"}
    assert weights(order.out) != weights(order.out / "epochs" / "1")


def test_the_keyboard_stops_it_alike(order: TrainOrder) -> None:
    asked = iter(range(100))

    def stop() -> bool:
        if next(asked) == 2:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        list(train(order, stop))
    assert read_card(order.out).steps >= 1


def test_a_stop_before_the_first_step_leaves_nothing(order: TrainOrder) -> None:
    with pytest.raises(TrainingFailed, match="nothing was learned"):
        list(train(order, lambda: True))
    run = train(dataclasses.replace(order, name="other"))
    next(run)
    run.close()  # type: ignore[attr-defined]
    assert not order.out.exists()


# ---- going on from an earlier adapter -------------------------------------------------------------


def test_going_on_starts_from_the_earlier_adapter_with_only_new_rows(order: TrainOrder, tmp_path: Path) -> None:
    first = [e for e in train(changed(order, epochs=6)) if isinstance(e, StepDone)]
    new = tiny_dataset(tmp_path / "new", rows=16, start=100).path
    more = changed(order, epochs=1, rank=16, targets="q_proj")
    more = dataclasses.replace(more, dataset=new, out=tmp_path / "more", name="more", continue_from=order.out)
    second = [e for e in train(more) if isinstance(e, StepDone)]
    assert second[0].loss < 0.7 * first[0].loss
    card = read_card(tmp_path / "more")
    assert card.continued_from == "mine" and card.recipe["rank"] == 4 and "down_proj" in card.recipe["targets"]
    assert weights(order.out) == weights(order.out / "epochs" / "6")  # the earlier one stays as it was


def test_going_on_from_another_base_is_refused(order: TrainOrder, tmp_path: Path) -> None:
    list(train(changed(order, epochs=1)))
    other = make_tiny(tmp_path / "other", seed=1)
    again = dataclasses.replace(order, base_folder=str(other), out=tmp_path / "x", continue_from=order.out)
    with pytest.raises(BadAdapter, match="trained on tiny"):
        next(train(again))
    assert not (tmp_path / "x").exists()


# ---- bad input --------------------------------------------------------------------------------------


def bad_orders(order: TrainOrder, tmp_path: Path) -> Iterator[tuple[TrainOrder, type[Exception], str]]:
    (tmp_path / "empty").mkdir()
    mute = [dataclasses.replace(r, messages=r.messages[:1]) for r in tiny_rows(2)]
    unlearnable = write_dataset(tmp_path / "mute", [*tiny_rows(3, 50), *mute], {}, {"task": "tiny", "seed": 0}).path
    (tmp_path / "file").write_text("")
    yield dataclasses.replace(order, dataset=tmp_path / "nowhere"), BadDataset, "nowhere"
    yield dataclasses.replace(order, dataset=tmp_path / "empty"), BadDataset, "empty"
    yield dataclasses.replace(order, dataset=unlearnable), BadSample, "row row-0: .*no assistant message"
    yield changed(order, max_tokens=16), BadSample, "row row-0: nothing to learn is left"
    yield changed(order, targets="nonsense"), BadRecipe, "nonsense"
    yield dataclasses.replace(order, name="Not A Name"), BadAdapter, "Not A Name"
    yield dataclasses.replace(order, out=tmp_path / "data"), NameTaken, "data is not empty"
    yield dataclasses.replace(order, out=tmp_path / "file"), NameTaken, "file"
    yield dataclasses.replace(order, out=tmp_path / "file" / "x"), BadSetting, "cannot be made"


@pytest.mark.parametrize("number", range(9))
def test_bad_input_is_named_before_anything_is_made(order: TrainOrder, tmp_path: Path, number: int) -> None:
    bad, kind, says = list(bad_orders(order, tmp_path))[number]
    before = files(tmp_path)
    with pytest.raises(kind, match=says):
        next(train(bad))
    assert files(tmp_path) == before and not order.out.exists()


def test_force_replaces_an_adapter_but_not_before_all_is_checked(order: TrainOrder) -> None:
    list(train(order))
    old = weights(order.out)
    with pytest.raises(BadRecipe):
        next(train(dataclasses.replace(changed(order, targets="nonsense"), force=True)))
    assert weights(order.out) == old
    list(train(dataclasses.replace(changed(order, epochs=1, seed=5), force=True)))
    assert weights(order.out) != old and not (order.out / "epochs" / "2").exists()


def test_force_takes_nothing_away_before_there_is_something_in_its_place(order: TrainOrder) -> None:
    list(train(order))
    old = weights(order.out)
    run = train(dataclasses.replace(changed(order, seed=5), force=True))
    assert next(run).kind == "started"
    run.close()  # type: ignore[attr-defined]
    assert weights(order.out) == old and (order.out / "epochs" / "2").is_dir()


def test_a_loss_that_is_no_number_ends_the_run_with_a_way_out(order: TrainOrder, tiny: BaseRef) -> None:
    learner = add_adapter(open_model(tiny), QUICK)
    with torch.no_grad():
        learner.parameters[0].fill_(float("inf"))
    batch = collate(encode_rows(tiny_rows(4), open_tokenizer(tiny), 100), 0, "cpu")
    with pytest.raises(TrainingFailed, match=r"the loss is (nan|inf) at step 7; lower the learning rate \(0.02\)"):
        take_step(learner, batch, make_optimizer(learner, QUICK), QUICK, 0.1, 6)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "memory gave out at 8 rows of up to 4096 tokens"),
        (OSError(28, "No space left on device"), "mine cannot be written .*No space left"),
        (RuntimeError("odd\nmore"), r"training broke off \(odd\)"),
    ],
)
def test_what_breaks_off_is_told_in_a_sentence_and_epochs_stay(
    order: TrainOrder, error: Exception, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise error

    run = train(order)
    with pytest.raises(TrainingFailed, match=says):
        for event in run:
            if isinstance(event, EpochDone):
                monkeypatch.setattr("playground.train.loop.take_step", fail)
    assert files(order.out) == [f"epochs/1/{f}" for f in FILES]


def test_an_order_comes_back_from_its_json(order: TrainOrder) -> None:
    for one in (order, dataclasses.replace(order, continue_from=Path("a"), threads=2)):
        assert order_from_json(json.loads(json.dumps(one.as_json()))) == one


# ---- against the transformers Trainer ---------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_losses_equal_those_of_the_transformers_trainer(tiny: BaseRef, tmp_path: Path) -> None:
    from benchmarks.train_speed import trainer_run

    rows: list[Row] = tiny_rows(24)
    encoded = encode_rows(rows, open_tokenizer(tiny), 1024)
    batches = [[encoded[i] for i in b] for b in draw_batches([len(r.ids) for r in encoded], 4, random.Random(0))]
    recipe = dataclasses.replace(QUICK, weight_decay=0.1)
    ours = add_adapter(open_model(tiny), recipe)
    optimizer = make_optimizer(ours, recipe)
    mine = [
        take_step(ours, collate(b, 0, "cpu"), optimizer, recipe, learning_rate(recipe, step, len(batches)), step)
        for step, b in enumerate(batches)
    ]
    theirs = trainer_run(add_adapter(open_model(tiny), recipe), batches, recipe, tmp_path)
    assert mine == pytest.approx(theirs.losses, abs=1e-3) and len(mine) == 6


def test_minutes_count_from_when_the_model_stands(order: TrainOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("playground.train.loop.time.monotonic", lambda: clock[0])

    def slowly(given: TrainOrder) -> Any:
        clock[0] += 600
        return prepare(given)

    monkeypatch.setattr("playground.train.loop.prepare", slowly)
    events: list[TrainEvent] = []
    for event in train(changed(order, epochs=1000, steps=0, minutes=1.0)):
        clock[0] += 2.0
        events.append(event)
    saved = events[-1]
    assert isinstance(saved, AdapterSaved) and saved.step > 10 and 640 < saved.seconds <= 660


def test_a_full_disk_is_told_as_such(order: TrainOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors import SafetensorError

    def full(*_: Any, **__: Any) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(TrainingFailed, match="mine cannot be written .*No space left"):
        list(train(changed(order, steps=2)))


def test_going_on_takes_the_new_drop_out(order: TrainOrder, tmp_path: Path) -> None:
    list(train(changed(order, steps=2)))
    on = dataclasses.replace(
        changed(order, steps=2, dropout=0.5), name="on", out=tmp_path / "on", continue_from=order.out
    )
    list(train(on))
    config = json.loads((on.out / "adapter_config.json").read_text())
    assert config["lora_dropout"] == read_card(on.out).recipe["dropout"] == 0.5
