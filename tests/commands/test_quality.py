"""The command measures a folder, names what is wrong, and ends with 1 where something is."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.commands.console import Console
from playground.commands.quality import quality
from playground.datasets import open_dataset, write_dataset
from playground.errors import BadDataset
from playground.records import Row, json_line
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.twins.quality.facts import facts_of


def address(settings: Settings, rows: int = 120) -> tuple[list[Row], dict[str, list[Row]], dict[str, object]]:
    twins = make_twins(load_task("address", settings), rows, 7, settings, group_rows=20)
    return list(twins.train), {name: list(held) for name, held in twins.groups.items() if held}, twins.card


def run(settings: Settings, data: Path, real: Path | None = None, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    given = Namespace(data=str(data), real=str(real) if real else None, json=as_json, base=None, lang="en")
    code = quality(given, settings, Console(out, io.StringIO()))
    return code, out.getvalue()


def test_a_right_dataset_is_measured_and_shown(settings: Settings, tmp_path: Path) -> None:
    train, groups, card = address(settings)
    data = write_dataset(tmp_path / "data", train, groups, card).path
    code, text = run(settings, data)
    assert code == 0
    assert text.startswith("180 rows: no fault found")
    assert "unseen_both" in text and "详细地址" in text and "most frequent" in text


def test_a_wrong_row_is_named_and_the_command_ends_with_1(settings: Settings, tmp_path: Path) -> None:
    train, groups, card = address(settings)
    train[4] = replace(train[4], slots={**train[4].slots, "姓名": "别人"})
    data = write_dataset(tmp_path / "data", train, groups, card).path
    code, text = run(settings, data)
    assert code == 1 and f"{train[4].id}: the answer says 姓名" in text


def test_as_json_beside_real_rows(settings: Settings, tmp_path: Path) -> None:
    train, groups, card = address(settings)
    data = write_dataset(tmp_path / "data", train, groups, card).path
    real = tmp_path / "real.jsonl"
    bare = ({"messages": list(one.messages), "slots": one.slots} for one in islice(train, 50))
    real.write_text("".join(json_line(one) for one in bare), encoding="utf-8")
    code, text = run(settings, data, real, as_json=True)
    told = json.loads(text)
    assert code == 0 and told["real"]["real_rows"] == 50 and told["counts"]["train"] == 120
    assert json.loads(run(settings, data, data, as_json=True)[1])["real"]["real_rows"] == 120


def test_a_task_that_is_not_on_the_shelf_is_known_by_its_rows(settings: Settings, tmp_path: Path) -> None:
    train, groups, card = address(settings)
    elsewhere = [replace(one, task="mine") for one in train]
    data = write_dataset(tmp_path / "data", elsewhere, {}, {"task": "mine"}).path
    facts = facts_of(open_dataset(data), settings)
    assert facts.slots == tuple(train[0].slots) and facts.tails == tuple(
        load_task("address", settings).instruction.values()
    )
    assert run(settings, data)[0] == 0


def test_bad_files_are_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadDataset):
        run(settings, tmp_path / "nothing")


def test_a_base_gives_lengths_in_tokens(settings: Settings, tmp_path: Path, tiny: BaseRef) -> None:
    train, groups, card = address(settings, 20)
    data = write_dataset(tmp_path / "data", train, groups, card).path
    for base, unit in ((tiny.path_or_hub_id, "tokens"), ("somebody/not-fetched", "characters")):
        out, err = io.StringIO(), io.StringIO()
        given = Namespace(data=str(data), real=None, json=True, base=base, lang="en")
        quality(given, settings, Console(out, err))
        assert json.loads(out.getvalue())["lengths"]["unit"] == unit
        assert ("no tokenizer on this machine" in err.getvalue()) == (unit == "characters")


def test_bad_real_rows_are_named_and_the_good_ones_count(settings: Settings, tmp_path: Path) -> None:
    train, groups, card = address(settings, 20)
    data = write_dataset(tmp_path / "data", train, groups, card).path
    real = tmp_path / "real.csv"
    real.write_text("message,姓名\n张三 139,张三\n,\n,李四\n", encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    given = Namespace(data=str(data), real=str(real), json=True, base=None, lang="en")
    quality(given, settings, Console(out, err))
    assert json.loads(out.getvalue())["real"]["real_rows"] == 1
    assert "1 real rows are left out" in err.getvalue() and "real.csv line 4" in err.getvalue()
