"""How sure a score is: intervals, tests of pairs, and the gap that a number of cases can show.

Pure; numpy is imported inside. Rates of yes and no get Wilson's interval, means a bootstrap, pairs McNemar's
test with Holm's correction and an interval for the difference. All intervals are at 95 %, all draws have a
fixed seed, so that the same rows give the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Z = 1.959963984540054
"""The normal quantile of 97.5 %."""
DRAWS = 10_000
"""Bootstrap draws."""
SMALL = 25
"""With fewer changed cases than this a bootstrap interval is too short; a score interval is given instead."""
LARGE = 2_000
"""With more cases than this the normal approximation says what a gap must be; the exact sum would take seconds."""
Z80 = 0.8416
"""Standard normal quantile of 80 % power."""
LEVEL = 0.05
"""Level of the corrected test."""

Words = Literal["better", "worse", "no difference shown"]
Interval = tuple[float, float]


def wilson(k: int, n: int) -> Interval:
    """Wilson's score interval of k successes in n. Without cases nothing is known: 0 to 1.

    With all right it ends at 1 and begins at n / (n + z^2): 92.9 % for 50 of 50.
    """
    return _wilson(float(k), n)


def _wilson(k: float, n: int) -> Interval:
    if n == 0:
        return 0.0, 1.0
    share, z2 = k / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * math.sqrt(max(0.0, share * (1 - share) / n + z2 / (4 * n * n)))
    # At the ends the formula is exact; rounding would leave 0.9999999999999999.
    return (0.0 if k <= 0 else max(0.0, middle - half)), (1.0 if k >= n else min(1.0, middle + half))


def mean_interval(
    values: Sequence[float], clusters: Sequence[Hashable] | None = None, draws: int = DRAWS, seed: int = 0
) -> Interval:
    """Bootstrap interval of the mean of values from 0 to 1; whole clusters are drawn where they are known.

    Values that are all the same, or a single cluster, show no spread to draw from; then Wilson's interval stands
    in, which is never too short for values between 0 and 1. A few clusters that happen to be alike show hardly any:
    an interval by clusters is never shorter than the one by single values.
    """
    if len(set(values)) < 2:
        return _wilson(math.fsum(values), len(values))
    means = _resampled(values, clusters, draws, seed)
    if means is None:
        return _wilson(math.fsum(values), len(values))
    drawn = _percentiles(means)
    return drawn if clusters is None else _hull(drawn, mean_interval(values, None, draws, seed))


def mcnemar_exact(wins: int, losses: int) -> float:
    """Two-sided exact p of wins against losses when both are equally likely. No change at all: 1.0."""
    changed, fewer = wins + losses, min(wins, losses)
    return min(1.0, 2 * _tail(changed, fewer))


def mid_p(wins: int, losses: int) -> float:
    """As mcnemar_exact, with half of the observed result's own probability: less cautious. No change at all: 1.0."""
    changed, fewer = wins + losses, min(wins, losses)
    if wins == losses:
        return 1.0
    return float(2 * _tail(changed, fewer) - math.comb(changed, fewer) / 2**changed)


def _tail(n: int, k: int) -> float:
    """Chance of at most k heads in n throws."""
    term: int = 1
    total: int = 1
    for i in range(k):
        term = term * (n - i) // (i + 1)
        total += term
    return float(total / 2**n)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's corrected p of each test, in the order given."""
    corrected = [1.0] * len(ps)
    least = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        least = max(least, min(1.0, (len(ps) - rank) * ps[index]))
        corrected[index] = least
    return corrected


@dataclass(frozen=True)
class Difference:
    """How far two contenders are apart on the same cases: share right of the first, less that of the second."""

    wins: int
    """Cases that only the first got right."""
    ties: int
    losses: int
    """Cases that only the second got right."""
    mean: float
    """-1 to 1; 0.0 without cases."""
    interval: Interval
    """-1 to 1 without cases."""
    method: Literal["bootstrap", "cluster bootstrap", "score"]
    p: float
    """McNemar's exact two-sided p, before any correction."""
    mid_p: float

    @property
    def small(self) -> bool:
        """Whether so few cases changed that the sample is called small."""
        return self.wins + self.losses < SMALL


