"""What lies in the work folder of one visitor: listed, measured, cleared away.

    VISITOR/samples/NAME   VISITOR/datasets/NAME   VISITOR/adapters/NAME   VISITOR/runs/ID   VISITOR/scores/NAME
    VISITOR/reviews/NAME    what was decided about the rows of the dataset of that name
    VISITOR/seen            touched each time its visitor comes

On a public page each visitor has limits (settings.Limits), and what is not come back to goes.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from playground.errors import BadSetting, UnknownName
from playground.settings import Settings

KINDS = ("samples", "datasets", "adapters", "runs", "scores", "reviews")
"""Shelves of a visitor's folder."""
SEEN = "seen"
DAY = 86_400.0


@dataclass(frozen=True)
class Thing:
    """A task, a dataset, an adapter, a run, scores or a review of a visitor."""

    kind: str
    """One of KINDS."""
    name: str
    path: Path
    bytes: int

    @property
    def id(self) -> str:
        """What it is picked by: its kind and name."""
        return f"{self.kind}/{self.name}"


def things(settings: Settings, visitor: str) -> list[Thing]:
    """All that lies there, shelf by shelf, by name."""
    home = settings.visitor_home(visitor)
    found = []
    for kind in KINDS:
        shelf = home / kind
        for path in sorted(shelf.iterdir()) if shelf.is_dir() else ():
            if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
                found.append(Thing(kind, path.name, path, _size(path)))
    return found


def delete(settings: Settings, visitor: str, ids: list[str]) -> int:
    """Delete a visitor's things; gives how many. Raises UnknownName for what is not there, and deletes none then."""
    there = {one.id: one for one in things(settings, visitor)}
    for id_ in ids:
        if id_ not in there:
            raise UnknownName(f"{id_!r:.80} is not among your things; open the list again")
    for id_ in dict.fromkeys(ids):
        shutil.rmtree(there[id_].path, ignore_errors=True)
    return len(set(ids))


def check_room(settings: Settings, visitor: str, more: int = 0) -> None:
    """Raises BadSetting where a visitor's things, with `more` bytes to come, take more than is allowed."""
    if settings.limits is None:
        return
    taken, most = sum(one.bytes for one in things(settings, visitor)) + more, settings.limits.megabytes
    if taken > most * 1e6:
        raise BadSetting(
            f"your things would take {taken / 1e6:.0f} MB and a visitor may have {most} MB; delete some of them below"
        )


def come(settings: Settings, visitor: str) -> None:
    """Write down that a visitor is here; nothing for one who has no folder yet."""
    home = settings.visitor_home(visitor)
    if home.is_dir():
        with contextlib.suppress(OSError):
            (home / SEEN).touch()


def clear_away(settings: Settings, now: float | None = None) -> int:
    """Delete the folders of visitors who have not come for the days of the limits; gives how many."""
    if settings.limits is None or not settings.home.is_dir():
        return 0
    oldest = (time.time() if now is None else now) - settings.limits.days * DAY
    gone = 0
    for home in settings.home.iterdir():
        # A visitor's id and nothing else: the work folder may hold more than visitors.
        if not re.fullmatch(r"[0-9a-f]{32}", home.name) or home.is_symlink() or not home.is_dir():
            continue
        if _last_used(home) < oldest:
            shutil.rmtree(home, ignore_errors=True)
            gone += 1
    return gone


def _last_used(home: Path) -> float:
    """When anything of a visitor was last written, the mark of coming included; a run writes all the time."""
    times = [home.stat().st_mtime]
    for path in (home / SEEN, *(one for kind in KINDS for one in (home / kind).glob("*/*"))):
        with contextlib.suppress(OSError):
            times.append(path.stat().st_mtime)
    return max(times)


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if not file.is_symlink() and file.is_file():
                total += file.stat().st_size
    return total
