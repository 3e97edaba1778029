"""What the fold "How good are the rows?" does, without its widgets: the measurement, the rows it names, one whole."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playground.datasets import TRAIN, Dataset, dataset_path
from playground.errors import BadSetting, UnknownName
from playground.records import Row
from playground.samples import Task
from playground.sentences import sentence
from playground.train.recipe import Recipe
from playground.twins.quality.brought import Brought, real_rows
from playground.twins.quality.facts import Facts, bare, facts_of
from playground.twins.quality.faults import Example
from playground.twins.quality.page import report_html
from playground.twins.quality.report import Report, measure
from playground.twins.quality.tokens import token_counter
from playground.ui.frame import Frame
from playground.ui.making import Stopped, latest_dataset
from playground.ui.marks import marked_reply, marked_text
from playground.ui.pace import paced
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import number, say

BEAT = 0.3
"""Seconds between two drawings of the progress."""
MOST_NAMED = 300
"""Rows that can be opened by name."""
LABEL = 90
"""Characters of a row's name and fault in the list."""
LONGEST = 20_000
"""Characters of a turn that are shown."""
TOLD = 5
"""Bad real rows that are named."""


@dataclass
class Measured:
    """What was measured last on this page; changed in place by the handlers of the fold."""

    report: Report | None = None
    facts: Facts | None = None
    """Of the measured dataset's task."""
    dataset: str = ""
    """Name of the dataset that the report is about."""
    of: str = ""
    """Digest of its rows."""
    real: str = ""
    """Path of the uploaded file of real rows, "" for none."""
    brought: Brought | None = None
    """What it gave."""
    picked: str = ""
    """The row that is shown, as GROUP/ID."""


def measured(frame: Frame, session: Session, held: Measured, stop: threading.Event) -> Iterator[str]:
    """Measure the session's dataset into `held`; gives the progress as HTML, and at the end how it went.

    Raises Stopped when told to stop (`held` is then as it was), BadSetting where there is no dataset, and what
    reading the files raises.
    """
    settings, lang = frame.settings, session.lang
    dataset = latest_dataset(settings, session)
    if dataset is None:
        raise BadSetting("there is no dataset to measure yet; make one first")
    facts = facts_of(dataset, settings, session.visitor)
    groups = (TRAIN, *dataset.groups)
    total = sum(dataset.counts.get(group) or 0 for group in groups)
    done = 0

    def counted(rows: Iterable[Row]) -> Iterator[Row]:
        nonlocal done
        for row in rows:
            if stop.is_set():
                raise Stopped
            done += 1
            yield row

    def work() -> Iterator[tuple[Report, Brought | None]]:
        brought = real_rows(Path(held.real), facts) if held.real else None
        count = token_counter(frame.of(session).base, settings)
        real = brought.rows if brought else None
        limit = Recipe().max_tokens if count else None
        yield measure(facts, {group: counted(dataset.rows(group)) for group in groups}, real, count, limit), brought

    found: list[tuple[Report, Brought | None]] = []
    for some in paced(work, BEAT, stop):
        found += some
        if not done:
            yield progress_html(say(lang, "quality.opening"))
        elif done < total:
            yield progress_html(say(lang, "quality.reading", rows=number(done), all=number(total)), done / total)
        else:
            yield progress_html(say(lang, "quality.comparing"))
    if not found:
        raise Stopped
    held.report, held.brought = found[0]
    held.facts, held.dataset, held.of, held.picked = facts, dataset.path.name, dataset.rows_sha256, ""
    yield outcome_html(held, lang)


def outcome_html(held: Measured, lang: str) -> str:
    """How the measurement went: what was measured, and which real rows could not be read."""
    if held.report is None:
        return ""
    told = done_html(say(lang, "quality.done", name=held.dataset, rows=number(sum(held.report.counts.values()))))
    if held.brought is None or not held.brought.bad:
        return told
    named = "".join(f"<li>{escape(sentence(one, lang))}</li>" for one in held.brought.faults[:TOLD])
    return f"{told}{trouble_html(say(lang, 'quality.bad', count=held.brought.bad))}<ul>{named}</ul>"


