"""What the fold "From a procedure" does, without its widgets: a text read as a flow, its paths, one row of each, a
dataset of them all, and what of the flow that covers."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from playground.datasets import find_dataset
from playground.errors import BadSetting, BadTemplate, known
from playground.samples import task_names
from playground.settings import Settings
from playground.twins.flows.coverage import Coverage, coverage
from playground.twins.flows.flow import Flow
from playground.twins.flows.forms import Form, Markers
from playground.twins.flows.lint import lint
from playground.twins.flows.paths import Paths, find_paths
from playground.twins.flows.reading import faults_of, read_flow
from playground.twins.flows.rows import FlowRecipe, examples, make_flow_rows
from playground.twins.flows.sop import SopFault, flow_from_sop
from playground.twins.flows.source import file_text
from playground.twins.make import GROUP_ROWS
from playground.ui import making
from playground.ui.frame import Frame
from playground.ui.pace import paced
from playground.ui.progress import progress_html
from playground.ui.session import Session
from playground.ui.steps import row_html
from playground.ui.words import number, say
from playground.visitors import check_room

LONGEST = 100_000
"""Characters of a text in the box."""
LONGEST_ROW = 40_000
"""Bytes of a row, on the average of some, that the page makes many of."""
WEIGHED = 24
"""Rows whose size is taken before they are made."""
MARKERS = 5
BEAT = 0.3
_FLOW = re.compile(r"^\s*(?:\[\[?\s*(?:node|slots|actions)\b|(?:name|title|lang|intro|rules|start|visits)\s*=)", re.M)


@dataclass
class Procedure:
    """What was read last on this page; changed in place by the handlers of the fold."""

    text: str = ""
    """What lay in the box once it was read."""
    sop: str = ""
    """The pasted procedure that the flow was made from, "" for none."""
    unread: tuple[SopFault, ...] = ()
    """What of it could not be read."""
    faults: tuple[str, ...] = ()
    """Faults of the flow."""
    flow: Flow | None = None
    """None where nothing was read yet, or it has faults."""
    paths: Paths | None = None
    picked: str = ""
    """Id of the path that is shown, "" for the first."""
    dataset: str = ""
    """Name of the dataset that was made of it, "" for none yet."""
    covered: Coverage | None = None
    """What its training rows cover."""


@dataclass(frozen=True)
class Making:
    """How rows are to be made of it, as typed; shares in per cent."""

    form: str = "react"
    markers: str = ""
    broken: float | None = 12
    refused: float | None = 6
    changed: float | None = 10
    rows: float | None = 1000
    seed: float | None = making.SHIPPED_SEED

    def recipe(self) -> FlowRecipe:
        """The recipe. Raises BadSetting for what is out of its range."""
        broken, refused, changed = (self._share(name) for name in ("broken", "refused", "changed"))
        form: Form = self.form  # type: ignore[assignment]  # FlowRecipe looks at it
        return FlowRecipe(form=form, marks=marks_of(self.markers), broken=broken, refused=refused, changed=changed)

    def _share(self, name: str) -> float:
        value = getattr(self, name)
        if value is None:
            raise BadSetting(f"{name} is empty; fill it in")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
            raise BadSetting(f"{name} is {value!r:.60}; it must be 0 to 100")
        return value / 100


def marks_of(text: str) -> Markers | None:
    """Five words with commas between as markers; None for an empty text. Raises BadSetting."""
    if not text.strip():
        return None
    words = [word.strip() for word in re.split("[,，、]", text[:1000])]
    if len(words) != MARKERS:
        raise BadSetting(f"markers are {text!r:.80}; write five words with commas between")
    return Markers(*words)


def shipped(settings: Settings, lang: str) -> str:
    """The flow file that ships, in the page's language."""
    return file_text(settings.house / "samples" / "react" / f"flow.{'zh' if lang == 'zh' else 'en'}.toml")


def read(held: Procedure, text: str, settings: Settings, visitor: str) -> str:
    """Read a text into `held`; gives what now belongs into the box: the flow made of a procedure, else the text.

    Raises BadTemplate for a text that is empty or too long; faults of a flow are in `held`.
    """
    if not text.strip():
        raise BadTemplate("there is no procedure yet; paste one, or begin from the shipped one")
    if len(text) > LONGEST:
        raise BadTemplate(f"the procedure has {len(text):,} characters; here it may have {LONGEST:,}")
    fresh = Procedure()
    if text.lstrip("\ufeff \t\r\n")[:1] == "{" or _FLOW.search(text):
        # Mending the flow leaves the way back to what it was made from.
        fresh.sop, fresh.faults = held.sop, faults_of(text)
        flow = None if fresh.faults else read_flow(text)
    else:
        made, fresh.unread = flow_from_sop(text)
        fresh.faults = faults_of(made) if made else ()
        flow = read_flow(made) if made and not fresh.faults else None
        if made:
            fresh.sop, text = text, made
    if flow is not None and flow.name in task_names(settings, visitor):
        # A dataset knows its task by name: its rows would be shown and judged as that task's.
        fresh.faults = (f"name is {flow.name!r:.60}, which is a task already; give the flow another",)
    elif flow is not None:
        fresh.flow, fresh.paths = flow, find_paths(flow)
    fresh.text, fresh.picked, fresh.dataset, fresh.covered = text, held.picked, held.dataset, held.covered
    for name, value in vars(fresh).items():
        setattr(held, name, value)
    return text


