"""The words the page shows, in English and Chinese; the table itself is words.toml beside this file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

LANGS = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    key: (zh, en)
    for key, (zh, en) in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
"""Key to its words in Chinese and in English."""


def say(lang: str, key: str, **values: Any) -> str:
    """The words of a key in a language ("en" where it is neither), with {values} put in."""
    zh, en = WORDS[key]
    words = zh if lang == "zh" else en
    return words.format(**values) if values else words


def language(accept: str | None) -> str:
    """ "zh" or "en", whichever the browser's Accept-Language puts first; "en" where it names neither."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept or "").split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            rank = float(weight) if weight else 1.0
        except ValueError:
            continue
        ranked.append((-rank, place, name.strip().lower()))
    for _, _, name in sorted(ranked):
        if name.split("-")[0] in ("zh", "en"):
            return name.split("-")[0]
    return "en"


def number(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,.0f}"


def size(count: float) -> str:
    """Bytes as people say them, in powers of a thousand: 1.24 GB, 13.8 MB, 42 kB."""
    if count >= 1e9:
        return f"{count / 1e9:.2f} GB"
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"


def duration(seconds: float, lang: str) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return say(lang, "seconds", n=f"{seconds:.0f}")
    return say(lang, "minutes", n=f"{seconds / 60:.1f}" if seconds < 600 else f"{seconds / 60:.0f}")
