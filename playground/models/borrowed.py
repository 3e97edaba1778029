"""A base that answers on a GPU that is lent to single calls: every round is one call of what the roof hands in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from playground.checkpoints.files import BaseRef
from playground.errors import ModelFailed, PlaygroundError
from playground.events import ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling

Events = Iterator[tuple[int, ReplyEvent]]
"""(index of the ask, event), see ChatModel.replies."""
Lend = Callable[[BaseRef, tuple[Ask, ...], Sampling], Events]
"""Runs a round on the borrowed GPU; arguments and events go through pickle, so they are plain values."""
_log = logging.getLogger(__name__)


def refusal(error: Exception) -> str:
    """The lender's error as a sentence; it is logged whole."""
    _log.warning("no GPU was lent", exc_info=error)
    said = str(getattr(error, "message", error)).strip().splitlines() or [type(error).__name__]
    return f"no GPU was lent ({said[0]:.160}); try again later, or take the starter"


def each_ends(events: Events, asks: int, name: str) -> Events:
    """The events of so many asks of a model; where they break off, each ask that had not ended fails with the reason.

    Nothing of ours is raised: an error's type does not come through a process and back. Raises what others raise.
    """
    waiting = set(range(asks))
    why = f"{name} ended without an answer; ask again"
    try:
        for index, event in events:
            if not isinstance(event, ReplyText):
                waiting.discard(index)
            yield index, event
    except PlaygroundError as error:
        why = str(error)
    for index in sorted(waiting):
        yield index, ReplyFailed(why)


class BorrowedModel:
    """A ChatModel that holds nothing itself."""

    def __init__(self, base: BaseRef, lend: Lend) -> None:
        self.name = base.id
        self.base = base
        self._lend = lend
        self._closed = False

    @property
    def busy(self) -> bool:
        """Never: each round has a GPU of its own."""
        return False

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Events:
        """See ChatModel. A GPU that is refused, or taken away, fails what is not done."""
        if self._closed:
            raise ModelFailed(f"model {self.name} is closed; load it again")
        yield from each_ends(self._lent(tuple(asks), sampling), len(asks), self.name)

    def _lent(self, asks: tuple[Ask, ...], sampling: Sampling) -> Events:
        """The lender's events. Raises ModelFailed where no GPU is lent: no time left, or none free."""
        try:
            yield from self._lend(self.base, asks, sampling)
        except PlaygroundError:
            raise
        except Exception as error:
            raise ModelFailed(refusal(error)) from error

    def close(self) -> None:
        """Nothing is held."""
        self._closed = True
