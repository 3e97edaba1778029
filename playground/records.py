"""The values that travel between the floors, and the one way they are written as JSON lines.

Records are frozen and plain. Nothing here knows a model, a folder layout or a widget.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict

from playground.errors import BadSample

_TEXT = encode_basestring
Role = Literal["system", "user", "assistant", "tool"]
Slots = dict[str, str]


class Message(TypedDict):
    """One turn of a conversation."""

    role: Role
    content: str
    weight: NotRequired[Literal[0, 1]]
    """0: an assistant's turn that is shown and not learned; absent is 1."""


@dataclass(frozen=True)
class Row:
    """One twin: a conversation to learn from, and the values it was filled with."""

    id: str
    """Unique in its dataset."""
    task: str
    """Name of the task's folder in samples/."""
    template: str
    """Id of the human template."""
    bot_template: str
    """Id of the bot template."""
    slots: Slots
    """Gold: every slot the answer holds, "" where the message does not give it."""
    messages: tuple[Message, ...]
    """The whole conversation, the wanted answer last."""
    tools: tuple[Mapping[str, Any], ...] = ()
    """The functions that were on offer, in OpenAI's form; their text stands in the messages too."""

    def as_json(self) -> dict[str, Any]:
        """The row as it stands on a line of a dataset file."""
        line: dict[str, Any] = {
            "id": self.id,
            "task": self.task,
            "template": self.template,
            "bot_template": self.bot_template,
            "slots": self.slots,
            "messages": list(self.messages),
        }
        return {**line, "tools": list(self.tools)} if self.tools else line

    def as_line(self) -> str:
        """What json_line(self.as_json()) gives, put together by hand: a million rows are a million lines."""
        if self.tools or any(len(message) > 2 for message in self.messages):
            return json_line(self.as_json())
        slots = ", ".join([f"{_TEXT(slot)}: {_TEXT(value)}" for slot, value in self.slots.items()])
        turns = ", ".join([f'{{"role": "{m["role"]}", "content": {_TEXT(m["content"])}}}' for m in self.messages])
        head = f'{{"id": {_TEXT(self.id)}, "task": {_TEXT(self.task)}, "template": {_TEXT(self.template)}, '
        return f'{head}"bot_template": {_TEXT(self.bot_template)}, "slots": {{{slots}}}, "messages": [{turns}]}}\n'


@dataclass(frozen=True)
class Case:
    """One question to score contenders on."""

    id: str
    """Unique in its file."""
    task: str
    """Decides the judge; of an unknown task an object is judged slot by slot, a text as exact text."""
    messages: tuple[Message, ...]
    """Complete, instruction included; the last one is the user's."""
    gold: Slots | str
    """The right slots, or the right text."""
    accept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Slot name to more right values."""
    template: str = ""
    """Human template the case came from, "" if none: cases of one template are not independent."""
    group: str = ""
    """Validation group (unseen_values, unseen_templates, unseen_both), "" if none."""
    tools: tuple[Mapping[str, Any], ...] = ()
    """The functions on offer, in OpenAI's form: gold that is a call is judged as one."""


@dataclass(frozen=True)
class Usage:
    """What one reply took. Cached tokens are part of prompt_tokens, few-shot tokens too."""

    prompt_tokens: int = 0
    """Tokens of the whole prompt, as if nothing had been kept."""
    few_shot_tokens: int = 0
    """Of them, tokens of worked examples."""
    cached_tokens: int = 0
    """Of prompt_tokens, those whose computation was kept from an earlier ask."""
    reply_tokens: int = 0
    """Tokens of the reply, the end mark not counted."""
    seconds_to_first: float = 0.0
    """Seconds from the ask to the first token."""
    seconds: float = 0.0
    """Seconds from the ask to the last token."""
    estimated: bool = False
    """True where the counts are guesses because the server told none."""

    @property
    def tokens_per_second(self) -> float:
        """Reply tokens after the first, per second after the first; 0.0 where that cannot be told."""
        after = self.seconds - self.seconds_to_first
        return (self.reply_tokens - 1) / after if self.reply_tokens > 1 and after > 0 else 0.0


def message(value: Any, where: str) -> Message:
    """A message out of parsed JSON. Raises BadSample naming `where`."""
    if not isinstance(value, dict):
        raise BadSample(f"{where}: a message is {value!r:.60}; it must be an object with role and content")
    role, content = value.get("role"), value.get("content")
    if role not in ("system", "user", "assistant", "tool"):
        raise BadSample(f"{where}: a message has role {role!r}; it must be system, user, assistant or tool")
    if not isinstance(content, str):
        raise BadSample(f"{where}: a message has content {content!r:.60}; it must be text")
    check_writable(content, where)
    made = Message(role=role, content=content)
    if (weight := value.get("weight", 1)) != 1:
        if weight != 0 or isinstance(weight, bool):
            raise BadSample(f"{where}: a message has weight {weight!r:.60}; it must be 0 or 1")
        made["weight"] = 0
    return made


