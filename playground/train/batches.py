"""Rows to batches: which rows share a step, and how they are laid side by side.

Rows of like length go together, so that little is padded; no row is ever left out. Nothing here
knows the model.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from playground.chat_format import Encoded, Tokenizer, encode
from playground.errors import BadDataset, BadSample
from playground.records import Row

CHUNK = 50
"""Batches whose rows are sorted together. Rows further apart in the shuffled order never swap, so that an
epoch stays a random walk through the rows; more would save hardly any padding."""


@dataclass(frozen=True)
class Batch:
    """B rows side by side, as torch tensors on one device."""

    ids: Any
    """(B, T) int64, padded at the right."""
    places: Any
    """(S,) int64 places in ids.flatten() whose next token is learned."""
    targets: Any
    """(S,) int64 ids of those next tokens."""
    tokens: int
    """Tokens that are computed, padding not counted."""

    @property
    def learned(self) -> int:
        """S, the supervised tokens."""
        return int(self.targets.shape[0])


def encode_rows(rows: Iterable[Row], tokenizer: Tokenizer, limit: int) -> list[Encoded]:
    """All rows as ids and masks. Raises BadSample naming the row, BadDataset for no rows at all."""
    encoded = []
    for row in rows:
        try:
            encoded.append(encode(row.messages, tokenizer, limit))
        except BadSample as error:
            raise BadSample(f"row {row.id}: {error}") from error
    if not encoded:
        raise BadDataset("the dataset has no rows to train on; make twins first")
    return encoded


def batch_count(rows: int, size: int) -> int:
    """Steps in one epoch; the last batch may be smaller."""
    return -(-rows // size)


def draw_batches(lengths: Sequence[int], size: int, chance: random.Random) -> list[list[int]]:
    """The indices of one epoch's rows, batch by batch, each row once.

    Rows are shuffled, sorted by length within chunks of CHUNK batches, cut into batches, and the batches
    are shuffled again.
    """
    order = list(range(len(lengths)))
    chance.shuffle(order)
    batches = []
    for begin in range(0, len(order), size * CHUNK):
        chunk = sorted(order[begin : begin + size * CHUNK], key=lambda i: lengths[i])
        batches += [chunk[at : at + size] for at in range(0, len(chunk), size)]
    chance.shuffle(batches)
    return batches


def collate(rows: Sequence[Encoded], pad: int, device: str) -> Batch:
    """Lay rows side by side, padded at the right with `pad`.

    Each row is cut before its last learned token: what stands from there on is only ever a target, or
    nothing at all, and attention looks back only, so the cut changes no loss.
    """
    import torch

    kept = [r.ids[: last_learned(r.mask)] for r in rows]
    width = max(map(len, kept))
    ids = torch.tensor([k + [pad] * (width - len(k)) for k in kept], dtype=torch.long)
    places, targets = [], []
    for number, row in enumerate(rows):
        for t in range(1, len(kept[number]) + 1):
            if row.mask[t]:
                places.append(number * width + t - 1)
                targets.append(row.ids[t])
    return Batch(
        ids.to(device),
        torch.tensor(places, dtype=torch.long).to(device),
        torch.tensor(targets, dtype=torch.long).to(device),
        sum(map(len, kept)),
    )


def last_learned(mask: Sequence[int]) -> int:
    """Position of the last learned token."""
    return max(t for t, learned in enumerate(mask) if learned)
