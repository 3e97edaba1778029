"""The fold of the Chat tab in which a visitor seats a model of another server: address, model, key, and a test."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import gradio as gr

from playground.contenders.contender import endpoint_parts
from playground.errors import BadSetting
from playground.models.wire import read_address
from playground.secret import Secret
from playground.ui.frame import LIGHT, Frame, told
from playground.ui.picks import MOST, contender_label
from playground.ui.session import Session
from playground.ui.words import say

MOST_KEPT = 8
"""Endpoints of one page."""
LONGEST = 500
"""Characters of a field."""


@dataclass(frozen=True)
class EndpointForm:
    """The fields, and the button after which the contenders are drawn anew."""

    address: gr.Textbox
    model: gr.Textbox
    key: gr.Textbox
    seat: gr.Button
    answer: gr.HTML

    @property
    def fields(self) -> list[gr.Textbox]:
        """Address, model and key, as `named` takes them."""
        return [self.address, self.model, self.key]


def build(frame: Frame) -> EndpointForm:
    """Lay the fold out and wire its test."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="endpoint"), label="endpoint.title"):
        with gr.Row():
            address = add(
                gr.Textbox("", max_length=LONGEST, scale=3, elem_id="endpoint-address", placeholder="https://host/v1"),
                label="endpoint.address",
                info="endpoint.address.hint",
            )
            model = add(
                gr.Textbox("", max_length=200, scale=2, elem_id="endpoint-model"),
                label="endpoint.model",
                info="endpoint.model.hint",
            )
            key = add(
                gr.Textbox("", type="password", max_length=LONGEST, scale=2, elem_id="endpoint-key"),
                label="endpoint.key",
                info="endpoint.key.hint",
            )
        with gr.Row():
            test = add(gr.Button(size="sm", elem_id="endpoint-test"), value="endpoint.test")
            seat = add(gr.Button(size="sm", elem_id="endpoint-seat"), value="endpoint.seat")
        answer = gr.HTML(elem_id="endpoint-answer")
    form = EndpointForm(address, model, key, seat, answer)

    @told
    def probe(session: Session, *fields: str) -> str:
        name = named(frame, session, *fields)
        where, model = endpoint_parts(name.partition(":")[2])
        found = frame.catalogue.probe(where, model, session.visitor)
        told_usage = say(session.lang, "endpoint.counts" if found.usage_told else "endpoint.guesses")
        return _line(
            say(session.lang, "endpoint.works", seconds=f"{found.seconds:.1f}", text=found.text, usage=told_usage)
        )

    test.click(probe, [frame.session, *form.fields], [answer], **{**LIGHT, "concurrency_limit": 8})
    return form


def named(frame: Frame, session: Session, address: str, model: str, key: str) -> str:
    """The contender's name of the fields; keeps the key. Raises BadSetting."""
    address = read_address(address or "", frame.settings.public)
    name = f"endpoint:{address}#{(model or '').strip()}"
    endpoint_parts(name.partition(":")[2])
    if len(key or "") > LONGEST:
        raise BadSetting(f"the key has {len(key):,} characters; it may have {LONGEST:,}")
    if key:
        frame.catalogue.give_key(address, session.visitor, Secret(key))
    return name


def seated(frame: Frame, session: Session, *fields: str) -> str:
    """Seat the endpoint of the fields beside the others; gives the line that says so. Raises BadSetting."""
    name = named(frame, session, *fields)
    if name not in session.endpoints:
        if len(session.endpoints) >= MOST_KEPT:
            raise BadSetting(f"{MOST_KEPT} endpoints are there already; reload the page to begin again")
        session.endpoints = (*session.endpoints, name)
    if name not in session.seated:
        # The newest takes the last seat where all are taken.
        session.contenders = (*session.seated[: MOST - 1], name)
    return _line(say(session.lang, "endpoint.seated", name=contender_label(name, session.lang)))


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>"
