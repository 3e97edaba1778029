"""Intervals, tests and what so few cases can show."""

from __future__ import annotations

import math
import random

import pytest

from playground.scoring.statistics import (
    LARGE,
    holm,
    mcnemar_exact,
    mean_interval,
    mid_p,
    paired_difference,
    tango,
    visible_gap,
    wilson,
    words,
)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(50, 50, 0.929, 1.0), (500, 500, 0.992, 1.0), (0, 50, 0.0, 0.071), (6, 10, 0.313, 0.832), (35, 50, 0.562, 0.809)],
)
def test_wilson(k: int, n: int, low: float, high: float) -> None:
    """Figures of the published formula; all right has the lower bound n / (n + z^2)."""
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-4)


def test_without_cases_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert mean_interval([]) == (0.0, 1.0)
    assert tango(0, 0, 0) == (-1.0, 1.0)
    empty = paired_difference([], [])
    assert (empty.mean, empty.interval, empty.p, empty.mid_p) == (0.0, (-1.0, 1.0), 1.0, 1.0)


@pytest.mark.parametrize(
    ("wins", "losses", "p", "mid"),
    [(0, 0, 1.0, 1.0), (4, 0, 0.125, 0.0625), (6, 0, 0.03125, 0.015625), (7, 0, 0.015625, 0.0078125), (5, 5, 1.0, 1.0)],
)
def test_mcnemar(wins: int, losses: int, p: float, mid: float) -> None:
    assert (mcnemar_exact(wins, losses), mid_p(wins, losses)) == (p, mid)
    assert (mcnemar_exact(losses, wins), mid_p(losses, wins)) == (p, mid)


def test_mcnemar_of_many_cases_does_not_overflow() -> None:
    assert 0 < mcnemar_exact(3000, 2500) < 1e-9
    assert mid_p(3000, 2500) < mcnemar_exact(3000, 2500)


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]


@pytest.mark.parametrize("seed", range(20))
def test_holm_keeps_the_order_and_never_lowers(seed: int) -> None:
    rng = random.Random(seed)
    ps = [rng.random() for _ in range(rng.randint(1, 6))]
    corrected = holm(ps)
    assert all(c >= p for p, c in zip(ps, corrected, strict=True))
    assert sorted(range(len(ps)), key=lambda i: ps[i]) == sorted(range(len(ps)), key=lambda i: (corrected[i], ps[i]))


def test_tango_of_no_change_is_the_published_limit() -> None:
    """Without any change the interval is +-z^2 / (n + z^2)."""
    z2 = 1.959964**2
    assert tango(0, 0, 50) == pytest.approx((-z2 / (50 + z2), z2 / (50 + z2)), abs=1e-6)


@pytest.mark.parametrize(("wins", "losses", "n"), [(3, 1, 20), (6, 0, 10), (0, 9, 60), (10, 10, 20), (24, 0, 24)])
def test_tango_is_symmetric_and_holds_the_difference(wins: int, losses: int, n: int) -> None:
    low, high = tango(wins, losses, n)
    assert -1.0 <= low <= (wins - losses) / n <= high <= 1.0
    assert tango(losses, wins, n) == pytest.approx((-high, -low), abs=1e-9)


def _sample(n: int, a: float, b: float, seed: int = 0) -> tuple[list[bool], list[bool]]:
    rng = random.Random(seed)
    return [rng.random() < a for _ in range(n)], [rng.random() < b for _ in range(n)]


def test_a_clear_difference_is_better_one_way_and_worse_the_other() -> None:
    a, b = _sample(200, 0.9, 0.5)
    difference = paired_difference(a, b)
    assert difference.wins + difference.ties + difference.losses == 200
    assert difference.method == "bootstrap" and not difference.small
    assert difference.interval[0] < difference.mean < difference.interval[1]
    assert words(difference, difference.p) == "better"
    assert words(paired_difference(b, a), difference.p) == "worse"


def test_the_same_rows_give_the_same_figures() -> None:
    a, b = _sample(100, 0.8, 0.5)
    assert paired_difference(a, b) == paired_difference(a, b)


def test_few_changes_get_the_score_interval_and_are_called_small() -> None:
    difference = paired_difference([True] * 10 + [False] * 50, [False] * 60)
    assert difference.method == "score" and difference.small
    assert difference.interval == tango(10, 0, 60)


def test_all_cases_changed_the_same_way_is_no_point_without_width() -> None:
    difference = paired_difference([True] * 40, [False] * 40)
    assert difference.interval[0] < 1.0 == difference.interval[1]