def choices(held: Procedure) -> list[tuple[str, str]]:
    """The paths to pick from: the end, and what came of each step that may go several ways."""
    if held.flow is None or held.paths is None:
        return []
    found, nodes = [], held.flow.nodes
    for path in held.paths.paths:
        way = " › ".join(step.outcome for step in path.steps if len(nodes[step.node].outcomes) > 1)
        way = way if len(way) <= 80 else f"{way[:79]}…"
        found.append((f"{path.end} · {way}" if way else path.end, path.id))
    return found


def picked(held: Procedure) -> str | None:
    """Id of the path in view; the first where the picked one is gone, None where there is none."""
    ids = [path.id for path in held.paths.paths] if held.paths else []
    return held.picked if held.picked in ids else next(iter(ids), None)


def pick(held: Procedure, id_: str) -> None:
    """Have another path in view. Raises UnknownName for one that is not there."""
    ids = [value for _, value in choices(held)]
    if id_ not in ids:
        raise known("path", id_[:80], ids)
    held.picked = id_


def preview_html(held: Procedure, how: Making, lang: str) -> str:
    """One plain row of the path in view, as its steps. Raises BadSetting for a setting out of its range."""
    id_ = picked(held)
    if held.flow is None or id_ is None:
        return ""
    recipe = how.recipe()
    seed = _whole("seed", how.seed, 0, 2**31 - 1)
    row = examples(replace(held.flow, approved=(id_,)), recipe, seed, approved=True)[0]
    return row_html(row, lint(row, None, recipe.marks), lang, recipe.marks)


def made(
    frame: Frame, session: Session, held: Procedure, text: str, how: Making, stop: threading.Event
) -> Iterator[str]:
    """Write the dataset and count what it covers; `text` is what lies in the box. Gives the progress as HTML, and the
    session knows the dataset at the end.

    Raises Stopped when told to stop before all rows were written, and what flows and datasets raise.
    """
    if held.flow is None:
        raise BadSetting("there is no flow without faults yet; read one first")
    if text.replace("\r\n", "\n").strip() != held.text.replace("\r\n", "\n").strip():
        raise BadSetting("the procedure was changed since it was read; read it again")
    settings, lang, flow = frame.settings, session.lang, held.flow
    most = settings.limits.rows if settings.limits else making.MOST_ROWS
    rows = _whole("rows", how.rows, 1, most)
    seed = _whole("seed", how.seed, 0, 2**31 - 1)
    recipe = how.recipe()
    yield progress_html(say(lang, "twins.making", rows=0, all=number(rows)), 0.0)
    weights = [
        len(row.as_line().encode()) for row in islice(make_flow_rows(flow, recipe, WEIGHED, seed).train, WEIGHED)
    ]
    weight = sum(weights) // len(weights)
    if weight > LONGEST_ROW:
        raise BadSetting(f"a row of this flow has about {weight:,} bytes; it may have {LONGEST_ROW:,}")
    check_room(settings, session.visitor, weight * (rows + 3 * GROUP_ROWS))
    twins = make_flow_rows(flow, recipe, rows, seed)
    for shown in making.written(frame, session, twins, "react", rows, stop):
        yield shown or progress_html(say(lang, "procedure.counting"), 1.0)

    name = session.dataset

    def count() -> Iterator[Coverage]:
        yield coverage(find_dataset(settings, session.visitor, name).rows(), flow)

    found: list[Coverage] = []
    for some in paced(count, BEAT, stop):
        found += some
        yield progress_html(say(lang, "procedure.counting"), 1.0)
    held.dataset, held.covered = name, found[0] if found else None
    yield ""


def _whole(what: str, value: float | None, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise BadSetting(f"{what} is {value!r:.60}; it must be {low} to {high}")
    if value is not None and not low <= value <= high:
        raise BadSetting(f"{what} is {value}; it must be {low} to {high}")
    return making.Form().whole(what, value, low, high)
