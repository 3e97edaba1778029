"""Makes a dataset out of what was typed in the browser, with its progress."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from playground.datasets import TRAIN, Dataset, dataset_names, dataset_path, find_dataset, new_name, write_dataset
from playground.errors import BadSetting, UserError
from playground.records import Row
from playground.samples import Task, Template, load_task
from playground.settings import Settings
from playground.twins.dress import Dress
from playground.twins.make import Twins, make_twins
from playground.twins.split import held_templates
from playground.ui.frame import Frame
from playground.ui.pace import paced
from playground.ui.progress import progress_html
from playground.ui.session import Session
from playground.ui.words import number, say
from playground.visitors import check_room

MOST_ROWS = 20_000
"""Rows that one press may make; the command line makes more."""
SHIPPED_SEED = 7
"""Seed of the twins that the shipped adapters learned from: what it holds out, they never saw."""
ALL = ""
"""Picked in the list of templates: all of them."""
LONGEST = 4_000
"""Characters of a wording typed in the browser."""
BEAT = 0.2
"""Seconds between two drawings of the progress."""


@dataclass(frozen=True)
class Form:
    """How twins are to be made, as typed."""

    template: str = ALL
    text: str = ""
    name: str = ""
    author: str = ""
    rows: float | None = 1000
    seed: float | None = SHIPPED_SEED
    dress: float | None = 1.0
    """How often liberties are taken, as a multiple of the usual shares."""
    task: str = ""
    """Name of the task; "" is the one picked in Twins."""

    def wording(self, task: Task) -> Template | None:
        """The visitor's own wording; None where a shipped one was picked and not changed."""
        picked = next((one for one in task.human if one.id == self.template), None)
        if picked is None or not self.text.strip() or self.text == picked.text:
            return None
        if len(self.text) > LONGEST:
            raise BadSetting(f"the template has {len(self.text):,} characters; it may have {LONGEST:,}")
        return replace(picked, id="yours", text=self.text, foreign=True)

    def fixed(self, task: Task) -> dict[str, str]:
        """The fixed values that were typed: identity's name and author."""
        if "name" not in task.defaults:
            return {}
        typed = {"NAME": self.name, "AUTHOR": self.author}
        return {key: value for key, value in typed.items() if value.strip()}

    def dressed(self) -> Dress:
        """The dress as typed. Raises BadSetting."""
        return Dress().times(1.0 if self.dress is None else self.dress)

    def whole(self, what: str, value: float | None, low: int, high: int) -> int:
        """A whole number within its bounds. Raises BadSetting."""
        if value is None:
            raise BadSetting(f"{what} is empty; fill it in")
        if int(value) != value or not low <= value <= high:
            raise BadSetting(f"{what} is {value}; it must be {low} to {high}")
        return int(value)


class Stopped(Exception):
    """The person asked to stop."""


def made(frame: Frame, session: Session, form: Form, stop: threading.Event) -> Iterator[str]:
    """Write the dataset; gives the progress as HTML. The session knows the dataset at the end.

    Raises Stopped when told to stop, with nothing written, and what twins and datasets raise.
    """
    settings = frame.settings
    task = load_task(form.task or session.sample, settings, session.visitor)
    most = settings.limits.rows if settings.limits else MOST_ROWS
    rows = form.whole("rows", form.rows, 1, most)
    check_room(settings, session.visitor)
    seed = form.whole("seed", form.seed, 0, 2**31 - 1)
    own, held = form.wording(task), held_templates(task.human, seed)
    if own is not None:
        # It takes the place of the one it was made from, which else might be held out beside its double.
        task = replace(task, human=(*(one for one in task.human if one.id != form.template), own))
        held -= {form.template}
    twins = make_twins(task, rows, seed, settings, values=form.fixed(task), held=held, dress=form.dressed())
    yield from written(frame, session, twins, task.name, rows, stop)


def written(
    frame: Frame, session: Session, twins: Twins, prefix: str, rows: int, stop: threading.Event
) -> Iterator[str]:
    """Write the dataset of these twins under a fresh name, as `made` does."""
    lang, settings = session.lang, frame.settings
    name = new_name(prefix)
    done, made_ = 0, 0

    def counted(taken: Iterable[Row]) -> Iterator[Row]:
        nonlocal done
        for row in taken:
            if stop.is_set():
                raise Stopped
            done += 1
            yield row

    def work() -> Iterator[Dataset]:
        groups = {group: None if made is None else counted(made) for group, made in twins.groups.items()}
        out = dataset_path(settings, session.visitor, name)
        yield write_dataset(out, counted(twins.train), groups, twins.card)

    for finished in paced(work, BEAT):
        made_ = finished[-1].counts[TRAIN] or 0 if finished else 0
        if done < rows:
            yield progress_html(say(lang, "twins.making", rows=number(done), all=number(rows)), done / rows)
        else:
            yield progress_html(say(lang, "twins.holding"), 1.0)
    session.dataset, session.rows = name, made_
    yield ""


def latest_dataset(settings: Settings, session: Session) -> Dataset | None:
    """The session's dataset, else the newest there is, which the session then has; None where there is none."""
    names = dataset_names(settings, session.visitor)
    for name in (session.dataset, *names):
        if name in names:
            try:
                dataset = find_dataset(settings, session.visitor, name)
            except UserError:
                continue  # a damaged one is named where it is picked
            session.dataset, session.rows = name, dataset.counts.get("train") or 0
            return dataset
    return None
