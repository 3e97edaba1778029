"""What is remembered about one visitor while the page is open: ids, small facts, nothing that cannot be copied.

The things themselves (datasets, runs, adapters, reports) are files under the visitor's folder; a
reload reads them from there again.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from playground.settings import LOCAL, Settings, new_visitor


@dataclass
class Session:
    """One open page."""

    visitor: str = ""
    """Id of the visitor; "" until the page has loaded, and no folder can be opened with that."""
    page: str = ""
    """A secret of this one page; what runs for it is stopped by it."""
    lang: str = "en"
    """Language of the page: "en" or "zh"."""
    base: str = ""
    """Name of the base picked on this page, "" for that of the settings."""
    task: str = "address"
    """Task picked in Chat."""
    sample: str = "address"
    """Task picked in Twins."""
    dataset: str = ""
    """Name of the dataset made or picked last."""
    rows: int = 0
    """Training rows of that dataset."""
    opened: str = ""
    """A row that another fold has sent to the review, as GROUP/ID; "" once it lies there."""
    preset: str = ""
    """How long to train, as picked; "" before anything was."""
    run: str = ""
    """Id of the training run that the Train tab shows."""
    run_state: str = ""
    """State of that run as last seen: running, done, stopped, failed or lost."""
    adapter: str = ""
    """Name of the adapter trained last."""
    trained_task: str = ""
    """Its task."""
    loss: float | None = None
    """Its last training loss."""
    contenders: tuple[str, ...] = ()
    """Names of the contenders picked by hand in Chat; none where nobody was, and the usual ones sit there."""
    seated: tuple[str, ...] = ()
    """Names of the contenders that sit in Chat."""
    endpoints: tuple[str, ...] = ()
    """Contenders behind an address that this page has added; their keys lie elsewhere, by visitor."""
    shares: dict[str, float] = field(default_factory=dict)
    """Contender to share of exact answers, of the scores made last."""
    told: tuple[str, ...] = ()
    """What the tabs' labels say."""


def fresh_session(settings: Settings, stored: Any) -> Session:
    """The session of a page that has just loaded, with what the browser had stored ({"visitor", "lang"})."""
    kept = stored if isinstance(stored, dict) else {}
    visitor = LOCAL
    if settings.public:
        known = kept.get("visitor")
        visitor = known if isinstance(known, str) and re.fullmatch(r"[0-9a-f]{32}", known) else new_visitor()
    lang = kept.get("lang")
    return Session(visitor=visitor, page=secrets.token_hex(8), lang=lang if lang in ("en", "zh") else "")


class Signal(threading.Event):
    """Tells work to stop, and knows whether it has begun or still waits in line."""

    begun = False


class Stops:
    """The stop signals of what runs now, by page and kind of work. Made once, with the page."""

    def __init__(self) -> None:
        self._signals: dict[Hashable, Signal] = {}
        self._lock = threading.Lock()

    def begin(self, key: Hashable) -> Signal:
        """A fresh signal for work that is asked for. What ran under this key before is told to stop."""
        signal = Signal()
        with self._lock:
            before = self._signals.get(key)
            self._signals[key] = signal
        if before is not None:
            before.set()
        return signal

    def busy(self, key: Hashable, seconds: float = 0.0) -> bool:
        """Whether work runs under this key; what was told to stop already is given so many seconds to end."""
        until = time.monotonic() + seconds
        while True:
            with self._lock:
                signal = self._signals.get(key)
            if signal is None or not signal.is_set() or time.monotonic() >= until:
                return signal is not None
            time.sleep(0.05)

    def take(self, key: Hashable) -> Signal:
        """The signal of the work under this key, which begins now; one that is set already where there is none, or
        where it has begun before."""
        with self._lock:
            signal = self._signals.get(key)
            if signal is not None and signal.begun:
                signal = None
            if signal is not None:
                signal.begun = True
        if signal is None:
            signal = Signal()
            signal.set()
        return signal

    def leave_line(self, key: Hashable) -> bool:
        """Forget the work under this key where it has not begun; False where it has, or there is none."""
        with self._lock:
            signal = self._signals.get(key)
            waiting = signal is not None and not signal.begun
            if waiting:
                del self._signals[key]
        return waiting

    def stop(self, key: Hashable) -> bool:
        """Tell the work under this key to stop; False where none runs."""
        with self._lock:
            signal = self._signals.get(key)
        if signal is not None:
            signal.set()
        return signal is not None

    def end(self, key: Hashable, signal: threading.Event) -> None:
        """Forget a signal whose work is over, unless newer work has taken its place."""
        with self._lock:
            if self._signals.get(key) is signal:
                del self._signals[key]
