"""Dataset folders are written whole or not at all, and a broken one says what is wrong."""

from __future__ import annotations

import dataclasses
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.datasets import (
    GROUPS,
    check_apart,
    dataset_names,
    dataset_path,
    find_dataset,
    new_name,
    open_dataset,
    read_cases,
    write_dataset,
    zip_folder,
)
from playground.errors import BadDataset, BadSample, UnknownName
from playground.records import Message, Row, json_line, row_from_json
from playground.samples import completer, load_task, user_text
from playground.settings import LOCAL, Settings

CARD = {"task": "colour", "seed": 7, "slots": ["颜色"], "set": {}, "held": ["b"]}


def row(number: int, group: str = "train") -> Row:
    asked = f"要{number}号红" if group == "train" else f"{group}要{number}号红"
    turns = (Message(role="user", content=asked), Message(role="assistant", content="红"))
    return Row(f"colour-{group}-{number}", "colour", "a", "json", {"颜色": f"{number}号红"}, turns)


def rows(count: int, group: str = "train") -> Iterator[Row]:
    return (row(number, group) for number in range(count))


def write(out: Path, count: int = 5, force: bool = False) -> Path:
    groups = {"unseen_values": rows(2, "v"), "unseen_templates": None, "unseen_both": rows(1, "b")}
    return write_dataset(out, rows(count), groups, CARD, force).path


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    dataset = open_dataset(write(tmp_path / "data"))
    assert (dataset.task, dataset.seed, dataset.slots) == ("colour", 7, ("颜色",))
    assert dataset.counts == {"train": 5, "unseen_values": 2, "unseen_templates": None, "unseen_both": 1}
    assert dataset.groups == ("unseen_values", "unseen_both")
    assert list(dataset.rows()) == list(rows(5)) and list(dataset.rows("unseen_both")) == list(rows(1, "b"))
    assert list(dataset.rows("unseen_templates")) == []
    assert not (dataset.path / "unseen_templates.jsonl").exists()
    assert json.loads((dataset.path / "dataset.json").read_text(encoding="utf-8"))["counts"]["unseen_templates"] is None


def test_weights_and_tools_come_back_as_they_were() -> None:
    line = {**row(1).as_json(), "tools": [{"type": "function", "function": {"name": "f"}}]}
    line["messages"] = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!", "weight": 0}]
    assert row_from_json(line).as_json() == line
    line["messages"][1]["weight"] = 1  # what goes without saying is not written
    assert "weight" not in row_from_json(line).as_json()["messages"][1]
    for wrong in ({"tools": {"f": 1}}, {"messages": [{"role": "user", "content": "?", "weight": 2}]}):
        with pytest.raises(BadSample, match="tools are|weight 2"):
            row_from_json({**line, **wrong})


@pytest.mark.parametrize("text", ["王芳", 'a"b\\c', "\n\t\x00\x7f\u2028", "😀", ""])
def test_a_line_is_the_rows_json(text: str) -> None:
    one = Row(
        text,
        text,
        text,
        text,
        {text: text, "b": text},
        (Message(role="user", content=text), Message(role="assistant", content="x")),
    )
    for made in (
        one,
        dataclasses.replace(one, tools=({"name": text},)),
        dataclasses.replace(one, slots={}, messages=()),
    ):
        assert made.as_line() == json_line(made.as_json())
    shown: Message = {"role": "assistant", "content": text, "weight": 0}
    assert '"weight": 0' in dataclasses.replace(one, messages=(shown,)).as_line()


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    assert contents(write(tmp_path / "one")) == contents(write(tmp_path / "two"))


