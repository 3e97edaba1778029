"""A dataset from a flow file, by the function that the command line calls."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from playground.commands.console import Console
from playground.commands.flows import flows
from playground.datasets import open_dataset
from playground.errors import BadDataset, BadSetting, BadTemplate
from playground.settings import Settings
from tests.house import HOUSE


def call(settings: Settings, **given: Any) -> str:
    default = {
        "flow": str(HOUSE / "samples/react/flow.en.toml"),
        "rows": 60,
        "seed": 3,
        "flow_form": "react",
        "out": None,
    }
    out = io.StringIO()
    namespace = Namespace(**{**default, "force": False, "json": False, **given})
    assert flows(namespace, settings, Console(out, io.StringIO())) == 0
    return out.getvalue()


def test_it_says_where_the_dataset_is_and_what_it_covers(settings: Settings, tmp_path: Path) -> None:
    told = json.loads(call(settings, out=str(tmp_path / "set"), json=True))
    dataset = open_dataset(tmp_path / "set")
    assert told["rows_sha256"] == dataset.rows_sha256 and told["counts"]["train"] == 60
    assert dataset.task == "after-sales-en" and told["counts"]["unseen_both"]
    assert set(told["coverage"]["ends"]) >= {"solved", "filed"}
    with pytest.raises(BadDataset):
        call(settings, out=str(tmp_path / "set"))
    table = call(settings, out=str(tmp_path / "set"), force=True, flow_form="tools")
    assert "unseen_values" in table and "filed" in table and str(tmp_path / "set") in table
    roles = {message["role"] for row in open_dataset(tmp_path / "set").rows() for message in row.messages}
    assert roles == {"system", "user", "assistant", "tool"}


def test_without_a_folder_it_finds_one_of_its_own(settings: Settings) -> None:
    path = Path(json.loads(call(settings, rows=12, flow_form="plan", json=True))["path"])
    assert path.is_relative_to(settings.home) and open_dataset(path).counts["train"] == 12


def test_what_is_wrong_is_one_sentence_and_nothing_is_left(settings: Settings, tmp_path: Path) -> None:
    for wrong, kind in (
        ({"flow": "gone.toml"}, BadTemplate),
        ({"flow_form": "x"}, BadSetting),
        ({"rows": 0}, BadSetting),
    ):
        with pytest.raises(kind):
            call(settings, out=str(tmp_path / "set"), **wrong)
    assert not list(tmp_path.glob("*set*"))
