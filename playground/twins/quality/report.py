"""All measures of a dataset in one pass over its rows, and the verdict in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.datasets import TRAIN
from playground.errors import UserError
from playground.records import Row
from playground.samples import Task
from playground.twins.quality.balance import Balance, BalanceMeter
from playground.twins.quality.correct import faults_of
from playground.twins.quality.coverage import Coverage, CoverageMeter
from playground.twins.quality.facts import Facts, Seen, see, task_facts
from playground.twins.quality.faults import RANK, Fault, Faults
from playground.twins.quality.leaks import LeakGroup, LeakMeter, Training
from playground.twins.quality.lengths import LengthMeter, Lengths
from playground.twins.quality.near import NearIndex
from playground.twins.quality.real import Profile, Real, compare
from playground.twins.quality.repeats import Drawn, Kept, RepeatMeter, Repeats
from playground.twins.quality.words import Level, Say, as_json, say

NEAR_MANY = 0.2
"""Share of near-same rows from which on they are worth a warning."""
REACHED_FEW = 0.5
"""Share of the templates' pairs below which that is worth a warning."""


@dataclass(frozen=True)
class Finding:
    """One line of the verdict."""

    level: Level
    says: Say


@dataclass(frozen=True)
class Report:
    """Everything that was measured."""

    task: str
    counts: Mapping[str, int]
    """Rows of each group."""
    level: Level
    """The worst level of all findings."""
    headline: Say
    findings: tuple[Finding, ...]
    """What to know, the worst first."""
    faulty: int
    """Rows with at least one fault of their own."""
    faults: tuple[Fault, ...]
    """Of rows alone: turns, answer, gold."""
    repeats: Repeats
    coverage: Coverage
    balance: tuple[Balance, ...]
    lengths: Lengths
    leaks: tuple[LeakGroup, ...]
    """One for each held-out group; none without training rows."""
    real: Real | None
    """None where no real rows were given."""

    def as_json(self) -> Any:
        """The report as plain JSON."""
        return as_json(self)


def measure(
    task_facts_: Facts | Task,
    groups: Mapping[str, Iterable[Row]],
    real: Iterable[Row] | None = None,
    count: Callable[[Row], int] | None = None,
    limit: int | None = None,
    seed: int = 0,
) -> Report:
    """Measure the rows of a dataset, group by group ("train" and the held-out ones), each taken once.

    `real` are rows of the same task from life; `count` gives the tokens of a row (else characters are counted) and
    `limit` the number at which training cuts; `seed` draws the rows that are compared for near-sameness. A group that
    ends in an error of its own (a damaged line) is measured up to there, and the report says so.
    """
    facts = task_facts_ if isinstance(task_facts_, Facts) else task_facts(task_facts_)
    made = _Measured(facts, count, limit, seed, real is not None)
    # Held-out groups first: training rows are then compared with them as they go by.
    for group in sorted(groups, key=lambda name: name == TRAIN):
        made.take(group, groups[group])
    counts = {group: made.counts[group] for group in groups}
    return made.report(counts, None if real is None else made.profile_of(real))


