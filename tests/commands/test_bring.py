"""A file to a dataset folder and out again, as the command line does it."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from playground.commands.bring import ONLY_HERE
from playground.commands.console import Console
from playground.commands.twins import twins
from playground.datasets import CARD_MARK, open_dataset
from playground.errors import BadDataset, BadSample, BadSetting, UnknownName, UserError
from playground.interchange.brought import rows_of
from playground.interchange.dataset_card import command
from playground.interchange.forms import FORMS
from playground.interchange.read import read_table
from playground.interchange.shape import guess
from playground.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "work")


def given(file: Path, **more: Any) -> Namespace:
    options: dict[str, Any] = {"name": "shop", "out": None, "seed": 7, "share": None, "form": None, "column": []}
    options |= {"system": "", "sheet": None, "no_header": False, "force": False, "json": False, "format": None}
    return Namespace(imported=str(file), task=None, example=None, **{**options, **more})


def csv_file(path: Path, count: int = 40) -> Path:
    words = ("退货", "换货", "发票", "运费", "尺码", "颜色", "保修", "安装", "优惠", "地址")
    rows = [f"{words[n % 10]}{words[n // 4]}这件事怎么办理,回答{n}" for n in range(count)]
    path.write_text("\n".join(["问题,回答", *rows, rows[0], "没有答案,"]) + "\n", encoding="gb18030")
    return path


def test_a_file_becomes_a_dataset_that_is_the_same_again(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path / "客服.csv")
    assert twins(given(file, out=tmp_path / "a"), settings, Console()) == 0
    told = capsys.readouterr().out
    for part in ("csv gb18030", "taken for pairs", "question = 问题", "line 43: the row has no answer", "1 duplicates"):
        assert part in told
    made = open_dataset(tmp_path / "a")
    assert made.task == "shop" and made.seed == 7 and made.groups == ("unseen_values",)
    assert sum(filter(None, made.counts.values())) == 40
    assert made.card["source"]["file"] == "客服.csv" and made.card["source"]["faults"] == 1
    assert twins(given(file, out=tmp_path / "b", json=True), settings, Console()) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["rows_sha256"] == made.rows_sha256 and again["duplicates"] == 1
    assert again["faults"] == [{"line": 43, "sentence": "the row has no answer; fill it or drop the row"}]
    with pytest.raises(BadDataset, match="not empty"):
        twins(given(file, out=tmp_path / "a"), settings, Console())
    assert twins(given(file, out=tmp_path / "a", share=0.0, force=True), settings, Console()) == 0
    assert open_dataset(tmp_path / "a").counts == {
        "train": 40,
        "unseen_values": None,
        "unseen_templates": None,
        "unseen_both": None,
    }


def test_form_columns_and_system_may_be_picked(tmp_path: Path, settings: Settings) -> None:
    file = csv_file(tmp_path / "a.csv")
    swapped = given(file, out=tmp_path / "a", column=["question=回答", "answer=问题"], system="你是小店")
    twins(swapped, settings, Console())
    row = next(iter(open_dataset(tmp_path / "a").rows()))
    assert row.messages[0]["content"] == "你是小店" and row.messages[1]["content"].startswith("回答")
    twins(given(file, out=tmp_path / "b", form="alpaca"), settings, Console())
    assert open_dataset(tmp_path / "b").card["source"]["form"] == "alpaca"
    with pytest.raises(UnknownName, match="column 'x' is not known; there is: 问题, 回答"):
        twins(given(file, column=["question=x"]), settings, Console())
    twins(given(file), settings, Console())
    assert len(list((tmp_path / "work").rglob("dataset.json"))) == 1


def test_slots_are_those_that_every_row_has(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "a.jsonl"
    rows = [{"text": f"第{n}单寄到{'杭州上海北京'[n % 3 * 2 :]}", "label": {"市": "杭州", "省": ""}} for n in range(9)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    twins(given(file, out=tmp_path / "a", share=0.0), settings, Console())
    assert open_dataset(tmp_path / "a").slots == ("市", "省")


def test_a_file_that_gives_nothing_leaves_nothing(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"question": "x", "answer": ""}\n', encoding="utf-8")
    with pytest.raises(BadDataset, match="line 1: the row has no answer"):
        twins(given(file, out=tmp_path / "a"), settings, Console())
    file.write_text('{"n": 1}\n', encoding="utf-8")
    with pytest.raises(BadSample, match="pick them by hand"):
        twins(given(file, out=tmp_path / "a"), settings, Console())
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("form", FORMS)
def test_a_dataset_is_written_in_every_form_beside_its_own(
    tmp_path: Path, settings: Settings, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, file = tmp_path / "out", csv_file(tmp_path / "a.csv")
    asked = given(file, out=out, format=form, json=True)
    assert twins(asked, settings, Console()) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    made = open_dataset(out)
    own = {"dataset.json", "train.jsonl", "unseen_values.jsonl"}
    assert {one.name for one in out.iterdir()} == {*files.values(), *own, "README.md"} and not own & {*files.values()}
    card = (out / "README.md").read_text(encoding="utf-8")
    assert CARD_MARK.decode() in card and "twins --import a.csv --name shop" in card
    for group, name in files.items():
        found = read_table(out / name)
        back = rows_of(found, guess(found), "shop")
        assert [row.messages for row in back.rows] == [row.messages for row in made.rows(group)]
        assert name in card
    before = {one.name: one.read_bytes() for one in out.iterdir()}
    asked.force, asked.json = True, False
    assert twins(asked, settings, Console()) == 0 and files["train"] in capsys.readouterr().out
    assert {one.name: one.read_bytes() for one in out.iterdir()} == before
    (out / "README.md").write_text("my own words", encoding="utf-8")
    with pytest.raises(BadDataset, match=r"move 'README\.md' away"):
        twins(asked, settings, Console())


def test_a_table_without_a_header_and_a_task_of_any_name(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "a.csv"
    file.write_text("".join(f"第{n}件事怎么办,回答{n}\n" for n in "一二三四五"), encoding="utf-8")
    columns = ["question=column 1", "answer=column 2"]
    asked = given(file, name="客服 / 甲", no_header=True, column=columns, out=tmp_path / "a")
    assert twins(asked, settings, Console()) == 0
    made = open_dataset(tmp_path / "a")
    assert made.task == "客服 / 甲" and sum(filter(None, made.counts.values())) == 5
    assert "--no-header" in command(made)
    asked.out = None
    assert twins(asked, settings, Console()) == 0
    assert len(list((settings.home / "local" / "datasets").glob("own-*/dataset.json"))) == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"column": ["answer"]}, "--column 'answer' is not PART=COLUMN"),
        ({"column": ["=x"]}, "is not PART=COLUMN"),
        ({"share": 2.0}, "the held share is 2.0; it must be 0 to 0.9"),
        ({"form": "poem"}, "form 'poem' is not known"),
        ({"name": "\ud800"}, "task name .* cannot be"),
        ({"name": "general"}, "rows to be rehearsed"),
        ({"name": " "}, "task name ' ' cannot be"),
        ({"name": "x" * 41}, "at most 40"),
        ({"system": "\ud800"}, "half a character pair"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, settings: Settings, more: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        twins(given(csv_file(tmp_path / "a.csv"), **more), settings, Console())


@pytest.mark.parametrize("option", ONLY_HERE)
def test_what_is_said_of_a_file_needs_one(tmp_path: Path, settings: Settings, option: str) -> None:
    asked = given(tmp_path, **{"name": None, "rows": 3, option: ["a=b"] if option == "column" else 1})
    asked.imported, asked.task = None, "address"
    with pytest.raises(BadSetting, match=f"--{option.replace('_', '-')} goes with --import"):
        twins(asked, settings, Console())
