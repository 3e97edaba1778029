"""A visitor's own task, written as a folder in the form that the shipped ones have."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.errors import BadSetting, NameTaken
from playground.records import json_line
from playground.samples.shelf import GENERAL, own_folder
from playground.samples.task import Task, Template
from playground.settings import Settings

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def save_task(task: Task, settings: Settings, visitor: str, force: bool = False) -> Path:
    """Keep a task among a visitor's own; gives its folder.

    Raises BadSetting for a name that cannot be or a folder that cannot be written, NameTaken for a name that is used
    (with `force` only for one of the shipped).
    """
    if not _NAME.fullmatch(task.name):
        raise BadSetting(f"task name {task.name!r:.60} cannot be; use a-z, 0-9 and -, at most 41 characters")
    if task.name == GENERAL or (settings.house / "samples" / task.name).exists():
        raise NameTaken(f"task {task.name} ships with the playground; choose another name")
    out = own_folder(settings, visitor) / task.name
    if out.exists() and not force:
        raise NameTaken(f"task {task.name} is there already; choose another name")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{task.name}."))
        try:
            _write(task, made)
            shutil.rmtree(out, ignore_errors=True)
            made.rename(out)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise BadSetting(f"task {task.name} cannot be kept ({error.strerror}); check the work folder") from error
    return out


def as_toml(table: Mapping[str, Any]) -> str:
    """A table as TOML text."""
    import tomli_w

    return tomli_w.dumps(dict(table)).strip()


def _write(task: Task, folder: Path) -> None:
    head: dict[str, Any] = {
        "title": dict(task.title) if "" not in task.title else task.title[""],
        "instruction": task.instruction.get("", "") if "" in task.instruction else dict(task.instruction),
        "slots": list(task.slots),
        "judge": task.judge,
        "general": task.general,
        "form": task.form,
        "derived": list(task.derived),
        "typed": list(task.typed),
        "tries": [
            {"text": one, "slots": dict(task.answers[one])} if one in task.answers else one for one in task.tries
        ],
        "fields": {slot: one.as_toml() for slot, one in task.fields.items()},
    }
    sides = {"human": [_template(one) for one in task.human], "bot": [_template(one) for one in task.bot]}
    (folder / "task.toml").write_text(as_toml(head) + "\n", encoding="utf-8", newline="\n")
    (folder / "templates.toml").write_text(as_toml(sides) + "\n", encoding="utf-8", newline="\n")
    (folder / "seeds.jsonl").write_text(
        "".join(json_line(row.as_json()) for row in task.seeds), encoding="utf-8", newline="\n"
    )
    folder.chmod(0o755)


def _template(one: Template) -> dict[str, Any]:
    table: dict[str, Any] = {"id": one.id, "lang": one.lang, "kind": one.kind, "text": one.text}
    if one.fixed:
        table["set"] = dict(one.fixed)
    if one.before:
        table["before"] = [{"role": role, "text": text} for role, text in one.before]
    if not one.dress:
        table["dress"] = False
    return table
