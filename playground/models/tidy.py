"""Memory given back to the system once a model has been quiet for a moment.

A round's keys and values hang in cycles with its generators until Python looks for them, and what the C library has
freed it keeps for itself: 200 rounds that were stopped held 350 MB so. Both cost too long to be done while somebody
waits for an answer.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 2.0
"""Seconds after a round in which no other one begins."""


class Tidy:
    """Tidies up after rounds of one model."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    @contextmanager
    def round(self) -> Iterator[None]:
        """A round: nothing is tidied while it runs, and some time after it is."""
        self.stop()
        try:
            yield
        finally:
            with self._lock:
                self._timer = threading.Timer(QUIET, give_back)
                self._timer.daemon = True
                self._timer.start()

    def stop(self) -> None:
        """Leave it to the next round."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None


def give_back() -> None:
    """Collect what hangs in cycles, and have glibc give freed pages back; other C libraries are left alone."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
