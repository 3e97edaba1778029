"""Whether a flow holds together: every fault in one sentence that names its node.

First the nodes one by one, then the graph (what cannot be reached, what has no way to an end), then
the slots along its paths: nothing may be used before something has said it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from playground.errors import BadTemplate
from playground.twins.flows.flow import ELSE, Flow, Node, Outcome
from playground.twins.flows.ledger import Ledger
from playground.twins.flows.paths import Path, find_paths

CHECKED = 400
"""Most paths whose slots are looked at."""


def graph_faults(flow: Flow) -> list[BadTemplate]:
    """The faults of a flow that was read; later checks wait until the earlier ones find nothing."""
    if not flow.nodes:
        return [BadTemplate("the flow has no nodes; add some under [[node]]")]
    for check in (_nodes, _graph, _slots):
        if found := list(check(flow)):
            return found
    return []


def _nodes(flow: Flow) -> Iterator[BadTemplate]:
    start = flow.nodes.get(flow.start)
    if start is None:
        yield BadTemplate(f"start is {flow.start!r:.60}, which is no node; name one of the file's")
    elif start.kind != "ask" or start.says:
        yield BadTemplate(f"node {start.id!r}: it is the start; make it an ask without text, for the customer opens")
    if flow.handover and flow.handover not in flow.nodes:
        yield BadTemplate(f"handover is {flow.handover!r:.60}, which is no node; name one of the file's")
    for node in flow.nodes.values():
        yield from _leads(flow, node)
        yield from _kind(flow, node)
        yield from _twice(node)
        used = {*node.needs, *(slot for one in node.outcomes for slot in _said(one))}
        for slot in sorted(used - flow.slots.keys()):
            yield BadTemplate(f"node {node.id!r}: slot {slot!r:.60} is not declared; add it under [slots]")


def _said(outcome: Outcome) -> Iterator[str]:
    yield from outcome.anew
    for wording in outcome.wordings:
        yield from wording.slots


def _leads(flow: Flow, node: Node) -> Iterator[BadTemplate]:
    for outcome in node.outcomes:
        if outcome.next not in flow.nodes:
            told = outcome.next or "missing"
            yield BadTemplate(f"node {node.id!r}: next is {told!r:.60}, which is no node; name one of the file's")
        elif outcome.next == flow.start:
            yield BadTemplate(f"node {node.id!r}: it leads back to the start; lead to the node after that")


def _kind(flow: Flow, node: Node) -> Iterator[BadTemplate]:
    name = node.id
    if node.kind == "ask":
        if not node.says and name != flow.start:
            yield BadTemplate(f"node {name!r}: text is empty; write what the assistant asks")
        if not node.outcomes:
            yield BadTemplate(f"node {name!r}: it has no answers; add one under [[node.answer]]")
    elif node.kind == "act":
        yield from _act(flow, node)
    elif node.kind == "branch":
        yield from _branch(flow, node)


def _twice(node: Node) -> Iterator[BadTemplate]:
    """What was said must tell which way to go: a wording of two outcomes that lead apart could not."""
    leads: dict[str, Outcome] = {}
    for one in node.outcomes:
        for wording in one.wordings:
            before = leads.setdefault(repr(wording.form), one)
            if before.next != one.next:
                yield BadTemplate(f"node {node.id!r}: {before.id} and {one.id} share a wording; word them apart")


def _act(flow: Flow, node: Node) -> Iterator[BadTemplate]:
    name, action = node.id, flow.actions.get(node.action)
    if not node.outcomes:
        yield BadTemplate(f"node {name!r}: it has no observations; add one under [[node.observation]]")
    if action is None:
        told = node.action or "missing"
        yield BadTemplate(f"node {name!r}: action {told!r:.60} is not declared; add it under [actions]")
        return
    for argument in node.input:
        if argument not in action.properties:
            yield BadTemplate(f"node {name!r}: {action.name} takes no {argument!r:.60}; add it to its input")
    for argument in action.required:
        if argument not in node.input:
            yield BadTemplate(f"node {name!r}: {action.name} needs {argument!r:.60}; give it a slot")


def _branch(flow: Flow, node: Node) -> Iterator[BadTemplate]:
    name, by = node.id, flow.nodes.get(node.by)
    if by is None or by.kind not in ("ask", "act"):
        told = node.by or "missing"
        yield BadTemplate(f"node {name!r}: by is {told!r:.60}; it must name an ask or an act")
        return
    cases, there = {one.id for one in node.outcomes}, {one.id for one in by.outcomes}
    for case in sorted(cases - there - {ELSE}):
        yield BadTemplate(f"node {name!r}: {by.id} has no outcome {case!r:.60}; there is: {', '.join(sorted(there))}")
    if ELSE not in cases and (left := sorted(there - cases)):
        yield BadTemplate(f"node {name!r}: it has no way for {left[0]!r:.60}; add it, or an else")


def _graph(flow: Flow) -> Iterator[BadTemplate]:
    ends = [node.id for node in flow.nodes.values() if node.kind == "end"]
    if not ends:
        yield BadTemplate("the flow has no end; add a node of kind end")
        return
    forward = {node.id: [one.next for one in node.outcomes] for node in flow.nodes.values()}
    backward: dict[str, list[str]] = {name: [] for name in forward}
    for name, leads in forward.items():
        for to in leads:
            backward[to].append(name)
    reached = _reached([flow.start, *([flow.handover] if flow.handover else [])], forward)
    closing = _reached(ends, backward)
    for name in flow.nodes:
        if name not in reached:
            yield BadTemplate(f"node {name!r}: nothing leads to it; lead to it or take it out")
        elif name not in closing:
            yield BadTemplate(f"node {name!r}: no way leads from it to an end; give its loop a way out")


def _reached(starts: Iterable[str], leads: dict[str, list[str]]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for to in leads[waiting.pop()]:
            if to not in found:
                found.add(to)
                waiting.append(to)
    return found


def _slots(flow: Flow) -> Iterator[BadTemplate]:
    found = find_paths(flow, CHECKED)
    if not found.paths:
        yield BadTemplate("the flow has no path to an end within its visits; raise visits or lead out of its loops")
        return
    told: set[tuple[str, str]] = set()
    for path in found.paths:
        for node, slot in unfilled(flow, path):
            if (node, slot) not in told:
                told.add((node, slot))
                yield BadTemplate(f"node {node!r}: slot {slot!r} is used before anything has said it; ask for it first")


def unfilled(flow: Flow, path: Path) -> list[tuple[str, str]]:
    """(node id, slot) of what is used along a path before a customer's answer or an observation has said it."""
    ledger, found = Ledger(flow), list[tuple[str, str]]()
    for step in path.steps:
        node = flow.nodes[step.node]
        found += [(node.id, slot) for slot in ledger.missing(node.needs)]
        if step.outcome:
            outcome = node.outcome(step.outcome)
            fills = flow.fills(outcome)
            found += [(node.id, slot) for slot in ledger.never_offered(fills)]
            ledger.says(node.id, fills, outcome.anew)
    return found