class _Measured:
    """The meters of one pass."""

    def __init__(
        self, facts: Facts, count: Callable[[Row], int] | None, limit: int | None, seed: int, beside: bool
    ) -> None:
        self.facts, self.seed = facts, seed
        self.counts: dict[str, int] = {}
        self.faults, self.faulty = Faults(), 0
        self.repeats, self.coverage = RepeatMeter(), CoverageMeter(facts)
        self.balance, self.lengths = BalanceMeter(facts), LengthMeter(count, limit)
        self.profile = Profile(facts) if beside else None
        self.drawn: dict[str, Drawn] = {}
        self.training = Training(facts)
        self.leaks: dict[str, LeakMeter] = {}
        self.stopped: list[Finding] = []

    def take(self, group: str, rows: Iterable[Row]) -> None:
        """Measure the rows of one group."""
        drawn = self.drawn[group] = Drawn(group, self.seed)
        held = None if group == TRAIN else LeakMeter(group, self.facts, self.training)
        for seen in self._seen(group, rows):
            self._add(seen)
            drawn.add(seen)
            if held is not None:
                held.hold(seen)
            elif self.leaks:
                self.training.learn(seen)
        if held is not None and drawn.count:
            self.leaks[group] = held
        self.counts[group] = drawn.count

    def _add(self, seen: Seen) -> None:
        found = faults_of(seen, self.facts)
        if found:
            self.faulty += any(one.level == "fault" for one in found)
            # A row with three wrong slots is one row with that fault.
            for one in {one.kind: one for one in reversed(found)}.values():
                self.faults.add(one.kind, one.level, seen.row.id, seen.group, one.says)
        self.repeats.add(seen)
        self.coverage.add(seen)
        self.balance.add(seen)
        self.lengths.add(seen)
        if self.profile is not None:
            self.profile.add(seen)

    def _seen(self, group: str, rows: Iterable[Row]) -> Iterator[Seen]:
        number = 0
        try:
            for row in rows:
                number += 1
                yield see(row, group, self.facts)
        except UserError as error:
            says = say("finding.stopped", group=group, rows=number, why=str(error))
            self.stopped.append(Finding("fault", says))

    def profile_of(self, rows: Iterable[Row]) -> Profile:
        """What real rows look like; a file of them need not name the task."""
        profile = Profile(self.facts)
        for seen in self._seen("real", rows):
            profile.add(seen._replace(own=True))
        return profile

    def report(self, counts: Mapping[str, int], real: Profile | None) -> Report:
        kept = {group: drawn.rows() for group, drawn in self.drawn.items()}
        indexed = {group: (rows, NearIndex([one.letters for one in rows])) for group, rows in kept.items()}
        repeats, coverage = self.repeats.result(list(indexed.values())), self.coverage.result()
        balance, lengths, leaks = self.balance.result(), self.lengths.result(), self._leaks(indexed)
        beside = None if real is None or self.profile is None else compare(self.profile, real)
        faults = self.faults.all()
        findings = [
            *self.stopped,
            *(Finding(one.level, one.says) for one in (*faults, *repeats.faults) if one.kind != "near"),
            *_of_repeats(repeats),
            *_of_coverage(coverage),
            *(Finding("warning", says) for one in balance for says in one.warnings),
            *(
                [Finding("warning", say("finding.cut", rows=lengths.cut, limit=lengths.limit or 0))]
                if lengths.cut
                else []
            ),
            *(Finding(one.level, one.verdict) for one in leaks),
            *([Finding("note" if beside.verdict.key == "real.alike" else "warning", beside.verdict)] if beside else []),
        ]
        findings.sort(key=lambda one: RANK[one.level])
        rows = sum(counts.values())
        level: Level = findings[0].level if findings else "note"
        if not rows:
            level = "fault"
        told = {name: sum(1 for one in findings if one.level == name) for name in ("fault", "warning")}
        key = "headline.empty" if not rows else f"headline.{level}"
        headline = say(key, rows=rows, faults=told["fault"], warnings=told["warning"], faulty=self.faulty)
        name = self.facts.task
        some = (self.faulty, faults, repeats, coverage, balance, lengths, leaks, beside)
        return Report(name, counts, level, headline, tuple(findings), *some)

    def _leaks(self, indexed: Mapping[str, tuple[Sequence[Kept], NearIndex]]) -> tuple[LeakGroup, ...]:
        if not self.counts.get(TRAIN):
            return ()
        learned, index = indexed[TRAIN]
        count = self.counts[TRAIN]
        return tuple(meter.result(indexed[group][0], index, learned, count) for group, meter in self.leaks.items())


def _of_repeats(repeats: Repeats) -> list[Finding]:
    if not repeats.near:
        return []
    many = repeats.near >= NEAR_MANY * repeats.looked_at
    says = say("finding.near", rows=repeats.near, looked=repeats.looked_at)
    return [Finding("warning" if many else "note", says)]


def _of_coverage(coverage: Coverage) -> list[Finding]:
    found = []
    if coverage.strange:
        found.append(Finding("note", say("finding.strange", count=len(coverage.strange), name=coverage.strange[0])))
    if coverage.unused:
        names = ", ".join(coverage.unused[:5])
        found.append(Finding("warning", say("finding.unused", count=len(coverage.unused), names=names)))
    pairs = coverage.pairs
    if pairs.possible:
        level: Level = "warning" if pairs.share < REACHED_FEW else "note"
        found.append(Finding(level, say("finding.pairs", reached=pairs.reached, possible=pairs.possible)))
    return found
