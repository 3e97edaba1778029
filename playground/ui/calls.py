"""What the fold of functions does, without its widgets: functions read, values edited, rows looked at and made."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.errors import BadSample, BadSetting, known
from playground.records import Row, check_writable
from playground.samples import Template
from playground.twins.calls.function import Field, Function, why_not
from playground.twins.calls.log import read_call_log
from playground.twins.calls.make import TASK, make_calls
from playground.twins.calls.proposals import propose_values
from playground.twins.calls.read import ToolsRead, parse_json, read_tools
from playground.twins.calls.recipe import MIXED, CallRecipe
from playground.twins.calls.sets import FunctionSet, load_set, set_names
from playground.twins.make import GROUP_ROWS, Twins
from playground.ui.frame import Frame
from playground.ui.making import MOST_ROWS, SHIPPED_SEED, written
from playground.ui.session import Session
from playground.visitors import check_room

TWINS = 10
LONGEST, LONGEST_LOG = 200_000, 20_000_000
"""Characters of the functions, and of a call log."""
BOTH = "both"
"""Picked as the language: one and the other by turns."""
MOST_FUNCTIONS = 64
MOST_VALUES = 1_000
"""Of one field."""
SHARES = ("several", "repair", "ask", "refuse", "optional")
"""Shares of the recipe that the page asks for, in their order."""


@dataclass(frozen=True)
class Draft:
    """Functions as they were pasted, and the values of their fields."""

    text: str
    values: Mapping[str, Mapping[str, tuple[Any, ...]]]
    """Function and field to values."""
    weights: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    """The same for fields of which it was said how often each value comes."""

    @property
    def functions(self) -> tuple[Function, ...]:
        """The usable functions."""
        return _read(self.text).functions

    @property
    def faults(self) -> tuple[str, ...]:
        """A sentence for each that is not usable."""
        return _read(self.text).faults

    def field(self, function: str, name: str) -> Field:
        """A field of a function. Raises UnknownName."""
        there = {one.name: one for one in self.functions}
        if not isinstance(function, str) or function not in there:
            raise known("function", str(function)[:60], list(there))
        found = there[function].field(name)
        if found is None:
            raise known(f"field of function {function!r:.60}", str(name)[:60], [f.name for f in there[function].fields])
        return found


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
            MIXED, lang=None if self.lang == BOTH else self.lang, functions=self.whole("functions", 0, 20), **shares
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


def read(text: str) -> Draft:
    """The draft of a text: what was set for a function that ships, else what is proposed. Raises BadSample."""
    text = text or ""
    if len(text) > LONGEST:
        raise BadSample(f"the functions have {len(text):,} characters; they may have {LONGEST:,}")
    found = _read(text)
    if len(found.functions) > MOST_FUNCTIONS:
        raise BadSample(f"there are {len(found.functions)} functions; there may be {MOST_FUNCTIONS} at once")
    values = {}
    for one in found.functions:
        own = next((some.values.get(one.name, {}) for some in shipped() if one in some.functions), {})
        proposed = propose_values(one, SHIPPED_SEED)
        values[one.name] = {f.name: tuple(own.get(f.name, proposed.get(f.name, ()))) for f in one.fields}
    return Draft(text, values)


# ---- values ---------------------------------------------------------------------------------------


def values_text(draft: Draft, function: str, name: str) -> str:
    """A field's values as they are edited: one on each line, a text as it is and anything else as JSON."""
    kind = draft.field(function, name).type
    weights = draft.weights.get(function, {}).get(name)
    lines = [_line(value, kind) for value in draft.values.get(function, {}).get(name, ())]
    if weights:
        lines = [f"{line} | {weight}" for line, weight in zip(lines, weights, strict=True)]
    return "\n".join(lines)


def with_values(draft: Draft, function: str, name: str, text: str) -> tuple[Draft, tuple[str, ...]]:
    """The draft with the values of a field as typed, and a sentence for each line that cannot be one.

    Raises UnknownName, BadSample for a text that is too long or holds too many.
    """
    slot = draft.field(function, name)
    if len(text or "") > LONGEST:
        raise BadSample(f"the values have {len(text):,} characters; they may have {LONGEST:,}")
    check_writable(text or "", "the values")
    lines = [(n, line.strip()) for n, line in enumerate((text or "").splitlines(), 1) if line.strip()]
    if len(lines) > MOST_VALUES:
        raise BadSample(f"there are {len(lines):,} values; a field may have {MOST_VALUES:,} here")
    found: dict[str, tuple[Any, int]] = {}
    faults = []
    for number, line in lines:
        value_text, weight = _weighed(line)
        try:
            value = _value(value_text, slot)
        except BadSample as error:
            faults.append(f"line {number}: {error}")
            continue
        if why := "its weight is 0" if weight < 1 else why_not(slot, value):
            faults.append(f"line {number}: the value {value_text!r:.60} is left out; {why}")
        else:
            found.setdefault(json.dumps(value, ensure_ascii=False, sort_keys=True), (value, weight))
    return _changed(draft, function, name, list(found.values())), tuple(faults)


