"""How many rows may still be wrong after so many of a random sample were checked.

The one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934): the greatest share of wrong rows at which
finding so few in the sample is not yet unlikely. It is exact, and never too good, whatever the size of the dataset.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.errors import BadSetting

SURE = 0.95
MOST = 10_000_000
"""Rows beyond which it is not said how many more are to be checked."""

_WORDS = {
    "none": (
        "查了 {n} 行，没有错：错误率低于 {bound}（把握 {sure}）",
        "{n} checked, none wrong: under {bound} wrong, {sure} sure",
    ),
    "some": (
        "查了 {n} 行，{k} 行有错（{share}）：错误率低于 {bound}（把握 {sure}）",
        "{n} checked, {k} wrong ({share}): under {bound} wrong, {sure} sure",
    ),
    "nothing": ("还没有查过任何一行", "no row is checked yet"),
    "all": ("查了 {n} 行，全都有错", "{n} checked, all wrong"),
    "more": ("再查 {more} 行都没有错，就低于 {wanted}", "{more} more without a fault would show under {wanted}"),
    "enough": ("已低于 {wanted}", "that is under {wanted} already"),
}
"""Key to (zh, en)."""


@dataclass(frozen=True)
class Bound:
    """What a checked sample says about all rows."""

    checked: int
    wrong: int
    upper: float
    """With the certainty of `sure` the share of wrong rows is at most this, 0 to 1."""
    sure: float = SURE

    def text(self, lang: str = "en") -> str:
        """The sentence: "59 checked, none wrong: under 5 % wrong, 95 % sure"."""
        key = (
            "nothing" if not self.checked else "all" if self.wrong == self.checked else "some" if self.wrong else "none"
        )
        share = self.wrong / self.checked if self.checked else 0.0
        # Rounded up, as it is a bound.
        shown = {"bound": _percent(math.ceil(1000 * self.upper - 1e-9) / 1000), "sure": _percent(self.sure)}
        return _say(key, lang, n=self.checked, k=self.wrong, share=_percent(round(share, 3)), **shown)

    def more_text(self, wanted: float, lang: str = "en") -> str:
        """How many more rows are to be checked for a bound of `wanted`, 0 to 1."""
        more = still_to_check(self.wrong, self.checked, wanted, self.sure)
        return _say("more" if more else "enough", lang, more=f"{more:,}", wanted=_percent(wanted))


def bound(wrong: int, checked: int, sure: float = SURE) -> Bound:
    """The bound for so many wrong rows of so many checked ones. Raises BadSetting for numbers that cannot be."""
    if not 0 <= wrong <= checked:
        raise BadSetting(f"{wrong} wrong of {checked} checked cannot be; count again")
    _inside("certainty", sure)
    return Bound(checked, wrong, upper_bound(wrong, checked, sure), sure)


def upper_bound(wrong: int, checked: int, sure: float = SURE) -> float:
    """Greatest share p with a chance of at least 1 - sure to find at most `wrong` in `checked`; 1.0 without rows."""
    if checked == 0 or wrong >= checked:
        return 1.0
    low, high = wrong / checked, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(wrong, checked, middle) > 1 - sure else (low, middle)
    return high


def at_most(wrong: int, checked: int, share: float) -> float:
    """Chance of at most `wrong` wrong rows in `checked`, each wrong with a chance of `share` > wrong / checked."""
    if share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 0.0 if wrong < checked else 1.0
    log = math.lgamma(checked + 1) - math.lgamma(wrong + 1) - math.lgamma(checked - wrong + 1)
    term = math.exp(log + wrong * math.log(share) + (checked - wrong) * math.log1p(-share))
    total, odds = 0.0, (1 - share) / share
    # Above the expected share the terms fall towards zero wrong, so the sum is short however long the sample.
    while term > total * 1e-16:
        total += term
        term *= wrong / (checked - wrong + 1) * odds
        wrong -= 1
    return min(1.0, total)


def still_to_check(wrong: int, checked: int, wanted: float, sure: float = SURE) -> int:
    """How many more rows, none of them wrong, bring the bound to `wanted` (0 to 1); 0 where it is there.

    Raises BadSetting where that takes more than ten million.
    """
    _inside("wanted share", wanted)
    if upper_bound(wrong, checked, sure) <= wanted:
        return 0
    low, high = 0, 1
    while upper_bound(wrong, checked + high, sure) > wanted:
        if high > MOST:
            raise BadSetting(f"a bound of {wanted:g} takes more than {MOST:,} rows; ask for a larger one")
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper_bound(wrong, checked + middle, sure) > wanted else (low, middle)
    return high


def _inside(what: str, share: float) -> None:
    if not 0 < share < 1:
        raise BadSetting(f"{what} is {share!r}; it must be above 0 and below 1")


def _percent(share: float) -> str:
    return f"{round(100 * share, 4):g} %"


def _say(key: str, lang: str, **values: object) -> str:
    return _WORDS[key][0 if lang == "zh" else 1].format(**values)
