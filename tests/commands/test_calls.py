"""The command that makes a dataset from a file of functions, called as the command line calls it."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from pathlib import Path

import pytest

from playground.commands.calls import calls
from playground.commands.console import Console
from playground.datasets import open_dataset
from playground.errors import BadDataset, BadSample, BadSetting
from playground.settings import Settings

TOOLS = [
    {
        "name": "f",
        "description": "Finds a thing.",
        "parameters": {"properties": {"x": {"enum": ["a1", "b2"]}}, "required": ["x"]},
    },
    {"name": "g g"},
]


def given(tools: Path, out: Path | None, **more: object) -> Namespace:
    plain = {"rows": 60, "seed": 7, "out": str(out) if out else None, "lang": None, "force": False, "json": True}
    return Namespace(tools=str(tools), **{**plain, **more})


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    path = tmp_path / "tools.json"
    path.write_text("\ufeff" + json.dumps(TOOLS), encoding="utf-8")
    return path


def test_a_dataset_is_made_and_told(tools: Path, tmp_path: Path, settings: Settings) -> None:
    out, progress = io.StringIO(), io.StringIO()
    assert calls(given(tools, tmp_path / "d", refuse=0.1), settings, Console(out, progress)) == 0
    told = json.loads(out.getvalue())
    assert told["counts"]["train"] == 60 and told["calls"]["f"] >= 40 and told["never"] == {}
    assert sum(told["kinds"].values()) == 60 and {"call", "ask", "refuse"} <= set(told["kinds"])
    assert len(told["faults"]) == 1 and "'g g'" in progress.getvalue()
    assert open_dataset(Path(told["path"])).rows_sha256 == told["rows_sha256"]
    with pytest.raises(BadDataset, match="--force"):
        calls(given(tools, tmp_path / "d"), settings, Console(out, progress))
    table = io.StringIO()
    calls(given(tools, tmp_path / "d", force=True, json=False, rows=5), settings, Console(table, progress))
    assert "train" in table.getvalue() and "sha256" in table.getvalue()


def test_without_a_folder_it_goes_to_the_visitors_datasets(tools: Path, settings: Settings) -> None:
    out = io.StringIO()
    calls(given(tools, None, rows=3, lang="zh"), settings, Console(out, io.StringIO()))
    assert json.loads(out.getvalue())["path"].startswith(str(settings.home))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[]", b"[" * 300_000, b'[{"name": "g g"}]'])
def test_a_file_without_functions_is_one_sentence(content: bytes, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(BadSample, match="bad.json"):
        calls(given(path, tmp_path / "d"), settings, Console(io.StringIO(), io.StringIO()))
    with pytest.raises(BadSample, match="cannot be read"):
        calls(given(tmp_path, tmp_path / "d"), settings, Console(io.StringIO(), io.StringIO()))


def test_options_of_other_beginnings_are_refused(tools: Path, tmp_path: Path, settings: Settings) -> None:
    for wrong in ({"set": ["NAME=x"]}, {"workers": 2}):
        with pytest.raises(BadSetting, match="go with --task"):
            calls(given(tools, tmp_path / "d", **wrong), settings, Console(io.StringIO(), io.StringIO()))
    with pytest.raises(BadSetting, match="together are"):
        calls(given(tools, tmp_path / "d", refuse=0.9), settings, Console(io.StringIO(), io.StringIO()))
