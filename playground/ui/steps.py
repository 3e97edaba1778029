"""What the fold "Steps" does, without its widgets: agent rows of a dataset, shown step by step and looked over."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from playground.datasets import Dataset
from playground.errors import PlaygroundError, UnknownName
from playground.records import Row
from playground.sentences import sentence
from playground.twins.flows.forms import Markers
from playground.twins.flows.lint import Finding, lint
from playground.twins.flows.steps import read_steps
from playground.twins.flows.viewer import WORDS, viewer_html
from playground.ui.frame import Frame
from playground.ui.making import latest_dataset
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import number, say

FIRST = 500
"""Training rows that are looked over."""
ASKED = 12
"""Rows in which an action or a thought is looked for."""
SHOWN = 50
"""Rows without findings that can be picked."""
MOST_NAMED = 200
"""Rows with findings that can be picked."""
PATIENCE = 30.0
"""Seconds after which no further row is looked over."""
_NAMED = {"findings": "findings.title", "more": "rest"}
AT_ONCE = 25
"""Rows between two drawings of the progress."""


@dataclass
class Steps:
    """What is known of the dataset in view; changed in place by the handlers of the fold."""

    of: str = ""
    """Digest of its rows."""
    agent: bool = False
    """Whether they are agent rows."""
    ids: tuple[str, ...] = ()
    """Of its first rows."""
    checked: int = 0
    """Rows that were looked over."""
    found: dict[str, str] = field(default_factory=dict)
    """Row with findings to the first of them."""
    picked: str = ""
    """Id of the row that is shown."""


def row_html(row: Row, findings: Sequence[Finding], lang: str, marks: Markers | None = None) -> str:
    """A row as its steps, in the words of a language."""
    told = [replace(one, sentence=sentence(one.sentence, lang)) for one in findings]
    return viewer_html(row, told, {key: say(lang, f"steps.{_NAMED.get(key, key)}") for key in WORDS}, marks)


def is_agent(row: Row) -> bool:
    """Whether a row thinks or calls tools."""
    return any(part.own and part.kind in ("thought", "action") for part in read_steps(row).parts)


def look(frame: Frame, session: Session, held: Steps) -> Dataset | None:
    """The session's dataset where its rows are agent rows, else None; `held` begins anew with another dataset."""
    dataset = latest_dataset(frame.settings, session)
    if dataset is None:
        held.of, held.agent = "", False
        return None
    if held.of != dataset.rows_sha256:
        for name, value in vars(Steps(of=dataset.rows_sha256)).items():
            setattr(held, name, value)
        marks = own_marks(dataset)
        try:
            first = list(islice(dataset.rows(), SHOWN))
        except PlaygroundError:
            first = []  # a damaged line is told where the rows are shown
        held.agent = any(is_agent(row) or (marks and _marked(row, marks)) for row in first[:ASKED])
        held.ids = tuple(row.id for row in first)
    return dataset if held.agent else None


def own_marks(dataset: Dataset) -> Markers | None:
    """The markers that the rows were made with, None for the usual ones."""
    recipe = dataset.card.get("recipe")
    marks = recipe.get("marks") if isinstance(recipe, dict) else None
    try:
        return Markers(**marks) if isinstance(marks, dict) else None
    except (TypeError, PlaygroundError):
        return None  # written by somebody else


def _marked(row: Row, marks: Markers) -> bool:
    return any(part.own and part.kind in ("thought", "action") for part in read_steps(row, marks).parts)


def choices(held: Steps, lang: str) -> list[tuple[str, str]]:
    """The rows to pick from: those with findings, then the first ones."""
    found = [(_cut(f"{id_} · {sentence(first, lang)}"), id_) for id_, first in list(held.found.items())[:MOST_NAMED]]
    return [*found, *((_cut(id_), id_) for id_ in dict.fromkeys(held.ids) if id_ not in held.found)]


def _cut(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89]}…"


def shown_html(frame: Frame, session: Session, held: Steps, id_: str) -> str:
    """The row of that id. Raises UnknownName for one that is not among those to pick from."""
    dataset = look(frame, session, held)
    row = None
    if dataset is not None and id_ in {value for _, value in choices(held, "en")}:
        row = next((one for one in islice(dataset.rows(), FIRST) if one.id == id_), None)
    if dataset is None or row is None:
        raise UnknownName(f"row {id_!r:.60} is not among those to pick from; pick another")
    held.picked = id_
    marks = own_marks(dataset)
    return row_html(row, lint(row, None, marks), session.lang, marks)


def checked(frame: Frame, session: Session, held: Steps) -> Iterator[str]:
    """Look over the first rows; gives the progress as HTML, and at the end how many have findings."""
    dataset = look(frame, session, held)
    if dataset is None:
        yield empty_html(say(session.lang, "steps.none"))
        return
    marks, until = own_marks(dataset), time.monotonic() + PATIENCE
    total = min(FIRST, dataset.counts.get("train") or 0)
    found: dict[str, str] = {}
    done = 0
    for row in islice(dataset.rows(), FIRST):
        if time.monotonic() > until:
            break
        if findings := lint(row, None, marks):
            found[row.id] = findings[0].sentence
        done += 1
        if done % AT_ONCE == 1:
            yield progress_html(say(session.lang, "steps.checking", rows=number(done), all=number(total)), done / total)
    held.checked, held.found = done, found
    yield outcome_html(held, session.lang)


def outcome_html(held: Steps, lang: str) -> str:
    """How many rows have findings; "" before they were looked over."""
    if not held.checked:
        return ""
    if not held.found:
        return done_html(say(lang, "steps.sound", n=number(held.checked)))
    return trouble_html(say(lang, "steps.findings", count=number(len(held.found)), n=number(held.checked)))
