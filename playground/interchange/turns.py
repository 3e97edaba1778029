"""Conversations in the forms people keep them in, as messages: OpenAI, ShareGPT, pairs of turns, Thought and Action."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from playground.errors import BadSample
from playground.interchange.calls import call_text, calls_in, read_call
from playground.interchange.column_names import bare
from playground.interchange.jsons import parsed
from playground.records import Message, Role, message

ROLE_KEYS = ("role", "from", "speaker", "角色")
CONTENT_KEYS = ("content", "value", "text", "message", "内容")
_SAME: dict[Role | Literal["call"], tuple[str, ...]] = {
    "system": ("system", "developer", "系统"),
    "user": ("user", "human", "prompter", "customer", "client", "用户", "客户", "顾客", "买家", "问"),
    "assistant": (
        *("assistant", "gpt", "bot", "chatgpt", "model", "agent", "ai", "bard", "bing", "claude"),
        *("助手", "客服", "机器人", "卖家", "答"),
    ),
    "tool": (
        *("tool", "observation", "function", "functionresponse", "toolresponse", "toolresult", "ipython"),
        *("environment", "工具", "观察"),
    ),
    "call": ("functioncall", "toolcall", "toolcalls"),
}
ROLES = {name: role for role, names in _SAME.items() for name in names}
_STEP = re.compile(
    r"^\s*(Thought|Action|Observation|思考|行动|动作|观察)(?:\s*\d+)?\s*[:：]", re.MULTILINE | re.IGNORECASE
)
_SEEN = ("observation", "观察")
_REWARD = re.compile(r"^.*Episode finished, reward.*$", re.MULTILINE)


def looks_like_turns(value: Any) -> bool:
    """Whether a value is a conversation, or the text of one."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = parsed(value)
        except BadSample:
            return False
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and _speaks(one) for one in value)


def turns_of(value: Any) -> list[Message]:
    """The messages of a conversation, of pairs of question and answer, or of the text of either. Raises BadSample."""
    if isinstance(value, str):
        value = parsed(value) if value.strip() else []
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadSample(f"the conversation is {value!r:.60}; it must be a list of messages")
    made: list[Message] = []
    ids: list[str] = []
    results: list[tuple[int, Message]] = []
    for one in value:
        turn, called = _turn(one)
        if turn and turn[0]["role"] == "tool":
            results.append((_place(one, ids, len(results)), turn[0]))
            continue
        made += _in_order(results)
        results = []
        made += turn
        ids = called or ids
    return made + _in_order(results)


def steps_of(text: str) -> list[Message]:
    """A run of Thought, Action and Observation as turns: what was observed is told by the user.

    The line that tells a run's reward, and what was observed after the last action, are nobody's to learn.
    """
    marks = list(_STEP.finditer(text))
    made: list[Message] = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        part = _REWARD.sub("", text[mark.start() : following.start() if following else len(text)]).strip()
        role: Role = "user" if mark[1].casefold() in _SEEN else "assistant"
        if made and made[-1]["role"] == role:
            made[-1]["content"] += f"\n{part}"
        else:
            made.append(Message(role=role, content=part))
    head = text[: marks[0].start()].strip() if marks else text.strip()
    if head and made:
        made[0]["content"] = f"{head}\n{made[0]['content']}"
    while made and made[-1]["role"] == "user":
        made.pop()
    return made


def has_steps(text: Any) -> bool:
    """Whether a text is a run of several steps, with what was observed between them."""
    found = {mark[1].casefold() for mark in _STEP.finditer(text)} if isinstance(text, str) else set()
    return bool(found & {*_SEEN}) and bool(found & {"action", "行动", "动作"})


