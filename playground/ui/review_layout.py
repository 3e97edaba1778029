"""The components of the fold "Review", and which of them are drawn together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.datasets import TRAIN
from playground.reviews.decisions import LONGEST_NOTE
from playground.ui.frame import Frame
from playground.ui.review import SAMPLED

GRADES = [("–", 0), *((str(grade), grade) for grade in range(1, 6))]


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    fold: gr.Accordion
    line: gr.HTML
    group: gr.Dropdown
    count: gr.Number
    seed: gr.Number
    draw: gr.Button
    figures: gr.HTML
    desk: gr.Column
    back: gr.Button
    on: gr.Button
    place: gr.HTML
    message: gr.Textbox
    answer: gr.Textbox
    gold: gr.HTML
    accept: gr.Button
    reject: gr.Button
    edit: gr.Button
    undo: gr.Button
    grade: gr.Radio
    note: gr.Textbox
    rows: gr.CheckboxGroup
    every: gr.Button
    accept_many: gr.Button
    reject_many: gr.Button
    sheet: gr.DownloadButton
    take: gr.UploadButton
    make: gr.Button
    status: gr.HTML

    @property
    def typed(self) -> list[Any]:
        """What a decision about one row is made of."""
        return [self.message, self.answer, self.grade, self.note]

    @property
    def row(self) -> list[Any]:
        """What shows the row on the desk."""
        return [self.place, self.gold, *self.typed]

    @property
    def summed(self) -> list[Any]:
        """What tells about all that was decided."""
        return [self.figures, self.rows, self.sheet]

    @property
    def all(self) -> list[Any]:
        """Everything that is drawn."""
        return [self.fold, self.line, self.group, self.desk, self.status, *self.row, *self.summed]


def layout(frame: Frame) -> Widgets:
    """The components of the fold, all with their words."""
    add = frame.labels.add

    def button(id_: str, **more: Any) -> gr.Button:
        return add(gr.Button(size="sm", elem_id=f"review-{id_.replace('.', '-')}", **more), value=f"review.{id_}")

    with add(gr.Accordion(open=False, elem_id="review"), label="review.title") as fold:
        line = gr.HTML(elem_classes="quiet")
        with gr.Row(elem_classes="ask"):
            group = add(
                gr.Dropdown([("train", TRAIN)], value=TRAIN, min_width=140, elem_id="review-group"),
                label="review.group",
            )
            count = add(
                gr.Number(SAMPLED, precision=0, min_width=120, elem_id="review-count"),
                label="review.count",
                info="review.count.hint",
            )
            seed = add(
                gr.Number(0, precision=0, min_width=100, elem_id="review-seed"),
                label="review.seed",
                info="review.seed.hint",
            )
            draw = button("draw", min_width=140)
        figures = gr.HTML(elem_id="review-figures")
        with gr.Column(visible=False, elem_id="review-desk") as desk:
            with gr.Row(elem_classes="steps"):
                back = button("back", min_width=90)
                place = gr.HTML(elem_id="review-place")
                on = button("on", min_width=90)
            with gr.Row():
                message = add(
                    gr.Textbox("", lines=4, max_lines=16, min_width=300, elem_id="review-message"),
                    label="review.message",
                    info="review.message.hint",
                )
                answer = add(
                    gr.Textbox("", lines=4, max_lines=16, min_width=300, elem_id="review-answer"),
                    label="review.answer",
                    info="review.answer.hint",
                )
            gold = gr.HTML()
            with gr.Row(elem_classes="verdicts"):
                accept, reject = button("accept", min_width=90), button("reject", min_width=90)
                edit, undo = button("edit", min_width=120), button("undo", min_width=120)
            with gr.Row():
                grade = add(gr.Radio(GRADES, value=0, elem_classes="chips", min_width=260), label="review.grade")
                note = add(gr.Textbox("", max_length=LONGEST_NOTE, min_width=260), label="review.note")
            with add(gr.Accordion(open=False, elem_id="review-many"), label="review.many"):
                rows = add(gr.CheckboxGroup([], elem_id="review-rows"), label="review.rows")
                with gr.Row():
                    every = button("every", min_width=120)
                    accept_many, reject_many = (
                        button("accept.many", min_width=120),
                        button("reject.many", min_width=120),
                    )
            with gr.Row():
                sheet = add(gr.DownloadButton(size="sm", elem_id="review-sheet"), label="review.sheet")
                take = add(gr.UploadButton(file_types=[".csv"], size="sm", elem_id="review-take"), label="review.take")
                make = button("make")
        status = gr.HTML(elem_id="review-status")
    return Widgets(
        fold, line, group, count, seed, draw, figures, desk, back, on, place, message, answer, gold, accept, reject,
        edit, undo, grade, note, rows, every, accept_many, reject_many, sheet, take, make, status,
    )  # fmt: skip
