"""Reading a flow file: tables of TOML or JSON into a Flow, every fault in one sentence that names its node.

    name title lang intro rules visits handover beyond plan approved start
    [slots.NAME]    kind, label, and the kind's own settings (slots.py); NAME = "kind" or a list of values for short
    [actions.NAME]  text, input = {argument = "what it is" or a JSON schema}; optional = true leaves it out of required
    [[node]]        id, kind, text, thought, next; action and input; [[node.answer]], [[node.observation]]; by, to,
                    else; goal (the step in a few words), visits (most visits of it on one path)

An answer or observation has id, text, next (by default the node's), and anew: slots that get another value there.
The first node is the start, unless `start` names another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from playground.errors import BadTemplate
from playground.twins.flows.check import graph_faults
from playground.twins.flows.flow import ELSE, Action, Flow, Kind, Node, Outcome, Slot, Wording
from playground.twins.flows.shapes import Faults, listed, table, text_of, texts, whole, wordings
from playground.twins.flows.slots import slot_faults
from playground.twins.flows.source import file_text, tables

MOST_NODES = 200
MOST_OUTCOMES = 40
"""Most answers or observations of one node."""
MOST_SLOTS = 200
MOST_ACTIONS = 100
NAME = re.compile(r"[^\W_][\w.-]{0,63}")
"""What an id or an action's name looks like, in any script."""
_TOP = (
    *("name", "title", "lang", "intro", "rules", "visits", "handover", "beyond", "plan", "approved", "start"),
    *("slots", "actions", "node"),
)
_NODE = (
    *("id", "kind", "text", "thought", "next", "action", "input", "answer", "observation", "by", "to", "else"),
    *("visits", "goal"),
)


def read_flow(text: str) -> Flow:
    """The flow of a file's text. Raises BadTemplate with its first fault; faults_of tells them all."""
    flow, faults = _read(text)
    if flow is None or faults:
        raise faults[0]
    return flow


def open_flow(path: Path) -> Flow:
    """The flow of a file. Raises BadTemplate for a file that cannot be read, and as read_flow does."""
    return read_flow(file_text(path))


def faults_of(text: str) -> tuple[str, ...]:
    """Every fault of a flow file's text, a sentence each; none where it can be used. Never raises."""
    return tuple(dict.fromkeys(str(fault) for fault in _read(text)[1]))


def _read(text: str) -> tuple[Flow | None, Faults]:
    faults: Faults = []
    try:
        top = tables(text)
    except BadTemplate as error:
        return None, [error]
    _strange("the flow", top, _TOP, faults)
    nodes = _nodes(top.get("node", []), faults)
    lang = top.get("lang", "zh")
    if lang not in ("zh", "en"):
        faults.append(BadTemplate(f"lang is {lang!r:.60}; it must be one of: zh, en"))
    title = text_of(top.get("title", ""), "title", faults)
    name = text_of(top.get("name", "flow"), "name", faults)
    if not NAME.fullmatch(name):
        faults.append(BadTemplate(f"name is {name!r:.60}; it must be letters, digits, . - and _"))
    flow = Flow(
        name=name,
        title=title or name,
        lang=cast(Literal["zh", "en"], lang),
        intro=text_of(top.get("intro", ""), "intro", faults),
        rules=texts(top.get("rules", []), "rules", faults),
        slots=_slots(top.get("slots", {}), faults),
        actions=_actions(top.get("actions", {}), faults),
        nodes=nodes,
        start=text_of(top.get("start", ""), "start", faults) or next(iter(nodes), ""),
        visits=whole(top.get("visits", 2), "visits", 1, 9, faults),
        handover=text_of(top.get("handover", ""), "handover", faults),
        beyond=texts(top.get("beyond", []), "beyond", faults),
        plan=texts(top.get("plan", []), "plan", faults),
        approved=texts(top.get("approved", []), "approved", faults),
    )
    # A graph of half-read nodes would be found faulty in ways that are not the file's.
    return flow, faults or graph_faults(flow)


def _strange(where: str, given: Mapping[str, Any], allowed: Iterable[str], faults: Faults) -> None:
    if strange := sorted(given.keys() - set(allowed)):
        there = ", ".join(allowed)
        faults.append(BadTemplate(f"{where}: setting {strange[0]!r:.60} is not known; there is: {there}"))


# ---- slots and actions -------------------------------------------------------------------------------


def _slots(value: Any, faults: Faults) -> dict[str, Slot]:
    made: dict[str, Slot] = {}
    for name, given in table(value, "slots", MOST_SLOTS, faults).items():
        if not name.isidentifier():
            faults.append(BadTemplate(f"slot {name!r:.60}: its name cannot be; use letters, digits and _"))
            continue
        short = {"kind": given} if isinstance(given, str) else {"kind": "choice", "values": given}
        entry = table(given if isinstance(given, dict) else short, f"slot {name!r}", MOST_SLOTS, faults)
        options = {key: entry[key] for key in entry if key not in ("kind", "label")}
        kind = text_of(entry.get("kind", "choice"), f"slot {name!r}, kind", faults)
        label = text_of(entry.get("label", name), f"slot {name!r}, label", faults)
        made[name] = Slot(name, kind, label or name, options)
    faults.extend(slot_faults(made))
    return {name: _with_offer(slot, made) for name, slot in made.items()}


def _with_offer(slot: Slot, slots: Mapping[str, Slot]) -> Slot:
    """The ordinal of a pick, told what there is to pick from."""
    picked = slots.get(str(slot.options.get("of"))) if slot.kind == "nth" else None
    if picked is None:
        return slot
    return replace(slot, options={**slot.options, "among": tuple(picked.options.get("of", ()))})


