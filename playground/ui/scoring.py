"""What the Score tab does, without its widgets: where cases come from, who is asked, and the run with its progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

from playground.contenders.contender import Contender, contender
from playground.datasets import dataset_names, find_dataset, new_name, read_cases
from playground.errors import BadSetting, UserError, known
from playground.events import CaseScored
from playground.models.base import Sampling
from playground.records import Case, case_from_json, write_whole
from playground.samples import Task, completer, load_task, task_names, tasks
from playground.scoring.batch import score, tasks_of
from playground.scoring.report import cards_facts, report_html, run_facts
from playground.scoring.results import Scores, scores_of
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.ui.downloads import copied
from playground.ui.frame import Frame
from playground.ui.making import SHIPPED_SEED
from playground.ui.pace import paced
from playground.ui.picks import first_contenders, known_contenders, task_title
from playground.ui.progress import done_html, empty_html, progress_html
from playground.ui.scorecard import Card, notes_text
from playground.ui.session import Session
from playground.ui.taught import Cards, cards_of, learned_from, not_unseen, one_base
from playground.ui.twins_draw import task_for
from playground.ui.words import duration, say
from playground.visitors import check_room

BEAT = 0.3
"""Seconds between two drawings of the progress."""
MOST_CASES = 200
"""Cases of a group that one press may ask for."""
MOST_UPLOADED = 1_000
"""Cases of one uploaded file."""
CALL_TOKENS = 640
"""Most tokens of a reply where functions may be called: three calls at once, a character a token."""
DATASET, FRESH, FILE = "dataset:", "fresh:", "file:"
"""How the id of a source of cases begins."""


@dataclass
class Source:
    """Where the cases come from; changed in place by the handlers of the tab."""

    id: str = ""
    """DATASET, FRESH or FILE with a name; "" before anything was drawn."""
    uploaded: tuple[Case, ...] = ()
    """The cases of the visitor's own file."""
    file: str = ""
    """Its name."""
    picked: bool = False
    """Picked by hand; what was not goes with the visitor along the path."""
    named: bool = False
    """The contenders were picked by hand."""
    asked: Asked | None = None
    """What the last press asked for, whatever is picked while it waits in line."""


@dataclass(frozen=True)
class Form:
    """What is to be scored, as picked."""

    source: str | None
    groups: list[str] | None
    contenders: list[str] | None
    count: float | None


@dataclass(frozen=True)
class Asked:
    """One press: a source of its own, and what is to be scored."""

    source: Source
    form: Form


def asked_for(source: Source, form: Form) -> Asked:
    """The press as it stands now."""
    return Asked(replace(source, asked=None), form)


# ---- where cases come from ------------------------------------------------------------------------


def sources(frame: Frame, session: Session, source: Source) -> list[tuple[str, str]]:
    """(label, id) of every source: the visitor's file, datasets, and fresh cases of each shipped task."""
    lang, settings = session.lang, frame.settings
    found = [(say(lang, "score.yours", name=source.file), FILE)] if source.uploaded else []
    found += [(name, f"{DATASET}{name}") for name in dataset_names(settings, session.visitor)]
    for one in tasks(settings, session.visitor):
        found.append((say(lang, "score.task", task=task_title(one, lang)), f"{FRESH}{one.name}"))
    return found


def settle(frame: Frame, session: Session, source: Source) -> None:
    """Give a source that was not picked, or is gone, its value: the session's dataset, else fresh cases of its task."""
    there = {id_ for _, id_ in sources(frame, session, source)}
    if not source.picked or source.id not in there:
        own = f"{DATASET}{session.dataset}"
        source.id = own if own in there else f"{FRESH}{session.task}"
        source.picked = False


def pick(frame: Frame, session: Session, source: Source, name: str) -> None:
    """Pick a source. Raises UnknownName for one that is not there."""
    there = [id_ for _, id_ in sources(frame, session, source)]
    if name not in there:
        raise known("source of cases", name, there)
    source.id, source.picked, source.named = name, True, False


