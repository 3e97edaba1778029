"""What may go wrong on a path: a tool that breaks, a request nobody can fulfil, a customer who changes their mind.

Each is one place on one path, so that a row is a path and at most one mischief, and can be counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playground.twins.flows.flow import Flow
from playground.twins.flows.ledger import Ledger
from playground.twins.flows.paths import Path
from playground.twins.flows.wordings import BROKEN

KINDS = ("recovered", "given-up", "refused", "changed", "slip")
"""A tool fails once; it fails twice; an impossible request; a value changed later; one mended in the same breath."""


@dataclass(frozen=True)
class Mischief:
    """One thing that goes wrong."""

    kind: str
    """One of KINDS."""
    at: int
    """Place of the step on the path, from 0."""
    slot: str = ""
    """The slot that is changed."""
    broken: str = ""
    """How the observation breaks: one of wordings.BROKEN."""

    @property
    def label(self) -> str:
        """Its kind, with what broke: recovered-timeout."""
        return f"{self.kind}-{self.broken}" if self.broken else self.kind


def mischiefs(flow: Flow, path: Path) -> dict[str, tuple[Mischief, ...]]:
    """Kind to all that may happen on this path; a kind that cannot is absent."""
    found: dict[str, list[Mischief]] = {}
    for one in (*_tools(flow, path), *_refused(flow, path), *_slips(flow, path), *_changes(flow, path)):
        found.setdefault(one.kind, []).append(one)
    return {kind: tuple(found[kind]) for kind in KINDS if kind in found}


def _tools(flow: Flow, path: Path) -> Iterator[Mischief]:
    for place, step in enumerate(path.steps):
        if flow.nodes[step.node].kind == "act":
            for broken in BROKEN:
                yield Mischief("recovered", place, broken=broken)
                yield Mischief("given-up", place, broken=broken)


def _refused(flow: Flow, path: Path) -> Iterator[Mischief]:
    for place, step in enumerate(path.steps):
        if place and flow.nodes[step.node].kind == "ask":
            yield Mischief("refused", place)


def _slips(flow: Flow, path: Path) -> Iterator[Mischief]:
    for place, step in enumerate(path.steps):
        node = flow.nodes[step.node]
        if node.kind == "ask":
            for slot in sorted(flow.fills(node.outcome(step.outcome))):
                if _may_change(flow, slot) and _used_after(flow, path, place, slot):
                    yield Mischief("slip", place, slot)


def _changes(flow: Flow, path: Path) -> Iterator[Mischief]:
    """A slot a customer gave is changed when the assistant next asks, before any tool was told its value."""
    open_slots: dict[str, int] = {}
    ledger = Ledger(flow)
    for place, step in enumerate(path.steps):
        node = flow.nodes[step.node]
        if node.kind == "ask" and node.says:
            for slot in sorted(open_slots):
                if slot in ledger.known and _used_after(flow, path, place - 1, slot):
                    yield Mischief("changed", place, slot)
        outcome = node.outcome(step.outcome) if step.outcome else None
        shown = {slot for one in outcome.wordings for slot in one.slots} if outcome else set()
        for slot in (*node.input.values(), *shown):
            open_slots.pop(slot, None)
        if outcome:
            ledger.says(node.id, flow.fills(outcome), outcome.anew)
            if node.kind == "ask":
                open_slots |= {slot: place for slot in flow.fills(outcome) if _may_change(flow, slot)}


def _may_change(flow: Flow, slot: str) -> bool:
    """Whether another value of the slot leaves every other slot as it is."""
    below = [name for name in flow.below[slot] if flow.slots[name].kind != "nth"]
    return not below and flow.slots[slot].kind not in ("composed", "nth")


def _used_after(flow: Flow, path: Path, place: int, slot: str) -> bool:
    later = (flow.nodes[step.node] for step in path.steps[place + 1 :])
    return any(slot in node.input.values() or (node.kind == "end" and slot in node.needs) for node in later)
