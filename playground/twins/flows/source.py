"""The text of a flow file as plain tables: TOML, or JSON of the same shape, within bounds.

TOML that somebody brought is read within bounds (samples/bounded.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.errors import BadSample, BadTemplate
from playground.records import check_writable, unique_keys
from playground.samples.bounded import MOST_DEPTH, bounded_toml, brackets

MOST_CHARACTERS = 400_000
"""Longest flow file."""


def file_text(path: Path) -> str:
    """The text of a flow file. Raises BadTemplate for one that is missing, too large or not UTF-8."""
    try:
        # Four bytes are the most a character takes.
        if path.stat().st_size > 4 * MOST_CHARACTERS:
            raise BadTemplate(
                f"{path.name} has {path.stat().st_size:,} bytes; it must be at most {4 * MOST_CHARACTERS:,}"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTemplate(f"{path.name} is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadTemplate(f"{path} cannot be read ({why}); check the path") from error


def tables(text: str) -> dict[str, Any]:
    """The file's tables. Raises BadTemplate for a text that is too large, too deep or neither TOML nor JSON."""
    if len(text) > MOST_CHARACTERS:
        raise BadTemplate(f"the flow has {len(text):,} characters; it must be at most {MOST_CHARACTERS:,} characters")
    try:
        check_writable(text, "the flow")
    except BadSample as error:
        raise BadTemplate(str(error)) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if text.lstrip()[:1] == "{":
        if brackets(text) > MOST_DEPTH:
            raise BadTemplate(f"the flow has more than {MOST_DEPTH} brackets inside one another; flatten it")
        return _json(text)
    try:
        return bounded_toml(text)
    except ValueError as error:
        raise BadTemplate(f"the flow is not TOML ({_first(error)}); mend it") from error


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=unique_keys, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadTemplate(f"the flow is not JSON ({_first(error)}); mend it") from error
    if not isinstance(found, dict):
        raise BadTemplate(f"the flow is {found!r:.60}; it must be a JSON object")
    # A half pair can also be written as an escape.
    for word in _words(found):
        try:
            check_writable(word, "the flow")
        except BadSample as error:
            raise BadTemplate(str(error)) from None
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)


def _first(error: BaseException) -> str:
    # Semicolons part the clauses of a sentence.
    return (str(error).split("\n")[0][:120] or type(error).__name__).replace(";", ",")