def test_a_break_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaks() -> Iterator[Row]:
        yield row(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_dataset(tmp_path / "data", breaks(), {}, CARD)
    assert list(tmp_path.iterdir()) == []


def test_a_break_leaves_the_older_dataset(tmp_path: Path) -> None:
    before = contents(write(tmp_path / "data"))
    with pytest.raises(BadDataset, match="no training row"):
        write_dataset(tmp_path / "data", [], {}, CARD, force=True)
    assert contents(tmp_path / "data") == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_is_not_empty_is_refused_without_force(tmp_path: Path) -> None:
    out = write(tmp_path / "data")
    with pytest.raises(BadDataset, match=f"{re.escape(str(out))} is not empty; .*--force"):
        write(out)
    write(out, count=3, force=True)
    assert open_dataset(out).counts["train"] == 3


def test_force_never_replaces_what_is_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("hello")
    with pytest.raises(BadDataset, match="not a dataset, so it is not replaced"):
        write(tmp_path / "letters", force=True)
    with pytest.raises(BadDataset, match="is a file; name a folder"):
        write(tmp_path / "letters" / "dear.txt")
    assert (tmp_path / "letters" / "dear.txt").read_text() == "hello"


def test_a_damaged_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="there is no dataset folder .*nowhere"):
        open_dataset(tmp_path / "nowhere")
    with pytest.raises(BadDataset, match="holds no dataset.json"):
        open_dataset(tmp_path)
    out = write(tmp_path / "data")
    text = (out / "train.jsonl").read_text(encoding="utf-8")
    (out / "train.jsonl").write_text(text.replace("红", "蓝"), encoding="utf-8")
    with pytest.raises(BadDataset, match="is not as it was written"):
        open_dataset(out)
    (out / "train.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(BadDataset, match="has no training rows"):
        open_dataset(out)
    (out / "dataset.json").write_text("[", encoding="utf-8")
    with pytest.raises(BadDataset, match=r"dataset\.json cannot be read"):
        open_dataset(out)


def test_rows_changed_on_purpose_are_taken(tmp_path: Path) -> None:
    out = write(tmp_path / "data")
    (out / "train.jsonl").write_text(json_line(row(9).as_json()) + "{broken\n", encoding="utf-8")
    (out / "dataset.json").write_text('{"task": "colour"}', encoding="utf-8")
    dataset = open_dataset(out)
    with pytest.raises(BadSample, match=r"data/train\.jsonl line 2|train\.jsonl line 2"):
        list(dataset.rows())


def test_a_group_file_is_read_as_cases(tmp_path: Path) -> None:
    cases = read_cases(write(tmp_path / "data") / "unseen_values.jsonl")
    assert [case.group for case in cases] == ["unseen_values"] * 2
    assert [case.gold for case in cases] == [{"颜色": "0号红"}, {"颜色": "1号红"}]
    assert all(case.messages[-1]["role"] == "user" for case in cases)


def test_a_bare_case_gets_its_instruction(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "hand.jsonl"
    turns = [{"role": "user", "content": "王芳，138"}]
    line = {"id": "h", "task": "address", "bare": True, "messages": turns, "gold": {"姓名": "王芳"}}
    path.write_text(json_line(line) * 1, encoding="utf-8")
    (case,) = read_cases(path, complete=completer(settings))
    assert case.messages[0]["content"] == user_text(load_task("address", settings), "王芳，138")
    with pytest.raises(BadSample, match=r"hand\.jsonl line 1 is bare"):
        read_cases(path)
    path.write_text(json_line({**line, "task": "colours"}), encoding="utf-8")
    with pytest.raises(BadSample, match="task 'colours' is not known; there is: address"):
        read_cases(path, complete=completer(settings))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no cases"),
        ('{"id": "a"}\n', r"cases\.jsonl line 1"),
        (json_line({"id": "a", "messages": [{"role": "user", "content": "x"}], "gold": "y"}) * 2, "'a' is there twice"),
        ("not json\n", "line 1 is not JSON"),
        ("[" * 60_000 + "\n", "line 1 is not JSON"),
        (
            json_line({"id": "a", "messages": [{"role": "user", "content": "x"}]})[:-2]
            + ', "gold": {"k": "1", "k": "2"}}',
            "given twice",
        ),
        ('{"id": "a", "messages": [{"role": "user", "content": "\\ud83d x"}], "gold": "y"}', "half a character pair"),
        ('{"id": "\\ud83d", "messages": [{"role": "user", "content": "x"}], "gold": "y"}', "half a character pair"),
        ('{"id": "a", "task": "t", "slots": {}, "messages": [{"role": "user", "content": "x"}]}', "without its answer"),
    ],
)
def test_broken_cases_are_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSample, match=says):
        read_cases(path)


