"""What is said when something is wrong, said in Chinese.

The house speaks English, in sentences of one build: what is wrong, perhaps after the name of the
thing and a colon, then the way out after a semicolon. So the table, sentences.toml beside this
file, holds clauses and not whole sentences. A clause that is not in it is shown as it is.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from string import Formatter


def sentence(text: str, lang: str) -> str:
    """An error's sentence in a language; clause by clause, so that a strange one costs only itself."""
    return text if lang != "zh" else _translated(text)


def known(text: str) -> bool:
    """Whether every clause of a sentence has a Chinese form."""
    return _whole(text) is not None


def _translated(text: str) -> str:
    whole = _whole(text)
    if whole is not None:
        return whole
    return "；".join(_clause(part) or part for part in text.split("; "))


def _whole(text: str) -> str | None:
    """The sentence, split where all its parts are known: a value may hold a semicolon too."""
    clause = _clause(text)
    if clause is not None:
        return clause
    for place in re.finditer("; ", text):
        head, tail = _clause(text[: place.start()]), _whole(text[place.end() :])
        if head is not None and tail is not None:
            return f"{head}；{tail}"
    return None


def _clause(text: str) -> str | None:
    patterns, nouns = _table()
    for pattern, form in patterns:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        holes = {name: nouns.get(value, value) for name, value in match.groupdict().items()}
        if "rest" in holes:
            rest = _whole(match["rest"])
            if rest is None:
                continue
            holes["rest"] = rest
        return form.format(**holes)
    return None


@lru_cache(maxsize=1)
def _table() -> tuple[list[tuple[re.Pattern[str], str]], dict[str, str]]:
    """English clauses as expressions, each with its Chinese; and the names of settings and things that fill holes."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    # What says most in its own words comes first, or "{what} is {value}" would catch nearly everything.
    forms = sorted(table["clauses"].items(), key=lambda pair: -_own_words(pair[0]))
    clauses = [(re.compile(_expression(english), re.DOTALL), zh) for english, zh in forms]
    return clauses, table["nouns"]


def _own_words(form: str) -> int:
    """Characters of a clause outside its holes."""
    return sum(len(literal) for literal, *_ in Formatter().parse(form))


def _expression(form: str) -> str:
    """A regular expression for a clause, which is written as for str.format."""
    pieces = []
    for literal, hole, _, _ in Formatter().parse(form):
        pieces.append(re.escape(literal))
        if hole:
            # A clause ends where the next begins: a hole holds no "; ", but for the rest after a colon.
            inside = ".+" if hole == "rest" else "(?:(?!; ).)+"
            pieces.append(f"(?P<{hole}>{inside}?)")
    return "".join(pieces)
