"""An answer read back: JSON, XML, CSV of two lines, or lines of key: value, as one flat set of texts.

Only forms that can be told apart without a guess. What is none of them is a text and has no values.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from playground.records import unique_keys

LONGEST = 1_000_000
"""Characters of an answer that is still read."""
MOST_LEAVES = 10_000
"""Values of one answer that are looked at."""
LONGEST_KEY = 60


@dataclass(frozen=True)
class Answer:
    """What an answer says."""

    form: str
    """"json", "xml", "csv", "pairs", or "text" for what cannot be read."""
    values: Mapping[str, str]
    """Path of each leaf to its text: "city", "arguments.city", "items.0"."""
    value: Any = None
    """The parsed JSON; None for other forms."""
    why: str = ""
    """Why JSON that was begun is none."""

    def get(self, slot: str) -> str | None:
        """The text of a slot: its own leaf, else the only leaf that ends in its name. None where there is none."""
        if slot in self.values:
            return self.values[slot]
        found = [text for path, text in self.values.items() if path.rpartition(".")[2] == slot]
        return found[0] if len(found) == 1 else None


def read_answer(text: str) -> Answer:
    """The answer, whatever form it has; never raises."""
    text = text.strip()
    if len(text) > LONGEST:
        return Answer("text", {}, why=f"it has {len(text):,} characters")
    if text.startswith(("{", "[")):
        return _json(text)
    if text.startswith("<"):
        return _xml(text)
    lines = [line for line in text.splitlines() if line.strip()]
    pairs = [_pair(line) for line in lines]
    if lines and all(pairs):
        found = dict(pair for pair in pairs if pair)
        return Answer("pairs", found) if len(found) == len(lines) else Answer("text", {}, why="a key is given twice")
    return _csv(lines)


def _pair(line: str) -> tuple[str, str] | None:
    """Key and value of a line; a colon inside a time or an address makes none."""
    places = [place for place in (line.find(":"), line.find("：")) if place >= 0]
    if not places:
        return None
    at = min(places)
    key, value = line[:at].strip().removeprefix("- ").strip("\"' "), line[at + 1 :]
    if not 0 < len(key) <= LONGEST_KEY or (line[at] == ":" and value[:1].strip()):
        return None
    return key, value.strip().strip("\"'")


def _json(text: str) -> Answer:
    try:
        value = json.loads(text, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        return Answer("text", {}, why=str(error)[:80])
    leaves: dict[str, str] = {}
    # json.loads stops at a depth of some thousands, far below where this stack would matter.
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting and len(leaves) < MOST_LEAVES:
        path, one = waiting.pop()
        inside = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else None
        if inside is None:
            leaves[path] = one if isinstance(one, str) else json.dumps(one)
        elif len(path) < 1_000:
            waiting.extend((f"{path}.{key}" if path else str(key), child) for key, child in inside)
    return Answer("json", leaves, value)


def _xml(text: str) -> Answer:
    if "<!" in text:  # no entities, which can grow without end
        return Answer("text", {}, why="it declares a document type")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        return Answer("text", {}, why=str(error)[:80])
    leaves: dict[str, str] = {}
    for one in root.iter():
        leaves.update(one.attrib)
        if len(one) == 0:
            leaves[one.tag] = (one.text or "").strip()
    return Answer("xml", leaves)


def _csv(lines: list[str]) -> Answer:
    try:
        rows = list(csv.reader(lines)) if len(lines) == 2 else []
    except csv.Error:
        rows = []
    if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1:
        return Answer("csv", dict(zip(rows[0], rows[1], strict=True)))
    return Answer("text", {})
