"""The own training loop is faster than the transformers Trainer on the same batches, and more so on its own.

    python -m benchmarks.train_speed --base starter --data DIR --steps 50 --rounds 3

Both sides train the same LoRA adapter on the same base, in turn, in one process: medians of tokens a
second, padding not counted. First on the same batches and in the same precision, where the losses must be
equal too; then each in its own way: length buckets here, rows in random order there.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.chat_format import Encoded
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer, resolve
from playground.datasets import open_dataset, write_dataset
from playground.device import bfloat16_pays
from playground.settings import Settings
from playground.train.batches import collate, draw_batches, encode_rows
from playground.train.learner import Learner, add_adapter
from playground.train.loop import learning_rate, make_optimizer, take_step
from playground.train.recipe import Recipe

Batches = Sequence[Sequence[Encoded]]

SAME, OWN, EQUAL = 1.1, 1.3, 1e-3
"""The bars: times as fast on the same batches and in its own way; largest difference of two losses."""


@dataclass
class Run:
    """What one side did."""

    losses: list[float] = field(default_factory=list)
    tokens: int = 0
    """Tokens of the rows, padding not counted."""
    seconds: float = 0.0
    """From the first step to the last, set-up not counted."""


def own_run(learner: Learner, batches: Batches, recipe: Recipe) -> Run:
    """The own loop, batch by batch, as lora.train takes its steps."""
    optimizer = make_optimizer(learner, recipe)
    learner.peft_model.train()
    run = Run(tokens=_tokens(batches))
    began = time.perf_counter()
    for step, rows in enumerate(batches):
        rate = learning_rate(recipe, step, len(batches))
        run.losses.append(take_step(learner, collate(rows, 0, learner.device), optimizer, recipe, rate, step))
    run.seconds = time.perf_counter() - began
    return run


def trainer_run(learner: Learner, batches: Batches, recipe: Recipe, folder: Path) -> Run:
    """The transformers Trainer on these very batches, with the same optimizer and step sizes."""
    return _trainer(learner, batches, len(batches), recipe, folder, same=True)


def trainer_own_run(learner: Learner, rows: Sequence[Encoded], steps: int, recipe: Recipe, folder: Path) -> Run:
    """The Trainer left to itself: rows in random order, each batch padded to its longest."""
    return _trainer(learner, rows, steps, recipe, folder, same=False)


def _trainer(learner: Learner, data: Any, steps: int, recipe: Recipe, folder: Path, same: bool) -> Run:
    import torch
    from transformers import Trainer, TrainerCallback, TrainingArguments

    run = Run()

    class Clock(TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self.began = getattr(self, "began", time.perf_counter())

        def on_train_end(self, *_: Any, **__: Any) -> None:
            run.seconds = time.perf_counter() - self.began

    class Watched(Trainer):
        def get_train_dataloader(self) -> Any:
            if not same:
                return super().get_train_dataloader()
            return torch.utils.data.DataLoader(data, batch_size=None, collate_fn=lay)

        def compute_loss(self, *args: Any, **kwargs: Any) -> Any:
            loss = super().compute_loss(*args, **kwargs)
            run.losses.append(float(loss.detach()))
            return loss

    def lay(rows: Sequence[Encoded]) -> dict[str, Any]:
        run.tokens += _tokens([rows])
        width = max(len(r.ids) for r in rows)
        side = [
            (r.ids, [i if m else -100 for i, m in zip(r.ids, r.mask, strict=True)], width - len(r.ids)) for r in rows
        ]
        return {
            "input_ids": torch.tensor([ids + [0] * short for ids, _, short in side]),
            "labels": torch.tensor([labels + [-100] * short for _, labels, short in side]),
            "attention_mask": torch.tensor([[1] * len(ids) + [0] * short for ids, _, short in side]),
        }

    optimizer = make_optimizer(learner, recipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: learning_rate(recipe, step, steps) / recipe.learning_rate
    )
    options = TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=int(recipe.batch),
        max_steps=steps,
        max_grad_norm=recipe.clip,
        bf16=learner.bfloat16,
        use_cpu=learner.device == "cpu",
        report_to="none",
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    Watched(
        learner.peft_model,
        options,
        data_collator=lay,
        train_dataset=data,
        optimizers=(optimizer, schedule),
        callbacks=[Clock()],
    ).train()
    return run


def _tokens(batches: Batches) -> int:
    return sum(len(row.ids) for rows in batches for row in rows)


def _address_rows(folder: Path) -> Path:
    """1,000 twins of the address task."""
    from playground.samples import load_task
    from playground.twins.make import make_twins

    settings = Settings()
    twins = make_twins(load_task("address", settings), 1000, 0, settings)
    return write_dataset(folder / "data", twins.train, {}, twins.card).path


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and tell by the exit status whether the bars were reached."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ref = resolve(options.base, Settings())
        data = open_dataset(options.data or _address_rows(folder))
        rows = encode_rows(data.rows(), open_tokenizer(ref), int(Recipe().max_tokens))
        found = measure(ref, rows, options.steps, options.rounds, folder)
    print(
        f"{ref.id}, {len(rows)} rows, {options.steps} steps of {Recipe().batch}, median of {options.rounds} in turn\n"
    )
    print("| what | own loop | Trainer | times |\n| --- | --- | --- | --- |")
    for what, (own, other) in found["speeds"].items():
        print(f"| {what}, tokens/s | {own:,.0f} | {other:,.0f} | {own / other:.2f} |")
    print(f"| float32, largest difference of {options.steps} losses | | | {found['difference']:.1e} |")
    print("\n" + json.dumps(found))
    ratios = {what: own / other for what, (own, other) in found["speeds"].items()}
    same = [ratio for what, ratio in ratios.items() if what.startswith("same")]
    own = [ratio for what, ratio in ratios.items() if not what.startswith("same")]
    return 0 if min(same) >= SAME and min(own) >= OWN and found["difference"] <= EQUAL else 1


def measure(ref: BaseRef, rows: list[Encoded], steps: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Speeds of both sides by what was measured, in tokens a second, and the largest difference of their losses."""
    recipe = Recipe(learning_rate=1.5e-3)
    fast = bfloat16_pays("cpu")
    batches: list[list[Encoded]] = []
    for epoch in range(1 + steps * int(recipe.batch) // len(rows)):
        drawn = draw_batches([len(r.ids) for r in rows], int(recipe.batch), random.Random(epoch))
        batches += [[rows[i] for i in batch] for batch in drawn]
    batches = batches[:steps]

    def fresh(bfloat16: bool) -> Learner:
        return add_adapter(open_model(ref), recipe, bfloat16=bfloat16)

    sides: dict[str, tuple[Callable[[], Run], Callable[[], Run]]] = {}
    for bfloat16 in sorted({False, fast}):
        kind = "bfloat16" if bfloat16 else "float32"
        sides[f"same batches, {kind}"] = (
            lambda b=bfloat16: own_run(fresh(b), batches, recipe),
            lambda b=bfloat16: trainer_run(fresh(b), batches, recipe, folder),
        )
    kind = "bfloat16" if fast else "float32"
    sides[f"length buckets against random order, {kind}"] = (
        lambda: own_run(fresh(fast), batches, recipe),
        lambda: trainer_own_run(fresh(fast), rows, steps, recipe, folder),
    )
    if fast:
        sides["as each comes: bfloat16 and buckets against float32 and random order"] = (
            lambda: own_run(fresh(True), batches, recipe),
            lambda: trainer_own_run(fresh(False), rows, steps, recipe, folder),
        )
    speeds: dict[str, tuple[list[float], list[float]]] = {what: ([], []) for what in sides}
    difference = 0.0
    for turn in range(rounds):
        for what, pair in sides.items():
            runs = [side() for side in pair]
            for run, kept in zip(runs, speeds[what], strict=True):
                kept.append(run.tokens / run.seconds)
            if what == "same batches, float32":
                pairs = zip(runs[0].losses, runs[1].losses, strict=True)
                difference = max(difference, *(abs(a - b) for a, b in pairs))
            print(f"round {turn + 1}: {what}: " + ", ".join(f"{k[-1]:,.0f}" for k in speeds[what]), file=sys.stderr)
    medians = {what: (statistics.median(a), statistics.median(b)) for what, (a, b) in speeds.items()}
    return {"speeds": medians, "difference": difference}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="starter", help="starter, a folder, or a hub id")
    parser.add_argument("--data", type=Path, help="dataset folder; 1,000 twins of address if none is given")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
