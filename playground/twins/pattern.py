"""Patterns: a small part of regular expressions, turned round to make texts instead of finding them.

Literals, \\d, \\w (letters and digits), [A-Z0-9], (a|b), {n}, {m,n} and ?; anything else is an error. What a pattern
can make is counted, so that it is known whether its values can be told apart at all.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from playground.errors import BadSample

MOST_REPEATS = 64
DEEPEST = 8
LONGEST = 400
"""Characters one value may have."""

_MANY = 1e18
_CLASSES = {"d": string.digits, "w": string.ascii_letters + string.digits, "A": string.ascii_uppercase}
Make = Callable[[Random], str]


@dataclass(frozen=True)
class Pattern:
    """A pattern that is ready to make values."""

    make: Make
    count: float
    """How many different values it can make, about."""


@lru_cache(maxsize=1024)
def read_pattern(text: str) -> Pattern:
    """The pattern of a text. Raises BadSample naming what is not understood, and where."""
    node, at = _either(text, 0, 0)
    if at < len(text):
        raise _wrong(text, at)
    if node.longest > LONGEST:
        raise BadSample(f"pattern {text!r:.60} makes {node.longest:,} characters; it may make {LONGEST}")
    return Pattern(node.make, node.count)


def like(value: str) -> str:
    """A pattern that makes values like this one: runs of digits and letters vary, all else stays."""
    out: list[str] = []
    for kind, run in _runs(value):
        many = f"{{{len(run)}}}" if len(run) > 1 else ""
        if kind == "d":
            # A first digit that is not 0 stays so: a number does not become a shorter one.
            out.append(f"[1-9]\\d{{{len(run) - 1}}}" if run[0] != "0" and len(run) > 2 else f"\\d{many}")
        elif kind == "A" and len(run) > 1 and len(value) == len(run):
            out.append(f"[A-Z]{many}")
        else:
            out.append("".join(f"\\{c}" if c in "\\[](){}|?" else c for c in run))
    return "".join(out)


def _runs(value: str) -> list[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    for c in value:
        kind = "d" if c in string.digits else "A" if c in string.ascii_uppercase else ""
        if runs and runs[-1][0] == kind:
            runs[-1] = kind, runs[-1][1] + c
        else:
            runs.append((kind, c))
    return runs


# ---- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Node:
    make: Make
    count: float
    longest: int


def _either(text: str, at: int, depth: int) -> tuple[_Node, int]:
    """Alternatives up to a closing bracket or the end."""
    if depth > DEEPEST:
        raise BadSample(f"pattern {text!r:.60} has brackets {depth} deep; it may have {DEEPEST}")
    ways = []
    while True:
        one, at = _sequence(text, at, depth)
        ways.append(one)
        if at >= len(text) or text[at] != "|":
            break
        at += 1
    if len(ways) == 1:
        return ways[0], at
    makes = tuple(way.make for way in ways)
    return _Node(
        lambda rng: makes[int(rng.random() * len(makes))](rng),
        sum(way.count for way in ways),
        max(way.longest for way in ways),
    ), at


def _sequence(text: str, at: int, depth: int) -> tuple[_Node, int]:
    parts: list[_Node] = []
    while at < len(text) and text[at] not in "|)":
        one, at = _atom(text, at, depth)
        low, high, at = _repeats(text, at)
        parts.append(_repeated(one, low, high))
    makes = tuple(part.make for part in parts)
    count = 1.0
    for part in parts:
        count = min(_MANY, count * part.count)
    return _Node(lambda rng: "".join([make(rng) for make in makes]), count, sum(part.longest for part in parts)), at


def _atom(text: str, at: int, depth: int) -> tuple[_Node, int]:
    mark = text[at]
    if mark == "(":
        inner, at = _either(text, at + 1, depth + 1)
        if at >= len(text):
            raise _wrong(text, at)
        return inner, at + 1
    if mark == "[":
        end = text.find("]", at + 1)
        if end < 0 or text[at + 1 : at + 2] == "^":
            raise _wrong(text, at)
        return _one_of(_members(text, at + 1, end)), end + 1
    if mark == "\\":
        if at + 1 >= len(text):
            raise _wrong(text, at)
        known = _CLASSES.get(text[at + 1])
        return _one_of(known or text[at + 1]), at + 2
    if mark in "]{}?*+":
        raise _wrong(text, at)
    return _one_of(mark), at + 1


def _members(text: str, at: int, end: int) -> str:
    found: list[str] = []
    while at < end:
        if text[at] == "\\" and at + 1 < end:
            found.append(_CLASSES.get(text[at + 1], text[at + 1]))
            at += 2
        elif at + 2 < end and text[at + 1] == "-":
            first, last = ord(text[at]), ord(text[at + 2])
            if first > last or last - first > 30_000:
                raise _wrong(text, at)
            found.append("".join(map(chr, range(first, last + 1))))
            at += 3
        else:
            found.append(text[at])
            at += 1
    if not found:
        raise _wrong(text, at)
    return "".join(dict.fromkeys("".join(found)))


def _repeats(text: str, at: int) -> tuple[int, int, int]:
    if at < len(text) and text[at] == "?":
        return 0, 1, at + 1
    if at < len(text) and text[at] == "{":
        low, comma, high = text[at + 1 : (end := text.find("}", at))].partition(",")
        numbers = (low, high if comma else low)
        if end < 0 or not all(one.isdecimal() and len(one) < 4 for one in numbers):
            raise _wrong(text, at)
        first, last = map(int, numbers)
        if not first <= last <= MOST_REPEATS:
            raise _wrong(text, at)
        return first, last, end + 1
    return 1, 1, at


def _one_of(pool: str) -> _Node:
    if len(pool) == 1:
        return _Node(lambda rng: pool, 1, 1)
    return _Node(lambda rng: pool[int(rng.random() * len(pool))], len(pool), 1)


def _repeated(one: _Node, low: int, high: int) -> _Node:
    if (low, high) == (1, 1):
        return one

    def make(rng: Random) -> str:
        times = low if low == high else low + int(rng.random() * (high - low + 1))
        return "".join([one.make(rng) for _ in range(times)])

    count, power = 0.0, 1.0
    for times in range(high + 1):
        count += power if times >= low else 0.0
        power = min(_MANY, power * one.count)
    return _Node(make, min(_MANY, count), high * one.longest)


def _wrong(text: str, at: int) -> BadSample:
    return BadSample(
        f"pattern {text!r:.60} is not understood at character {at + 1}; use letters, \\d, [A-Z0-9], (a|b), {{n}} and ?"
    )
