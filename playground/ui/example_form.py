"""The fold of Twins in which one example becomes a task: slots found, everything editable, kept under a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.errors import BadSample, PlaygroundError
from playground.samples.fields import KINDS
from playground.twins.draft import Draft
from playground.ui import example
from playground.ui.frame import LIGHT, Frame, notice, told
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
class ExampleForm:
    """What the tab needs: what is redrawn in another language, and the event after which a task is there."""

    again: list[Any]
    kept: Any
    status: gr.HTML
    draw: Callable[[Session, Draft | None], list[Any]]
    draft: gr.State


def build(frame: Frame) -> ExampleForm:
    """Lay the fold out and wire it."""
    add = frame.labels.add
    draft = gr.State(None)
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
            human = add(
                gr.Textbox("", lines=2, elem_id="example-human"), label="example.human", info="example.human.hint"
            )
            bot = add(gr.Textbox("", lines=2, elem_id="example-bot"), label="example.bot")
            with add(gr.Accordion(open=False), label="more"):
                with gr.Row():
                    slot = add(gr.Dropdown([], elem_id="example-slot", min_width=140), label="example.slot")
                    kind = add(gr.Dropdown(list(KINDS), elem_id="example-kind", min_width=140), label="example.kind")
                settings = add(
                    gr.Textbox("", lines=3, elem_id="example-settings"),
                    label="example.settings",
                    info="example.settings.hint",
                )
                change = add(gr.Button(size="sm", elem_id="example-set"), value="example.set")
                instruction = add(
                    gr.Textbox("", lines=2, elem_id="example-instruction"),
                    label="example.instruction",
                    info="example.instruction.hint",
                )
                more = add(
                    gr.Textbox("", lines=6, elem_id="example-more"), label="example.more", info="example.more.hint"
                )
            twins = gr.HTML(elem_id="example-twins")
            with gr.Row(elem_classes="ask"):
                name = add(
                    gr.Textbox("", max_length=31, elem_id="example-name"),
                    label="example.name",
                    info="example.name.hint",
                )
                keep = add(gr.Button(elem_id="example-keep"), value="example.keep")
            outcome = gr.HTML(elem_id="example-outcome")
    texts = [human, bot, instruction, more]
    fields = [slot, kind, settings]
    drawn = [draft, status, outcome, details, found, *texts, *fields, twins]

    def drawing(session: Session, now: Draft | None) -> list[Any]:
        """In another language: what the fold says, and the kinds' names."""
        lang = session.lang
        shown = "" if now is None else example.proposal_html(now, lang)
        return [f"<p>{say(lang, 'example.say')}</p>", shown, gr.update(choices=example.kinds(lang))]

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

    def look(session: Session, now: Draft | None, *typed: str) -> list[Any]:
        if now is None:
            return [gr.skip()] * 2
        try:
            now = example.edited(now, *typed)
        except PlaygroundError as error:
            return [gr.skip(), trouble_html(notice(error, session.lang))]
        return [now, _twins(now, session.lang)]

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

    @told
    def put_by(session: Session, now: Draft | None, name: str, *typed: str) -> str:
        task = example.kept(example.edited(_there(now), *typed), name, frame.settings, session.visitor)
        session.sample = task.name
        return done_html(say(session.lang, "example.kept", name=task.name))

    find.click(read, [frame.session, message, answer], drawn, **LIGHT)
    show.click(fill, [frame.session], [message, answer, *drawn], **LIGHT)
    for box in texts:
        box.input(look, [frame.session, draft, *texts], [draft, twins], trigger_mode="always_last", **LIGHT)
    slot.input(turn_to, [frame.session, draft, slot], [kind, settings], **LIGHT)
    change.click(set_field, [frame.session, draft, *fields], [draft, found, settings, twins], **LIGHT)
    kept = keep.click(put_by, [frame.session, draft, name, *texts], [outcome], **LIGHT)
    return ExampleForm([said, found, kind], kept, status, drawing, draft)


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
