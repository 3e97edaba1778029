"""What stands in the fold of function calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.ui.calls import BOTH, SHARES, Form
from playground.ui.frame import Frame
from playground.ui.go import go_row
from playground.ui.making import SHIPPED_SEED
from playground.ui.words import say


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    said: gr.HTML
    pick: gr.Dropdown
    text: gr.Textbox
    found: gr.HTML
    details: gr.Column
    function: gr.Dropdown
    name: gr.Dropdown
    values: gr.Textbox
    use: gr.Button
    log: gr.Textbox
    take: gr.Button
    upload: gr.UploadButton
    status: gr.HTML
    lang: gr.Radio
    shares: list[Any]
    seed: gr.Number
    twins: gr.HTML
    rows: gr.Number
    make: gr.Button
    stop: gr.Button
    outcome: gr.HTML

    @property
    def form(self) -> list[Any]:
        """How rows are made, as calls.Form takes it."""
        return [self.lang, *self.shares, self.rows, self.seed]


def layout(frame: Frame) -> Widgets:
    """The components, in their places."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="calls"), label="calls.title"):
        said = gr.HTML(elem_classes="quiet")
        pick = add(gr.Dropdown([], value=None, elem_id="calls-set"), label="calls.sets")
        text = add(
            gr.Textbox("", lines=6, max_lines=14, elem_id="calls-tools"), label="calls.tools", info="calls.tools.hint"
        )
        found = gr.HTML(elem_id="calls-found")
        with gr.Column(visible=False) as details:
            with gr.Row():
                function = add(gr.Dropdown([], elem_id="calls-function", min_width=140), label="calls.function")
                name = add(gr.Dropdown([], elem_id="calls-field", min_width=140), label="calls.field")
            values = add(
                gr.Textbox("", lines=4, max_lines=10, elem_id="calls-values"),
                label="calls.values",
                info="calls.values.hint",
            )
            use = add(gr.Button(size="sm", elem_id="calls-use"), value="calls.set")
            with add(gr.Accordion(open=False, elem_id="calls-log-fold"), label="calls.log"):
                log = add(
                    gr.Textbox("", lines=3, max_lines=8, elem_id="calls-log"),
                    label="calls.log.paste",
                    info="calls.log.hint",
                )
                with gr.Row():
                    take = add(gr.Button(size="sm", elem_id="calls-log-take"), value="calls.log.take")
                    upload = add(
                        gr.UploadButton(
                            file_types=[".jsonl", ".json", ".txt", ".log"], size="sm", elem_id="calls-log-file"
                        ),
                        label="calls.log.upload",
                    )
            status = gr.HTML(elem_id="calls-status")
            lang, shares, seed = _more(frame)
            twins = gr.HTML(elem_id="calls-twins")
            ids = ("calls-rows", "calls-make", "calls-stop")
            rows, make, stop = go_row(frame, ids, "calls.rows.hint", "calls.make")
            outcome = gr.HTML(elem_id="calls-outcome")
    return Widgets(
        said, pick, text, found, details, function, name, values, use, log, take, upload, status, lang, shares, seed,
        twins, rows, make, stop, outcome,
    )  # fmt: skip


def _more(frame: Frame) -> tuple[gr.Radio, list[Any], gr.Number]:
    """Language, shares and seed."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="calls-more"), label="more"):
        lang = add(gr.Radio(tongues("en"), value=BOTH, elem_classes="chips", elem_id="calls-lang"), label="calls.lang")
        with gr.Row():
            shares = [
                add(
                    gr.Number(
                        getattr(Form, one),
                        min_width=140,
                        step=1 if one == "functions" else 0.01,
                        elem_id=f"calls-{one}",
                    ),
                    label=f"calls.{one}",
                    info=f"calls.{one}.hint",
                )
                for one in ("functions", *SHARES)
            ]
        seed = add(
            gr.Number(SHIPPED_SEED, precision=0, elem_id="calls-seed"),
            label="twins.seed",
            info="twins.seed.hint",
        )
    return lang, shares, seed


def tongues(lang: str) -> list[tuple[str, str]]:
    """(label, language) to pick from, both of them first."""
    return [(say(lang, "calls.lang.both"), BOTH), ("中文", "zh"), ("English", "en")]
