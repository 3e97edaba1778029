"""What stands in the fold of brought rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from playground.interchange.column_names import PARTS
from playground.twins.brought import LONGEST_NAME, OWN
from playground.ui.bringing import LONGEST_SYSTEM
from playground.ui.frame import Frame

FILES = [".jsonl", ".json", ".csv", ".tsv", ".txt", ".xlsx"]
SHARE = 20
"""Percent of the rows that is held out."""


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    said: gr.HTML
    upload: gr.UploadButton
    stop: gr.Button
    status: gr.HTML
    details: gr.Column
    found: gr.HTML
    form: gr.Dropdown
    sheet: gr.Dropdown
    header: gr.Checkbox
    parts: list[gr.Dropdown]
    """In the order of PARTS."""
    system: gr.Textbox
    rows: gr.HTML
    share: gr.Slider
    name: gr.Textbox
    make: gr.Button
    halt: gr.Button
    outcome: gr.HTML

    @property
    def picks(self) -> list[Any]:
        """What says how the file is to be read: form, columns and system text."""
        return [self.form, *self.parts, self.system]

    @property
    def drawn(self) -> list[Any]:
        """What a file that was looked at fills."""
        return [self.details, self.found, self.form, self.sheet, self.header, *self.parts, self.rows]


def lay_out(frame: Frame) -> Widgets:
    """The components, inside the fold."""
    add = frame.labels.add
    said = gr.HTML(elem_classes="quiet")
    with gr.Row():
        upload = add(gr.UploadButton(file_types=FILES, size="sm", elem_id="bring-file"), label="bring.upload")
        stop = add(gr.Button(variant="stop", size="sm", visible=False, elem_id="bring-stop"), value="stop")
    status = gr.HTML(elem_id="bring-status")
    parts: dict[str, gr.Dropdown] = {}
    with gr.Column(visible=False) as details:
        found = gr.HTML(elem_id="bring-found")
        with gr.Row():
            form = add(gr.Dropdown([], min_width=140, elem_id="bring-form"), label="bring.form")
            sheet = add(gr.Dropdown([], min_width=140, visible=False, elem_id="bring-sheet"), label="bring.sheet")
        header = add(gr.Checkbox(True, visible=False, elem_id="bring-header"), label="bring.header")
        with gr.Row():
            for part in ("turns", "question", "answer"):
                parts[part] = _column(frame, part)
        with add(gr.Accordion(open=False), label="more"):
            with gr.Row():
                for part in ("context", "system", "history", "tools"):
                    parts[part] = _column(frame, part)
        system = add(
            gr.Textbox("", lines=2, max_length=LONGEST_SYSTEM, elem_id="bring-system"),
            label="bring.system",
            info="bring.system.hint",
        )
        rows = gr.HTML(elem_id="bring-rows")
        share = add(
            gr.Slider(0, 50, SHARE, step=5, elem_id="bring-share"), label="bring.share", info="bring.share.hint"
        )
        with gr.Row(elem_classes="ask"):
            name = add(
                gr.Textbox("", placeholder=OWN, max_length=LONGEST_NAME, min_width=140, elem_id="bring-name"),
                label="example.name",
                info="bring.name.hint",
            )
            make = add(gr.Button(elem_id="bring-make"), value="bring.make")
            halt = add(gr.Button(variant="stop", visible=False, elem_id="bring-halt"), value="stop")
        outcome = gr.HTML(elem_id="bring-outcome")
    every = [parts[part] for part in PARTS]
    return Widgets(
        said, upload, stop, status, details, found, form, sheet, header, every, system, rows, share, name,
        make, halt, outcome,
    )  # fmt: skip


def _column(frame: Frame, part: str) -> gr.Dropdown:
    return frame.labels.add(gr.Dropdown([], min_width=120, elem_id=f"bring-{part}"), label=f"part.{part}")
