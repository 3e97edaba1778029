"""The files of a task's folder, read and checked: task.toml, templates.toml, seeds.jsonl."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast, get_args

from playground.errors import BadSample, BadTemplate
from playground.records import read_jsonl, row_from_json
from playground.samples.fields import parse_field
from playground.samples.task import Judge, Task, Template, Turn, user_text

FORMS = ("json", "yaml", "xml", "csv", "lines", "text")
"""Ways of writing an answer; how each is read is told in answers.py."""
FILES = ("task.toml", "templates.toml", "seeds.jsonl")
MOST_TURNS = 20
"""Earlier turns of one template."""


@lru_cache(maxsize=32)
def read_task(name: str, folder: Path, own: bool, _stamps: tuple[tuple[int, int], ...]) -> Task:
    """The task of a folder whose files are as the stamps say; `own`: a visitor's. Raises BadSample, BadTemplate."""
    head = _toml(folder / "task.toml")
    where = f"samples/{name}/task.toml"
    judge = head.get("judge", "slots")
    if judge not in get_args(Judge):
        raise BadSample(f"{where}: judge is {judge!r}; it must be one of {', '.join(get_args(Judge))}")
    general = head.get("general", 0.0)
    if isinstance(general, bool) or not isinstance(general, int | float) or not 0 <= general <= 0.9:
        raise BadSample(f"{where}: general is {general!r}; it must be a share, 0 to 0.9")
    sides = _toml(folder / "templates.toml") if (folder / "templates.toml").exists() else {}
    tries, answers = _tries(head.get("tries", []), f"{where}: tries")
    task = Task(
        name=name,
        title=_words(head.get("title", name), f"{where}: title"),
        instruction=_words(head.get("instruction", ""), f"{where}: instruction"),
        slots=_texts(head.get("slots", []), f"{where}: slots"),
        judge=cast(Judge, judge),
        defaults=_words(head.get("defaults", {}), f"{where}: defaults"),
        general=float(general),
        human=_templates(sides.get("human", []), f"samples/{name}/templates.toml, human", own),
        bot=_templates(sides.get("bot", []), f"samples/{name}/templates.toml, bot", own),
        seeds=(),
        tries=tries,
        answers=answers,
        folder=folder,
        required=_lists(head.get("required", {}), f"{where}: required"),
        chatter=_lists(head.get("chatter", {}), f"{where}: chatter"),
        fields={
            slot: parse_field(one, f"{where}: fields.{slot}")
            for slot, one in _table(head.get("fields", {}), f"{where}: fields").items()
        },
        derived=_texts(head.get("derived", []), f"{where}: derived"),
        form=_form(head.get("form", "json"), where),
        typed=_texts(head.get("typed", []), f"{where}: typed"),
        own=own,
    )
    for kind, slots in task.required.items():
        if unknown := [slot for slot in slots if slot not in task.slots]:
            raise BadSample(f"{where}: required.{kind} names {unknown[0]!r}; it must be one of the task's slots")
    for what, slots in (("derived", task.derived), ("typed", task.typed)):
        if unknown := [slot for slot in slots if slot not in task.slots]:
            raise BadSample(f"{where}: {what} names {unknown[0]!r}; it must be one of the task's slots")
    return _with_seeds(task)


def _form(value: Any, where: str) -> str:
    if value not in FORMS:
        raise BadSample(f"{where}: form is {value!r:.60}; it must be one of {', '.join(FORMS)}")
    return str(value)


def with_instruction(line: Any, task: Task) -> Any:
    """A line of JSON as it is, or, where it says `"bare": true`, with the task's instruction under its last user turn.

    Messages written by hand are easier to write and to check without the instruction; `lang` ("zh"
    if absent) says which one is put there.
    """
    if not isinstance(line, dict) or not line.get("bare") or not isinstance(line.get("messages"), list):
        return line
    lang = str(line.get("lang", "zh"))
    turns = list(line["messages"])
    for place in reversed(range(len(turns))):
        turn = turns[place]
        if isinstance(turn, dict) and turn.get("role") == "user" and isinstance(turn.get("content"), str):
            turns[place] = {**turn, "content": user_text(task, turn["content"], lang)}
            break
    return {**line, "messages": turns}


