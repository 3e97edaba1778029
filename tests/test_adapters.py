"""The shelf of adapters: what is found, and that nothing unsafe or foreign is loaded."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from playground.adapters.files import CARD, CONFIG, WEIGHTS, Card, check_adapter, read_card, write_adapter
from playground.adapters.shelf import adapter_home, adapter_names, broken_off, find_adapter
from playground.errors import BadAdapter, BadSetting, NameTaken, UnknownName
from playground.settings import LOCAL, Settings

BASE = "ab" * 32
CARD_OF = Card("mine", "address", "starter", BASE, {"rank": 2}, "cd" * 32)
PEFT = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 2, "bias": "none", "target_modules": ["q_proj"]}


def put(folder: Path, name: str = "mine", epochs: int = 0, **config: Any) -> Path:
    """An adapter folder as a run leaves it."""
    weights = {f"base_model.model.q_proj.lora_{x}.weight": torch.zeros(2, 2) for x in "AB"}
    card = dataclasses.replace(CARD_OF, name=name)
    for epoch in range(1, epochs + 1):
        write_adapter(folder / "epochs" / str(epoch), weights, PEFT | config, dataclasses.replace(card, steps=epoch))
    write_adapter(folder, weights, PEFT | config, card)
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(house=tmp_path / "house", home=tmp_path / "work")


def test_an_adapter_is_found_by_name_and_by_epoch(settings: Settings) -> None:
    home = put(adapter_home(settings, LOCAL, "mine"), epochs=2)
    whole, second = find_adapter(settings, LOCAL, "mine"), find_adapter(settings, LOCAL, "mine@2")
    assert (whole.path, whole.epochs, whole.shipped) == (home, (1, 2), False)
    assert (second.path, second.name, second.card.steps) == (home / "epochs" / "2", "mine@2", 2)


def test_both_shelves_are_listed_and_damaged_folders_left_out(settings: Settings) -> None:
    put(settings.house / "adapters" / "address", "address")
    put(adapter_home(settings, LOCAL, "mine"))
    (put(adapter_home(settings, LOCAL, "broken")) / CARD).write_text("{")
    (settings.house / "adapters" / "README.md").write_text("words")
    assert [(a.name, a.shipped) for a in adapter_names(settings, LOCAL)] == [("address", True), ("mine", False)]
    with pytest.raises(BadAdapter, match="broken"):
        find_adapter(settings, LOCAL, "broken")


@pytest.mark.parametrize(
    "name", ["other", "mine@9", "mine@x", "mine@", "mine@" + "1" * 5000, "../mine", "Mine", "", "a" * 42, "mine/.."]
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(settings: Settings, name: str) -> None:
    put(adapter_home(settings, LOCAL, "mine"), epochs=1)
    with pytest.raises(UnknownName, match="there is: (mine|1)$"):
        find_adapter(settings, LOCAL, name)


def test_a_run_that_was_not_finished_points_to_its_last_epoch(settings: Settings) -> None:
    (put(adapter_home(settings, LOCAL, "mine"), epochs=3) / CARD).unlink()
    assert adapter_names(settings, LOCAL) == []
    with pytest.raises(UnknownName, match="not finished; mine@3 was kept"):
        find_adapter(settings, LOCAL, "mine")
    assert find_adapter(settings, LOCAL, "mine@3").card.steps == 3


def test_a_name_on_both_shelves_is_refused(settings: Settings) -> None:
    own = put(adapter_home(settings, LOCAL, "address"), "address")
    put(settings.house / "adapters" / "address", "address")
    with pytest.raises(NameTaken, match="both shipped and"):
        find_adapter(settings, LOCAL, "address")
    assert own.is_dir()
    with pytest.raises(NameTaken, match="comes with the house"):
        adapter_home(settings, LOCAL, "address")


@pytest.mark.parametrize("name", ["", "-a", "A", "a b", "a/b", "..", "é", "a" * 42, "a@1", "a\n"])
def test_names_that_could_be_anything_else_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(BadAdapter, match="cannot be used"):
        adapter_home(settings, LOCAL, name)


def test_one_visitor_does_not_see_anothers(settings: Settings) -> None:
    put(adapter_home(settings, "a" * 32, "mine"))
    assert adapter_names(settings, "b" * 32) == []
    with pytest.raises(BadSetting):
        find_adapter(settings, "../" + "a" * 32, "mine")


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    card = dataclasses.replace(
        CARD_OF,
        identity={"name": "小禾", "author": "青禾"},
        losses=({"epoch": 1, "train": 0.5, "unseen_values": 0.25},),
        versions={"torch": "2"},
        seconds=1.25,
    )
    write_adapter(tmp_path / "x", {}, PEFT, card)
    assert read_card(tmp_path / "x") == card
    written = json.loads((tmp_path / "x" / CARD).read_text(encoding="utf-8"))
    assert written["base"] == {"id": "starter", "sha256": BASE} and written["identity"]["name"] == "小禾"


def test_a_whole_adapter_of_this_base_passes(tmp_path: Path) -> None:
    folder = put(tmp_path / "mine")
    assert check_adapter(folder, BASE).name == "mine" and check_adapter(folder).task == "address"
    assert sorted(p.name for p in folder.iterdir()) == sorted([CARD, CONFIG, WEIGHTS])


def test_an_adapter_of_another_base_is_refused_with_both(tmp_path: Path) -> None:
    with pytest.raises(BadAdapter, match=r"trained on starter \(abababab\), this base is ffffffff"):
        check_adapter(put(tmp_path / "mine"), "f" * 64)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: shutil.rmtree(f), "not there"),
        (lambda f: (f / WEIGHTS).rename(f / "adapter_model.bin"), "adapter_model.bin, a pickle"),
        (lambda f: (f / "extra.pt").write_bytes(b""), "extra.pt, a pickle"),
        (lambda f: (f / WEIGHTS).unlink(), "no adapter_model.safetensors"),
        (lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:-3]), "is damaged"),
        (lambda f: (f / WEIGHTS).write_bytes(b"\x80\x04N."), "is damaged"),
        (lambda f: (f / CONFIG).write_text("[]"), "holds no object"),
        (lambda f: (f / CONFIG).unlink(), "no readable adapter_config.json"),
        (lambda f: (f / CARD).unlink(), "no readable card.json"),
        (lambda f: (f / CARD).write_text('{"name": "mine"}'), "card.json lacks or garbles 'task'"),
    ],
)
def test_a_damaged_or_unsafe_folder_is_refused(tmp_path: Path, spoil: Callable[[Path], None], says: str) -> None:
    folder = put(tmp_path / "mine")
    spoil(folder)
    with pytest.raises(BadAdapter, match=says) as caught:
        check_adapter(folder, BASE)
    assert "mine" in str(caught.value)


@pytest.mark.parametrize(
    "config",
    [
        {"peft_type": "IA3"},
        {"init_lora_weights": "pissa"},
        {"use_dora": True},
        {"modules_to_save": ["lm_head"]},
        {"bias": "all"},
        {"layer_replication": [[0, 2]]},
        {"auto_mapping": {"base_model_class": "X"}},
        {"use_dora": 1},
        {"r": 0},
        {"r": True},
        {"r": 100000},
    ],
)
def test_more_than_plain_lora_is_refused(tmp_path: Path, config: dict[str, Any]) -> None:
    with pytest.raises(BadAdapter, match="only plain LoRA|it must be 1 to 256"):
        check_adapter(put(tmp_path / "mine", **config))


def test_weights_that_are_no_lora_matrices_are_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path / "mine", {"model.embed_tokens.weight": torch.zeros(2)}, PEFT, CARD_OF)
    with pytest.raises(BadAdapter, match="embed_tokens"):
        check_adapter(tmp_path / "mine")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_adapter(tmp_path / "mine", {}, {"odd": object()}, CARD_OF)
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_of_a_run_that_broke_off_is_listed_by_epoch_newest_first(settings: Settings) -> None:
    put(adapter_home(settings, LOCAL, "whole"), epochs=2)
    (put(adapter_home(settings, LOCAL, "broken"), "broken", epochs=2) / CARD).unlink()
    adapter_home(settings, LOCAL, "empty").mkdir()
    assert broken_off(settings, LOCAL) == ["broken@2", "broken@1"]
    assert find_adapter(settings, LOCAL, "broken@2").card.steps == 2
    assert broken_off(settings, "0" * 32) == []


@pytest.mark.parametrize("wrong", ['"steps": 1e999', '"dataset_seed": 1e999', '"losses": [3]'])
def test_one_damaged_card_hides_no_other_adapter(settings: Settings, wrong: str) -> None:
    put(adapter_home(settings, LOCAL, "mine"))
    card = put(adapter_home(settings, LOCAL, "bad"), "bad") / CARD
    card.write_text(card.read_text()[:-2].rstrip().removesuffix("}") + f", {wrong}}}\n")
    assert [adapter.name for adapter in adapter_names(settings, LOCAL)] == ["mine"]
    with pytest.raises(BadAdapter):
        find_adapter(settings, LOCAL, "bad")


def test_a_foreign_adapter_of_pickle_is_named_as_such(settings: Settings) -> None:
    folder = adapter_home(settings, LOCAL, "foreign")
    folder.mkdir(parents=True)
    (folder / CONFIG).write_text("{}")
    (folder / "adapter_model.bin").write_bytes(b"")
    with pytest.raises(BadAdapter, match="adapter_model.bin, a pickle"):
        find_adapter(settings, LOCAL, "foreign")