def report_of(frame: Frame, session: Session, held: Measured) -> Report | None:
    """The report while its dataset is the session's and is there; the page lets go of it with the dataset."""
    if held.report is None:
        return None
    there = session.dataset == held.dataset and _there(frame, session, held.dataset)
    if not there:
        held.report, held.facts, held.brought, held.picked = None, None, None, ""
    return held.report


def result_html(frame: Frame, session: Session, held: Measured) -> str:
    """The report in the page's language, or what will be here."""
    report = report_of(frame, session, held)
    if report is None:
        return empty_html(say(session.lang, "quality.empty"))
    return report_html(report, session.lang)


def named(report: Report, lang: str) -> list[tuple[str, str]]:
    """The rows that the report names, as choices: what is wrong there, and GROUP/ID."""
    choices: dict[str, str] = {}
    for one in _examples(report):
        id_ = f"{one.group}/{one.id}"
        if id_ not in choices and len(choices) < MOST_NAMED:
            text = f"{one.id[:40]} · {one.says.text(lang)}"
            choices[id_] = text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"
    return [(text, id_) for id_, text in choices.items()]


def _examples(report: Report) -> Iterator[Example]:
    for fault in (*report.faults, *report.repeats.faults):
        yield from fault.examples
    for leak in report.leaks:
        for shared in leak.shared:
            if not shared.allowed:
                yield from shared.examples
    yield from report.lengths.examples


def picked_row(frame: Frame, session: Session, held: Measured, id_: str) -> tuple[str, Row]:
    """Group and row of one of `named`. Raises UnknownName for what the report does not name, or is gone."""
    report = report_of(frame, session, held)
    if report is None or id_ not in {value for _, value in named(report, session.lang)}:
        raise UnknownName(f"row {id_!r:.60} is not among those that were named; measure again")
    dataset = latest_dataset(frame.settings, session)
    group, _, row_id = id_.partition("/")
    row = None if dataset is None else found_row(dataset, group, row_id)
    if row is None:
        raise UnknownName(f"row {id_!r:.60} is not among those that were named; measure again")
    held.picked = id_
    return group, row


def found_row(dataset: Dataset, group: str, row_id: str) -> Row | None:
    """The first row of a group that has this id; None where there is none."""
    if group not in (TRAIN, *dataset.groups):
        return None
    return next((row for row in dataset.rows(group) if row.id == row_id), None)


def row_html(task: Task, row: Row, group: str, lang: str) -> str:
    """A row whole: every turn, then its gold."""
    tails = tuple(text for text in task.instruction.values() if text)
    values = row.slots if task.judge == "slots" else {}
    parts = [f"<h3>{escape(row.id[:80])} <small>{escape(say(lang, f'group.{group}'))}</small></h3>"]
    for place, turn in enumerate(row.messages):
        text, role = turn["content"][:LONGEST], turn["role"]
        last = place == len(row.messages) - 1 and role == "assistant"
        if last and task.judge == "slots" and task.form == "json":
            shown = f"<code>{marked_reply(text, task.slots, None, '')}</code>"
        else:
            shown = marked_text(bare(text, tails), values, task.slots)
        name = say(lang, "twins.column.answer" if last else f"role.{role}")
        parts.append(f'<h4>{escape(name)}</h4><p class="message">{shown}</p>')
    return f'<div class="card">{"".join(parts)}{gold_html(row, lang)}</div>'


def gold_html(row: Row, lang: str) -> str:
    """The gold of a row; "" for one without slots."""
    if not row.slots:
        return ""
    cells = "".join(
        f"<dt>{escape(slot[:80])}</dt><dd>{escape(value[:LONGEST]) or '—'}</dd>"
        for slot, value in list(row.slots.items())[:200]
    )
    return f'<h4>{escape(say(lang, "quality.gold"))}</h4><dl class="gold">{cells}</dl>'


def _there(frame: Frame, session: Session, name: str) -> bool:
    return dataset_path(frame.settings, session.visitor, name).is_dir()
