"""Attention in bands: rows of a batch whose lengths differ much each look at their own columns only.

A few-shot row is ten times as long as the base row beside it. Padded to one width, the short rows would
read a block that is mostly padding at every token, which was a tenth of the whole step. Rows of like
length form a band, and each band is cut to its own width. transformers hands unknown keywords of a call
down to the attention function, so the bands travel with the call and nothing is kept between calls;
where a model does not hand them down, the mask alone gives the same answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NAME = "banded"
"""What the attention is called in transformers' table."""


@dataclass(frozen=True)
class Band:
    """Rows that are read to one width."""

    begin: int
    """First row."""
    end: int
    """Row after the last."""
    cut: int
    """Columns at the left that are padding in all of them."""
    mask: Any
    """What hides the rest of their padding: (rows, 1, 1, columns); None where there is none."""


def bands_of(pads: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Runs (begin, end) of neighbouring rows that are worth reading apart; one run where that saves little."""
    runs: list[tuple[int, int]] = []
    for row, pad in enumerate(pads):
        near = runs and abs(pad - pads[runs[-1][0]]) <= width // 4
        runs[-1:] = [(runs[-1][0], row + 1)] if near else [*runs[-1:], (row, row + 1)]
    read = sum((end - begin) * (width - min(pads[begin:end])) for begin, end in runs)
    # Each further band is one more call per layer; below this its cost is not earned.
    return runs if len(runs) > 1 and read <= 0.75 * len(pads) * width else [(0, len(pads))]


def use_bands(model: Any) -> bool:
    """Let a model that was opened with "sdpa" take `bands` in its calls; whether it does now.

    A call without them computes exactly what it did before.
    """
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    kinds = [parameter.kind for parameter in inspect.signature(model.forward).parameters.values()]
    if model.config._attn_implementation != "sdpa" or inspect.Parameter.VAR_KEYWORD not in kinds:
        return False
    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    model.set_attn_implementation(NAME)
    return True


def _attention(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, bands: Sequence[Band] = (), **options: Any
) -> tuple[Any, None]:
    """transformers' own sdpa attention, once per band. query is (rows, heads, tokens, head size)."""
    import torch
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if not bands:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **options)
    parts = []
    for band in bands:
        rows = slice(band.begin, band.end)
        keys, values = key[rows, :, band.cut :], value[rows, :, band.cut :]
        parts.append(sdpa_attention_forward(module, query[rows], keys, values, band.mask, **options)[0])
    return torch.cat(parts), None
