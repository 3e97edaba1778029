"""Decisions carried out: rejected rows gone, edited ones changed with their gold, whatever form answers have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.datasets import Dataset, write_dataset
from playground.errors import BadDataset, BadSample, BadSetting
from playground.records import Row
from playground.settings import Settings
from playground.twins.quality.correct import row_checker
from playground.twins.quality.facts import Facts
from playground.twins.reviewed import decided, review_of, reviewed_dataset
from tests.twins.quality.made import FACTS, row


def made(folder: Path, train: list[Row], held: list[Row] | None = None) -> Dataset:
    return write_dataset(folder / "d", train, {"unseen_both": held}, {"task": "trip", "seed": 3})


ROWS = [row(n) for n in range(1, 5)]


def test_rejected_rows_go_and_edited_ones_change(settings: Settings, tmp_path: Path) -> None:
    dataset = made(tmp_path, ROWS, [row(9)])
    reviews = review_of(dataset, FACTS, settings)
    reviews.decide(ROWS[0], "reject")
    reviews.decide(ROWS[1], message="To Leeds on Monday", answer='{"city": "Leeds", "day": "Monday"}')
    reviews.decide(row(9), "reject")
    out = reviewed_dataset(dataset, reviews, tmp_path / "out")
    rows = list(out.rows())
    assert [one.id for one in rows] == ["r2", "r3", "r4"] and rows[0].slots == {"city": "Leeds", "day": "Monday"}
    assert rows[0].messages[0]["content"] == "To Leeds on Monday\nAnswer as JSON."
    assert out.counts["unseen_both"] is None and decided(dataset, reviews)["train"].checked == 2
    told = {"of": dataset.rows_sha256, "checked": 3, "accepted": 0, "edited": 1, "rejected": 2}
    assert out.card["reviewed"] == told


@pytest.mark.parametrize(
    ("facts", "old", "new", "gold"),
    [
        (replace(FACTS, form="yaml"), "city: Town1\nday: Monday", "city: Leeds\nday: Monday", "Leeds"),
        (replace(FACTS, form="xml"), "<t><city>Town1</city><day>Monday</day></t>",
         "<t><city>Leeds</city><day>Monday</day></t>", "Leeds"),
        (replace(FACTS, form="json", typed=frozenset({"city"})), '{"city": 7, "day": "Monday"}',
         '{"city": 8, "day": "Monday"}', "8"),
    ],
)  # fmt: skip
def test_gold_follows_an_edit_in_every_form(settings: Settings, tmp_path: Path, facts: Facts, old: str, new: str,
                                            gold: str) -> None:  # fmt: skip
    first = row(1, answer=old, slots={"city": "7" if gold == "8" else "Town1", "day": "Monday"})
    reviews = review_of(made(tmp_path, [first]), facts, settings)
    reviews.decide(first, answer=new, message=f"To {gold} on Monday", check=row_checker(facts))
    assert reviews.edited(first).slots == {"city": gold, "day": "Monday"}
    with pytest.raises(BadSample, match="is not right"):
        reviews.decide(first, answer="city", check=row_checker(facts))


def test_what_cannot_be_carried_out_is_told(settings: Settings, tmp_path: Path) -> None:
    dataset = made(tmp_path, [row(1)], [row(1)])
    reviews = review_of(dataset, FACTS, settings)
    with pytest.raises(BadSetting, match="no row is reviewed yet"):
        reviewed_dataset(dataset, reviews, tmp_path / "out")
    reviews.decide(row(1), "accept")
    with pytest.raises(BadDataset, match="id 'r1' stands on two rows"):
        reviewed_dataset(dataset, reviews, tmp_path / "out")
    alone = write_dataset(tmp_path / "e", [row(1)], {}, {"task": "trip"})
    reviews = review_of(alone, FACTS, settings)
    reviews.decide(row(1), "reject")
    with pytest.raises(BadSetting, match="all training rows are rejected"):
        reviewed_dataset(alone, reviews, tmp_path / "out")
    assert not (tmp_path / "out").exists()
