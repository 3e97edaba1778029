"""The forms of a row: ReAct turns in messages, tool calls with a role of their own, plan and solve.

react   Thought / Action: Name[input], the result as a user's Observation, Thought / Final Answer
tools   one line of JSON {"name", "arguments"}, the result in role tool, plain words to the customer
plan    react, its first turn a numbered plan, its thoughts numbered by it
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from playground.errors import BadSetting
from playground.records import Message
from playground.twins.flows.flow import Flow
from playground.twins.flows.play import Beat, goal_of
from playground.twins.flows.wordings import said

Form = Literal["react", "tools", "plan"]
FORMS: tuple[str, ...] = get_args(Form)
Input = Literal["json", "text"]


@dataclass(frozen=True)
class Markers:
    """The words that open the parts of a turn, without their colon."""

    thought: str = "Thought"
    action: str = "Action"
    observation: str = "Observation"
    reply: str = "Reply"
    """Words to the customer, who answers next."""
    final: str = "Final Answer"

    def __post_init__(self) -> None:
        """Raise BadSetting for a marker that could not be told from the text."""
        words = (self.thought, self.action, self.observation, self.reply, self.final)
        for word in words:
            fits = isinstance(word, str) and 0 < len(word) <= 24 and word == word.strip() and word.isprintable()
            if not fits or set(":：[]{}") & set(word) or word.isdigit():
                raise BadSetting(f"marker is {word!r:.60}; it must be 1 to 24 characters without colons or brackets")
        if len({word.casefold() for word in words}) != len(words):
            raise BadSetting(f"markers are {', '.join(words)!r:.80}; give each its own")


ENGLISH = Markers()
CHINESE = Markers("思考", "行动", "观察", "回复", "最终答案")


def messages_of(flow: Flow, beats: Sequence[Beat], form: Form, marks: Markers, how: Input) -> tuple[Message, ...]:
    """A played path as a row's messages, system text first."""
    system = Message(role="system", content=system_text(flow, form, marks, how))
    if form == "tools":
        return (system, *_tool_turns(beats))
    return (system, *_react_turns(flow, beats, form, marks, how))


def _tool_turns(beats: Sequence[Beat]) -> Iterator[Message]:
    for beat in beats:
        if beat.kind == "call":
            yield Message(role="assistant", content=_json({"name": beat.text, "arguments": dict(beat.arguments)}))
        elif beat.kind == "observation":
            yield Message(role="tool", content=beat.text)
        else:
            yield Message(role="user" if beat.kind == "user" else "assistant", content=beat.text)


def _react_turns(flow: Flow, beats: Sequence[Beat], form: Form, marks: Markers, how: Input) -> Iterator[Message]:
    lines, places = plan_of(flow) if form == "plan" else ((), {})
    intro = said(flow.lang, "plan_intro")[0]
    plan = "".join(f"{line}\n" for line in (intro, *(f"{n}. {one}" for n, one in enumerate(lines, 1)))) if lines else ""
    for beat in beats:
        if beat.kind == "user":
            yield Message(role="user", content=beat.text)
        elif beat.kind == "observation":
            yield Message(role="user", content=f"{marks.observation}: {beat.text}".rstrip())
        else:
            number = places.get(beat.node)
            step = said(flow.lang, "plan_step")[0].replace("{{n}}", str(number)) if number else ""
            word = {"reply": marks.reply, "final": marks.final}.get(beat.kind, marks.action)
            text = _call(flow, beat, how) if beat.kind == "call" else beat.text
            yield Message(role="assistant", content=f"{plan}{marks.thought}: {step}{beat.thought}\n{word}: {text}")
            plan = ""


def _call(flow: Flow, beat: Beat, how: Input) -> str:
    """Name[input]; a single argument as plain text where that is asked for and no bracket stands in it."""
    properties = flow.actions[beat.text].properties
    if how == "text" and len(properties) <= 1:
        text = "".join(str(value) for value in beat.arguments.values())
        if not set("[]\n") & set(text):
            return f"{beat.text}[{text}]"
    return f"{beat.text}[{_json(dict(beat.arguments))}]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---- the plan ----------------------------------------------------------------------------------------


def plan_of(flow: Flow) -> tuple[tuple[str, ...], dict[str, int]]:
    """The plan's lines, and node id to the number of its line.

    It is the procedure's and not the path's: nobody can plan what a tool will answer. What some path
    does without is marked as needed only perhaps. A flow's own plan has no numbers to go by.
    """
    if flow.plan:
        return flow.plan, {}
    lines: list[str] = []
    places: dict[str, int] = {}
    ends = []
    for name in _in_order(flow):
        node = flow.nodes[name]
        if node.kind == "end":
            ends.append(name)
        elif node.kind in ("ask", "act") and name != flow.start:
            action = flow.actions.get(node.action)
            what = node.goal or (action.text or action.name if action else goal_of(flow, node))
            line = said(flow.lang, f"plan_{node.kind}")[0].replace("{{action}}", node.action).replace("{{what}}", what)
            lines.append(line if _needed(flow, name) else said(flow.lang, "plan_if")[0] + line)
            places[name] = len(lines)
    lines.append(said(flow.lang, "plan_end")[0])
    return tuple(lines), {**places, **dict.fromkeys(ends, len(lines))}


def _in_order(flow: Flow) -> list[str]:
    found, waiting = [flow.start], [flow.start]
    while waiting:
        for one in flow.nodes[waiting.pop(0)].outcomes:
            if one.next not in found:
                found.append(one.next)
                waiting.append(one.next)
    return found


def _needed(flow: Flow, name: str) -> bool:
    """Whether no end can be reached without this node."""
    found, waiting = {flow.start, name}, [flow.start]
    while waiting:
        node = flow.nodes[waiting.pop()]
        if node.kind == "end":
            return False
        for one in node.outcomes:
            if one.next not in found:
                found.add(one.next)
                waiting.append(one.next)
    return True


# ---- the system text ---------------------------------------------------------------------------------


def system_text(flow: Flow, form: Form, marks: Markers, how: Input) -> str:
    """What the assistant is told: who it is, its tools, its rules and the form of its turns."""
    lang = flow.lang
    tools = [_told(flow, name) for name in flow.actions]
    rules = [f"{n}. {rule}" for n, rule in enumerate(flow.rules or said(lang, "rules"), 1)]
    parts = [flow.intro or flow.title]
    if tools:
        parts += ["\n".join([said(lang, "system_list")[0], *tools])]
    parts += ["\n".join([said(lang, "system_rules")[0], *rules])]
    if form == "tools":
        parts.append(said(lang, "system_tools")[0])
    else:
        text = said(lang, "system_react")[0].strip().replace("{{input}}", said(lang, f"input_{how}")[0])
        for mark in ("thought", "action", "observation", "reply", "final"):
            text = text.replace(f"{{{{{mark}}}}}", getattr(marks, mark))
        parts.append(text)
    if form == "plan":
        parts.append(said(lang, "system_plan")[0])
    return "\n\n".join(parts)


def _told(flow: Flow, name: str) -> str:
    action = flow.actions[name]
    arguments = {key: value.get("description", key) for key, value in action.properties.items()}
    return f"- {name}: {action.text} {_json(arguments)}"
