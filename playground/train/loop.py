"""The training loop: rows of a dataset and a recipe in, events out, an adapter left on disk.

A generator: one event after each step. Closing it, or `stop` saying true, ends the run after the step
in progress, and what was learned is saved. The first limit of epochs, steps and minutes ends it too; the
last step is kept and nothing is selected.
"""

from __future__ import annotations

import dataclasses
import logging
import math
import random
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playground.adapters.files import write_adapter
from playground.chat_format import Encoded
from playground.errors import PlaygroundError, TrainingFailed
from playground.events import AdapterSaved, EpochDone, RowsAnswered, StepDone, TrainEvent, TrainStarted
from playground.train.batches import Batch, batch_count, collate, draw_batches
from playground.train.learner import Learner, chance
from playground.train.order import TrainOrder, order_from_json
from playground.train.prepare import FORGETTING, Prepared, prepare
from playground.train.recipe import Recipe
from playground.train.rehearsal import MOST_LOOKED_AT, MOST_TOKENS, rehearse
from playground.train.trial import sample_answers

__all__ = ["TrainOrder", "learning_rate", "make_optimizer", "order_from_json", "take_step", "train"]

log = logging.getLogger("playground.train")
REHEARSAL = 0.2
"""Most of the limit of minutes that the base's own answers may take; rows it has not come to stay as written."""
Reason = Literal["done", "steps", "minutes", "stopped"]


def train(order: TrainOrder, stop: Callable[[], bool] | None = None) -> Iterator[TrainEvent]:
    """Train one adapter; ends with AdapterSaved.

    After each epoch the adapter is in out/epochs/N, at the end in out itself. `stop` is asked after every
    step. Bad input raises a UserError before the first event and leaves nothing. Raises TrainingFailed when
    the loss is not a number, when memory or disk give out, or when the run is stopped before its first
    step; epochs that are saved by then stay.
    """
    began = time.monotonic()
    was_there = order.out.exists()
    run = None
    try:
        run = Run(order, prepare(order), stop or (lambda: False), began)
        yield run.started()
        yield from run.rehearse()
        while not run.over():
            yield run.step()
            if run.epoch_is_over():
                yield run.end_epoch()
        yield run.save()
    except (GeneratorExit, KeyboardInterrupt):
        if run and run.steps and not run.saved:
            run.reason = "stopped"
            run.save()
        raise
    except (RuntimeError, MemoryError, OSError) as error:
        raise foreign(error, order) from error
    finally:
        if not was_there and order.out.is_dir() and not any(order.out.iterdir()):
            order.out.rmdir()


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """Step size of step `step` (from 0) of `steps`: a straight rise over the warm-up, then a half cosine to the end."""
    warmup = math.ceil(recipe.warmup * steps)
    if step < warmup:
        return recipe.learning_rate * (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return recipe.learning_rate * 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))


def make_optimizer(learner: Learner, recipe: Recipe) -> Any:
    """AdamW over the adapter's matrices alone."""
    import torch

    # Fused: a LoRA adapter is many small matrices, and their updates would cost more calls than arithmetic.
    return torch.optim.AdamW(learner.parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True)


def take_step(learner: Learner, batch: Batch, optimizer: Any, recipe: Recipe, rate: float, step: int) -> float:
    """One optimizer step (from 0) at step size `rate`; gives the batch's mean loss before it.

    Raises TrainingFailed, and leaves the matrices alone, where loss or gradient is not a number.
    """
    import torch

    for group in optimizer.param_groups:
        group["lr"] = rate
    # Drop-out draws from numbers of this step alone, whatever else the process draws.
    with chance(int(recipe.seed) * 1_000_003 + step, learner.device):
        loss = learner.loss_sum(batch) / batch.learned
        loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(learner.parameters, recipe.clip)
    value = float(loss.detach())
    if not (math.isfinite(value) and math.isfinite(float(norm))):
        optimizer.zero_grad()
        if not step:  # nothing has been learned yet that could be too much
            raise TrainingFailed(f"the loss is {value} at the first step; the base is damaged, fetch it again")
        raise TrainingFailed(
            f"the loss is {value} at step {step + 1}; lower the learning rate ({recipe.learning_rate:g}), train again"
        )
    optimizer.step()
    optimizer.zero_grad()
    return value


