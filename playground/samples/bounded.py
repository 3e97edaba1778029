"""TOML that somebody brought, read within bounds.

Python's TOML reader takes memory that grows with the square of a key's parts and recurses into brackets, so both are
counted before it is let near a text somebody brought.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MOST_DEPTH = 24
"""Most brackets inside one another."""
MOST_DOTS = 40
"""Most dots outside texts on one line of TOML."""

# A text that is not closed ends with its line or with the file, so that none is searched twice.
_TEXTS = re.compile(
    r'"""(?:[^\\"]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)


def bounded_toml(text: str) -> dict[str, Any]:
    """The tables of a text. Raises ValueError for one that is not TOML, or goes too deep."""
    bare = _TEXTS.sub("s", text)
    if _depth(bare) > MOST_DEPTH or any(line.count(".") > MOST_DOTS for line in bare.splitlines()):
        raise ValueError(f"more than {MOST_DEPTH} brackets or dots inside one another")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error


def brackets(text: str) -> int:
    """How many brackets a text of JSON or TOML opens inside one another; those in its texts do not count."""
    return _depth(_TEXTS.sub("s", text))


def _depth(bare: str) -> int:
    depth = most = 0
    for mark in re.findall(r"[\[\]{}]", bare):
        depth = depth + 1 if mark in "[{" else max(0, depth - 1)
        most = max(most, depth)
    return most
