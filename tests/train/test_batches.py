"""Batches: every row once an epoch, little padding, and a layout that changes no loss."""

from __future__ import annotations

import random

import pytest

from playground.chat_format import Encoded
from playground.errors import BadDataset
from playground.train.batches import batch_count, collate, draw_batches, encode_rows


@pytest.mark.parametrize(("rows", "size"), [(1, 8), (8, 8), (9, 8), (1000, 8), (401, 1), (7, 3)])
def test_every_row_comes_once_an_epoch(rows: int, size: int) -> None:
    lengths = [random.Random(i).randrange(10, 400) for i in range(rows)]
    batches = draw_batches(lengths, size, random.Random(1))
    assert sorted(i for batch in batches for i in batch) == list(range(rows))
    assert len(batches) == batch_count(rows, size) and max(map(len, batches)) <= size


def test_rows_of_like_length_go_together_in_an_order_of_chance() -> None:
    lengths = [random.Random(i).randrange(10, 400) for i in range(1000)]
    batches = draw_batches(lengths, 8, random.Random(1))
    padded = sum(max(lengths[i] for i in b) * len(b) for b in batches)
    assert padded < 1.1 * sum(lengths)  # rows as they come would need 1.8
    longest = [max(lengths[i] for i in b) for b in batches]
    assert longest != sorted(longest) and longest != sorted(longest, reverse=True)


def test_the_seed_alone_decides_the_batches() -> None:
    lengths = list(range(50))
    assert draw_batches(lengths, 4, random.Random(3)) == draw_batches(lengths, 4, random.Random(3))
    assert draw_batches(lengths, 4, random.Random(3)) != draw_batches(lengths, 4, random.Random(4))


def test_rows_are_laid_side_by_side_with_their_next_tokens() -> None:
    first = Encoded([5, 6, 7, 8, 9], [0, 0, 1, 1, 0])
    second = Encoded([1, 2, 3], [0, 1, 0])
    batch = collate([first, second], pad=0, device="cpu")
    assert batch.ids.tolist() == [[5, 6, 7], [1, 0, 0]]  # cut before the last learned token
    assert batch.ids.flatten()[batch.places].tolist() == [6, 7, 1]
    assert batch.targets.tolist() == [7, 8, 2]
    assert (batch.tokens, batch.learned) == (4, 3)


def test_no_rows_are_refused() -> None:
    with pytest.raises(BadDataset, match="no rows"):
        encode_rows([], None, 100)  # type: ignore[arg-type]
