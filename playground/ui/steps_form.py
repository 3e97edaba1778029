"""The fold of Twins in which agent rows of the dataset are read step by step, with what is wrong beside the step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.ui import steps
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, told
from playground.ui.progress import progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.steps import Steps
from playground.ui.words import say


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    fold: gr.Accordion
    line: gr.HTML
    check: gr.Button
    status: gr.HTML
    pick: gr.Dropdown
    row: gr.HTML

    @property
    def drawn(self) -> list[Any]:
        """What `drawn` gives the values of."""
        return [self.fold, self.line, self.status, self.pick, self.row]


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    held = gr.State(Steps())
    ui = _layout(frame)
    session = frame.session

    def draw(now: Session, kept: Steps) -> list[Any]:
        return drawn(frame, now, kept)

    def begin(now: Session) -> str:
        return progress_html(say(now.lang, "steps.checking", rows=0, all=steps.FIRST), 0.0)

    def check(now: Session, kept: Steps) -> Iterator[str]:
        try:
            yield from steps.checked(frame, now, kept)
        except Exception as error:
            yield trouble_html(notice(error, now.lang))

    def after(now: Session, kept: Steps) -> list[Any]:
        # How it went stands there already: trouble, too.
        values = drawn(frame, now, kept)
        values[2] = gr.skip()
        return values

    @told
    def look(now: Session, kept: Steps, id_: str | None) -> str:
        return steps.shown_html(frame, now, kept, id_) if id_ else ""

    begun = ui.check.click(begin, [session], [ui.status], trigger_mode="once", **LIGHT)
    ran = begun.then(check, [session, held], [ui.status], **{**LIGHT, "concurrency_limit": 4})
    ran.then(told(after), [session, held], ui.drawn, **LIGHT)
    ui.pick.input(look, [session, held, ui.pick], [ui.row], **LIGHT)
    return Fold(Drawing(draw, [held], ui.drawn))


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    with add(gr.Accordion(open=False, visible=False, elem_id="steps"), label="steps.title") as fold:
        line = gr.HTML(elem_classes="quiet")
        with gr.Row():
            check = add(gr.Button(size="sm", elem_id="steps-check"), value="steps.check")
        status = gr.HTML(elem_id="steps-status")
        pick = add(gr.Dropdown([], elem_id="steps-row"), label="steps.pick", info="steps.pick.hint")
        row = gr.HTML(elem_id="steps-shown")
    return Widgets(fold, line, check, status, pick, row)


def drawn(frame: Frame, session: Session, held: Steps) -> list[Any]:
    """The fold in the language of the page, with the first row open; not there where the rows are of another kind."""
    lang = session.lang
    if steps.look(frame, session, held) is None:
        return [gr.update(visible=False), "", "", gr.update(choices=[], value=None), ""]
    choices = steps.choices(held, lang)
    picked = held.picked if held.picked in {value for _, value in choices} else choices[0][1]
    try:
        shown = steps.shown_html(frame, session, held, picked)
    except PlaygroundError as error:
        shown = trouble_html(notice(error, lang))
    return [
        gr.update(visible=True),
        f"<p>{escape(say(lang, 'steps.say'))}</p>",
        steps.outcome_html(held, lang),
        gr.update(choices=choices, value=picked),
        shown,
    ]
