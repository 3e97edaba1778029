"""Things handed to the browser as one file."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from pathlib import Path

from playground.datasets import zip_folder


def zipped(folder: Path, visitor: str) -> str:
    """A folder as a zip file in the system's temporary folder, from where Gradio serves a copy.

    Packed once: what is offered here does not change after it was made.
    """
    place = hashlib.sha256(f"{visitor}/{folder}".encode()).hexdigest()[:16]
    out = Path(tempfile.gettempdir()) / "twin-playground" / place / f"{folder.name}.zip"
    made = max((file.stat().st_mtime for file in folder.rglob("*") if file.is_file()), default=0.0)
    if not out.is_file() or out.stat().st_mtime < made:
        part = out.with_name(f"{secrets.token_hex(4)}.part")
        zip_folder(folder, part)
        part.replace(out)
    return str(out)
