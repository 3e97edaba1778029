"""From a table to rows: what a shape says is read, checked turn by turn, and what cannot be learned is a fault."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from playground.errors import BadSample
from playground.interchange.calls import read_tools, with_tools
from playground.interchange.jsons import parsed
from playground.interchange.shape import Shape
from playground.interchange.tables import Fault, Line, Table, Tick, untold
from playground.interchange.turns import as_text, check_turns, looks_like_turns, steps_of, turns_of
from playground.records import Message, Row, Slots, check_writable, json_line, row_from_json

GENERAL = "general"
"""Task of rows about anything else, which training treats apart; rows of this house keep it."""


@dataclass(frozen=True)
class Brought:
    """What a table gave."""

    rows: tuple[Row, ...]
    """In the table's order, each conversation once; ids are the task and the line's number, so that the same file
    gives the same ids. Rows of this house keep theirs."""
    faults: tuple[Fault, ...]
    """Lines that could not be read, and lines that give no row, by their numbers."""
    duplicates: int
    """Rows that were there already, word for word, and were dropped."""


def rows_of(table: Table, shape: Shape, task: str, system: str = "", tick: Tick = untold) -> Brought:
    """The rows of a table; `system` (else the shape's) goes before rows that have no system text of their own.

    A line without an answer, with an empty one, or whose turns do not alternate is a fault; the others are kept.
    Raises BadSample for a task or system text that no file can hold, and what `tick` raises.
    """
    for text in (task, system or shape.system):
        check_writable(text, "task or system text")
    rows: list[Row] = []
    faults = list(table.faults)
    seen: set[bytes] = set()
    ids: set[str] = set()
    duplicates = 0
    for count, line in enumerate(table.lines):
        tick(count)
        try:
            row = _row(line, shape, task, system or shape.system)
        except BadSample as error:
            faults.append(Fault(line.number, str(error)))
            continue
        said = hashlib.sha256(json_line([row.messages, row.tools]).encode()).digest()
        if said in seen:
            duplicates += 1
            continue
        seen.add(said)
        if row.id in ids:
            row = replace(row, id=f"{row.id}-{line.number}")
        ids.add(row.id)
        rows.append(row)
    return Brought(tuple(rows), tuple(sorted(faults, key=lambda fault: fault.line)), duplicates)


def slots_of(answer: str) -> Slots:
    """The slots that an answer fills, where it is a flat object of texts; none for any other answer."""
    if not answer.lstrip().startswith("{"):
        return {}
    try:
        value = parsed(answer)
    except BadSample:
        return {}
    flat = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    return value if flat else {}


def _row(line: Line, shape: Shape, task: str, system: str) -> Row:
    values = line.values
    if shape.form == "rows":
        own = row_from_json(values, "row")
        check_turns(own.messages)
        return replace(own, task=own.task if own.task == GENERAL else task)
    tools = read_tools(_given(values, shape, "tools") or values.get("functions"))
    turns = _turns(values, shape)
    for turn in turns:
        check_writable(turn["content"], "message")
    turns = _with_system(turns, as_text(_given(values, shape, "system")), system)
    check_turns(turns)
    return Row(f"{task}-{line.number}", task, "", "", slots_of(turns[-1]["content"]), with_tools(turns, tools), tools)


def _given(values: Mapping[str, Any], shape: Shape, part: Any) -> Any:
    column = shape.columns.get(part)
    return values.get(column) if column is not None else None


def _turns(values: Mapping[str, Any], shape: Shape) -> list[Message]:
    """The turns of a line but for its system text."""
    if "turns" in shape.columns:
        return turns_of(_given(values, shape, "turns"))
    asked, answered = _given(values, shape, "question"), _given(values, shape, "answer")
    earlier = turns_of(_given(values, shape, "history"))
    if looks_like_turns(asked) and not isinstance(asked, str):
        # Half conversations: a prompt of messages, and a completion of messages or of text.
        turns = earlier + turns_of(asked)
    else:
        context = as_text(_given(values, shape, "context"))
        question = "\n".join(one for one in (as_text(asked), context) if one.strip())
        # What follows a tool's message has no question of its own.
        after_tool = bool(earlier) and earlier[-1]["role"] in ("tool", "user")
        turns = earlier + ([] if after_tool and not question else [Message(role="user", content=question)])
    if looks_like_turns(answered) and not isinstance(answered, str):
        return turns + turns_of(answered)
    text = as_text(answered)
    if not text.strip():
        raise BadSample("the row has no answer; fill it or drop the row")
    return turns + (steps_of(text) if shape.form == "fireact" else [Message(role="assistant", content=text)])


def _with_system(turns: list[Message], own: str, added: str) -> list[Message]:
    """One system message at most, the row's own before the added one; several at the beginning are joined."""
    told = [own] if own.strip() else []
    while turns and turns[0]["role"] == "system":
        told.append(turns[0]["content"])
        turns = turns[1:]
    text = "\n\n".join(told) if any(one.strip() for one in told) else added
    return [Message(role="system", content=text), *turns] if text.strip() else turns
