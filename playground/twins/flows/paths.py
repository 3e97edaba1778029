"""The paths of a flow: every way from its start to an end, or, of too many, a sample that takes every edge.

A node is visited at most so often on one path (Flow.most_visits), so that loops end.
"""

from __future__ import annotations

import zlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from playground.twins.flows.flow import ELSE, Flow

MOST_PATHS = 400
"""Most paths that are told apart."""
MOST_STEPS = 150_000
"""Most steps of the search; a flow that takes more is sampled."""
MOST_STATES = 20_000
"""Most pairs of a node and what its branches remember that are looked at."""
Edge = tuple[str, str]
State = tuple[str, tuple[str, ...]]
"""A node, and the last outcome of each node that a branch asks about."""


@dataclass(frozen=True)
class Step:
    """One node of a path, and what came of it."""

    node: str
    outcome: str
    """Id of the outcome; "" at the end."""


@dataclass(frozen=True)
class Path:
    """One way through the flow."""

    steps: tuple[Step, ...]

    @cached_property
    def id(self) -> str:
        """Its end and a number made from all its steps: the same path has the same id in any number of paths."""
        text = "/".join(f"{step.node}={step.outcome}" for step in self.steps)
        return f"{self.end}-{zlib.crc32(text.encode()):08x}"

    @property
    def end(self) -> str:
        """Id of the node it ends at."""
        return self.steps[-1].node

    @property
    def edges(self) -> tuple[Edge, ...]:
        """(node id, outcome id) of each step but the end."""
        return tuple((step.node, step.outcome) for step in self.steps[:-1])


@dataclass(frozen=True)
class Paths:
    """What was found of a flow's paths."""

    paths: tuple[Path, ...]
    """In the order of the file, where all are there."""
    whole: bool
    """False for a sample."""
    missed: tuple[Edge, ...]
    """Edges that no path takes: none in a whole list but those that the bounds forbid."""

    @property
    def note(self) -> str:
        """What a person should know about them, "" for nothing."""
        if self.missed:
            node, outcome = self.missed[0]
            return f"{len(self.missed)} edges are on no path, such as {outcome!r} of {node!r}; raise visits"
        return (
            "" if self.whole else f"there are more than {len(self.paths)} paths; a sample that takes every edge is used"
        )


def find_paths(flow: Flow, most: int = MOST_PATHS) -> Paths:
    """The paths of a flow that was found whole: all of them, or a sample of about `most` that takes every edge."""
    walker = _Walker(flow)
    found = walker.all(most)
    whole = found is not None
    kept = tuple(walker.sample(most)) if found is None else tuple(found)
    taken = {edge for path in kept for edge in path.edges}
    # What only a broken tool leads to is on no path.
    return Paths(kept, whole, tuple(edge for edge in walker.edges if edge not in taken))