def take_file(frame: Frame, session: Session, source: Source, path: str) -> None:
    """Read an uploaded file of cases. Raises BadSample naming the line, BadSetting for one with too many."""
    cases = read_cases(Path(path), complete=completer(frame.settings, session.visitor))
    if len(cases) > MOST_UPLOADED:
        raise BadSetting(f"the file has {len(cases):,} cases; it may have {MOST_UPLOADED:,}")
    source.uploaded, source.file, source.id = tuple(cases), Path(path).name, FILE
    source.picked, source.named = True, False


def task_of(frame: Frame, session: Session, source: Source) -> Task:
    """The task of the source's cases; of a file whose task is not known, the session's."""
    kind, _, name = source.id.partition(":")
    if f"{kind}:" == DATASET:
        return task_for(frame, session, find_dataset(frame.settings, session.visitor, name))
    elif f"{kind}:" == FILE:
        name = source.uploaded[0].task if source.uploaded else ""
    there = task_names(frame.settings, session.visitor)
    name = next((one for one in (name, session.task) if one in there), there[0])
    return load_task(name, frame.settings, session.visitor)


def group_counts(frame: Frame, session: Session, source: Source) -> dict[str, int]:
    """Validation group to how many cases may be asked of it; "cases" for a file's, all of which are asked."""
    if source.id == FILE:
        return {"cases": len(source.uploaded)}
    if source.id.startswith(DATASET):
        dataset = find_dataset(frame.settings, session.visitor, source.id.removeprefix(DATASET))
        return {group: dataset.counts.get(group) or 0 for group in dataset.groups}
    return dict(_fresh_counts(source.id.removeprefix(FRESH), frame.settings, session.visitor))


@cache
def _fresh_counts(name: str, settings: Settings, visitor: str) -> tuple[tuple[str, int], ...]:
    """Group to how many fresh cases of a task there are, at most MOST_CASES."""
    twins = make_twins(load_task(name, settings, visitor), 1, SHIPPED_SEED, settings, group_rows=MOST_CASES)
    groups = {group: sum(1 for _ in rows) for group, rows in twins.groups.items() if rows is not None}
    return tuple(groups.items())


def cases_of(
    frame: Frame, session: Session, source: Source, groups: Sequence[str], count: int, cards: Cards
) -> list[Case]:
    """The first `count` cases of each group; neighbours in a group are of different templates.

    Fresh ones are what the twins that the adapters of `cards` learned from held out, and ask for the name they were
    taught.
    """
    if source.id == FILE:
        return list(source.uploaded)
    if source.id.startswith(DATASET):
        dataset = find_dataset(frame.settings, session.visitor, source.id.removeprefix(DATASET))
        return [case for group in groups for case in read_cases(dataset.path / f"{group}.jsonl")[:count]]
    task = load_task(source.id.removeprefix(FRESH), frame.settings, session.visitor)
    seed, held = learned_from(cards, task)
    named = next((card.identity for card in cards.values() if card.identity and card.task == task.name), None)
    task = replace(task, defaults=named) if named else task
    twins = make_twins(task, 1, seed, frame.settings, held=held, group_rows=count)
    return [
        case_from_json(row.as_json(), row.id, group)
        for group in groups
        for row in islice(twins.groups.get(group) or (), count)
    ]


def seated(frame: Frame, session: Session, source: Source, names: list[str] | None) -> tuple[str, ...]:
    """The contenders picked here; else those picked in Chat, where the task is theirs; else the usual."""
    task = task_of(frame, session, source)
    picked = known_contenders(frame.of(session), session, task, names if source.named else None)
    if not picked and task.name == session.task:
        picked = known_contenders(frame.of(session), session, task, list(session.contenders))
    return picked or first_contenders(frame.of(session), session, task)


def last_report(frame: Frame, session: Session) -> Path | None:
    """The report of the visitor's newest scores, ready for download; None where there is none."""
    home = frame.settings.visitor_home(session.visitor) / "scores"
    found = sorted((path.stat().st_mtime, path) for path in home.glob("*/report.html"))
    return Path(copied(found[-1][1], session.visitor)) if found else None


# ---- the run --------------------------------------------------------------------------------------


