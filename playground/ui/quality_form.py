"""The fold of Twins in which the rows that were made are measured, beside real ones, and those named are opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from playground.errors import BadSetting
from playground.ui import quality
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, told
from playground.ui.making import Stopped, latest_dataset
from playground.ui.progress import empty_html, progress_html, trouble_html
from playground.ui.quality import Measured
from playground.ui.session import Session
from playground.ui.twins_draw import task_for
from playground.ui.words import say

FORMS = [".jsonl", ".json", ".csv", ".tsv", ".xlsx", ".txt"]
KIND = "quality"
"""Kind of work, for its stop signal."""
SCROLL = '() => { document.querySelector("#review")?.scrollIntoView({block: "start"}); }'


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    line: gr.HTML
    measure: gr.Button
    stop: gr.Button
    upload: gr.UploadButton
    without: gr.Button
    status: gr.HTML
    result: gr.HTML
    pick: gr.Dropdown
    row: gr.HTML
    review: gr.Button

    @property
    def buttons(self) -> list[Any]:
        """What changes while it runs."""
        return [self.measure, self.stop, self.upload]

    @property
    def card(self) -> list[Any]:
        """What shows the report."""
        return [self.without, self.status, self.result, self.pick, self.row, self.review]


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    held = gr.State(Measured())
    ui = _layout(frame)

    def draw(session: Session, now: Measured) -> list[Any]:
        return [f"<p>{escape(say(session.lang, 'quality.say'))}</p>", *drawn(frame, session, now)]

    _wire_measuring(frame, ui, held)
    review = _wire_rows(frame, ui, held)
    return Fold(Drawing(draw, [held], [ui.line, *ui.card]), asides=(review,))


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="quality"), label="quality.title"):
        line = gr.HTML(elem_classes="quiet")
        with gr.Row():
            measure = add(gr.Button(size="sm", elem_id="quality-measure"), value="quality.measure")
            stop = add(gr.Button(size="sm", variant="stop", visible=False, elem_id="quality-stop"), value="stop")
            upload = add(gr.UploadButton(file_types=FORMS, size="sm", elem_id="quality-real"), label="quality.upload")
            without = add(gr.Button(size="sm", visible=False, elem_id="quality-without"), value="quality.without")
        status = gr.HTML(elem_id="quality-status")
        result = gr.HTML(elem_id="quality-report")
        pick = add(
            gr.Dropdown([], visible=False, elem_id="quality-row"), label="quality.pick", info="quality.pick.hint"
        )
        row = gr.HTML(elem_id="quality-shown")
        review = add(gr.Button(size="sm", visible=False, elem_id="quality-review"), value="quality.review")
    return Widgets(line, measure, stop, upload, without, status, result, pick, row, review)


def drawn(frame: Frame, session: Session, held: Measured) -> list[Any]:
    """The values of `Widgets.card`, in the language of the page."""
    report = quality.report_of(frame, session, held)
    choices = quality.named(report, session.lang) if report else []
    shown = ""
    if held.picked and held.picked in {value for _, value in choices}:
        shown = _row(frame, session, held, held.picked)
    return [
        gr.update(visible=bool(held.real)),
        quality.outcome_html(held, session.lang),
        quality.result_html(frame, session, held),
        gr.update(choices=choices, value=held.picked if shown else None, visible=bool(choices)),
        shown,
        gr.update(visible=bool(shown)),
    ]


def _row(frame: Frame, session: Session, held: Measured, id_: str) -> str:
    group, row = quality.picked_row(frame, session, held, id_)
    dataset = latest_dataset(frame.settings, session)
    return quality.row_html(task_for(frame, session, dataset), row, group, session.lang) if dataset else ""


def _wire_measuring(frame: Frame, ui: Widgets, held: gr.State) -> None:
    session = frame.session

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, KIND))
        return [progress_html(say(now.lang, "quality.opening")), *_buttons(True)]

    def take(now: Session, kept: Measured, file: str | None) -> list[Any]:
        kept.real = file or kept.real
        return begin(now)

    def drop(now: Session, kept: Measured) -> list[Any]:
        kept.real = ""
        return begin(now)

    def run(now: Session, kept: Measured) -> Iterator[str]:
        key = (now.page, KIND)
        signal = frame.stops.take(key)
        try:
            yield from quality.measured(frame, now, kept, signal)
        except Stopped:
            yield empty_html(say(now.lang, "quality.stopped"))
        except Exception as error:
            yield trouble_html(notice(error, now.lang))
        finally:
            frame.stops.end(key, signal)

    def show(now: Session, kept: Measured) -> list[Any]:
        # How it went stands there already: trouble, too.
        values = drawn(frame, now, kept)
        values[1] = gr.skip()
        return [*_buttons(False), *values]

    def halt(now: Session) -> None:
        frame.stops.stop((now.page, KIND))

    shown = [ui.status, *ui.buttons]
    for begun in (
        ui.measure.click(begin, [session], shown, trigger_mode="once", **LIGHT),
        ui.upload.upload(take, [session, held, ui.upload], shown, trigger_mode="once", **LIGHT),
        ui.without.click(drop, [session, held], shown, trigger_mode="once", **LIGHT),
    ):
        ran = begun.then(run, [session, held], [ui.status], **{**LIGHT, "concurrency_limit": 4})
        ran.then(show, [session, held], [*ui.buttons, *ui.card], **LIGHT)
    ui.stop.click(halt, [session], None, **LIGHT)


def _wire_rows(frame: Frame, ui: Widgets, held: gr.State) -> Any:
    session = frame.session

    @told
    def look(now: Session, kept: Measured, id_: str | None) -> list[Any]:
        shown = _row(frame, now, kept, id_) if id_ else ""
        kept.picked = id_ or ""
        return [shown, gr.update(visible=bool(shown))]

    @told
    def lead(now: Session, kept: Measured) -> None:
        if not kept.picked:
            raise BadSetting("no row is picked; pick one of those that were named")
        quality.picked_row(frame, now, kept, kept.picked)
        now.opened = kept.picked

    ui.pick.input(look, [session, held, ui.pick], [ui.row, ui.review], **LIGHT)
    leading = ui.review.click(lead, [session, held], None, **LIGHT)
    ui.review.click(None, js=SCROLL, api_visibility="private")
    return leading


def _buttons(running: bool) -> list[Any]:
    return [gr.update(visible=not running), gr.update(visible=running), gr.update(visible=not running)]
