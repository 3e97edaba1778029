"""The Twins tab: an example and its ways of saying it become a dataset of many rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import islice
from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.samples import Task, load_task, task_names, tasks
from playground.twins.make import preview
from playground.ui import example_form
from playground.ui.downloads import zipped
from playground.ui.example_form import ExampleForm
from playground.ui.frame import LIGHT, Drawing, Frame, notice, told, warn
from playground.ui.making import ALL, LONGEST, SHIPPED_SEED, Form, Stopped, latest_dataset, made
from playground.ui.picks import task_title
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.rows import COUNTED, counts_html, sample_html, table_html, twins_html
from playground.ui.session import Session
from playground.ui.words import say

SHOWN = 50
"""Rows of a group in the table."""
TWINS = 10
"""Twins in the preview."""


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
    example: ExampleForm
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
        return [self.template, self.text, self.name, self.author, self.rows, self.seed]

    @property
    def result(self) -> list[Any]:
        """What shows the dataset."""
        return [self.counts, self.next, self.download, self.group, self.table]


def build(frame: Frame) -> TwinsTab:
    """Lay out the tab and wire it."""
    ui = _layout(frame)
    drawn = [
        *ui.example.again,
        ui.line,
        ui.task,
        ui.sample,
        ui.template,
        ui.pair,
        ui.counters,
        ui.twins,
        *ui.result,
        ui.make,
    ]
    # Bounds are not the widgets': Gradio would refuse to draw anything while a number is out of them.
    drawing = Drawing(
        lambda session, draft, group, *form: [
            *ui.example.draw(session, draft),
            *draw(frame, session, Form(*form), group),
        ],
        [ui.example.draft, ui.group, *ui.form],
        drawn,
    )
    _wire_sample(frame, ui, drawing)
    shown = _wire_making(frame, ui)
    return TwinsTab(drawing, (shown,), ui.next, ui.status)


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    line = gr.HTML(elem_classes="say")
    with gr.Row():
        with gr.Column(scale=5, min_width=300):
            task = add(gr.Dropdown([], elem_id="twins-task"), label="task", info="task.hint")
            example = example_form.build(frame)
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
            with gr.Row(elem_classes="ask"):
                rows = add(
                    gr.Number(1000, precision=0, min_width=120, elem_id="rows"),
                    label="twins.rows",
                    info="twins.rows.hint",
                )
                with gr.Column(min_width=140, elem_classes="go"):
                    make = add(gr.Button(variant="primary", elem_id="make"), value="twins.make")
                    stop = add(gr.Button(variant="stop", visible=False, elem_id="stop-twins"), value="stop")
            with add(gr.Accordion(open=False), label="more"):
                seed = add(gr.Number(SHIPPED_SEED, precision=0), label="twins.seed", info="twins.seed.hint")
            twins = gr.HTML(elem_id="preview")
    status = gr.HTML(elem_id="twins-status")
    counts = gr.HTML()
    with gr.Row(elem_classes="next"):
        onward = add(gr.Button(variant="primary", visible=False, elem_id="train-on-it"), value="twins.train")
        download = add(gr.DownloadButton(visible=False, elem_id="download-dataset"), label="twins.download")
    group = add(gr.Radio([], visible=False, elem_classes="chips"), label="twins.show")
    table = gr.HTML()
    return Widgets(
        line, task, example, sample, template, text, pair, name, author, counters, twins, rows, seed, make, stop,
        status, counts, onward, download, group, table,
    )  # fmt: skip


# ---- drawing ------------------------------------------------------------------------------------


def draw(frame: Frame, session: Session, form: Form, group: str | None = None) -> list[Any]:
    """Everything that hangs on the session: sample, templates, preview and the dataset made last."""
    settings, lang = frame.settings, session.lang
    task = picked_task(frame, session)
    titles = [(task_title(one, lang), one.name) for one in tasks(settings, session.visitor)]
    ways = [(f"{one.id} · {one.kind}", one.id) for one in task.human]
    known = form.template if form.template in {one.id for one in task.human} else ALL
    everything = (say(lang, "twins.all", count=len(task.human)), ALL)
    return [
        f"<p>{escape(say(lang, 'twins.say'))}</p>",
        gr.update(choices=titles, value=task.name),
        sample_html(task, task.seeds[0], lang) if task.seeds else "",
        gr.update(choices=[everything, *ways], value=known),
        gr.update(visible="name" in task.defaults),
        _counters(task, lang),
        _preview(session, task, form),
        *draw_result(frame, session, group or "train"),
        gr.update(variant="secondary" if session.dataset else "primary"),
    ]


def draw_result(frame: Frame, session: Session, group: str = "train") -> list[Any]:
    """The values of `Widgets.result`."""
    dataset = latest_dataset(frame.settings, session)
    lang = session.lang
    if dataset is None:
        hidden = gr.update(visible=False)
        return [empty_html(say(lang, "twins.empty")), hidden, hidden, hidden, ""]
    task = picked_task(frame, session, dataset.task)
    groups = [one for one in COUNTED if dataset.counts.get(one)]
    group = group if group in groups else "train"
    rows = list(islice(dataset.rows(group), SHOWN))
    title = done_html(say(lang, "twins.done", name=dataset.path.name))
    return [
        title + counts_html(dataset.counts, lang),
        gr.update(visible=True),
        gr.update(visible=True, value=zipped(dataset.path, session.visitor)),
        gr.update(visible=True, choices=[(say(lang, f"group.{one}"), one) for one in groups], value=group),
        table_html(task, rows, dataset.counts.get(group) or 0, lang),
    ]


def picked_task(frame: Frame, session: Session, name: str = "") -> Task:
    """The task of that name, by default the one picked here; the first there is where it was deleted meanwhile."""
    there = task_names(frame.settings, session.visitor)
    wanted = name or session.sample
    if wanted not in there:
        wanted = there[0]
        if not name:
            session.sample = wanted
    return load_task(wanted, frame.settings, session.visitor)


def _counters(task: Task, lang: str) -> str:
    text = say(lang, "twins.counters", templates=len(task.human), slots=len(task.slots), bots=len(task.bot))
    return f'<p class="quiet">{escape(text)}</p>'


def _preview(session: Session, task: Task, form: Form) -> str:
    """Ten twins of the picked wording, or what is wrong with it, in the place where they would stand."""
    lang = session.lang
    try:
        seed = form.whole("seed", form.seed, 0, 2**31 - 1)
        picked = next((one for one in task.human if one.id == form.template), None)
        own = form.wording(task)
        if picked is None:
            rows = preview(task, TWINS, seed, values=form.fixed(task))
        elif own is None:
            rows = preview(replace(task, human=(picked,)), TWINS, seed, values=form.fixed(task))
        else:
            text = own.text
            rows = preview(task, TWINS, seed, human_text=text, kind=own.kind, lang=own.lang, values=form.fixed(task))
    except PlaygroundError as error:
        return f'<div class="card twins">{trouble_html(notice(error, lang))}</div>'
    return twins_html(task, rows, say(lang, "twins.preview.own" if own is not None else "twins.preview"))


# ---- wiring -------------------------------------------------------------------------------------


def _wire_sample(frame: Frame, ui: Widgets, drawing: Drawing) -> None:
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
        return [gr.update(value=text, visible=bool(text)), _preview(session, task, replace(filled, text=text))]

    @told
    def look(session: Session, *form: Any) -> str:
        return _preview(session, picked_task(frame, session), Form(*form))

    session, form = frame.session, ui.form
    shown = [*drawing.outputs[len(ui.example.again) :], ui.text]
    ui.task.input(pick_task, [session, ui.task, *form], shown, **LIGHT)
    ui.example.kept.then(told(whole), [session, *form], shown, **LIGHT)
    ui.template.input(pick_template, [session, *form], [ui.text, ui.twins], **LIGHT)
    for box in (ui.text, ui.name, ui.author, ui.seed):
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
