"""How rows of calls are to be made, as typed on the page; looked at and made."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from playground.errors import BadSample, BadSetting
from playground.records import Row
from playground.samples import Template
from playground.twins.calls.make import TASK, make_calls
from playground.twins.calls.recipe import MIXED, MOST_ON_OFFER, CallRecipe
from playground.twins.make import GROUP_ROWS, Twins
from playground.ui.calls_draft import Draft, shipped
from playground.ui.frame import Frame
from playground.ui.making import MOST_ROWS, SHIPPED_SEED, written
from playground.ui.session import Session
from playground.visitors import check_room

TWINS = 10
BOTH = "both"
"""Picked as the language: one and the other by turns."""
SHARES = ("several", "repair", "ask", "refuse", "optional")
"""Shares of the recipe that the page asks for, in their order."""


@dataclass(frozen=True)
class Form:
    """How rows are to be made, as typed."""

    lang: str | None = BOTH
    """zh, en or BOTH."""
    functions: float | None = MIXED.functions
    several: float | None = MIXED.several
    repair: float | None = MIXED.repair
    ask: float | None = MIXED.ask
    refuse: float | None = MIXED.refuse
    optional: float | None = MIXED.optional
    rows: float | None = 1000
    seed: float | None = SHIPPED_SEED

    def recipe(self) -> CallRecipe:
        """The recipe. Raises BadSetting."""
        for name in SHARES:
            if getattr(self, name) is None:
                raise BadSetting(f"{name} is empty; fill it in")
        shares = {name: getattr(self, name) for name in SHARES}
        return replace(
            MIXED,
            lang=None if self.lang == BOTH else self.lang,
            functions=self.whole("functions", 0, MOST_ON_OFFER),
            **shares,
        )

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number within its bounds. Raises BadSetting."""
        value = getattr(self, name)
        if value is None:
            raise BadSetting(f"{name} is empty; fill it in")
        number = isinstance(value, int | float) and math.isfinite(value) and value == int(value)
        if not number or not low <= value <= high:
            raise BadSetting(f"{name} is {value!r:.60}; it must be a whole number, {low} to {high:,}")
        return int(value)


def twins(draft: Draft, form: Form, rows: int, group_rows: int = GROUP_ROWS) -> Twins:
    """The rows of a draft. Raises BadSetting, BadSample."""
    if not draft.functions:
        raise BadSample("there is no function yet; paste some, or begin from those that ship")
    there = {one.name: one for one in draft.functions}
    templates: dict[str, tuple[Template, ...]] = {}
    refusals: Mapping[str, tuple[str, ...]] = {}
    for some in shipped():
        same = [one.name for one in some.functions if there.get(one.name) == one]
        templates |= {name: some.templates[name] for name in same if name in some.templates and _whole(draft, name)}
        if len(same) == len(some.functions) == len(there):
            refusals = some.refusals
    return make_calls(
        draft.functions, draft.values, form.recipe(), rows, form.whole("seed", 0, 2**31 - 1),
        weights=draft.weights, templates=templates, refusals=refusals,
        group_rows=group_rows,
    )  # fmt: skip


def preview(draft: Draft, form: Form) -> tuple[list[Row], list[str]]:
    """Ten rows, and sentences about what no row can show. Raises BadSetting, BadSample."""
    made = twins(draft, form, TWINS, TWINS)
    return list(made.train), list(made.card["left_out"])


def made(frame: Frame, session: Session, draft: Draft, form: Form, stop: threading.Event) -> Iterator[str]:
    """Write the dataset; gives the progress as HTML. The session knows the dataset at the end. See making.made."""
    settings = frame.settings
    rows = form.whole("rows", 1, settings.limits.rows if settings.limits else MOST_ROWS)
    check_room(settings, session.visitor)
    yield from written(frame, session, twins(draft, form, rows), TASK, rows, stop)


def _whole(draft: Draft, name: str) -> bool:
    """Whether each field of a function has values: a wording that says a field cannot do without."""
    return all(draft.values.get(name, {}).values())
