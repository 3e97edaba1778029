"""A dataset's card is read by the Hub and by people, whatever is in its names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from playground.datasets import Dataset, write_dataset
from playground.interchange.dataset_card import command, dataset_card
from playground.records import Message, Row

TWINS = {"task": "address", "seed": 7, "slots": ["省"], "set": {"NAME": "小 枝"}, "lang": "zh", "held": ["a"]}


def dataset(path: Path, card: dict[str, Any], texts: tuple[str, ...] = ("浙江在哪", "在哪呢")) -> Dataset:
    made = []
    for number, text in enumerate(texts):
        turns = (Message(role="user", content=text), Message(role="assistant", content="x"))
        made.append(Row(f"r{number}", card["task"], "", "", {"省": "x"}, turns))
    return write_dataset(path / "data", made, {"unseen_values": made[:1]}, card)


def header(card: str) -> dict[str, Any]:
    match = re.match(r"---\n(.*?)\n---\n\n# ", card, re.DOTALL)
    assert match
    found: dict[str, Any] = yaml.safe_load(match[1])
    return found


def test_the_header_is_what_the_hub_reads(tmp_path: Path) -> None:
    made = dataset(tmp_path, {**TWINS, "dress": {"order": 0.15}, "versions": {"faker": "40"}})
    card = dataset_card(made)
    assert header(card) == {
        "language": ["zh"],
        "task_categories": ["text-generation"],
        "size_categories": ["n<1K"],
        "tags": ["synthetic", "fine-tuning", "chat", "address"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": "train", "path": "train.jsonl"},
                    {"split": "unseen_values", "path": "unseen_values.jsonl"},
                ],
            }
        ],
    }
    for part in (made.rows_sha256, "| train | 2 | train.jsonl |", '"order": 0.15', '"faker": "40"', "- seed: `7`"):
        assert part in card
    assert command(made) == "python -m playground twins --task address --rows 2 --set 'NAME=小 枝' --lang zh --seed 7"
    assert command(made) in card
    assert dataset_card(made, {"train": "t.json"}).count("t.json") == 2


def test_a_brought_one_says_where_from(tmp_path: Path) -> None:
    source = {"file": "a b.csv", "form": "pairs", "columns": {"question": "问"}, "share": 0.2, "faults": 3}
    made = dataset(tmp_path, {"task": "shop", "seed": 3, "slots": [], "source": source}, ("Where is it?", "Why?"))
    card = dataset_card(made)
    assert header(card)["language"] == ["en"] and "brought" in header(card)["tags"]
    wanted = "twins --import 'a b.csv' --name shop --share 0.2 --form pairs --column 'question=问' --seed 3"
    assert command(made) == f"python -m playground {wanted}" and "could not be used: 3" in card


def test_names_cannot_break_out(tmp_path: Path) -> None:
    evil = 'x"\n---\n# <script>|`rm`'
    source = {"file": evil, "form": evil, "columns": {evil: evil}, "share": "$(rm)", "system": evil, "sheet": evil}
    made = dataset(tmp_path, {"task": evil, "seed": None, "slots": [evil], "source": source})
    card = dataset_card(made)
    assert header(card)["tags"][-1] == evil
    outside = re.sub(r"```bash\n.*?\n```", "", card.split("\n---\n\n", 1)[1], flags=re.DOTALL)
    assert "\n---" not in outside and not re.search(r"(?<!\\)<script>", re.sub(r"`[^`]*`", "", outside))
