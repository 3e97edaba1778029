"""Which brought rows are held out: near-identical questions stand on one side, as if they came from one template.

There are no templates to go by. So values that the answer holds and digits are masked, texts that are then
equal are one group, and so are texts that share most of their three-character pieces. The group's hash
says the side; no order of the rows does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from playground.errors import BadSetting
from playground.records import Row

SHARE = 0.2
"""Share of the rows that is held out."""
ALIKE = 0.5
"""Least share of pieces that near-identical questions have in common."""
PIECE = 3
"""Characters of a piece."""
SKETCH = 32
"""Pieces a text is compared by: those of the smallest hashes, which are the same ones in like texts."""
KEYS = 6
"""Pieces of the sketch under which a text is looked up; like texts have the smallest ones in common."""
NEIGHBOURS = 6
"""Texts under one key that a text is compared with, so that many like texts take no more than a time each."""
COMMON = 0.9
"""Pieces that are in more than this share of the texts tell nothing, as all would be one group."""
INSTRUCTION = 0.05
"""A long line that stands in more than this share of the rows, word for word, is an instruction; it tells nothing."""
LONG_LINE = 12
"""Letters and digits of a line that may be an instruction; a form's labels are shorter."""
TELLING = 20
"""Fewest texts among which a piece or a line counts as common."""
LONGEST = 8_000
"""Characters of a question that are looked at, half at its head and half at its end."""
_SIGNS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Split:
    """Rows to train on and rows held out."""

    train: tuple[Row, ...]
    held: tuple[Row, ...] | None
    """None where nothing is held out."""
    groups: int
    """How many groups of near-identical questions there are."""


def split_brought(rows: Iterable[Row], share: float = SHARE, seed: int = 7) -> Split:
    """Rows apart, each group on one side; their order stays.

    A group of more rows than the whole held share stays in train, unless there are none but such; with two groups
    at least one is held and one is trained on. Raises BadSetting for a share that is not 0 to 0.9.
    """
    if not 0 <= share <= 0.9:
        raise BadSetting(f"the held share is {share}; it must be 0 to 0.9")
    every = tuple(rows)
    groups = grouped(every)
    held = _held(groups, len(every), share, seed)
    apart = {place for key in held for place in groups[key]}
    train = tuple(row for place, row in enumerate(every) if place not in apart)
    return Split(train, tuple(row for place, row in enumerate(every) if place in apart) or None, len(groups))


def grouped(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Key of each group to the places of its rows; the key is the first of its masked questions."""
    places: dict[str, list[int]] = defaultdict(list)
    templates: dict[str, list[str]] = defaultdict(list)
    instructions = _instructions(rows)
    for place, row in enumerate(rows):
        text = masked(row, instructions)
        places[text].append(place)
        if row.template:
            templates[row.template].append(text)
    texts = sorted(places)
    one = _Joined(texts)
    for a, b in _alike(texts):
        one.join(a, b)
    for siblings in templates.values():
        for sibling in siblings[1:]:
            one.join(siblings[0], sibling)
    groups: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        groups[one.first(text)] += places[text]
    return dict(groups)


def masked(row: Row, instructions: Collection[str] = ()) -> str:
    """What the user says in a row, its letters and digits alone, with the values of gold and all numbers masked.

    Lines that are instructions are left out, unless nothing else is there.
    """
    lines = list(_lines(row))
    said = "\n".join([line for line in lines if line not in instructions] or lines)
    if len(said) > LONGEST:
        said = said[: LONGEST // 2] + said[-LONGEST // 2 :]
    for value in sorted(filter(None, row.slots.values()), key=lambda one: (-len(one), one)):
        # A value of one letter would mask half of the text.
        said = said.replace(value, "0") if len(value) > 1 else said
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", said).casefold())
    return _DIGITS.sub("0", plain)


def _held(groups: dict[str, list[int]], rows: int, share: float, seed: int) -> list[str]:
    if share == 0 or len(groups) < 2:
        return []
    drawn = sorted((_draw(seed, key), key) for key in groups)
    small = [(chance, key) for chance, key in drawn if len(groups[key]) <= max(1.0, share * rows)]
    held = [key for chance, key in small if chance < share] or [key for _, key in small[:1]]
    if not held:
        # A few large groups, the rows of four templates say: the smallest is nearest to the share.
        held = [min(groups, key=lambda key: (len(groups[key]), _draw(seed, key)))]
    # The one that would be held last is trained on, or there would be nothing to learn.
    return held if len(held) < len(groups) else held[:-1]


def _lines(row: Row) -> Iterator[str]:
    """The lines of what the user says that are not blank."""
    for turn in row.messages:
        if turn["role"] == "user":
            yield from (line.strip() for line in turn["content"].splitlines() if line.strip())


def _instructions(rows: Sequence[Row]) -> frozenset[str]:
    """Long lines that stand under many questions, word for word."""
    counts = Counter(line for row in rows for line in set(_lines(row)) if len(_SIGNS.sub("", line)) >= LONG_LINE)
    return frozenset(line for line, count in counts.items() if count >= TELLING and count > INSTRUCTION * len(rows))


def _draw(seed: int, key: str) -> float:
    """A number from 0 to 1 that belongs to the group and the seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{key}".encode()).digest()[:8], "big") / 2**64


def _alike(texts: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Pairs of texts that share most of their pieces, found without comparing every two."""
    common = _common(texts)
    shelves: dict[int, list[tuple[str, frozenset[int]]]] = defaultdict(list)
    for text in texts:
        sketch = sorted(_pieces(text) - common)[:SKETCH]
        pieces = frozenset(sketch)
        for key in sketch[:KEYS]:
            shelf = shelves[key]
            for other, theirs in shelf[-NEIGHBOURS:]:
                if _shared(pieces, theirs) >= ALIKE:
                    yield text, other
            shelf.append((text, pieces))


def _shared(a: frozenset[int], b: frozenset[int]) -> float:
    """Share of two texts' pieces that both have, by the smallest SKETCH of them together; 0 where it must be small."""
    common = len(a & b)
    # Most pairs that are looked at end here, for a tenth of the time.
    if common < ALIKE * min(SKETCH, len(a) + len(b) - common):
        return 0.0
    both = sorted(a | b)[:SKETCH]
    return sum(one in a and one in b for one in both) / len(both)


def _pieces(text: str) -> set[int]:
    # Two bytes a character, so that a window of bytes is a piece; a rare character of four costs nothing.
    raw = text.encode("utf-16-le")
    return (
        {zlib.crc32(raw[at : at + 2 * PIECE]) for at in range(0, max(1, len(raw) - 2 * PIECE + 1), 2)} if raw else set()
    )


def _common(texts: Sequence[str]) -> set[int]:
    """Pieces that nearly all texts have, told by at most a thousand texts spread evenly over the sorted ones."""
    step = max(1, len(texts) // 1000)
    looked = texts[::step]
    if len(looked) < TELLING:
        return set()
    counts = Counter(piece for text in looked for piece in _pieces(text))
    return {piece for piece, count in counts.items() if count > COMMON * len(looked)}


class _Joined:
    """Texts that are joined into groups, each known by its first text in sorted order."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._above = {text: text for text in texts}

    def first(self, text: str) -> str:
        while self._above[text] != text:
            self._above[text] = self._above[self._above[text]]
            text = self._above[text]
        return text

    def join(self, a: str, b: str) -> None:
        low, high = sorted((self.first(a), self.first(b)))
        self._above[high] = low
