"""A file to a dataset folder and out again, as the command line does it."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from playground.commands.bring import bring
from playground.commands.console import Console
from playground.commands.take import take
from playground.datasets import open_dataset
from playground.errors import BadDataset, BadSample, UnknownName
from playground.interchange.brought import rows_of
from playground.interchange.forms import FORMS
from playground.interchange.read import read_table
from playground.interchange.shape import guess
from playground.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "work")


def given(file: Path, **more: Any) -> Namespace:
    options: dict[str, Any] = {"task": "shop", "out": None, "seed": 7, "share": 0.2, "form": None, "column": []}
    options |= {"system": "", "sheet": None, "no_header": False, "force": False, "json": False}
    return Namespace(file=str(file), **{**options, **more})


def csv_file(path: Path, count: int = 40) -> Path:
    words = ("退货", "换货", "发票", "运费", "尺码", "颜色", "保修", "安装", "优惠", "地址")
    rows = [f"{words[n % 10]}{words[n // 4]}这件事怎么办理,回答{n}" for n in range(count)]
    path.write_text("\n".join(["问题,回答", *rows, rows[0], "没有答案,"]) + "\n", encoding="gb18030")
    return path


def test_a_file_becomes_a_dataset_that_is_the_same_again(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path / "客服.csv")
    assert bring(given(file, out=tmp_path / "a"), settings, Console()) == 0
    told = capsys.readouterr().out
    for part in ("csv gb18030", "taken for pairs", "question = 问题", "line 43: the row has no answer", "1 duplicates"):
        assert part in told
    made = open_dataset(tmp_path / "a")
    assert made.task == "shop" and made.seed == 7 and made.groups == ("unseen_values",)
    assert sum(filter(None, made.counts.values())) == 40
    assert made.card["source"]["file"] == "客服.csv" and made.card["source"]["faults"] == 1
    assert bring(given(file, out=tmp_path / "b", json=True), settings, Console()) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["rows_sha256"] == made.rows_sha256 and again["duplicates"] == 1
    assert again["faults"] == [{"line": 43, "sentence": "the row has no answer; fill it or drop the row"}]
    with pytest.raises(BadDataset, match="not empty"):
        bring(given(file, out=tmp_path / "a"), settings, Console())
    assert bring(given(file, out=tmp_path / "a", share=0.0, force=True), settings, Console()) == 0
    assert open_dataset(tmp_path / "a").counts == {
        "train": 40,
        "unseen_values": None,
        "unseen_templates": None,
        "unseen_both": None,
    }


def test_form_columns_and_system_may_be_picked(tmp_path: Path, settings: Settings) -> None:
    file = csv_file(tmp_path / "a.csv")
    swapped = given(file, out=tmp_path / "a", column=["question=回答", "answer=问题"], system="你是小店")
    bring(swapped, settings, Console())
    row = next(iter(open_dataset(tmp_path / "a").rows()))
    assert row.messages[0]["content"] == "你是小店" and row.messages[1]["content"].startswith("回答")
    bring(given(file, out=tmp_path / "b", form="alpaca"), settings, Console())
    assert open_dataset(tmp_path / "b").card["source"]["form"] == "alpaca"
    with pytest.raises(UnknownName, match="column 'x' is not known; there is: 问题, 回答"):
        bring(given(file, column=["question=x"]), settings, Console())
    bring(given(file), settings, Console())
    assert len(list((tmp_path / "work").rglob("dataset.json"))) == 1


def test_slots_are_those_that_every_row_has(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "a.jsonl"
    rows = [{"text": f"第{n}单寄到{'杭州上海北京'[n % 3 * 2 :]}", "label": {"市": "杭州", "省": ""}} for n in range(9)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    bring(given(file, out=tmp_path / "a", share=0.0), settings, Console())
    assert open_dataset(tmp_path / "a").slots == ("市", "省")


def test_a_file_that_gives_nothing_leaves_nothing(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"question": "x", "answer": ""}\n', encoding="utf-8")
    with pytest.raises(BadDataset, match="line 1: the row has no answer"):
        bring(given(file, out=tmp_path / "a"), settings, Console())
    file.write_text('{"n": 1}\n', encoding="utf-8")
    with pytest.raises(BadSample, match="pick them by hand"):
        bring(given(file, out=tmp_path / "a"), settings, Console())
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("form", FORMS)
def test_a_dataset_is_taken_in_every_form(
    tmp_path: Path, settings: Settings, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(given(csv_file(tmp_path / "a.csv"), out=tmp_path / "data"), settings, Console())
    capsys.readouterr()
    out = tmp_path / "out"
    asked = Namespace(data=str(tmp_path / "data"), form=form, out=str(out), force=False, json=True)
    assert take(asked, settings, Console()) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert {one.name for one in out.iterdir()} == {*files.values(), "README.md"}
    made = open_dataset(tmp_path / "data")
    for group, file in files.items():
        table = read_table(out / file)
        back = rows_of(table, guess(table), "shop")
        assert [row.messages for row in back.rows] == [row.messages for row in made.rows(group)]
        assert file in (out / "README.md").read_text(encoding="utf-8")
    with pytest.raises(BadDataset, match="not empty"):
        take(asked, settings, Console())
    asked.force, asked.json = True, False
    assert take(asked, settings, Console()) == 0 and "train" in capsys.readouterr().out
    asked.data, asked.form = "none-such", "poem"
    with pytest.raises(UnknownName, match="dataset 'none-such'"):
        take(asked, settings, Console())
    asked.data = str(tmp_path / "data")
    with pytest.raises(UnknownName, match="form 'poem'"):
        take(asked, settings, Console())