def as_text(value: Any) -> str:
    """A value as what is said: a text as it is, nothing for null, anything else as JSON. Raises BadSample."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and value and all(_is_part(one) for one in value):
        return "\n".join(one if isinstance(one, str) else _part(one) for one in value)
    return json.dumps(value, ensure_ascii=False)


def check_turns(turns: Sequence[Message]) -> None:
    """Raise BadSample unless it is system, then user and assistant by turns, tools after a call, an answer last."""
    before = ""
    for number, turn in enumerate(turns, 1):
        role = turn["role"]
        if role != "system" and not turn["content"].strip():
            raise BadSample(f"message {number}, the {role}'s, is empty; fill or drop it")
        fits = {
            "system": before == "",
            "user": before in ("", "system", "assistant"),
            "assistant": before in ("user", "tool"),
            "tool": before in ("assistant", "tool"),
        }
        if not fits[role] and before in ("", "system"):
            raise BadSample(f"the conversation begins with the {role}'s turn; begin with the user's")
        if not fits[role]:
            raise BadSample(f"message {number} is the {role}'s after the {before}'s; turns must alternate")
        before = role
    if before != "assistant":
        raise BadSample("the row ends without its answer; add the assistant's message")
    if not any(turn.get("weight", 1) for turn in turns if turn["role"] == "assistant"):
        raise BadSample("every answer of the row has weight 0; give the one to be learned weight 1")


def _speaks(one: dict[str, Any]) -> bool:
    if any(isinstance(one.get(key), str) for key in ROLE_KEYS):
        return True
    return sum(bare(str(key)) in ROLES for key in one) >= 2


def _turn(one: Any) -> tuple[list[Message], list[str]]:
    """The messages an entry stands for, and the ids of the calls it makes."""
    if isinstance(one, list | tuple) and len(one) == 2:
        pair = (Message(role="user", content=as_text(one[0])), Message(role="assistant", content=as_text(one[1])))
        return list(pair), []
    if not isinstance(one, dict):
        raise BadSample(f"a message is {one!r:.60}; it must be an object with role and content")
    told = next((one[key] for key in ROLE_KEYS if isinstance(one.get(key), str)), None)
    if told is None:
        pairs = [(ROLES.get(bare(str(key))), value) for key, value in one.items()]
        spoken = [{"role": role, "content": as_text(value)} for role, value in pairs if role and role != "call"]
        if not spoken:
            raise BadSample(f"a message is {one!r:.60}; it must be an object with role and content")
        return [message(turn, "message") for turn in spoken], []
    role = ROLES.get(bare(told))
    if role is None:
        raise BadSample(f"a message has role {told!r:.60}; it must be system, user, assistant or tool")
    content = as_text(next((one[key] for key in CONTENT_KEYS if key in one), None))
    calls = one.get("tool_calls") or ([one["function_call"]] if one.get("function_call") else [])
    if role == "call":
        role, calls, content = "assistant", calls or calls_in(content) or [content], ""
    if not isinstance(calls, list):
        raise BadSample(f"the calls of a message are {calls!r:.60}; they must be a list")
    if calls:
        line = call_text([read_call(call) for call in calls])
        content = f"{content.rstrip()}\n{line}" if content.strip() else line
    made = message({"role": role, "content": content, "weight": one.get("weight", 1)}, "message")
    if role != "assistant":
        made.pop("weight", None)
    return [made], [str(call.get("id", "")) for call in calls if isinstance(call, dict)]


def _place(result: dict[str, Any], ids: list[str], arrived: int) -> int:
    """Which of the calls before it a tool's message answers. Raises BadSample for a call that is not there."""
    wanted = result.get("tool_call_id")
    if not isinstance(wanted, str) or not any(ids):
        return arrived
    if wanted not in ids:
        raise BadSample(f"a tool's message answers the call {wanted!r:.60}, which is not there; mend its tool_call_id")
    return ids.index(wanted)


def _in_order(results: list[tuple[int, Message]]) -> list[Message]:
    """Several results in the order of their calls, for nothing else tells here which is whose."""
    return [turn for _, turn in sorted(results, key=lambda one: one[0])]


def _is_part(one: Any) -> bool:
    return isinstance(one, str) or (isinstance(one, dict) and isinstance(one.get("type"), str))


def _part(one: dict[str, Any]) -> str:
    text = one.get("text", one.get("refusal"))
    if not isinstance(text, str):
        raise BadSample(f"a message holds a part of type {one['type']!r:.60}; only text can be learned")
    return text