@dataclass
class Run:
    """The state of one run."""

    order: TrainOrder
    ready: Prepared
    stop: Callable[[], bool]
    began: float
    steps: int = 0
    """Steps taken."""
    epoch: int = 0
    """Epoch of the next step, from 1 once it has begun."""
    reason: Reason | None = None
    """Why the run is over, None while it is not."""
    saved: bool = False
    waiting: list[list[int]] = field(default_factory=list)
    """Batches of this epoch that are still to come, as rows' numbers."""
    epoch_losses: list[float] = field(default_factory=list)
    losses: list[dict[str, float]] = field(default_factory=list)
    ready_at: float = 0.0
    """When the model stood; the limit of minutes counts from then, for a base may have to be fetched first."""
    loop_began: float = 0.0
    end_seconds: float = 0.0
    """What the end of an epoch took last time."""
    cleared: bool = False
    """What a forced folder held is gone."""

    def __post_init__(self) -> None:
        learner, recipe = self.ready.learner, self.ready.recipe
        self.ready_at = time.monotonic()
        self.optimizer = make_optimizer(learner, recipe)
        learner.peft_model.train()

    def started(self) -> TrainStarted:
        """What is told before the first step."""
        ready = self.ready
        return TrainStarted(
            steps=ready.steps,
            epochs=batch_count(ready.steps, ready.per_epoch),
            rows=len(ready.rows),
            trainable=ready.learner.trainable,
            total=ready.learner.total,
            tokens=sum(r.learned for r in ready.rows),
            groups=(*ready.groups, *([FORGETTING] if ready.ordinary else ())),
        )

    def rehearse(self, most: float = math.inf) -> Iterator[RowsAnswered]:
        """Let the base answer the general rows itself, before anything is learned, in `most` seconds."""
        ready, minutes = self.ready, self.ready.recipe.minutes
        until = self.ready_at + min(most, minutes * 60 * REHEARSAL if minutes else math.inf)

        def stop() -> bool:
            return self.stop() or time.monotonic() > until

        try:
            # Forgetting is told on what the base says by itself: on other words even the base is unsure.
            everything = range(len(ready.ordinary))
            deque(rehearse(ready.learner, ready.ordinary, everything, ready.tokenizer, MOST_LOOKED_AT, stop), maxlen=0)
            yield from rehearse(ready.learner, ready.rows, ready.general, ready.tokenizer, MOST_TOKENS, stop)
        except Exception:  # any library's: what a model cannot rehearse it learns as written
            log.warning("the base cannot be asked; general rows are learned as written", exc_info=True)

    def over(self) -> bool:
        """Whether a limit is reached or a stop was asked for; settles the reason."""
        if self.reason is None:
            if self.stop():
                self.reason = "stopped"
            elif self.steps == self.ready.steps:
                whole = self.steps == int(self.ready.recipe.epochs) * self.ready.per_epoch
                self.reason = "done" if whole else "steps"
            elif self._minutes_are_up():
                self.reason = "minutes"
            if self.reason == "stopped" and not self.steps:
                raise TrainingFailed("stopped before the first step, nothing was learned; train again")
        return self.reason is not None

    def step(self) -> StepDone:
        """Take the next step."""
        recipe, ready = self.ready.recipe, self.ready
        self.loop_began = self.loop_began or time.monotonic()
        if not self.waiting:
            self.epoch += 1
            self.epoch_losses = []
            lengths = [len(r.ids) for r in ready.rows]
            self.waiting = draw_batches(lengths, int(recipe.batch), random.Random(f"{recipe.seed} {self.epoch}"))
        batch = self._collate([ready.rows[i] for i in self.waiting.pop()])
        rate = learning_rate(recipe, self.steps, self._steps_to_come())
        loss = take_step(ready.learner, batch, self.optimizer, recipe, rate, self.steps)
        self.steps += 1
        self.epoch_losses.append(loss)
        return StepDone(self.steps, loss, rate, batch.tokens, time.monotonic() - self.began)

    def epoch_is_over(self) -> bool:
        """Whether all rows were seen, or a limit cut the epoch short. A stopped epoch is not looked at any more."""
        if self.over():
            return self.reason != "stopped"
        return not self.waiting

    def end_epoch(self) -> EpochDone:
        """Look at the validation groups and put the adapter into out/epochs/N."""
        began = time.monotonic()
        train_loss = sum(self.epoch_losses) / len(self.epoch_losses)
        learner = self.ready.learner
        looks = [(group, rows, learner.loss_sum) for group, rows in self.ready.groups.items()]
        looks.append((FORGETTING, self.ready.ordinary, learner.drift_sum))
        means = {name: self._mean(rows, loss_sum) for name, rows, loss_sum in looks if rows}
        losses = {name: mean for name, mean in means.items() if mean is not None}
        self.losses.append({"epoch": self.epoch, "train": train_loss, **losses})
        answers = sample_answers(self.ready.learner, self.ready.trials, self.ready.tokenizer, self.stop)
        self._write(self.order.out / "epochs" / str(self.epoch))
        self.end_seconds = time.monotonic() - began
        return EpochDone(self.epoch, self.steps, train_loss, losses, answers)

    def save(self) -> AdapterSaved:
        """Put the adapter as it is into its folder."""
        if len(self.losses) < self.epoch:
            self.losses.append({"epoch": self.epoch, "train": sum(self.epoch_losses) / len(self.epoch_losses)})
        self._write(self.order.out)
        self.saved = True
        seconds = time.monotonic() - self.began
        return AdapterSaved(self.order.name, self.steps, self.reason or "stopped", seconds)

    def _write(self, folder: Path) -> None:
        learner = self.ready.learner
        seconds = time.monotonic() - self.began
        card = dataclasses.replace(self.ready.card, losses=tuple(self.losses), steps=self.steps, seconds=seconds)
        write_adapter(folder, learner.weights(), learner.config(self.order.base), card)
        if self.order.force and not self.cleared:
            self._clear(folder)

    def _clear(self, new: Path) -> None:
        """Remove what a forced folder held, now that there is something in its place."""
        self.cleared = True
        epochs = self.order.out / "epochs"
        old = [*self.order.out.iterdir()] if new != self.order.out else []
        for entry in (*old, *(epochs.iterdir() if epochs.is_dir() else ())):
            if entry not in (new, epochs):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _collate(self, rows: list[Encoded]) -> Batch:
        return collate(rows, self.ready.pad, self.order.device)

    def _mean(self, rows: list[Encoded], loss_sum: Callable[[Batch], Any]) -> float | None:
        """Mean of a loss per learned token of a validation group; None where a stop came first."""
        import torch

        learner, size = self.ready.learner, int(self.ready.recipe.batch)
        ordered = sorted(rows, key=lambda r: len(r.ids))
        total, count, mean = 0.0, 0, None
        learner.peft_model.eval()
        with torch.no_grad():
            for at in range(0, len(ordered), size):
                if self.stop():
                    break
                batch = self._collate(ordered[at : at + size])
                total += float(loss_sum(batch))
                count += batch.learned
            else:
                mean = total / count
        learner.peft_model.train()
        return mean

    def _minutes_are_up(self) -> bool:
        """Whether the next step and the end of the run would pass the limit of minutes."""
        limit = self.ready.recipe.minutes * 60
        if not limit or not self.steps:
            return False
        now = time.monotonic()
        per_step = (now - self.loop_began) / self.steps
        # Until an epoch has ended, its end is guessed: looking at a row is about half of learning from it.
        rows = sum(map(len, self.ready.groups.values()))
        end = self.end_seconds or per_step * (1 + rows / self.ready.recipe.batch / 2)
        return now - self.ready_at + per_step + end > limit

    def _steps_to_come(self) -> int:
        """Steps that the run will have taken at its end as things look, for the step size to come down by then.

        Only a limit of minutes that will come first changes the number. It is looked for after ten steps,
        when the speed is known; a run that it does not cut short has the same step sizes, and so the same
        adapter, each time.
        """
        limit = self.ready.recipe.minutes * 60
        if not limit or self.steps < 10:
            return self.ready.steps
        spent = time.monotonic() - self.loop_began
        left = limit - (self.loop_began - self.ready_at) - self.end_seconds
        return min(self.ready.steps, max(self.steps + 1, int(self.steps * left / max(spent, 1e-9))))


def foreign(error: Exception, order: TrainOrder) -> PlaygroundError:
    """An error of PyTorch or of the disk as one sentence."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    if isinstance(error, OSError):
        return TrainingFailed(
            f"adapter {order.name} cannot be written to {order.out} ({text}); make room and train again"
        )
    if isinstance(error, MemoryError) or "memory" in text.lower():
        batch, tokens = int(order.recipe.batch), int(order.recipe.max_tokens)
        return TrainingFailed(f"memory gave out at {batch} rows of up to {tokens} tokens a step; lower one of them")
    return TrainingFailed(f"training broke off ({text}); train again, or with another base")
