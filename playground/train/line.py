"""Who trains now, and who waits: one run at a time over all visitors, in the order in which they were asked for.

There is no list of the line. A run is a process that holds the lock of its folder, from before it starts until it is
gone; whoever sees an earlier one alive waits. So a machine that dies leaves nothing that would stand in the way.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playground.records import json_line, write_whole

BEAT = 2.0
"""Seconds between heartbeats."""
SILENCE = 20.0
"""Seconds without a heartbeat after which a run counts as lost, where files cannot be locked (Windows)."""
PAUSE = 0.5
"""Seconds between two looks at the line."""


def ahead(folder: Path) -> int:
    """How many runs, of any visitor of the same work folder, were asked for before this one and are not over."""
    if folder.parent.name != "runs":
        return 0  # a run of its own, that no page has ordered
    orders = [order.parent for order in folder.parents[2].glob("*/runs/*/order.json")]
    mine = _asked_at(folder)
    return sum(_asked_at(one) < mine and is_alive(one) for one in orders if one != folder)


def waits_its_turn(folder: Path, stopped: Callable[[], bool]) -> bool:
    """Wait until no run is ahead of this one; False where it was told to stop before."""
    while ahead(folder):
        if stopped():
            return False
        time.sleep(PAUSE)
    return True


def _asked_at(folder: Path) -> tuple[int, str]:
    try:
        return (folder / "order.json").stat().st_mtime_ns, folder.name
    except OSError:
        return 1 << 63, folder.name


def beat(folder: Path, over: threading.Event) -> None:
    """Write a heartbeat until `over` is set."""
    while not over.is_set():
        with contextlib.suppress(OSError):
            write_whole(folder / "state.json", [json_line({"pid": os.getpid(), "beat": time.monotonic()})])
        over.wait(BEAT)


@contextlib.contextmanager
def held(folder: Path, handed_on: bool = True) -> Iterator[tuple[int, ...]]:
    """A held lock on RUN/lock as something to hand to the process; empty where there are no such locks.

    The system frees it when the process is gone, however that came about, and knows no zombies and no process
    ids used again. It is taken before the process starts, so that no moment looks like a lost run. Where it is not to
    be `handed_on` it ends with the block, whatever was forked meanwhile.
    """
    try:
        import fcntl
    except ImportError:
        yield ()
        return
    with (folder / "lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield (file.fileno(),)
        finally:
            if not handed_on:
                fcntl.flock(file, fcntl.LOCK_UN)


def is_alive(folder: Path) -> bool:
    """Whether somebody holds the run's lock, or, without locks, whether its heart beat lately."""
    try:
        import fcntl
    except ImportError:
        with contextlib.suppress(OSError):
            files = [f for f in (folder / "state.json", folder / "order.json") if f.exists()]
            return time.time() - max(f.stat().st_mtime for f in files) < SILENCE
        return False
    try:
        with (folder / "lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
