"""Real rows come out of any usual file; bad records are named, and the good ones count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from playground.datasets import write_dataset
from playground.errors import BadSample
from playground.twins.quality.brought import Brought, real_rows
from tests.twins.quality.made import FACTS, row

TURNS = [{"role": "user", "content": "To Leeds on Monday"}, {"role": "assistant", "content": "ok"}]


def brought(folder: Path, name: str, data: str | bytes) -> Brought:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return real_rows(file, FACTS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", json.dumps({"messages": TURNS, "slots": {"city": "Leeds", "day": "Monday"}})),
        ("a.jsonl", json.dumps({"Message": "To Leeds on Monday", "Answer": '{"city": "Leeds", "day": "Monday"}'})),
        ("a.json", json.dumps([{"instruction": "Parse", "input": "To Leeds", "city": "Leeds", "day": "Monday"}])),
        ("a.json", json.dumps([{"conversations": [{"from": "human", "value": "Leeds"}], "gold": {"city": "Leeds"}}])),
        ("a.csv", "text,city,day\nTo Leeds,Leeds,Monday\n"),
        ("a.csv", b"\xef\xbb\xbfmessage;gold city\r\nTo Leeds;Leeds\r\n"),
        ("a.tsv", "消息\tcity\n寄到\tLeeds\n".encode("gb18030")),
        ("a.csv", "message,city\nTo Leeds,Leeds\n".encode("utf-16")),
    ],
)
def test_the_usual_forms_are_read(tmp_path: Path, name: str, text: str | bytes) -> None:
    found = brought(tmp_path, name, text)
    assert found.bad == 0 and [one.slots["city"] for one in found.rows] == ["Leeds"]
    assert found.rows[0].messages[0]["role"] == "user" and found.rows[0].task == FACTS.task


def test_a_text_is_a_message_on_each_line(tmp_path: Path) -> None:
    found = brought(tmp_path, "a.txt", "To Leeds\n\nTo York\r\n")
    assert [one.messages[0]["content"] for one in found.rows] == ["To Leeds", "To York"]


def test_a_bad_record_is_named_and_the_others_count(tmp_path: Path) -> None:
    good = json.dumps({"message": "x"})
    bad = ["[1]", "{", '{"a": 1, "a": 2}', '{"x": "y"}', '{"messages": [{"role": 7, "content": "a"}]}', "[" * 200_000]
    bad += ['{"message": "\\ud800"}', '{"message": "x", "slots": {"city": "\\ud800"}}', "7", '{"messages": [7, {}]}']
    found = brought(tmp_path, "a.jsonl", "\n".join([good, *bad, good]))
    assert len(found.rows) == 2 and found.bad == len(bad) == len(found.faults)
    assert found.faults[0].startswith("a.jsonl line 2: ") and all(len(one) < 300 for one in found.faults)
    many = brought(tmp_path, "b.jsonl", f"{good}\n" + "7\n" * 500)
    assert (len(many.rows), many.bad, len(many.faults)) == (1, 500, 20)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.jsonl", "", "the file is empty"),
        ("a.json", "[1, ", "no line can be read"),
        ("a.pdf", "%PDF", "the file is a PDF"),
        ("a.csv", b"\xff\xfe\x00\xd8", "half a character pair"),
        ("a.txt", "\n \n", "the file is empty"),
    ],
)
def test_a_file_of_no_use_is_one_sentence(tmp_path: Path, name: str, data: str | bytes, told: str) -> None:
    with pytest.raises(BadSample, match=told):
        brought(tmp_path, name, data)


def test_a_dataset_folder_gives_its_training_rows(tmp_path: Path) -> None:
    made = write_dataset(tmp_path / "d", [row(1), replace(row(2), id="b")], {}, {"task": "trip"})
    assert [one.id for one in real_rows(made.path, FACTS).rows] == ["r1", "b"]
