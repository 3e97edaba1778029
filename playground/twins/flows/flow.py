"""A flow: a business procedure as nodes that speak, ask, act, branch and end, and what stands in its slots.

Values only: reading a file into them is reading.py, their faults are check.py. Every text is a plain
template, text and {{slot}}, which can do nothing else, so a flow is safe whoever wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from playground.twins.template import Compiled, plain_template

Kind = Literal["say", "ask", "act", "branch", "end"]
ELSE = "else"
"""Outcome of a branch that fits none of its cases."""


@dataclass(frozen=True)
class Wording:
    """One way of putting a turn: a text, or a table that is written as one line of JSON."""

    form: Any
    """A compiled template; in a table, lists and objects with such at the leaves."""
    slots: frozenset[str]

    def render(self, values: Mapping[str, str]) -> str:
        """The text with its slots filled. Raises BadTemplate naming a slot without a value."""
        if isinstance(self.form, Compiled):
            return self.form.render(values)
        return json.dumps(_filled(self.form, values), ensure_ascii=False)


def _filled(form: Any, values: Mapping[str, str]) -> Any:
    if isinstance(form, Compiled):
        return form.render(values)
    if isinstance(form, dict):
        return {key: _filled(value, values) for key, value in form.items()}
    return [_filled(value, values) for value in form] if isinstance(form, list) else form


@dataclass(frozen=True)
class Outcome:
    """What may come of an ask (the customer's answer), an act (an observation) or a branch."""

    id: str
    wordings: tuple[Wording, ...]
    """Empty for a branch."""
    next: str
    """Id of the node after it."""
    anew: frozenset[str] = frozenset()
    """Slots that get another value here though they had one: the customer corrects a number that was not found."""


@dataclass(frozen=True)
class Node:
    """One step of the procedure."""

    id: str
    kind: Kind
    says: tuple[Wording, ...] = ()
    """The assistant's words: of a say, an ask or an end."""
    thoughts: tuple[Wording, ...] = ()
    """What goes before the step in ReAct rows; a common wording stands in where there is none."""
    outcomes: tuple[Outcome, ...] = ()
    """Answers, observations or cases; of a say the one way on, of an end none."""
    action: str = ""
    """Name of the act's action."""
    input: Mapping[str, str] = field(default_factory=dict)
    """Argument of the act to the slot whose value it takes."""
    by: str = ""
    """Id of the ask or act whose last outcome decides a branch."""
    visits: int = 0
    """Most visits on one path; 0 for the flow's own bound."""
    goal: str = ""
    """The step as a line of a plan; "" for one made from its kind."""

    @property
    def needs(self) -> frozenset[str]:
        """Slots that must be known when the node is reached."""
        said = (slot for one in (*self.says, *self.thoughts) for slot in one.slots)
        return frozenset(said) | frozenset(self.input.values())

    def outcome(self, name: str) -> Outcome:
        """The outcome of that id. Raises KeyError where there is none."""
        for one in self.outcomes:
            if one.id == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True)
class Slot:
    """One variable part: what it is, and how its values are drawn (values.py)."""

    name: str
    kind: str
    label: str
    """What a customer calls it."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The kind's own settings: values, by, of, low, high."""

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """Slots that must have a value before this one is drawn."""
        named = [self.options[key] for key in ("by", "after") if self.options.get(key)]
        of = self.options.get("of", ())
        named += [of] if isinstance(of, str) else list(of)
        if self.kind == "composed":
            compiled = plain_template(str(self.options.get("text", "")))
            named += sorted(compiled.slots) if compiled is not None else []
        return tuple(named)


@dataclass(frozen=True)
class Action:
    """A tool of the procedure."""

    name: str
    text: str
    """What it does, for the system text."""
    properties: Mapping[str, Mapping[str, Any]]
    """Argument to its JSON schema."""
    required: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """The function in OpenAI's form."""
        parameters = {
            "type": "object",
            "properties": {name: dict(value) for name, value in self.properties.items()},
            "required": list(self.required),
        }
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.text, "parameters": parameters},
        }


@dataclass(frozen=True)
class Flow:
    """A procedure that was read and found whole."""

    name: str
    title: str
    lang: Literal["zh", "en"]
    intro: str
    """First words of the system text."""
    rules: tuple[str, ...]
    """What the assistant must keep to, one rule each."""
    slots: Mapping[str, Slot]
    actions: Mapping[str, Action]
    nodes: Mapping[str, Node]
    start: str
    """Id of the ask that the customer opens with."""
    visits: int = 2
    """Most visits of a node on one path."""
    handover: str = ""
    """Id of the node that goes on when a tool fails twice; "" ends with an apology."""
    beyond: tuple[str, ...] = ()
    """Requests that no action can do; common ones stand in where there are none."""
    plan: tuple[str, ...] = ()
    """Lines of the plan of a plan-and-solve row; made from the nodes where there are none."""
    approved: tuple[str, ...] = ()
    """Ids of the paths whose example a person has approved."""

    def edges(self) -> Iterator[tuple[str, str]]:
        """Every (node id, outcome id), in the order of the file."""
        for node in self.nodes.values():
            for outcome in node.outcomes:
                yield node.id, outcome.id

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """Slot to all slots whose values are drawn from its own, nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.slots:
            below: dict[str, None] = {}
            waiting = [name]
            while waiting:
                above = waiting.pop(0)
                new = [one.name for one in self.slots.values() if above in one.parents and one.name not in below]
                below.update(dict.fromkeys(new))
                waiting += new
            found[name] = tuple(below)
        return found

    def opened(self, shown: Iterable[str]) -> set[str]:
        """The slots a turn gives away: parts of a composed text, and what an ordinal stands for."""
        opened: set[str] = set()
        waiting = list(shown)
        while waiting:
            name = waiting.pop()
            if name not in opened:
                opened.add(name)
                slot = self.slots[name]
                waiting += slot.parents if slot.kind in ("composed", "nth") else ()
        return opened

    def fills(self, outcome: Outcome) -> set[str]:
        """Slots that every wording of an outcome gives away, so that they are known whichever is drawn."""
        sets = [self.opened(one.slots) for one in outcome.wordings]
        return set.intersection(*sets) if sets else set()

    def most_visits(self, node: str) -> int:
        """Most visits of a node on one path."""
        return self.nodes[node].visits or self.visits

    @cached_property
    def gold(self) -> tuple[str, ...]:
        """Slots of the answer: those in an argument or a final answer, in the order of the file."""
        used = {slot for node in self.nodes.values() for slot in node.input.values()}
        used |= {slot for node in self.nodes.values() if node.kind == "end" for one in node.says for slot in one.slots}
        return tuple(name for name in self.slots if name in used)

    @cached_property
    def tools(self) -> tuple[dict[str, Any], ...]:
        """The schemas of all actions, in OpenAI's form."""
        return tuple(action.schema() for action in self.actions.values())
