"""What the benchmarks of the panes share: a model, an adapter for it, and the three asks of the first page."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.adapters.files import Card, write_adapter
from playground.adapters.shelf import adapter_names
from playground.checkpoints.files import BaseRef, fingerprint, open_model, resolve
from playground.device import pick_device
from playground.models.base import Ask, Sampling
from playground.models.local import LocalModel
from playground.models.row import Row
from playground.records import Message, Usage
from playground.samples import load_task, user_text
from playground.settings import LOCAL, Settings
from playground.train.recipe import Recipe

NAMES = ("base", "few-shot", "tuned")


def arguments(claim: str | None, rounds: int) -> argparse.Namespace:
    """The command line that these benchmarks have in common."""
    parser = argparse.ArgumentParser(description=(claim or "").partition("\n")[0])
    parser.add_argument("--base", default="starter", help="starter, a folder, or a hub id")
    parser.add_argument("--rounds", type=int, default=rounds, help="times each side is measured, in turn")
    parser.add_argument("--threads", type=int, default=0, help="threads for model work; 0 leaves the choice to torch")
    return parser.parse_args()


@dataclass(frozen=True)
class Stage:
    """A base that is there, and an adapter for it."""

    ref: BaseRef
    device: str
    adapter: str
    """Folder."""
    threads: int

    def model(self, kept_bytes: int = 2**27) -> LocalModel:
        """A fresh load of the base."""
        return LocalModel(self.ref.id, self.ref, self.device, self.threads, kept_bytes)

    def asks(self) -> list[Ask]:
        """The same question to base, few-shot and tuned."""
        task = load_task("address", Settings())
        question = Message(role="user", content=user_text(task, task.tries[0]))
        shots = tuple(turn for seed in task.seeds[:3] for turn in seed.messages)
        return [Ask((question,)), Ask((*shots, question), examples=len(shots)), Ask((question,), adapter=self.adapter)]


@contextmanager
def stage(base: str, threads: int) -> Iterator[Stage]:
    """The base, and the address adapter that ships with it; for another base one with random matrices."""
    settings = Settings()
    ref = resolve(base, settings)
    with tempfile.TemporaryDirectory() as home:
        fitting = [a for a in adapter_names(settings, LOCAL) if a.shipped and a.card.base_sha256 == fingerprint(ref)]
        folder = next((a.path for a in fitting if a.card.task == "address"), None) or random_adapter(ref, Path(home))
        yield Stage(ref, pick_device(settings).kind, str(folder), threads)


def random_adapter(ref: BaseRef, home: Path) -> Path:
    """An adapter of the default recipe's shape whose two sides are random, so that it changes every answer."""
    import torch

    recipe, chance = Recipe(), torch.Generator().manual_seed(0)
    weights = {}
    for name, module in open_model(ref).named_modules():
        if isinstance(module, torch.nn.Linear) and "lm_head" not in name:
            out, into = module.weight.shape
            head = f"base_model.model.{name}."
            weights[head + "lora_A.weight"] = torch.randn(recipe.rank, into, generator=chance) * into**-0.5
            weights[head + "lora_B.weight"] = torch.randn(out, recipe.rank, generator=chance) * 0.02
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": recipe.rank,
        "lora_alpha": recipe.alpha,
        "target_modules": sorted({name.split(".")[-3] for name in weights}),
        "base_model_name_or_path": ref.id,
    }
    write_adapter(home / "random", weights, config, Card("random", "address", ref.id, fingerprint(ref), {}, "0"))
    return home / "random"


def reply_all(model: LocalModel, asks: Sequence[Ask], sampling: Sampling) -> tuple[list[str], list[Usage]]:
    """Text and usage of every reply. Raises RuntimeError for one that failed."""
    texts, usages = ["" for _ in asks], [Usage() for _ in asks]
    for index, event in model.replies(asks, sampling):
        if event.kind == "text":
            texts[index] += event.text
        elif event.kind == "done":
            usages[index] = event.usage
        else:
            raise RuntimeError(event.error)
    return texts, usages


def tokens_of(model: LocalModel, asks: Sequence[Ask], sampling: Sampling) -> list[list[int]]:
    """The token ids of every reply, noted where the loop takes them; replies themselves give text."""
    noted: list[list[int]] = [[] for _ in asks]
    take = Row.take

    def noting(row: Row, token: int, ends: frozenset[int]) -> Any:
        noted[row.index].append(token)
        return take(row, token, ends)

    Row.take = noting  # type: ignore[method-assign]
    try:
        reply_all(model, asks, sampling)
    finally:
        Row.take = take  # type: ignore[method-assign]
    return noted
