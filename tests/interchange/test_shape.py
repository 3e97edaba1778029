"""What a table holds is guessed from names and values, and may be set by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.errors import BadSample, UnknownName
from playground.interchange.column_names import NAMES, part_of
from playground.interchange.read import read_table
from playground.interchange.shape import guess, picked
from playground.interchange.tables import Table
from playground.sentences import known

TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
SHARED = [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello"}]
RUN = "Thought: look\nAction: search[x]\nObservation: y\nThought: done\nAction: finish[y]"


def table(path: Path, *lines: dict[str, Any]) -> Table:
    file = path / "a.jsonl"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return read_table(file)


@pytest.mark.parametrize(
    ("line", "form", "columns"),
    [
        ({"messages": TALK, "tools": []}, "messages", {"turns": "messages", "tools": "tools"}),
        ({"id": 1, "conversations": SHARED, "system": "s"}, "sharegpt", {"turns": "conversations", "system": "system"}),
        ({"dialog": TALK}, "messages", {"turns": "dialog"}),
        ({"anything": SHARED, "text": "x"}, "sharegpt", {"turns": "anything"}),
        ({"messages": json.dumps(TALK)}, "messages", {"turns": "messages"}),
        ({"conversation": [{"human": "hi", "assistant": "hello"}]}, "sharegpt", {"turns": "conversation"}),
        (
            {"instruction": "x", "input": "", "output": "y", "history": []},
            "alpaca",
            {"question": "instruction", "context": "input", "answer": "output", "history": "history"},
        ),
        (
            {"instruction": "x", "input": "", "output": RUN},
            "fireact",
            {"question": "instruction", "context": "input", "answer": "output"},
        ),
        ({"question": "x", "answer": "y"}, "pairs", {"question": "question", "answer": "answer"}),
        ({"completion": "y", "prompt": "x"}, "pairs", {"question": "prompt", "answer": "completion"}),
        ({"prompt": "x", "response": "y"}, "pairs", {"question": "prompt", "answer": "response"}),
        ({"query": "x", "response": "y"}, "pairs", {"question": "query", "answer": "response"}),
        ({"input": "x", "output": "y"}, "pairs", {"question": "input", "answer": "output"}),
        ({"问题": "x", "回答": "y"}, "pairs", {"question": "问题", "answer": "回答"}),
        ({"问": "x", "答": "y"}, "pairs", {"question": "问", "answer": "答"}),
        ({"instruction": "x", "response": "y"}, "pairs", {"question": "instruction", "answer": "response"}),
        ({"text": "x", "label": 3}, "pairs", {"question": "text", "answer": "label"}),
        ({"Q": "x", " A ": "y"}, "pairs", {"question": "Q", "answer": " A "}),
        ({"客户问题描述": "x", "标准回复内容": "y"}, "pairs", {"question": "客户问题描述", "answer": "标准回复内容"}),
        (
            {"id": "7", "instruction": "x", "context": "c", "response": "y", "category": "z"},
            "pairs",
            {"question": "instruction", "context": "context", "answer": "response"},
        ),
        (
            {"nr": 7, "spalte eins": "was", "spalte zwei": "das"},
            "pairs",
            {"question": "spalte eins", "answer": "spalte zwei"},
        ),
        ({"prompt": TALK[:1], "completion": TALK[1:]}, "pairs", {"question": "prompt", "answer": "completion"}),
        ({"id": "a", "task": "t", "slots": {}, "messages": TALK}, "rows", {}),
    ],
    ids=range(23),
)
def test_the_shape_is_guessed(tmp_path: Path, line: dict[str, Any], form: str, columns: dict[str, str]) -> None:
    shape = guess(table(tmp_path, line, line))
    assert (shape.form, dict(shape.columns)) == (form, columns)
    assert known(shape.why) and 0 <= shape.sure <= 1
    assert (shape.sure < 0.5) == ("spalte eins" in line)


def test_what_holds_no_pair_says_so(tmp_path: Path) -> None:
    for line in ({"question": "x"}, {"a": 1, "b": 2}, {"n": None}):
        with pytest.raises(BadSample, match="pick them by hand") as error:
            guess(table(tmp_path, line))
        assert known(str(error.value))


def test_a_shape_by_hand_is_checked(tmp_path: Path) -> None:
    found = table(tmp_path, {"x": "1", "y": "2"})
    shape = picked(found, "pairs", {"question": "y", "answer": "x"}, "Be brief.")
    assert (shape.columns, shape.sure, shape.system) == ({"question": "y", "answer": "x"}, 1.0, "Be brief.")
    for form, columns in (("poem", {}), ("pairs", {"question": "z", "answer": "x"}), ("pairs", {"reply": "x"})):
        with pytest.raises(UnknownName) as wrong:
            picked(found, form, columns)
        assert known(str(wrong.value))
    with pytest.raises(BadSample, match="no column is picked for the answer"):
        picked(found, "pairs", {"question": "x"})


def test_no_name_is_a_question_and_an_answer() -> None:
    assert not set(NAMES["question"]) & set(NAMES["answer"])
    assert part_of("prompt_response") == "answer" and part_of("Response to the question") == "question"
    assert part_of("nothing") is None and part_of("") is None
