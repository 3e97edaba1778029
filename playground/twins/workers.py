"""Training rows made by several processes, as the very lines that one process would write.

A row's place alone decides it, so the places are dealt out in pieces and the lines come back in order.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from playground.errors import BadSetting, TrainingFailed
from playground.samples import Task
from playground.settings import Settings
from playground.twins.dress import Dress
from playground.twins.make import Twins, make_twins

PIECE = 4_000
"""Rows that a process makes at a time."""
MOST = 64
"""Most processes."""

_here: Twins | None = None


@dataclass(frozen=True)
class Order:
    """What make_twins is asked for, as it goes to another process: no settings, which hold a key."""

    task: Task
    rows: int
    seed: int
    house: Path
    values: Mapping[str, str]
    lang: str | None
    dress: float = 1.0

    def make(self) -> Twins:
        """The twins. Raises what make_twins raises."""
        settings, dress = Settings(house=self.house), Dress().times(self.dress)
        return make_twins(self.task, self.rows, self.seed, settings, self.values, lang=self.lang, dress=dress)


def lines(order: Order, workers: int) -> Iterator[bytes]:
    """Blocks of whole lines, some thousand each, in the order of the rows.

    Raises BadSetting for a number of processes out of range, what make_twins raises, TrainingFailed where one died.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or not 1 <= workers <= MOST:
        raise BadSetting(f"workers is {workers!r:.40}; it must be a whole number, 1 to {MOST}")
    rows = order.rows
    pieces = iter([(start, min(start + PIECE, rows)) for start in range(0, rows, PIECE)])
    # Not forked: a process that has threads, as a page has, must not be copied while they run.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (order,)) as pool:
        waiting: deque[Future[bytes]] = deque()
        try:
            while True:
                while len(waiting) <= 2 * workers and (piece := next(pieces, None)) is not None:
                    waiting.append(pool.submit(_piece, *piece))
                if not waiting:
                    return
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise TrainingFailed("a process that made rows died; use fewer workers") from error
        finally:
            for future in waiting:
                future.cancel()


def _begin(order: Order) -> None:
    global _here
    _here = order.make()


def _piece(start: int, stop: int) -> bytes:
    assert _here is not None and _here.span is not None
    return "".join([row.as_line() for row in _here.span(start, stop)]).encode()
