"""The environment read once: what a page may use, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.device import pick_device
from playground.errors import BadSetting
from playground.settings import Settings, read_settings

KEY = {"PLAYGROUND_API_KEY": "sk-SECRET"}


@pytest.mark.parametrize(
    ("environment", "held"),
    [({}, True), ({"PLAYGROUND_HOST": "localhost"}, True), ({"GRADIO_SERVER_NAME": "0.0.0.0"}, False)],
)
def test_a_page_that_others_can_reach_does_not_hold_the_key(environment: dict[str, str], held: bool) -> None:
    settings = read_settings(KEY | environment)
    assert settings.api_key.reveal() == "sk-SECRET"
    assert settings.of_page().api_key.reveal() == ("sk-SECRET" if held else "")
    assert settings.shared is not held


def test_on_a_space_nobody_holds_it(tmp_path: Path) -> None:
    settings = read_settings(KEY | {"SPACE_ID": "a/b", "PLAYGROUND_HOME": str(tmp_path)})
    assert settings.public and settings.shared and settings.api_key.reveal() == "" and settings.home == tmp_path


def test_on_zero_gpu_what_stays_loaded_runs_on_the_cpu() -> None:
    assert read_settings({"SPACE_ID": "a/b", "SPACES_ZERO_GPU": "true"}).zero_gpu
    assert not read_settings({"SPACES_ZERO_GPU": "true"}).zero_gpu
    assert pick_device(Settings(zero_gpu=True)).kind == "cpu"


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "1e3"])
def test_a_port_that_is_none_is_named(value: str) -> None:
    with pytest.raises(BadSetting, match=f"PLAYGROUND_PORT is '{value}'; it must be a whole number, 1 to 65,?535"):
        read_settings({"PLAYGROUND_PORT": value})


def test_a_home_that_is_not_there_is_named() -> None:
    with pytest.raises(BadSetting, match="~nobody-of-that-name/x"):
        read_settings({"PLAYGROUND_HOME": "~nobody-of-that-name/x"})
