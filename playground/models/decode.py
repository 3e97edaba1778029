"""Several replies at once: each row is prefilled alone, then one loop takes a token of every row per step.

Rows end on their own (end mark, most tokens, full context) and leave their batch. This file knows rows
and steps, no files, no locks and no memory layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from playground.events import ReplyEvent
from playground.models.batch import Batch, Core, Joined, Single
from playground.models.kv import joinable
from playground.models.row import Row


def decode(
    core: Core, rows: Sequence[Row], stopped: Callable[[], bool] = lambda: False
) -> Iterator[tuple[int, ReplyEvent]]:
    """Answer the rows; yields (index, event), each row ending with exactly one ReplyDone or ReplyFailed.

    `stopped` is asked before each step; once true, what is not done fails.
    """
    import torch

    batches: list[Batch] = []
    batches += [Joined(core, rows)] if joinable(core.model.config) else [Single(core, row) for row in rows]
    for batch in batches:
        if stopped():
            yield from _stop(batch)
            continue
        # In the order of the asks, not of the batch: that is the order of the panes.
        for number, row in sorted(enumerate(batch.rows), key=lambda pair: pair[1].index):
            try:
                # Never held open over a yield: the mode belongs to the thread, and the reader has others to run.
                with torch.inference_mode():
                    token = row.pick(batch.prefill(number))
            except Exception as error:  # any library's; it becomes this row's sentence
                yield row.fail(core.why_failed(error))
            else:
                yield from row.take(token, core.ends)
    while True:
        batches = [batch for batch in batches if any(row.live for row in batch.rows)]
        if not batches:
            return
        for batch in batches:
            if stopped():
                yield from _stop(batch)
            else:
                yield from _step(core, batch)


def _stop(batch: Batch) -> Iterator[tuple[int, ReplyEvent]]:
    """End the live rows of a batch."""
    yield from (row.fail("the model was closed while it answered; ask again") for row in batch.rows if row.live)


def _step(core: Core, batch: Batch) -> Iterator[tuple[int, ReplyEvent]]:
    """One token of every live row of a batch."""
    import torch

    try:
        with torch.inference_mode():
            batch.shrink()
            logits = batch.step()
            if all(row.sampling.temperature == 0 for row in batch.rows):
                tokens = logits.argmax(-1).tolist()
            else:
                tokens = [row.pick(one) if row.live else 0 for row, one in zip(batch.rows, logits, strict=True)]
    except Exception as error:  # any library's; nobody can tell whose row it was
        why = core.why_failed(error)
        yield from (row.fail(why) for row in batch.rows if row.live)
        return
    for row, token in zip(batch.rows, tokens, strict=True):
        if row.live:
            yield from row.take(token, core.ends)
