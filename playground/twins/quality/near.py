"""Near-same texts: sets of three-letter pieces, compared by their Jaccard share (common pieces / all pieces).

Exact within the rows that are looked at, by prefix filtering (Chaudhuri, Ganti, Kaushik, ICDE 2006): two sets that
share four fifths must share one of the rarest fifth of their pieces, so only rows that do are compared. A text
with more than PIECES pieces stands for itself by those with the smallest hash (a bottom-k sketch).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from zlib import crc32

from playground.twins.quality.words import Say, say

THRESHOLD = 0.8
"""Share of common pieces from which on two texts are near-same."""
SHINGLE = 3
"""Letters of a piece."""
PIECES = 128
"""Pieces that a text is compared by."""
LETTERS = 1_000
"""Letters of a text that are cut into pieces."""
COMPARED = 50
"""Rows that one row is compared with for each rare piece."""
_BUCKETS = 1 << 16


@dataclass(frozen=True)
class Match:
    """A text of the index that is near-same."""

    place: int
    """Its place in the index."""
    share: float


def pieces(letters: str) -> list[int]:
    """Hashes of the different pieces of a text, at most PIECES, sorted."""
    text = letters[:LETTERS]
    cut = {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))} if text else set()
    return sorted({crc32(one.encode("utf-8", "surrogatepass")) for one in cut})[:PIECES]


class NearIndex:
    """Texts that others are compared with."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sets = [array("I", pieces(text)) for text in texts]
        self._often = array("I", bytes(4 * _BUCKETS))
        for one in self._sets:
            for piece in one:
                self._often[piece % _BUCKETS] += 1
        postings = ((piece << 32) | place for place, one in enumerate(self._sets) for piece in self._rare(one))
        self._postings = array("Q", sorted(postings))

    def pairs(self) -> Iterator[tuple[int, Match]]:
        """Each text that is near-same as an earlier one, with the first such one that is found."""
        for place, one in enumerate(self._sets):
            if match := self._match(one, place):
                yield place, match

    def find(self, text: str) -> Match | None:
        """A text of the index that is near-same as this one, if there is any."""
        return self._match(array("I", pieces(text)), len(self._sets))

    def _rare(self, one: Sequence[int]) -> list[int]:
        """The rarest pieces of a set, of which a near-same set must hold one."""
        count = len(one) - ceil(THRESHOLD * len(one) - 1e-9) + 1 if one else 0
        return sorted(one, key=lambda piece: (self._often[piece % _BUCKETS], piece))[:count]

    def _match(self, one: Sequence[int], before: int) -> Match | None:
        mine, size = set(one), len(one)
        tried: set[int] = set()
        for piece in self._rare(one):
            start = bisect_left(self._postings, piece << 32)
            for at in range(start, min(start + COMPARED, len(self._postings))):
                posting = self._postings[at]
                place = posting & 0xFFFFFFFF
                if posting >> 32 != piece or place >= before:
                    break
                if place in tried:
                    continue
                tried.add(place)
                other = self._sets[place]
                if THRESHOLD * size <= len(other) <= size / THRESHOLD:
                    common = len(mine.intersection(other))
                    share = common / (size + len(other) - common)
                    if share >= THRESHOLD:
                        return Match(place, share)
        return None


def method(looked_at: int, rows: int) -> Say:
    """How near-same texts were found, and in how many of the rows."""
    return say("method.near", percent=round(100 * THRESHOLD), looked=looked_at, rows=rows)
