r"""Texts that fit a pattern: the plain part of regular expressions, walked and never searched.

Known: literals, ., \d \w \s, [classes], groups, |, ? * + {n} {m,n}, ^ and $ at the ends. A pattern with
more than that gives no texts, and the field wants values from a person.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random

from playground.errors import BadSample

LONGEST = 500
"""Characters of a pattern."""
DEEPEST = 20
"""Most groups inside one another."""
MOST_MORE = 4
"""How often + and * and {n,} repeat beyond what they must."""
LONGEST_TEXT = 200
"""Characters of a text that is made."""

_CLASSES = {
    "d": string.digits,
    # Capitals and digits: what codes are made of.
    "w": string.ascii_uppercase + string.digits,
    "s": " ",
    ".": string.ascii_lowercase,
}


@dataclass(frozen=True)
class Chars:
    """One character out of a set."""

    choices: str


@dataclass(frozen=True)
class Chain:
    """Parts after one another."""

    parts: tuple[Repeat, ...]


@dataclass(frozen=True)
class Choice:
    """One of several chains."""

    chains: tuple[Chain, ...]


@dataclass(frozen=True)
class Repeat:
    """A part so many times, both ends inside."""

    part: Chars | Choice
    low: int = 1
    high: int = 1


def texts_for(pattern: str, count: int, rng: Random) -> list[str]:
    """Up to `count` different texts that fit the pattern whole. Raises BadSample for a pattern not known here."""
    tree = _Reader(pattern).whole()
    found: dict[str, None] = {}
    for _ in range(4 * count):
        pieces: list[str] = []
        _write(tree, rng, pieces)
        text = "".join(pieces)
        if text and text == text.strip():
            found.setdefault(text)
        if len(found) == count:
            break
    return list(found)


def _write(part: Choice | Chars, rng: Random, pieces: list[str]) -> None:
    if len(pieces) > LONGEST_TEXT:
        return
    if isinstance(part, Chars):
        pieces.append(part.choices[int(rng.random() * len(part.choices))])
        return
    chain = part.chains[int(rng.random() * len(part.chains))]
    for one in chain.parts:
        for _ in range(one.low + int(rng.random() * (one.high - one.low + 1))):
            _write(one.part, rng, pieces)


class _Reader:
    """A pattern read from its left to its right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        body = pattern.removeprefix("^")
        # A $ behind a backslash is a dollar sign.
        ended = body.endswith("$") and not body.endswith("\\$")
        self.text = body[:-1] if ended else body
        self.place = 0

    def whole(self) -> Choice:
        if len(self.pattern) > LONGEST:
            raise self._fault()
        tree = self._choice(0)
        if self.place < len(self.text):
            raise self._fault()
        return tree

    def _fault(self) -> BadSample:
        return BadSample(f"its pattern {self.pattern!r:.60} is more than can be filled here; give values for it")

    def _choice(self, depth: int) -> Choice:
        if depth > DEEPEST:
            raise self._fault()
        chains = [self._chain(depth)]
        while self._peek() == "|":
            self.place += 1
            chains.append(self._chain(depth))
        return Choice(tuple(chains))

    def _chain(self, depth: int) -> Chain:
        parts = []
        while (sign := self._peek()) and sign not in "|)":
            part = self._part(depth)
            low, high = self._times()
            parts.append(Repeat(part, low, high))
        return Chain(tuple(parts))

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _part(self, depth: int) -> Chars | Choice:
        sign = self._peek()
        self.place += 1
        if sign == "(":
            for opening in ("?:", "?P<"):
                if self.text.startswith(opening, self.place):
                    self.place = self.text.find(">", self.place) + 1 if opening == "?P<" else self.place + 2
            if self._peek() == "?":
                raise self._fault()
            inner = self._choice(depth + 1)
            if self._peek() != ")":
                raise self._fault()
            self.place += 1
            return inner
        if sign == "[":
            return Chars(self._class())
        if sign == "\\":
            return Chars(self._escaped())
        if sign in "*+?{^$":
            raise self._fault()
        return Chars(_CLASSES["."] if sign == "." else sign)

    def _escaped(self) -> str:
        sign = self._peek()
        self.place += 1
        if sign in _CLASSES and sign != ".":
            return _CLASSES[sign]
        if not sign or sign.isalnum():
            raise self._fault()
        return sign

    def _class(self) -> str:
        found: list[str] = []
        if self._peek() == "^":
            raise self._fault()
        while (sign := self._peek()) != "]" or not found:
            self.place += 1
            if not sign:
                raise self._fault()
            if sign == "\\":
                found.extend(self._escaped())
            elif self._peek() == "-" and self.text[self.place + 1 : self.place + 2] not in ("]", ""):
                last = self.text[self.place + 1]
                self.place += 2
                if last == "\\" or not 0 <= ord(last) - ord(sign) <= 0x6000:
                    raise self._fault()
                found.extend(map(chr, range(ord(sign), ord(last) + 1)))
            else:
                found.append(sign)
        self.place += 1
        return "".join(found)

    def _times(self) -> tuple[int, int]:
        sign = self._peek()
        low, high = 1, 1
        if sign and sign in "?*+":
            self.place += 1
            low, high = {"?": (0, 1), "*": (0, MOST_MORE), "+": (1, 1 + MOST_MORE)}[sign]
        elif sign == "{":
            end = self.text.find("}", self.place)
            least, comma, most = self.text[self.place + 1 : end].partition(",")
            if end < 0 or not least.isdecimal() or (most and not most.isdecimal()):
                raise self._fault()
            low = int(least[:6])
            high = int(most[:6]) if most else low + MOST_MORE * bool(comma)
            self.place = end + 1
        if not 0 <= low <= high or low > LONGEST_TEXT:
            raise self._fault()
        high = min(high, max(low, LONGEST_TEXT))
        if self._peek() and self._peek() in "?+":  # lazy and possessive signs change nothing in what fits
            self.place += 1
        return low, high
