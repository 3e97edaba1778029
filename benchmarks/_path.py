"""What the quality benchmarks share: a work folder of their own, twins, a training run and scores."""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from playground.commands.lineup import line_up
from playground.datasets import Dataset, read_cases, write_dataset
from playground.events import AdapterSaved
from playground.models.base import Sampling
from playground.records import Case
from playground.samples import Task, completer
from playground.scoring.batch import score, tasks_of
from playground.scoring.results import ScoredRow, Scores
from playground.settings import LOCAL, Settings
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from playground.twins.make import make_twins

HAND = Path(__file__).resolve().parent / "hand"


@contextmanager
def own_home() -> Iterator[Settings]:
    """Settings with a work folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        yield dataclasses.replace(Settings(), home=Path(home))


def tell(text: str) -> None:
    """Progress, to the error stream."""
    print(text, file=sys.stderr, flush=True)


def data(
    task: Task,
    rows: int,
    seed: int,
    settings: Settings,
    held: Collection[str] | None = None,
    values: Mapping[str, str] | None = None,
) -> Dataset:
    """Twins on disk."""
    made = make_twins(task, rows, seed, settings, held=held, values=values)
    return write_dataset(
        settings.home / "data" / f"{task.name}-{seed}-{time.monotonic_ns()}", made.train, made.groups, made.card
    )


def tuned(made: Dataset, name: str, recipe: Recipe, settings: Settings) -> float:
    """Train the adapter `name` on the starter; gives the seconds it took, saving included."""
    out = settings.visitor_home(LOCAL) / "adapters" / name
    weights = str(settings.house / "starter" / "weights")
    order = TrainOrder(dataset=made.path, base="starter", base_folder=weights, recipe=recipe, name=name, out=out)
    (saved,) = (event for event in train(order) if isinstance(event, AdapterSaved))
    return saved.seconds


def scored(
    cases: Sequence[Case],
    names: Sequence[str],
    task: Task,
    settings: Settings,
    system: str = "",
    batch: int = 16,
) -> tuple[Scores, list[ScoredRow]]:
    """Put the cases to the contenders, greedily; gives the scores and their rows."""
    kept: list[ScoredRow] = []
    with line_up(names, task, settings, system=system) as contenders:
        run = score(cases, contenders, Sampling(), batch=batch, tasks=tasks_of(cases, settings), kept=kept)
        while True:
            try:
                next(run)
            except StopIteration as end:
                scores: Scores = end.value
                return scores, kept


def hand_cases(settings: Settings) -> list[Case]:
    """The messages written by hand, instruction included."""
    return read_cases(HAND / "address.jsonl", complete=completer(settings))


def percent(value: float | None) -> str:
    """A share as it stands in a table."""
    return "-" if value is None else f"{100 * value:.1f} %"


def load() -> float:
    """Processes that wait for a core, mean of the last minute."""
    return round(os.getloadavg()[0], 1)
