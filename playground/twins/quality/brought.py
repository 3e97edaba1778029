"""Real rows out of a file that somebody brings: JSON lines, JSON, CSV, TSV, or one message on each line of a text.

A record gives a conversation ("messages"), or a message and an answer under one of the usual names; its gold is
"slots", columns named after slots, or what its answer gives. Good records count, and bad ones are told by their line.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from playground.datasets import open_dataset
from playground.errors import BadSample, UserError
from playground.records import Row, row_from_json, unique_keys
from playground.twins.quality.correct import gold_reader
from playground.twins.quality.facts import Facts
from playground.twins.quality.real import MOST_ROWS

MOST_BYTES = 64_000_000
"""Of a file that is read."""
MOST_TOLD = 20
"""Bad records that are named."""
ASKED = (
    "message",
    "text",
    "question",
    "input",
    "prompt",
    "instruction",
    "user",
    "消息",
    "原文",
    "问题",
    "输入",
    "内容",
)
SAID = ("answer", "output", "response", "completion", "reply", "assistant", "回答", "答案", "输出", "回复")
_ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant"}
GOLD = "gold "
"""Begins the name of a gold column in a review's sheet."""


@dataclass(frozen=True)
class Brought:
    """What a file gave."""

    rows: tuple[Row, ...]
    """The first real.MOST_ROWS good ones; more are not compared."""
    faults: tuple[str, ...]
    """A sentence for each bad record, the first MOST_TOLD."""
    bad: int


def real_rows(path: Path, facts: Facts) -> Brought:
    """The real rows of a file, or of a dataset folder's training file. Raises BadSample for a file of no known form."""
    if path.is_dir():
        return Brought(tuple(islice(open_dataset(path).rows(), MOST_ROWS)), (), 0)
    rows: list[Row] = []
    faults: list[str] = []
    bad = 0
    for number, record in _records(path):
        if len(rows) >= MOST_ROWS:
            break
        try:
            if isinstance(record, UserError):
                raise record
            rows.append(_row(record, number, facts))
        except UserError as error:
            bad += 1
            if len(faults) < MOST_TOLD:
                faults.append(f"{path.name} line {number}: {error}")
    if not rows and not bad:
        raise BadSample(f"{path.name} holds no rows; put one on each line")
    return Brought(tuple(rows), tuple(faults), bad)


def _row(record: Any, number: int, facts: Facts) -> Row:
    if isinstance(record, str):
        record = {"message": record}
    if not isinstance(record, dict):
        raise BadSample(f"the line is {record!r:.60}; it must be a JSON object")
    named = {str(key).strip().casefold(): value for key, value in record.items()}
    turns = _turns(named)
    said = turns[-1]["content"] if turns and turns[-1].get("role") == "assistant" else ""
    slots = named.get("slots", named.get("gold"))
    if not isinstance(slots, dict):
        columns = {slot: record.get(slot, named.get(GOLD + slot.casefold())) for slot in facts.slots}
        slots = {slot: value for slot, value in columns.items() if isinstance(value, str | int | float)}
        if not slots and isinstance(said, str):
            read = gold_reader(facts)(said) or {}
            slots = {slot: read[slot] for slot in facts.slots if slot in read}
    told = {slot: value if isinstance(value, str) else json.dumps(value) for slot, value in slots.items()}
    line = {"id": f"real-{number:06d}", "task": facts.task, "slots": told, "messages": turns}
    return row_from_json(line, "the record")


def _turns(named: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = named.get("messages", named.get("conversations"))
    if isinstance(listed, list) and listed:
        turns = [dict(one) for one in listed if isinstance(one, dict)]
        for turn in turns:
            role = turn.get("role", turn.get("from"))
            turn["role"] = _ROLES.get(role, role) if isinstance(role, str) else role
            turn["content"] = turn.get("content", turn.get("value"))
            turn.pop("weight", None)
        return turns
    asked = next((named[name] for name in ASKED if isinstance(named.get(name), str) and named[name].strip()), "")
    if named.get("instruction") and isinstance(named.get("input"), str) and named["input"].strip():
        asked = f"{named['input']}\n{named['instruction']}"
    if not asked:
        names = ", ".join(named)
        raise BadSample(f"the record has no message (it has {names!r:.80}); name one message, or give messages")
    said = next((named[name] for name in SAID if isinstance(named.get(name), str) and named[name].strip()), "")
    return [{"role": "user", "content": asked}, *([{"role": "assistant", "content": said}] if said else [])]


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    """Line number and record (an error for one that cannot be read) of each record."""
    text = _text(path)
    kind, start = path.suffix.lower(), text.lstrip()[:1]
    if kind in (".csv", ".tsv"):
        yield from _table(text)
    elif start == "[":
        yield from _listed(path, text)
    elif start == "{" or kind in (".jsonl", ".ndjson", ".json"):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield number, _parsed(line)
    elif kind in (".txt", ""):
        yield from ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    else:
        raise BadSample(f"{path.name} is of a form not known here; give .jsonl, .json, .csv, .tsv or .txt")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        return BadSample(f"the line is not JSON ({error!s:.80}); mend or drop it")


def _listed(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    listed = _parsed(text)
    if isinstance(listed, BadSample) or not isinstance(listed, list):
        raise BadSample(f"{path.name} begins as a JSON list and is none; mend it, or put one object on each line")
    yield from enumerate(listed, 1)


def _table(text: str) -> Iterator[tuple[int, Any]]:
    head = text[: text.find("\n")] if "\n" in text else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max((",", ";", "\t"), key=head.count))
    names: list[str] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, BadSample(f"the line is no CSV ({error}); mend its quotation marks")
            continue
        if not names:
            names = [cell.strip() for cell in cells]
        elif any(cell.strip() for cell in cells):
            yield number, dict(zip(names, cells, strict=False))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            size = path.stat().st_size / 1e6
            raise BadSample(f"{path.name} has {size:.0f} MB; it may have {MOST_BYTES / 1e6:.0f} MB")
        data = path.read_bytes()
    except OSError as error:
        raise BadSample(f"{path} cannot be read ({error.strerror}); check the path") from error
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise BadSample(f"{path.name} is in no known encoding; save it as UTF-8")
