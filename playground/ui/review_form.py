"""The fold of Twins in which a person checks a random sample of the rows, one by one, in bulk or in a spreadsheet."""

from __future__ import annotations

import threading
from html import escape
from typing import Any

import gradio as gr

from playground.datasets import TRAIN
from playground.errors import BadSetting, UserError
from playground.reviews.decisions import Verdict
from playground.ui import review, review_sum
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, told
from playground.ui.progress import done_html
from playground.ui.quality import gold_html
from playground.ui.review import LONGEST, Desk
from playground.ui.review_layout import Widgets, layout
from playground.ui.session import Session
from playground.ui.words import say


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    desk, lock = gr.State(Desk()), threading.Lock()
    ui = layout(frame)

    def draw(session: Session, now: Desk) -> list[Any]:
        sent = bool(session.opened)
        changed = review.settled(frame, session, now)
        return [
            gr.update(open=True) if sent else gr.skip(),
            *_frame_of(session, now),
            review_sum.made_html(now, session),
            *row_values(frame, session, now, changed),
            *summed_values(frame, session, now, () if changed else None),
        ]

    _wire_sample(frame, ui, desk)
    _wire_row(frame, ui, desk, lock)
    _wire_many(frame, ui, desk, lock)
    made = _wire_making(frame, ui, desk)
    return Fold(Drawing(draw, [desk], ui.all), (made,))


# ---- drawing ------------------------------------------------------------------------------------


def _frame_of(session: Session, desk: Desk) -> list[Any]:
    """Line, groups, and whether there is a row to look at."""
    lang, groups = session.lang, (TRAIN, *desk.dataset.groups) if desk.dataset else (TRAIN,)
    return [
        f"<p>{escape(say(lang, 'review.say'))}</p>",
        gr.update(choices=[(say(lang, f"group.{one}"), one) for one in groups], value=desk.group),
        gr.update(visible=desk.row is not None),
    ]


def row_values(frame: Frame, session: Session, desk: Desk, anew: bool = True) -> list[Any]:
    """The values of `Widgets.row`; without `anew` what was typed stays."""
    lang = session.lang
    row, decision = review.decided(frame, session, desk)
    if row is None:
        return ["", "", "", "", 0, ""]
    mark = say(lang, f"review.mark.{decision.verdict or 'none'}")
    where = say(lang, "review.guest") if desk.guest else say(lang, "review.place", at=desk.at + 1, all=len(desk.rows))
    place = (
        f'<p role="status"><b>{escape(where)}</b> · <code>{escape(row.id[:60])}</code> · {escape(mark)}</p>'
        f"{review.earlier_html(desk, lang)}"
    )
    gold = gold_html(row, lang)
    if not anew:
        return [place, gold, *[gr.skip()] * 4]
    said = review.texts(frame, session, desk)
    boxes = [gr.update(value=text, interactive=len(text) <= LONGEST) for text in said]
    return [place, gold, *boxes, decision.grade or 0, decision.note]


def summed_values(frame: Frame, session: Session, desk: Desk, picked: tuple[str, ...] | None = None) -> list[Any]:
    """The values of `Widgets.summed`; the rows that are picked in the list stay where `picked` is not given."""
    if desk.dataset is None:
        return [review_sum.figures_html(frame, session, desk), gr.update(choices=[], value=[]), gr.skip()]
    choices = review_sum.list_choices(frame, session, desk)
    many = gr.update(choices=choices) if picked is None else gr.update(choices=choices, value=list(picked))
    return [review_sum.figures_html(frame, session, desk), many, review_sum.sheet(frame, session, desk)]


# ---- wiring -------------------------------------------------------------------------------------


def _wire_sample(frame: Frame, ui: Widgets, desk: gr.State) -> None:
    @told
    def draw(now: Session, there: Desk, *form: Any) -> list[Any]:
        review.settled(frame, now, there)
        review.draw_sample(there, *form)
        return [
            *_frame_of(now, there), "", *row_values(frame, now, there), *summed_values(frame, now, there, ()),
        ]  # fmt: skip

    ui.draw.click(draw, [frame.session, desk, ui.group, ui.count, ui.seed], ui.all[1:], **LIGHT)


