"""What a batch comes to: scored rows, a summary for each contender, a comparison for each pair.

Pure. Rates are over the replies that were scored; a reply that was not is counted apart and never as wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from playground.records import Case, Usage
from playground.scoring.judge import Judged
from playground.scoring.statistics import Interval, Words, holm, mean_interval, paired_difference, wilson, words

MARKS = ("name", "author", "false_claim", "spill_over")
"""What identity adds to the scores."""


@dataclass(frozen=True)
class ScoredRow:
    """One contender's reply to one case: a line of rows.jsonl."""

    id: str
    """Id of the case."""
    contender: str
    reply: str
    """All that arrived, whole or not."""
    judged: Judged | None
    """None where the reply is not scored."""
    why: str = ""
    """Why it is not scored: what failed, or that it was cut; "" where it is."""
    usage: Usage | None = None
    """None where the reply did not come to its end."""

    @property
    def scored(self) -> bool:
        """Whether it counts."""
        return self.judged is not None

    def as_json(self) -> dict[str, Any]:
        """The object on a line of rows.jsonl; what was not judged is null, no slots are {}."""
        marks = dataclasses.asdict(self.judged) if self.judged else dict.fromkeys(f.name for f in _JUDGED)
        slots = marks.pop("slots") or {}
        usage = dataclasses.asdict(self.usage) if self.usage else None
        head = {"id": self.id, "contender": self.contender, "reply": self.reply, "scored": self.scored, "why": self.why}
        return {**head, "slots": slots, **marks, "usage": usage}


_JUDGED = dataclasses.fields(Judged)


def scored_row(line: Mapping[str, Any]) -> ScoredRow:
    """A row read back from as_json. Raises KeyError or TypeError for a line that is none."""
    # Rows of earlier versions lack what was added since.
    marks = {f.name: line[f.name] for f in _JUDGED if f.name in line or f.default is dataclasses.MISSING}
    judged = Judged(**marks) if line["scored"] else None
    usage = Usage(**line["usage"]) if line["usage"] else None
    return ScoredRow(line["id"], line["contender"], line["reply"], judged, line["why"], usage)


@dataclass(frozen=True)
class Rate:
    """A share, or a mean of shares, with its number of cases."""

    value: float | None
    """0 to 1; None without cases."""
    n: int
    interval: Interval
    """At 95 %; 0 to 1 without cases."""


@dataclass(frozen=True)
class Summary:
    """One contender over the cases. Rates and means are over scored replies."""

    n: int
    """Cases."""
    scored: int
    """Replies that arrived whole and were judged."""
    valid_json: Rate
    repaired_json: Rate
    slot_fidelity: Rate
    exact: Rate
    exact_by_template: Interval | None
    """Interval of exact that draws whole templates; None where fewer than two are known."""
    slots: Mapping[str, Rate]
    """Each slot's share of right values."""
    marks: Mapping[str, Rate]
    """name, author, false_claim and spill_over, those that apply."""
    prompt_tokens: float | None
    """Means per case; None without cases."""
    few_shot_tokens: float | None
    cached_tokens: float | None
    reply_tokens: float | None
    seconds: float | None
    seconds_to_first: float | None
    unscored: Mapping[str, int] = field(default_factory=dict)
    """Reason to how many replies were not scored for it."""


@dataclass(frozen=True)
class Pair:
    """Two contenders on the cases that were scored for both, judged by exact."""

    a: str
    b: str
    n: int
    exact_a: float | None
    """Share of these cases that a got right; None without cases."""
    exact_b: float | None
    wins: int
    """Cases that only a got right."""
    ties: int
    losses: int
    difference: float
    """Share right of a, less that of b."""
    interval: Interval
    method: str
    """How the interval was made: bootstrap, cluster bootstrap or score."""
    p: float
    """McNemar's exact p of this pair alone."""
    mid_p: float
    p_corrected: float
    """The same after Holm's correction over all pairs: words go by it."""
    small: bool
    """Fewer than 25 cases changed."""
    words: Words
    """What a is, held against b."""


@dataclass(frozen=True)
class Scores:
    """All of it."""

    contenders: Mapping[str, Summary]
    pairs: tuple[Pair, ...]
    groups: Mapping[str, Scores] = field(default_factory=dict)
    """The same for each validation group, where the cases are of several."""


def scores_of(cases: Sequence[Case], rows: Iterable[ScoredRow], contenders: Sequence[str]) -> Scores:
    """Sum up rows. Cases without a row count as not scored; rows of other cases or contenders are left out.

    A pair's `a` is the contender that was named later, so that "base, few-shot, tuned" reads "tuned against base".
    """
    there = {(row.contender, row.id): row for row in rows}
    whole = _scores(cases, there, contenders)
    names = list(dict.fromkeys(case.group for case in cases))
    if len(names) < 2:
        return whole
    groups = {name: _scores([case for case in cases if case.group == name], there, contenders) for name in names}
    return Scores(whole.contenders, whole.pairs, {name or "other": group for name, group in groups.items()})


def _scores(cases: Sequence[Case], there: Mapping[tuple[str, str], ScoredRow], contenders: Sequence[str]) -> Scores:
    summaries = {name: _summary(cases, [there.get((name, case.id)) for case in cases]) for name in contenders}
    return Scores(summaries, _pairs(cases, there, contenders))


