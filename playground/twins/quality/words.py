"""The sentences of a quality report, each once, in Chinese and English; a sentence travels as its key and values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Level = Literal["fault", "warning", "note"]
"""fault: something is wrong; warning: look at it; note: good to know."""
SHOWN = 60
"""Characters of a value that stand in a sentence."""


@dataclass(frozen=True)
class Say:
    """A sentence that can be said in two languages."""

    key: str
    """Its name in words.toml."""
    values: Mapping[str, str | int | float]
    """What stands in its holes."""

    def text(self, lang: str = "en") -> str:
        """The sentence; lang is "zh" or "en"."""
        zh, en = _words()[self.key]
        return (zh if lang == "zh" else en).format(**{name: _shown(value) for name, value in self.values.items()})


def say(key: str, /, **values: str | int | float) -> Say:
    """A sentence by its key, values in the holes."""
    return Say(key, values)


def word(key: str, lang: str) -> str:
    """A heading or label; lang is "zh" or "en"."""
    return Say(key, {}).text(lang)


def percent(share: float) -> str:
    """A share as per cent with one decimal: 12.3 %."""
    return f"{100 * share:.1f} %"


def as_json(value: Any) -> Any:
    """Results as plain JSON: dataclasses as objects, sentences in both languages beside their key and values."""
    if isinstance(value, Say):
        return {"key": value.key, "values": dict(value.values), "en": value.text("en"), "zh": value.text("zh")}
    if is_dataclass(value):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(one) for one in value]
    return value


def _shown(value: str | int | float) -> str:
    if isinstance(value, str):
        return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, str]]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {key: (zh, en) for key, (zh, en) in table.items()}
