"""What a base would take, worked out before anything of it is loaded: numbers, bytes to fetch, memory."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from playground.checkpoints import hub
from playground.checkpoints.files import BaseRef, count_numbers, kept_folder, open_shape
from playground.device import Kind
from playground.models.gguf.native import damaged
from playground.secret import Secret

OVER = 1.15
"""Memory of a loaded base as a multiple of its numbers: a prompt's cache, the kernels' room."""
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Needs:
    """What a base would take."""

    numbers: int
    """Of its weights; tied ones once."""
    fetch_bytes: int
    """Still to come over the network."""
    memory_bytes: int
    """Once loaded; a guess."""
    free_bytes: int
    """Free on the device now."""

    @property
    def fits(self) -> bool:
        """Whether it can be loaded beside what is there."""
        return self.memory_bytes <= self.free_bytes


def needs(ref: BaseRef, device: Kind, token: Secret = hub.NOBODY) -> Needs:
    """What the base would take on `device`. Asks the hub for one that is not on this machine yet.

    Raises BadCheckpoint for a folder whose config does not open, and for a hub id that the hub does not know or that
    has no safetensors.
    """
    if ref.local or kept_folder(ref) is not None:
        fetch = 0
        if find_spec("torch") is None:
            numbers = count_numbers(ref)
        else:
            numbers = sum(parameter.numel() for parameter in open_shape(ref).parameters())
    else:
        told = hub.offer(ref.path_or_hub_id, token)
        numbers, fetch = told.numbers, told.bytes
    memory = round(numbers * (2 if device == "cuda" else 4) * OVER)
    return Needs(numbers, fetch, memory, free_bytes(device))


def file_needs(path: Path) -> Needs:
    """What a GGUF file would take, in the machine's own memory. Raises BadCheckpoint for what is no such file."""
    from gguf import GGUFReader

    try:
        numbers = sum(int(tensor.n_elements) for tensor in GGUFReader(path).tensors)
        size = path.stat().st_size
    except Exception as error:  # of the file system, or of the library where a file is damaged
        raise damaged(path) from error
    return Needs(numbers, 0, round(size * OVER), free_bytes("cpu"))


def free_bytes(device: Kind) -> int:
    """Memory that is free on the device, a container's own limit included."""
    if device == "cuda":
        import torch

        return int(torch.cuda.mem_get_info()[0])
    import psutil

    free = int(psutil.virtual_memory().available)
    with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
        limit = int((_CGROUP / "memory.max").read_text())
        free = min(free, limit - int((_CGROUP / "memory.current").read_text()))
    return max(0, free)
