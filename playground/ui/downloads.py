"""Things handed to the browser as one file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from playground.datasets import zip_folder

KEPT_SECONDS = 86_400
"""A copy older than this is made again when it is asked for."""


def zipped(folder: Path, visitor: str) -> str:
    """A folder as a zip file in the system's temporary folder, from where Gradio serves a copy.

    Packed once: what is offered here does not change after it was made.
    """
    out = _place(folder, visitor, f"{folder.name}.zip")
    made = max((file.stat().st_mtime for file in folder.rglob("*") if file.is_file()), default=0.0)
    if not out.is_file() or out.stat().st_mtime < made:
        part = out.with_name(f"{secrets.token_hex(4)}.part")
        zip_folder(folder, part)
        part.replace(out)
    return str(out)


def packed(folder: Path, thing: Path, visitor: str) -> str:
    """A folder that was made of a thing, as a zip file that is dropped with the thing."""
    out = _place(thing, visitor, f"{folder.name}.zip")
    part = out.with_name(f"{secrets.token_hex(4)}.part")
    zip_folder(folder, part)
    part.replace(out)
    return str(out)


def copied(file: Path, visitor: str) -> str:
    """A file as a copy in the system's temporary folder: Gradio serves none from a work folder elsewhere."""
    out = _place(file, visitor, file.name)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, out)
    return str(out)


def written(thing: Path, name: str, pieces: Iterable[bytes], visitor: str) -> str:
    """A file made for download about a thing of the visitor's, in the place of the one made before."""
    out = _place(thing, visitor, name)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{secrets.token_hex(4)}.part")
    with part.open("wb") as file:
        file.writelines(pieces)
    part.replace(out)
    return str(out)


def drop(thing: Path, visitor: str) -> None:
    """Remove the copies of a thing, and of what lay in it, that were made for this visitor."""
    names = [f"{thing.name}.zip", "report.html"]
    for inner, name in ((thing, names[0]), (thing / names[1], names[1])):
        shutil.rmtree(_place(inner, visitor, name).parent, ignore_errors=True)


def _place(thing: Path, visitor: str, name: str) -> Path:
    """Where the copy goes; copies of days past are cleared away on the way."""
    # By user: where several share a machine, a folder that another one made could not be written.
    user = getattr(os, "getuid", lambda: "user")()
    shelf = Path(tempfile.gettempdir()) / f"twin-playground-{user}"
    for old in shelf.glob("*/*"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink()
    secret = hashlib.sha256(f"{visitor}/{thing}".encode()).hexdigest()[:16]
    return shelf / secret / name
