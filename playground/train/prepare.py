"""From an order to what a run stands on: checked folders, encoded rows, the model, the card to be."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from playground.adapters.files import Card, check_adapter, read_config
from playground.adapters.shelf import check_name
from playground.chat_format import Encoded, Tokenizer, encode
from playground.checkpoints.files import BaseRef, fingerprint, open_model, open_tokenizer
from playground.datasets import Dataset, check_apart, open_dataset
from playground.device import bfloat16_pays, need_torch
from playground.errors import BadSample, BadSetting, NameTaken
from playground.records import Row, read_jsonl, row_from_json
from playground.samples import GENERAL
from playground.settings import HOUSE
from playground.train.batches import batch_count, encode_rows
from playground.train.learner import Learner, add_adapter, load_adapter, shape_of
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from playground.train.trial import Trial, trials

VALIDATION_ROWS = 64
"""Most rows of a validation group that are looked at after an epoch, spread evenly over the group: its mean
loss is known well enough by then, and the rest would be time taken from training."""

ORDINARY = HOUSE / "samples" / GENERAL / "check.jsonl"
"""Ordinary requests, Chinese and English, that twins are never made from."""
FORGETTING = "forgetting"
"""Name, among the validation losses, of how far the answers to ORDINARY have moved from the base's."""


@dataclass(frozen=True)
class Prepared:
    """What a run stands on."""

    recipe: Recipe
    """The order's, with a step size."""
    rows: list[Encoded]
    general: frozenset[int]
    """Numbers of the rows about anything else, which the base is to answer itself."""
    groups: dict[str, list[Encoded]]
    """Validation rows by group, the groups that the dataset has."""
    ordinary: list[Encoded]
    """Ordinary requests that no row was made from, by which forgetting is told; none where the tokenizer cannot take
    them."""
    trials: list[Trial]
    """Validation questions that are asked after every epoch."""
    tokenizer: Any
    pad: int
    """Id that fills rows up."""
    steps: int
    """Steps until the limit of epochs or of steps."""
    per_epoch: int
    """Steps in one epoch."""
    learner: Learner
    card: Card
    """As it will be saved, but for what the run will tell."""


def prepare(order: TrainOrder, again: bool = False) -> Prepared:
    """Check everything, cheap things first, and set the model up; `again` for a run that has its folder already.

    Raises a UserError for a taken or bad name, a folder that cannot be written, a dataset, base, recipe or
    earlier adapter that cannot be used.
    """
    need_torch("training")
    if not again:
        claim_folder(order)
    ref = BaseRef(order.base, order.base_folder)
    dataset = open_dataset(order.dataset)
    check_apart(dataset)
    rows = list(dataset.rows())
    tokenizer = open_tokenizer(ref)
    limit = int(order.recipe.max_tokens)
    encoded = encode_rows(rows, tokenizer, limit)
    looked_at = {group: spread(list(dataset.rows(group)), VALIDATION_ROWS) for group in dataset.groups}
    groups = {group: encode_rows(chosen, tokenizer, limit) for group, chosen in looked_at.items()}
    general = rehearsed_rows(order.recipe, dataset, rows)
    if order.threads:
        import torch

        torch.set_num_threads(order.threads)
    learner, card, recipe = _learner(order, ref, dataset, rows)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    steps, per_epoch = step_count(order, len(encoded))
    asked = trials(looked_at, tokenizer, limit)
    ordinary = ordinary_requests(tokenizer, limit)
    return Prepared(
        recipe, encoded, general, groups, ordinary, asked, tokenizer, pad or 0, steps, per_epoch, learner, card
    )


def step_count(order: TrainOrder, rows: int) -> tuple[int, int]:
    """Steps of the run as far as epochs and steps limit it, and steps of one epoch."""
    recipe = order.recipe
    per_epoch = batch_count(rows, int(recipe.batch))
    steps = int(recipe.epochs) * per_epoch
    return (min(steps, int(recipe.steps)) if recipe.steps else steps), per_epoch


def shaped_recipe(order: TrainOrder) -> Recipe:
    """The order's recipe; a run that goes on from an adapter keeps that one's rank, alpha and targets."""
    if order.continue_from is None:
        return order.recipe
    rank, alpha, targets = shape_of(read_config(order.continue_from))
    return dataclasses.replace(order.recipe, rank=rank, alpha=alpha, targets=targets)