def scored(
    frame: Frame, session: Session, source: Source, card: Card, form: Form, stop: threading.Event
) -> Iterator[str]:
    """Score, giving the progress as HTML; card and session know the result at the end. Raises UserError."""
    lang = session.lang
    if form.source != source.id:
        pick(frame, session, source, form.source or "")
    groups = [group for group in group_counts(frame, session, source) if group in (form.groups or ())]
    if source.id != FILE and not groups:
        raise UserError("no group of cases is picked; pick at least one")
    names = known_contenders(frame.of(session), session, task_of(frame, session, source), form.contenders)
    if not names:
        raise UserError("no contender is picked; pick at least one")
    if form.count is None or not 1 <= form.count <= MOST_CASES:
        raise BadSetting(f"cases a group is {form.count}; it must be 1 to {MOST_CASES}")
    check_room(frame.settings, session.visitor)
    made = Card(names=names)
    began, done, total = time.monotonic(), 0, 0
    for events in paced(lambda: _run(frame, session, source, groups, int(form.count or 0), made), BEAT, stop):
        for event in events:
            if isinstance(event, Scores):
                made.scores = event
            else:
                done, total = event.done, event.total
        passed = time.monotonic() - began
        if not total:
            yield progress_html(say(lang, "score.preparing", seconds=f"{passed:.0f}"))
        else:
            left = say(lang, "train.left", time=duration(passed / done * (total - done), lang)) if done > 5 else ""
            yield progress_html(say(lang, "score.running", done=done, all=total), done / total, left)
    if made.scores is None and not made.rows:
        yield empty_html(say(lang, "score.stopped.none"))
        return
    yield _finished(frame, session, card, made)


def _run(
    frame: Frame, session: Session, source: Source, groups: Sequence[str], count: int, card: Card
) -> Iterator[CaseScored | Scores]:
    """Runs in a thread of its own: drawing cases and opening models takes seconds."""
    settings = frame.of(session)
    cards = cards_of(settings, session, card.names)
    cases = cases_of(frame, session, source, groups, count, cards)
    task = task_of(frame, session, source)
    card.cases, card.tasks = tuple(cases), tasks_of(cases, settings, session.visitor)
    standing: list[Contender] = [
        contender(name, task, frame.catalogue, settings, session.visitor) for name in card.names
    ]
    sampling = Sampling(max_tokens=CALL_TOKENS) if any(case.tools for case in cases) else Sampling()
    card.facts = run_facts(cases, standing, sampling) | cards_facts(cards)
    card.notes = _notes(frame, session, source, task, card.names, cards)
    if card.notes:
        card.facts["note"] = " ".join(notes_text(card, session.lang))
    out = settings.visitor_home(session.visitor) / "scores" / new_name(task.name)
    card.report = str(out / "report.html")
    pairs = {pair for one in cards.values() for pair in one.pairs}
    scores = yield from score(cases, standing, sampling, out, tasks=card.tasks, pairs=pairs, kept=card.rows)
    yield scores


def _notes(
    frame: Frame, session: Session, source: Source, task: Task, names: Sequence[str], cards: Cards
) -> tuple[tuple[str, str], ...]:
    """What makes the comparison less than fair: the key of its words, and the contender it is about."""
    notes = [] if one_base(frame.of(session), names, cards) else [("score.bases", "")]
    seen: list[str] = []
    if source.id.startswith(DATASET):
        dataset = find_dataset(frame.settings, session.visitor, source.id.removeprefix(DATASET))
        held = dataset.card.get("held")
        held = [str(one) for one in held] if isinstance(held, list) else None
        seen = not_unseen(cards, task, dataset.seed, held, dataset.rows_sha256)
    elif source.id.startswith(FRESH):
        seen = not_unseen(cards, task, *learned_from(cards, task))
    return (*notes, *(("score.seen", name) for name in seen))


def _finished(frame: Frame, session: Session, card: Card, made: Card) -> str:
    """Sum up, write the report, hand the result to the card."""
    lang = session.lang
    told = ""
    if made.scores is None:
        made.stopped = True
        made.scores = scores_of(made.cases, made.rows, made.names)
        told = done_html(say(lang, "score.stopped", done=len(made.rows)))
    if made.report:
        write_whole(Path(made.report), [report_html(made.scores, made.cases, made.rows, lang, facts=made.facts)])
        made.report = copied(Path(made.report), session.visitor)
    vars(card).update(vars(made))
    session.shares = {
        name: summary.exact.value for name, summary in made.scores.contenders.items() if summary.exact.value is not None
    }
    return told
