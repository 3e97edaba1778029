"""What the fold "Review" shows of what was decided: the figures, the list, the spreadsheet, the dataset made of it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from playground.datasets import TRAIN, dataset_path, new_name
from playground.errors import BadSample
from playground.reviews.decisions import Decision
from playground.reviews.sheet import shown
from playground.sentences import sentence
from playground.twins.quality.correct import row_checker
from playground.twins.reviewed import all_rows, reviewed_dataset
from playground.ui.downloads import written
from playground.ui.frame import Frame
from playground.ui.progress import done_html, trouble_html
from playground.ui.review import Desk, dataset_of, reviews_of
from playground.ui.session import Session
from playground.ui.words import number, say
from playground.visitors import check_room

MOST_SHEET = 20_000_000
"""Bytes of a spreadsheet; the page takes no larger upload."""
WANTED = 0.01
"""Share of wrong rows for which it is told how many more are to be checked."""


def figures_html(frame: Frame, session: Session, desk: Desk) -> str:
    """What the decided rows of the sample say about all rows of the group, and how many were decided in all."""
    lang = session.lang
    if desk.dataset is None:
        return f'<p class="empty">{escape(say(lang, "review.empty"))}</p>'
    reviews = reviews_of(frame, session, desk)
    verdicts = [one.verdict for one in reviews.decisions().values()]
    counts = {name: number(verdicts.count(name)) for name in ("accept", "edit", "reject")}
    lines = [say(lang, "review.counts", name=desk.dataset.path.name, **counts)]
    if desk.rows:
        found = reviews.bound([row.id for row in desk.rows])
        head = f"<b>{escape(found.text(lang))}</b>"
        if found.checked:
            head += f" {escape(found.more_text(WANTED, lang))}"
        of = say(lang, "review.of", group=say(lang, f"group.{desk.group}"), rows=len(desk.rows))
        return f'<div class="bound"><p>{head}</p><p class="quiet">{escape(of)} {escape(lines[0])}</p></div>'
    return f'<p class="quiet">{escape(lines[0])}</p>'


def list_choices(frame: Frame, session: Session, desk: Desk) -> list[tuple[str, str]]:
    """The sample as choices: number, what was decided, message and answer; and the row's id."""
    if not desk.rows:
        return []
    reviews = reviews_of(frame, session, desk)
    there = reviews.decisions()
    choices = []
    for place, row in enumerate(desk.rows, 1):
        decision = there.get(row.id, Decision(row.id))
        message, answer = (" ".join(one[:400].split()) for one in shown(reviews.edited(row), desk.facts.tails))
        grade = f" {decision.grade}/5" if decision.grade else ""
        mark = say(session.lang, f"review.mark.{decision.verdict or 'none'}")
        choices.append((f"{place} · {mark}{grade} · {_short(message)} → {_short(answer)}", row.id))
    return choices


def sheet(frame: Frame, session: Session, desk: Desk) -> str | None:
    """The sample as a spreadsheet for download; None without a sample."""
    if desk.dataset is None or not desk.rows:
        return None
    pieces = reviews_of(frame, session, desk).write_sheet(desk.rows)
    return written(desk.dataset.path, f"review-{desk.dataset.path.name}.csv", pieces, session.visitor)


def take_sheet(frame: Frame, session: Session, desk: Desk, path: str) -> str:
    """Take over what a spreadsheet decides; gives how it went, bad lines by their number."""
    dataset, lang = dataset_of(desk), session.lang
    reviews = reviews_of(frame, session, desk)
    check_room(frame.settings, session.visitor)
    file = Path(path)
    if file.stat().st_size > MOST_SHEET:
        raise BadSample(f"the sheet has {file.stat().st_size / 1e6:.0f} MB; it may have {MOST_SHEET / 1e6:.0f} MB")
    found = reviews.read_sheet(file.read_bytes(), all_rows(dataset), row_checker(desk.facts, lang))
    told = done_html(say(lang, "review.taken", lines=number(found.lines), count=number(len(found.decisions))))
    if not found.bad:
        return told
    named = "".join(f"<li>{escape(sentence(one, lang))}</li>" for one in found.faults)
    return f'{told}{trouble_html(say(lang, "review.bad", count=found.bad))}<ul class="faults">{named}</ul>'


def made(frame: Frame, session: Session, desk: Desk) -> str:
    """Make the dataset of the reviewed rows, which is then the session's; gives the line that says so."""
    settings, before = frame.settings, dataset_of(desk)
    size = sum(file.stat().st_size for file in before.path.iterdir() if file.is_file())
    check_room(settings, session.visitor, size)
    stem = before.path.name.removesuffix("-reviewed")[:25].rstrip("-")
    out = dataset_path(settings, session.visitor, new_name(f"{stem}-reviewed"))
    dataset = reviewed_dataset(before, reviews_of(frame, session, desk), out)
    session.dataset, session.rows = dataset.path.name, dataset.counts.get(TRAIN) or 0
    counts = {name: number(dataset.card["reviewed"][name]) for name in ("accepted", "edited", "rejected")}
    desk.told = {"name": dataset.path.name, "rows": number(session.rows), **counts}
    return made_html(desk, session)


def made_html(desk: Desk, session: Session) -> str:
    """What was made last, while it is the session's dataset."""
    if not desk.told or desk.told["name"] != session.dataset:
        return ""
    return done_html(say(session.lang, "review.made", **desk.told))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
