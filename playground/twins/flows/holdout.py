"""What is held out of a flow's training rows: whole paths, and the paths whose rows can be set apart from train's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from playground.errors import known
from playground.twins.flows.drawn import held_places, outcome_key
from playground.twins.flows.flow import Flow
from playground.twins.flows.paths import Path
from playground.twins.flows.values import is_open
from playground.twins.split import FEW, SHARE


def held_paths(flow: Flow, paths: Sequence[Path], seed: int) -> frozenset[str]:
    """Ids of the paths train does not see: about one in five, and none without which train would miss an edge."""
    left = Counter(edge for path in paths for edge in set(path.edges))
    ends = Counter(path.end for path in paths)
    held: set[str] = set()
    for path in shuffled(flow, paths, seed):
        if len(held) >= max(1, round(len(paths) / SHARE)) or len(paths) < FEW:
            break
        if all(left[edge] > 1 for edge in path.edges) and ends[path.end] > 1:
            held.add(path.id)
            left.subtract(set(path.edges))
            ends[path.end] -= 1
    return frozenset(held)


def by_ends(paths: Sequence[Path]) -> list[Path]:
    """The paths so repeated that each end has as many turns as any other."""
    listed: dict[str, list[Path]] = {}
    for path in paths:
        listed.setdefault(path.end, []).append(path)
    turns = max(len(one) for one in listed.values())
    return [one[turn % len(one)] for turn in range(turns) for one in listed.values()]


def shuffled(flow: Flow, paths: Sequence[Path], seed: int) -> list[Path]:
    """The paths in the order of a seed."""
    return Random(f"{seed}/{flow.name}/paths").sample(list(paths), len(paths))


def known_paths(paths: Sequence[Path], ids: Sequence[str]) -> frozenset[str]:
    """The given ids as a set. Raises UnknownName for one that is no path."""
    there = [path.id for path in paths]
    for one in ids:
        if one not in there:
            raise known("path", one, there)
    return frozenset(ids)


def in_turn(held: Sequence[Path], others: Sequence[Path]) -> list[Path]:
    """Held-out paths and trained ones by turns, so that each kind is half of the group."""
    if not held or not others:
        return [*held, *others]
    count = max(len(held), len(others))
    return [one for n in range(count) for one in (held[n % len(held)], others[n % len(others)])]


def shows_open(flow: Flow, path: Path) -> bool:
    """Whether each row of the path holds a value that train can be kept from."""
    shown = (slot for node, outcome in path.edges for slot in flow.fills(flow.nodes[node].outcome(outcome)))
    return any(is_open(flow.slots[slot]) for slot in shown)


def shows_held(flow: Flow, path: Path, seed: int) -> bool:
    """Whether train does not see every wording the path can be told in."""
    return any(
        held_places(flow.name, outcome_key(*edge), len(flow.nodes[edge[0]].outcome(edge[1]).wordings), seed)
        for edge in path.edges
    )
