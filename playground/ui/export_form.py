"""The fold of the Train tab that makes a GGUF file of the watched adapter, for llama.cpp and what builds on it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.adapters.shelf import find_adapter
from playground.checkpoints.files import resolve
from playground.errors import UnknownName
from playground.events import ExportDone, ExportEvent, ExportStep
from playground.models.gguf.export import ExportOrder, Form, export
from playground.models.gguf.write import KINDS
from playground.scoring.verdict import percent
from playground.ui.downloads import copied
from playground.ui.frame import HEAVY, Frame, notice
from playground.ui.pace import paced
from playground.ui.progress import done_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.training import earlier_choices
from playground.ui.words import say

FORMS: tuple[Form, ...] = ("merged", "adapter", "base")
"""What may go into the file."""
KIND = "q8_0"


def build(frame: Frame) -> gr.Dropdown:
    """Lay the fold out and wire it; gives the list of adapters, which the tab fills."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="gguf"), label="gguf.title"):
        with gr.Row():
            adapter = add(gr.Dropdown([], elem_id="gguf-adapter", min_width=160), label="gguf.adapter")
            form = add(gr.Dropdown(list(FORMS), value="merged", elem_id="gguf-form", min_width=160), label="gguf.form")
            kind = add(gr.Dropdown(list(KINDS), value=KIND, elem_id="gguf-kind", min_width=160), label="gguf.kind")
        add(gr.HTML(elem_classes="quiet"), value="gguf.hint")
        make = add(gr.Button(size="sm", elem_id="gguf-make"), value="gguf.make")
        answer = gr.HTML(elem_id="gguf-answer")
        file = add(gr.DownloadButton(visible=False, size="sm", elem_id="gguf-file"), label="gguf.download")

    def run(now: Session, adapter: str | None, form: str, kind: str) -> Iterator[list[Any]]:
        yield from made(frame, now, adapter or "", form, kind)

    make.click(run, [frame.session, adapter, form, kind], [answer, file], **HEAVY)
    return adapter


def adapter_choices(frame: Frame, session: Session) -> Any:
    """The visitor's adapters on this page's base, the one trained last picked."""
    names = [name for _, name in earlier_choices(frame, session) if name]
    last = session.adapter if session.adapter in names else next(iter(names), None)
    return gr.update(choices=names, value=last)


def made(frame: Frame, session: Session, adapter: str, form: str, kind: str) -> Iterator[list[Any]]:
    """Make the file; status and download as it goes."""
    lang = session.lang
    hidden = gr.update(visible=False)
    room = Path(tempfile.mkdtemp(prefix="playground-export-"))
    try:
        order = order_of(frame, session, adapter, form, kind, room)
        last: ExportEvent = ExportStep("open", 0, 1)
        yield [progress_html(say(lang, "gguf.open")), hidden]
        for events in paced(lambda: export(order), 0.5):
            last = events[-1] if events else last
            if isinstance(last, ExportStep):
                share = last.done / last.total if last.what == "write" else None
                yield [progress_html(say(lang, f"gguf.{last.what}"), share), hidden]
        assert isinstance(last, ExportDone)
        size = f"{last.bytes / 2**20:.1f} MB"
        compared = say(lang, "gguf.unchecked")
        if last.positions:
            compared = say(lang, "gguf.checked", same=percent(last.same), count=last.positions)
        told = (
            done_html(say(lang, "gguf.done", name=order.out.name, size=size))
            + f'<p class="quiet">{escape(compared)}</p>'
        )
        yield [told, gr.update(visible=True, value=copied(order.out, session.visitor))]
    except Exception as error:
        yield [trouble_html(notice(error, lang)), hidden]
    finally:
        shutil.rmtree(room, ignore_errors=True)


def order_of(frame: Frame, session: Session, name: str, form: str, kind: str, room: Path) -> ExportOrder:
    """The order for what is picked. Raises UserError for what is none of what may be picked."""
    settings = frame.of(session)
    wanted = next((one for one in FORMS if one == form), None)
    if wanted is None or kind not in KINDS:
        raise UnknownName(f"GGUF form {form!r:.40} of type {kind!r:.40} is not known; pick from the lists")
    base = resolve(settings.base, settings)
    if wanted == "base":
        out = room / f"{Path(base.id).name}-{kind}.gguf"
        return ExportOrder(base, wanted, kind, out, base.id, None, settings.threads)
    adapter = find_adapter(settings, session.visitor, name)
    kind = "f16" if wanted == "adapter" else kind
    plain = adapter.name.replace("@", "-")
    out = room / f"{plain}-{'lora' if wanted == 'adapter' else kind}.gguf"
    return ExportOrder(base, wanted, kind, out, plain, adapter.path, settings.threads)
