"""One round: every contender is asked, and answers stream back as they come.

Contenders that share a model go to it in one call, so that it can decode them together. Different
models answer side by side, each in a thread of its own, into one queue.
"""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence

from playground.contenders.contender import Contender
from playground.errors import PlaygroundError
from playground.events import ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, ChatModel, Sampling
from playground.records import Message

_log = logging.getLogger(__name__)

_PATIENCE = 1.0
"""Seconds that closing a round waits for its models; one that is slower ends on its own."""

Answer = tuple[int, ReplyEvent]
"""Place of the contender in the round, and what came from it."""


def ask_round(
    contenders: Sequence[Contender], conversations: Sequence[Sequence[Message]], sampling: Sampling
) -> Iterator[Answer]:
    """Ask contender i with conversation i; yields (i, event).

    A contender may stand there several times, with another conversation each. Each place ends with exactly
    one ReplyDone or ReplyFailed; nothing that a model raises gets out. Closing the iterator stops all.
    """
    asks = [one.ask(messages) for one, messages in zip(contenders, conversations, strict=True)]
    places: dict[int, list[int]] = {}
    for place, one in enumerate(contenders):
        places.setdefault(id(one.model), []).append(place)
    groups = [
        _group(contenders[here[0]].model, here, [asks[place] for place in here], sampling) for here in places.values()
    ]
    return groups[0] if len(groups) == 1 else _side_by_side(groups)


def _group(model: ChatModel, places: Sequence[int], asks: Sequence[Ask], sampling: Sampling) -> Iterator[Answer]:
    """One model's replies, under their places in the round."""
    waiting = dict.fromkeys(places)
    why = f"{model.name} ended without an answer; ask again"
    events: Iterator[Answer] = iter(())
    try:
        events = model.replies(asks, sampling)
        for number, event in events:
            place = places[number]
            if not isinstance(event, ReplyText):
                waiting.pop(place, None)
            yield place, event
    except PlaygroundError as error:
        why = str(error)
    except Exception as error:
        _log.error("model %s raised what it should have caught", model.name, exc_info=error)
        why = f"{model.name} broke off ({type(error).__name__}); ask again"
    finally:
        _close(events)
    for place in waiting:
        yield place, ReplyFailed(why)


def _side_by_side(groups: Sequence[Iterator[Answer]]) -> Iterator[Answer]:
    """Several models at once; a thread each, since a model gives nothing while it computes."""
    arrived: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
    stop = threading.Event()

    def run(group: Iterator[Answer]) -> None:
        try:
            for answer in group:
                if stop.is_set():
                    break
                arrived.put(answer)
        finally:
            _close(group)
            arrived.put(None)

    # Who asks goes along, see models.borrowed; a context belongs to one thread at a time.
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, group), daemon=True) for group in groups
    ]
    try:
        for thread in threads:
            thread.start()
        running = len(threads)
        while running:
            answer = arrived.get()
            if answer is None:
                running -= 1
            else:
                yield answer
    finally:
        stop.set()
        until = time.monotonic() + _PATIENCE
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))


def _close(iterator: Iterator[Answer]) -> None:
    """Close a generator; other iterators have nothing to close."""
    close = getattr(iterator, "close", None)
    if close is not None:
        close()