def _wire_row(frame: Frame, ui: Widgets, desk: gr.State, lock: threading.Lock) -> None:
    session = frame.session

    def walk(by: int) -> Any:
        @told
        def go(now: Session, there: Desk, message: str, answer: str) -> list[Any]:
            if review.changed(frame, now, there, message, answer):
                raise BadSetting("the texts were changed; keep the edit or put them back first")
            review.step(there, by)
            return [gr.update(visible=there.row is not None), *row_values(frame, now, there)]

        return go

    def judge(verdict: Verdict) -> Any:
        @told
        def decide(now: Session, there: Desk, message: str, answer: str, grade: Any, note: str) -> list[Any]:
            with lock:
                review.decide(frame, now, there, verdict, message, answer, _grade(grade), note)
            review.go_on(frame, now, there)
            return [*row_values(frame, now, there), *summed_values(frame, now, there)]

        return decide

    @told
    def keep(now: Session, there: Desk, message: str, answer: str, grade: Any, note: str) -> list[Any]:
        """Grade and note go by themselves; the verdict stays as it is."""
        if there.row is None or review.judged_so(frame, now, there, _grade(grade), note):
            return [gr.skip()] * 3
        with lock:
            review.decide(frame, now, there, None, message, answer, _grade(grade), note)
        return summed_values(frame, now, there)

    @told
    def undo(now: Session, there: Desk) -> list[Any]:
        return list(review.plain(there))

    walking = [session, desk, ui.message, ui.answer]
    ui.back.click(walk(-1), walking, [ui.desk, *ui.row], **LIGHT)
    ui.on.click(walk(1), walking, [ui.desk, *ui.row], **LIGHT)
    deciding = [session, desk, *ui.typed]
    buttons: list[tuple[gr.Button, Verdict]] = [(ui.accept, "accept"), (ui.reject, "reject"), (ui.edit, "edit")]
    for button, verdict in buttons:
        button.click(judge(verdict), deciding, [*ui.row, *ui.summed], trigger_mode="once", **LIGHT)
    for event in (ui.grade.input, ui.note.blur):
        event(keep, deciding, ui.summed, **LIGHT)
    ui.undo.click(undo, [session, desk], [ui.message, ui.answer], **LIGHT)


def _wire_many(frame: Frame, ui: Widgets, desk: gr.State, lock: threading.Lock) -> None:
    session = frame.session

    def judge(verdict: Verdict) -> Any:
        @told
        def decide(now: Session, there: Desk, ids: list[str]) -> list[Any]:
            with lock:
                count = review.decide_many(frame, now, there, ids, verdict)
            said = done_html(say(now.lang, f"review.many.{verdict}", count=count))
            return [said, *row_values(frame, now, there), *summed_values(frame, now, there, ())]

        return decide

    @told
    def take(now: Session, there: Desk, file: str | None) -> list[Any]:
        if file is None:
            raise UserError("no file was chosen; choose the spreadsheet as a .csv file")
        with lock:
            said = review_sum.take_sheet(frame, now, there, file)
        return [said, *row_values(frame, now, there), *summed_values(frame, now, there)]

    shown = [ui.status, *ui.row, *ui.summed]
    many = [session, desk, ui.rows]
    ui.accept_many.click(judge("accept"), many, shown, trigger_mode="once", **LIGHT)
    ui.reject_many.click(judge("reject"), many, shown, trigger_mode="once", **LIGHT)
    ui.every.click(lambda there: gr.update(value=[row.id for row in there.rows]), [desk], [ui.rows], **LIGHT)
    ui.take.upload(take, [session, desk, ui.take], shown, trigger_mode="once", **{**LIGHT, "concurrency_limit": 4})


def _wire_making(frame: Frame, ui: Widgets, desk: gr.State) -> Any:
    @told
    def make(now: Session, there: Desk) -> str:
        return review_sum.made(frame, now, there)

    making = {**LIGHT, "concurrency_limit": 4}
    return ui.make.click(make, [frame.session, desk], [ui.status], trigger_mode="once", **making)


def _grade(value: Any) -> int:
    return value if type(value) is int and 0 <= value <= 5 else 0
