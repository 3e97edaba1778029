"""Kept prefixes: the least recently used go when the bytes run out."""

from __future__ import annotations

from playground.models.prefix import Prefixes


def test_the_least_recently_used_goes_first() -> None:
    kept = Prefixes(limit=10)
    for number in range(3):
        kept.put((None, (number,)), f"value {number}", 4)
    assert kept.get((None, (0,))) is None
    assert kept.get((None, (1,))) == "value 1"
    kept.put((None, (3,)), "value 3", 4)
    assert kept.get((None, (2,))) is None
    assert kept.get((None, (1,))) == "value 1"
    assert kept.bytes == 8 and len(kept) == 2


def test_what_is_put_again_counts_once() -> None:
    kept = Prefixes(limit=10)
    for value in ("old", "new"):
        kept.put((None, (1,)), value, 6)
    assert kept.get((None, (1,))) == "new" and kept.bytes == 6


def test_what_is_larger_than_the_room_is_not_kept_and_pushes_nothing_out() -> None:
    kept = Prefixes(limit=10)
    kept.put((None, (1,)), "small", 5)
    kept.put((None, (2,)), "large", 11)
    assert kept.get((None, (1,))) == "small" and kept.get((None, (2,))) is None


def test_an_adapters_prefixes_are_forgotten_with_it() -> None:
    kept = Prefixes(limit=100)
    for adapter in (None, "/a", "/b"):
        kept.put((adapter, (1,)), adapter or "base", 5)
    kept.forget("/a")
    assert kept.get(("/a", (1,))) is None
    assert kept.get((None, (1,))) == "base" and kept.get(("/b", (1,))) == "/b"
    kept.clear()
    assert kept.bytes == 0 == len(kept)
