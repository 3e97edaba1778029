"""The command writes a sample, takes decisions back, tells the bound, and makes a dataset of what stood."""

from __future__ import annotations

import csv
import io
import json
from argparse import Namespace
from pathlib import Path

import pytest

from playground.commands.console import Console
from playground.commands.review import review
from playground.datasets import Dataset, open_dataset, write_dataset
from playground.errors import BadSample, BadSetting, UnknownName
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.make import make_twins


@pytest.fixture
def data(settings: Settings, tmp_path: Path) -> Dataset:
    twins = make_twins(load_task("address", settings), 100, 7, settings, group_rows=20)
    return write_dataset(tmp_path / "My Data", twins.train, twins.groups, twins.card)


def run(settings: Settings, data: Dataset, **given: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    standard = {"out": None, "take": None, "apply": None, "group": "train", "rows": 59, "seed": 0}
    more = {"force": False, "lang": "en", "json": False}
    code = review(Namespace(data=str(data.path), **{**standard, **more, **given}), settings, Console(out, err))
    return code, out.getvalue(), err.getvalue()


def decide(sheet: Path, *changes: dict[str, str]) -> None:
    """Accept every row of the sheet, but for the changes of the first ones."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["decision"] = "accept"
        row.update(changes[number] if number < len(changes) else {})
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_sheet_goes_out_and_comes_back(settings: Settings, data: Dataset, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    assert run(settings, data, out=str(sheet))[1].strip() == "no row is checked yet"
    decide(sheet)
    code, out, err = run(settings, data, take=str(sheet))
    assert code == 0 and "59 new decisions" in err
    assert out.splitlines() == [
        "59 checked, none wrong: under 5 % wrong, 95 % sure",
        "240 more without a fault would show under 1 %",
    ]
    with pytest.raises(BadSetting, match="is there already"):
        run(settings, data, out=str(sheet))
    assert run(settings, data, out=str(sheet), force=True, rows=5)[0] == 0
    assert sheet.read_text("utf-8-sig").count("accept") == 5


def test_a_dataset_is_made_of_what_stood(settings: Settings, data: Dataset, tmp_path: Path) -> None:
    sheet, out = tmp_path / "sheet.csv", tmp_path / "out"
    run(settings, data, out=str(sheet))
    decide(sheet, {"decision": "reject"}, {"message": "周敏"}, {})
    with pytest.raises(BadSample, match="no dataset is made"):
        run(settings, data, take=str(sheet), apply=str(out))
    assert not out.exists()
    code, _, err = run(settings, data, take=str(sheet))
    assert code == 1 and "sheet line " in err and "is not right" in err
    code, told, _ = run(settings, data, apply=str(out), json=True)
    made = open_dataset(out)
    assert code == 0 and json.loads(told)["dataset"]["counts"]["train"] == 99
    assert json.loads(told)["bound"]["wrong"] == 1 and made.counts["unseen_both"] == 20
    wanted = {"of": data.rows_sha256, "checked": 58, "accepted": 57, "edited": 0, "rejected": 1}
    assert made.card["reviewed"] == wanted and made.card["seed"] == 7


def test_bad_words_are_said(settings: Settings, data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="group 'test' is not known"):
        run(settings, data, group="test")
    with pytest.raises(BadSetting, match="rows to check is 0"):
        run(settings, data, rows=0)
    with pytest.raises(BadSample, match="cannot be read"):
        run(settings, data, take=str(tmp_path / "nothing.csv"))
    with pytest.raises(BadSetting, match="no row is reviewed yet"):
        run(settings, data, apply=str(tmp_path / "out"))
