"""What seated contenders were taught, as far as a comparison between them stands or falls with it."""

from __future__ import annotations

import dataclasses

import pytest

from playground.adapters.files import Card
from playground.samples import Task, load_task
from playground.settings import LOCAL, Settings
from playground.ui.making import SHIPPED_SEED
from playground.ui.session import Session
from playground.ui.taught import cards_of, learned_from, not_unseen, one_base, pair_of

BASE, ROWS = "ab" * 32, "cd" * 32
CARD = Card("mine", "address", "starter", BASE, {"rank": 2}, ROWS, dataset_seed=3, held=("lines-1", "lines-2"))


@pytest.fixture
def task(settings: Settings) -> Task:
    return load_task("address", settings)


def test_cards_are_read_of_tuned_ones_alone_and_a_missing_one_is_left_out(settings: Settings) -> None:
    found = cards_of(settings, Session(visitor=LOCAL), ["base", "tuned:address", "tuned:nobody", "endpoint:x"])
    assert list(found) == ["tuned:address"] and found["tuned:address"].task == "address"


@pytest.mark.parametrize(
    ("names", "cards", "one"),
    [
        (["base", "few-shot", "tuned:mine"], {"tuned:mine": CARD}, True),
        (["base", "tuned:mine"], {"tuned:mine": dataclasses.replace(CARD, base_id="other")}, False),
        (["tuned:a", "tuned:b"], {"tuned:a": CARD, "tuned:b": dataclasses.replace(CARD, base_sha256="ef" * 32)}, False),
        (["base", "endpoint:here"], {}, False),
        (["endpoint:here", "endpoint:there"], {}, False),
        (["endpoint:here"], {}, True),
        (["base", "scripted:lines.jsonl"], {}, True),
        (["base", "gguf:starter", "gguf:starter+mine"], {}, True),
        (["base", "gguf:other.gguf"], {}, False),
    ],
)
def test_contenders_stand_on_one_base_or_on_several(
    settings: Settings, names: list[str], cards: dict[str, Card], one: bool
) -> None:
    assert one_base(settings, names, cards) is one


def test_the_pair_is_the_one_of_the_language_where_there_are_two() -> None:
    one = dataclasses.replace(CARD, identity={"name": "云雀", "author": "云雀商贸"})
    two = dataclasses.replace(
        CARD, identity={"name": "云雀", "author": "云雀商贸", "name_en": "Lark", "author_en": "Lark Ltd"}
    )
    assert pair_of({"tuned:a": CARD, "tuned:b": one}, "en") == {"name": "云雀", "author": "云雀商贸"}
    assert pair_of({"tuned:b": two}, "en") == {"name": "Lark", "author": "Lark Ltd"}
    assert pair_of({"tuned:a": CARD}, "zh") is None


def test_unseen_cases_are_drawn_as_the_adapter_of_the_task_had_them(task: Task) -> None:
    held = [task.human[0].id]
    card = dataclasses.replace(CARD, held=(*held, "a template that is gone"))
    assert learned_from({"tuned:mine": card}, task) == (3, held)
    other = dataclasses.replace(card, task="identity")
    assert learned_from({"tuned:mine": other}, task) == (SHIPPED_SEED, None)


@pytest.mark.parametrize(
    ("card", "seed", "held", "rows", "known"),
    [
        (CARD, 3, ["lines-1"], "", False),
        (CARD, 3, ["lines-1", "chatter-1"], "", True),
        (CARD, 4, ["lines-1"], "", True),
        (CARD, 4, ["lines-1"], ROWS, False),
        (dataclasses.replace(CARD, dataset_seed=None), 3, None, "", True),
        (dataclasses.replace(CARD, task="identity"), 4, None, "", False),
    ],
)
def test_held_out_twins_are_unseen_only_by_those_that_learned_from_the_same(
    task: Task, card: Card, seed: int, held: list[str] | None, rows: str, known: bool
) -> None:
    assert not_unseen({"tuned:mine": card}, task, seed, held, rows) == ["tuned:mine"] * known
