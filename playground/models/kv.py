"""Keys and values of a batch, in one block of memory per layer that is written in place.

Rows stand left-padded: row i begins at column pads[i], and all end in the same column, so that one more
token of every row goes into one column. Nothing is copied when a token is added, which is what makes
long prompts cheap to go on from. This file knows tensors and transformers' Cache, no messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache as once
from typing import Any

from playground.models.bands import Band, bands_of

Kept = list[tuple[Any, Any]]
"""Keys and values of one stretch of one row: a pair of tensors (1, heads, length, head size) per layer."""

SPARE = 256
"""Columns set aside for replies to begin with, at most; more are added as they are needed."""

# Frequencies of these are the same for a row alone and beside longer ones; "dynamic" and "longrope" look at
# the longest position of the batch.
_STEADY = ("default", "linear", "llama3", "yarn")


class Slab:
    """Keys and values of len(pads) rows, at first without any."""

    def __init__(self, layers: int, pads: Sequence[int], longest: int, room: int) -> None:
        """`longest` is the longest prompt in tokens, `room` the most tokens that may follow it."""
        from transformers.cache_utils import Cache

        self.pads = list(pads)
        self.width = longest + min(room, SPARE)
        self.begin = 0
        """First column that the next call of the model sees."""
        self.end = 0
        """Column that the next token is written to."""
        self.rows = slice(None)
        """Rows that the next call of the model has."""
        self._mask: Any = None
        self._bands: list[Band] = []
        self._layers = [_layer_type()(self) for _ in range(layers)]
        self.cache = Cache(layers=self._layers)
        """What the model is called with."""

    def open(self, row: int) -> None:
        """From here on the model is called for this row alone, from its first token."""
        self.rows, self.begin, self.end = slice(row, row + 1), self.pads[row], self.pads[row]

    def join(self) -> None:
        """From here on the model is called for all rows, one token each; all are filled to the same column."""
        self.rows, self.begin = slice(None), 0

    def advance(self, tokens: int) -> None:
        """Count the tokens that a call has written."""
        self.end += tokens

    def take(self) -> Kept:
        """A copy of what the open row holds so far."""
        return [
            (
                layer.keys[self.rows, :, self.begin : self.end].clone(),
                layer.values[self.rows, :, self.begin : self.end].clone(),
            )
            for layer in self._layers
        ]

    def put(self, kept: Kept) -> None:
        """Let the open row begin with what was taken from another."""
        for layer, (keys, values) in zip(self._layers, kept, strict=True):
            layer.update(keys, values)
        self.advance(kept[0][0].shape[-2])

    def set_masks(self, dtype: Any, device: Any) -> None:
        """Make what hides the padding, 0 or minus infinity, anew: after joining, and after the block has changed."""
        import torch

        columns = torch.arange(self.width, device=device)
        hidden = columns < torch.tensor(self.pads, device=device)[:, None]
        zeros = torch.zeros(hidden.shape, dtype=dtype, device=device)
        self._mask = zeros.masked_fill_(hidden, float("-inf"))[:, None, None] if any(self.pads) else None
        self._bands = []
        runs = bands_of(self.pads, self.end)
        for begin, end in runs if len(runs) > 1 else ():
            cut = min(self.pads[begin:end])
            even = all(pad == cut for pad in self.pads[begin:end])
            # CUDA's memory-efficient kernel takes a mask only from an address that is a multiple of 16 bytes.
            cut -= 0 if even else cut % 8
            self._bands.append(Band(begin, end, cut, None if even else self._mask[begin:end, ..., cut:]))

    def masks(self) -> tuple[Any, list[Band]]:
        """For a call of one token per row: the mask (rows, 1, 1, columns) or None, and the bands if there are any."""
        seen = self.end + 1
        mask = None if self._mask is None else self._mask[..., :seen]
        return mask, [
            band if band.mask is None else replace(band, mask=band.mask[..., : seen - band.cut]) for band in self._bands
        ]

    def worth_shrinking(self, rows: Sequence[int]) -> bool:
        """Whether keeping only these rows takes away a good part of what each step reads."""
        narrower = self.end - min(self.pads[row] for row in rows)
        # Copying what stays costs about a step; a quarter less to read pays that back within a few.
        return len(rows) * narrower <= 0.75 * len(self.pads) * self.end

    def keep(self, rows: Sequence[int]) -> None:
        """Drop all rows but these, and the columns that are padding in all of them."""
        import torch

        cut = min(self.pads[row] for row in rows)
        for layer in self._layers:
            chosen = torch.tensor(rows, device=layer.keys.device)
            layer.keys = layer.keys[:, :, cut:].index_select(0, chosen)
            layer.values = layer.values[:, :, cut:].index_select(0, chosen)
        self.pads = [self.pads[row] - cut for row in rows]
        self.width -= cut
        self.end -= cut

    def reserve(self) -> bool:
        """Make sure that one more column is there; True where the block had to grow."""
        if self.end < self.width:
            return False
        wider = self.width + max(SPARE, self.width // 2)
        for layer in self._layers:
            layer.keys, layer.values = _widened(layer.keys, wider), _widened(layer.values, wider)
        self.width = wider
        return True


def joinable(config: Any) -> bool:
    """Whether rows of different lengths can be decoded in one left-padded batch and answer as they do alone.

    Asks for full attention in every layer, positions by steady rotation, and no experts (which see tokens, not rows).
    """
    from transformers.cache_utils import DynamicCache, DynamicLayer

    text = config.get_text_config(decoder=True)
    rope = getattr(text, "rope_parameters", None)
    if not isinstance(rope, dict) or rope.get("rope_type", "default") not in _STEADY or "mrope_section" in rope:
        return False
    if any(getattr(text, name, None) for name in ("num_experts", "num_local_experts", "n_routed_experts")):
        return False
    layers = DynamicCache(config=config).layers
    return bool(layers) and all(type(layer) is DynamicLayer for layer in layers)


def layer_count(config: Any) -> int:
    """How many layers keep keys and values."""
    from transformers.cache_utils import DynamicCache

    return len(DynamicCache(config=config).layers)


def bytes_per_token(config: Any, dtype: Any) -> int:
    """Memory that one token of one row takes in all layers together."""
    text = config.get_text_config(decoder=True)
    heads = getattr(text, "num_key_value_heads", None) or text.num_attention_heads
    size = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    return int(2 * text.num_hidden_layers * heads * size * dtype.itemsize)


def _widened(block: Any, width: int) -> Any:
    wider = block.new_zeros((*block.shape[:2], width, block.shape[3]))
    wider[:, :, : block.shape[2]] = block
    return wider


@once
def _layer_type() -> Any:
    """The class of a slab's layers; made when first needed, since its parent comes with torch."""
    from transformers import cache_utils

    parent: Any = cache_utils.DynamicLayer

    class SlabLayer(parent):  # type: ignore[misc]  # transformers' caches are only partly typed
        """One layer of a slab: transformers asks it for sizes and hands it keys and values."""

        keys: Any
        values: Any

        def __init__(self, slab: Slab) -> None:
            super().__init__()
            self.slab = slab

        def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
            slab = self.slab
            if self.keys is None:
                rows, width = len(slab.pads), slab.width
                self.keys = key_states.new_empty((rows, key_states.shape[1], width, key_states.shape[3]))
                self.values = value_states.new_empty((rows, value_states.shape[1], width, value_states.shape[3]))
                # Not whatever was in memory where a row is padded: its weight is 0 there, and 0 times NaN is NaN.
                for row, pad in enumerate(slab.pads):
                    self.keys[row, :, :pad] = 0
                    self.values[row, :, :pad] = 0
                self.is_initialized = True
            end = slab.end + key_states.shape[-2]
            self.keys[slab.rows, :, slab.end : end] = key_states
            self.values[slab.rows, :, slab.end : end] = value_states
            return self.keys[slab.rows, :, slab.begin : end], self.values[slab.rows, :, slab.begin : end]

        def get_seq_length(self) -> int:
            return self.slab.end - self.slab.begin

        def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
            return self.slab.end - self.slab.begin + query_length, 0

    return SlabLayer
