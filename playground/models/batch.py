"""Rows that go through the model together, and their keys and values.

Each row is prefilled alone: its prefix first, from what was kept where there is something, then the rest.
Then `Joined` takes one token of every row per step. Models whose rows cannot be padded beside each other
(kv.joinable) get a `Single` for each row.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from playground.models.bands import Band
from playground.models.kv import Slab, layer_count
from playground.models.lora import Adapters, Span
from playground.models.prefix import Prefixes
from playground.models.row import Row
from playground.models.seal import Sealed


@dataclass(frozen=True)
class Core:
    """A loaded model and what the loop needs to know of it."""

    model: Any
    tokenizer: Any
    adapters: Adapters
    prefixes: Prefixes
    sealed: Sealed
    banded: bool
    """Whether the model takes bands, see bands.use_bands."""
    ends: frozenset[int]
    """Ids that end a reply."""
    why_failed: Callable[[Exception], str]
    """A library's error as a sentence that may be shown."""


class Batch(Protocol):
    """Rows that go through the model together."""

    rows: list[Row]

    def prefill(self, row: int) -> Any:
        """Logits (V,) after the prompt of one row."""
        ...

    def step(self) -> Any:
        """Logits (rows, V) after one more token of each row."""
        ...

    def shrink(self) -> None:
        """Let go of rows that have ended, where that pays."""
        ...


class Joined:
    """Rows left-padded in one slab."""

    def __init__(self, core: Core, rows: Sequence[Row]) -> None:
        # Rows of one adapter stand together, so that its product is a slice and not a gather; the longest base
        # row stands first, so that the short ones on both sides of the border form one band.
        self.rows = sorted(rows, key=lambda row: (row.adapter is not None, row.adapter or "", -len(row.ids)))
        self._core = core
        longest = max(len(row.ids) for row in rows)
        pads = [longest - len(row.ids) for row in self.rows]
        self._slab = Slab(layer_count(core.model.config), pads, longest, max(row.room for row in rows))
        self._longest = longest
        self._joined = False
        self._positions: Any = None
        self._spans: tuple[Span, ...] = ()

    def prefill(self, row: int) -> Any:
        self._slab.open(row)
        return _prefill(self._core, self.rows[row], self._slab)

    def step(self) -> Any:
        import torch

        if not self._joined:
            self._join()
        elif self._slab.reserve():
            self._slab.set_masks(self._core.model.dtype, self._core.model.device)
        mask, bands = self._slab.masks()
        ids = torch.tensor([[row.token] for row in self.rows], device=self._core.model.device)
        logits = _call(self._core, self._spans, ids, self._positions, self._slab.cache, mask, bands)
        self._positions = self._positions + 1
        self._slab.advance(1)
        return logits

    def shrink(self) -> None:
        live = [number for number, row in enumerate(self.rows) if row.live]
        if self._joined and len(live) < len(self.rows) and self._slab.worth_shrinking(live):
            self._slab.keep(live)
            self.rows = [self.rows[number] for number in live]
            self._set_up()

    def _join(self) -> None:
        # Rows whose prefill failed are empty; they run along unseen until the batch shrinks.
        self._slab.end = self._longest
        self._slab.join()
        self._slab.reserve()
        self._joined = True
        self._set_up()

    def _set_up(self) -> None:
        import torch

        model, slab = self._core.model, self._slab
        self._positions = torch.tensor([[slab.end - pad] for pad in slab.pads], device=model.device)
        slab.set_masks(model.dtype, model.device)
        self._spans = self._core.adapters.spans_of([row.adapter for row in self.rows])


class Single:
    """One row with the cache that its own architecture asks for."""

    def __init__(self, core: Core, row: Row) -> None:
        from transformers.cache_utils import DynamicCache

        self.rows = [row]
        self.cache = DynamicCache(config=core.model.config)
        self.end = 0
        self._core = core
        self._spans = core.adapters.spans_of([row.adapter])

    def prefill(self, row: int) -> Any:
        return _prefill(self._core, self.rows[row], self)

    def step(self) -> Any:
        import torch

        device = self._core.model.device
        ids = torch.tensor([[self.rows[0].token]], device=device)
        logits = _call(self._core, self._spans, ids, torch.tensor([[self.end]], device=device), self.cache)
        self.end += 1
        return logits

    def shrink(self) -> None:
        """One row has nothing to let go of."""

    def advance(self, tokens: int) -> None:
        """Count the tokens that a call has written."""
        self.end += tokens

    def take(self) -> Any:
        """A copy of the cache as it is now."""
        return copy.deepcopy(self.cache)

    def put(self, kept: Any) -> None:
        """Begin with a cache that was taken."""
        self.cache = copy.deepcopy(kept)
        self.end = self.cache.get_seq_length()


def _prefill(core: Core, row: Row, place: Any) -> Any:
    """Fill the open row of a Slab, or a Single; logits (V,) after its last token.

    The prefix is always computed in a call of its own, so that a reply is the same whether it was kept or not.
    """
    if row.prefix:
        key = row.adapter, tuple(row.ids[: row.prefix])
        kept = core.prefixes.get(key)
        if kept is not None:
            place.put(kept)
            row.cached = row.prefix
        else:
            _fill(core, row, place, 0, row.prefix)
            kept = place.take()
            core.prefixes.put(key, kept, _size(kept))
    return _fill(core, row, place, row.prefix, len(row.ids))[0]


def _fill(core: Core, row: Row, place: Any, begin: int, end: int) -> Any:
    import torch

    device = core.model.device
    ids = torch.tensor([row.ids[begin:end]], device=device)
    positions = torch.arange(begin, end, device=device)[None]
    logits = _call(core, core.adapters.spans_of([row.adapter]), ids, positions, place.cache)
    place.advance(end - begin)
    return logits


def _call(
    core: Core, spans: Any, ids: Any, positions: Any, cache: Any, mask: Any = None, bands: Sequence[Band] = ()
) -> Any:
    """One call of the model: logits (rows, V) of the last column."""
    core.adapters.spans, core.adapters.rows = spans, ids.shape[0]
    try:
        out = core.model(
            input_ids=ids,
            position_ids=positions,
            past_key_values=cache,
            attention_mask=mask,
            use_cache=True,
            logits_to_keep=1,
            **({"bands": bands} if bands and core.banded else {}),
        )
        return out.logits[:, -1]
    finally:
        core.adapters.spans = ()


def _size(kept: Any) -> int:
    """Bytes of what Slab.take or Single.take gave."""
    if isinstance(kept, list):
        return sum(int(t.nbytes) for pair in kept for t in pair)
    # Layers that do not attend (LFM2, Qwen3-Next) keep other states than keys and values, some of them in dictionaries.
    values = [value for layer in kept.layers for value in vars(layer).values()]
    values += [inner for value in values if isinstance(value, dict) for inner in value.values()]
    return sum(int(value.nbytes) for value in values if hasattr(value, "nbytes"))
