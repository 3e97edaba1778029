"""The shelf of tasks: the only opener of samples/<task>/, shipped and a visitor's own.

A task is a folder: task.toml (title, instruction, slots, judge), templates.toml (ways of saying it,
human and bot side) and seeds.jsonl (rows written by hand). Adding a task is adding a folder. A visitor's
own tasks lie in the work folder in the same form, under the visitor's id.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.errors import UserError, known
from playground.records import stamp
from playground.samples.read import FILES, read_task, with_instruction
from playground.samples.task import Task
from playground.settings import LOCAL, Settings

GENERAL = "general"
"""The folder of rows about anything else, mixed in so that a tuned model goes on answering them."""


def task_names(settings: Settings, visitor: str = LOCAL) -> list[str]:
    """Names of the tasks that are there, sorted, a visitor's own behind the shipped ones.

    "general" is not a task to be judged and is left out.
    """
    shipped = {file.parent.name for file in (settings.house / "samples").glob("*/task.toml")} - {GENERAL}
    if not visitor:  # a page that has not loaded yet
        return sorted(shipped)
    own = {file.parent.name for file in own_folder(settings, visitor).glob("*/task.toml")} - shipped - {GENERAL}
    return [*sorted(shipped), *sorted(own)]


def own_folder(settings: Settings, visitor: str) -> Path:
    """Where a visitor's own tasks lie, whether there are any or not."""
    return settings.visitor_home(visitor) / "samples"


def load_task(name: str, settings: Settings, visitor: str = LOCAL) -> Task:
    """The task of that name. Raises UnknownName with the names there are, BadSample or BadTemplate naming the file."""
    names = task_names(settings, visitor)
    if name not in names and name != GENERAL:
        raise known("task", name, names)
    folder = settings.house / "samples" / name
    own = not (folder / "task.toml").is_file()
    if own:
        folder = own_folder(settings, visitor) / name
    # Read again where a file has changed; a page asks for its task many times a second.
    return read_task(name, folder, own, tuple(stamp(folder / file) for file in FILES))


def tasks(settings: Settings, visitor: str = LOCAL) -> list[Task]:
    """All tasks to pick from; one of the visitor's own that cannot be read is left out."""
    found = []
    for name in task_names(settings, visitor):
        try:
            found.append(load_task(name, settings, visitor))
        except UserError:
            if (settings.house / "samples" / name / "task.toml").is_file():
                raise
    return found


def completer(settings: Settings, visitor: str = LOCAL) -> Callable[[Any], Any]:
    """What puts the instruction into bare lines of any task, to be handed to datasets.read_cases.

    The callable raises UnknownName for a bare line whose task is not there.
    """
    tasks: dict[str, Task] = {}

    def complete(line: Any) -> Any:
        if not isinstance(line, dict) or not line.get("bare"):
            return line
        name = str(line.get("task"))
        if name not in tasks:
            tasks[name] = load_task(name, settings, visitor)
        return with_instruction(line, tasks[name])

    return complete
