"""A row's turns as steps: thought, action, observation, reply, end, in any of the ways people write them.

Markers with or without a number (Thought 2:), in bold, in English or Chinese; name[input], name(input), Action and
Action Input on two lines, a blob of JSON; tool calls as one line of JSON, in a fence or in tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from playground.records import Message, Row
from playground.twins.flows.forms import Markers

MOST_TURNS = 2_000
"""Turns of a row that are looked at."""
LONGEST_TURN = 200_000
"""Characters of a turn that are looked at."""
Kind = Literal["system", "user", "thought", "action", "observation", "reply", "final", "plan", "text"]
Style = Literal["react", "tools", "plain"]

_WORDS: Mapping[str, tuple[str, ...]] = {
    "thought": ("thought", "thoughts", "think", "thinking", "思考", "想法", "思路"),
    "input": ("action input", "action_input", "行动输入", "动作输入", "工具输入"),
    "action": ("action", "act", "行动", "动作", "操作"),
    "observation": ("observation", "obs", "观察", "观察结果", "观测"),
    "final": ("final answer", "final_answer", "answer", "最终答案", "最终回答", "最终答复", "最终回复"),
    "reply": ("reply", "say", "response", "回复"),
    "plan": ("plan", "计划"),
}
_ENDS = frozenset(("finish", "final_answer", "final answer", "完成", "结束"))
"""Actions that are an end."""
_THINK = re.compile(r"\s*<think>(.*?)</think>", re.DOTALL)
_CALL = re.compile(
    r"(?P<name>[^\[\](){}【】\n:：\"]{1,80}?)\s*"
    r"(?:\[(?P<square>.*)\]|【(?P<heavy>.*)】|[(（](?P<round>.*)[)）])\s*[.。]?",
    re.DOTALL,
)
_ONE_LINE = re.compile(r"[^\[\](){}\n:：\"]{1,80}\[[^\n]*\]")
# No opening tag inside, so that a text of opening tags alone is not searched to its end from each.
_TAGGED = re.compile(r"<(tool_call|function_call)>((?:(?!<(?:tool|function)_call>).)*?)</\1>", re.DOTALL)
_BEGUN = re.compile(r"\[?\s*\{\s*\"(?:name|action|tool|function)\"\s*:")
_FENCE = re.compile(r"\A\s*```(?:json|tool_code)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_NAMES = ("name", "action", "tool", "function", "tool_name")
_INPUTS = ("arguments", "action_input", "input", "parameters", "args")
_NUMBERED = re.compile(r"^\s*\d+[.、)）]", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """One step of a row, or a part of one."""

    turn: int
    """Number of its message, from 1."""
    kind: Kind
    text: str
    """The words; of an action its input as written."""
    name: str = ""
    """The action's name, "" where it cannot be read."""
    own: bool = True
    """False for what the assistant did not write."""
    value: Any = None
    """The action's input where it was JSON, else its text; None where there is none."""
    broken: str = ""
    """Why the input is not the JSON it sets out to be, "" where it is."""


@dataclass(frozen=True)
class Told:
    """A row that was read."""

    style: Style
    """react with markers, tools with calls of their own, plain with neither."""
    parts: tuple[Part, ...]


def read_steps(row: Row, marks: Markers | None = None) -> Told:
    """The steps of any row; what cannot be read as a step is text. Never raises."""
    pattern, kinds = _pattern(marks)
    parts: list[Part] = []
    style: Style = "plain"
    for turn, message in enumerate(row.messages[:MOST_TURNS], 1):
        text = message["content"][:LONGEST_TURN]
        if message["role"] != "assistant":
            parts.append(_heard(turn, message, text, pattern, kinds))
            continue
        if calls := _calls(text):
            parts += [_action(turn, *call) for call in calls]
            style = "tools" if style == "plain" else style
        else:
            said = list(_marked(turn, text, pattern, kinds))
            parts += said
            if any(part.kind in ("thought", "action", "final") for part in said):
                style = "react"
    if any(message["role"] == "tool" for message in row.messages[:MOST_TURNS]) and style == "plain":
        style = "tools"
    return Told(style, tuple(_settled(parts, style)))


@lru_cache(maxsize=32)
def _pattern(marks: Markers | None) -> tuple[re.Pattern[str], dict[str, str]]:
    words = {word: kind for kind, listed in _WORDS.items() for word in listed}
    if marks is not None:
        words |= {
            getattr(marks, kind).casefold(): kind for kind in ("thought", "action", "observation", "reply", "final")
        }
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(
        rf"^[ \t>*#_]*({either})[ \t]*\d*[ \t]*[*_]*[ \t]*[:：][*_]*", re.MULTILINE | re.IGNORECASE
    ), words


def _heard(turn: int, message: Message, text: str, pattern: re.Pattern[str], kinds: Mapping[str, str]) -> Part:
    role = message["role"]
    if role == "system":
        return Part(turn, "system", text, own=False)
    if role == "tool":
        return Part(turn, "observation", text, own=False)
    found = pattern.match(text.lstrip())
    if found and kinds[found[1].casefold()] == "observation":
        return Part(turn, "observation", text.lstrip()[found.end() :].strip(), name="marked", own=False)
    return Part(turn, "user", text, own=False)


