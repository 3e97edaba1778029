"""What the Train tab does, without its widgets: an order out of the form, the pre-flight card, how a run stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from playground.adapters.shelf import adapter_home, adapter_names, broken_off, find_adapter
from playground.checkpoints.files import STARTER, resolve
from playground.contenders.contender import base_id
from playground.datasets import dataset_path, find_dataset, new_name
from playground.device import need_torch, pick_device
from playground.errors import BadRecipe, PlaygroundError, TrainingFailed, UnknownName, UserError
from playground.models.borrowed import refusal
from playground.scoring.verdict import percent
from playground.sentences import sentence
from playground.settings import Settings
from playground.train.job import Job, find_job, jobs, new_run, order_slices, run_slices, start_job
from playground.train.line import ahead, is_alive
from playground.train.order import TrainOrder
from playground.train.plan import Plan, plan
from playground.train.recipe import Recipe
from playground.ui.curve import Run, chart_html, run_after
from playground.ui.frame import Frame, notice
from playground.ui.pace import paced
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.tried import tried_html
from playground.ui.words import duration, number, say
from playground.visitors import check_room
from playground.zero import trained

PRESETS: dict[str, dict[str, float]] = {
    "quick": {"epochs": 4, "steps": 100, "minutes": 5},
    "standard": {"epochs": 4, "steps": 400, "minutes": 10},
    "long": {"epochs": 10, "steps": 1000, "minutes": 30},
}
"""How long a run may take, from which the rest of the recipe does not change."""
KNOBS = (
    *("rank", "alpha", "targets", "dropout", "epochs", "steps"),
    *("minutes", "batch", "learning_rate", "seed", "max_tokens"),
)
"""Fields of the recipe that have a widget, in their order."""
WHOLE = frozenset({"rank", "epochs", "steps", "batch", "seed", "max_tokens"})
LONGEST_LINE = 20
"""Runs of all visitors together that are under way or wait."""


@dataclass(frozen=True)
class Form:
    """What is to be trained, as typed."""

    dataset: str | None
    name: str
    knobs: tuple[Any, ...]
    """Values of KNOBS."""
    earlier: str = ""
    """Name of the adapter to go on from, "" for a fresh one."""

    def recipe(self, settings: Settings) -> Recipe:
        """The recipe. Raises BadRecipe for an empty number or one out of its range."""
        values = dict(zip(KNOBS, self.knobs, strict=True))
        for name, value in values.items():
            if value is None:
                raise BadRecipe(f"{name} is empty; fill it in")
            if name in WHOLE and float(value).is_integer():
                values[name] = int(value)
        limits = settings.limits
        if limits is not None and not 0 < float(values["minutes"]) <= limits.minutes:
            raise BadRecipe(f"minutes is {values['minutes']}; it must be 1 to {limits.minutes}")
        return Recipe(**values)


def order_of(frame: Frame, session: Session, form: Form) -> TrainOrder:
    """The order for a run. Raises a UserError for what was typed wrong; imports torch, which takes seconds."""
    settings = frame.of(session)
    need_torch("training")
    dataset = find_dataset(settings, session.visitor, form.dataset or "")
    base = resolve(settings.base, settings)
    name = form.name.strip() or _free_name(settings, session, dataset.task)
    return TrainOrder(
        dataset=dataset_path(settings, session.visitor, dataset.path.name),
        base=base.id,
        base_folder=base.path_or_hub_id,
        recipe=form.recipe(settings),
        name=name,
        out=adapter_home(settings, session.visitor, name),
        threads=settings.threads,
        continue_from=find_adapter(settings, session.visitor, form.earlier).path if form.earlier else None,
        device=pick_device(settings).kind,
    )


def _free_name(settings: Settings, session: Session, task: str) -> str:
    """A name that no adapter has: the dataset's own where that is free, so that the two are seen to belong together."""
    for name in (session.dataset, *(new_name(task) for _ in range(100))):
        try:
            if name and not adapter_home(settings, session.visitor, name).exists():
                return name
        except UserError:
            continue
    raise UnknownName(f"no free name for an adapter of {task} was found; type one")


# ---- before the run -------------------------------------------------------------------------------


@dataclass
class Weighed:
    """The pre-flight card worked out last on this page; changed in place."""

    plan: Plan | None = None
    turn: int = 0
    """How often it was asked for."""


