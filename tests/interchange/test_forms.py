"""What is written is read back as it was, as far as the form can hold it, and is there whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.errors import BadSetting, UnknownName
from playground.interchange.brought import rows_of
from playground.interchange.calls import with_tools
from playground.interchange.forms import FORMS, write_rows
from playground.interchange.read import read_table
from playground.interchange.shape import guess
from playground.interchange.sheet_cells import defused, restored
from playground.records import Message, Row

TOOLS = ({"type": "function", "function": {"name": "stock", "parameters": {"type": "object"}}},)


def row(*turns: Message, tools: tuple[dict[str, Any], ...] = ()) -> Row:
    return Row("", "t", "", "", {}, with_tools(turns, tools), tools)


def user(text: str) -> Message:
    return Message(role="user", content=text)


def bot(text: str, weight: int = 1) -> Message:
    return Message(role="assistant", content=text) if weight else Message(role="assistant", content=text, weight=0)


def tool(text: str) -> Message:
    return Message(role="tool", content=text)


SYSTEM = Message(role="system", content="你是<NAME>，{{AUTHOR}} 的助手")
PLAIN = [
    row(user("几点开门"), bot("九点")),
    row(SYSTEM, user("=1+1"), bot("@x\r\n'y'")),
    row(user("\tx"), bot("-5")),
    row(user("'=x"), bot("''+y")),
    row(user(" 前后有空格 "), bot("a,b;\t\"c\"\n'd'|\n\n")),
    row(user("＝cmd"), bot("\r是")),
    row(user("a"), bot("b"), user("c"), bot("d"), user("e"), bot("f")),
    row(user("😀\x7f\u2028\x85"), bot('{"省": "浙江"}')),
    row(user("[1]"), bot("[not json")),
    row(user("[]"), bot('["a"]')),
]
WEIGHED = [row(user("a"), bot("b", 0), user("c"), bot("d"))]
ONE = '{"name": "stock", "arguments": {"名": "A"}}'
CALLS = [
    row(user("有A吗"), bot(ONE), tools=TOOLS),
    row(SYSTEM, user("有A吗"), bot(ONE), tool("3"), bot("有"), tools=TOOLS),
    row(user("有A吗"), bot(f"[{ONE}, {ONE}]"), tool("1"), tool("2"), bot("有"), user("B"), bot(ONE), tools=TOOLS),
    row(user("有A吗"), bot(f"查一下\n{ONE}"), tool("3"), bot("有"), tools=TOOLS),
    row(user("有A吗"), bot("没有工具可用"), tools=TOOLS),
    row(user("有A吗"), bot(ONE), tool("3"), bot("有")),
]


def there_and_back(path: Path, form: str, rows: list[Row]) -> list[tuple[Any, Any]]:
    file = path / f"a{FORMS[form]}"
    assert write_rows(iter(rows), form, file) == len(rows)
    table = read_table(file)
    found = rows_of(table, guess(table), "t")
    assert not found.faults, found.faults
    assert [one.id for one in found.rows] != [""] * len(rows)
    return [(one.messages, one.tools) for one in found.rows]


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("messages", PLAIN + WEIGHED + CALLS),
        ("sharegpt", PLAIN + WEIGHED + CALLS),
        ("csv", PLAIN + WEIGHED + CALLS),
        ("alpaca", PLAIN + CALLS[:1] + CALLS[4:5]),
    ],
)
def test_a_round_trip_loses_nothing(tmp_path: Path, form: str, rows: list[Row]) -> None:
    for one in rows:
        assert there_and_back(tmp_path, form, [one]) == [(one.messages, one.tools)]
    assert there_and_back(tmp_path, form, rows) == [(one.messages, one.tools) for one in rows]


def test_hosted_fine_tuning_gets_real_calls(tmp_path: Path) -> None:
    write_rows([CALLS[2]], "messages", tmp_path / "a.jsonl")
    line = json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    assert line.keys() == {"messages", "tools"} and line["tools"] == list(TOOLS)
    asked, called, first, second, said, more, last = line["messages"]
    assert asked == {"role": "user", "content": "有A吗"}, "the text of the tools is not said twice"
    assert called["content"] is None and [one["id"] for one in called["tool_calls"]] == ["call_1", "call_2"]
    function = called["tool_calls"][0]["function"]
    assert function["name"] == "stock" and json.loads(function["arguments"]) == {"名": "A"}
    assert (first["tool_call_id"], second["tool_call_id"]) == ("call_1", "call_2")
    assert last["tool_calls"][0]["id"] == "call_3" and "tool_calls" not in said and more["role"] == "user"


def test_results_that_are_not_as_many_as_the_calls_leave_them_text(tmp_path: Path) -> None:
    odd = row(user("x"), bot(f"[{ONE}, {ONE}]"), tool("1"), bot("y"), tools=TOOLS)
    assert there_and_back(tmp_path, "messages", [odd]) == [(odd.messages, odd.tools)]
    assert "tool_call_id" not in (tmp_path / "a.jsonl").read_text(encoding="utf-8")


def test_sharegpt_names_the_speakers(tmp_path: Path) -> None:
    write_rows([CALLS[1]], "sharegpt", tmp_path / "a.json")
    (entry,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [one["from"] for one in entry["conversations"]] == ["human", "function_call", "observation", "gpt"]
    assert entry["system"] == SYSTEM["content"] and json.loads(entry["tools"]) == list(TOOLS)


def test_a_tools_turn_stands_as_the_users_in_alpaca(tmp_path: Path) -> None:
    write_rows([CALLS[2]], "alpaca", tmp_path / "a.json")
    (entry,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert entry["history"] == [["有A吗", f"[{ONE}, {ONE}]"], ["1\n2", "有"]] and entry["instruction"] == "B"


def test_no_cell_of_a_csv_is_run(tmp_path: Path) -> None:
    write_rows(PLAIN, "csv", tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    records = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert records[0] == ["system", "history", "question", "answer", "tools"] and len(records) == len(PLAIN) + 1
    assert not [
        cell for record in records for cell in record if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝")
    ]


@pytest.mark.parametrize("text", ["", "x", "=x", "'=x", "'''-x", "'x", "'", "''", "＠x", "\nx", "'\rx"])
def test_defusing_is_undone_exactly(text: str) -> None:
    assert restored(defused(text)) == text and defused(text)[:1] not in tuple("=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_whole_or_as_it_was(tmp_path: Path, form: str) -> None:
    def breaking() -> Iterator[Row]:
        yield PLAIN[0]
        raise RuntimeError("broken")

    path = tmp_path / "a"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError):
        write_rows(breaking(), form, path)
    assert path.read_text(encoding="utf-8") == "old" and [one.name for one in tmp_path.iterdir()] == ["a"]
    assert write_rows([], form, path) == 0
    with pytest.raises(BadSetting, match="cannot be written"):
        write_rows(PLAIN, form, path / "below")


def test_rows_are_taken_one_by_one(tmp_path: Path) -> None:
    alive = 0

    class Counted(Row):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def many() -> Iterator[Row]:
        nonlocal alive
        for _ in range(1000):
            alive += 1
            assert alive < 10
            yield Counted("", "t", "", "", {}, PLAIN[0].messages)

    for form in FORMS:
        assert write_rows(many(), form, tmp_path / form) == 1000


def test_a_form_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="'parquet' is not known; there is: messages, alpaca, sharegpt, csv"):
        write_rows(PLAIN, "parquet", tmp_path / "a")


def test_tools_whose_names_are_told_are_not_told_again() -> None:
    told = (user("you may call stock"), bot("ok"))
    assert with_tools(told, TOOLS) == told
    assert replace(row(*told, tools=TOOLS)).messages == told
