"""Turns a stream of events into screen-sized steps: what came since the last step, at a steady beat."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


PATIENCE = 2.0
"""Seconds from a stop until silent work is no longer waited for."""


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def paced(work: Callable[[], Iterable[T]], beat: float, stop: threading.Event | None = None) -> Iterator[list[T]]:
    """Run `work()` in a thread of its own and give its events in lists, one list every `beat` seconds.

    The very first event is given at once; a beat without events gives an empty list, so that a screen
    can count seconds while a model loads. When `stop` is set, or this generator is closed, the work's
    iterator is closed at its next event, and with `stop` the events until then are still given; work from
    which nothing comes for PATIENCE seconds after that is left to end by itself. Raises here what the work
    raised there.
    """
    events: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    halt = threading.Event()
    asked = stop or threading.Event()

    def run() -> None:
        error: BaseException | None = None
        try:
            iterator = iter(work())
            try:
                for event in iterator:
                    events.put(event)
                    if halt.is_set() or asked.is_set():
                        break
            finally:
                close = getattr(iterator, "close", None)
                if close is not None:
                    close()
        except BaseException as caught:  # noqa: BLE001 - carried to the reader, whatever it is
            error = caught
        events.put(_End(error))

    # Who the visitor is goes along: a borrowed GPU is lent to them.
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), name="paced", daemon=True).start()
    try:
        yield from _beats(events, beat, asked)
    finally:
        halt.set()


def _beats(events: queue.SimpleQueue[T | _End], beat: float, asked: threading.Event) -> Iterator[list[T]]:
    gathered: list[T] = []
    first, leaving = True, 0.0
    due = time.monotonic() + beat
    while True:
        try:
            event = events.get(timeout=max(0.0, due - time.monotonic()))
        except queue.Empty:
            yield gathered
            if asked.is_set():
                leaving = leaving or time.monotonic() + PATIENCE
                if not gathered and time.monotonic() > leaving:
                    return
            gathered, due = [], time.monotonic() + beat
            continue
        if isinstance(event, _End):
            if gathered:
                yield gathered
            if event.error is not None:
                raise event.error
            return
        gathered.append(event)
        if first or time.monotonic() >= due:
            yield gathered
            first, gathered, due = False, [], time.monotonic() + beat
