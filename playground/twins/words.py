"""The word lists that fake values are composed of, and the one way to pick from them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TypeVar

from playground.twins.chance import Chance

T = TypeVar("T")


@cache
def words(section: str) -> dict[str, tuple[str, ...]]:
    """Name to words of one section of words.toml."""
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))[section]
    return {
        name: tuple(word.strip() for word in text.split(";")) if ";" in text else tuple(text.split())
        for name, text in table.items()
    }


def pick(rng: Chance, pool: tuple[T, ...]) -> T:
    """One of the pool, all alike. Several times faster than Chance.choice."""
    return pool[int(rng.random() * len(pool))]


def between(rng: Chance, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))