def _actions(value: Any, faults: Faults) -> dict[str, Action]:
    made: dict[str, Action] = {}
    for name, given in table(value, "actions", MOST_ACTIONS, faults).items():
        where = f"action {name!r:.60}"
        if not NAME.fullmatch(name):
            faults.append(BadTemplate(f"action {name!r:.60}: its name cannot be; use letters, digits, . - and _"))
        entry = table(given, where, 10, faults)
        _strange(where, entry, ("text", "input"), faults)
        properties: dict[str, dict[str, Any]] = {}
        required = []
        for argument, told in table(entry.get("input", {}), f"{where}, input", 60, faults).items():
            schema = {"description": told} if isinstance(told, str) else dict(table(told, where, 20, faults))
            if not schema.pop("optional", False):
                required.append(argument)
            properties[argument] = {"type": "string", **schema}
            if properties[argument]["type"] not in ("string", "integer"):
                faults.append(
                    BadTemplate(f"action {name!r}: type of {argument!r:.60} is not known; write string or integer")
                )
        made[name] = Action(name, text_of(entry.get("text", ""), where, faults), properties, tuple(required))
    return made


# ---- nodes -------------------------------------------------------------------------------------------


def _nodes(value: Any, faults: Faults) -> dict[str, Node]:
    made: dict[str, Node] = {}
    for number, given in enumerate(listed(value, "node", MOST_NODES, faults), 1):
        entry = table(given, f"node {number}", 40, faults)
        name = entry.get("id")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            faults.append(BadTemplate(f"node {number}: id is {name!r:.60}; it must be letters, digits, . - and _"))
            continue
        if name in made:
            faults.append(BadTemplate(f"node {name!r}: the id is there twice; give each node its own"))
        made[name] = _node(name, entry, faults)
    return made


def _node(name: str, entry: Mapping[str, Any], faults: Faults) -> Node:
    where, kind = f"node {name!r}", entry.get("kind")
    _strange(where, entry, _NODE, faults)
    if kind not in get_args(Kind):
        faults.append(BadTemplate(f"{where}: kind is {kind!r:.60}; it must be one of: {', '.join(get_args(Kind))}"))
    text = entry.get("text", [])
    node = Node(
        id=name,
        kind=cast(Kind, kind),
        says=wordings(text, f"{where}: text", faults),
        thoughts=wordings(entry.get("thought", []), f"{where}: thought", faults),
        outcomes=_outcomes(name, str(kind), entry, faults),
        action=text_of(entry.get("action", ""), f"{where}: action", faults),
        input=_input(name, entry.get("input", {}), faults),
        by=text_of(entry.get("by", ""), f"{where}: by", faults),
        visits=whole(entry["visits"], f"{where}: visits", 1, 9, faults) if "visits" in entry else 0,
        goal=text_of(entry.get("goal", ""), f"{where}: goal", faults),
    )
    if node.kind in ("say", "end") and not node.says:
        faults.append(BadTemplate(f"node {name!r}: text is empty; write what the assistant says"))
    return node


def _input(name: str, value: Any, faults: Faults) -> dict[str, str]:
    """Argument to slot. A value that were more than one slot could not be found again in what was said."""
    made: dict[str, str] = {}
    for argument, given in table(value, f"node {name!r}: input", 60, faults).items():
        read: Faults = []
        found = wordings(given, "", read) if isinstance(given, str) else ()
        compiled = found[0].form if found and not read else None
        if compiled is None or len(compiled.parts) != 1 or any(compiled.literals) or compiled.parts[0].how:
            faults.append(
                BadTemplate(
                    f"node {name!r}: input {argument!r:.60} is {given!r:.60}; it must be one {{{{slot}}}} alone"
                )
            )
            continue
        made[argument] = compiled.parts[0].name
    return made


def _outcomes(node: str, kind: str, entry: Mapping[str, Any], faults: Faults) -> tuple[Outcome, ...]:
    where = f"node {node!r}"
    onward = text_of(entry.get("next", ""), f"{where}: next", faults)
    if kind == "say":
        return (Outcome("next", (), onward),)
    if kind == "branch":
        cases = table(entry.get("to", {}), f"{where}: to", MOST_OUTCOMES, faults)
        made = [Outcome(name, (), text_of(to, f"{where}: to", faults)) for name, to in cases.items()]
        return (*made, Outcome(ELSE, (), text_of(entry[ELSE], where, faults))) if ELSE in entry else tuple(made)
    side = {"ask": "answer", "act": "observation"}.get(kind)
    found: dict[str, Outcome] = {}
    for number, given in enumerate(
        listed(entry.get(side, []), f"{where}: {side}", MOST_OUTCOMES, faults) if side else [], 1
    ):
        told = given if isinstance(given, dict) else {"text": given}
        _strange(where, told, ("id", "text", "next", "anew"), faults)
        name = text_of(told.get("id", str(number)), f"{where}: {side}", faults)
        if name in found:
            faults.append(BadTemplate(f"node {node!r}: the id {name!r:.60} is there twice; give each outcome its own"))
        spoken: tuple[Wording, ...] = wordings(
            told.get("text", []), f"{where}: {name}", faults, structured=side != "answer"
        )
        if not spoken:
            faults.append(BadTemplate(f"node {node!r}: {name!r:.60} holds an empty wording; write one or take it out"))
        anew = texts(told.get("anew", []), f"{where}: {name}", faults)
        found[name] = Outcome(
            name, spoken, text_of(told.get("next", onward), f"{where}: {name}", faults), frozenset(anew)
        )
    return tuple(found.values())
