"""Scores in words."""

from __future__ import annotations

import pytest

from playground.scoring.results import ScoredRow, scores_of
from playground.scoring.verdict import WORDS, gap_words, interval_text, p_text, percent, verdicts
from tests.scoring.test_results import cases, lost, right


def _rows(n: int, **shares: int) -> list[ScoredRow]:
    """Rows of contenders, each right on its first so many cases."""
    return [right(f"c{i}", name, i < count) for name, count in shares.items() for i in range(n)]


def test_the_better_one_stands_first_with_its_figures() -> None:
    for order in (["tuned", "base"], ["base", "tuned"]):
        (told,) = verdicts(scores_of(cases(60), _rows(60, base=7, tuned=58), order))
        assert told == "tuned is better than base: exact 97 % against 12 % (60 cases), 51 wins, 0 losses, p < 0.001"


def test_a_small_gap_is_no_medal() -> None:
    (told,) = verdicts(scores_of(cases(60), _rows(60, base=58, tuned=60), ["base", "tuned"]))
    assert told.startswith("no difference shown between tuned and base: exact 100 % against 97 % (60 cases)")
    assert told.endswith("p = 0.500; small sample, only 2 cases changed")


def test_three_contenders_are_told_pair_by_pair_with_corrected_ps() -> None:
    told = verdicts(scores_of(cases(40), _rows(40, a=0, b=20, c=40), ["a", "b", "c"]))
    assert len(told) == 3 and all("corrected" in sentence for sentence in told)
    assert all(" better than " in sentence for sentence in told)


def test_one_contender_alone_gets_its_rate_and_interval() -> None:
    (told,) = verdicts(scores_of(cases(50), _rows(50, base=50), ["base"]))
    assert told == "base: exact 100 % (50 cases, 95 % interval 93–100 %)"


def test_what_was_not_scored_is_said() -> None:
    rows = [right("c0", "a"), lost("c1", "a"), right("c0", "b"), right("c1", "b")]
    told = verdicts(scores_of(cases(2), rows, ["a", "b"]))
    assert told[-1] == "a: 1 of 2 not scored"
    assert "(1 case)" in told[0]
    nothing = verdicts(scores_of(cases(1), [lost("c0", "a"), right("c0", "b")], ["a", "b"]))
    assert nothing[0] == "b and a have no scored case in common"


def test_chinese() -> None:
    (told,) = verdicts(scores_of(cases(60), _rows(60, base=7, tuned=58), ["base", "tuned"]), "zh")
    assert told == "tuned 好于 base：完全正确 97 % 对 12 %（60 题），51 胜 0 负，p < 0.001"


def test_what_so_few_cases_can_show_is_said_before_they_are_asked() -> None:
    assert gap_words(200) == "with 200 cases, gaps under 9 points will not show"
    assert gap_words(5) == "5 cases cannot show any difference"
    assert "200 题" in gap_words(200, "zh")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "-"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.97, "97 %"),
        (0.999, "99.9 %"),
        (0.9999, "99.9 %"),
        (0.004, "0.4 %"),
    ],
)
def test_rounding_never_says_all_or_nothing_where_it_is_not(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_small_ps() -> None:
    assert (p_text(0.0009), p_text(0.05), p_text(1.0)) == ("p < 0.001", "p = 0.050", "p = 1.000")


def test_both_languages_fill_the_same_places() -> None:
    import string

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, (zh, en) in WORDS.items():
        assert fields(zh) == fields(en), key


@pytest.mark.parametrize(
    ("interval", "text"),
    [((0.929, 1.0), "93–100 %"), ((0.9962, 1.0), "99.6–100 %"), ((0.0, 0.0038), "0–0.4 %"), ((0.2, 0.61), "20–61 %")],
)
def test_an_interval_is_never_rounded_to_certainty(interval: tuple[float, float], text: str) -> None:
    assert interval_text(interval) == text
