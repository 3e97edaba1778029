"""The fold of Twins in which a procedure, numbered steps or a flow file, becomes a dataset of agent rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.twins.flows.forms import FORMS
from playground.ui import procedure
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, told, warn
from playground.ui.go import go_row
from playground.ui.making import SHIPPED_SEED, Stopped
from playground.ui.procedure import LONGEST, Making, Procedure
from playground.ui.procedure_told import coverage_html, told_html
from playground.ui.progress import empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import say

KIND = "procedure"
"""Kind of work, for its stop signal."""
HEAVIER: dict[str, Any] = {**LIGHT, "concurrency_limit": 4}


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    line: gr.HTML
    text: gr.Textbox
    read: gr.Button
    show: gr.Button
    back: gr.Button
    status: gr.HTML
    details: gr.Column
    pick: gr.Dropdown
    preview: gr.HTML
    how: tuple[Any, ...]
    """The fields of procedure.Making."""
    make: gr.Button
    stop: gr.Button
    outcome: gr.HTML
    covered: gr.HTML

    @property
    def card(self) -> list[Any]:
        """What shows what was read."""
        return [self.back, self.status, self.details, self.pick, self.preview, self.covered]


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    held = gr.State(Procedure())
    ui = _layout(frame)

    def draw(session: Session, now: Procedure, *how: Any) -> list[Any]:
        forms = [(say(session.lang, f"procedure.form.{form}"), form) for form in FORMS]
        line = f"<p>{escape(say(session.lang, 'procedure.say'))}</p>"
        return [line, gr.update(choices=forms), *drawn(session, now, Making(*how))]

    _wire_reading(frame, ui, held)
    made = _wire_making(frame, ui, held)
    return Fold(Drawing(draw, [held, *ui.how], [ui.line, ui.how[0], *ui.card]), changes=(made,))


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="procedure"), label="procedure.title"):
        line = gr.HTML(elem_classes="quiet")
        text = add(
            gr.Textbox("", lines=6, max_lines=14, max_length=LONGEST, elem_id="procedure-text"),
            label="procedure.text",
            placeholder="procedure.text.hint",
        )
        with gr.Row():
            read = add(gr.Button(size="sm", elem_id="procedure-read"), value="procedure.button")
            show = add(gr.Button(size="sm", elem_id="procedure-show"), value="procedure.show")
            back = add(gr.Button(size="sm", visible=False, elem_id="procedure-back"), value="procedure.back")
        status = gr.HTML(elem_id="procedure-status")
        with gr.Column(visible=False) as details:
            pick = add(gr.Dropdown([], elem_id="procedure-path"), label="procedure.path", info="procedure.path.hint")
            preview = gr.HTML(elem_id="procedure-preview")
            with add(gr.Accordion(open=False, elem_id="procedure-more"), label="more"):
                form = add(gr.Dropdown(list(FORMS), value=FORMS[0], elem_id="procedure-form"), label="procedure.form")
                markers = add(
                    gr.Textbox("", max_length=200, elem_id="procedure-markers"),
                    label="procedure.markers",
                    info="procedure.markers.hint",
                )
                with gr.Row():
                    broken = _share(frame, "broken", Making.broken)
                    refused = _share(frame, "refused", Making.refused)
                    changed = _share(frame, "changed", Making.changed)
                seed = add(gr.Number(SHIPPED_SEED, precision=0), label="twins.seed", info="twins.seed.hint")
            ids = ("procedure-rows", "procedure-make", "procedure-stop")
            rows, make, stop = go_row(frame, ids, "procedure.rows.hint", "procedure.make")
            outcome = gr.HTML(elem_id="procedure-outcome")
        covered = gr.HTML(elem_id="procedure-covered")
    how = (form, markers, broken, refused, changed, rows, seed)
    return Widgets(
        line, text, read, show, back, status, details, pick, preview, how, make, stop, outcome, covered
    )  # fmt: skip


def _share(frame: Frame, name: str, value: float | None) -> gr.Number:
    box = gr.Number(value, min_width=120, elem_id=f"procedure-{name}")
    return frame.labels.add(box, label=f"procedure.{name}", info=f"procedure.{name}.hint")


def drawn(session: Session, now: Procedure, how: Making) -> list[Any]:
    """The values of `Widgets.card`, in the language of the page."""
    lang = session.lang
    return [
        gr.update(visible=bool(now.sop)),
        told_html(now, lang),
        gr.update(visible=now.flow is not None),
        gr.update(choices=procedure.choices(now), value=procedure.picked(now)),
        preview(now, how, lang),
        coverage_html(now, lang),
    ]


def preview(now: Procedure, how: Making, lang: str) -> str:
    """One row of the path in view, or what is wrong, in the place where it would stand."""
    try:
        return procedure.preview_html(now, how, lang)
    except PlaygroundError as error:
        return trouble_html(notice(error, lang))


# ---- wiring -------------------------------------------------------------------------------------


def _wire_reading(frame: Frame, ui: Widgets, held: gr.State) -> None:
    session = frame.session

    def read(now: Session, kept: Procedure, text: str, *how: Any) -> list[Any]:
        try:
            text = procedure.read(kept, text, frame.settings, now.visitor)
        except PlaygroundError as error:
            return [gr.skip(), gr.skip(), trouble_html(notice(error, now.lang)), *[gr.skip()] * 4]
        return [text, *drawn(now, kept, Making(*how))]

    @told
    def show(now: Session, kept: Procedure, *how: Any) -> list[Any]:
        kept.sop = ""
        return read(now, kept, procedure.shipped(frame.settings, now.lang), *how)

    @told
    def back(now: Session, kept: Procedure) -> list[Any]:
        text = kept.sop
        kept.sop = ""
        return [text or gr.skip(), gr.update(visible=False)]

    def look(now: Session, kept: Procedure, *how: Any) -> str:
        return preview(kept, Making(*how), now.lang)

    def turn(now: Session, kept: Procedure, id_: str | None, *how: Any) -> str:
        procedure.pick(kept, id_ or "")
        return look(now, kept, *how)

    # The list of paths is read only when it is used: out of sight, a browser keeps the paths of an older flow in it.
    how, drawn_into = list(ui.how), [ui.text, *ui.card]
    ui.read.click(told(read), [session, held, ui.text, *how], drawn_into, **HEAVIER)
    ui.show.click(show, [session, held, *how], drawn_into, **HEAVIER)
    ui.back.click(back, [session, held], [ui.text, ui.back], **LIGHT)
    form, markers, *_, seed = ui.how
    ui.pick.input(told(turn), [session, held, ui.pick, *how], [ui.preview], **HEAVIER)
    for event in (form.input, markers.blur, seed.blur):
        event(told(look), [session, held, *how], [ui.preview], **HEAVIER)


def _wire_making(frame: Frame, ui: Widgets, held: gr.State) -> Any:
    session = frame.session
    buttons = [ui.make, ui.stop]

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, KIND))
        return [progress_html(say(now.lang, "twins.making", rows=0, all="…"), 0.0), *_buttons(True)]

    def run(now: Session, kept: Procedure, text: str, *how: Any) -> Iterator[str]:
        key = (now.page, KIND)
        signal = frame.stops.take(key)
        try:
            yield from procedure.made(frame, now, kept, text, Making(*how), signal)
        except Stopped:
            yield empty_html(say(now.lang, "twins.stopped"))
        except Exception as error:
            warn(error, now.lang)
            yield trouble_html(notice(error, now.lang))
        finally:
            frame.stops.end(key, signal)

    def halt(now: Session) -> None:
        frame.stops.stop((now.page, KIND))

    def show(now: Session, kept: Procedure) -> list[Any]:
        return [*_buttons(False), coverage_html(kept, now.lang)]

    begun = ui.make.click(begin, [session], [ui.outcome, *buttons], trigger_mode="once", **LIGHT)
    ran = begun.then(run, [session, held, ui.text, *ui.how], [ui.outcome], **HEAVIER)
    ui.stop.click(halt, [session], None, **LIGHT)
    return ran.then(show, [session, held], [*buttons, ui.covered], **LIGHT)


def _buttons(running: bool) -> list[Any]:
    return [gr.update(visible=not running), gr.update(visible=running)]
