"""One reply on its way: its prompt, its random generator, and the events of each token it takes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from playground.chat_format import Tokenizer, open_end, prefix_length
from playground.errors import BadSample, ModelFailed, PlaygroundError
from playground.events import ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling
from playground.models.text import TextStream
from playground.records import Usage

_log = logging.getLogger(__name__)


def prompt_of(ask: Ask, tokenizer: Tokenizer, limit: int, name: str) -> tuple[list[int], int, int]:
    """Ids of an ask's prompt, how many of the first may be kept, and how many are worked examples.

    `limit` is the model's context in tokens, the reply included. Raises BadSample for a prompt that fills it.
    """
    ids = open_end(ask.messages, tokenizer)
    if len(ids) >= limit:
        raise BadSample(
            f"the prompt has {len(ids)} tokens and {name} takes {limit}, its reply included; "
            "shorten the message or give fewer examples"
        )
    system = 1 if ask.messages[0]["role"] == "system" else 0
    prefix = prefix_length(ask.messages, system + ask.examples, tokenizer, ids)
    before = prefix_length(ask.messages, system, tokenizer, ids) if ask.examples else prefix
    return ids, prefix, prefix - before


def why_failed(name: str, error: Exception) -> str:
    """Any error of a model as one sentence; what is not ours is logged whole."""
    if isinstance(error, PlaygroundError):
        return str(error)
    _log.error("model %s broke off", name, exc_info=error)
    lines = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {lines[0]:.120}" if lines else type(error).__name__
    if isinstance(error, MemoryError) or "memory" in said.lower():
        return f"model {name} ran out of memory; ask fewer at once, or shorten the question"
    return f"model {name} broke off ({said.rstrip('.')}); ask again, or load the model again"


DAMAGED = "the model computes what is no number (NaN): weights or adapter are damaged; fetch or train them again"
"""What is told instead of an answer made of nothing."""


@dataclass
class Row:
    """One reply on its way."""

    index: int
    """Of the ask, for the events."""
    ids: list[int]
    """The prompt."""
    prefix: int
    """How many of its first tokens may be kept for other asks; less than len(ids)."""
    few_shot: int
    """How many of its tokens are worked examples."""
    adapter: str | None
    room: int
    """Most tokens of the reply; at least 1."""
    sampling: Sampling
    text: TextStream
    started: float
    """When the ask began, by time.perf_counter."""
    live: bool = True
    token: int = 0
    """The last token, to be fed in the next step."""
    cached: int = 0
    count: int = 0
    to_first: float = 0.0
    chance: Any = None
    """The row's own random generator."""

    def pick(self, logits: Any) -> int:
        """The next token from logits of shape (V,). Raises ModelFailed for a first token out of what is no number."""
        import torch

        if not self.count and bool(torch.isnan(logits).any()):
            raise ModelFailed(DAMAGED)
        if self.sampling.temperature == 0:
            return int(logits.argmax())
        if self.chance is None:
            # On the CPU on every machine, so that a seed draws the same numbers everywhere.
            self.chance = torch.Generator().manual_seed(self.sampling.seed)
        shares = torch.softmax(logits.float().cpu() / self.sampling.temperature, dim=-1)
        return int(torch.multinomial(shares, 1, generator=self.chance))

    def take(self, token: int, ends: frozenset[int]) -> Iterator[tuple[int, ReplyEvent]]:
        """The events of one more token."""
        self.token = token
        if not self.to_first:
            self.to_first = time.perf_counter() - self.started
        if token in ends and not self.sampling.ignore_end:
            yield from self._end("stop")
            return
        self.count += 1
        text = self.text.add(token)
        if text:
            yield self.index, ReplyText(text)
        if self.count >= self.room:
            yield from self._end("length")

    def fail(self, why: str) -> tuple[int, ReplyEvent]:
        """The event of a reply that breaks off."""
        self.live = False
        return self.index, ReplyFailed(why)

    def _end(self, finish: Literal["stop", "length"]) -> Iterator[tuple[int, ReplyEvent]]:
        self.live = False
        # A character cut in half by the limit is not shown; one that the model left broken is.
        rest = self.text.rest() if finish == "stop" else ""
        if rest:
            yield self.index, ReplyText(rest)
        seconds = time.perf_counter() - self.started
        usage = Usage(len(self.ids), self.few_shot, self.cached, self.count, self.to_first, seconds)
        yield self.index, ReplyDone(usage, finish)