def claim_folder(order: TrainOrder) -> None:
    """Make the adapter's folder. Raises NameTaken where something is in it, BadSetting where it cannot be made."""
    check_name(order.name)
    out = order.out
    try:
        if out.exists() and not order.force and (not out.is_dir() or any(out.iterdir())):
            raise NameTaken(f"adapter folder {out} is not empty; choose another name or folder, or force it")
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"adapter folder {out} cannot be made ({error.strerror}); choose another") from error


def spread(rows: Sequence[Row], most: int) -> list[Row]:
    """At most `most` of the rows, evenly spread, in their order."""
    if len(rows) <= most:
        return list(rows)
    return [rows[i * len(rows) // most] for i in range(most)]


def rehearsed_rows(recipe: Recipe, dataset: Dataset, rows: Sequence[Row]) -> frozenset[int]:
    """Numbers of the rows that the base is to answer itself: general ones, where the recipe rehearses them."""
    # A dataset of general rows alone has nothing but them to learn from.
    if not recipe.rehearse or dataset.task == GENERAL:
        return frozenset()
    return frozenset(number for number, row in enumerate(rows) if row.task == GENERAL)


def ordinary_requests(tokenizer: Tokenizer, limit: int) -> list[Encoded]:
    """ORDINARY as ids and masks, without those that the tokenizer's chat template refuses (a system text, say)."""
    encoded = []
    for number, line in read_jsonl(ORDINARY):
        row = row_from_json(line, f"{ORDINARY.name} line {number}")
        with contextlib.suppress(BadSample):
            encoded.append(encode(row.messages, tokenizer, limit))
    return encoded


def _learner(order: TrainOrder, ref: BaseRef, dataset: Dataset, rows: Sequence[Row]) -> tuple[Learner, Card, Recipe]:
    """The base with its adapter, fresh or gone on from, the card that will lie beside it, and the recipe as it runs."""
    base_sha256 = fingerprint(ref)
    earlier = order.continue_from
    earlier_card = check_adapter(earlier, base_sha256) if earlier else None
    bfloat16 = bfloat16_pays(order.device) if order.precision == "auto" else order.precision == "bfloat16"
    # The frozen base may be kept in bfloat16 too where memory is the GPU's. Never float16: its gradients
    # would have to be scaled.
    model = open_model(ref, order.device, "bfloat16" if bfloat16 and order.device == "cuda" else "float32")
    recipe = shaped_recipe(order).sized(width_of(model))
    if earlier:
        learner = load_adapter(model, earlier, recipe, order.device, bfloat16)
    else:
        learner = add_adapter(model, recipe, order.device, bfloat16)
    card = Card(
        name=order.name,
        task=dataset.task,
        base_id=order.base,
        base_sha256=base_sha256,
        recipe=recipe.as_json(),
        dataset_sha256=dataset.rows_sha256,
        system=_common_system(rows),
        identity=_identity(dataset),
        precision="bfloat16" if bfloat16 else "float32",
        versions={name: version(name) for name in ("torch", "transformers", "peft")},
        continued_from=earlier_card.name if earlier_card else None,
        dataset_seed=dataset.seed,
        held=tuple(map(str, dataset.card.get("held") or ())),
    )
    return learner, card, recipe


def width_of(model: Any) -> int:
    """The base's hidden size."""
    return int(model.config.get_text_config().hidden_size)


def _common_system(rows: Sequence[Row]) -> str:
    """The system text that all rows begin with, "" if they do not share one."""
    texts = {r.messages[0]["content"] if r.messages[0]["role"] == "system" else "" for r in rows}
    return texts.pop() if len(texts) == 1 else ""


def _identity(dataset: Dataset) -> dict[str, str] | None:
    """Name and author that a dataset of the task identity teaches, by language where they differ (name_en)."""
    fixed = dataset.card.get("set")
    if dataset.task != "identity" or not isinstance(fixed, dict) or not {"name", "author"} <= set(fixed):
        return None
    return {str(slot): str(value) for slot, value in fixed.items()}
