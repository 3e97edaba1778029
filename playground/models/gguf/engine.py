"""A GGUF model that answers: base and adapters on one copy of the weights, prompts' prefixes kept.

Asks with the same adapter are decoded side by side, adapters one after another: in llama.cpp an adapter
belongs to the whole context. One round of replies runs at a time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playground.chat_format import end_mark
from playground.errors import ModelFailed
from playground.events import ReplyEvent, ReplyFailed
from playground.models.base import Ask, Sampling
from playground.models.gguf.adapters import GgufAdapters
from playground.models.gguf.native import BATCH, Fed, Native
from playground.models.gguf.text import ByteStream, GgufTokenizer
from playground.models.row import DAMAGED, Row, prompt_of, why_failed

ROWS = 8
"""Conversations decoded side by side at most; more go in waves."""
PATIENCE = 10.0
"""Seconds that closing waits for the round in progress."""
KEPT = 8
"""Prefixes that are kept, least recently used out first."""


class GgufRow(Row):
    """A reply on its way whose logits are numpy arrays."""

    def pick(self, logits: Any) -> int:
        """The next token from logits of shape (V,)."""
        import numpy

        if not self.count and bool(numpy.isnan(logits).any()):
            raise ModelFailed(DAMAGED)
        if self.sampling.temperature == 0:
            return int(logits.argmax())
        if self.chance is None:
            self.chance = numpy.random.default_rng(self.sampling.seed)
        scaled = (logits.astype(numpy.float64) - logits.max()) / self.sampling.temperature
        shares = numpy.exp(scaled)
        return int(self.chance.choice(len(shares), p=shares / shares.sum()))


class GgufModel:
    """A ChatModel over one GGUF file. An ask's adapter is an adapter's folder, or its own GGUF file."""

    def __init__(self, name: str, path: Path, threads: int = 0) -> None:
        """Raises MissingPackage, BadCheckpoint."""
        self.name = name
        self._lock = threading.Lock()
        self._closed = False
        self._native = Native(path, ROWS + KEPT, threads)
        self._adapters = GgufAdapters(self._native)
        self._tokenizer = GgufTokenizer(self._native, name)
        mark = end_mark(self._tokenizer)
        self._ends = self._native.ends | ({mark} if mark is not None else set())
        # (adapter, ids) to the sequence that holds them; in the order of use.
        self._kept: OrderedDict[tuple[str | None, tuple[int, ...]], int] = OrderedDict()

    @property
    def tokenizer(self) -> GgufTokenizer:
        """The file's own."""
        return self._tokenizer

    @property
    def busy(self) -> bool:
        """Whether a round is under way."""
        return self._lock.locked()

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        """See ChatModel. Seconds count from when the model is free for these asks."""
        if self._closed:
            raise ModelFailed(f"model {self.name} is closed; load it again")
        with self._lock:
            groups: dict[str | None, list[tuple[int, Ask]]] = {}
            for index, ask in enumerate(asks):
                groups.setdefault(ask.adapter, []).append((index, ask))
            for adapter, group in groups.items():
                for at in range(0, len(group), ROWS):
                    yield from self._wave(adapter, group[at : at + ROWS], sampling)

    def _wave(
        self, adapter: str | None, asks: Sequence[tuple[int, Ask]], sampling: Sampling
    ) -> Iterator[tuple[int, ReplyEvent]]:
        started = time.perf_counter()
        rows: list[tuple[int, GgufRow]] = []
        try:
            for sequence, (index, ask) in enumerate(asks):
                try:
                    self._native.use(None if adapter is None else self._adapters.file(adapter))
                    row = self._row(index, ask, sampling, started)
                    logits = self._prefill(sequence, row)
                    token = row.pick(logits)
                except Exception as error:  # any library's; it becomes this ask's sentence
                    yield index, ReplyFailed(why_failed(self.name, error))
                    continue
                rows.append((sequence, row))
                yield from row.take(token, self._ends)
            yield from self._steps(rows)
        finally:
            for sequence in range(len(asks)):
                self._native.drop(sequence)

    def _steps(self, rows: Sequence[tuple[int, GgufRow]]) -> Iterator[tuple[int, ReplyEvent]]:
        """One token of every live row at a time."""
        while live := [(sequence, row) for sequence, row in rows if row.live]:
            if self._closed:
                yield from (row.fail("the model was closed while it answered; ask again") for _, row in live)
                return
            fed = [Fed(sequence, len(row.ids) + row.count - 1, row.token) for sequence, row in live]
            try:
                logits = self._feed(fed, range(len(fed)))
                tokens = [row.pick(one) for (_, row), one in zip(live, logits, strict=True)]
            except Exception as error:  # any library's; nobody can tell whose row it was
                yield from (row.fail(why_failed(self.name, error)) for _, row in live)
                return
            for (_, row), token in zip(live, tokens, strict=True):
                yield from row.take(token, self._ends)

    def _row(self, index: int, ask: Ask, sampling: Sampling, started: float) -> GgufRow:
        limit = min(self._native.limit, self._native.cells)
        ids, prefix, few_shot = prompt_of(ask, self._tokenizer, limit, self.name)
        room = min(sampling.max_tokens, limit - len(ids))
        text: Any = ByteStream(self._native)
        return GgufRow(index, ids, prefix, few_shot, ask.adapter, room, sampling, text, started)

    def _prefill(self, sequence: int, row: GgufRow) -> Any:
        """Compute a prompt into its sequence; gives the logits after it."""
        native = self._native
        native.drop(sequence)
        key = (row.adapter, tuple(row.ids[: row.prefix]))
        done = 0
        if row.prefix and key in self._kept:
            self._kept.move_to_end(key)
            native.fork(self._kept[key], sequence, row.prefix)
            done = row.cached = row.prefix
        if row.prefix and not done and native.forks:
            self._compute(sequence, row.ids[: row.prefix], 0)
            self._keep(key, sequence, row.prefix)
            done = row.prefix
        return self._compute(sequence, row.ids[done:], done)

    def _compute(self, sequence: int, ids: Sequence[int], at: int) -> Any:
        """Compute ids from position `at` on; gives the logits after the last."""
        logits = None
        for begin in range(0, len(ids), BATCH):
            part = [Fed(sequence, at + begin + i, token) for i, token in enumerate(ids[begin : begin + BATCH])]
            (logits,) = self._feed(part, [len(part) - 1])
        return logits

    def _feed(self, fed: Sequence[Fed], wanted: Sequence[int]) -> list[Any]:
        """Native.feed; where the context is full, kept prefixes make room."""
        while True:
            try:
                return self._native.feed(fed, wanted)
            except MemoryError:
                if not self._kept:
                    raise
                self._native.drop(self._kept.popitem(last=False)[1])

    def _keep(self, key: tuple[str | None, tuple[int, ...]], sequence: int, length: int) -> None:
        free = set(range(ROWS, ROWS + KEPT)) - set(self._kept.values())
        slot = free.pop() if free else self._kept.popitem(last=False)[1]
        self._native.fork(sequence, slot, length)
        self._kept[key] = slot

    def close(self) -> None:
        """Give back the weights. Replies that are running end at their next step."""
        self._closed = True
        # A round that nobody reads on never lets go; its memory then goes with it.
        if self._lock.acquire(timeout=PATIENCE):
            self._adapters.close()
            self._native.close()
            self._lock.release()
