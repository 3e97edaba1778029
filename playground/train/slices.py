"""A run in slices: each goes on where the last one stopped, and a sliced run leaves the same adapter as a whole one.

For machines that lend their GPU for a minute at a time. What a slice has reached lies in one file: the adapter's
matrices, the optimizer's, the rows still to come, and the rows that the base has answered itself. Random numbers need
no keeping: they hang on seed, epoch and step alone.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playground.chat_format import Encoded
from playground.errors import PlaygroundError
from playground.events import SliceDone, TrainEvent
from playground.train.loop import Run, foreign
from playground.train.order import TrainOrder
from playground.train.prepare import prepare


def train_slice(
    order: TrainOrder, kept: Path, seconds: float, stop: Callable[[], bool] | None = None
) -> Iterator[TrainEvent]:
    """Begin the run, or go on with the one whose state lies in the file `kept`, for about `seconds`, loading included.

    Ends with SliceDone where there is more to do, else with AdapterSaved. Closed early, it keeps what it has reached.
    Raises as train does.
    """
    began, run = time.monotonic(), None
    try:
        state = _state(kept)
        run = Run(order, prepare(order, again=state is not None), stop or (lambda: False), began)
        if state is None:
            yield run.started()
            yield from run.rehearse(max(0.0, began + seconds - time.monotonic()))
            _keep(run, kept)  # before anything is in the adapter's folder
        else:
            _restore(run, state)
        # At least one step, or slow loading would never get anywhere.
        while not run.over():
            yield run.step()
            if run.epoch_is_over():
                yield run.end_epoch()
                _keep(run, kept)  # a call that is taken away is told nothing
            if time.monotonic() > began + seconds and not run.over():
                _keep(run, kept)
                yield SliceDone(run.steps)
                return
        yield run.save()
        kept.unlink(missing_ok=True)
    except GeneratorExit:
        if run is not None and run.steps and not run.saved:
            _keep(run, kept)
        raise
    except PlaygroundError:
        raise
    except (RuntimeError, MemoryError, OSError) as error:
        raise foreign(error, order) from error


def _keep(run: Run, kept: Path) -> None:
    """Write down where the run stands, whole or not at all."""
    import torch

    now, ready = time.monotonic(), run.ready
    state = {
        "parameters": [p.detach().cpu().clone() for p in ready.learner.parameters],
        "optimizer": run.optimizer.state_dict(),
        "reached": (run.steps, run.epoch),
        "waiting": run.waiting,
        "losses": (run.epoch_losses, run.losses),
        "seconds": (now - run.began, now - run.ready_at, now - run.loop_began if run.loop_began else 0.0),
        "end_seconds": run.end_seconds,
        "answered": {number: (ready.rows[number].ids, ready.rows[number].mask) for number in ready.general},
        "ordinary": [(row.ids, row.mask) for row in ready.ordinary],
    }
    part = kept.with_name(f"{secrets.token_hex(4)}.part")
    torch.save(state, part)
    part.replace(kept)


def _state(kept: Path) -> dict[str, Any] | None:
    import torch

    return torch.load(kept, weights_only=True, map_location="cpu") if kept.is_file() else None


def _restore(run: Run, state: dict[str, Any]) -> None:
    """Let a fresh run stand where another one stopped."""
    import torch

    now, ready = time.monotonic(), run.ready
    with torch.no_grad():
        for parameter, saved in zip(ready.learner.parameters, state["parameters"], strict=True):
            parameter.copy_(saved)
    run.optimizer.load_state_dict(state["optimizer"])
    run.steps, run.epoch = state["reached"]
    run.waiting = state["waiting"]
    run.epoch_losses, run.losses = state["losses"]
    taken, spent, looped = state["seconds"]
    run.began, run.ready_at, run.loop_began = now - taken, now - spent, now - looped if looped else 0.0
    run.end_seconds = state["end_seconds"]
    for number, (ids, mask) in state["answered"].items():
        ready.rows[number] = Encoded(ids, mask)
    ready.ordinary[:] = [Encoded(ids, mask) for ids, mask in state["ordinary"]]