def _with_seeds(task: Task) -> Task:
    path = task.folder / "seeds.jsonl"
    if not path.exists():
        return task
    seeds = []
    for number, line in read_jsonl(path):
        where = f"samples/{task.name}/seeds.jsonl line {number}"
        if not isinstance(line, dict):
            raise BadSample(f"{where}: the line is {line!r:.60}; it must be a JSON object")
        row = row_from_json({"task": task.name, "slots": {}, **with_instruction(line, task)}, where)
        last = row.messages[-1]["role"]
        if last != "assistant":
            raise BadSample(f"{where}: the last message is the {last}'s; a seed ends with the answer")
        seeds.append(row)
    return replace(task, seeds=tuple(seeds))


def _toml(path: Path) -> dict[str, Any]:
    short = f"samples/{path.parent.name}/{path.name}"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSample(f"{short} is not TOML ({error}); mend it") from error
    except OSError as error:
        raise BadSample(f"{short} cannot be read ({error.strerror}); put it back") from error


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadSample(f"{where}: {value!r:.60} must be a table")
    return value


def _words(value: Any, where: str) -> dict[str, str]:
    """Name to text; a plain text stands for every language."""
    table = {"": value} if isinstance(value, str) else _table(value, where)
    if not all(isinstance(text, str) for text in table.values()):
        raise BadSample(f"{where} is {value!r:.60}; it must be a text or a table of texts")
    return {key: text for key, text in table.items() if text or key}


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BadSample(f"{where} is {value!r:.60}; it must be a list of texts")
    return tuple(value)


def _tries(value: Any, where: str) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """Texts, or tables of `text` and `slots`: the texts, and the slots of those that have them."""
    entries = [{"text": one} if isinstance(one, str) else _table(one, where) for one in _list(value, where)]
    texts = _texts([entry.get("text") for entry in entries], where)
    pairs = zip(texts, entries, strict=True)
    return texts, {text: _words(entry["slots"], f"{where}: slots") for text, entry in pairs if "slots" in entry}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadSample(f"{where} is {value!r:.60}; it must be a list")
    return value


def _lists(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    return {key: _texts(texts, where) for key, texts in _table(value, where).items()}


def _templates(value: Any, where: str, own: bool) -> tuple[Template, ...]:
    made: dict[str, Template] = {}
    for number, entry in enumerate(value if isinstance(value, list) else [value], 1):
        fields = _table(entry, f"{where} entry {number}")
        words = {key: fields.get(key) for key in ("id", "lang", "kind", "text")}
        if not all(isinstance(word, str) and word for word in words.values()):
            raise BadTemplate(f"{where} entry {number} is {entry!r:.60}; it must have id, lang, kind and text")
        one = Template(
            **cast(dict[str, str], words),
            foreign=own,
            dress=fields.get("dress", True) not in (False, "noisy"),
            fixed=_words(fields.get("set", {}), f"{where} entry {number}, set"),
            before=_before(fields.get("before", []), f"{where} entry {number}, before"),
        )
        if one.id in made:
            raise BadTemplate(f"{where} has the id {one.id!r} twice; give each template its own")
        made[one.id] = one
    return tuple(made.values())


def _before(value: Any, where: str) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for entry in _list(value, where):
        turn = _table(entry, where)
        role, text = turn.get("role"), turn.get("text")
        if role not in ("system", "user", "assistant") or not isinstance(text, str) or not text.strip():
            raise BadTemplate(f"{where} has the turn {entry!r:.60}; it must have a role and a text")
        turns.append((role, text))
    if len(turns) > MOST_TURNS:
        raise BadTemplate(f"{where} has {len(turns)} turns; it may have {MOST_TURNS}")
    return tuple(turns)
