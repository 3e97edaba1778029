"""What stands on the Chat tab: its components, laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.ui import endpoint_form
from playground.ui.frame import Frame
from playground.ui.picks import MOST

LONGEST = 8_000
"""Characters of one message or system text."""
TRIES = 3
"""Example questions with a button of their own."""


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    line: gr.HTML
    task: gr.Dropdown
    contenders: gr.Dropdown
    fair: gr.HTML
    panes: list[gr.HTML]
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    tries: list[gr.Button]
    fresh: gr.Button
    retry: gr.Button
    clear: gr.Button
    shelf: gr.Dropdown
    """System texts that ship."""
    knobs: list[Any]
    """System text, temperature, most tokens, seed."""
    endpoint: endpoint_form.EndpointForm

    @property
    def drawn(self) -> list[Any]:
        """What `draw` gives values for."""
        return [self.line, self.task, self.contenders, self.fair, *self.panes, self.send, self.shelf, *self.tries]

    @property
    def buttons(self) -> list[Any]:
        """What changes while answers stream."""
        return [self.send, self.stop, self.retry, self.clear]


def lay_out(frame: Frame) -> Widgets:
    """Create the components. Must be called inside the page's context."""
    add = frame.labels.add
    line = gr.HTML(elem_classes="say")
    with gr.Row(elem_classes="top"):
        task = add(gr.Dropdown([], scale=1, min_width=200, elem_id="chat-task"), label="task")
        contenders = add(
            gr.Dropdown([], multiselect=True, max_choices=MOST, scale=4, min_width=280, elem_id="chat-contenders"),
            label="contenders",
        )
    fair = gr.HTML(elem_classes="fair")
    with gr.Row(elem_classes="panes", equal_height=True):
        panes = [gr.HTML(visible=place < 3, min_width=240, elem_id=f"pane-{place}") for place in range(MOST)]
    with gr.Row(elem_classes="ask"):
        question = add(
            gr.Textbox("", lines=2, max_lines=6, max_length=LONGEST, scale=6, min_width=220, elem_id="question"),
            label="chat.question",
            placeholder="chat.question.hint",
        )
        with gr.Column(scale=1, min_width=150, elem_classes="go"):
            send = gr.Button(variant="primary", elem_id="send")
            stop = add(gr.Button(variant="stop", visible=False, elem_id="stop-chat"), value="stop")
    with gr.Row(elem_classes="tries"):
        tries = [gr.Button(size="sm", min_width=90, visible=False, elem_classes="try") for _ in range(TRIES)]
        fresh = add(gr.Button(size="sm", min_width=90, elem_id="fresh"), value="chat.fresh")
        retry = add(gr.Button(size="sm", min_width=70, elem_id="retry"), value="chat.retry")
        clear = add(gr.Button(size="sm", min_width=70, elem_id="clear"), value="chat.clear")
    shelf, knobs = _knobs(frame)
    endpoint = endpoint_form.build(frame)
    return Widgets(
        line, task, contenders, fair, panes, question, send, stop, tries, fresh, retry, clear, shelf, knobs, endpoint
    )


def _knobs(frame: Frame) -> tuple[gr.Dropdown, list[Any]]:
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="chat-more"), label="more"):
        shelf = add(gr.Dropdown([], value=None, elem_id="chat-prompt"), label="chat.prompt", info="chat.prompt.hint")
        system = add(gr.Textbox("", lines=2, max_length=LONGEST), label="chat.system", info="chat.system.hint")
        with gr.Row():
            return shelf, [
                system,
                add(gr.Slider(0, 2, 0, step=0.05), label="chat.temperature", info="chat.temperature.hint"),
                add(gr.Slider(1, 1024, 256, step=1), label="chat.tokens", info="chat.tokens.hint"),
                add(gr.Number(0, precision=0), label="chat.seed", info="chat.seed.hint"),
            ]