def _summary(cases: Sequence[Case], rows: Sequence[ScoredRow | None]) -> Summary:
    marks = [(case, row, row.judged) for case, row in zip(cases, rows, strict=True) if row and row.judged]
    judged = [mark for _, _, mark in marks]
    usages = [row.usage for _, row, _ in marks if row.usage]
    slots: dict[str, list[bool]] = {}
    for mark in judged:
        for slot, right in mark.slots.items():
            slots.setdefault(slot, []).append(right)
    listed = {name: [v for mark in judged if (v := getattr(mark, name)) is not None] for name in MARKS}
    reasons = [row.why if row else "not asked" for row in rows if row is None or row.judged is None]
    return Summary(
        n=len(cases),
        scored=len(judged),
        valid_json=_share([mark.valid for mark in judged]),
        repaired_json=_share([mark.repaired for mark in judged]),
        slot_fidelity=_mean([(case, mark.fidelity) for case, _, mark in marks if mark.fidelity is not None]),
        exact=_share([mark.exact for mark in judged]),
        exact_by_template=_by_template([(case, mark.exact) for case, _, mark in marks]),
        slots={slot: _share(values) for slot, values in slots.items()},
        marks={name: _share(values) for name, values in listed.items() if values},
        prompt_tokens=_average([u.prompt_tokens for u in usages]),
        few_shot_tokens=_average([u.few_shot_tokens for u in usages]),
        cached_tokens=_average([u.cached_tokens for u in usages]),
        reply_tokens=_average([u.reply_tokens for u in usages]),
        seconds=_average([u.seconds for u in usages]),
        seconds_to_first=_average([u.seconds_to_first for u in usages]),
        unscored={reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
    )


def _pairs(
    cases: Sequence[Case], there: Mapping[tuple[str, str], ScoredRow], contenders: Sequence[str]
) -> tuple[Pair, ...]:
    compared = []
    for b, a in combinations(contenders, 2):
        both = [
            (case, x.judged.exact, y.judged.exact)
            for case in cases
            if (x := there.get((a, case.id))) and (y := there.get((b, case.id))) and x.judged and y.judged
        ]
        mine, other = [x for _, x, _ in both], [y for _, _, y in both]
        difference = paired_difference(mine, other, _clusters([case for case, _, _ in both]))
        compared.append((a, b, mine, other, difference))
    corrected = holm([difference.p for *_, difference in compared])
    return tuple(
        Pair(
            a=a,
            b=b,
            n=len(mine),
            exact_a=_average(mine),
            exact_b=_average(other),
            wins=d.wins,
            ties=d.ties,
            losses=d.losses,
            difference=d.mean,
            interval=d.interval,
            method=d.method,
            p=d.p,
            mid_p=d.mid_p,
            p_corrected=p,
            small=d.small,
            words=words(d, p),
        )
        for (a, b, mine, other, d), p in zip(compared, corrected, strict=True)
    )


def _clusters(cases: Sequence[Case]) -> list[str] | None:
    """Cases of one template together, a case without one by itself; None where no template is known."""
    if not any(case.template for case in cases):
        return None
    return [f"t {case.template}" if case.template else f"c {case.id}" for case in cases]


def _share(values: Sequence[bool]) -> Rate:
    k, n = sum(values), len(values)
    return Rate(k / n if n else None, n, wilson(k, n))


def _mean(values: Sequence[tuple[Case, float]]) -> Rate:
    numbers = [value for _, value in values]
    average = _average(numbers)
    return Rate(average, len(numbers), mean_interval(numbers, _clusters([case for case, _ in values])))


def _by_template(values: Sequence[tuple[Case, bool]]) -> Interval | None:
    clusters = _clusters([case for case, _ in values])
    if clusters is None or not 2 <= len(set(clusters)) < len(clusters):
        return None
    return mean_interval([float(right) for _, right in values], clusters)


def _average(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def scores_json(scores: Scores) -> dict[str, Any]:
    """The scores as they are printed by `score --json`; a figure without cases is null."""
    value: dict[str, Any] = {
        "contenders": {name: _summary_json(summary) for name, summary in scores.contenders.items()},
        "pairs": [dataclasses.asdict(pair) | {"interval": list(pair.interval)} for pair in scores.pairs],
    }
    if scores.groups:
        value["groups"] = {name: scores_json(group) for name, group in scores.groups.items()}
    return value


def _summary_json(summary: Summary) -> dict[str, Any]:
    rates = {name: getattr(summary, name) for name in ("valid_json", "repaired_json", "slot_fidelity", "exact")}
    value: dict[str, Any] = {"n": summary.n, "scored": summary.scored}
    for name, rate in {**rates, **summary.marks}.items():
        value |= {name: rate.value, f"{name}_interval": list(rate.interval)}
        if name in summary.marks or rate.n != summary.scored:
            value[f"{name}_n"] = rate.n
    if summary.exact_by_template:
        value["exact_interval_by_template"] = list(summary.exact_by_template)
    usage = ("prompt_tokens", "few_shot_tokens", "cached_tokens", "reply_tokens", "seconds", "seconds_to_first")
    value |= {name: getattr(summary, name) for name in usage}
    value["slots"] = {
        slot: {"right": rate.value, "n": rate.n, "interval": list(rate.interval)}
        for slot, rate in summary.slots.items()
    }
    value["unscored"] = dict(summary.unscored)
    return value
