"""What is held out: templates by kind, values by their hash."""

from __future__ import annotations

from collections import Counter

import pytest

from playground.errors import BadTemplate
from playground.samples import Template, load_task
from playground.settings import Settings
from playground.twins.split import Side, folds, held_templates, known_held


def templates(**kinds: int) -> list[Template]:
    return [Template(f"{kind}-{n}", "zh", kind, "x") for kind, count in kinds.items() for n in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_loses_about_a_fifth(seed: int) -> None:
    held = held_templates(templates(three=3, five=5, ten=10, single=1, pair=2), seed)
    counts = Counter(one.partition("-")[0] for one in held)
    assert (counts["three"], counts["five"], counts["ten"]) == (1, 1, 2)
    assert counts["single"] + counts["pair"] == 1, "small kinds are one kind together"


def test_two_templates_are_too_few_to_hold_one_out() -> None:
    assert held_templates(templates(pair=2), 0) == frozenset()


def test_the_seed_decides_and_the_order_does_not() -> None:
    listed = templates(five=5, ten=10)
    assert held_templates(listed, 1) == held_templates(listed[::-1], 1)
    assert len({held_templates(listed, seed) for seed in range(20)}) > 5


@pytest.mark.parametrize("name", ["address", "identity"])
@pytest.mark.parametrize("count", [3, 5])
def test_folds_hold_each_template_out_once(settings: Settings, name: str, count: int) -> None:
    humans = load_task(name, settings).human
    dealt = folds(humans, count, 3)
    assert sorted(one for fold in dealt for one in fold) == sorted(one.id for one in humans)
    sizes = [len(fold) for fold in dealt]
    assert max(sizes) - min(sizes) <= 1
    kinds = {(one.lang, one.kind) for one in humans}
    for fold in dealt:
        left = {(one.lang, one.kind) for one in humans if one.id not in fold}
        assert left == kinds, "every kind is still there to train on"


def test_given_templates_are_checked() -> None:
    listed = templates(five=5)
    assert known_held(["five-1"], listed) == {"five-1"}
    with pytest.raises(BadTemplate, match="'six-1' is not there; there is: five-0, five-1"):
        known_held(["six-1"], listed)
    with pytest.raises(BadTemplate, match="all 5 templates are held out"):
        known_held([one.id for one in listed], listed)


def test_a_value_has_one_side() -> None:
    seen, unseen = Side(3, False), Side(3, True)
    values = [f"名{number}" for number in range(2000)]
    kept = [value for value in values if seen.holds("name", value)]
    assert all(seen.holds("name", value) != unseen.holds("name", value) for value in values)
    assert 0.75 < len(kept) / len(values) < 0.85
    other = [value for value in values if Side(4, False).holds("name", value)]
    assert 0.55 < len(set(kept) & set(other)) / len(values) < 0.73, "another seed deals anew"


def test_the_writing_of_a_value_does_not_move_it() -> None:
    for number in range(200):
        side = Side(number, True)
        same = ["139-0571-1234", "13905711234", "139 0571 1234", "１３９０５７１１２３４"]
        assert len({side.holds("phone", value) for value in same}) == 1
        assert side.holds("detail", "中山路8号 3栋") == side.holds("detail", "中山路8号，3栋")
