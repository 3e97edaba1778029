"""Adapters on one copy of a base: each row of a batch is answered with its own adapter, or with none.

A matrix W that an adapter knows is called as W(x), for the whole batch as ever, and then the rows of
each adapter get their B(A(x)) added in place; what belongs to base rows is never touched. PEFT's
`adapter_names` gives the same numbers, but sets up hooks on every matrix at every token: on the
starter a step of three rows took it 1.7 times as long, and its ways to answer as the base alone
1.5 to 2.7 times (benchmarks/panes.py). So files are PEFT's, and this small part is our own. Only plain
LoRA comes here; see adapters.check_adapter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.adapters.files import WEIGHTS, read_config
from playground.errors import BadAdapter

Span = tuple[int, int | None, str]
"""First row, row after the last (None: all rows), and the adapter they are answered with."""

_HEAD = "base_model.model."
_ENDS = {".lora_A.weight": "A", ".lora_B.weight": "B", ".lora_embedding_A": "A", ".lora_embedding_B": "B"}


class Adapters:
    """The adapters that are attached to one model, and which rows are answered with them."""

    def __init__(self, model: Any) -> None:
        self.spans: tuple[Span, ...] = ()
        """Rows with an adapter in the model's next call; empty leaves the model exactly as it was."""
        self.rows = 0
        """Rows of the model's next call."""
        self._model = model
        self._sites: dict[str, _Site] = {}

    def attach(self, name: str, folder: Path) -> None:
        """Read an adapter's matrices and put them beside the base's. Raises BadAdapter, then nothing has changed."""
        modules = dict(self._model.named_modules())
        config = read_config(folder)
        pairs = {}
        for site, (down, up) in _read(folder, next(self._model.parameters()).device).items():
            module = modules.get(site)
            if module is None or _kind(module) is None:
                raise BadAdapter(
                    f"adapter {folder.name} changes {site!r:.80}, which this base lacks; choose its own base"
                )
            pairs[site] = _fitted(module, down, up, _scale(config, site, folder), f"adapter {folder.name}: {site}")
        self.detach(name)
        for site, pair in pairs.items():
            if site not in self._sites:
                self._sites[site] = _Site(modules[site], self)
            self._sites[site].pairs[name] = pair

    def detach(self, name: str) -> None:
        """Take an adapter away; a matrix that no adapter knows any more is called as before."""
        for key in list(self._sites):
            site = self._sites[key]
            site.pairs.pop(name, None)
            if not site.pairs:
                site.leave()
                del self._sites[key]

    def spans_of(self, names: Sequence[str | None]) -> tuple[Span, ...]:
        """The spans of a batch whose row i has adapter names[i]; rows of one adapter stand together."""
        if names and names[0] is not None and all(name == names[0] for name in names):
            return ((0, None, names[0]),)
        spans: list[Span] = []
        for row, name in enumerate(names):
            if name is not None and spans and spans[-1][1:] == (row, name):
                spans[-1] = (spans[-1][0], row + 1, name)
            elif name is not None:
                spans.append((row, row + 1, name))
        return tuple(spans)


class _Site:
    """One matrix of the base, and what adapters add to what comes out of it."""

    def __init__(self, module: Any, adapters: Adapters) -> None:
        self.pairs: dict[str, tuple[Any, Any]] = {}
        self._adapters = adapters
        hook = self._add_rows if _kind(module) == "embedding" else self._add_products
        self._handle = module.register_forward_hook(hook)

    def leave(self) -> None:
        """Put the module back as it was."""
        self._handle.remove()

    def _add_products(self, module: Any, inputs: tuple[Any, ...], out: Any) -> None:
        for begin, end, name in self._adapters.spans:
            pair = self.pairs.get(name)
            if pair is not None:
                part, x = out[begin:end], self._rows(inputs[0], begin, end)
                inner = x.reshape(-1, x.shape[-1]).mm(pair[0])
                part.view(-1, part.shape[-1]).addmm_(inner, pair[1])

    def _add_rows(self, module: Any, inputs: tuple[Any, ...], out: Any) -> None:
        for begin, end, name in self._adapters.spans:
            pair = self.pairs.get(name)
            if pair is not None:
                out[begin:end] += pair[0][self._rows(inputs[0], begin, end)] @ pair[1]

    def _rows(self, x: Any, begin: int, end: int | None) -> Any:
        if end is not None and x.shape[0] != self._adapters.rows:
            raise RuntimeError(f"a matrix was called with {x.shape[0]} rows where the batch has {self._adapters.rows}")
        return x[begin:end]


