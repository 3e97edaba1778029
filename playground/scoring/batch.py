"""Many cases put to several contenders, judged as the replies arrive.

A generator of CaseScored events. Each judged row is on disk before its event is told, so closing it, a kill or a
lost connection costs the replies under way and nothing else; the same call with the same folder goes on from there.
How rows lie on disk is told in shelf.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from pathlib import Path

from playground.contenders.contender import Contender
from playground.contenders.round import ask_round
from playground.errors import BadSample, BadSetting, UnknownName
from playground.events import CaseScored, ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Sampling
from playground.records import Case
from playground.samples import Task, load_task
from playground.scoring.judge import Pair, judge, taught_pairs
from playground.scoring.results import ScoredRow, Scores, scores_of
from playground.scoring.shelf import REPORT, Shelf, order_of
from playground.settings import LOCAL, Settings

BATCH = 16
"""Cases in one round; each of them is put to every contender."""
CUT = "cut at the most tokens allowed"
"""Why a reply that did not end by itself is not scored."""

Tasks = Mapping[str, Task | None]
NO_TASKS: Tasks = {}


def tasks_of(cases: Sequence[Case], settings: Settings, visitor: str = LOCAL) -> dict[str, Task | None]:
    """The tasks that the cases name, a visitor's own among them; None for one that is not known."""
    found: dict[str, Task | None] = {}
    for name in dict.fromkeys(case.task for case in cases):
        try:
            found[name] = load_task(name, settings, visitor)
        except UnknownName:
            found[name] = None
    return found


def score(
    cases: Sequence[Case],
    contenders: Sequence[Contender],
    sampling: Sampling,
    out: Path | None = None,
    batch: int = BATCH,
    force: bool = False,
    tasks: Tasks = NO_TASKS,
    pairs: Collection[Pair] = (),
    kept: list[ScoredRow] | None = None,
) -> Generator[CaseScored, None, Scores]:
    """Put every case to every contender and judge the replies; the generator's return value is the Scores.

    `tasks` are the cases' (tasks_of). `pairs`: names and makers taught to a contender, looked for as spill-over
    beside those of the identity cases themselves. `kept` gets every row as it is judged, for who closes the
    generator early and wants results.scores_of what there is.

    With `out`, rows are written there, and rows that an earlier run of the same order left are taken as they are;
    replies that had not arrived are asked for again. Raises BadSetting for a folder that holds something else or
    a finished run (with `force` its own files are replaced), BadSample for cases that cannot be told apart.
    """
    _check(cases, contenders, batch)
    rows = kept if kept is not None else []
    names = [one.name for one in contenders]
    with Shelf(out, order_of(cases, contenders, sampling), force) as shelf:
        wanted = {case.id: case for case in cases}
        taught = taught_pairs(cases, tasks) | set(pairs)
        # Judged again: what counts as spill-over hangs on who else is there.
        taken = (row for row in shelf.rows if row.contender in names and row.id in wanted)
        rows += [_again(row, wanted[row.id], tasks, taught) for row in taken]
        there = {(row.contender, row.id) for row in rows}
        total = len(cases) * len(contenders)
        if shelf.found and len(there) == total and out is not None and (out / REPORT).is_file():
            raise BadSetting(
                f"{out} holds this run already, finished; look at its report.html, or use --force to redo it"
            )
        for start in range(0, len(cases), batch):
            portion = cases[start : start + batch]
            todo = [(one, case) for case in portion for one in contenders if (one.name, case.id) not in there]
            for one, case, reply in _replies(todo, sampling):
                row = _row(one, case, reply, tasks.get(case.task), taught)
                shelf.add(row)
                rows.append(row)
                yield CaseScored(case.id, one.name, len(rows), total)
    return scores_of(cases, rows, names)


@dataclasses.dataclass
class _Reply:
    """One reply as it comes together."""

    text: str = ""
    end: ReplyDone | ReplyFailed | None = None


def _replies(todo: Sequence[tuple[Contender, Case]], sampling: Sampling) -> Iterator[tuple[Contender, Case, _Reply]]:
    """Each contender, case and finished reply, in the order in which they finish."""
    if not todo:
        return
    under_way = [_Reply() for _ in todo]
    events: Iterator[tuple[int, ReplyEvent]] = ask_round(
        [one for one, _ in todo], [case.messages for _, case in todo], sampling
    )
    try:
        for index, event in events:
            reply = under_way[index]
            if isinstance(event, ReplyText):
                reply.text += event.text
            elif reply.end is None:
                reply.end = event
                yield (*todo[index], reply)
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()
    for (one, case), reply in zip(todo, under_way, strict=True):
        if reply.end is None:
            reply.end = ReplyFailed("the reply broke off without an end")
            yield one, case, reply


def _row(one: Contender, case: Case, reply: _Reply, task: Task | None, taught: Collection[Pair]) -> ScoredRow:
    # Half a character pair can come out of a foreign model; it cannot be written as UTF-8.
    text = reply.text.encode("utf-8", "replace").decode("utf-8")
    if isinstance(reply.end, ReplyDone):
        if reply.end.finish == "length":
            return ScoredRow(case.id, one.name, text, None, CUT, reply.end.usage)
        return ScoredRow(case.id, one.name, text, judge(case, text, task, taught), "", reply.end.usage)
    why = reply.end.error if reply.end else "not asked"
    return ScoredRow(case.id, one.name, text, None, why)


def _again(row: ScoredRow, case: Case, tasks: Tasks, taught: Collection[Pair]) -> ScoredRow:
    """A row that was kept, its reply judged anew."""
    if row.judged is None:
        return row
    return dataclasses.replace(row, judged=judge(case, row.reply, tasks.get(case.task), taught))


def _check(cases: Sequence[Case], contenders: Sequence[Contender], batch: int) -> None:
    if not cases:
        raise BadSample("there are 0 cases to score; give at least one")
    if not contenders:
        raise BadSetting("there are 0 contenders to score; name at least one, such as base")
    if batch < 1:
        raise BadSetting(f"batch is {batch}; it must be at least 1")
    for what, names in (("case", [case.id for case in cases]), ("contender", [one.name for one in contenders])):
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1] if len(set(names)) < len(names) else []
        if twice:
            raise BadSample(f"{what} {twice[0]!r:.60} is there twice; give each {what} once")
