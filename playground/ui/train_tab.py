"""The Train tab: a dataset and a recipe become an adapter, in a process of its own that outlives the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from playground.datasets import dataset_names, find_dataset
from playground.train.job import find_job
from playground.train.recipe import Recipe
from playground.ui import export_form, training
from playground.ui.downloads import zipped
from playground.ui.frame import LIGHT, Drawing, Frame, notice, told, warn
from playground.ui.making import Form as TwinsForm
from playground.ui.making import Stopped, latest_dataset, made
from playground.ui.progress import empty_html, trouble_html
from playground.ui.session import Session
from playground.ui.training import KNOBS, PRESETS, Form, Weighed, plan_html, run_choices, standing, watched
from playground.ui.words import say

TICK = 2.0
"""Seconds between two looks at a run."""
HINTED = {"learning_rate": "rate"}
"""Fields of the recipe whose key in the words is another one."""


@dataclass(frozen=True)
class TrainTab:
    """What the shell needs of this tab."""

    drawing: Drawing
    changes: tuple[Any, ...]
    next: gr.Button
    """Goes on to Chat."""
    weigh: dict[str, Any]
    """The event that works out the pre-flight card, to follow whatever opens the tab."""


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    line: gr.HTML
    none: gr.HTML
    example: gr.Button
    dataset: gr.Dropdown
    preset: gr.Radio
    name: gr.Textbox
    plan: gr.HTML
    start: gr.Button
    more: gr.Accordion
    earlier: gr.Dropdown
    knobs: list[Any]
    status: gr.HTML
    stop: gr.Button
    next: gr.Button
    further: gr.Button
    download: gr.DownloadButton
    chart: gr.HTML
    runs: gr.Dropdown
    clock: gr.Timer
    exported: gr.Dropdown
    """Adapters that may be written as GGUF."""

    @property
    def form(self) -> list[Any]:
        """What says how to train."""
        return [self.dataset, self.name, self.earlier, *self.knobs]

    @property
    def run(self) -> list[Any]:
        """What shows the watched run."""
        return [
            *(self.status, self.chart, self.stop, self.next, self.further),
            *(self.download, self.start, self.runs, self.clock),
        ]


def build(frame: Frame) -> TrainTab:
    """Lay out the tab and wire it."""
    ui = _layout(frame)
    held = gr.State(Weighed())
    drawn = [ui.line, ui.none, ui.example, ui.dataset, ui.preset, ui.earlier, ui.exported, ui.plan, *ui.run]
    drawing = Drawing(lambda session, plan: draw(frame, session, plan), [held], drawn)
    weigh, picked = _wire_recipe(frame, ui, held)
    changes = [picked, _wire_run(frame, ui), *_wire_example(frame, ui, drawing, weigh)]
    return TrainTab(drawing, tuple(changes), ui.next, weigh)


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    line = gr.HTML(elem_classes="say")
    with gr.Row():
        with gr.Column(scale=5, min_width=300):
            none = gr.HTML(visible=False)
            example = add(gr.Button(variant="primary", visible=False, elem_id="make-example"), value="train.none.make")
            dataset = add(gr.Dropdown([], elem_id="train-dataset"), label="train.dataset", info="train.dataset.hint")
            preset = add(gr.Radio([], elem_classes="chips", elem_id="preset"), label="train.preset")
            name = add(
                gr.Textbox("", max_length=41, elem_id="adapter-name"), label="train.name", info="train.name.hint"
            )
            start = add(gr.Button(variant="primary", interactive=False, elem_id="train"), value="train.start")
            plan = gr.HTML(elem_id="plan")
            more = add(gr.Accordion(open=False, elem_id="recipe"), label="more")
            with more:
                earlier = add(gr.Dropdown([], elem_id="earlier"), label="train.earlier", info="train.earlier.hint")
                knobs = _knobs(frame)
        with gr.Column(scale=7, min_width=300):
            status = gr.HTML(elem_id="run-status")
            with gr.Row(elem_classes="next"):
                stop = add(gr.Button(variant="stop", visible=False, elem_id="stop-train"), value="train.stop")
                onward = add(gr.Button(variant="primary", visible=False, elem_id="chat-with-it"), value="train.chat")
                further = add(gr.Button(visible=False, elem_id="train-further"), value="train.further")
                download = add(gr.DownloadButton(visible=False, elem_id="download-adapter"), label="train.download")
            chart = gr.HTML(elem_id="chart")
            exported = export_form.build(frame)
            runs = add(gr.Dropdown([], visible=False, elem_id="runs"), label="train.runs", info="train.runs.hint")
    clock = gr.Timer(TICK, active=False)
    return Widgets(
        line, none, example, dataset, preset, name, plan, start, more, earlier, knobs, status, stop, onward, further,
        download, chart, runs, clock, exported,
    )  # fmt: skip


def _knobs(frame: Frame) -> list[Any]:
    made_, default = [], Recipe()
    for pair in zip(KNOBS[::2], (*KNOBS[1::2], ""), strict=False):
        with gr.Row():
            for field in filter(None, pair):
                key = f"train.{HINTED.get(field, field)}"
                value = getattr(default, field)
                if field == "minutes" and frame.settings.limits is not None:
                    value = min(value, frame.settings.limits.minutes)
                widget = (
                    gr.Textbox(value, min_width=130, max_length=200)
                    if isinstance(value, str)
                    else gr.Number(value, min_width=130, step=0.0001 if field == "learning_rate" else 1)
                )
                made_.append(frame.labels.add(widget, label=key, info=f"{key}.hint"))
    return made_


# ---- drawing ------------------------------------------------------------------------------------


def draw(frame: Frame, session: Session, held: Weighed) -> list[Any]:
    """Everything that hangs on the session and the files."""
    lang = session.lang
    latest = latest_dataset(frame.settings, session)
    names = dataset_names(frame.settings, session.visitor)
    presets = [(say(lang, f"train.preset.{name}"), name) for name in PRESETS]
    return [
        f"<p>{escape(say(lang, 'train.say'))}</p>",
        gr.update(visible=latest is None, value=empty_html(say(lang, "train.none"))),
        gr.update(visible=latest is None),
        gr.update(choices=names, value=session.dataset if latest is not None else None, visible=latest is not None),
        gr.update(choices=presets, value=session.preset or "standard"),
        gr.update(choices=training.earlier_choices(frame, session)),
        export_form.adapter_choices(frame, session),
        plan_html(held.plan, lang),
        *draw_run(frame, session),
    ]


def draw_run(frame: Frame, session: Session, ticking: bool = False) -> list[Any]:
    """The values of `Widgets.run`; while `ticking`, all but status and chart stay as they are."""
    now = standing(frame, session)
    if ticking and now.state == "running":
        return [now.status, now.chart, *[gr.skip()] * 7]
    running, usable = now.state == "running", now.adapter is not None and now.state != "running"
    ready = bool(session.dataset)
    pack = zipped(now.adapter, session.visitor) if usable and now.adapter is not None else None
    return [
        now.status,
        now.chart,
        gr.update(visible=running),
        gr.update(visible=usable),
        gr.update(visible=usable),
        gr.update(visible=usable, value=pack),
        # One button stands out: what comes next.
        gr.update(interactive=not running and ready, variant="primary" if ready and not usable else "secondary"),
        _runs(frame, session),
        gr.Timer(active=running),
    ]


def _runs(frame: Frame, session: Session) -> Any:
    choices = run_choices(frame, session)
    return gr.update(choices=choices, value=session.run or None, visible=len(choices) > 1)


# ---- wiring -------------------------------------------------------------------------------------


def _wire_recipe(frame: Frame, ui: Widgets, held: gr.State) -> tuple[dict[str, Any], Any]:
    """Gives the event that works out the card, and the one after which a dataset is picked."""

    def weigh(
        session: Session, last: Weighed, dataset: str | None, name: str, earlier: str | None, *knobs: Any
    ) -> Iterator[str]:
        yield from training.weighed(frame, session, Form(dataset, name, knobs, earlier or ""), last)

    weighing = {
        "fn": weigh,
        "inputs": [frame.session, held, *ui.form],
        "outputs": [ui.plan],
        **{**LIGHT, "concurrency_limit": 2},
    }

    @told
    def pick_dataset(session: Session, name: str) -> None:
        dataset = find_dataset(frame.settings, session.visitor, name)
        session.dataset, session.rows = name, dataset.counts.get("train") or 0

    def pick_preset(session: Session, name: str) -> list[Any]:
        session.preset = name if name in PRESETS else "standard"
        chosen, limits = PRESETS[session.preset], frame.settings.limits
        minutes = min(chosen["minutes"], limits.minutes) if limits else chosen["minutes"]
        return [chosen["epochs"], chosen["steps"], minutes]

    limits = [ui.knobs[KNOBS.index(field)] for field in ("epochs", "steps", "minutes")]
    picked = ui.dataset.input(pick_dataset, [frame.session, ui.dataset], None, **LIGHT)
    picked.then(**weighing)
    ui.preset.input(pick_preset, [frame.session, ui.preset], limits, **LIGHT).then(**weighing)
    for knob in ui.knobs:
        knob.blur(**weighing, trigger_mode="always_last")
    return weighing, picked


def _wire_run(frame: Frame, ui: Widgets) -> Any:
    session = frame.session

    def start(now: Session, dataset: str | None, name: str, earlier: str | None, *knobs: Any) -> list[Any]:
        try:
            if training.goes_on(frame, now, Form(dataset, name, knobs, earlier or "")):
                return draw_run(frame, now)  # what follows takes it up again
            with frame.starting:
                why = training.busy(frame.settings, now) if dataset else say(now.lang, "train.wait")
                if why is None:
                    training.start(frame, now, Form(dataset, name, knobs, earlier or ""))
            if why is not None:
                gr.Warning(why, title=say(now.lang, "notice"))
        except Exception as error:
            shown = draw_run(frame, now)
            shown[0] = trouble_html(notice(error, now.lang))
            return shown
        return draw_run(frame, now)

    @told
    def look(now: Session) -> list[Any]:
        return draw_run(frame, now, ticking=True)

    @told
    def stop(now: Session) -> list[Any]:
        job = watched(frame, now)
        if job is not None:
            job.stop()
        return draw_run(frame, now)

    @told
    def pick_run(now: Session, name: str) -> list[Any]:
        now.run = find_job(frame.settings, now.visitor, name).id
        return draw_run(frame, now)

    @told
    def further(now: Session) -> list[Any]:
        gr.Info(say(now.lang, "train.further.told", name=now.adapter), title=say(now.lang, "notice"))
        return [gr.update(choices=training.earlier_choices(frame, now), value=now.adapter), "", gr.update(open=True)]

    ui.further.click(further, [session], [ui.earlier, ui.name, ui.more], **LIGHT)

    def slices(now: Session) -> Iterator[list[Any]]:
        """On a GPU that is lent to single calls the run goes here, within the visitor's own event."""
        try:
            for beat, _ in enumerate(training.slices(frame, now)):
                yield draw_run(frame, now, ticking=beat > 0)  # the first one shows the stop button
        except Exception as error:
            warn(error, now.lang)
        yield draw_run(frame, now)

    started = ui.start.click(start, [session, *ui.form], ui.run, trigger_mode="once", **LIGHT)
    started.then(slices, [session], ui.run, **LIGHT)
    ui.stop.click(stop, [session], ui.run, **LIGHT)
    ui.runs.input(pick_run, [session, ui.runs], ui.run, **LIGHT)
    return ui.clock.tick(look, [session], ui.run, **LIGHT)


def _wire_example(frame: Frame, ui: Widgets, drawing: Drawing, weigh: dict[str, Any]) -> list[Any]:
    """The one click that fills an empty tab: a thousand twins of the shipped example."""

    def make(now: Session) -> Iterator[str]:
        key = (now.page, "twins")
        signal = frame.stops.begin(key)
        try:
            yield from made(frame, now, TwinsForm(task="address"), signal)
        except Stopped:
            yield ""
        except Exception as error:
            # As a notice: the tab is drawn anew right after this.
            warn(error, now.lang)
            yield ""
        finally:
            frame.stops.end(key, signal)

    making = ui.example.click(
        make, [frame.session], [ui.status], trigger_mode="once", **{**LIGHT, "concurrency_limit": 4}
    )
    drawn = making.then(drawing.draw, [frame.session, *drawing.inputs], drawing.outputs, **LIGHT)
    return [drawn, drawn.then(**weigh)]