@dataclass(frozen=True)
class Taken:
    """What came out of a call log."""

    calls: int
    """Calls that were read."""
    fields: int
    """Fields that took their values."""
    passed: int
    """Different values of known fields that do not fit them."""
    faults: tuple[str, ...]
    """A sentence for each line that is no call."""


def with_log(draft: Draft, text: str) -> tuple[Draft, Taken]:
    """The draft with the values of a call log, by how often they come. Raises BadSample for a text that is too long."""
    if len(text or "") > LONGEST_LOG:
        raise BadSample(f"the log has {len(text):,} characters; it may have {LONGEST_LOG:,}")
    log = read_call_log(text or "")
    fields = passed = 0
    for one in draft.functions:
        for slot in one.fields:
            values = log.values.get(one.name, {}).get(slot.name, ())
            pairs = zip(values, log.weights.get(one.name, {}).get(slot.name, ()), strict=True)
            fitting = [(value, weight) for value, weight in pairs if not why_not(slot, value) and _writable(value)]
            passed += len(values) - len(fitting)
            if fitting:
                draft = _changed(draft, one.name, slot.name, fitting[:MOST_VALUES])
                fields += 1
    return draft, Taken(log.calls, fields, passed, log.faults)


def log_file(path: str) -> str:
    """The text of an uploaded log. Raises BadSample."""
    try:
        with Path(path).open("rb") as file:
            return file.read(LONGEST_LOG + 1).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSample(f"{Path(path).name} is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except (OSError, ValueError) as error:
        raise BadSample(f"{Path(path).name} cannot be read ({str(error):.80}); choose it again") from error


# ---- rows -----------------------------------------------------------------------------------------


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


# ---- small things ---------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _read(text: str) -> ToolsRead:
    return read_tools(text) if text.strip() else ToolsRead((), ())


@lru_cache(maxsize=1)
def shipped() -> tuple[FunctionSet, ...]:
    """The function sets that ship."""
    return tuple(load_set(name) for name in set_names())


def _whole(draft: Draft, name: str) -> bool:
    """Whether each field of a function has values: a wording that says a field cannot do without."""
    return all(draft.values.get(name, {}).values())


def _changed(draft: Draft, function: str, name: str, weighed: Sequence[tuple[Any, int]]) -> Draft:
    """The draft with these values of a field; weights that are all one are none."""
    values, weights = tuple(value for value, _ in weighed), tuple(weight for _, weight in weighed)
    kept = {key: some for key, some in draft.weights.get(function, {}).items() if key != name}
    return replace(
        draft,
        values={**draft.values, function: {**draft.values.get(function, {}), name: values}},
        weights={**draft.weights, function: {**kept, **({name: weights} if len(set(weights)) > 1 else {})}},
    )


def _weighed(line: str) -> tuple[str, int]:
    """What stands before the last | of a line, and the weight behind it; the whole line and 1 where there is none."""
    value, _, weight = line.rpartition("|")
    weight = weight.strip()
    is_one = value.strip() and weight.isascii() and weight.isdigit() and len(weight) < 10
    return (value.strip(), int(weight)) if is_one else (line, 1)


def _line(value: Any, kind: str) -> str:
    plain = isinstance(value, str) and kind == "string" and value == value.strip() and len(value.splitlines()) == 1
    if plain and value[0] != '"' and _weighed(value)[0] == value:
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _value(text: str, slot: Field) -> Any:
    """The value that a line stands for. Raises BadSample."""
    if slot.type == "string" and not (text[0] == '"' == text[-1] and len(text) > 1):
        return text
    try:
        value = parse_json(text)
    except BadSample:
        if slot.type in ("string", "any"):
            return text
        raise
    if not _writable(value):
        raise BadSample(f"the value {text!r:.60} cannot be written; leave it out")
    return value


def _writable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        return False
    return True
