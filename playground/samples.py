"""The shelf of tasks: the only opener of samples/<task>/.

A task is a folder: task.toml (title, instruction, slots, judge), templates.toml (ways of saying it,
human and bot side) and seeds.jsonl (rows written by hand). Adding a task is adding a folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from playground.errors import BadSample, BadTemplate, known
from playground.records import Row, read_jsonl, row_from_json, stamp
from playground.settings import Settings

Judge = Literal["slots", "identity", "text"]


@dataclass(frozen=True)
class Template:
    """One way of saying it, on the human or the bot side."""

    id: str
    """Unique among the task's templates of its side; goes into each row made from it."""
    lang: str
    """"zh" or "en"; a question is answered in its own language."""
    kind: str
    """What sort of wording or question it is; templates are held out kind by kind."""
    text: str
    """Jinja2, slots as {{name}}; <NAME> is read as {{NAME}}."""
    foreign: bool = False
    """True for a visitor's text: anything but plain slots in it is rendered in a limited process of its own."""
    dress: bool = True
    """False where the wording is a format, or has typos of its own: rows keep it as it is written."""


@dataclass(frozen=True)
class Task:
    """What is to be learned, and how its rows are made and judged."""

    name: str
    """Name of the folder."""
    title: Mapping[str, str]
    """Language to the words shown for the task."""
    instruction: Mapping[str, str]
    """Language to what is said under each message; empty where the message stands alone."""
    slots: tuple[str, ...]
    """Keys of gold, in the order of the answer."""
    judge: Judge
    defaults: Mapping[str, str]
    """Fixed values, the same in every row unless set otherwise: identity's name and author."""
    general: float
    """Share of the training rows that is drawn from the task "general"; 0 to 0.9."""
    human: tuple[Template, ...]
    bot: tuple[Template, ...]
    seeds: tuple[Row, ...]
    """Rows by hand, instruction included; the first ones are the worked examples of few-shot."""
    tries: tuple[str, ...]
    """Messages offered to be tried, without the instruction."""
    folder: Path
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of question to the slots its answer must hold; only identity is judged by it."""
    chatter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that may stand "before" and "after" a message without meaning anything."""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Messages of `tries` whose right slots are told, to those slots."""


def user_text(task: Task, message: str, lang: str = "zh") -> str:
    """The human turn: the message, a line end and the instruction; the bare message where there is none."""
    instruction = task.instruction.get(lang) or next(iter(task.instruction.values()), "")
    return f"{message}\n{instruction}" if instruction else message


def task_names(settings: Settings) -> list[str]:
    """Names of the tasks that are there, sorted; "general" is not a task to be judged and is left out."""
    folders = (file.parent.name for file in (settings.house / "samples").glob("*/task.toml"))
    return sorted(name for name in folders if name != GENERAL)


GENERAL = "general"
"""The folder of rows about anything else, mixed in so that a tuned model goes on answering them."""


def load_task(name: str, settings: Settings) -> Task:
    """The task of that name. Raises UnknownName with the names there are, BadSample or BadTemplate naming the file."""
    names = task_names(settings)
    if name not in names and name != GENERAL:
        raise known("task", name, names)
    folder = settings.house / "samples" / name
    # Read again where a file has changed; a page asks for its task many times a second.
    return _read(name, folder, tuple(stamp(folder / file) for file in ("task.toml", "templates.toml", "seeds.jsonl")))


@lru_cache(maxsize=32)
def _read(name: str, folder: Path, _stamps: tuple[tuple[int, int], ...]) -> Task:
    """The task of a folder whose files are as the stamps say."""
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
        human=_templates(sides.get("human", []), f"samples/{name}/templates.toml, human"),
        bot=_templates(sides.get("bot", []), f"samples/{name}/templates.toml, bot"),
        seeds=(),
        tries=tries,
        answers=answers,
        folder=folder,
        required=_lists(head.get("required", {}), f"{where}: required"),
        chatter=_lists(head.get("chatter", {}), f"{where}: chatter"),
    )
    for kind, slots in task.required.items():
        if unknown := [slot for slot in slots if slot not in task.slots]:
            raise BadSample(f"{where}: required.{kind} names {unknown[0]!r}; it must be one of the task's slots")
    return _with_seeds(task)


def with_instruction(line: Any, task: Task) -> Any:
    """A line of JSON as it is, or, where it says `"bare": true`, with the task's instruction put under its user turns.

    Messages written by hand are easier to write and to check without the instruction; `lang` ("zh"
    if absent) says which one is put there.
    """
    if not isinstance(line, dict) or not line.get("bare") or not isinstance(line.get("messages"), list):
        return line
    lang = str(line.get("lang", "zh"))
    turns = [
        {**turn, "content": user_text(task, turn["content"], lang)}
        if isinstance(turn, dict) and turn.get("role") == "user" and isinstance(turn.get("content"), str)
        else turn
        for turn in line["messages"]
    ]
    return {**line, "messages": turns}


def completer(settings: Settings) -> Callable[[Any], Any]:
    """What puts the instruction into bare lines of any task, to be handed to datasets.read_cases.

    The callable raises UnknownName for a bare line whose task is not there.
    """
    tasks: dict[str, Task] = {}

    def complete(line: Any) -> Any:
        if not isinstance(line, dict) or not line.get("bare"):
            return line
        name = str(line.get("task"))
        if name not in tasks:
            tasks[name] = load_task(name, settings)
        return with_instruction(line, tasks[name])

    return complete


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


def _templates(value: Any, where: str) -> tuple[Template, ...]:
    made: dict[str, Template] = {}
    for number, entry in enumerate(value if isinstance(value, list) else [value], 1):
        fields = _table(entry, f"{where} entry {number}")
        words = {key: fields.get(key) for key in ("id", "lang", "kind", "text")}
        if not all(isinstance(word, str) and word for word in words.values()):
            raise BadTemplate(f"{where} entry {number} is {entry!r:.60}; it must have id, lang, kind and text")
        dress = fields.get("dress", True) not in (False, "noisy")
        one = Template(**cast(dict[str, str], words), dress=dress)  # type: ignore[arg-type]
        if one.id in made:
            raise BadTemplate(f"{where} has the id {one.id!r} twice; give each template its own")
        made[one.id] = one
    return tuple(made.values())