def test_cases_of_one_template_are_drawn_together() -> None:
    rng = random.Random(1)
    templates = [f"t{i % 8}" for i in range(240)]
    easy = {f"t{i}": i % 2 == 0 for i in range(8)}
    a = [easy[t] or rng.random() < 0.2 for t in templates]
    b = [rng.random() < 0.2 for _ in templates]
    alone, together = paired_difference(a, b), paired_difference(a, b, templates)
    assert together.method == "cluster bootstrap"
    assert together.interval[1] - together.interval[0] > alone.interval[1] - alone.interval[0]
    assert together.p == alone.p


def test_one_template_alone_cannot_be_resampled() -> None:
    a, b = _sample(100, 0.9, 0.3)
    assert paired_difference(a, b, ["t"] * 100).method == "bootstrap"


def test_an_interval_that_holds_zero_vetoes_the_test() -> None:
    """All wins come from one of two templates: by the test a sure thing, by the templates a coin thrown twice."""
    a = [True] * 30 + [False] * 30
    difference = paired_difference(a, [False] * 60, ["x"] * 30 + ["y"] * 30)
    assert difference.p < 0.001
    assert words(difference, difference.p) == "no difference shown"


def test_a_corrected_p_at_the_level_shows_nothing() -> None:
    a, b = _sample(200, 0.9, 0.5)
    assert words(paired_difference(a, b), 0.05) == "no difference shown"


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="same cases"):
        paired_difference([True], [])


def test_the_interval_of_a_mean() -> None:
    low, high = mean_interval([0.0, 0.5, 1.0] * 30)
    assert 0.3 < low < 0.5 < high < 0.7
    # No spread to draw from: still no certainty.
    assert mean_interval([1.0] * 50) == wilson(50, 50)
    assert mean_interval([0.5]) == pytest.approx((0.055, 0.945), abs=1e-3)
    wide = mean_interval([0.0] * 50 + [1.0] * 50, ["a"] * 50 + ["b"] * 50)
    assert wide == (0.0, 1.0)


@pytest.mark.parametrize(
    ("n", "differ", "points"),
    [(50, 0.1, None), (50, 0.2, 17), (100, 0.1, 9), (100, 0.2, 13), (200, 0.2, 9), (200, 0.4, 13), (500, 0.3, 7)],
)
def test_the_smallest_gap_that_shows(n: int, differ: float, points: int | None) -> None:
    """Against a table computed elsewhere by simulation, to a point."""
    gap = visible_gap(n, differ)
    assert (gap is None) is (points is None)
    assert gap is None or points is None or abs(gap * 100 - points) < 1.01


def test_more_cases_show_smaller_gaps() -> None:
    gaps = [visible_gap(n) for n in (40, 60, 100, 200, 400, 1000)]
    found = [math.inf if gap is None else gap for gap in gaps]
    assert found == sorted(found, reverse=True)
    assert visible_gap(0) is None and visible_gap(10) is None


def test_few_changes_of_one_template_show_no_more_than_many() -> None:
    clusters = [k % 10 for k in range(300)]
    for wins in (12, 24, 25):
        left = iter(range(wins))
        a = [cluster == 0 and next(left, None) is not None for cluster in clusters]
        found = paired_difference(a, [False] * 300, clusters)
        assert found.wins == wins and found.interval[0] <= 0.0
        assert words(found, found.p) == "no difference shown", wins
    # Where every case is a cluster of its own, or none is known, nothing is widened.
    a = [k < 12 for k in range(300)]
    assert paired_difference(a, [False] * 300, list(range(300))).interval == tango(12, 0, 300)
    assert paired_difference(a, [False] * 300).interval == tango(12, 0, 300)


def test_clusters_that_happen_to_be_alike_are_no_certainty() -> None:
    templates = ["a"] * 100 + ["b"] * 100
    low, high = mean_interval([1.0, 0.0] * 100, templates)
    assert low < 0.45 and high > 0.55
    better, worse = ([i % 10 < 6 for i in range(200)], [i % 10 < 4 for i in range(200)])
    told = paired_difference(better, worse, templates)
    assert told.interval[0] < 0.2 < told.interval[1]


def test_the_gap_of_very_many_cases_goes_on_from_the_exact_one() -> None:
    exact, approximate = visible_gap(LARGE), visible_gap(LARGE + 1)
    assert exact is not None and approximate is not None and abs(exact - approximate) <= 0.01
