"""A dataset's README.md in the form that the Hugging Face Hub reads: a YAML header, then words."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Protocol

from playground.records import Row

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The Hub's words for how many rows there are, each with the number it ends at."""
LOOKED = 200
"""Rows by which the languages are told."""
_CHINESE = re.compile(r"[一-鿿]")


class Described(Protocol):
    """What is told of a dataset; datasets.Dataset is one."""

    @property
    def task(self) -> str: ...
    @property
    def seed(self) -> int | None: ...
    @property
    def counts(self) -> Mapping[str, int | None]: ...
    @property
    def rows_sha256(self) -> str: ...
    @property
    def slots(self) -> tuple[str, ...]: ...
    @property
    def card(self) -> Mapping[str, Any]: ...
    def rows(self, group: str = ...) -> Iterable[Row]: ...


def dataset_card(dataset: Described, files: Mapping[str, str] | None = None) -> str:
    """The card of a dataset; `files` names each group's file where they are not those of a dataset folder."""
    counts = {group: count for group, count in dataset.counts.items() if count}
    named = {group: f"{group}.jsonl" for group in counts} if files is None else files
    source = dataset.card.get("source")
    blocks = [
        _header(dataset, counts, named),
        f"# {_plain(dataset.task)}",
        _told(dataset, source if isinstance(source, dict) else None),
        _table(counts, named),
        "## Recipe",
        _recipe(dataset),
        "## Made again by",
        f"```bash\n{command(dataset)}\n```",
    ]
    return "\n\n".join(blocks) + "\n"


def command(dataset: Described) -> str:
    """The command line that makes the dataset again."""
    card = dataset.card
    source = card.get("source")
    words = ["python", "-m", "playground"]
    if isinstance(source, dict):
        words += ["twins", "--import", str(source.get("file", "FILE")), "--name", dataset.task]
        words += ["--share", str(source.get("share")), "--form", str(source.get("form"))]
        columns = source.get("columns")
        for part, column in columns.items() if isinstance(columns, dict) else ():
            words += ["--column", f"{part}={column}"]
        if source.get("sheet"):
            words += ["--sheet", str(source["sheet"])]
        if source.get("system"):
            words += ["--system", str(source["system"])]
        if source.get("header") is False:
            words += ["--no-header"]
    else:
        words += ["twins", "--task", dataset.task, "--rows", str(dataset.counts.get("train") or 0)]
        given = card.get("set")
        for name, value in given.items() if isinstance(given, dict) else ():
            words += ["--set", f"{name}={value}"]
        if card.get("lang"):
            words += ["--lang", str(card["lang"])]
    if dataset.seed is not None:
        words += ["--seed", str(dataset.seed)]
    return shlex.join(words)


def _header(dataset: Described, counts: Mapping[str, int], files: Mapping[str, str]) -> str:
    total = sum(counts.values())
    size = next((word for most, word in SIZES if total < most), "n>1M")
    looked = list(islice(dataset.rows(), LOOKED))
    tags = ["synthetic" if "source" not in dataset.card else "brought", "fine-tuning", "chat", dataset.task]
    lines = ["---", "language:", *(f"- {lang}" for lang in _languages(looked))]
    lines += ["task_categories:", "- text-generation"]
    lines += ["size_categories:", f"- {size}", "tags:", *(f"- {_quoted(tag)}" for tag in tags)]
    lines += ["- function-calling"] if any(row.tools for row in looked) else []
    # The Hub reads no workbooks: a card that names them as its data would be a card of an error.
    read = {group: file for group, file in files.items() if not file.endswith(".xlsx")}
    lines += ["configs:", "- config_name: default", "  data_files:"] if read else []
    for group, file in read.items():
        lines += [f"  - split: {group}", f"    path: {_quoted(file)}"]
    return "\n".join([*lines, "---"])


def _languages(rows: Iterable[Row]) -> list[str]:
    """zh, en or both, by what the users say."""
    texts = [turn["content"] for row in rows for turn in row.messages if turn["role"] == "user"]
    chinese = sum(bool(_CHINESE.search(text)) for text in texts)
    found = (["zh"] if chinese * 20 >= len(texts) else []) + (["en"] if chinese * 20 < 19 * len(texts) else [])
    return found or ["zh", "en"]


def _told(dataset: Described, source: Mapping[str, Any] | None) -> str:
    slots = f" The answer fills {', '.join(map(_plain, dataset.slots))}." if dataset.slots else ""
    if source is None:
        return (
            f"Rows of the task {_plain(dataset.task)}, made from templates and values by Twin Playground.{slots} Rows "
            "whose values, templates or both are not in train stand in groups of their own, to validate on."
        )
    return (
        f"Rows of the task {_plain(dataset.task)}, brought from the file {_plain(source.get('file'))} in the form "
        f"{_plain(source.get('form'))}.{slots} Lines that could not be used: {source.get('faults', 0)}; "
        f"rows that were there twice: {source.get('duplicates', 0)}. Near-identical questions stand on one side; "
        f"the share to be held out was {source.get('share')}."
    )


def _table(counts: Mapping[str, int], files: Mapping[str, str]) -> str:
    rows = [f"| {group} | {count:,} | {files.get(group, '-')} |" for group, count in counts.items()]
    return "\n".join(["| group | rows | file |", "|---|---:|---|", *rows])


def _recipe(dataset: Described) -> str:
    card = dataset.card
    told: dict[str, Any] = {"seed": dataset.seed, "sha256 of the rows": dataset.rows_sha256}
    told |= {key: card[key] for key in ("set", "lang", "held", "dress", "source", "versions") if card.get(key)}
    lines = []
    for key, value in told.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines.append(f"- {key}: `{text.replace('`', chr(39))}`")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """A text as YAML, whatever signs are in it; a JSON text is one."""
    return json.dumps(text, ensure_ascii=True)


def _plain(value: Any) -> str:
    """A name inside running text of Markdown: no line ends, no signs that mean something there."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(value).split()))