class _Walker:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.asked = tuple(sorted({node.by for node in flow.nodes.values() if node.kind == "branch"}))
        self.start: State = (flow.start, ("",) * len(self.asked))
        self.edges = self._edges()

    def _edges(self) -> list[Edge]:
        reached, waiting = {self.flow.start}, [self.flow.start]
        while waiting:
            for one in self.flow.nodes[waiting.pop()].outcomes:
                if one.next not in reached:
                    reached.add(one.next)
                    waiting.append(one.next)
        return [edge for edge in self.flow.edges() if edge[0] in reached]

    def onward(self, state: State) -> Iterator[tuple[str, State]]:
        """Outcome id and the state after it; of a branch the one that what came before decides."""
        name, memory = state
        node = self.flow.nodes[name]
        outcomes = node.outcomes
        if node.kind == "branch":
            last = memory[self.asked.index(node.by)]
            outcomes = tuple([one for one in outcomes if one.id == last] or [o for o in outcomes if o.id == ELSE])
        for one in outcomes:
            kept = memory
            if name in self.asked:
                kept = tuple(one.id if asked == name else old for asked, old in zip(self.asked, memory, strict=True))
            yield one.id, (one.next, kept)

    def all(self, most: int) -> list[Path] | None:
        """Every path, depth first; None where there are more than `most` or the search takes too long."""
        found: list[Path] = []
        visits = Counter([self.flow.start])
        stack = [(self.start, self.onward(self.start))]
        steps: list[Step] = []
        budget = MOST_STEPS
        while stack:
            state, ways = stack[-1]
            if self.flow.nodes[state[0]].kind == "end":
                found.append(Path((*steps, Step(state[0], ""))))
            budget -= 1
            if len(found) > most or budget < 0:
                return None
            for outcome, after in ways:
                if visits[after[0]] < self.flow.most_visits(after[0]):
                    visits[after[0]] += 1
                    steps.append(Step(state[0], outcome))
                    stack.append((after, self.onward(after)))
                    break
            else:
                visits[state[0]] -= 1
                stack.pop()
                if steps:
                    steps.pop()
        return found

    def sample(self, most: int) -> list[Path]:
        """About `most` different paths: first one for each edge, then random walks; the same ones each time."""
        made = dict.fromkeys(self._covering())
        rng = Random(f"paths of {self.flow.name}")
        for _ in range(most * 4):
            if len(made) >= most:
                break
            if path := self._wander(rng):
                made.setdefault(path)
        return list(made)

    def _covering(self) -> Iterator[Path]:
        """Shortest paths, until every edge that one can take within the bounds is taken."""
        came, toward = self._explored()
        taken: set[Edge] = set()
        for state in came:
            for outcome, after in self.onward(state):
                if (state[0], outcome) in taken or after not in toward:
                    continue
                steps = [*self._back(state, came), Step(state[0], outcome), *self._forth(after, toward)]
                if self._within(steps):
                    path = Path(tuple(steps))
                    taken.update(path.edges)
                    yield path

    def _explored(self) -> tuple[dict[State, tuple[State, str] | None], dict[State, tuple[State, str] | None]]:
        """States from the start to where each was first come from, and states to their next on the shortest way out."""
        came: dict[State, tuple[State, str] | None] = {self.start: None}
        into: dict[State, list[tuple[State, str]]] = {}
        waiting, ends = deque([self.start]), list[State]()
        while waiting:
            state = waiting.popleft()
            if self.flow.nodes[state[0]].kind == "end":
                ends.append(state)
            for outcome, after in self.onward(state):
                into.setdefault(after, []).append((state, outcome))
                if after not in came and len(came) < MOST_STATES:
                    came[after] = (state, outcome)
                    waiting.append(after)
        toward: dict[State, tuple[State, str] | None] = dict.fromkeys(ends)
        waiting.extend(ends)
        while waiting:
            state = waiting.popleft()
            for before, outcome in into.get(state, ()):
                if before not in toward:
                    toward[before] = (state, outcome)
                    waiting.append(before)
        return came, toward

    def _back(self, state: State, came: dict[State, tuple[State, str] | None]) -> list[Step]:
        steps = []
        while link := came[state]:
            state = link[0]
            steps.append(Step(state[0], link[1]))
        return steps[::-1]

    def _forth(self, state: State, toward: dict[State, tuple[State, str] | None]) -> list[Step]:
        steps = []
        while link := toward[state]:
            steps.append(Step(state[0], link[1]))
            state = link[0]
        return [*steps, Step(state[0], "")]

    def _within(self, steps: Sequence[Step]) -> bool:
        visits = Counter(step.node for step in steps)
        return all(count <= self.flow.most_visits(node) for node, count in visits.items())

    def _wander(self, rng: Random) -> Path | None:
        """A random walk; None where it ran into a loop's bound."""
        state, steps, visits = self.start, list[Step](), Counter([self.flow.start])
        while self.flow.nodes[state[0]].kind != "end":
            ways = [(o, s) for o, s in self.onward(state) if visits[s[0]] < self.flow.most_visits(s[0])]
            if not ways:
                return None
            outcome, after = rng.choice(ways)
            steps.append(Step(state[0], outcome))
            visits[after[0]] += 1
            state = after
        return Path((*steps, Step(state[0], "")))


def shortest_end(flow: Flow, start: str) -> tuple[Step, ...]:
    """The shortest way from a node to an end; branches take the first case that leads there."""
    came: dict[str, Step | None] = {start: None}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        if flow.nodes[name].kind == "end":
            steps = [Step(name, "")]
            while link := came[name]:
                name = link.node
                steps.append(link)
            return tuple(reversed(steps))
        for one in flow.nodes[name].outcomes:
            if one.next not in came:
                came[one.next] = Step(name, one.id)
                waiting.append(one.next)
    return ()
