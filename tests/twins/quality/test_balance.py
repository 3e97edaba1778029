"""Values out of balance are told in words, and what chance explains is not."""

from __future__ import annotations

import math
from random import Random

import pytest

from playground.twins.quality.balance import KEPT, Balance, BalanceMeter, at_least, round_figures
from playground.twins.quality.facts import Facts
from tests.twins.quality.made import row, seen

FACTS = Facts("trip", ("city",))


def balance(values: list[str]) -> Balance:
    meter = BalanceMeter(FACTS)
    for number, value in enumerate(values):
        meter.add(seen(row(number, slots={"city": value}), FACTS))
    (found,) = meter.result()
    return found


def warned(found: Balance) -> list[str]:
    return [one.key for one in found.warnings if one.text("en") and one.text("zh")]


def test_an_even_slot_is_not_warned_of() -> None:
    rng = Random(1)
    found = balance([f"v{rng.randrange(20)}" for _ in range(2_000)] + [""] * 500)
    assert warned(found) == [] and found.different == 20 and found.empty == 0.2
    assert found.evenness > 0.99 and abs(found.entropy - math.log2(20)) < 0.05


def test_a_value_far_too_frequent_is_warned_of_with_its_share() -> None:
    found = balance(["Rome"] * 300 + [f"v{n % 20}" for n in range(300)])
    assert warned(found) == ["balance.frequent"]
    assert found.warnings[0].text("en") == "city is 'Rome' in 50.0 %; an even draw would give 4.8 %"
    assert found.top[0] == ("Rome", 300) and found.top_share == 0.5


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        (["yes", "no"] * 50, []),
        (["yes"] * 60 + ["no"] * 40, []),
        (["yes"] * 95 + ["no"] * 5, ["balance.frequent"]),
        (["yes"] * 50, ["balance.one"]),
        (["yes"] * 5, []),
        ([""] * 50, ["balance.never"]),
    ],
)
def test_few_values(values: list[str], keys: list[str]) -> None:
    assert warned(balance(values)) == keys


def test_more_values_than_are_kept_lose_little() -> None:
    values = [f"n{n}" for n in range(3 * KEPT)]
    values[::5] = ["often"] * len(values[::5])
    found = balance(values)
    assert found.more and found.top[0][0] == "often"
    assert abs(found.top[0][1] - len(values) / 5) <= len(values) / KEPT


@pytest.mark.parametrize(
    ("values", "kind", "share"),
    [
        (["100", "250", "1,200", "99", "￥300.00", "45 元"], "amount", 3 / 4),
        (["3:00", "14:30", "8点", "9点半", "today 10:00"], "time", 3 / 5),
        (["276000", "215200", "100000"], None, 0),
        (["0100", "200", "30000"], None, 0),
        (["Rome", "Oslo", "100"], None, 0),
        ([], None, 0),
    ],
)
def test_round_figures(values: list[str], kind: str | None, share: float) -> None:
    found = round_figures([(value, 1) for value in values])
    assert (found.kind if found else None) == kind
    assert found is None or found.share == pytest.approx(share)


def test_round_amounts_are_warned_of() -> None:
    rng = Random(2)
    even = [str(rng.randrange(100, 99_999)) for _ in range(500)]
    assert warned(balance(even)) == []
    rounded = [str(100 * rng.randrange(1, 999)) for _ in range(250)] + even[:250]
    assert warned(balance(rounded)) == ["balance.round_amount"]
    hours = [f"{n % 24}:00" for n in range(100)] + [f"{n % 24}:{n % 59 + 1:02d}" for n in range(100)]
    assert warned(balance(hours)) == ["balance.round_time"]


def test_the_tail_of_a_binomial() -> None:
    assert at_least(3, 10, 0.2) == pytest.approx(1 - sum(math.comb(10, k) * 0.2**k * 0.8 ** (10 - k) for k in range(3)))
    assert at_least(0, 10, 0.5) == 1 and at_least(11, 10, 0.5) == 0 and at_least(5, 10, 0) == 0
    assert at_least(900_000, 1_000_000, 0.5) == 0.0


def test_hostile_values_are_cut() -> None:
    assert len(balance(["x" * 10**6] * 30).top[0][0]) == 60
    balance(["1" * 5_000] * 30 + ["\ud800"] * 30)