def test_a_file_as_windows_writes_it_is_read(tmp_path: Path) -> None:
    line = json_line({"id": "a", "messages": [{"role": "user", "content": "x"}], "gold": "y"})
    (tmp_path / "cases.jsonl").write_bytes(b"\xef\xbb\xbf" + line.replace("\n", "\r\n").encode())
    assert [case.gold for case in read_cases(tmp_path / "cases.jsonl")] == ["y"]


def test_cases_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadSample, match="is a folder"):
        read_cases(tmp_path)
    with pytest.raises(BadSample, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")


def test_a_visitors_datasets_are_found_by_name(settings: Settings) -> None:
    name = new_name("address")
    assert re.fullmatch("address-[0-9a-f]{4}", name) and dataset_names(settings, LOCAL) == []
    write(dataset_path(settings, LOCAL, name))
    assert dataset_names(settings, LOCAL) == [name]
    assert dataset_names(settings, "0" * 32) == [], "another visitor sees none of it"
    assert find_dataset(settings, LOCAL, name).counts["train"] == 5
    with pytest.raises(UnknownName, match=f"dataset 'other' is not known; there is: {name}"):
        find_dataset(settings, LOCAL, "other")
    with pytest.raises(UnknownName, match="dataset name"):
        dataset_path(settings, LOCAL, "../escape")


def test_a_zip_holds_the_folder_and_no_time(tmp_path: Path) -> None:
    out = write(tmp_path / "data")
    one, two = zip_folder(out, tmp_path / "a.zip"), zip_folder(out, tmp_path / "b.zip")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as pack:
        assert set(pack.namelist()) == {f"data/{name}" for name in contents(out)}
        assert pack.read("data/train.jsonl") == (out / "train.jsonl").read_bytes()


def test_the_groups_are_named_once() -> None:
    assert GROUPS == ("unseen_values", "unseen_templates", "unseen_both")


@pytest.mark.parametrize("head", ["[]", "{}", "{"])
def test_force_leaves_a_folder_whose_dataset_json_is_another_s(tmp_path: Path, head: str) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "dataset.json").write_text(head)
    (out / "thesis.txt").write_text("precious")
    with pytest.raises(BadDataset):
        write(out, force=True)
    assert (out / "thesis.txt").read_text() == "precious"


def test_force_leaves_what_was_put_beside_a_dataset(tmp_path: Path) -> None:
    out = write(tmp_path / "data")
    (out / "notes.txt").write_text("precious")
    with pytest.raises(BadDataset, match="'notes.txt'"):
        write(out, count=3, force=True)
    assert (out / "notes.txt").read_text() == "precious" and open_dataset(out).counts["train"] == 5


def test_force_through_a_link_replaces_what_it_points_to(tmp_path: Path) -> None:
    out, link = write(tmp_path / "data"), tmp_path / "link"
    link.symlink_to(out)
    write(link, count=3, force=True)
    assert link.is_symlink() and open_dataset(out).counts["train"] == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "link"]


def test_a_row_that_moved_to_another_group_is_noticed(tmp_path: Path) -> None:
    out = write(tmp_path / "data")
    train, held = out / "train.jsonl", out / "unseen_values.jsonl"
    lines = train.read_bytes().splitlines(keepends=True)
    train.write_bytes(b"".join(lines[:-1]))
    held.write_bytes(lines[-1] + held.read_bytes())
    with pytest.raises(BadDataset, match="not as it was written"):
        open_dataset(out)


def test_a_row_that_is_taught_and_held_out_is_an_error_in_a_dataset_from_elsewhere(tmp_path: Path) -> None:
    out = write(tmp_path / "data")
    held, head = out / "unseen_values.jsonl", out / "dataset.json"
    card = json.loads(head.read_text(encoding="utf-8"))
    del card["rows_sha256"]
    head.write_text(json.dumps(card), encoding="utf-8")
    check_apart(open_dataset(out))
    taught = json.loads((out / "train.jsonl").read_text(encoding="utf-8").splitlines()[1])
    taught["id"] = "another-id"
    held.write_text(held.read_text(encoding="utf-8") + json.dumps(taught) + "\n", encoding="utf-8")
    with pytest.raises(BadDataset, match=r"unseen_values.jsonl row 3 asks what train.jsonl teaches"):
        check_apart(open_dataset(out))
