"""What the Twins tab shows: the sample, ten twins of what is picked, and the dataset that was made."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import islice
from typing import Any

import gradio as gr

from playground.contenders.contender import EXAMPLES
from playground.datasets import Dataset
from playground.errors import PlaygroundError
from playground.samples import Judge, Task, load_task, task_names, tasks
from playground.twins.make import preview
from playground.ui.downloads import zipped
from playground.ui.frame import Frame, notice
from playground.ui.making import ALL, Form, latest_dataset
from playground.ui.picks import task_title
from playground.ui.progress import done_html, empty_html, trouble_html
from playground.ui.rows import COUNTED, counts_html, sample_html, table_html, twins_html
from playground.ui.session import Session
from playground.ui.words import say

SHOWN = 50
"""Rows of a group in the table."""
TWINS = 10
"""Twins in the preview."""


def draw(frame: Frame, session: Session, form: Form, group: str | None = None) -> list[Any]:
    """Everything that hangs on the session: sample, templates, preview and the dataset made last."""
    settings, lang = frame.settings, session.lang
    task = picked_task(frame, session)
    titles = [(task_title(one, lang), one.name) for one in tasks(settings, session.visitor)]
    ways = [(f"{one.id} · {one.kind}", one.id) for one in task.human]
    known = form.template if form.template in {one.id for one in task.human} else ALL
    everything = (say(lang, "twins.all", count=len(task.human)), ALL)
    return [
        f"<p>{escape(say(lang, 'twins.say'))}</p>",
        gr.update(choices=titles, value=task.name),
        sample_html(task, task.seeds[0], lang) if task.seeds else "",
        gr.update(choices=[everything, *ways], value=known),
        gr.update(visible="name" in task.defaults),
        _counters(task, lang),
        preview_html(session, task, form),
        *draw_result(frame, session, group or "train"),
        gr.update(variant="secondary" if session.dataset else "primary"),
    ]


def draw_result(frame: Frame, session: Session, group: str = "train") -> list[Any]:
    """The values of `Widgets.result`."""
    dataset = latest_dataset(frame.settings, session)
    lang = session.lang
    if dataset is None:
        hidden = gr.update(visible=False)
        return [empty_html(say(lang, "twins.empty")), hidden, hidden, hidden, ""]
    task = task_for(frame, session, dataset)
    groups = [one for one in COUNTED if dataset.counts.get(one)]
    group = group if group in groups else "train"
    rows = list(islice(dataset.rows(group), SHOWN))
    title = done_html(say(lang, "twins.done", name=dataset.path.name))
    return [
        title + counts_html(dataset.counts, lang),
        gr.update(visible=True),
        gr.update(visible=True, value=zipped(dataset.path, session.visitor)),
        gr.update(visible=True, choices=[(say(lang, f"group.{one}"), one) for one in groups], value=group),
        table_html(task, rows, dataset.counts.get(group) or 0, lang),
    ]


def picked_task(frame: Frame, session: Session) -> Task:
    """The task picked here; the first there is where it was deleted meanwhile."""
    there = task_names(frame.settings, session.visitor)
    if session.sample not in there:
        session.sample = there[0]
    return load_task(session.sample, frame.settings, session.visitor)


def task_for(frame: Frame, session: Session, dataset: Dataset) -> Task:
    """The task of a dataset; for rows from elsewhere one that knows its slots, its first rows as examples."""
    if dataset.task in task_names(frame.settings, session.visitor):
        return load_task(dataset.task, frame.settings, session.visitor)
    judge: Judge = "slots" if dataset.slots else "text"
    first = tuple(islice(dataset.rows(), EXAMPLES))
    return Task(dataset.task, {}, {}, dataset.slots, judge, {}, 0.0, (), (), first, (), dataset.path)


def _counters(task: Task, lang: str) -> str:
    text = say(lang, "twins.counters", templates=len(task.human), slots=len(task.slots), bots=len(task.bot))
    return f'<p class="quiet">{escape(text)}</p>'


def preview_html(session: Session, task: Task, form: Form) -> str:
    """Ten twins of the picked wording, or what is wrong with it, in the place where they would stand."""
    lang = session.lang
    try:
        seed = form.whole("seed", form.seed, 0, 2**31 - 1)
        dress = form.dressed()
        picked = next((one for one in task.human if one.id == form.template), None)
        own = form.wording(task)
        if picked is None:
            rows = preview(task, TWINS, seed, values=form.fixed(task), dress=dress)
        elif own is None:
            rows = preview(replace(task, human=(picked,)), TWINS, seed, values=form.fixed(task), dress=dress)
        else:
            text = own.text
            rows = preview(
                task, TWINS, seed, human_text=text, kind=own.kind, lang=own.lang, values=form.fixed(task), dress=dress
            )
    except PlaygroundError as error:
        return f'<div class="card twins">{trouble_html(notice(error, lang))}</div>'
    return twins_html(task, rows, say(lang, "twins.preview.own" if own is not None else "twins.preview"))
