"""The seam between contenders and models: several asks go in, typed reply events come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from playground.errors import BadSetting
from playground.events import ReplyEvent
from playground.records import Message


@dataclass(frozen=True)
class Sampling:
    """How replies are drawn. Each ask has its own random generator made from `seed`, so that an
    ask answers the same alone or in a batch."""

    temperature: float = 0.0
    """0 takes the likeliest token; 0 to 2."""
    max_tokens: int = 256
    """Most tokens a reply may hold; 1 to 4096."""
    seed: int = 0
    """Start of each ask's random generator."""
    ignore_end: bool = False
    """Go on past the end mark until max_tokens: for timing only."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.temperature <= 2.0:
            raise BadSetting(f"temperature is {self.temperature}; it must be 0 to 2")
        if not 1 <= self.max_tokens <= 4096:
            raise BadSetting(f"most tokens is {self.max_tokens}; it must be 1 to 4096")
        if not 0 <= self.seed < 2**63:
            raise BadSetting(f"seed is {self.seed}; it must be 0 to {2**63 - 1}")


@dataclass(frozen=True)
class Ask:
    """One conversation that waits for its next answer."""

    messages: tuple[Message, ...]
    """Complete; the last one is not the assistant's."""
    adapter: str | None = None
    """Folder of the adapter to answer with, None for the base."""
    examples: int = 0
    """How many messages after the system text (if any) are worked examples. System text and
    examples are the prefix whose computation may be kept from ask to ask."""


@runtime_checkable
class ChatModel(Protocol):
    """Anything that can answer conversations, one piece of text at a time."""

    name: str

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        """Answer several asks at once; yield (index of the ask, event) as text arrives.

        Each ask ends with exactly one ReplyDone or one ReplyFailed. What goes wrong with one ask is
        that ask's ReplyFailed and leaves the others running. Closing the iterator stops the model.
        Raises ModelFailed, never a library's own error.
        """
        ...

    def close(self) -> None:
        """Give back memory; the model answers no more."""
        ...
