"""python -m playground train: an adapter from a dataset."""

from __future__ import annotations

import contextlib
import dataclasses
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.adapters.shelf import adapter_home, find_adapter
from playground.checkpoints.files import resolve
from playground.commands.console import Console, table
from playground.datasets import dataset_path, new_name, open_dataset
from playground.device import pick_device
from playground.errors import BadSetting, TrainingFailed, UnknownName
from playground.events import AdapterSaved, EpochDone, RowsAnswered, StepDone, TrainEvent, TrainFailed, TrainStarted
from playground.settings import LOCAL, Settings, writable_home
from playground.train.loop import train as train_adapter
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe

KNOBS = tuple(field.name for field in dataclasses.fields(Recipe))
"""Settings of the recipe that the command line takes, each by its own name."""


def train(given: Namespace, settings: Settings, console: Console) -> int:
    """Train and say where the adapter is."""
    data = data_folder(given.data, settings)
    name = given.name or new_name(open_dataset(data).task)
    changed = {knob: value for knob in KNOBS if (value := getattr(given, knob)) is not None}
    earlier = find_adapter(settings, LOCAL, given.go_on).path if given.go_on else None
    writable_home(settings)
    order = train_order(data, given.base, name, Recipe(**changed), settings, given.threads, earlier, given.force)
    saved, epochs = run_training(order, console)
    if given.json:
        console.show_json(
            {
                "name": name,
                "path": str(order.out),
                "reason": saved.reason,
                "steps": saved.step,
                "seconds": saved.seconds,
            }
            | {"losses": [{"epoch": e.epoch, "train": e.train, **e.losses} for e in epochs]}
        )
        return 0
    if epochs:
        groups = list(epochs[-1].losses)
        rows = [
            [str(e.epoch), f"{e.train:.4f}", *(f"{e.losses.get(g, float('nan')):.4f}" for g in groups)] for e in epochs
        ]
        console.show(table(["epoch", "train loss", *groups], rows))
    console.show(f"\ntuned:{name}, {saved.step} steps, {saved.seconds:.0f} s, ended by: {saved.reason}\n{order.out}")
    return 0


def data_folder(given: str, settings: Settings) -> Path:
    """The dataset folder that a path, or the name of a dataset in the work folder, stands for."""
    path = Path(given)
    if path.is_dir():
        return path
    try:
        named = dataset_path(settings, LOCAL, given)
    except UnknownName:
        return path
    return named if named.is_dir() else path


def train_order(
    data: Path,
    base: str | None,
    name: str,
    recipe: Recipe,
    settings: Settings,
    threads: int | None = None,
    earlier: Path | None = None,
    force: bool = False,
) -> TrainOrder:
    """The order for a run whose adapter goes to the work folder."""
    if threads is not None and not 0 <= threads <= 1024:
        raise BadSetting(f"threads is {threads}; it must be a whole number, 0 to 1024")
    ref = resolve(base or settings.base, settings)
    return TrainOrder(
        dataset=data,
        base=ref.id,
        base_folder=ref.path_or_hub_id,
        recipe=recipe,
        name=name,
        out=adapter_home(settings, LOCAL, name),
        threads=settings.threads if threads is None else threads,
        continue_from=earlier,
        device=pick_device(settings).kind,
        force=force,
    )


def run_training(order: TrainOrder, console: Console) -> tuple[AdapterSaved, list[EpochDone]]:
    """Train in this process. Ctrl-C keeps what was learned, says so, and is raised on."""
    saved: AdapterSaved | None = None
    epochs: list[EpochDone] = []
    steps = 0
    console.say(f"train: opening {order.base}")
    try:
        for event in _events(order):
            if isinstance(event, TrainStarted):
                console.say(
                    f"train: {event.rows:,} rows, {event.steps} steps, {event.trainable:,} of {event.total:,} learn"
                )
                total = event.steps
            elif isinstance(event, RowsAnswered):
                console.step(f"train: the base has answered {event.done} of {event.total} general rows")
            elif isinstance(event, StepDone):
                steps = event.step
                console.step(f"train: step {event.step} of {total}, loss {event.loss:.4f}, {event.seconds:.0f} s")
            elif isinstance(event, EpochDone):
                epochs.append(event)
                losses = "".join(f", {group} {loss:.4f}" for group, loss in event.losses.items())
                console.say(f"train: epoch {event.epoch}, loss {event.train:.4f}{losses}")
            elif isinstance(event, AdapterSaved):
                saved = event
            elif isinstance(event, TrainFailed):
                raise TrainingFailed(event.error)
    except KeyboardInterrupt:
        if steps:
            console.say(f"train: stopped at step {steps}; what was learned is tuned:{order.name}")
        raise
    if saved is None:
        raise TrainingFailed(f"training of {order.name} ended without an adapter; train again")
    return saved, epochs


def _events(order: TrainOrder) -> Iterator[TrainEvent]:
    """The run's events; the run ends when the loop over them is left, in whatever way."""
    events: Any = train_adapter(order)
    with contextlib.closing(events):
        yield from events