def _slots(value: Any, where: str) -> Slots:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise BadSample(f"{where}: slots are {value!r:.60}; they must be an object of texts")
    for text in (*value, *value.values()):
        check_writable(text, where)
    return dict(value)


def check_writable(text: str, where: str) -> None:
    """Raise BadSample for half a character pair, which JSON can say and no file can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadSample(f"{where}: {text!r:.60} holds half a character pair; mend or drop it") from error


def _text(line: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = line.get(key, default)
    if not isinstance(value, str):
        raise BadSample(f"{where}: {key} is {value!r:.60}; it must be text")
    check_writable(value, where)
    return value


def _messages(line: Mapping[str, Any], where: str) -> tuple[Message, ...]:
    listed = line.get("messages")
    if not isinstance(listed, list) or not listed:
        raise BadSample(f"{where}: messages is {listed!r:.60}; it must be a list with at least one message")
    return tuple(message(m, where) for m in listed)


def _tools(value: Any, where: str) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(tool, dict) for tool in value):
        raise BadSample(f"{where}: tools are {value!r:.60}; they must be a list of objects")
    check_writable(json.dumps(value, ensure_ascii=False), where)
    return tuple(value)


def row_from_json(line: Any, where: str = "row") -> Row:
    """A row out of one parsed line of a dataset file. Raises BadSample naming `where`."""
    if not isinstance(line, dict):
        raise BadSample(f"{where}: the line is {line!r:.60}; it must be a JSON object")
    return Row(
        id=_text(line, "id", where),
        task=_text(line, "task", where),
        template=_text(line, "template", where, ""),
        bot_template=_text(line, "bot_template", where, ""),
        slots=_slots(line.get("slots"), where),
        messages=_messages(line, where),
        tools=_tools(line.get("tools", []), where),
    )


def case_from_json(line: Any, where: str = "case", group: str = "") -> Case:
    """A case out of one parsed line: a case, or a dataset row whose last answer is dropped.

    Raises BadSample naming `where` when neither fits.
    """
    if not isinstance(line, dict):
        raise BadSample(f"{where}: the line is {line!r:.60}; it must be a JSON object")
    if "slots" in line and "gold" not in line and "text" not in line:
        row = row_from_json(line, where)
        if row.messages[-1]["role"] != "assistant":
            raise BadSample(f"{where}: the row ends without its answer; add the assistant's message, or give a gold")
        messages = row.messages[:-1]
        # A general row has nothing but its answer to be judged by.
        gold: Slots | str = row.slots or row.messages[-1]["content"]
        return _case(Case(row.id, row.task, messages, gold, {}, row.template, group, row.tools), where)
    wanted = line.get("gold", line.get("text"))
    if isinstance(wanted, str):
        check_writable(wanted, where)
    else:
        wanted = _slots(wanted, f"{where}, gold")
    accept = line.get("accept", {})
    if not isinstance(accept, dict) or not all(
        isinstance(v, list) and all(isinstance(x, str) for x in v) for v in accept.values()
    ):
        raise BadSample(f"{where}: accept is {accept!r:.60}; it must map a slot to a list of texts")
    more = {slot: tuple(values) for slot, values in accept.items()}
    task, template = _text(line, "task", where, ""), _text(line, "template", where, "")
    tools = _tools(line.get("tools", []), where)
    case = Case(_text(line, "id", where), task, _messages(line, where), wanted, more, template, group, tools)
    return _case(case, where)


def _case(case: Case, where: str) -> Case:
    if not case.messages or case.messages[-1]["role"] not in ("user", "tool"):
        raise BadSample(f"{where}: the last message is not the user's; a case ends with the question")
    return case


def read_jsonl(path: Path) -> Iterator[tuple[int, Any]]:
    """Line number (from 1) and parsed value of each line that is not blank. Raises BadSample naming file and line.

    A byte order mark, as Windows writes it, is let pass; a key that stands twice in one object is not.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield number, json.loads(line, object_pairs_hook=unique_keys)
                    # RecursionError: ten thousand opening brackets are a line too.
                    except (ValueError, RecursionError) as error:
                        raise BadSample(f"{path.name} line {number} is not JSON ({error}); mend or drop it") from error
    except UnicodeDecodeError as error:
        raise BadSample(f"{path.name} is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise BadSample(f"{path} cannot be read ({error.strerror}); check the path") from error


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For json.loads as object_pairs_hook: an object, or ValueError where a key stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def json_line(value: Any) -> str:
    """One line of JSON, with its line end, the same bytes for the same value."""
    return _LINE.encode(value) + "\n"


# json.dumps would make an encoder for each line.
_LINE = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))


def stamp(file: Path) -> tuple[int, int]:
    """What changes when a file is written again: nanoseconds of its last writing, bytes; zeros where it is missing."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def write_whole(path: Path, pieces: Iterable[str]) -> None:
    """Write a file so that it is there whole or not at all (temporary name, flush, rename).

    A generator that raises leaves the old file, or none.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for the owner alone; what is made here is meant to be opened by others.
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
