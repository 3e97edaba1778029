"""Every sentence is said in both languages with the same holes, and travels as JSON."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from string import Formatter

from playground.twins import quality
from playground.twins.quality.coverage import Reached
from playground.twins.quality.words import as_json, percent, say, word

FOLDER = Path(quality.__file__).parent
WORDS = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def holes(text: str) -> set[str]:
    return {hole for _, hole, _, _ in Formatter().parse(text) if hole}


def test_both_languages_have_the_same_holes() -> None:
    for key, (zh, en) in WORDS.items():
        assert holes(zh) == holes(en), key
        assert zh and en


def test_every_key_in_the_code_is_there_and_every_sentence_is_used() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.py")))
    used = set(re.findall(r"\"((?:fault|finding|headline|kind|balance|leak|real|method|lengths)\.\w+)\"", code))
    assert used <= WORDS.keys()
    stems = set(re.findall(r"f\"(\w+\.(?:\w+_)?)\{", code))
    kinds = set(re.findall(r"[\"'](\w+)[\"']", code))
    for key in WORDS:
        made = any(key.startswith(stem) and key.removeprefix(stem) in kinds for stem in stems)
        assert key in used or key in kinds or made, f"{key} is said nowhere"


def test_a_sentence_cuts_long_values_and_sets_numbers() -> None:
    assert say("fault.not_there", slot="s", value="x" * 500).text("en").count("x") == 59
    assert say("more", count=12_345).text("en") == "12,345 more" and word("leaks", "zh") == "泄漏计"
    assert percent(0.1234) == "12.3 %"


def test_values_with_braces_stand_as_they_are() -> None:
    assert "{{x}}" in say("fault.placeholder", place=1, rest="{{x}}").text("zh")


def test_results_are_plain_json() -> None:
    found = as_json({"a": (Reached(1, 2),), "b": say("more", count=2)})
    assert json.loads(json.dumps(found)) == found
    assert found["a"] == [{"reached": 1, "possible": 2}] and found["b"]["zh"] == "另有 2 个"
