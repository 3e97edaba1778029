"""python -m playground twins: a dataset from a task, an example, or rows that are there already."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground.commands.bring import bring, check_alone
from playground.commands.calls import shares_of
from playground.commands.console import Console, table
from playground.datasets import GROUPS, TRAIN, Dataset, dataset_path, new_name, write_dataset
from playground.errors import BadSample, BadSetting
from playground.interchange.forms import FORMS
from playground.records import Row
from playground.samples import Task, load_task
from playground.samples.write import save_task
from playground.settings import LOCAL, Settings, writable_home
from playground.twins.brought import take_dataset
from playground.twins.draft import draft_of, read_example, task_of
from playground.twins.dress import Dress
from playground.twins.make import make_twins, preview
from playground.twins.propose import propose
from playground.twins.workers import Order, lines

MOST_BYTES = 1_000_000
"""Of an example's file."""


def twins(given: Namespace, settings: Settings, console: Console) -> int:
    """Make the dataset, from an example, a file of rows or a task, and say where it is."""
    check_alone(given)
    if given.imported is None and (shares := shares_of(given)):
        raise BadSetting(f"--{next(iter(shares))} goes with --tools; leave it out")
    more: dict[str, Any] = {}
    if given.imported is not None:
        made, more = bring(given, settings, console)
    else:
        task = _from_example(Path(given.example), settings, console, given.force) if given.example else None
        task = task or load_task(given.task, settings)
        values = set_values(given.set)
        out = Path(given.out) if given.out else _place(settings, task.name)
        made = write_twins(
            task,
            given.rows,
            given.seed,
            settings,
            out,
            console,
            values,
            given.lang,
            given.force,
            given.workers,
            given.dress,
        )
    if given.format:
        # Beside the dataset's own files, which end on .jsonl too.
        named = "" if FORMS[given.format] == f".{given.format}" else f".{given.format}"
        more["files"] = take_dataset(made, given.format, made.path, named)
    if given.json:
        told = {"path": str(made.path), "rows_sha256": made.rows_sha256, "counts": dict(made.counts)}
        console.show_json({**told, **more})
        return 0
    rows = [
        [group, str(made.counts[group]) if made.counts.get(group) is not None else "-"] for group in (TRAIN, *GROUPS)
    ]
    console.show(table(["group", "rows"], rows))
    console.show(f"\n{made.path}  (sha256 {made.rows_sha256[:16]})")
    if given.format:
        console.show(f"{given.format}: {', '.join(more['files'].values())}")
    return 0


def write_twins(
    task: Task,
    rows: int,
    seed: int,
    settings: Settings,
    out: Path,
    console: Console,
    values: Mapping[str, str] | None = None,
    lang: str | None = None,
    force: bool = False,
    workers: int = 1,
    dress: float = 1.0,
) -> Dataset:
    """Make the rows and write them, telling how far it is."""
    made = make_twins(task, rows, seed, settings, values=values, lang=lang, dress=Dress().times(dress))
    order = Order(task, rows, seed, settings.house, values or {}, lang, dress)
    parts: Iterable[Row | bytes] = made.train if workers == 1 else lines(order, workers)
    return write_dataset(out, _counted(parts, rows, console), made.groups, made.card, force=force)


def _from_example(path: Path, settings: Settings, console: Console, force: bool) -> Task:
    """The task of an example's file, kept among one's own. Raises BadSample for a file that holds no example."""
    try:
        text = path.read_text(encoding="utf-8-sig") if path.stat().st_size < MOST_BYTES else ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadSample(f"example {path} cannot be read ({error!s:.80}); name a text file") from error
    message, answer = read_example(text)
    draft = draft_of(propose(message, answer))
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:31] or "example"
    task = task_of(draft, name)
    for one in task.human:
        preview(replace(task, human=(one,)), 1, 7)
    writable_home(settings)
    save_task(task, settings, LOCAL, force=force)
    found = ", ".join(f"{one.name} ({one.field.kind})" for one in draft.proposal.slots if not one.fixed)
    console.say(f"task {name}: {found}; {len(task.human)} wordings")
    for kind, what in draft.proposal.notices:
        console.say(f"{'not in the message' if kind == 'missing' else 'single braces'}: {what}")
    return load_task(name, settings)


def set_values(given: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE words as a mapping. Raises BadSetting for a word without a name or an =."""
    values: dict[str, str] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise BadSetting(f"--set {word!r:.80} is not NAME=VALUE; write for example --set NAME=Sprig")
        values[name.strip()] = value
    return values


def _place(settings: Settings, task: str) -> Path:
    writable_home(settings)
    return dataset_path(settings, LOCAL, new_name(task))


def _counted(parts: Iterable[Row | bytes], total: int, console: Console) -> Iterator[Row | bytes]:
    number = 0
    for part in parts:
        number += part.count(b"\n") if isinstance(part, bytes) else 1
        console.step(f"twins: {number:,} of {total:,} rows")
        yield part
