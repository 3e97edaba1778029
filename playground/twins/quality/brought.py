"""Real rows out of a file that somebody brings: JSON lines, JSON, CSV, TSV, XLSX, or a message on each line of a .txt.

A record gives a conversation ("messages"), or a message and an answer under one of the usual names; its gold is
"slots", columns named after slots, or what its answer gives. Good records count, and bad ones are told by their line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from playground.datasets import open_dataset
from playground.errors import BadSample, UserError
from playground.interchange.encodings import encoding_of
from playground.interchange.read import read_table
from playground.interchange.tables import Fault
from playground.records import Row, row_from_json
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
    try:
        if path.stat().st_size > MOST_BYTES:
            size = path.stat().st_size / 1e6
            raise BadSample(f"{path.name} has {size:.0f} MB; it may have {MOST_BYTES / 1e6:.0f} MB")
        for number, record in _records(path):
            if len(rows) >= MOST_ROWS:
                break
            try:
                rows.append(_row(record, number, facts))
            except UserError as error:
                bad += 1
                if len(faults) < MOST_TOLD:
                    faults.append(f"{path.name} line {number}: {error}")
    except OSError as error:
        raise BadSample(f"{path} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise BadSample(f"{path.name} is in no known encoding; save it as UTF-8") from error
    return Brought(tuple(rows), tuple(faults), bad)


def _row(record: Any, number: int, facts: Facts) -> Row:
    if isinstance(record, Fault):
        raise BadSample(record.sentence)
    if isinstance(record, str):
        record = {"message": record}
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
    if path.suffix.lower() == ".txt":
        with path.open(encoding=encoding_of(path)) as file:
            yield from ((number, line.strip("\n\ufeff")) for number, line in enumerate(file, 1) if line.strip())
        return
    table = read_table(path)
    found = [*((line.number, line.values) for line in table.lines), *((f.line, f) for f in table.faults)]
    yield from sorted(found, key=lambda pair: pair[0])