def _settled(parts: Sequence[Part], style: Style) -> Iterator[Part]:
    """Where no result of the row is marked, what follows an action is its result."""
    marked = any(part.kind == "observation" and not part.own for part in parts)
    before: Part | None = None
    for part in parts:
        if part.kind == "user" and not marked and style == "react" and before is not None and before.kind == "action":
            part = Part(part.turn, "observation", part.text, own=False)
        if part.kind == "text" and style != "react":
            part = Part(part.turn, "reply", part.text)
        yield part
        before = part


# ---- the assistant's turns ---------------------------------------------------------------------------


def _marked(turn: int, text: str, pattern: re.Pattern[str], kinds: Mapping[str, str]) -> Iterator[Part]:
    if thinks := _THINK.match(text):
        yield Part(turn, "thought", thinks[1].strip())
        text = text[thinks.end() :]
    found = list(pattern.finditer(text))
    head = text[: found[0].start()] if found else text
    if head.strip():
        yield Part(turn, "plan" if found and _NUMBERED.search(head) else "text", head.strip())
    place = 0
    while place < len(found):
        kind, body = kinds[found[place][1].casefold()], _body(text, found, place)
        if kind == "action":
            after = place + 1 < len(found) and kinds[found[place + 1][1].casefold()] == "input"
            place += after
            yield from _actions(turn, body, _body(text, found, place) if after else None)
        elif kind == "input":
            yield _action(turn, "", body)
        else:
            yield Part(turn, kind, body)  # type: ignore[arg-type]
        place += 1


def _body(text: str, found: Sequence[re.Match[str]], place: int) -> str:
    end = found[place + 1].start() if place + 1 < len(found) else len(text)
    return text[found[place].end() : end].strip()


def _actions(turn: int, body: str, given: str | None) -> Iterator[Part]:
    """The actions under one marker: name[input] lines, a call in JSON, or a name with its input beside."""
    if given is not None:
        yield _action(turn, body.strip("`[]() "), given)
        return
    if calls := _calls(body):
        yield from (_action(turn, *call) for call in calls)
        return
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    if len(lines) > 1 and all(_ONE_LINE.fullmatch(line) for line in lines):
        for line in lines:
            yield from _actions(turn, line, None)
        return
    call = _CALL.fullmatch(body.strip("` \n"))
    if call:
        given = next(one for one in (call["square"], call["heavy"], call["round"]) if one is not None)
        yield _action(turn, call["name"].strip(), given)
    elif len(body) <= 80 and not set("[](){}\n") & set(body):
        yield _action(turn, body, "")
    else:
        yield Part(turn, "action", body, broken="it is not Name[input]")


def _action(turn: int, name: str, given: Any) -> Part:
    """An action, or the end where its name says so; an input that begins like JSON has to be JSON."""
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    if name.casefold() in _ENDS:
        return Part(turn, "final", text.strip(), name=name)
    value, broken = given, ""
    if isinstance(given, str):
        value, broken = _read(given.strip())
    return Part(turn, "action", text.strip(), name=name, value=value, broken=broken)


def _read(text: str) -> tuple[Any, str]:
    if text.startswith("```") and (fence := _FENCE.match(text)):
        text = fence[1].strip()
    if text[:1] in "{[":
        try:
            return json.loads(text), ""
        except (ValueError, RecursionError) as error:
            # A text in brackets may be meant as a text; an object in braces may not.
            return text, str(error).split("\n")[0][:80] if text[:1] == "{" else ""
    return text or None, ""


def _calls(text: str) -> list[tuple[str, Any]]:
    """(name, input) of calls that are all there is of a text; none where it is anything else."""
    tagged = [inside for _, inside in _TAGGED.findall(text)]
    fence = _FENCE.match(text)
    pieces = tagged or [fence[1] if fence else text]
    found: list[tuple[str, Any]] = []
    for piece in pieces:
        piece = piece.strip()
        values = _json(piece)
        if values is None and not tagged:
            # Several calls, one JSON object a line.
            lines = [line for line in piece.splitlines() if line.strip()]
            read = [_json(line) for line in lines] if 1 < len(lines) <= 50 else []
            values = None if not read or None in read else [one for part in read for one in part or ()]
        made = [_named(value) for value in values or ()]
        if not made or None in made:
            # A call that is cut or garbled is a call all the same where tags or its first key say so.
            if tagged or (values is None and _BEGUN.match(piece)):
                found.append(("", piece))
                continue
            return []
        found += [one for one in made if one is not None]
    return found


def _json(text: str) -> list[Any] | None:
    if text[:1] not in "{[" or not text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else [value]


def _named(value: Any) -> tuple[str, Any] | None:
    """(name, input) of a call in JSON, whatever its keys are called; None for any other object."""
    if not isinstance(value, dict):
        return None
    inner = value.get("function") or value.get("function_call")
    if isinstance(inner, dict):
        return _named(inner)
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
    key = next((key for key in _INPUTS if key in value), None)
    if name is None or (key is None and set(value) - set(_NAMES) - {"id", "type"}):
        return None
    return name, value[key] if key is not None else ""
