"""Chance: the random numbers of each row, many rows' at once.

Row number n of a stream owns the n-th block of it, so that a number alone decides its row, and rows made in any
number of pieces and processes are the same. The stream is Philox (Salmon et al., "Parallel random numbers: as easy as
1, 2, 3", 2011), which can begin anywhere at once; seeding a Mersenne Twister for each row took a fifth of a row's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from random import Random
from typing import Protocol

BLOCK = 64
"""Numbers a row has; where one needs more, they come from a generator of its own."""
_STEP = 4
"""Numbers that one step of Philox's counter gives."""


class Chance(Protocol):
    """Where random numbers come from; random.Random is one too."""

    @property
    def random(self) -> Callable[[], float]:
        """Gives the next number, 0 up to but not 1."""


class Draws:
    """The numbers of one row."""

    __slots__ = ("random",)

    def __init__(self, block: Sequence[float], key: int, number: int) -> None:
        self.random: Callable[[], float] = chain(block, _more(key, number)).__next__


def _more(key: int, number: int) -> Iterator[float]:
    draw = Random(f"{key}/{number}").random
    while True:
        yield draw()


def draws(key: int, numbers: Sequence[int]) -> Iterator[Draws]:
    """The numbers of each row, for a key of up to 128 bits. Rows near each other cost least."""
    import numpy

    first, last = min(numbers), max(numbers)
    if last - first > 4 * len(numbers) + BLOCK:
        for number in numbers:
            yield from draws(key, (number,))
        return
    stream = numpy.random.Philox(key=key, counter=first * (BLOCK // _STEP))
    raw = stream.random_raw((last - first + 1) * BLOCK)
    # 53 bits each, as Python's own random() has.
    blocks = ((raw >> 11) * 2.0**-53).reshape(-1, BLOCK).tolist()
    for number in numbers:
        yield Draws(blocks[number - first], key, number)
