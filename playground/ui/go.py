"""How many rows, and the buttons that make them: the same wherever a dataset is made."""

from __future__ import annotations

import gradio as gr

from playground.ui.frame import Frame


def go_row(
    frame: Frame, ids: tuple[str, str, str], hint: str, label: str, primary: bool = False
) -> tuple[gr.Number, gr.Button, gr.Button]:
    """The number of rows, the button that makes them and the one that stops it; `ids` are theirs, in that order.

    `hint` and `label` are keys of words.toml; one button of a tab is the primary one.
    """
    add = frame.labels.add
    with gr.Row(elem_classes="ask"):
        rows = add(gr.Number(1000, precision=0, min_width=120, elem_id=ids[0]), label="twins.rows", info=hint)
        with gr.Column(min_width=140, elem_classes="go"):
            make = add(gr.Button(variant="primary" if primary else "secondary", elem_id=ids[1]), value=label)
            stop = add(gr.Button(variant="stop", visible=False, elem_id=ids[2]), value="stop")
    return rows, make, stop
