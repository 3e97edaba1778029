"""The ways of asking, read from wordings.toml and filled with what a function does and the values of a call."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from playground.samples import Template
from playground.twins.calls.said import Said


@dataclass(frozen=True)
class Style:
    """How labels and values are written one after another."""

    write: Callable[[str, Said], str]
    joint: str


def _beside(between: str, before: str = "", clause: bool = True) -> Callable[[str, Said], str]:
    def write(label: str, said: Said) -> str:
        return said.clause if clause and said.clause else f"{before}{label}{between}{said.text}"

    return write


STYLES: Mapping[str, Mapping[str, Style]] = {
    "zh": {
        "is": Style(_beside("是"), "，"),
        "colon": Style(_beside("：", clause=False), "，"),
        "lines": Style(_beside("：", clause=False), "\n"),
        "dashes": Style(_beside("：", "- ", False), "\n"),
        "rows": Style(_beside(" | ", clause=False), "\n"),
        "equals": Style(_beside("=", clause=False), "；"),
        "equal_lines": Style(_beside(" = ", clause=False), "\n"),
        "behind": Style(lambda label, said: f"{said.text}（{label}）", "；"),
    },
    "en": {
        "is": Style(_beside(" is "), ", "),
        "colon": Style(_beside(": ", clause=False), ", "),
        "lines": Style(_beside(": ", clause=False), "\n"),
        "dashes": Style(_beside(": ", "- ", False), "\n"),
        "rows": Style(_beside(" | ", clause=False), "\n"),
        "equals": Style(_beside(" = ", clause=False), "; "),
        "equal_lines": Style(_beside(" = ", clause=False), "\n"),
        "behind": Style(lambda label, said: f"{said.text} ({label})", "; "),
    },
}
"""Language and style to how it is written."""


@dataclass(frozen=True)
class Wording:
    """One way of saying something."""

    id: str
    lang: str
    kind: str
    text: str
    style: str = "colon"
    order: str = "own"
    """own: as the function has them; turned: backwards; mixed: in any order."""
    starts: tuple[str, ...] = ()
    joint: str = ""
    pieces: tuple[str, ...] = ()
    """The text cut at its slots: text, slot, text, slot, ..., text."""

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with its slots filled."""
        pieces = self.pieces
        return "".join([values[one] if place % 2 else one for place, one in enumerate(pieces)])

    def fields(self, labels: Mapping[str, str], given: Sequence[tuple[str, Said]], rng: Random) -> str:
        """Field names and values as this wording lists them."""
        style = STYLES[self.lang][self.style]
        parts = [style.write(labels[name], said) for name, said in given]
        if self.order == "mixed" and len(parts) > 1:
            rng.shuffle(parts)
        elif self.order == "turned":
            parts.reverse()
        return style.joint.join(parts)

    def template(self) -> Template:
        """As the split knows it."""
        return Template(self.id, self.lang, self.kind, self.text)


def inside(lang: str, labels: Mapping[str, str], given: Sequence[tuple[str, Said]]) -> str:
    """Labels and values in brackets behind what a function does; "" for none."""
    if not given:
        return ""
    style = STYLES[lang]["colon"]
    listed = style.joint.join([style.write(labels[name], said) for name, said in given])
    return f"（{listed}）" if lang == "zh" else f" ({listed})"


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))


def instruction(lang: str) -> str:
    """What the system text says above the functions, a line end behind it."""
    return str(_table()["instruction"][lang])


@cache
def wordings(group: str, lang: str) -> tuple[Wording, ...]:
    """The ways of a group (call, bare, several, asked, told, refused, error) in a language, as the file has them."""
    return tuple(
        Wording(
            f"{entry['kind']}-{lang}-{number}",
            lang,
            entry["kind"],
            one["text"],
            one.get("style", "colon"),
            one.get("order", "own"),
            tuple(one.get("starts", ())),
            one.get("joint", ""),
            _cut(one["text"]),
        )
        for entry in _table()[group]
        for number, one in enumerate(entry[lang], 1)
    )


def _cut(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split("{{") for part in piece.split("}}"))


@dataclass(frozen=True)
class Extra:
    """Something that hardly any function has a field for."""

    words: frozenset[str]
    pieces: tuple[str, ...]
    text: Mapping[str, str]


@cache
def extras() -> tuple[Extra, ...]:
    """What can be asked beside a request so that no function serves it."""
    return tuple(
        Extra(frozenset(one["words"].split()), tuple(one["pieces"].split()), {"zh": one["zh"], "en": one["en"]})
        for one in _table()["extra"]
    )
