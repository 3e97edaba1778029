"""The pre-flight card: its counts are those of the run itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from playground.chat_format import encode
from playground.checkpoints.files import BaseRef, open_tokenizer
from playground.datasets import write_dataset
from playground.errors import BadDataset, BadRecipe
from playground.events import TrainStarted
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.plan import pieces, plan
from playground.train.recipe import Recipe
from tests.tiny import END, make_tiny, tiny_dataset, tiny_rows


@pytest.fixture
def order(tiny: BaseRef, tmp_path: Path) -> TrainOrder:
    data = tiny_dataset(tmp_path / "data", rows=20).path
    return TrainOrder(data, tiny.id, tiny.path_or_hub_id, Recipe(rank=3, steps=7), "mine", tmp_path / "out")


@pytest.mark.parametrize("targets", ["all-linear", "q_proj,v_proj"])
def test_the_counts_are_those_of_the_run(order: TrainOrder, targets: str) -> None:
    order = dataclasses.replace(order, recipe=dataclasses.replace(order.recipe, targets=targets))
    card = plan(order)
    run = train(order)
    started = next(run)
    run.close()  # type: ignore[attr-defined]
    assert isinstance(started, TrainStarted)
    assert (card.steps, card.epochs, card.trainable, card.total, card.tokens) == (
        started.steps,
        started.epochs,
        started.trainable,
        started.total,
        started.tokens,
    )
    assert card.share == pytest.approx(card.trainable / card.total) and 0 < card.share < 1


def test_nothing_is_made_and_the_guesses_are_numbers(order: TrainOrder) -> None:
    card = plan(order)
    assert not order.out.exists()
    assert 0 < card.minutes_guess <= order.recipe.minutes and card.memory_bytes_guess > 4 * card.total


def test_an_untied_head_counts_once_more(order: TrainOrder, tmp_path: Path) -> None:
    untied = make_tiny(tmp_path / "untied", tied=False)
    more = plan(dataclasses.replace(order, base="untied", base_folder=str(untied)))
    assert more.total - plan(order).total == 355 * 32 and more.trainable == plan(order).trainable


def test_the_example_shows_what_is_learned(order: TrainOrder, tiny: BaseRef) -> None:
    first = tiny_rows(1)[0]
    example = plan(order).example
    assert [learned for _, learned in example] == [False, True, False]
    assert example[1][0] == first.messages[1]["content"] + END
    tokenizer = open_tokenizer(tiny)
    whole = encode(first.messages, tokenizer, 1024)
    assert "".join(text for text, _ in pieces(whole, tokenizer)) == tokenizer.decode(whole.ids)


def test_a_large_dataset_is_counted_from_a_sample(order: TrainOrder, tmp_path: Path) -> None:
    rows = [dataclasses.replace(r, id=str(i)) for i, r in enumerate(tiny_rows(20) * 30)]
    data = write_dataset(tmp_path / "large", rows, {}, {"task": "tiny", "seed": 0}).path
    large = plan(dataclasses.replace(order, dataset=data))
    assert large.tokens == pytest.approx(30 * plan(order).tokens, rel=0.02)


def test_bad_input_is_named(order: TrainOrder, tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="nowhere"):
        plan(dataclasses.replace(order, dataset=tmp_path / "nowhere"))
    with pytest.raises(BadRecipe, match="nonsense"):
        plan(dataclasses.replace(order, recipe=Recipe(targets="nonsense")))
