"""The pre-flight card: what a run would do, worked out without loading a weight."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playground.chat_format import Encoded, Tokenizer
from playground.checkpoints.files import BaseRef, open_shape, open_tokenizer
from playground.datasets import open_dataset
from playground.device import bfloat16_pays
from playground.train.batches import batch_count, encode_rows
from playground.train.learner import matrices
from playground.train.order import TrainOrder
from playground.train.prepare import VALIDATION_ROWS, rehearsed_rows, shaped_recipe, spread, step_count, width_of

SAMPLE = 200
"""Rows that are looked at, spread evenly; tokens of the rest are taken to be like theirs."""


@dataclass(frozen=True)
class Plan:
    """What a run would do. Time and memory are guesses, good to a factor of two."""

    base: str
    """Its id."""
    device: str
    """What it runs on: cpu, cuda or mps."""
    precision: str
    dataset: str
    """Its name."""
    rows: int
    looked_at: int
    """Rows of the validation groups."""
    steps: int
    """Optimizer steps as far as epochs and steps limit them; minutes may end it sooner."""
    epochs: int
    """A part of one counted as one."""
    learning_rate: float
    """Step size at the peak."""
    trainable: int
    """Numbers that would be learned: rank x (inputs + outputs) for each matrix."""
    total: int
    """Numbers of base and adapter together."""
    tokens: int
    """Supervised tokens in one epoch."""
    minutes_guess: float
    """With the looks at the validation groups; the limit of minutes applied."""
    memory_bytes_guess: int
    example: tuple[tuple[str, bool], ...]
    """The first row as the model sees it: pieces of text, and whether each is learned."""

    @property
    def base_numbers(self) -> int:
        """Numbers of the base alone, which stay as they are."""
        return self.total - self.trainable

    @property
    def share(self) -> float:
        """Trainable numbers as a share of all, 0 to 1."""
        return self.trainable / self.total


def plan(order: TrainOrder) -> Plan:
    """Work out the card for `order`. Raises the UserErrors of a bad dataset, base or recipe, but makes no folder.

    Rows past the first SAMPLE are not looked at, so one that cannot be used may still turn up in training.
    """
    recipe, ref = shaped_recipe(order), BaseRef(order.base, order.base_folder)
    dataset = open_dataset(order.dataset)
    rows = list(dataset.rows())
    tokenizer = open_tokenizer(ref)
    sample = encode_rows(spread(rows, SAMPLE), tokenizer, int(recipe.max_tokens))
    model = open_shape(ref)
    sizes = [module.weight.shape for module in matrices(model, recipe.targets).values()]
    trainable = sum(int(recipe.rank) * (a + b) for a, b in sizes)
    base = sum(p.numel() for p in model.parameters())
    steps, per_epoch = step_count(order, len(rows))
    epochs = batch_count(steps, per_epoch)
    length = sum(len(r.ids) for r in sample) / len(sample)
    learned = sum(r.learned for r in sample) / len(sample)
    bfloat16 = order.precision == "bfloat16" or order.precision == "auto" and bfloat16_pays(order.device)
    held = [n or 0 for group, n in dataset.counts.items() if group != "train"]
    looks = sum(min(VALIDATION_ROWS, n) for n in held) * epochs
    # A look costs about a third of learning: no way back through the layers.
    row_count = min(steps * recipe.batch, epochs * len(rows)) + looks / 3
    # Answering a row token by token takes longer than learning from it.
    row_count += 1.5 * len(rehearsed_rows(recipe, dataset, rows))
    body, head = _sizes(model, base)
    minutes = row_count * _flops(length, learned, body, head) / _flops_per_second(order, bfloat16) / 60
    return Plan(
        base=order.base,
        device=order.device,
        precision="bfloat16" if bfloat16 else "float32",
        dataset=dataset.path.name,
        rows=len(rows),
        looked_at=sum(held),
        steps=steps,
        epochs=epochs,
        learning_rate=recipe.sized(width_of(model)).learning_rate,
        trainable=trainable,
        total=base + trainable,
        tokens=round(learned * len(rows)),
        minutes_guess=min(minutes, recipe.minutes) if recipe.minutes else minutes,
        memory_bytes_guess=_memory(order, model, base, trainable, length, learned),
        example=pieces(sample[0], tokenizer),
    )


def pieces(encoded: Encoded, tokenizer: Tokenizer) -> tuple[tuple[str, bool], ...]:
    """One encoded conversation as text again, cut where learning begins and ends."""
    found: list[tuple[str, bool]] = []
    begin = 0
    for t in range(1, len(encoded.ids) + 1):
        if t == len(encoded.ids) or encoded.mask[t] != encoded.mask[begin]:
            found.append((tokenizer.decode(encoded.ids[begin:t]), bool(encoded.mask[begin])))
            begin = t
    return tuple(found)


def _sizes(model: Any, base: int) -> tuple[int, int]:
    """Numbers that every token is multiplied with, and those of the head, which supervised tokens alone meet."""
    head = model.get_output_embeddings().weight.numel()
    embeddings = model.get_input_embeddings().weight.numel()
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    return base - embeddings - (0 if tied else head), head


def _flops(length: float, learned: float, body: int, head: int) -> float:
    """Floating-point operations of learning from one row: two per number forward, two back (no weight gradients)."""
    return 4.0 * (length * body + learned * head)


def _flops_per_second(order: TrainOrder, bfloat16: bool) -> float:
    """Speed of training, from the speed of one product of matrices on this device just now.

    Training reaches about an eighth of it (measured with the starter on two shared cores: 237 s where the products
    alone would take 26; attention, norms and small matrices take the rest).
    """
    import torch

    kind = torch.bfloat16 if bfloat16 else torch.float32
    a = torch.ones(1024, 512, dtype=kind, device=order.device)
    b = torch.ones(512, 512, dtype=kind, device=order.device)
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        float((a @ b)[0, 0])
        best = min(best, time.perf_counter() - began)
    return 2 * 1024 * 512 * 512 / best / 8


def _memory(order: TrainOrder, model: Any, base: int, trainable: int, length: float, learned: float) -> int:
    """Bytes: weights, the adapter four times over (itself, gradient, two of AdamW), and one batch's activations."""
    config = model.config.get_text_config()
    width, layers = int(config.hidden_size), int(config.num_hidden_layers)
    inner = int(getattr(config, "intermediate_size", 0) or 4 * width)
    rows = int(order.recipe.batch)
    # What is kept for the way back: about fourteen vectors of the model's width and five of the inner one per
    # token and layer; logits of supervised tokens stand there three times while the loss is taken.
    activations = rows * length * layers * (14 * width + 5 * inner) * 4
    logits = rows * learned * int(config.vocab_size) * 4 * 3
    weight_bytes = 2 if order.device == "cuda" else 4
    return int(base * weight_bytes + trainable * 16 + activations + logits)
