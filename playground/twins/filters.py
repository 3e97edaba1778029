"""Filters: what a value becomes where it stands in JSON, YAML, XML or CSV."""

from __future__ import annotations

import re
from collections.abc import Callable
from json.encoder import encode_basestring
from xml.sax.saxutils import escape


def json_text(value: object) -> str:
    """A JSON string literal, quotes included."""
    return encode_basestring(str(value))


_BARE = re.compile(r"[^\W\d_](?:[\w /.,()（），、-]*[\w)）])?")
_YAML_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def yaml_text(value: object) -> str:
    """A YAML scalar that is read back as this text, quoted where it must be."""
    text = str(value)
    return text if _BARE.fullmatch(text) and text.lower() not in _YAML_WORDS else json_text(text)


def xml_text(value: object) -> str:
    """Text between two XML tags."""
    return escape(str(value))


def csv_text(value: object) -> str:
    """A CSV cell, quoted where it must be, whatever parts the cells."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',;\t，"\r\n') else text


FILTERS: dict[str, Callable[[str], str]] = {
    "json": json_text,
    "trim": str.strip,
    "yaml": yaml_text,
    "xml": xml_text,
    "csv": csv_text,
}
"""Name to filter; a plain template may use these and no others."""
