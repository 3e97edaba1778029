"""The table of words: whole in both languages, used, and chosen by what the browser asks for."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from playground.ui.words import LANGS, WORDS, duration, language, say

UI = Path(__file__).resolve().parents[2] / "playground" / "ui"


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    zh, en = WORDS[key]
    assert zh.strip() and en.strip()
    assert holes(zh) == holes(en)


def test_english_has_no_chinese_in_it_and_nobody_shouts() -> None:
    for zh, en in WORDS.values():
        assert not re.search(r"[\u4e00-\u9fff]", en)
        assert "!" not in en and "！" not in zh and "…" not in en.rstrip("…")


def literals() -> set[str]:
    """Every text in the sources of the page but the table itself; of f-strings the constant parts, * between."""
    found = set()
    for file in UI.glob("*.py"):
        if file.name == "words.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [v.value if isinstance(v, ast.Constant) else "*" for v in node.values]
                found.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_word_of_the_table_is_used() -> None:
    texts = literals() | {"seconds", "minutes"}  # the two that words.py says itself
    forms = [text for text in texts if re.fullmatch(r"[\w.*-]+", text) and re.search(r"[a-z]", text)]
    patterns = [re.compile(re.escape(form).replace(r"\*", r"[\w.-]+")) for form in forms]
    assert [key for key in WORDS if not any(pattern.fullmatch(key) for pattern in patterns)] == []


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.5,en;q=0.4", "zh"),
        ("en;q=0.2,zh;q=0.9", "zh"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
        ("zh;q=broken,en", "en"),
    ],
)
def test_the_browser_says_which_language(accept: str | None, wanted: str) -> None:
    assert language(accept) == wanted


def test_figures_are_said_as_people_say_them() -> None:
    assert duration(12.4, "en") == "12 s"
    assert duration(150, "zh") == "2.5 分钟"
    assert {say(lang, "path.twins.rows", rows="1,000") for lang in LANGS} == {"1,000 行", "1,000 rows"}
