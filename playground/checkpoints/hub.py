"""The Hugging Face Hub, and the only place that talks to it: what a model there is, and its files, fetched in a
process of their own that can be ended at once.

Files land in the hub client's own cache, where every program of this machine finds them. The address is that of
HF_ENDPOINT, where it is set. `python -m playground.checkpoints.hub` is the process.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BadCheckpoint, BadSetting
from playground.events import Fetched
from playground.secret import Secret
from playground.settings import HOUSE

WANTED = ["model*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
"""Everything a checkpoint may hold that is read here; pickles and programs stay where they are."""
# Subfolders hold other forms of the same weights (onnx, gguf, original).
_PICKED: dict[str, Any] = {"allow_patterns": WANTED, "ignore_patterns": ["*/*"]}
PATIENCE = 10.0
"""Seconds for the hub to say what a model is."""
BEAT = 0.3
"""Seconds between two looks at how much has arrived. The hub's client writes ten megabytes at a time."""
ROOM = 1.05
"""Disk that must be free, as a multiple of what is fetched."""
NOBODY = Secret("")
"""No token typed in: the one of this machine's own log-in is used, where there is one."""

_fetching = threading.Lock()


@dataclass(frozen=True)
class Offer:
    """A model on the hub, before anything of it is fetched."""

    numbers: int
    """Of its weights."""
    bytes: int
    """Of the files that are read here."""


