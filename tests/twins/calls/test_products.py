"""Products: every call once before any comes again, and every beginning even."""

from __future__ import annotations

from collections import Counter
from math import prod
from random import Random

import pytest

from playground.twins.calls.order import make_turns, short_or_whole, turns_for
from playground.twins.calls.products import make_product


@pytest.mark.parametrize(
    "counts", [(10, 8, 6, 2), (3,), (), (4, 4, 4), (5, 7, 3), (12, 18, 8), (1, 1, 9), (2, 2, 2, 2, 2)]
)
def test_the_whole_product_comes_once(counts: tuple[int, ...]) -> None:
    product = make_product(counts, Random(1))
    calls = [tuple(product.call(number)) for number in range(prod(counts))]
    assert product.size == len(set(calls)) == prod(counts)
    assert tuple(product.call(prod(counts))) == calls[0], "then they come again"


@pytest.mark.parametrize("counts", [(10, 8, 6, 2), (24, 24, 12), (7, 5, 30), (100, 40)])
def test_every_beginning_is_even(counts: tuple[int, ...]) -> None:
    product = make_product(counts, Random(3))
    seen: list[Counter[int]] = [Counter() for _ in counts]
    for number in range(700):
        for place, index in enumerate(product.call(number)):
            seen[place][index] += 1
        for place, count in enumerate(counts):
            often = [seen[place][index] for index in range(count)]
            assert max(often) - min(often) <= 1, (number, place)


def test_a_huge_product_is_not_counted_out() -> None:
    product = make_product((5000,) * 20, Random(1))
    assert product.size == 5000**20
    assert len({tuple(product.call(number)) for number in range(20_000)}) == 20_000


def test_weights_are_kept_in_proportion() -> None:
    product = make_product((3, 2), Random(1), [[60, 30, 10], None])
    seen = Counter(product.call(number)[0] for number in range(1000))
    assert (seen[0], seen[1], seen[2]) == (600, 300, 100)
    rare = make_product((2,), Random(1), [[10**8, 1]])
    assert {rare.call(number)[0] for number in range(3000)} == {0, 1}, "a rare value is not lost"


def test_turns_tell_whose_and_the_how_manieth() -> None:
    turns = make_turns((1, 3, 2), Random(5))
    had = [0, 0, 0]
    for number in range(60):
        member, before = turns.at(number)
        assert before == had[member]
        had[member] += 1
        assert turns.until(member, had[member]) == number + 1
    assert had == [10, 30, 20]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.3, 1 / 3, 0.9])
def test_short_calls_are_spread_evenly_and_take_no_whole_ones_turn(share: float) -> None:
    found = [short_or_whole(turn, share) for turn in range(1000)]
    for short in (True, False):
        numbers = [number for one, number in found if one is short]
        assert numbers == list(range(len(numbers)))
    assert abs(sum(short for short, _ in found) - 1000 * share) <= 1
    for whole in (1, 7, 100):
        needed = turns_for(whole, share)
        assert sum(not short for short, _ in found[:needed]) == whole and not found[needed - 1][0]
