"""Where a model runs, and why there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playground.settings import Settings

Kind = Literal["cuda", "mps", "cpu"]


@dataclass(frozen=True)
class Device:
    """The rung of the start-up ladder that was reached."""

    kind: Kind
    why: str
    """One clause for the banner, without a full stop."""


def pick_device(settings: Settings) -> Device:
    """CUDA, else Apple's GPU, else the CPU. What cannot hold one number is passed over, and `why` says so."""
    import torch

    threads = settings.threads or torch.get_num_threads()
    if settings.zero_gpu:
        return Device("cpu", f"ZeroGPU lends its GPU to single calls; {threads} threads")
    kinds: tuple[Kind, ...] = ("cuda", "mps")
    present: dict[Kind, Callable[[], bool]] = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
    passed = []
    for kind in kinds:
        if not present[kind]():
            continue
        try:
            # A card can be listed and still refuse: another driver, no memory left, taken by somebody.
            torch.zeros(1, device=kind)
        except (RuntimeError, AssertionError) as error:
            passed.append(f"{kind} is there but refuses ({str(error).splitlines()[0][:80]})")
            continue
        name = torch.cuda.get_device_name() if kind == "cuda" else "Apple GPU"
        return Device(kind, f"{name} found")
    return Device("cpu", f"{'; '.join(passed) or 'no CUDA or Apple GPU found'}; {threads} threads")


def bfloat16_pays(kind: Kind) -> bool:
    """Whether matrices are multiplied clearly faster in bfloat16 than in float32 on this machine.

    CUDA tells. On a CPU it is tried, in under 0.1 s: with instructions of its own (AMX, AVX-512 BF16)
    bfloat16 takes a quarter to a half of the time, without them several times as much, so the answer does
    not hang on what else the machine is doing. Apple's GPU is left at float32.
    """
    import torch

    if kind != "cpu":
        return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    a, b = torch.ones(512, 512), torch.ones(512, 512)
    halves = a.bfloat16(), b.bfloat16()
    single, half = [], []
    with torch.no_grad():
        for _ in range(16):  # the fastest of some in turn; the first of each warms the library up
            single.append(_seconds(lambda: a @ b))
            half.append(_seconds(lambda: halves[0] @ halves[1]))
    return min(half) < 0.75 * min(single)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
