"""Answers: how a structured answer is written and read, and where in its text each value stands.

Forms: JSON (also nested, also a call), YAML, XML, CSV (a header and one row), lines of `key: value`, and plain text.
A value's slot is the path of keys to it, joined by dots: 收件人.姓名, items.0.name. JSON is judged by its strict
parse; a value that is a number or true or false is one only where the task says so.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

from playground.errors import BadSample

MOST_CHARACTERS = 100_000
MOST_LEAVES = 200
DEEPEST = 32
"""Keys in one path."""

# A key is a word or a few: what holds a sentence's marks, or ends between digits (15:00), is no line of this form.
# It begins at a line and leaves the blanks at its end to rstrip: else a line of blanks takes the square of its length.
_LINE = re.compile(
    r"^[ \t]*(?:[-*•][ \t]*)?([^\s:：=，。；,;!！?？][^:：=\n，。；,;!！?？]{0,40}?)"
    r"[ \t]*(?:(?<!\d)[:：]|[:：](?!\d)|=)[ \t]*([^\n]*)$",
    re.MULTILINE,
)
_JSON = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}\[\]:,]')
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True)
class Leaf:
    """One value of an answer."""

    slot: str
    value: str
    """As text; a JSON number as it is written."""
    start: int
    """First character of what stands for it in the text, quotes included."""
    end: int
    how: str = ""
    """Filter a slot in its place needs: json, yaml, xml, csv or none."""
    typed: bool = False
    """A JSON number, true or false."""


def slot_name(path: Collection[str]) -> str:
    """The slot of a path of keys: what no name may hold becomes _."""
    parts = (re.sub(r"[^\w.]|\.(?!\w)|^\.", "_", key.strip()) or "_" for key in path)
    name = ".".join(parts)
    return f"_{name}" if name[:1].isdigit() else name


def form_of(text: str) -> str:
    """The form an answer is written in; "text" where it is none of the others."""
    tried = (("json", text.lstrip()[:1] in ("{", "[")), ("xml", text.lstrip()[:1] == "<"), ("csv", _is_csv(text)))
    for form, likely in tried:
        if likely and _reads(text, form):
            return form
    lines = [line for line in text.splitlines() if line.strip()]
    keyed = [line for line in lines if _LINE.fullmatch(line)]
    if lines and len(keyed) == len(lines) and "：" not in text and "=" not in text and _reads(text, "yaml"):
        return "yaml" if any(line[:1] in " \t-" or re.search(r":\s+[\"']", line) for line in lines) else "lines"
    return "lines" if lines and len(keyed) >= max(1, 0.8 * len(lines)) else "text"


def leaves(text: str, form: str, most: int = MOST_LEAVES) -> list[Leaf]:
    """The values of an answer, in their order. Raises BadSample for a text that is not of the form, or has too many."""
    if len(text) > MOST_CHARACTERS:
        raise BadSample(f"the answer has {len(text):,} characters; it may have {MOST_CHARACTERS:,}")
    try:
        found = list(_READERS[form](text)) if form in _READERS else []
    except (ValueError, RecursionError, expat.ExpatError) as error:
        raise BadSample(f"the answer is not {form} ({error!s:.80}); mend it") from error
    if len(found) > most:
        raise BadSample(f"the answer has {len(found)} values; it may have {most}")
    if len({leaf.slot for leaf in found}) < len(found):
        raise BadSample("the answer gives a key twice; give each its own")
    return found


def read_answer(text: str, form: str, typed: Collection[str] = ()) -> dict[str, str | None] | None:
    """Slot to value, None for a value that is a text where it should be a number or the other way round.

    None for a text that is not of the form.
    """
    try:
        found = leaves(text, form)
    except BadSample:
        return None
    return {leaf.slot: leaf.value if leaf.typed == (leaf.slot in typed) else None for leaf in found}


def _reads(text: str, form: str) -> bool:
    try:
        return bool(leaves(text, form))
    except BadSample:
        return False


# ---- the forms ----------------------------------------------------------------------------------


def _json(text: str) -> Iterator[Leaf]:
    json.loads(text, parse_constant=_refuse)  # the walk below takes the text for right
    tokens = _JSON.finditer(text)

    def walk(path: tuple[str, ...], token: re.Match[str]) -> Iterator[Leaf]:
        if len(path) > DEEPEST:
            raise ValueError(f"more than {DEEPEST} keys deep")
        mark = token[0]
        if mark == "{":
            while (key := next(tokens))[0] != "}":
                if key[0] == ",":
                    continue
                next(tokens)  # the colon
                yield from walk((*path, json.loads(key[0])), next(tokens))
        elif mark == "[":
            number = 0
            while (one := next(tokens))[0] != "]":
                if one[0] != ",":
                    yield from walk((*path, str(number)), one)
                    number += 1
        elif path:
            value = json.loads(mark)
            is_text = isinstance(value, str)
            shown = value if is_text else "" if value is None else mark
            yield Leaf(slot_name(path), shown, token.start(), token.end(), "json" if is_text else "", not is_text)

    yield from walk((), next(tokens))


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _yaml(text: str) -> Iterator[Leaf]:
    import yaml

    if re.search(r"(?:^|[\s\[{,])[&*]\w", text):
        raise ValueError("anchors are not read")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(str(error).split("\n")[0]) from error
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("no keys")

    def walk(path: tuple[str, ...], node: Any) -> Iterator[Leaf]:
        if len(path) > DEEPEST:
            raise ValueError(f"more than {DEEPEST} keys deep")
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from walk((*path, str(key.value)), value)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                yield from walk((*path, str(number)), value)
        elif node.style in ("|", ">"):
            raise ValueError("blocks of text are not read")
        else:
            how = "json" if node.style else "yaml" if node.tag.endswith(":str") else ""
            yield Leaf(slot_name(path), node.value, node.start_mark.index, node.end_mark.index, how)

    yield from walk((), root)


def _xml(text: str) -> Iterator[Leaf]:
    parser = expat.ParserCreate()
    raw = text.encode()
    path: list[str] = []
    found: list[Leaf] = []
    state: dict[str, Any] = {"start": 0, "leaf": False, "value": ""}

    def opened(name: str, _: Any) -> None:
        path.append(name)
        if len(path) > DEEPEST:
            raise ValueError(f"more than {DEEPEST} tags deep")
        state["leaf"], state["value"] = True, ""
        state["start"] = raw.index(b">", parser.CurrentByteIndex) + 1

    def closed(_: str) -> None:
        if state["leaf"] and len(path) > 1:
            begin, end = (len(raw[:at].decode()) for at in (state["start"], parser.CurrentByteIndex))
            found.append(Leaf(slot_name(path[1:]), state["value"].strip(), begin, max(begin, end), "xml"))
        state["leaf"] = False
        path.pop()

    def refuse(*_: Any) -> None:
        raise ValueError("a document type is not read")

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = lambda data: state.update(value=state["value"] + data)
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(raw, True)
    return iter(found)


def _csv(text: str) -> Iterator[Leaf]:
    mark = _mark(text)
    head, _, row = text.strip("\r\n").partition("\n")
    names = next(csv.reader([head.rstrip("\r")], delimiter=mark))
    at = text.index(row) if row else 0
    for place, name in enumerate(names):
        cell = re.compile(rf'"(?:[^"]|"")*"|[^{re.escape(mark)}\r\n]*').match(text, at)
        if cell is None or (place and text[at - 1 : at] != mark):
            raise ValueError("the row has fewer cells than the header")
        yield Leaf(slot_name([name]), next(csv.reader(io.StringIO(cell[0])), [""])[0], cell.start(), cell.end(), "csv")
        at = cell.end() + 1
    if text[at - 1 :].strip():
        raise ValueError("the row has more cells than the header")


def _mark(text: str) -> str:
    head = text.lstrip().split("\n", 1)[0]
    return max(",\t;，", key=head.count)


def _is_csv(text: str) -> bool:
    lines = text.strip().splitlines()
    return len(lines) == 2 and lines[0].count(_mark(text)) >= 1 and ":" not in lines[0] and "：" not in lines[0]


def _lines(text: str) -> Iterator[Leaf]:
    for found in _LINE.finditer(text):
        value = found[2].rstrip(" \t\r")
        yield Leaf(slot_name([found[1]]), value, found.start(2), found.start(2) + len(value))


_READERS = {"json": _json, "yaml": _yaml, "xml": _xml, "csv": _csv, "lines": _lines}
