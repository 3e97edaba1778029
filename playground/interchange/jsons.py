"""JSON out of strange files: lines of objects, a list of objects, an object with one list of them inside.

Every line or item is read by itself, so that a bad one costs only itself, and no more than one is held
as text at a time.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from playground.errors import BadSample
from playground.interchange.encodings import lines, pieces
from playground.interchange.json_items import REST_OF_TEXT, items
from playground.interchange.tables import MOST_COLUMNS, MOST_DEPTH, Read, walk
from playground.records import unique_keys

SAMPLE = 20
"""Lines that are looked at to tell JSON lines from one JSON value."""
_STRUCTURE = re.compile(r'["\[\]{}]')


def parsed(text: str) -> Any:
    """The JSON value of a text. Raises BadSample with the reason."""
    if "\0" in text:
        raise BadSample("the line holds a NUL byte; mend or drop it")
    _check_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=unique_keys, parse_constant=_no_number, parse_float=_number)
    except json.JSONDecodeError as error:
        raise BadSample(f"the line is not JSON ({error.msg}, character {error.pos + 1}); mend or drop it") from error
    # RecursionError: brackets nested thousands deep; ValueError: a key that is there twice, a number of 5,000 digits.
    except (ValueError, RecursionError) as error:
        raise BadSample(f"the line is not JSON ({error!s:.80}); mend or drop it") from error
    if not text.isascii() or "\\u" in text:
        _check_pairs(value)
    return value


def row_values(text: str) -> dict[str, Any]:
    """The object of a line or item; a list of messages alone is taken as the row's messages. Raises BadSample."""
    value = parsed(text)
    if isinstance(value, list) and value and all(isinstance(one, dict) and "role" in one for one in value):
        value = {"messages": value}
    if not isinstance(value, dict):
        raise BadSample(f"the line is {value!r:.60}; it must be a JSON object")
    if len(value) > MOST_COLUMNS:
        raise BadSample(f"the line has {len(value):,} keys; at most {MOST_COLUMNS:,} are read")
    return value


def read_lines(path: Path, encoding: str) -> Iterator[Read]:
    """Every line that is not blank: its values, or what is wrong with it."""
    for number, text in lines(path, encoding):
        if isinstance(text, BadSample):
            yield number, text
        elif text.strip(" \t\r\n\ufeff"):
            yield number, _tried(text)


def read_items(path: Path, encoding: str) -> Iterator[Read]:
    """Every item of the file's list, counted from 1: its values, or what is wrong with it.

    The list may stand alone or in an object, or the items one after another. Raises BadSample for two lists.
    """
    for number, text in enumerate(items(pieces(path, encoding)), 1):
        yield number, text if isinstance(text, BadSample) else _tried(text)


def json_form(path: Path, encoding: str) -> Literal["jsonl", "json"] | None:
    """Whether a text is lines of JSON or one JSON value; None where it is neither.

    Told by the lines that parse alone against those that go on in the next line; the name decides what the
    first lines leave open.
    """
    first, good, going_on, closing, looked = "", 0, 0, False, 0
    for _, text in lines(path, encoding):
        bare = text.strip(" \t\r\n\ufeff") if isinstance(text, str) else "?"
        if not bare:
            continue
        first = first or bare[:1]
        looked += 1
        closing = closing or re.fullmatch(r"[\]}]+[,;]?", bare) is not None
        try:
            good += isinstance(parsed(bare), dict | list)
        except BadSample:
            going_on += bare.endswith((",", "{", "[")) and not bare.startswith("[[")
        if looked == SAMPLE:
            break
    suffix = path.suffix.lower()
    named = suffix in (".jsonl", ".ndjson", ".json")
    if first not in ("{", "[") and not (named and (good or first == "?")):
        return None
    if suffix in (".csv", ".tsv") and not good and not closing:
        return None
    if looked == 1:
        return "jsonl" if suffix in (".jsonl", ".ndjson") and first != "[" else "json"
    if closing or going_on > good or (first == "[" and not good):
        return "json"
    return "jsonl" if good or suffix != ".json" else "json"


def _tried(text: str) -> dict[str, Any] | BadSample:
    try:
        return row_values(text)
    except BadSample as error:
        return error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _check_depth(text: str) -> None:
    """Raise BadSample where lists and objects are nested too deep, before anything recurses into them."""
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return
    depth = at = 0
    while match := _STRUCTURE.search(text, at):
        at = match.end()
        if match[0] == '"':
            rest = REST_OF_TEXT.match(text, at)
            at = (rest.end() if rest else at) + 1
        else:
            depth += 1 if match[0] in "[{" else -1
            if depth > MOST_DEPTH:
                raise BadSample(f"lists and objects are nested more than {MOST_DEPTH} deep; flatten or drop the line")


def _check_pairs(value: Any) -> None:
    for one in walk(value):
        if isinstance(one, str) and not one.isascii():
            try:
                one.encode("utf-8")
            except UnicodeEncodeError as error:
                raise BadSample(
                    f"{one!r:.60} holds half a character pair or a byte of another encoding; mend or drop it"
                ) from error