def weighed(frame: Frame, session: Session, form: Form, held: Weighed) -> Iterator[str]:
    """The pre-flight card; counts the seconds until it is there."""
    held.plan, held.turn = None, held.turn + 1
    turn = held.turn
    if not form.dataset:
        yield plan_html(None, session.lang)
        return
    try:
        waited = 0
        for plans in paced(lambda: _plans(frame, session, form), 1.0):
            waited += 1
            if held.turn != turn:
                return  # asked again since, with other numbers: what was asked first must not be shown last
            if plans:
                held.plan = plans[-1]
            else:
                yield empty_html(say(session.lang, "train.plan.counting", seconds=waited))
        yield plan_html(held.plan, session.lang)
    except Exception as error:
        yield trouble_html(notice(error, session.lang))


def _plans(frame: Frame, session: Session, form: Form) -> Iterator[Plan]:
    yield plan(order_of(frame, session, form))


def plan_html(planned: Plan | None, lang: str) -> str:
    """The card: steps, trainable share, time, memory, and one row with what is learned coloured."""
    if planned is None:
        return empty_html(say(lang, "train.plan.empty"))

    def words(key: str, **values: Any) -> str:
        return escape(say(lang, f"train.plan.{key}", **values))

    figures = (
        (number(planned.steps), words("steps")),
        (number(planned.epochs), words("epochs")),
        (f"{planned.learning_rate:g}", escape(say(lang, "train.rate"))),
        (number(planned.trainable), words("trainable", share=percent(planned.share))),
        (f"{planned.minutes_guess:.1f}" if planned.minutes_guess >= 0.1 else "< 0.1", words("minutes")),
        (_bytes(planned.memory_bytes_guess), words("memory")),
    )
    rows = say(lang, "train.card.rows", rows=number(planned.rows), looked_at=number(planned.looked_at))
    frozen = say(
        lang,
        "train.card.base",
        numbers=number(planned.base_numbers),
        device=planned.device.upper() if planned.device != "mps" else "Apple GPU",
        precision=planned.precision,
    )
    cells = "".join(f"<div><b>{escape(value)}</b><span>{label}</span></div>" for value, label in figures)
    row = "".join(
        f'<mark class="learned">{escape(text)}</mark>' if learned else escape(text) for text, learned in planned.example
    )
    return (
        f'<div class="pair">{_card(say(lang, "train.dataset"), planned.dataset, rows)}'
        f"{_card(say(lang, 'train.base'), planned.base, frozen)}</div>"
        f'<div class="card"><h3>{escape(say(lang, "train.plan"))}</h3><div class="figures">{cells}</div>'
        f'<details class="fold" open><summary>{words("example")}</summary><p class="message tokens">{row}</p></details>'
        "</div>"
    )


def _card(title: str, name: str, text: str) -> str:
    return f'<div class="card"><h4>{escape(title)}</h4><b>{escape(name)}</b><p>{escape(text)}</p></div>'


def _bytes(count: float) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"


# ---- the run --------------------------------------------------------------------------------------


def busy(settings: Settings, session: Session) -> str | None:
    """Why this visitor's next run may not be ordered now, in words; None where it may."""
    for job in jobs(settings, session.visitor):
        if job.state() == "running":
            return say(session.lang, "train.busy", name=job.order().name)
    if settings.limits is not None:
        orders = [one.parent for one in settings.home.glob("*/runs/*/order.json")]
        if sum(map(is_alive, orders)) >= LONGEST_LINE:
            return say(session.lang, "train.full", count=LONGEST_LINE)
    return None


def start(frame: Frame, session: Session, form: Form) -> None:
    """Order the run; the session then shows it. Raises UserError."""
    order = order_of(frame, session, form)
    if order.out.exists() and any(order.out.iterdir()):
        raise BadRecipe(f"adapter {order.name} is there already; choose another name")
    if frame.settings.limits is not None:
        planned = plan(order)
        # One adapter in four bytes a number for each epoch, and one at the end.
        check_room(frame.settings, session.visitor, 4 * planned.trainable * (planned.epochs + 1))
    run = new_run(frame.settings, session.visitor)
    borrowed = frame.catalogue.device.rung == "zerogpu" and order.base != STARTER
    job = order_slices(order, run) if borrowed else start_job(order, run)
    session.run, session.run_state, session.adapter, session.loss = job.id, "running", order.name, None
    session.trained_task = find_dataset(frame.settings, session.visitor, form.dataset or "").task


def slices(frame: Frame, session: Session) -> Iterator[None]:
    """Go on with the watched run where it goes in slices; gives control back whenever there is something new."""
    job = watched(frame, session)
    if job is None or job.state() != "paused":
        return
    try:
        for _ in paced(lambda: run_slices(job, trained), 1.0):
            yield
    except PlaygroundError:
        raise
    except Exception as error:  # the lender's own
        raise TrainingFailed(refusal(error)) from error


