"""Scores in words: who is better than whom, by how much, and what so few cases cannot show.

Pure. The same sentences stand on the screen, in the terminal and in the report.
"""

from __future__ import annotations

from playground.scoring.results import Pair, Rate, Scores
from playground.scoring.statistics import Interval, visible_gap

WORDS: dict[str, tuple[str, str]] = {
    "better": ("{a} 好于 {b}", "{a} is better than {b}"),
    "none": ("{a} 与 {b} 之间未显出差别", "no difference shown between {a} and {b}"),
    "empty": ("{a} 与 {b} 没有可比的题", "{a} and {b} have no scored case in common"),
    "figures": (
        "完全正确 {x} 对 {y}（{n} 题），{wins} 胜 {losses} 负，{p}",
        "exact {x} against {y} ({n}), {wins}, {losses}, {p}",
    ),
    "small": ("样本小，仅 {n} 题结果不同", "small sample, only {n} changed"),
    "alone": ("{a}：完全正确 {x}（{n} 题，95 % 区间 {interval}）", "{a}: exact {x} ({n}, 95 % interval {interval})"),
    "unscored": ("{a}：{n} 题中 {k} 题未评分", "{a}: {k} of {n} not scored"),
    "gap": ("{n} 题大约只能显出 {points} 个百分点以上的差别", "with {n}, gaps under {points} points will not show"),
    "nogap": ("{n} 题太少，显不出任何差别", "{n} cannot show any difference"),
    "corrected": ("{p}（已校正）", "{p} corrected"),
}
"""Key to (zh, en)."""


def say(key: str, lang: str, /, **values: object) -> str:
    """One sentence of the table above."""
    return WORDS[key][0 if lang == "zh" else 1].format(**values)


def verdicts(scores: Scores, lang: str = "en") -> list[str]:
    """One sentence for each pair, the better contender first; for a single contender one about it alone.

    The pairs of the contender that was named last come first: with base, few-shot, tuned that is what was asked for.
    After them one for each contender that was not scored on all its cases.
    """
    told = [_pair(pair, scores, lang) for pair in reversed(scores.pairs)]
    for name, summary in scores.contenders.items():
        if not scores.pairs:
            rate = summary.exact
            span = interval_text(rate.interval)
            told.append(say("alone", lang, a=name, x=percent(rate.value), n=_cases(rate.n, lang), interval=span))
        if summary.scored < summary.n:
            told.append(say("unscored", lang, a=name, k=summary.n - summary.scored, n=summary.n))
    return told


def _pair(pair: Pair, scores: Scores, lang: str) -> str:
    a, b, wins, losses = pair.a, pair.b, pair.wins, pair.losses
    if not pair.n:
        return say("empty", lang, a=a, b=b)
    if pair.difference < 0:
        a, b, wins, losses = b, a, losses, wins
    shares = {pair.a: pair.exact_a, pair.b: pair.exact_b}
    head = say("none" if pair.words == "no difference shown" else "better", lang, a=a, b=b)
    p = p_text(pair.p_corrected)
    figures = say(
        "figures",
        lang,
        x=percent(shares[a]),
        y=percent(shares[b]),
        n=_cases(pair.n, lang),
        wins=_count(wins, "win", "wins", lang),
        losses=_count(losses, "loss", "losses", lang),
        p=say("corrected", lang, p=p) if len(scores.pairs) > 1 else p,
    )
    small = f"{'；' if lang == 'zh' else '; '}{say('small', lang, n=_cases(wins + losses, lang))}"
    if not pair.small or not wins + losses:
        small = ""
    return f"{head}{'：' if lang == 'zh' else ': '}{figures}{small}"


def gap_words(n: int, lang: str = "en", differ: float = 0.2) -> str:
    """What n cases can show, said before they are asked; `differ` as in statistics.visible_gap."""
    gap = visible_gap(n, differ)
    if gap is None:
        return say("nogap", lang, n=_cases(n, lang))
    return say("gap", lang, n=_cases(n, lang), points=round(gap * 100))


def percent(share: float | None) -> str:
    """97 %; 99.5 % where rounding would say all; a dash where there is nothing."""
    if share is None:
        return "-"
    if 0.0 < share < 0.01 or 0.99 < share < 1.0:
        return f"{min(max(share * 100, 0.1), 99.9):.1f} %"
    return f"{share * 100:.0f} %"


def interval_text(interval: Interval) -> str:
    """93–100 %; 99.6–100 % where whole percents would say that all is certain."""
    return f"{_end(interval[0])}–{_end(interval[1])} %"


def _end(share: float) -> str:
    near = 0.0 < abs(share) < 0.01 or 0.99 < abs(share) < 1.0
    return f"{share * 100:.1f}" if near else f"{share * 100:.0f}"


def rate_text(rate: Rate) -> str:
    """97 % (93-100 %, n 60)."""
    return f"{percent(rate.value)} ({interval_text(rate.interval)}, n {rate.n})" if rate.n else "-"


def p_text(p: float) -> str:
    """p = 0.031, p < 0.001."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _cases(n: int, lang: str) -> str:
    return str(n) if lang == "zh" else f"{n} case" if n == 1 else f"{n} cases"


def _count(n: int, one: str, more: str, lang: str) -> str:
    return str(n) if lang == "zh" else f"{n} {one if n == 1 else more}"
