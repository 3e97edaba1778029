"""Slots proposed from one example stand where a person says they do, and are of the kind a person says they are.

    python -m benchmarks.propose [FILE ...]

Examples and their keys were written by people who had not seen the program (hand/examples). A slot is right where one
of its spans is the key's and its kind is the key's; one whose value is not in the message, where it is told as such.
The seeds of the extraction tasks are counted with them, span by span: their key is the address task's own.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks._path import HAND
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.propose import Slot, propose

BAR = 0.9
ADDRESS = {
    "姓名": "name",
    "电话": "mobile",
    "邮编": "postcode",
    "省": "province",
    "市": "city",
    "县": "county",
    "详细地址": "detail",
}
SAME = {"phone": ("mobile", "landline", "phone"), "landline": ("mobile", "landline"), "pattern": ("order", "postcode")}
"""Kinds that draw the like of another: an address's phone may be a landline."""


def judged(message: str, answer: str, key: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each slot of a key, and whether it was proposed right."""
    found = {one.name: one for one in propose(message, answer).slots}
    for slot, wanted in key.items():
        one = found.get(slot)
        yield slot, one is not None and _right(message, one, wanted)


def _right(message: str, one: Slot, wanted: dict[str, Any]) -> bool:
    if wanted["text"] is None:
        return one.fixed
    if one.field.kind == "composed":
        return True  # of other slots, which are judged themselves
    stands = wanted["text"] in [message[begin:end] for begin, end in one.spans]
    return stands and (one.field.kind == wanted["type"] or wanted["type"] in SAME.get(one.field.kind, ()))


def seeds() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The address task's seeds: their values stand in the message but for the spaces of a number."""
    for row in load_task("address", Settings()).seeds:
        message = row.messages[0]["content"].rpartition("\n")[0]
        key = {}
        for slot, value in row.slots.items():
            there = re.search(" ?".join(map(re.escape, value)), message) if value else None
            key[slot] = {"text": there[0] if there else None, "type": ADDRESS[slot]}
        yield message, row.messages[-1]["content"], key


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=sorted((HAND / "examples").glob("*.jsonl")))
    total = right = 0
    print("| examples | slots | right |\n|---|---|---|")
    for name, examples in [("address seeds", list(seeds())), *((f.name, _read(f)) for f in parser.parse_args().files)]:
        verdicts = [ok for one in examples for _, ok in judged(*one)]
        print(f"| {name}, {len(examples)} | {len(verdicts)} | {sum(verdicts) / len(verdicts):.1%} |")
        total, right = total + len(verdicts), right + sum(verdicts)
    print(f"| all | {total} | {right / total:.1%} (bar {BAR:.0%}) |")
    return int(right / total < BAR)


def _read(path: Path) -> list[tuple[str, str, dict[str, Any]]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(line["message"], line["answer"], line["key"]) for line in lines]


if __name__ == "__main__":
    sys.exit(main())
