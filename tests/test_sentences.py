"""What the floors say can be said in Chinese: every sentence of their sources has its clauses in the table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from playground.sentences import known, sentence

HOUSE = Path(__file__).resolve().parents[1] / "playground"

RAISED = {
    *("BadSample", "BadTemplate", "BadRecipe", "BadDataset", "BadAdapter", "BadCheckpoint", "BadSetting"),
    *(
        "UnknownName",
        "NameTaken",
        "ModelFailed",
        "TrainingFailed",
        "UserError",
        "ReplyFailed",
        "TrainFailed",
        "Trouble",
    ),
}
NOT_SEEN = ("commands/", "places/", "prompts.py", "samples/read.py", "settings.py", "models/scripted.py", "ui/shell.py")
"""Files whose sentences a visitor of the page cannot meet: the command line, and what ships being damaged."""
WRAPPERS = {
    "7",
    "7: 7",
    "slot 7: 7",
    "row 7: 7",
    "template 7: 7",
    "adapter 7 was not finished7",
    "7 7 is there twice; give each 7 once",
}
"""Sentences with another one inside, or with holes that are words of the sentence."""


def text_of(node: ast.expr) -> str | None:
    """A literal's text with "7" in every hole."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def sentences() -> list[str]:
    found = set()
    for file in sorted(HOUSE.rglob("*.py")):
        if file.relative_to(HOUSE).as_posix().startswith(NOT_SEEN):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                text = text_of(node.args[0])
                if text is not None and text not in WRAPPERS:
                    found.add(text)
    return sorted(found)


@pytest.mark.parametrize("text", sentences())
def test_every_sentence_a_visitor_can_meet_is_said_in_chinese(text: str) -> None:
    # Where a sentence begins with its place in a file, the place is not part of the literal.
    # What went wrong on the way to a server follows its name.
    tries = [
        text,
        f"f line {text}",
        f"h {text}",
        text.replace("7 is bare: 7", "f line 7 is bare"),
        text.replace("used7:", "used:"),
    ]
    assert any(known(one) or known(one.replace("7 is bare", "f line 7 is bare")) for one in tries)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("rank is 0; it must be 1 to 256", "秩是 0；应在 1 到 256 之间"),
        (
            "template 'yours': {NAME} stands in single braces; write {{NAME}} for a slot",
            "模板 'yours'：{NAME} 只有单层花括号；槽位请写成 {{NAME}}",
        ),
        (
            "my;file.jsonl line 3: the line is [1]; it must be a JSON object",
            "my;file.jsonl 第 3 行：这一行是 [1]；应是 JSON 对象",
        ),
        ("the row has no answer; fill it or drop the row", "这一行没有回答；请填写，或删除这一行"),
        ("the held share is 2; it must be 0 to 90", "留出比例是 2；应在 0 到 90 之间"),
        ("there is no sheet 'x'; there is: a, b", "没有工作表 'x'；现有：a, b"),
        (
            "a.csv gives no row, line 3: the file is empty; put rows into it",
            "a.csv 里没有能用的行，第 3 行：文件是空的；请放入数据",
        ),
        ("something nobody foresaw; train it again", "something nobody foresaw；请重新训练它"),
    ],
)
def test_sentences_are_said_with_their_values(english: str, chinese: str) -> None:
    assert sentence(english, "zh") == chinese
    assert sentence(english, "en") == english


def test_a_clause_of_its_own_words_comes_before_a_general_one() -> None:
    """ "{what} is {value}" fits nearly everything and stands somewhere in the table."""
    said = sentence("the answer is not json (Expecting value: line 1); mend it", "zh")
    assert said == "答案不是 json（Expecting value: line 1）；请改正"