def offer(name: str, token: Secret = NOBODY) -> Offer:
    """What the hub says of a model. Raises BadCheckpoint where it does not know it, or shows it to others only."""
    from huggingface_hub import HfApi

    try:
        told: Any = HfApi(endpoint=_endpoint(), token=_header(token)).model_info(
            name, files_metadata=True, timeout=PATIENCE
        )
    # Network, hub and name errors share no base class across versions of the hub's client.
    except Exception as error:
        raise _refused(name, error, token) from None
    files = {file.rfilename: file.size or 0 for file in told.siblings or () if "/" not in file.rfilename}
    weights = sum(size for file, size in files.items() if file.endswith(".safetensors"))
    if not weights:
        raise BadCheckpoint(f"base {name} has no safetensors files; choose another")
    wanted = sum(size for file, size in files.items() if any(Path(file).match(pattern) for pattern in WANTED))
    # Weights are published in two bytes a number, as a rule.
    return Offer(int(getattr(told.safetensors, "total", None) or weights // 2), wanted)


def admit(name: str, token: Secret) -> None:
    """Ask the hub whether the holder of `token` may use a gated model. Raises BadCheckpoint where not.

    A token is asked for: the machine's own log-in lets in its owner, and not whoever is there.
    """
    from huggingface_hub import HfApi

    if not token:
        raise BadCheckpoint(f"base {name} is for those who accepted its terms on the hub; give the token of one")
    try:
        HfApi(endpoint=_endpoint(), token=_header(token)).auth_check(name)
    except Exception as error:
        raise _refused(name, error, token) from None


def kept(name: str) -> Path | None:
    """Where a model's files lie from an earlier download, maybe only a part of them; None where none do."""
    from huggingface_hub import snapshot_download

    with contextlib.suppress(Exception):
        return Path(snapshot_download(name, local_files_only=True, **_PICKED))
    return None


def snapshot(name: str, token: Secret = NOBODY) -> Path:
    """Fetch a model's files and wait for them. Raises BadCheckpoint."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, endpoint=_endpoint(), token=_header(token), **_PICKED))
    except Exception as error:
        raise _refused(name, error, token, fetching=True) from None


def fetch(name: str, total: int, token: Secret = NOBODY) -> Iterator[Fetched]:
    """Fetch a model's files of `total` bytes in a process of its own; closing the iterator ends it at once.

    One model at a time, over all visitors. What a stopped fetch has finished is kept and not fetched again; the rest
    is cleared away. Raises BadCheckpoint, and BadSetting where the disk is too full or another model is being fetched.
    """
    from huggingface_hub.constants import HF_HUB_CACHE

    cache = Path(HF_HUB_CACHE)
    blobs = cache / f"models--{name.replace('/', '--')}" / "blobs"
    if not _fetching.acquire(blocking=False):
        raise BadSetting(f"base {name} waits, as another is being fetched; try again when that has ended")
    try:
        room = _free(cache)
        if room < (total - _arrived(blobs)) * ROOM:
            raise BadSetting(
                f"base {name} takes {total / 1e9:.1f} GB and {room / 1e9:.1f} GB are free in {cache}; make room there"
            )
        child = subprocess.Popen(
            [sys.executable, "-m", "playground.checkpoints.hub"],
            cwd=HOUSE,
            env={**os.environ, "HF_HUB_CACHE": str(cache), "HF_HUB_DISABLE_PROGRESS_BARS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield from _followed(child, name, total, blobs, token)
        finally:
            child.kill()
            child.communicate()
            # What a killed download leaves is not gone on from by the hub's client, and would lie there for ever.
            for part in blobs.glob("*.incomplete"):
                with contextlib.suppress(OSError):
                    part.unlink()
    finally:
        _fetching.release()


def _followed(child: subprocess.Popen[str], name: str, total: int, blobs: Path, token: Secret) -> Iterator[Fetched]:
    """Hand the child its order and tell what has arrived, as it lies on the disk, until it ends."""
    assert child.stdin is not None and child.stdout is not None
    # By the pipe: what stands in arguments or environment can be read by other programs of the same user.
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps({"name": name, "token": token.reveal()}))
        child.stdin.close()
    child.stdin = None
    done = -1
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(BEAT)
        over = child.returncode is not None
        # Told at every beat, new bytes or not, so that whoever wants to stop is heard.
        done = max(done, min(_arrived(blobs), total))
        yield Fetched(done, total)
        if over:
            break
    if child.returncode:
        why = child.stdout.read().strip()
        raise BadCheckpoint(why or f"base {name} cannot be fetched (the download broke off); fetch it again")


def _arrived(blobs: Path) -> int:
    """Bytes that lie on the disk, those of unfinished files too."""
    arrived = 0
    for file in blobs.glob("*"):
        with contextlib.suppress(OSError):
            status = file.stat()
            # A file may be given its full length before it is filled.
            arrived += min(status.st_size, getattr(status, "st_blocks", 1 << 60) * 512)
    return arrived


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder, which need not be there yet."""
    import shutil

    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


def _header(token: Secret) -> str | None:
    """The token as the client takes it. Raises BadSetting for what no header may hold."""
    if token and not re.fullmatch(r"[!-~]{1,200}", token.reveal()):
        raise BadSetting("the token holds characters that no token has; copy it again")
    return token.reveal() or None


def _refused(name: str, error: Exception, token: Secret, fetching: bool = False) -> Exception:
    """A foreign error in our words; only the first line of what a server said is repeated, and no token."""
    from huggingface_hub import errors

    if isinstance(error, BadSetting):
        return error
    if isinstance(error, errors.GatedRepoError):
        if token:
            return BadCheckpoint(f"base {name}: this token's owner has not been let in; accept its terms on the hub")
        return BadCheckpoint(f"base {name} is for those who accepted its terms on the hub; give the token of one")
    if isinstance(error, errors.RepositoryNotFoundError):
        return BadCheckpoint(f"base {name} is not on the hub, or not for everybody; check the name, or give a token")
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403):
        return BadCheckpoint(f"base {name}: the hub refused the token (status {status}); check it")
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    first = token.hidden_in(first)[:160].rstrip(".")
    if fetching:
        return BadCheckpoint(
            f"base {name} cannot be fetched ({first}); check the name and the network, or give a folder"
        )
    return BadCheckpoint(
        f"base {name} cannot be asked about ({first}); check the name and the network, or give a folder"
    )


def _main(order: dict[str, str], tell: Callable[[str], Any]) -> int:
    """What the process does: fetch, and say in one line what went wrong."""
    try:
        snapshot(order["name"], Secret(order["token"]))
    except (BadCheckpoint, BadSetting) as error:
        tell(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(json.load(sys.stdin), print))