def paired_difference(
    a: Sequence[bool],
    b: Sequence[bool],
    clusters: Sequence[Hashable] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Difference:
    """Compare two contenders case by case; a[i] and b[i] are the same case, clusters[i] its template if known.

    From 25 changed cases on the interval is a paired bootstrap, by whole clusters where there are at least two;
    below, Tango's score interval, widened to hold the clusters' bootstrap. Raises ValueError for unequal lengths.
    """
    if len(a) != len(b) or (clusters is not None and len(clusters) != len(a)):
        raise ValueError(f"{len(a)} cases against {len(b)}; both must be judged on the same cases")
    changes = [float(x) - float(y) for x, y in zip(a, b, strict=True)]
    wins, losses, n = changes.count(1.0), changes.count(-1.0), len(changes)
    p, mid = mcnemar_exact(wins, losses), mid_p(wins, losses)
    mean = (wins - losses) / n if n else 0.0
    method: Literal["bootstrap", "cluster bootstrap", "score"] = "score"
    interval = tango(wins, losses, n)
    kinds = len(set(clusters)) if clusters is not None else 0
    small = wins + losses < SMALL
    # Tango's interval does not know that ten cases of one template are less than ten; one case a cluster it does.
    if len(set(changes)) > 1 and (not small or 1 < kinds < n):
        means = _resampled(changes, clusters if kinds > 1 else None, draws, seed)
        if means is not None:
            drawn = _percentiles(means)
            if small:
                interval = _hull(interval, drawn)
            elif kinds > 1:
                interval, method = _hull(drawn, mean_interval(changes, None, draws, seed)), "cluster bootstrap"
            else:
                interval, method = drawn, "bootstrap"
    return Difference(wins, n - wins - losses, losses, mean, interval, method, p, mid)


def _hull(a: Interval, b: Interval) -> Interval:
    """The shortest interval that holds both."""
    return min(a[0], b[0]), max(a[1], b[1])


def words(difference: Difference, corrected: float) -> Words:
    """What the pair shows: the corrected test decides, and an interval that holds 0 vetoes.

    The veto matters with templates: cases of one template are not independent, which the test does not know
    and the cluster bootstrap does.
    """
    low, high = difference.interval
    if corrected >= LEVEL or low <= 0.0 <= high:
        return "no difference shown"
    return "better" if difference.mean > 0 else "worse"


def tango(wins: int, losses: int, n: int) -> Interval:
    """Tango's score interval for a difference of paired shares (Statistics in Medicine 17, 1998, 891-908)."""
    if n == 0:
        return -1.0, 1.0

    def score(delta: float) -> float:
        b = -wins - losses + (2 * n - wins + losses) * delta
        c = -losses * delta * (1 - delta)
        q = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
        spread = n * (2 * q + delta * (1 - delta))
        apart = wins - losses - n * delta
        return apart / math.sqrt(spread) if spread > 1e-12 else math.copysign(math.inf, apart) if apart else 0.0

    middle = (wins - losses) / n
    # The score falls as delta grows: it is z at the lower end and -z at the upper.
    return _crossing(score, Z, -1.0, middle), _crossing(score, -Z, middle, 1.0)


def _crossing(falling: Callable[[float], float], level: float, low: float, high: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > level else (low, middle)
    return (low + high) / 2


def visible_gap(n: int, differ: float = 0.2) -> float | None:
    """Smallest true difference that n cases show with 80 % power, McNemar's mid-p at 5 %.

    `differ` is the share of cases on which the two contenders differ. In whole points (0.01); None where no gap
    that is possible with that share shows.
    """
    if n < 1 or not 0 < differ <= 1:
        return None
    if n > LARGE:
        return math.ceil(100 * (Z + Z80) * math.sqrt(differ / n)) / 100
    import numpy as np

    # Beyond six spreads of the number of changed cases lies less than one in a million.
    spread = 6 * math.sqrt(n * differ * (1 - differ)) + 1
    changed = np.arange(max(0, int(n * differ - spread)), min(n, int(n * differ + spread)) + 1)
    weights = _binomial(n, changed, differ)
    needed = [_fewest_wins(int(d)) for d in changed]

    def power(gap: float) -> float:
        share = (differ + gap) / (2 * differ)
        shown = [
            _at_least(int(d), k, share) + _at_least(int(d), k, 1 - share) if k is not None else 0.0
            for d, k in zip(changed, needed, strict=True)
        ]
        return float(np.dot(weights, shown))

    low, high = 0, round(differ * 100)
    if power(differ) < 0.8:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle / 100) >= 0.8 else (middle, high)
    return high / 100


def _fewest_wins(changed: int) -> int | None:
    """Least wins of so many changed cases that mid-p takes as shown, None if not even all do."""
    low, high = (changed + 1) // 2 - 1, changed
    if changed == 0 or mid_p(changed, 0) >= LEVEL:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if mid_p(middle, changed - middle) < LEVEL else (middle, high)
    return high


def _at_least(n: int, k: int, share: float) -> float:
    import numpy as np

    return float(_binomial(n, np.arange(k, n + 1), share).sum())


def _binomial(n: int, k: Any, share: float) -> Any:
    """Chances of k (an array) successes in n."""
    import numpy as np

    if share <= 0.0 or share >= 1.0:
        return (k == (n if share >= 1.0 else 0)).astype(float)
    log = np.array([math.lgamma(n + 1) - math.lgamma(int(i) + 1) - math.lgamma(n - int(i) + 1) for i in k])
    return np.exp(log + k * math.log(share) + (n - k) * math.log1p(-share))


def _resampled(values: Sequence[float], clusters: Sequence[Hashable] | None, draws: int, seed: int) -> Any:
    """Means of `draws` samples drawn with replacement, by whole clusters; None for a single cluster."""
    import numpy as np

    rng = np.random.default_rng(seed)
    names = list(dict.fromkeys(clusters)) if clusters is not None else list(range(len(values)))
    where = {name: index for index, name in enumerate(names)}
    member = [where[name] for name in clusters] if clusters is not None else list(range(len(values)))
    if len(names) < 2:
        return None
    sums = np.bincount(member, weights=np.asarray(values, dtype=float), minlength=len(names))
    sizes = np.bincount(member, minlength=len(names)).astype(float)
    means = []
    portion = max(1, 2_000_000 // len(names))
    # In portions, so that ten thousand draws of ten thousand cases need no gigabyte.
    for start in range(0, draws, portion):
        drawn = rng.integers(0, len(names), size=(min(portion, draws - start), len(names)), dtype=np.int32)
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    return np.concatenate(means)


def _percentiles(means: Any) -> Interval:
    import numpy as np

    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