def _kind(module: Any) -> str | None:
    """How a module is adapted; None for one that is not."""
    import torch

    if type(module) is torch.nn.Embedding:
        return "embedding"
    return "linear" if isinstance(module, torch.nn.Linear) or type(module).__name__ == "Conv1D" else None


def _read(folder: Path, device: Any) -> dict[str, tuple[Any, Any]]:
    """Site to its two matrices as PEFT stores them: (rank, in) and (out, rank)."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(folder / WEIGHTS, device=str(device))
    except (OSError, SafetensorError) as error:
        raise BadAdapter(f"adapter {folder.name}: {WEIGHTS} does not open ({error!s:.120}); train it again") from error
    found: dict[str, dict[str, Any]] = {}
    for key, tensor in tensors.items():
        end = next((e for e in _ENDS if key.endswith(e)), None)
        if end is None or not key.startswith(_HEAD):
            raise BadAdapter(f"adapter {folder.name} holds {key!r:.80}, no LoRA matrix; train it again")
        found.setdefault(key[len(_HEAD) : -len(end)], {})[_ENDS[end]] = tensor
    for site, sides in found.items():
        if set(sides) != {"A", "B"}:
            raise BadAdapter(f"adapter {folder.name} has half a pair for {site!r:.80}; train it again")
    return {site: (sides["A"], sides["B"]) for site, sides in found.items()}


def _scale(config: dict[str, Any], site: str, folder: Path) -> Any:
    """A function from rank to the factor of the product, as PEFT has it: alpha / rank, or alpha / sqrt(rank)."""
    alpha = config.get("lora_alpha", 8)
    for pattern, special in (config.get("alpha_pattern") or {}).items():
        # PEFT takes these as regular expressions; plain names are all that is needed and all that is safe.
        if not all(part.isidentifier() or part.isdigit() for part in pattern.split(".")):
            raise BadAdapter(f"adapter {folder.name}: alpha_pattern has {pattern!r:.60}; write plain names of matrices")
        if site == pattern or site.endswith(f".{pattern}"):
            alpha = special
            break
    if isinstance(alpha, bool) or not isinstance(alpha, int | float):
        raise BadAdapter(f"adapter {folder.name}: lora_alpha is {alpha!r:.20}; it must be a number")
    root = bool(config.get("use_rslora"))
    return lambda rank: alpha / (math.sqrt(rank) if root else rank)


def _fitted(module: Any, down: Any, up: Any, scale: Any, what: str) -> tuple[Any, Any]:
    """The pair (in, rank) and (rank, out), scaled, in the module's own type. Raises BadAdapter if it does not fit."""
    weight = module.weight
    # torch keeps a Linear as (out, in); Conv1D and Embedding are (in, out).
    inward, outward = tuple(weight.shape[::-1]) if hasattr(module, "in_features") else tuple(weight.shape)
    rank = down.shape[0]
    if down.ndim != 2 or up.ndim != 2 or down.shape[1] != inward or tuple(up.shape) != (outward, rank):
        raise BadAdapter(
            f"{what} has matrices of {tuple(down.shape)} and {tuple(up.shape)} where the base's is "
            f"{outward} x {inward}; choose its own base"
        )
    pair = down.t().contiguous(), (up.float() * scale(rank)).t().contiguous()
    return pair[0].to(weight.dtype), pair[1].to(weight.dtype)
