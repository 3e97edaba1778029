"""Rows out, in the forms the field uses: one row after the other, the file whole or not at all.

What a form cannot hold is told at its writer. None holds a row's id, task and template: read back, rows
are named by their places.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playground.errors import BadSetting, known
from playground.interchange.calls import Call, call_text, said_and_called, without_tools
from playground.interchange.sheet_cells import defused
from playground.interchange.xlsx_out import write_workbook
from playground.records import Message, Row, json_line, write_whole

FORMS: Mapping[str, str] = {
    "messages": ".jsonl",
    "alpaca": ".json",
    "sharegpt": ".json",
    "csv": ".csv",
    "xlsx": ".xlsx",
}
"""Name of each form to the ending of its files."""
COLUMNS = ("system", "history", "question", "answer", "tools")
"""Of the CSV and XLSX forms."""
_SPEAKER = {"user": "human", "assistant": "gpt", "tool": "observation"}


def write_rows(rows: Iterable[Row], form: str, path: Path) -> int:
    """Write rows in a form; gives how many. Raises UnknownName for another form, BadSetting for a place not written to.

    An XLSX file is a sheet with the columns of the CSV form; BadDataset where a sheet cannot hold the rows. What
    `rows` raises is let through, and the file is then as it was.
    """
    if form not in FORMS:
        raise known("form", form, list(FORMS))
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    try:
        if form == "xlsx":
            write_workbook(_with_head(map(_cells, counted())), Path(path))
        else:
            write_whole(Path(path), _WRITERS[form](counted()))
    except OSError as error:
        raise BadSetting(f"{path} cannot be written ({error.strerror}); choose another place") from error
    return count


def messages_lines(rows: Iterable[Row]) -> Iterator[str]:
    """OpenAI's chat form, an object a line, with `weight` and `tools`.

    Where a row has tools, an assistant's last line that is a call becomes real tool_calls, and the results
    become messages of the role tool with the ids of their calls. Read back, calls are spaced as this house spaces them.
    """
    for row in rows:
        line: dict[str, Any] = {"messages": _hosted(row) if row.tools else list(row.messages)}
        yield json_line({**line, "tools": list(row.tools)} if row.tools else line)


def alpaca_list(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON list of instruction, input, output, with system, history (pairs) and tools where there are any.

    Cannot hold weights, nor that a turn is a tool's: its result stands as the user's turn.
    """
    return _list(_alpaca(row) for row in rows)


def sharegpt_list(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON list of conversations (human, gpt, function_call, observation), with system and tools where there are any.

    A turn of weight 0 says so, which other programs pass over.
    """
    return _list(_sharegpt(row) for row in rows)


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """CSV with a header and a byte order mark, as spreadsheet programs want it, every cell in quotes.

    Cells that such a program would run are defused with a quote mark before them, which reading here takes
    away. Earlier turns are JSON in the column history. Cannot hold the weight of the last answer.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    for cells in _with_head(map(_cells, rows)):
        writer.writerow([defused(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


_WRITERS: Mapping[str, Callable[[Iterable[Row]], Iterator[str]]] = {
    "messages": messages_lines,
    "alpaca": alpaca_list,
    "sharegpt": sharegpt_list,
    "csv": csv_lines,
}


def _list(entries: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON list with an entry on each line."""
    before = "[\n"
    for entry in entries:
        yield before + json_line(entry).rstrip("\n")
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"


def _hosted(row: Row) -> list[dict[str, Any]]:
    """A row's messages with its calls as objects."""
    turns = without_tools(row.messages, row.tools)
    made: list[dict[str, Any]] = []
    ids: list[str] = []
    number = 0
    for place, turn in enumerate(turns):
        called = said_and_called(turn["content"]) if turn["role"] == "assistant" else None
        if called is not None and _results_after(turns, place) in (0, len(called[1])):
            said, calls = called
            ids = [f"call_{number + more}" for more in range(1, len(calls) + 1)]
            number += len(calls)
            objects = [_object(call, one) for call, one in zip(calls, ids, strict=True)]
            made.append({**turn, "content": said or None, "tool_calls": objects})
        elif turn["role"] == "tool" and ids:
            made.append({"role": "tool", "tool_call_id": ids.pop(0), "content": turn["content"]})
        else:
            made.append({**turn})
            ids = []
    return made


def _results_after(turns: Sequence[Message], place: int) -> int:
    count = 0
    while place + 1 + count < len(turns) and turns[place + 1 + count]["role"] == "tool":
        count += 1
    return count


def _object(call: Call, one: str) -> dict[str, Any]:
    arguments = json.dumps(call["arguments"], ensure_ascii=False)
    return {"id": one, "type": "function", "function": {"name": call["name"], "arguments": arguments}}


def _parts(row: Row) -> tuple[str, list[Message]]:
    """The system text, and the turns after it."""
    turns = list(without_tools(row.messages, row.tools))
    if turns and turns[0]["role"] == "system":
        return turns[0]["content"], turns[1:]
    return "", turns


def _tools(row: Row) -> dict[str, str]:
    return {"tools": json.dumps(list(row.tools), ensure_ascii=False)} if row.tools else {}


def _alpaca(row: Row) -> dict[str, Any]:
    system, turns = _parts(row)
    pairs: list[list[str]] = []
    for turn in turns:
        asked = turn["role"] != "assistant"
        if asked and (not pairs or len(pairs[-1]) == 2):
            pairs.append([turn["content"]])
        elif asked:
            pairs[-1][0] += f"\n{turn['content']}"
        else:
            pairs[-1].append(turn["content"])
    question, answer = pairs[-1]
    entry: dict[str, Any] = {"instruction": question, "input": "", "output": answer}
    extra = {"system": system, "history": pairs[:-1]}
    return {**entry, **{key: value for key, value in extra.items() if value}, **_tools(row)}


def _sharegpt(row: Row) -> dict[str, Any]:
    system, turns = _parts(row)
    spoken = []
    for turn in turns:
        called = said_and_called(turn["content"]) if row.tools and turn["role"] == "assistant" else None
        # What is said before a call has no place in function_call.
        call = called is not None and call_text(called[1]) == turn["content"]
        speaker = "function_call" if call else _SPEAKER[turn["role"]]
        entry: dict[str, Any] = {"from": speaker, "value": turn["content"]}
        spoken.append(entry | ({"weight": 0} if turn.get("weight", 1) == 0 else {}))
    return {"conversations": spoken, **({"system": system} if system else {}), **_tools(row)}


def _cells(row: Row) -> list[str]:
    system, turns = _parts(row)
    # A tool's result is no question: it stays with the earlier turns.
    last = -2 if turns[-2]["role"] == "user" else -1
    earlier = json.dumps(turns[:last], ensure_ascii=False) if turns[:last] else ""
    question = turns[-2]["content"] if last == -2 else ""
    return [system, earlier, question, turns[-1]["content"], _tools(row).get("tools", "")]


def _with_head(rows: Iterable[list[str]]) -> Iterator[Sequence[str]]:
    yield COLUMNS
    yield from rows
