"""Docstrings: what a function does and what its arguments are, in Google's, NumPy's and Sphinx's style."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

LONGEST = 100_000
"""Characters of a docstring that are read; the rest is passed over."""

_SECTION = r"Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Other Parameters|参数"
_GOOGLE = re.compile(rf"(?:{_SECTION})\s*[:：]\s*")
_HEADING = re.compile(rf"(?:{_SECTION})\s*")
_OTHER = re.compile(r"[A-Z返示异][\w ]{0,30}[:：]\s*")
_ENTRY = re.compile(r"\*{0,2}(\w+)\s*(?:[(（]([^()（）]*(?:\([^()]*\))?[^()（）]*)[)）])?\s*[:：]\s*(.*)")
_NUMPY = re.compile(r"\*{0,2}(\w+)\s*(?::\s*(.*))?")
_SPHINX = re.compile(r":(?:param|parameter|arg|argument|key)\s+(?:([^:\n]{1,80}?)\s+)?\*{0,2}(\w+)\s*:\s*(.*)")
_SPHINX_TYPE = re.compile(r":type\s+(\w+)\s*:\s*(.*)")


@dataclass
class Told:
    """What a docstring says."""

    summary: str = ""
    """The text before the first section, on one line."""
    about: dict[str, str] = field(default_factory=dict)
    """Argument to its description."""
    types: dict[str, str] = field(default_factory=dict)
    """Argument to its type as it is written there."""


def read_docstring(text: str) -> Told:
    """What a docstring says about its function; styles may be mixed. Never raises."""
    lines = inspect.cleandoc(text[:LONGEST]).splitlines()
    told = Told()
    summary: list[str] = []
    open_ = True
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        ruled = number + 1 < len(lines) and re.fullmatch(r"\s*-{3,}\s*", lines[number + 1]) is not None
        if found := _SPHINX.fullmatch(line) or _SPHINX_TYPE.fullmatch(line):
            open_ = False
            number = _sphinx(found, lines, number, told)
        elif ruled:
            open_ = False
            number = _numpy(lines, number + 2, told) if _HEADING.fullmatch(line) else number + 2
        elif _GOOGLE.fullmatch(line):
            open_ = False
            number = _google(lines, number + 1, told)
        else:
            if line.startswith(":") or (_OTHER.fullmatch(line) and summary):
                open_ = False
            if open_:
                summary.append(line)
            number += 1
    told.summary = " ".join(" ".join(summary).split())
    return told


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _more(lines: list[str], number: int, indent: int) -> tuple[str, int]:
    """The lines from here on that are indented deeper, as one text, and the number of the first that is not."""
    taken = []
    while number < len(lines) and (not lines[number].strip() or _indent(lines[number]) > indent):
        if not lines[number].strip():
            break
        taken.append(lines[number].strip())
        number += 1
    return " ".join(taken), number


def _google(lines: list[str], number: int, told: Told) -> int:
    indent = None
    while number < len(lines):
        line = lines[number]
        if not line.strip():
            number += 1
            continue
        indent = _indent(line) if indent is None else indent
        found = _ENTRY.fullmatch(line.strip())
        if _indent(line) < indent or indent == 0 or not found:
            return number
        more, number = _more(lines, number + 1, indent)
        _note(told, found[1], found[2], f"{found[3]} {more}")
    return number


def _numpy(lines: list[str], number: int, told: Told) -> int:
    while number < len(lines):
        line = lines[number]
        if not line.strip():
            number += 1
            continue
        found = _NUMPY.fullmatch(line.strip())
        if not found or (number + 1 < len(lines) and re.fullmatch(r"\s*-{3,}\s*", lines[number + 1])):
            return number
        more, number = _more(lines, number + 1, _indent(line))
        _note(told, found[1], found[2], more)
    return number


def _sphinx(found: re.Match[str], lines: list[str], number: int, told: Told) -> int:
    more, after = _more(lines, number + 1, _indent(lines[number]))
    if found.re is _SPHINX_TYPE:
        told.types.setdefault(found[1], found[2].strip())
    else:
        _note(told, found[2], found[1], f"{found[3]} {more}")
    return after


def _note(told: Told, name: str, kind: str | None, about: str) -> None:
    told.about.setdefault(name, " ".join(about.split()))
    # "int, optional" and "str, default 'a'": the type stands before the comma.
    word = re.split(r",\s*(?:optional|default)|\s+optional|，", kind or "")[0].strip()
    if word:
        told.types.setdefault(name, word)