def goes_on(frame: Frame, session: Session, form: Form) -> bool:
    """Whether the watched run is paused and what is picked is that run, so that it is gone on with."""
    job = watched(frame, session)
    if job is None or job.state() != "paused":
        return False
    order, settings = job.order(), frame.of(session)
    same = form.name.strip() in ("", order.name) and resolve(settings.base, settings).id == order.base
    return same and Path(order.dataset).name == form.dataset


def watched(frame: Frame, session: Session) -> Job | None:
    """The run that the tab shows: the session's, else the newest there is; None where there is none."""
    settings = frame.settings
    if session.run:
        try:
            return find_job(settings, session.visitor, session.run)
        except UserError:
            session.run = ""
    newest = next(iter(jobs(settings, session.visitor)), None)
    if newest is not None:
        session.run = newest.id
    return newest


def run_choices(frame: Frame, session: Session) -> list[tuple[str, str]]:
    """(label, id) of the visitor's runs, newest first."""
    choices = []
    for job in jobs(frame.settings, session.visitor)[:30]:
        try:
            name = job.order().name
        except UserError:
            continue
        choices.append((f"{name} · {say(session.lang, f'train.state.{job.state()}')}", job.id))
    return choices


def earlier_choices(frame: Frame, session: Session) -> list[tuple[str, str]]:
    """(label, name) of what a run can start from: a fresh adapter, or one there is on the base."""
    base = base_id(frame.of(session))
    found = adapter_names(frame.settings, session.visitor)
    return [
        (say(session.lang, "train.earlier.none"), ""),
        *((one.name, one.name) for one in found if one.card.base_id == base),
        *((name, name) for name in broken_off(frame.settings, session.visitor)),
    ]


@dataclass(frozen=True)
class Standing:
    """How a run stands, ready to be shown."""

    state: str
    """"" where there is no run."""
    status: str
    chart: str
    """The loss chart, and below it the sample answers."""
    adapter: Path | None
    """Folder of the adapter, once it can be used."""


def standing(frame: Frame, session: Session) -> Standing:
    """How the watched run stands. The session learns its state, name and loss."""
    lang, job = session.lang, watched(frame, session)
    if job is None:
        session.run_state = ""
        return Standing("", "", empty_html(say(lang, "train.empty")), None)
    state, run, order = job.state(), run_after(Run(), job.events()), job.order()
    session.run_state, session.loss = state, run.loss
    adapter = None
    try:
        found = find_adapter(frame.settings, session.visitor, order.name)
        adapter, session.adapter, session.trained_task = found.path, found.name, found.card.task
    except UserError:
        session.adapter = order.name
    shown = chart_html(run, lang) + tried_html(run.epochs, lang)
    return Standing(state, _status(job, state, run, order.name, lang), shown, adapter)


def _status(job: Job, state: str, run: Run, name: str, lang: str) -> str:
    taken = duration(run.seconds, lang)
    match state:
        case "running" if run.started is None or not run.steps:
            before = 0 if job.sliced else ahead(job.folder)
            if before and run.answered is None:
                return progress_html(say(lang, "train.line", name=name), None, say(lang, "train.ahead", count=before))
            waited = max(0.0, time.time() - (job.folder / "order.json").stat().st_mtime)
            title = say(lang, "train.running", name=name)
            if run.answered is not None:
                told = say(lang, "train.rehearsing", done=run.answered.done, total=run.answered.total)
                return progress_html(title, run.answered.done / run.answered.total, told)
            return progress_html(title, None, say(lang, "train.starting", seconds=f"{waited:.0f}"))
        case "running" if run.started is not None:
            stopping = (job.folder / "stop").exists()
            where = say(
                lang, "train.step", step=run.step, steps=run.started.steps, epoch=run.epoch, epochs=run.started.epochs
            )
            left = run.left()
            detail = [where, say(lang, "train.taken", time=taken)]
            if stopping:
                detail = [where, say(lang, "stopping")]
            elif left is not None:
                detail.append(say(lang, "train.left", time=duration(left, lang)))
            title = say(lang, "train.running", name=name)
            return progress_html(title, run.step / max(run.started.steps, 1), " · ".join(detail))
        case "done":
            return done_html(say(lang, "train.done", name=name, time=taken))
        case "paused":
            return empty_html(say(lang, "train.paused", name=name, step=run.step))
        case "stopped":
            return done_html(say(lang, "train.stopped", name=name, step=run.step))
        case "failed":
            why = sentence(run.failed.error, lang) if run.failed else ""
            return trouble_html(say(lang, "train.failed", name=name), why)
    return trouble_html(say(lang, "train.lost", name=name))
