"""The fold of Twins in which the dataset is taken away in a form that other programs read."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.errors import BadDataset, known
from playground.interchange.forms import FORMS
from playground.records import Row
from playground.twins.brought import take_dataset
from playground.ui.downloads import packed
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, warn
from playground.ui.making import BEAT, Stopped, latest_dataset
from playground.ui.pace import paced
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import number, say, size


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="take"), label="take.title"):
        said = gr.HTML(elem_classes="quiet")
        with gr.Row(elem_classes="ask"):
            form = add(
                gr.Dropdown(list(FORMS), value="messages", min_width=160, elem_id="take-form"), label="take.form"
            )
            make = add(gr.Button(size="sm", elem_id="take-make"), value="take.make")
            stop = add(gr.Button(size="sm", variant="stop", visible=False, elem_id="take-stop"), value="stop")
        status = gr.HTML(elem_id="take-status")
        file = add(gr.DownloadButton(visible=False, size="sm", elem_id="take-file"), label="take.download")
    buttons = [make, stop]

    def drawing(session: Session) -> list[Any]:
        """What was taken of another dataset is no longer offered."""
        lang, dataset = session.lang, latest_dataset(frame.settings, session)
        told = say(lang, "take.say", name=dataset.path.name) if dataset else say(lang, "take.empty")
        forms = [(say(lang, f"take.form.{one}"), one) for one in FORMS]
        return [f"<p>{escape(told)}</p>", gr.update(choices=forms), "", gr.update(visible=False)]

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, "take"))
        return [progress_html(say(now.lang, "take.writing", rows=0), 0.0), *_running(True)]

    def run(now: Session, form: str | None) -> Iterator[list[Any]]:
        key = (now.page, "take")
        signal = frame.stops.take(key)
        try:
            yield from taken(frame, now, form or "", signal)
        except Stopped:
            yield [empty_html(say(now.lang, "take.stopped")), gr.update(visible=False)]
        except Exception as error:
            warn(error, now.lang)
            yield [trouble_html(notice(error, now.lang)), gr.update(visible=False)]
        finally:
            frame.stops.end(key, signal)

    def halt(now: Session) -> None:
        frame.stops.stop((now.page, "take"))

    begun = make.click(begin, [frame.session], [status, *buttons], trigger_mode="once", **LIGHT)
    ended = begun.then(run, [frame.session, form], [status, file], **{**LIGHT, "concurrency_limit": 4})
    ended.then(lambda: _running(False), None, buttons, **LIGHT)
    stop.click(halt, [frame.session], None, **LIGHT)
    return Fold(Drawing(drawing, [], [said, form, status, file]))


def taken(frame: Frame, session: Session, form: str, stop: threading.Event) -> Iterator[list[Any]]:
    """Write the session's dataset in a form and zip it with its card; gives status and download as it goes.

    Raises Stopped when told to stop, and what writing raises.
    """
    lang = session.lang
    if form not in FORMS:
        raise known("form", form, list(FORMS))
    dataset = latest_dataset(frame.settings, session)
    if dataset is None:
        raise BadDataset("there is no dataset yet; make one first")
    total = sum(filter(None, dataset.counts.values()))
    done = 0

    def through(row: Row) -> Row:
        nonlocal done
        if stop.is_set():
            raise Stopped
        done += 1
        return row

    room = Path(tempfile.mkdtemp(prefix="playground-take-"))
    folder = room / f"{dataset.path.name}-{form}"

    def work() -> Iterator[str]:
        # In this thread: what is still written when the reader has left would find no folder.
        try:
            take_dataset(dataset, form, folder, counted=through)
            yield packed(folder, dataset.path, session.visitor)
        finally:
            shutil.rmtree(room, ignore_errors=True)

    made = ""
    hidden = gr.update(visible=False)
    for events in paced(work, BEAT, stop):
        yield [progress_html(say(lang, "take.writing", rows=number(done)), min(1.0, done / max(1, total))), hidden]
        made = events[-1] if events else made
    if not made:
        raise Stopped
    told = say(lang, "take.done", name=Path(made).name, rows=number(total), size=size(Path(made).stat().st_size))
    yield [done_html(told), gr.update(visible=True, value=made)]


def _running(running: bool) -> list[Any]:
    return [gr.update(visible=not running), gr.update(visible=running)]
