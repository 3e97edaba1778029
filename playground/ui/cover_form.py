"""The fold under a dataset of calls that says what its rows cover: functions, values, what never comes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr

from playground.datasets import Dataset, open_dataset
from playground.twins.calls.coverage import Coverage
from playground.ui.calls_draw import coverage_html, coverage_of
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice
from playground.ui.making import latest_dataset
from playground.ui.pace import paced
from playground.ui.progress import empty_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import say

BEAT = 1.0
"""Seconds between two drawings of the wait."""


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it; it is there for a dataset of calls alone."""
    with frame.labels.add(gr.Accordion(open=False, visible=False, elem_id="cover"), label="calls.cover") as fold:
        shown = gr.HTML(elem_id="cover-shown")

    def drawing(session: Session) -> list[Any]:
        # Counted when it is opened: of many rows that takes seconds.
        return [gr.update(visible=_of_calls(latest_dataset(frame.settings, session)), open=False), ""]

    def count(session: Session) -> Iterator[str]:
        yield from counted(frame, session)

    fold.expand(count, [frame.session], [shown], **{**LIGHT, "concurrency_limit": 4})
    return Fold(Drawing(drawing, [], [fold, shown]))


def counted(frame: Frame, session: Session) -> Iterator[str]:
    """The report of the session's dataset as HTML, and before it how long it has taken so far."""
    dataset = latest_dataset(frame.settings, session)
    if dataset is None or not _of_calls(dataset):
        yield ""
        return
    try:
        for waited, made in enumerate(paced(lambda: iter([_report(dataset.path, dataset.rows_sha256)]), BEAT), 1):
            if made:
                yield coverage_html(*made[-1], session.lang)
            else:
                yield empty_html(say(session.lang, "calls.cover.wait", seconds=waited))
    except Exception as error:
        yield trouble_html(notice(error, session.lang))


@lru_cache(maxsize=8)
def _report(path: Path, rows_sha256: str) -> tuple[Coverage, frozenset[tuple[str, str, str]]]:
    return coverage_of(open_dataset(path))


def _of_calls(dataset: Dataset | None) -> bool:
    return dataset is not None and bool(dataset.card.get("functions"))
