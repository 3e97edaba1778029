"""The Twins tab: an example and its ways of saying it become a dataset of many rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from playground.samples import load_task
from playground.twins.dress import MOST_DRESS
from playground.ui import (
    bring_form,
    calls_form,
    cover_form,
    example_form,
    procedure_form,
    quality_form,
    review_form,
    steps_form,
    take_form,
)
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, joined, notice, told, warn
from playground.ui.go import go_row
from playground.ui.making import ALL, LONGEST, SHIPPED_SEED, Form, Stopped, made
from playground.ui.progress import empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.twins_draw import draw, draw_result, picked_task, preview_html
from playground.ui.words import say

STARTS: tuple[Any, ...] = (example_form, bring_form, calls_form, procedure_form)
"""Folds in which rows begin otherwise than from a task that ships."""
ENDS: tuple[Any, ...] = (take_form, cover_form, steps_form, quality_form, review_form)
"""Folds about the dataset that was made."""


@dataclass(frozen=True)
class TwinsTab:
    """What the shell needs of this tab."""

    drawing: Drawing
    changes: tuple[Any, ...]
    next: gr.Button
    """Goes on to Train."""
    status: gr.HTML
    """How the last press went, in the language of that time."""


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    line: gr.HTML
    task: gr.Dropdown
    sample: gr.HTML
    template: gr.Dropdown
    text: gr.Textbox
    pair: gr.Row
    name: gr.Textbox
    author: gr.Textbox
    counters: gr.HTML
    twins: gr.HTML
    rows: gr.Number
    seed: gr.Number
    dress: gr.Slider
    make: gr.Button
    stop: gr.Button
    status: gr.HTML
    counts: gr.HTML
    next: gr.Button
    download: gr.DownloadButton
    group: gr.Radio
    table: gr.HTML

    @property
    def form(self) -> list[Any]:
        """What says how twins are made."""
        return [self.template, self.text, self.name, self.author, self.rows, self.seed, self.dress]

    @property
    def result(self) -> list[Any]:
        """What shows the dataset."""
        return [self.counts, self.next, self.download, self.group, self.table]


def build(frame: Frame) -> TwinsTab:
    """Lay out the tab and wire it."""
    folds: list[Fold] = []
    ui = _layout(frame, folds)
    own = Drawing(
        # Bounds are not the widgets': Gradio would refuse to draw anything while a number is out of them.
        lambda session, group, *form: draw(frame, session, Form(*form), group),
        [ui.group, *ui.form],
        [ui.line, ui.task, ui.sample, ui.template, ui.pair, ui.counters, ui.twins, *ui.result, ui.make],
    )
    about = joined([fold.drawing for fold in folds])
    _wire_sample(frame, ui, own, about, folds)
    shown = _wire_making(frame, ui)
    shown.then(told(about.draw), [frame.session, *about.inputs], about.outputs, **LIGHT)
    changes = [
        event.then(told(about.draw), [frame.session, *about.inputs], about.outputs, **LIGHT)
        for fold in folds
        for event in fold.changes
    ]
    return TwinsTab(joined([own, about]), (shown, *changes), ui.next, ui.status)


def _layout(frame: Frame, folds: list[Fold]) -> Widgets:
    """The components; the folds go into `folds`."""
    add = frame.labels.add
    line = gr.HTML(elem_classes="say")
    with gr.Row():
        with gr.Column(scale=5, min_width=300):
            task = add(gr.Dropdown([], elem_id="twins-task"), label="task", info="task.hint")
            folds += [one.build(frame) for one in STARTS]
            sample = gr.HTML()
            with gr.Row(visible=False) as pair:
                name = add(gr.Textbox("", max_length=40, min_width=120), label="twins.name", info="twins.name.hint")
                author = add(
                    gr.Textbox("", max_length=40, min_width=120), label="twins.author", info="twins.author.hint"
                )
            template = add(gr.Dropdown([], elem_id="template"), label="twins.templates", info="twins.templates.hint")
            text = add(
                gr.Textbox("", lines=3, max_length=LONGEST, visible=False, elem_id="template-text"),
                label="twins.text",
                info="twins.text.hint",
            )
        with gr.Column(scale=6, min_width=300):
            counters = gr.HTML()
            ids = ("rows", "make", "stop-twins")
            rows, make, stop = go_row(frame, ids, "twins.rows.hint", "twins.make", primary=True)
            with add(gr.Accordion(open=False), label="more"):
                seed = add(gr.Number(SHIPPED_SEED, precision=0), label="twins.seed", info="twins.seed.hint")
                dress = add(
                    gr.Slider(0, MOST_DRESS, value=1, step=0.25, elem_id="dress"),
                    label="twins.dress",
                    info="twins.dress.hint",
                )
            twins = gr.HTML(elem_id="preview")
    status = gr.HTML(elem_id="twins-status")
    counts = gr.HTML()
    with gr.Row(elem_classes="next"):
        onward = add(gr.Button(variant="primary", visible=False, elem_id="train-on-it"), value="twins.train")
        download = add(gr.DownloadButton(visible=False, elem_id="download-dataset"), label="twins.download")
    group = add(gr.Radio([], visible=False, elem_classes="chips"), label="twins.show")
    table = gr.HTML()
    folds += [one.build(frame) for one in ENDS]
    return Widgets(
        line, task, sample, template, text, pair, name, author, counters, twins, rows, seed, dress, make, stop,
        status, counts, onward, download, group, table,
    )  # fmt: skip


# ---- wiring -------------------------------------------------------------------------------------


def _wire_sample(frame: Frame, ui: Widgets, drawing: Drawing, about: Drawing, folds: list[Fold]) -> None:
    @told
    def pick_task(session: Session, name: str, *form: Any) -> list[Any]:
        load_task(name, frame.settings, session.visitor)
        session.sample = name
        return whole(session, *form)

    def whole(session: Session, *form: Any) -> list[Any]:
        """The tab with the task that is picked now, in all its wordings."""
        return [*draw(frame, session, replace(Form(*form), template=ALL, text="")), gr.update(visible=False, value="")]

    @told
    def pick_template(session: Session, *form: Any) -> list[Any]:
        task, filled = picked_task(frame, session), Form(*form)
        text = next((one.text for one in task.human if one.id == filled.template), "")
        return [gr.update(value=text, visible=bool(text)), preview_html(session, task, replace(filled, text=text))]

    @told
    def look(session: Session, *form: Any) -> str:
        return preview_html(session, picked_task(frame, session), Form(*form))

    session, form = frame.session, ui.form
    shown = [*drawing.outputs, ui.text]
    ui.task.input(pick_task, [session, ui.task, *form], shown, **LIGHT)
    anew = {"fn": told(about.draw), "inputs": [session, *about.inputs], "outputs": about.outputs, **LIGHT}
    for fold in folds:
        for event in fold.changes:
            event.then(told(whole), [session, *form], shown, **LIGHT).then(**anew)
        for event in fold.asides:
            event.then(**anew)
    ui.template.input(pick_template, [session, *form], [ui.text, ui.twins], **LIGHT)
    for box in (ui.text, ui.name, ui.author, ui.seed, ui.dress):
        # Not "input": that stays silent for what is pasted, or typed through an input method.
        box.change(look, [session, *form], [ui.twins], trigger_mode="always_last", **LIGHT)


def _wire_making(frame: Frame, ui: Widgets) -> Any:
    session = frame.session
    buttons = [ui.make, ui.stop]

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, "twins"))
        return [progress_html(say(now.lang, "twins.making", rows=0, all="…"), 0.0), *_buttons(now, True)]

    def make(now: Session, *form: Any) -> Iterator[str]:
        key = (now.page, "twins")
        signal = frame.stops.take(key)
        try:
            yield from made(frame, now, Form(*form), signal)
        except Stopped:
            yield empty_html(say(now.lang, "twins.stopped"))
        except Exception as error:
            # In the corner too: on a long page the line below the preview is out of sight.
            warn(error, now.lang)
            yield trouble_html(notice(error, now.lang))
        finally:
            frame.stops.end(key, signal)

    begun = ui.make.click(begin, [session], [ui.status, *buttons], trigger_mode="once", **LIGHT)
    ended = begun.then(make, [session, *ui.form], [ui.status], **{**LIGHT, "concurrency_limit": 4})
    shown = ended.then(
        lambda now: [*draw_result(frame, now), *_buttons(now, False)], [session], [*ui.result, *buttons], **LIGHT
    )

    def halt(now: Session) -> None:
        frame.stops.stop((now.page, "twins"))

    ui.stop.click(halt, [session], None, **LIGHT)

    @told
    def show(now: Session, group: str) -> list[Any]:
        return draw_result(frame, now, group)

    ui.group.input(show, [session, ui.group], ui.result, **LIGHT)
    return shown


def _buttons(session: Session, running: bool) -> list[Any]:
    # One button stands out: what comes next. With a dataset there, that is to train on it.
    variant = "secondary" if session.dataset else "primary"
    return [gr.update(visible=not running, variant=variant), gr.update(visible=running)]
