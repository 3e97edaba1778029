"""Where a model runs, and why there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal, get_args

from playground.errors import BadSetting, MissingPackage
from playground.settings import Settings

Kind = Literal["cuda", "mps", "cpu"]
Rung = Literal["zerogpu", "cuda", "mps", "cpu", "gguf", "endpoint"]
LADDER: tuple[Rung, ...] = get_args(Rung)
"""From the top. ZeroGPU stands first, for there a CUDA device only seems to be there."""
NAMES: dict[Rung, str] = {
    "zerogpu": "ZeroGPU", "cuda": "CUDA", "mps": "Apple GPU", "cpu": "CPU", "gguf": "llama.cpp", "endpoint": "—",
}  # fmt: skip
"""What the banner calls a rung."""


@dataclass(frozen=True)
class Device:
    """The rung of the start-up ladder that was reached."""

    kind: Kind
    """Where PyTorch works, if it does."""
    why: str
    """One clause for the banner, without a full stop."""
    rung: Rung = "cpu"
    """What answers for a base: PyTorch on a device, llama.cpp, or nothing on this machine."""

    @property
    def name(self) -> str:
        """For the banner."""
        return NAMES[self.rung]


class _Passed(Exception):
    """Why a rung does not hold; "" where there is nothing worth telling."""


def pick_device(settings: Settings) -> Device:
    """The first rung that holds, from the one that the settings name downwards; `why` says what was passed over.

    Raises BadSetting for a rung that is not known.
    """
    if settings.device and settings.device not in LADDER:
        raise BadSetting(f"PLAYGROUND_DEVICE is {settings.device!r:.40}; it must be one of: {', '.join(LADDER)}")
    begin = LADDER.index(settings.device) if settings.device else 0
    passed: list[str] = []
    for rung in LADDER[begin:]:
        try:
            kind, why = _tried(rung, settings)
        except _Passed as reason:
            passed += [str(reason)] if str(reason) else []
            continue
        return Device(kind, "; ".join([*dict.fromkeys(passed), why] if why else dict.fromkeys(passed)), rung)
    raise AssertionError("the last rung always holds")


def _tried(rung: Rung, settings: Settings) -> tuple[Kind, str]:
    """Kind and reason of a rung that holds. Raises _Passed."""
    if rung == "endpoint":
        return "cpu", "models of other servers can be asked"
    if rung == "gguf":
        if find_spec("llama_cpp") is None:
            raise _Passed("llama.cpp is not installed")
        return "cpu", "llama.cpp answers"
    try:
        import torch
    except ImportError:
        raise _Passed("PyTorch is not installed") from None
    threads = settings.threads or torch.get_num_threads()
    if rung == "zerogpu":
        if not settings.zero_gpu:
            raise _Passed("")
        return "cpu", f"ZeroGPU lends its GPU to single calls; {threads} threads"
    if rung == "cpu":
        gone = torch.cuda.is_available() or torch.backends.mps.is_available()
        return "cpu", f"{threads} threads" if gone else f"no CUDA or Apple GPU found; {threads} threads"
    present = torch.cuda.is_available if rung == "cuda" else torch.backends.mps.is_available
    if not present():
        raise _Passed("")
    try:
        # A card can be listed and still refuse: another driver, no memory left, taken by somebody.
        torch.zeros(1, device=rung)
    except (RuntimeError, AssertionError) as error:
        raise _Passed(f"{rung} is there but refuses ({str(error).splitlines()[0][:80]})") from None
    return rung, f"{torch.cuda.get_device_name() if rung == 'cuda' else 'Apple GPU'} found"


def need_torch(what: str) -> None:
    """Raises MissingPackage where `what` cannot be done, as PyTorch is not installed."""
    if find_spec("torch") is None:
        raise MissingPackage(what, "torch")


def bfloat16_pays(kind: Kind) -> bool:
    """Whether matrices are multiplied clearly faster in bfloat16 than in float32 on this machine.

    CUDA tells. On a CPU it is tried, in under 0.1 s: with instructions of its own (AMX, AVX-512 BF16)
    bfloat16 takes a quarter to a half of the time, without them several times as much, so the answer does
    not hang on what else the machine is doing. Apple's GPU is left at float32.
    """
    import torch

    if kind != "cpu":
        return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    # Named, as a model that is being opened in another thread may have changed the default meanwhile.
    a, b = (torch.ones(512, 512, dtype=torch.float32) for _ in range(2))
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
