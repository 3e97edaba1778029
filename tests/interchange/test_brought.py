"""From tables to rows: every form gives the same conversation, and what cannot be learned is a fault in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.errors import BadSample
from playground.interchange.brought import Brought, rows_of, slots_of
from playground.interchange.calls import tools_text
from playground.interchange.read import read_table
from playground.interchange.shape import guess
from playground.records import row_from_json
from playground.sentences import known

USER = {"role": "user", "content": "几点开门"}
BOT = {"role": "assistant", "content": "九点"}
TOOL = {"type": "function", "function": {"name": "stock", "parameters": {"type": "object", "properties": {}}}}


def brought(path: Path, *lines: Any, system: str = "", task: str = "shop") -> Brought:
    file = path / "a.jsonl"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    table = read_table(file)
    return rows_of(table, guess(table), task, system)


def talk(path: Path, line: dict[str, Any], system: str = "") -> list[tuple[str, str]]:
    found = brought(path, line, system=system)
    assert not found.faults, found.faults
    return [(turn["role"], turn["content"]) for turn in found.rows[0].messages]


@pytest.mark.parametrize(
    "line",
    [
        {"messages": [USER, BOT]},
        {"messages": json.dumps([USER, BOT])},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "几点开门"}]}, BOT]},
        {"conversations": [{"from": "human", "value": "几点开门"}, {"from": "gpt", "value": "九点"}]},
        {"conversations": [{"from": "user", "value": "几点开门"}, {"from": "assistant", "value": "九点"}]},
        {"conversation": [{"human": "几点开门", "assistant": "九点"}]},
        {"instruction": "几点开门", "input": "", "output": "九点"},
        {"instruction": "几点开门", "output": "九点", "history": None},
        {"问题": "几点开门", "回答": "九点"},
        {"prompt": [USER], "completion": [BOT]},
        {"prompt": [USER], "completion": "九点"},
        {"dialogue": [{"speaker": "客户", "text": "几点开门"}, {"speaker": "客服", "text": "九点"}]},
    ],
    ids=range(12),
)
def test_every_form_gives_the_same_conversation(tmp_path: Path, line: dict[str, Any]) -> None:
    assert talk(tmp_path, line) == [("user", "几点开门"), ("assistant", "九点")]
    assert talk(tmp_path, line, "你是小店")[0] == ("system", "你是小店")
    (row,) = brought(tmp_path, line).rows
    assert row_from_json(json.loads(json.dumps(row.as_json()))) == row
    assert (row.id, row.task, row.slots) == ("shop-1", "shop", {})


def test_alpaca_with_everything(tmp_path: Path) -> None:
    line = {"instruction": "译", "input": "<NAME> {{x}}", "output": "y", "system": "s", "history": [["a", "b"]]}
    expected = [("system", "s"), ("user", "a"), ("assistant", "b"), ("user", "译\n<NAME> {{x}}"), ("assistant", "y")]
    assert talk(tmp_path, line, "another") == expected


def test_a_run_of_steps_becomes_turns_without_its_reward(tmp_path: Path) -> None:
    run = (
        "Thought: I need\nit.\nAction: search[x]\nObservation: x is y\nThought 2: done\nAction 2: finish[y]\n"
        "Observation: Episode finished, reward = True\n"
    )
    assert talk(tmp_path, {"instruction": "q", "input": "", "output": run}) == [
        ("user", "q"),
        ("assistant", "Thought: I need\nit.\nAction: search[x]"),
        ("user", "Observation: x is y"),
        ("assistant", "Thought 2: done\nAction 2: finish[y]"),
    ]


def test_openai_calls_become_lines_and_results_stand_in_the_order_of_their_calls(tmp_path: Path) -> None:
    def call(one: str, arguments: str) -> dict[str, Any]:
        return {"id": one, "type": "function", "function": {"name": "stock", "arguments": arguments}}

    line = {
        "messages": [
            {"role": "user", "content": "A和B有货吗"},
            {"role": "assistant", "content": None, "tool_calls": [call("1", '{"名": "A"}'), call("2", '{"名":"B"}')]},
            {"role": "tool", "tool_call_id": "2", "content": "0"},
            {"role": "tool", "tool_call_id": "1", "content": "3"},
            {"role": "assistant", "content": "只有A", "weight": 0},
            {"role": "user", "content": "再查C"},
            {"role": "assistant", "content": "好的", "tool_calls": [call("3", "{}")]},
        ],
        "tools": [TOOL],
    }
    (row,) = brought(tmp_path, line).rows
    assert row.tools == (TOOL,)
    assert row.messages[0] == {"role": "system", "content": tools_text([TOOL])}
    assert [turn["content"] for turn in row.messages[2:]] == [
        '[{"name": "stock", "arguments": {"名": "A"}}, {"name": "stock", "arguments": {"名": "B"}}]',
        "3",
        "0",
        "只有A",
        "再查C",
        '好的\n{"name": "stock", "arguments": {}}',
    ]
    assert row.messages[5]["weight"] == 0


def test_sharegpt_calls_and_bare_tools(tmp_path: Path) -> None:
    line = {
        "conversations": [
            {"from": "human", "value": "有货吗"},
            {"from": "function_call", "value": '{"name":"stock","arguments":{}}'},
            {"from": "observation", "value": "3"},
            {"from": "gpt", "value": "有"},
        ],
        "system": "s",
        "tools": json.dumps([TOOL["function"]]),
    }
    (row,) = brought(tmp_path, line).rows
    assert row.tools == (TOOL,) and [turn["role"] for turn in row.messages[1:]] == [
        "user",
        "assistant",
        "tool",
        "assistant",
    ]
    assert row.messages[2]["content"] == '{"name": "stock", "arguments": {}}'
    assert row.messages[0]["content"] == "s\n\n" + tools_text([TOOL])


def test_rows_of_this_house_keep_what_they_are(tmp_path: Path) -> None:
    own = {
        "id": "a-7",
        "task": "x",
        "template": "t",
        "bot_template": "b",
        "slots": {"k": "九点"},
        "messages": [USER, BOT],
    }
    general = {**own, "task": "general", "messages": [{"role": "user", "content": "?"}, BOT]}
    found = brought(tmp_path, own, general, {**own, "messages": [USER, {**BOT, "content": "8"}]})
    assert [row.task for row in found.rows] == ["shop", "general", "shop"]
    assert (found.rows[0].id, found.rows[0].template, found.rows[0].slots) == ("a-7", "t", {"k": "九点"})
    assert len({row.id for row in found.rows}) == 3


def test_a_flat_object_of_texts_is_slots() -> None:
    assert slots_of('{"省": "浙江", "市": ""}') == {"省": "浙江", "市": ""}
    for text in ('{"n": 1}', '{"a": "1", "a": "2"}', '["a"]', "九点", '{"name": "f", "arguments": {}}', "{", "{}"):
        assert slots_of(text) == {}


def test_duplicates_are_counted_and_ids_stay_at_their_places(tmp_path: Path) -> None:
    pair = {"q": "x", "a": "y"}
    found = brought(tmp_path, pair, {"q": "", "a": "z"}, pair, {"q": "x", "a": "other"}, pair)
    assert found.duplicates == 2 and [row.id for row in found.rows] == ["shop-1", "shop-4"]
    assert [fault.line for fault in found.faults] == [2]


@pytest.mark.parametrize(
    "turns",
    [
        [USER],
        [BOT],
        [BOT, USER, BOT],
        [USER, BOT, USER],
        [USER, USER, BOT],
        [USER, BOT, BOT],
        [USER, {"role": "assistant", "content": " "}],
        [USER, {"role": "assistant", "content": None}],
        [{"role": "user", "content": ""}, BOT],
        [USER, {"role": "tool", "content": "x"}, BOT],
        [USER, {"role": "system", "content": "x"}, BOT],
        [{"role": "system", "content": "x"}],
        [USER, {**BOT, "weight": 0}],
        [USER, {**BOT, "weight": 2}],
        [USER, {"role": "poet", "content": "x"}],
        [USER, {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}],
        [USER, {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "[1]"}}]}],
        [USER, {"role": "assistant", "tool_calls": [{"function": {"arguments": "{}"}}]}],
        [USER, {"role": "assistant", "tool_calls": "f"}],
        [USER, {"role": "assistant", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
        [USER, {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]}]
        + [{"role": "tool", "tool_call_id": "2", "content": "x"}, BOT],
        [USER, "九点"],
        [],
        "[",
        7,
        None,
    ],
    ids=range(26),
)
def test_what_cannot_be_learned_is_a_fault(tmp_path: Path, turns: Any) -> None:
    good = [{"messages": [{"role": "user", "content": str(n)}, BOT]} for n in range(30)]
    found = brought(tmp_path, {"messages": turns}, *good)
    assert len(found.rows) == 30 and [fault.line for fault in found.faults] == [1]
    assert known(found.faults[0].sentence) or known(f"row {found.faults[0].sentence}"), found.faults[0].sentence


@pytest.mark.parametrize("tools", [7, "{", ["x"], [{"function": {}}], [{"name": 3}]])
def test_tools_that_are_none_are_a_fault(tmp_path: Path, tools: Any) -> None:
    found = brought(tmp_path, {"messages": [USER, BOT], "tools": tools})
    assert not found.rows and known(found.faults[0].sentence)


def test_a_system_text_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSample):
        brought(tmp_path, {"q": "x", "a": "y"}, system="\ud800")
