"""How much of a flow some rows cover: paths, edges, actions, what went wrong, and the values of each slot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playground.records import Row
from playground.twins.flows.flow import Flow
from playground.twins.flows.mischief import KINDS
from playground.twins.flows.paths import MOST_PATHS, Edge, find_paths
from playground.twins.flows.rows import UNSEEN_WORDINGS
from playground.twins.flows.steps import read_steps

MOST_VALUES = 20_000
"""Different values of one slot that are counted."""


@dataclass(frozen=True)
class Coverage:
    """Counts over some rows; every count of what a flow has is there, at 0 where no row shows it."""

    rows: int
    strange: int
    """Rows whose template is no path of the flow."""
    paths: Mapping[str, int]
    """Path id to its rows."""
    edges: Mapping[Edge, int]
    """(node id, outcome id) to the rows whose path takes it."""
    actions: Mapping[str, int]
    """Action to its calls, those of unknown names among them."""
    ends: Mapping[str, int]
    """End node to the rows whose path leads there; a row that is handed over counts for its path's."""
    mischief: Mapping[str, int]
    """What went wrong to its rows."""
    values: Mapping[str, int]
    """Slot to its different values, "" not counted."""

    @property
    def missing(self) -> tuple[Edge, ...]:
        """Edges that no row takes."""
        return tuple(edge for edge, count in self.edges.items() if not count)

    @property
    def share(self) -> float:
        """Share of the paths that have a row, 0 to 1."""
        return sum(count > 0 for count in self.paths.values()) / len(self.paths) if self.paths else 0.0


def coverage(rows: Iterable[Row], flow: Flow, most_paths: int = MOST_PATHS) -> Coverage:
    """Count what the rows cover of a flow. Rows of groups count for the path they were made from."""
    found = find_paths(flow, most_paths)
    by_id = {path.id: path for path in found.paths}
    paths, edges = Counter(dict.fromkeys(by_id, 0)), Counter({edge: 0 for path in found.paths for edge in path.edges})
    edges.update(dict.fromkeys(found.missed, 0))
    actions, ends = Counter(dict.fromkeys(flow.actions, 0)), Counter({path.end: 0 for path in found.paths})
    mischief = Counter(dict.fromkeys(KINDS, 0))
    values: dict[str, set[str]] = {name: set() for name in flow.gold}
    total = strange = 0
    for row in rows:
        total += 1
        actions.update(part.name for part in read_steps(row).parts if part.kind == "action" and part.name)
        for name, value in row.slots.items():
            if value and len(values.setdefault(name, set())) < MOST_VALUES:
                values[name].add(value)
        path = by_id.get(row.template.removesuffix(UNSEEN_WORDINGS))
        if path is None:
            strange += 1
            continue
        paths[path.id] += 1
        ends[path.end] += 1
        edges.update(set(path.edges))
        label = row.bot_template.partition("-")[2]
        mischief.update([kind for kind in KINDS if label == kind or label.startswith(f"{kind}-")])
    counted = {name: len(held) for name, held in values.items()}
    return Coverage(total, strange, dict(paths), dict(edges), dict(actions), dict(ends), dict(mischief), counted)
