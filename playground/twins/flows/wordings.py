"""The common wordings of flows, in two languages: thoughts, broken observations, refusals, changes of mind.

They stand in words.toml beside this file; a flow's own wordings come before them.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def said(lang: str, name: str) -> tuple[str, ...]:
    """The wordings of that name in "zh" or "en"."""
    return tuple(_table()[lang][name])


def beyond(lang: str, near: str) -> tuple[str, ...]:
    """Requests that no action of a flow can do: those whose key words stand nowhere in `near`, its own words."""
    plain = near.casefold()
    listed = _table()[lang]["beyond"]
    return tuple(one["text"] for one in listed if not any(word.casefold() in plain for word in one["near"]))


def broken(lang: str, kind: str, part: str) -> tuple[str, ...]:
    """Wordings for an observation that breaks a flow: of a kind (BROKEN), its "observation", "retry" or "give_up"."""
    return tuple(_table()[lang]["broken"][kind][part])


BROKEN = ("error", "empty", "timeout", "contradiction")
"""How an observation may break a flow."""
