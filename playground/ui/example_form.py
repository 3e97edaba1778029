"""The fold of Twins in which one example becomes a task: slots found, everything editable, kept under a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.errors import BadSample, PlaygroundError
from playground.samples.fields import KINDS
from playground.twins.draft import Draft
from playground.ui import example
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, told
from playground.ui.progress import done_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import say

SHOWN = {
    "zh": (
        "您好，订单 SO-20260118 的收货人改成李敏，电话 138 0013 8000，3月5日下午送到就行",
        '{"订单号": "SO-20260118", "姓名": "李敏", "电话": "13800138000", "日期": "3月5日"}',
    ),
    "en": (
        "Hi, this is Karen Miller. Please send 3 boxes of the blue mugs to 42 Elm Street by March 3, 2026.",
        '{"name": "Karen Miller", "quantity": 3, "colour": "blue", "address": "42 Elm Street", "date": "2026-03-03"}',
    ),
}
"""The example that is filled in at a press."""


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    said: gr.HTML
    message: gr.Textbox
    answer: gr.Textbox
    find: gr.Button
    show: gr.Button
    status: gr.HTML
    details: gr.Column
    found: gr.HTML
    texts: list[Any]
    """Message template, answer template, instruction, more wordings."""
    fields: list[Any]
    """Slot, kind and settings of one field."""
    change: gr.Button
    twins: gr.HTML
    name: gr.Textbox
    keep: gr.Button
    outcome: gr.HTML

    def drawn(self, draft: gr.State) -> list[Any]:
        """What an example that was read draws."""
        return [draft, self.status, self.outcome, self.details, self.found, *self.texts, *self.fields, self.twins]


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    draft, ui = gr.State(None), _layout(frame)

    def drawing(session: Session, now: Draft | None) -> list[Any]:
        """In another language: what the fold says, and the kinds' names."""
        lang = session.lang
        shown = "" if now is None else example.proposal_html(now, lang)
        return [f"<p>{say(lang, 'example.say')}</p>", shown, gr.update(choices=example.kinds(lang))]

    _wire_reading(frame, draft, ui)
    _wire_editing(frame, draft, ui)
    return Fold(Drawing(drawing, [draft], [ui.said, ui.found, ui.fields[1]]), (_wire_keeping(frame, draft, ui),))


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="example"), label="example.title"):
        said = gr.HTML(elem_classes="quiet")
        message = add(gr.Textbox("", lines=3, elem_id="example-message"), label="example.message")
        answer = add(
            gr.Textbox("", lines=3, elem_id="example-answer"), label="example.answer", info="example.answer.hint"
        )
        with gr.Row():
            find = add(gr.Button(size="sm", elem_id="example-find"), value="example.find")
            show = add(gr.Button(size="sm", elem_id="example-show"), value="example.show")
        status = gr.HTML(elem_id="example-status")
        with gr.Column(visible=False) as details:
            found = gr.HTML(elem_id="example-found")
            human, bot = _text(frame, "human", 2, hint=True), _text(frame, "bot", 2)
            with add(gr.Accordion(open=False), label="more"):
                with gr.Row():
                    slot = add(gr.Dropdown([], elem_id="example-slot", min_width=140), label="example.slot")
                    kind = add(gr.Dropdown(list(KINDS), elem_id="example-kind", min_width=140), label="example.kind")
                settings = _text(frame, "settings", 3, hint=True)
                change = add(gr.Button(size="sm", elem_id="example-set"), value="example.set")
                instruction, more = _text(frame, "instruction", 2, hint=True), _text(frame, "more", 6, hint=True)
            twins = gr.HTML(elem_id="example-twins")
            with gr.Row(elem_classes="ask"):
                name = add(
                    gr.Textbox("", max_length=31, elem_id="example-name"),
                    label="example.name",
                    info="example.name.hint",
                )
                keep = add(gr.Button(elem_id="example-keep"), value="example.keep")
            outcome = gr.HTML(elem_id="example-outcome")
    return Widgets(
        said, message, answer, find, show, status, details, found, [human, bot, instruction, more],
        [slot, kind, settings], change, twins, name, keep, outcome,
    )  # fmt: skip


