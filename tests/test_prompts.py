"""The shelf of prompts: what ships can be used, what is damaged is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.errors import BadSetting, UnknownName
from playground.prompts import load_prompt, prompt_names
from playground.settings import Settings


@pytest.fixture
def house(tmp_path: Path, settings: Settings) -> Settings:
    (tmp_path / "prompts").mkdir()
    return replace(settings, house=tmp_path)


def test_every_shipped_prompt_has_both_languages(settings: Settings) -> None:
    assert prompt_names(settings)
    for name in prompt_names(settings):
        prompt = load_prompt(name, settings)
        assert prompt.title.keys() == prompt.text.keys() == {"zh", "en"}


def test_a_language_that_is_not_there_falls_back(house: Settings) -> None:
    (house.house / "prompts" / "one.toml").write_text('[title]\nen = "One"\n[text]\nen = "Be brief."\n')
    assert load_prompt("one", house).in_language("zh") == "Be brief."


def test_an_unknown_prompt_is_named_with_those_there_are(house: Settings) -> None:
    with pytest.raises(UnknownName, match="'none'.*none yet"):
        load_prompt("none", house)


def test_a_name_is_never_a_path(settings: Settings) -> None:
    with pytest.raises(UnknownName):
        load_prompt("../pyproject", settings)


@pytest.mark.parametrize(
    "text", ["title = ", 'title = "x"', '[title]\nen = "x"\n[text]\nen = 3', '[title]\nen = "x"\n[text]\nen = " "']
)
def test_a_damaged_prompt_is_one_sentence(house: Settings, text: str) -> None:
    (house.house / "prompts" / "bad.toml").write_text(text)
    with pytest.raises(BadSetting, match="prompts/bad.toml"):
        load_prompt("bad", house)
