"""What runs on a borrowed GPU of a ZeroGPU Space, and nothing else: a round of answers, a slice of training.

There each call runs in a process that is forked from the page's; arguments and what comes back go through pickle, and
nothing of the page but files is seen. Anywhere else the functions are what they are written as.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from playground.checkpoints.files import BaseRef
from playground.device import Kind
from playground.errors import PlaygroundError
from playground.events import TrainEvent, TrainFailed
from playground.models.base import Ask, Sampling
from playground.models.borrowed import Events, each_ends
from playground.train.job import STOP
from playground.train.order import TrainOrder

LOADING = 15
"""Seconds that loading a base may take of a call."""
LONGEST = 60
"""Seconds of the longest call that is asked for; a visitor without an account has two minutes a day."""
SLICE = 40.0
"""Seconds of one slice, loading included; the end of an epoch may come on top."""
_models: dict[str, Any] = {}
"""The base that the process of a call keeps for the next; always empty in the page's own process."""
F = TypeVar("F", bound=Callable[..., Any])


def lent(seconds: Callable[..., int]) -> Callable[[F], F]:
    """Marks a function that needs the GPU; `seconds` tells from the same arguments how long it may take."""
    try:
        import spaces
    except ImportError:
        return lambda function: function
    marked: Callable[[F], F] = spaces.GPU(duration=seconds)
    return marked


def _answer_seconds(base: BaseRef, asks: tuple[Ask, ...], sampling: Sampling) -> int:
    return min(LONGEST, LOADING + len(asks) * sampling.max_tokens // 30)


def _slice_seconds(order: TrainOrder, kept: Path) -> int:
    return min(LONGEST, LOADING + int(SLICE))


@lent(_answer_seconds)
def answered(base: BaseRef, asks: tuple[Ask, ...], sampling: Sampling) -> Events:
    """A round of answers of a base, as ChatModel.replies gives them; nothing is raised but by the lender."""
    yield from each_ends(_round(base, asks, sampling), len(asks), base.id)


def _round(base: BaseRef, asks: tuple[Ask, ...], sampling: Sampling) -> Events:
    """The round by the base that this process keeps. Raises BadCheckpoint."""
    from playground.models.local import LocalModel

    kind = _borrowed()
    if base.path_or_hub_id not in _models:
        _models.clear()
        _models[base.path_or_hub_id] = LocalModel(base.id, base, kind)
    yield from _models[base.path_or_hub_id].replies(asks, sampling)


@lent(_slice_seconds)
def trained(order: TrainOrder, kept: Path) -> Iterator[TrainEvent]:
    """The next slice of a run, see train_slice; a run that fails ends with TrainFailed."""
    from playground.train.slices import train_slice

    try:
        here = dataclasses.replace(order, device=_borrowed())
        # Somebody pressed stop: the file is all of the page that is seen here.
        yield from train_slice(here, kept, SLICE, (kept.parent / STOP).exists)
    except PlaygroundError as error:
        yield TrainFailed(str(error))


def _borrowed() -> Kind:
    """The GPU, where there is one; the process was forked, and must not wait for threads that stayed behind."""
    import torch

    if torch.cuda.is_available():
        torch.set_num_threads(1)
        return "cuda"
    return "cpu"
