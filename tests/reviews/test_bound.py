"""The bound is exact, and its sentence is the one a person can stand by."""

from __future__ import annotations

import math

import pytest

from playground.errors import BadSetting
from playground.reviews.bound import at_most, bound, still_to_check, upper_bound
from playground.sentences import known


def direct(wrong: int, checked: int, share: float) -> float:
    return math.fsum(math.comb(checked, k) * share**k * (1 - share) ** (checked - k) for k in range(wrong + 1))


@pytest.mark.parametrize("checked", [1, 10, 59, 300])
def test_none_wrong_has_a_closed_form(checked: int) -> None:
    assert upper_bound(0, checked) == pytest.approx(1 - 0.05 ** (1 / checked), abs=1e-12)


@pytest.mark.parametrize(("wrong", "checked"), [(1, 10), (3, 50), (9, 10), (40, 200)])
def test_at_the_bound_so_few_are_just_unlikely(wrong: int, checked: int) -> None:
    upper = upper_bound(wrong, checked)
    assert direct(wrong, checked, upper) == pytest.approx(0.05, abs=1e-9)
    assert at_most(wrong, checked, 0.5 + upper / 2) == pytest.approx(direct(wrong, checked, 0.5 + upper / 2), abs=1e-9)


def test_known_values() -> None:
    # Tables of exact one-sided 95 % limits: 1 of 20 gives 21.6 %, 2 of 100 gives 6.2 %.
    assert upper_bound(1, 20) == pytest.approx(0.2161, abs=1e-4)
    assert upper_bound(2, 100) == pytest.approx(0.0616, abs=1e-4)


def test_ends() -> None:
    assert upper_bound(0, 0) == 1.0 == upper_bound(5, 5)
    assert 0.5 < upper_bound(500_000, 1_000_000) < 0.501
    assert at_most(0, 5, 0.0) == 1.0 and at_most(0, 5, 1.0) == 0.0


@pytest.mark.parametrize(
    ("wrong", "checked", "english", "chinese"),
    [
        (
            0,
            59,
            "59 checked, none wrong: under 5 % wrong, 95 % sure",
            "查了 59 行，没有错：错误率低于 5 %（把握 95 %）",
        ),
        (0, 58, "58 checked, none wrong: under 5.1 % wrong, 95 % sure", None),
        (2, 100, "100 checked, 2 wrong (2 %): under 6.2 % wrong, 95 % sure", None),
        (0, 0, "no row is checked yet", "还没有查过任何一行"),
        (3, 3, "3 checked, all wrong", "查了 3 行，全都有错"),
    ],
)
def test_the_statement(wrong: int, checked: int, english: str, chinese: str | None) -> None:
    found = bound(wrong, checked)
    assert found.text("en") == english and (chinese is None or found.text("zh") == chinese)


@pytest.mark.parametrize(("wrong", "checked", "wanted"), [(0, 0, 0.05), (0, 30, 0.05), (1, 40, 0.02), (0, 59, 0.05)])
def test_how_many_more(wrong: int, checked: int, wanted: float) -> None:
    more = still_to_check(wrong, checked, wanted)
    assert upper_bound(wrong, checked + more) <= wanted
    assert more == 0 or upper_bound(wrong, checked + more - 1) > wanted


def test_how_many_more_in_words() -> None:
    assert bound(0, 30).more_text(0.05) == "29 more without a fault would show under 5 %"
    assert bound(0, 59).more_text(0.05, "zh") == "已低于 5 %"


@pytest.mark.parametrize("call", [lambda: bound(3, 2), lambda: bound(-1, 2), lambda: bound(0, 9, 1.0)])
def test_numbers_that_cannot_be(call: object) -> None:
    with pytest.raises(BadSetting) as caught:
        call()  # type: ignore[operator]
    assert known(str(caught.value))


@pytest.mark.parametrize("wanted", [0.0, 1.0, math.nan, 1e-9])
def test_bounds_that_cannot_be(wanted: float) -> None:
    with pytest.raises(BadSetting) as caught:
        still_to_check(0, 10, wanted)
    assert known(str(caught.value))
