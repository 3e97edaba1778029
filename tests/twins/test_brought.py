"""Names that people give, and what is taken away: the logic that the page and the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.datasets import dataset_path, write_dataset
from playground.errors import BadSetting, UnknownName
from playground.records import Message, Row
from playground.settings import Settings
from playground.twins.brought import folder_name, take_dataset, task_name


@pytest.mark.parametrize("task", ["客服", "../../etc", "A B", "-", "x" * 40, "über", "own", "\u202e"])
def test_a_task_of_any_name_has_a_folder(task: str, settings: Settings) -> None:
    name = folder_name(task)
    place = dataset_path(settings, "local", name)
    assert place.parent == settings.home / "local" / "datasets" and name != folder_name(task)


@pytest.mark.parametrize("text", ["", " ", "a\nb", "\x00", "\ud800", "x" * 41, "general", " general ", "\u202e"])
def test_a_name_that_cannot_be_is_told(text: str) -> None:
    with pytest.raises(BadSetting, match="task name"):
        task_name(text)


def test_what_is_taken_is_named_and_counted(tmp_path: Path) -> None:
    said = (Message(role="user", content="q"), Message(role="assistant", content="a"))
    rows = [Row(f"r{n}", "t", "", "", {}, said) for n in range(3)]
    dataset = write_dataset(tmp_path / "d", rows, {}, {"task": "t", "seed": 1, "slots": []})
    seen: list[str] = []

    def count(row: Row) -> Row:
        seen.append(row.id)
        return row

    assert take_dataset(dataset, "csv", tmp_path / "o", counted=count) == {"train": "train.csv"}
    assert seen == ["r0", "r1", "r2"] and {one.name for one in (tmp_path / "o").iterdir()} == {"train.csv", "README.md"}
    assert take_dataset(dataset, "messages", tmp_path / "d", ".messages") == {"train": "train.messages.jsonl"}
    with pytest.raises(UnknownName, match="form 'poem' is not known"):
        take_dataset(dataset, "poem", tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_a_card_of_workbooks_names_no_data_files(tmp_path: Path) -> None:
    said = (Message(role="user", content="q"), Message(role="assistant", content="a"))
    dataset = write_dataset(
        tmp_path / "d", [Row("r", "t", "", "", {}, said)], {}, {"task": "t", "seed": 1, "slots": []}
    )
    for form, named in (("xlsx", False), ("csv", True)):
        take_dataset(dataset, form, tmp_path / form)
        card = (tmp_path / form / "README.md").read_text(encoding="utf-8")
        assert ("data_files" in card) == named and f"| train | 1 | train.{form} |" in card