def _text(frame: Frame, name: str, lines: int, hint: bool = False) -> gr.Textbox:
    box = gr.Textbox("", lines=lines, elem_id=f"example-{name}")
    words = {"label": f"example.{name}"}
    return frame.labels.add(box, **words, **({"info": f"example.{name}.hint"} if hint else {}))


# ---- wiring -------------------------------------------------------------------------------------


def _wire_reading(frame: Frame, draft: gr.State, ui: Widgets) -> None:
    drawn = ui.drawn(draft)

    def read(session: Session, message: str, answer: str) -> list[Any]:
        try:
            now = example.read(message, answer)
        except PlaygroundError as error:
            return [gr.skip(), trouble_html(notice(error, session.lang)), "", *[gr.skip()] * (len(drawn) - 3)]
        first = next(iter(now.fields), None)
        return [
            now, "", "", gr.update(visible=True), example.proposal_html(now, session.lang),
            now.human, now.bot, now.instruction, example.wordings_text(now),
            *_field(now, first), _twins(now, session.lang),
        ]  # fmt: skip

    def fill(session: Session) -> list[Any]:
        sample = SHOWN[session.lang]
        return [*sample, *read(session, *sample)]

    ui.find.click(read, [frame.session, ui.message, ui.answer], drawn, **LIGHT)
    ui.show.click(fill, [frame.session], [ui.message, ui.answer, *drawn], **LIGHT)


def _wire_editing(frame: Frame, draft: gr.State, ui: Widgets) -> None:
    def look(session: Session, now: Draft | None, *typed: str) -> list[Any]:
        if now is None:
            return [gr.skip()] * 2
        try:
            edited = example.edited(now, *typed)
        except PlaygroundError as error:
            return [gr.skip(), trouble_html(notice(error, session.lang))]
        # An example that was just read fills the boxes too, and its twins stand there already.
        return [gr.skip()] * 2 if edited == now else [edited, _twins(edited, session.lang)]

    @told
    def turn_to(session: Session, now: Draft | None, name: str) -> list[Any]:
        return [gr.skip()] * 2 if now is None else _field(now, name)[1:]

    @told
    def set_field(session: Session, now: Draft | None, *field: str) -> list[Any]:
        now = example.with_field(_there(now), *field)
        return [
            now,
            example.proposal_html(now, session.lang),
            example.settings_text(now.fields[field[0]]),
            _twins(now, session.lang),
        ]

    slot, kind, settings = ui.fields
    for box in ui.texts:
        # Not "input": that stays silent for what is pasted, or typed through an input method.
        box.change(look, [frame.session, draft, *ui.texts], [draft, ui.twins], trigger_mode="always_last", **LIGHT)
    slot.input(turn_to, [frame.session, draft, slot], [kind, settings], **LIGHT)
    ui.change.click(set_field, [frame.session, draft, *ui.fields], [draft, ui.found, settings, ui.twins], **LIGHT)


def _wire_keeping(frame: Frame, draft: gr.State, ui: Widgets) -> Any:
    """Gives the event after which there is another task."""

    @told
    def put_by(session: Session, now: Draft | None, name: str, *typed: str) -> str:
        task = example.kept(example.edited(_there(now), *typed), name, frame.settings, session.visitor)
        session.sample = task.name
        return done_html(say(session.lang, "example.kept", name=task.name))

    return ui.keep.click(put_by, [frame.session, draft, ui.name, *ui.texts], [ui.outcome], **LIGHT)


def _there(draft: Draft | None) -> Draft:
    if draft is None:
        raise BadSample("there is no example yet; paste one and find its slots")
    return draft


def _field(draft: Draft, slot: str | None) -> list[Any]:
    """What the three fields of a slot's field show."""
    field = draft.fields.get(slot or "")
    if field is None:
        return [gr.update(choices=example.slot_choices(draft), value=None), gr.skip(), ""]
    choices = example.slot_choices(draft)
    return [gr.update(choices=choices, value=slot), gr.update(value=field.kind), example.settings_text(field)]


def _twins(draft: Draft, lang: str) -> str:
    try:
        return example.preview_html(draft, lang)
    except PlaygroundError as error:
        return f'<div class="card twins">{trouble_html(notice(error, lang))}</div>'
