"""Calls of functions: between the objects of hosted fine-tuning and the text that is learned here.

An assistant's call is one line of JSON, {"name": ..., "arguments": {...}}, or a list of them; what the
function gave back is a message of the role tool.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playground.errors import BadSample
from playground.interchange.jsons import parsed
from playground.records import Message, check_writable, json_line

Call = Mapping[str, Any]
"""{"name": text, "arguments": object}."""


def call_text(calls: Sequence[Call]) -> str:
    """The line an assistant says to make these calls."""
    return json_line(calls[0] if len(calls) == 1 else list(calls)).rstrip("\n")


def calls_in(text: str) -> list[Call] | None:
    """The calls that a text is; None for a text that is anything else."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value = parsed(text)
    except BadSample:
        return None
    listed = value if isinstance(value, list) else [value]
    return listed if listed and all(_is_call(one) for one in listed) else None


def said_and_called(text: str) -> tuple[str, list[Call]] | None:
    """What an assistant says before its calls, and the calls, which are the last line; None for a text without."""
    whole = calls_in(text)
    if whole is not None:
        return "", whole
    said, line_end, last = text.rstrip().rpartition("\n")
    calls = calls_in(last) if line_end and last else None
    return (said, calls) if calls is not None else None


def read_call(value: Any) -> Call:
    """A call in OpenAI's form or bare, its arguments an object or the text of one. Raises BadSample."""
    inner = value.get("function", value) if isinstance(value, dict) else None
    if not isinstance(inner, dict) or not isinstance(inner.get("name"), str) or not inner["name"].strip():
        raise BadSample(f"a call is {value!r:.60}; it must have a name and arguments")
    arguments = inner.get("arguments", inner.get("parameters"))
    if isinstance(arguments, str):
        try:
            arguments = parsed(arguments) if arguments.strip() else {}
        except BadSample as error:
            raise BadSample(f"the arguments of {inner['name']!r:.60} are not JSON; mend or drop the row") from error
    if not isinstance(arguments := {} if arguments is None else arguments, dict):
        raise BadSample(f"the arguments of {inner['name']!r:.60} are {arguments!r:.60}; they must be an object")
    return {"name": inner["name"], "arguments": arguments}


def read_tools(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The functions on offer in OpenAI's form, out of that form, of bare functions, or of the text of either.

    Raises BadSample for anything else.
    """
    if isinstance(value, str):
        value = parsed(value) if value.strip() else []
    listed = [value] if isinstance(value, dict) else value
    if listed is None or listed == []:
        return ()
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadSample(f"tools are {value!r:.60}; they must be a list of objects")
    check_writable(json.dumps(listed, ensure_ascii=False), "tools")
    wrapped = [
        one if isinstance(one.get("function"), dict) else {"type": "function", "function": one} for one in listed
    ]
    for one in wrapped:
        if not isinstance(one["function"].get("name"), str):
            raise BadSample(f"a function on offer is {one['function']!r:.60}; it must have a name")
    return tuple(wrapped)


def tools_text(tools: Iterable[Mapping[str, Any]]) -> str:
    """The functions on offer as they stand in the system message of a brought row."""
    lines = (json_line(tool.get("function", tool)).rstrip("\n") for tool in tools)
    return "\n".join(("Functions:", *lines))


def with_tools(messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """The messages with the text of the tools in the system message, unless each tool's name stands there already.

    A checkpoint's template is given the messages alone, so what is not in them cannot be learned.
    """
    named = [str(tool.get("function", tool).get("name", "")) for tool in tools]
    before = "\n".join(turn["content"] for turn in messages if turn["role"] in ("system", "user"))
    if not tools or all(name in before for name in named):
        return tuple(messages)
    text = tools_text(tools)
    if messages and messages[0]["role"] == "system":
        return (Message(role="system", content=f"{messages[0]['content']}\n\n{text}"), *messages[1:])
    return (Message(role="system", content=text), *messages)


def without_tools(messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """The messages as they were before `with_tools`, for forms that have a place of their own for the tools."""
    text = tools_text(tools)
    if not tools or not messages or messages[0]["role"] != "system" or not messages[0]["content"].endswith(text):
        return tuple(messages)
    rest = messages[0]["content"][: -len(text)].removesuffix("\n\n")
    return (*((Message(role="system", content=rest),) if rest else ()), *messages[1:])


def _is_call(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"name", "arguments"}
        and isinstance(value["name"], str)
        and isinstance(value["arguments"], dict)
    )
