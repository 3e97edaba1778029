"""What is in the checkout: the files that git would take, read from .gitignore and the disk.

Not asked from git, so that it is the same in an archive and in a container that git does not trust.
"""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether a pattern of .gitignore names `path` (relative, with / between, a folder ending in /).

    Knows the forms that are used: /anchored/, name/ and *.ending. Raises ValueError for any other.
    """
    name = path.rstrip("/").rpartition("/")[2]
    for pattern in patterns:
        plain = pattern.strip("/")
        if "!" in pattern or "**" in pattern or ("/" in plain and not pattern.startswith("/")):
            raise ValueError(f".gitignore has {pattern!r}, a form that tests/house.py does not know")
        if pattern.endswith("/") and not path.endswith("/"):
            continue
        if fnmatch(path.rstrip("/"), plain) if pattern.startswith("/") else fnmatch(name, plain):
            return True
    return False


def house_files() -> list[str]:
    """Every file of the checkout that is not ignored, as posix paths below it, sorted."""
    lines = (HOUSE / ".gitignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    found = []
    for folder, inner, files in os.walk(HOUSE):
        here = "" if Path(folder) == HOUSE else Path(folder).relative_to(HOUSE).as_posix() + "/"
        inner[:] = [name for name in inner if name != ".git" and not ignored(f"{here}{name}/", patterns)]
        # A worktree has a file .git in place of the folder.
        found += [here + name for name in files if name != ".git" and not ignored(here + name, patterns)]
    return sorted(found)
