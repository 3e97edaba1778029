"""The shelf of tasks: what ships opens, and what is broken says where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.errors import BadSample, BadTemplate, UnknownName, UserError
from playground.samples import completer, load_task, task_names, user_text
from playground.settings import Settings

TASK = 'title = {zh = "色", en = "Colour"}\ninstruction = {zh = "写成JSON。"}\nslots = ["颜色"]\njudge = "slots"\n'
TEMPLATES = """
[[human]]
id = "a"
lang = "zh"
kind = "plain"
text = "要{{颜色}}的"

[[bot]]
id = "json"
lang = "zh"
kind = "json"
text = '{"颜色": {{颜色 | json}}}'
"""
SEED = {
    "id": "s1",
    "task": "colour",
    "bare": True,
    "slots": {"颜色": "红"},
    "messages": [{"role": "user", "content": "红的"}, {"role": "assistant", "content": '{"颜色": "红"}'}],
}


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """A house with one small task, "colour"."""
    folder = tmp_path / "house" / "samples" / "colour"
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(TASK, encoding="utf-8")
    (folder / "templates.toml").write_text(TEMPLATES, encoding="utf-8")
    (folder / "seeds.jsonl").write_text(json.dumps(SEED) + "\n", encoding="utf-8")
    return Settings(house=tmp_path / "house", home=tmp_path / "work")


def test_a_folder_is_a_task(house: Settings) -> None:
    task = load_task("colour", house)
    assert task_names(house) == ["colour"]
    assert (task.slots, task.judge, task.general, task.defaults) == (("颜色",), "slots", 0.0, {})
    assert [template.id for template in task.human + task.bot] == ["a", "json"]


def test_a_bare_seed_gets_the_instruction(house: Settings) -> None:
    (seed,) = load_task("colour", house).seeds
    assert [turn["content"] for turn in seed.messages] == ["红的\n写成JSON。", '{"颜色": "红"}']


def test_the_human_turn_is_message_and_instruction(house: Settings, settings: Settings) -> None:
    assert user_text(load_task("colour", house), "红的", "zh") == "红的\n写成JSON。"
    assert user_text(load_task("colour", house), "red", "en") == "red\n写成JSON。", "the only wording serves all"
    assert user_text(load_task("identity", settings), "你是谁？") == "你是谁？"


def test_general_is_opened_but_not_offered(settings: Settings) -> None:
    assert {"address", "identity"} <= set(task_names(settings)) and "general" not in task_names(settings)
    assert load_task("general", settings).judge == "text"


def test_an_unknown_task_is_answered_with_the_known_ones(settings: Settings) -> None:
    with pytest.raises(UnknownName, match=r"task '\.\./starter' is not known; there is: address, .*identity"):
        load_task("../starter", settings)


@pytest.mark.parametrize(
    ("file", "text", "error", "says"),
    [
        ("task.toml", "slots = [", BadSample, "samples/colour/task.toml is not TOML"),
        ("task.toml", 'judge = "luck"', BadSample, "judge is 'luck'; it must be one of slots, identity, text"),
        ("task.toml", "general = 2.0", BadSample, "general is 2.0; it must be a share"),
        ("task.toml", "general = true", BadSample, "general is True"),
        ("task.toml", 'slots = "颜色"', BadSample, "slots is '颜色'; it must be a list of texts"),
        ("task.toml", "title = 3", BadSample, "title: 3 must be a table"),
        ("task.toml", "tries = 1", BadSample, "tries is 1; it must be a list"),
        ("task.toml", "tries = [{slots = {}}]", BadSample, "tries is .None.; it must be a list of texts"),
        ("task.toml", 'tries = [{text = "a", slots = 1}]', BadSample, "tries: slots: 1 must be a table"),
        ("task.toml", '[required]\nname = ["名字"]', BadSample, "required.name names '名字'"),
        ("seeds.jsonl", "[1]\n", BadSample, "line 1: the line is .1."),
        ("templates.toml", '[[human]]\nid = "a"\n', BadTemplate, "human entry 1 .* must have id, lang, kind and text"),
        ("templates.toml", TEMPLATES + TEMPLATES, BadTemplate, "has the id 'a' twice"),
        ("seeds.jsonl", "{nonsense\n", BadSample, "seeds.jsonl line 1 is not JSON"),
        ("seeds.jsonl", json.dumps({**SEED, "slots": 1}), BadSample, "line 1: slots are 1"),
        ("seeds.jsonl", json.dumps({**SEED, "messages": SEED["messages"][:1]}), BadSample, "ends with the answer"),  # type: ignore[index]
    ],
)
def test_a_broken_file_is_named(house: Settings, file: str, text: str, error: type[UserError], says: str) -> None:
    (house.house / "samples" / "colour" / file).write_text(text, encoding="utf-8")
    with pytest.raises(error, match=says):
        load_task("colour", house)


def test_bare_lines_are_completed_for_any_task(house: Settings) -> None:
    complete = completer(house)
    assert complete(SEED)["messages"][0]["content"] == "红的\n写成JSON。"
    assert complete({**SEED, "bare": False})["messages"] == SEED["messages"]
    with pytest.raises(UnknownName, match="task 'size'"):
        complete({**SEED, "task": "size"})
