"""The synthetic text that the starter learns from, drawn at random as it trains.

`conversation(rng)` draws one document; the modules beside this one hold its parts. What the corpus
must not contain (the shipped tasks' templates, held-out questions, chosen names, counties) is
checked on the pools by `starter.corpus.forbidden`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from playground.records import Message
from starter.corpus import calls, extraction, selves, talk
from starter.corpus.values import Narrow


@dataclass(frozen=True)
class Document:
    """One conversation to learn from."""

    messages: tuple[Message, ...]
    """System text if any, then user and assistant in turn."""
    unlearned: frozenset[int] = frozenset()
    """Indices of assistant messages that carry no loss, because nothing before them tells the answer."""


_Maker = Callable[[Random], tuple[list[Message], set[int]]]

# Shares of documents. Extraction is what the playground is mostly used for; the others keep the
# starter able to be asked anything the screens ask it.
SHARES: tuple[tuple[float, _Maker], ...] = (
    (0.70, extraction.document),
    (0.05, talk.repeating),
    (0.06, calls.calling),
    (0.03, calls.intent),
    (0.09, selves.persona),
    (0.04, talk.facts),
    (0.03, talk.small_talk),
)


def conversation(rng: Random, copying: float = 0.0) -> Document:
    """Draw one document; `copying` is an extra share of plain repeating, 0 to 1."""
    rng = Narrow(rng.getrandbits(64))
    rng.choose()
    (maker,) = rng.choices([m for _, m in SHARES], [s for s, _ in SHARES])
    if copying and rng.random() < copying:
        maker = talk.repeating
    messages, unlearned = maker(rng)
    return Document(tuple(messages), frozenset(unlearned))
