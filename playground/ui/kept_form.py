"""The fold at the page's foot that says what is kept of a visitor, where and how long, and deletes it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.errors import BadSetting, UserError
from playground.settings import Settings
from playground.train.job import find_job, jobs
from playground.ui.downloads import drop
from playground.ui.frame import LIGHT, Frame, notice
from playground.ui.progress import done_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import number, say, size
from playground.visitors import Thing, delete, things


@dataclass(frozen=True)
class KeptForm:
    """What the page's wiring needs: after `delete` everything is drawn anew."""

    fold: gr.Accordion
    where: gr.HTML
    pick: gr.Dropdown
    delete: gr.Button
    answer: gr.HTML

    @property
    def drawn(self) -> list[Any]:
        """What `draw` gives the values of."""
        return [self.where, self.pick]


def build(frame: Frame) -> KeptForm:
    """Lay the fold out and wire its list."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="kept"), label="kept.title") as fold:
        where = gr.HTML()
        with gr.Row():
            pick = add(gr.Dropdown([], multiselect=True, scale=4, elem_id="kept-pick"), label="kept.pick")
            with gr.Column(scale=1, min_width=160):
                every = add(gr.Button(size="sm", elem_id="kept-all"), value="kept.all")
                drop = add(gr.Button(size="sm", variant="stop", elem_id="kept-delete"), value="kept.delete")
        answer = gr.HTML(elem_id="kept-answer")
    form = KeptForm(fold, where, pick, drop, answer)
    fold.expand(lambda now: [*draw(frame, now), ""], [frame.session], [*form.drawn, answer], **LIGHT)
    every.click(
        lambda now: gr.update(value=[one.id for one in things(frame.settings, now.visitor)]),
        [frame.session], [pick], **LIGHT,
    )  # fmt: skip
    return form


def draw(frame: Frame, session: Session) -> list[Any]:
    """Where things are kept, and the list of them."""
    settings, lang = frame.settings, session.lang
    there = things(settings, session.visitor)
    lines = where_lines(settings, lang)
    if there:
        lines.append(say(lang, "kept.taken", count=len(there), size=size(sum(one.bytes for one in there))))
    else:
        lines.append(say(lang, "kept.none"))
    choices = [(_label(settings, session, one), one.id) for one in there]
    return ["".join(f"<p>{escape(line)}</p>" for line in lines), gr.update(choices=choices, value=[])]


def where_lines(settings: Settings, lang: str) -> list[str]:
    """Where a visitor's things lie and for how long, in sentences."""
    limits = settings.limits
    if limits is None:
        return [say(lang, "kept.here", home=settings.home)]
    lines = [say(lang, "kept.space", days=limits.days)]
    if not settings.lasting:
        lines.append(say(lang, "kept.passing"))
    told = {"rows": number(limits.rows), "minutes": limits.minutes, "megabytes": limits.megabytes}
    return [*lines, say(lang, "kept.limits", **told)]


def deleted(frame: Frame, session: Session, ids: list[str] | None) -> str:
    """Delete what was picked; gives the line that says so. What a run that goes on works with stays."""
    lang, settings = session.lang, frame.settings
    if not ids:
        return trouble_html(say(lang, "kept.nothing"))
    try:
        for job in jobs(settings, session.visitor):
            if job.state() != "running":
                continue
            order = job.order()
            used = {f"runs/{job.id}", f"adapters/{order.name}", f"datasets/{Path(order.dataset).name}"}
            if order.continue_from is not None:
                earlier = order.continue_from
                used.add(f"adapters/{(earlier.parents[1] if earlier.parent.name == 'epochs' else earlier).name}")
            for id_ in ids:
                if id_ in used:
                    raise BadSetting(f"{id_} belongs to a run that goes on; stop it first")
        gone = [one.path for one in things(settings, session.visitor) if one.id in ids]
        count = delete(settings, session.visitor, ids)
        for path in gone:
            drop(path, session.visitor)
        forget(session, ids)
    except Exception as error:
        return trouble_html(notice(error, lang))
    return done_html(say(lang, "kept.deleted", count=count))


def forget(session: Session, ids: list[str]) -> None:
    """Let the page go of what is no longer there."""
    for id_ in ids:
        kind, _, name = id_.partition("/")
        if kind == "datasets" and session.dataset == name:
            session.dataset, session.rows = "", 0
        if kind == "runs" and session.run == name:
            session.run = ""
        if kind == "adapters":
            if session.adapter == name:
                session.adapter, session.loss = "", None
            session.contenders = tuple(
                one for one in session.contenders if one.partition(":")[2].partition("@")[0] != name
            )


def _label(settings: Settings, session: Session, one: Thing) -> str:
    name = one.name
    if one.kind == "runs":
        with contextlib.suppress(UserError):
            name = f"{find_job(settings, session.visitor, name).order().name} ({name})"
    return say(session.lang, f"kept.{one.kind}", name=name, size=size(one.bytes))
