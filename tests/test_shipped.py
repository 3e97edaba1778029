"""All that ships is whole: sizes, samples, prompts, adapters, the starter, and the lists of packages."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

import pytest

from playground.adapters.files import check_adapter
from playground.checkpoints.files import fingerprint, resolve
from playground.prompts import load_prompt, prompt_names
from playground.samples import load_task, user_text
from playground.settings import Settings
from tests.house import HOUSE, house_files

MB = 1_000_000
SETTINGS = Settings()


def folders(shelf: str) -> list[str]:
    """Names of the folders below a top-level folder that hold a file that ships."""
    return sorted(
        {path.split("/")[1] for path in house_files() if path.startswith(f"{shelf}/") and path.count("/") > 1}
    )


def tasks() -> list[str]:
    """Names of the folders of samples/ that are tasks; another may hold flows alone."""
    return [name for name in folders("samples") if (HOUSE / "samples" / name / "task.toml").is_file()]


def test_every_file_is_small_enough_for_a_space() -> None:
    """The Hub takes files of 10 MB and more through its large-file storage only."""
    assert [path for path in house_files() if (HOUSE / path).stat().st_size >= 10 * MB] == []


def test_the_starter_weighs_at_most_24_mb() -> None:
    files = [path for path in house_files() if path.startswith("starter/weights/")]
    assert {"starter/weights/config.json", "starter/weights/tokenizer.json"} <= set(files)
    assert any(path.endswith(".safetensors") for path in files)
    assert sum((HOUSE / path).stat().st_size for path in files) <= 24 * MB


def test_no_pickle_ships() -> None:
    endings = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
    assert [path for path in house_files() if path.endswith(endings)] == []


def test_both_adapters_ship() -> None:
    assert set(folders("adapters")) >= {"address", "identity"}


@pytest.mark.parametrize("name", folders("adapters"))
def test_every_adapter_was_trained_on_this_starter(name: str) -> None:
    card = check_adapter(HOUSE / "adapters" / name, fingerprint(resolve("starter", SETTINGS)))
    assert card.name == name
    assert card.base_id == "starter"
    assert card.losses, "the card tells the losses of every epoch"


@pytest.mark.parametrize("name", folders("adapters"))
def test_no_adapter_tells_where_it_was_made(name: str) -> None:
    for file in (HOUSE / "adapters" / name).rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r'"(/|[A-Za-z]:\\\\)', text), f"{file} holds a path of one machine"
    config = json.loads((HOUSE / "adapters" / name / "adapter_config.json").read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == "starter"


def test_the_samples_are_there() -> None:
    assert set(tasks()) >= {"address", "identity", "general"}


@pytest.mark.parametrize("name", tasks())
def test_every_sample_loads(name: str) -> None:
    task = load_task(name, SETTINGS)
    assert task.title.keys() >= {"en", "zh"}
    assert task.seeds and task.tries
    for seed in task.seeds:
        assert set(seed.slots) <= set(task.slots)


@pytest.mark.parametrize("name", [name for name in tasks() if name != "general"])
def test_every_sample_can_be_twinned(name: str) -> None:
    task = load_task(name, SETTINGS)
    assert task.human and task.bot
    assert {template.lang for template in task.human} <= {template.lang for template in task.bot}


def test_the_worked_examples_of_address_are_asked_like_its_rows() -> None:
    task = load_task("address", SETTINGS)
    assert len(task.seeds) >= 3
    for seed in task.seeds:
        assert seed.messages[-2]["content"].endswith(user_text(task, ""))
        assert json.loads(seed.messages[-1]["content"]) == seed.slots
        assert list(seed.slots) == list(task.slots)


def test_what_address_offers_to_try_says_what_is_right() -> None:
    task = load_task("address", SETTINGS)
    assert list(task.answers) == list(task.tries)
    for text, slots in task.answers.items():
        assert list(slots) == list(task.slots)
        bare = text.replace(" ", "")
        assert all(value in bare for value in slots.values())


def test_every_prompt_loads_in_both_languages() -> None:
    names = prompt_names(SETTINGS)
    assert {f"prompts/{name}.toml" for name in names} == {path for path in house_files() if path.startswith("prompts/")}
    assert names
    for name in names:
        prompt = load_prompt(name, SETTINGS)
        assert prompt.title.keys() == prompt.text.keys() == {"en", "zh"}


@pytest.mark.parametrize("path", [path for path in house_files() if path.endswith(".jsonl")])
def test_every_jsonl_holds_one_object_a_line(path: str) -> None:
    text = (HOUSE / path).read_text(encoding="utf-8")
    assert text.endswith("\n") and "\r" not in text
    for number, line in enumerate(text.splitlines(), 1):
        assert isinstance(json.loads(line), dict), f"{path} line {number}"


# ---- packages ------------------------------------------------------------------------------------

MODULE_OF = {"json-repair": "json_repair", "llama-cpp-python": "llama_cpp", "pyyaml": "yaml", "tomli-w": "tomli_w"}
NOT_IMPORTED = {"pydantic"}
"""A bound for what a Space adds; see the comment in requirements.txt."""
BROUGHT = {"spaces"}
"""Imported where it is there: a Space brings it."""


def required(file: str) -> dict[str, str]:
    """Package -> its version range, of a list of packages."""
    lines = (HOUSE / file).read_text(encoding="utf-8").splitlines()
    named = [re.fullmatch(r"([\w.-]+)(.*)", line) for line in lines if line and not line.startswith(("#", "-"))]
    return {match[1]: match[2] for match in named if match}


def imported() -> set[str]:
    """Top names of everything that the product imports from outside, inside functions too."""
    # What .ci/ runs it runs where a Space has brought its own packages.
    files = [HOUSE / path for path in house_files() if path.endswith(".py") and not path.startswith(("tests/", ".ci/"))]
    names: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    here = {path.partition("/")[0].removesuffix(".py") for path in house_files()}
    return names - set(sys.stdlib_module_names) - here


def test_requirements_name_exactly_what_is_imported() -> None:
    named = [*required("requirements.txt"), *required("requirements-gguf.txt")]
    modules = {MODULE_OF.get(name, name) for name in named if name not in NOT_IMPORTED}
    assert modules == imported() - BROUGHT


def test_every_required_package_has_a_tested_version_in_its_range() -> None:
    from packaging.specifiers import SpecifierSet

    pins = {name.lower().replace("_", "-"): pin.removeprefix("==") for name, pin in required("constraints.txt").items()}
    for file in ("requirements.txt", "requirements-dev.txt", "requirements-gguf.txt"):
        for name, wanted in required(file).items():
            pin = pins.get(name.lower().replace("_", "-"))
            assert pin is not None, f"{name} has no pin in constraints.txt"
            assert SpecifierSet(wanted).contains(pin), f"{name}: {pin} is outside {wanted}"


def test_no_pin_belongs_to_one_kind_of_machine() -> None:
    pins = required("constraints.txt")
    assert all(re.fullmatch(r"==[\w.]+", pin) for pin in pins.values()), "a pin with + is found on one index only"


def test_no_file_names_the_machine_it_was_made_on() -> None:
    """Paths of a home or a workplace have no business in what ships."""
    for path in house_files():
        if path.endswith((".safetensors", ".png", ".gguf")) or path == Path(__file__).relative_to(HOUSE).as_posix():
            continue
        text = (HOUSE / path).read_text(encoding="utf-8")
        found = re.search(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work/\w+)/", text)
        assert not found, f"{path} holds {found[0]!r}" if found else ""
