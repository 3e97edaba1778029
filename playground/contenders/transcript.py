"""What was asked and answered: values folded from reply events, and written as JSON lines.

A transcript is folded the same way from a live round, a test's list or a file; it knows no widget.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.events import ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.records import Usage, json_line


@dataclass(frozen=True)
class Reply:
    """One contender's answer to one question, as far as it has come."""

    contender: str
    """The contender's name."""
    text: str = ""
    finish: Literal["stop", "length"] | None = None
    """How it ended; None while it runs, and where it failed."""
    usage: Usage | None = None
    error: str = ""
    """Why it broke off, "" where it did not."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.finish is not None or bool(self.error)

    def after(self, event: ReplyEvent) -> Reply:
        """The reply once an event has come."""
        match event:
            case ReplyText(text=text):
                return replace(self, text=self.text + text)
            case ReplyDone(usage=usage, finish=finish):
                return replace(self, usage=usage, finish=finish)
            case ReplyFailed(error=error):
                return replace(self, error=error)


@dataclass(frozen=True)
class Turn:
    """One question and every contender's answer to it."""

    question: str
    """The user's message, instruction included."""
    replies: tuple[Reply, ...] = ()

    def after(self, place: int, event: ReplyEvent) -> Turn:
        """The turn once an event of the contender at `place` has come."""
        replies = list(self.replies)
        replies[place] = replies[place].after(event)
        return replace(self, replies=tuple(replies))

    def line(self) -> str:
        """The turn as one line of JSON."""
        return json_line({"question": self.question, "replies": [dataclasses.asdict(reply) for reply in self.replies]})


def open_turn(question: str, contenders: Iterable[str]) -> Turn:
    """A turn that waits for the answers of the contenders with these names."""
    return Turn(question, tuple(Reply(name) for name in contenders))


def turn_from_json(value: Any) -> Turn:
    """A turn read back from its line's object. Raises KeyError or TypeError for anything else."""
    replies = tuple(
        Reply(**{**one, "usage": None if one["usage"] is None else Usage(**one["usage"])}) for one in value["replies"]
    )
    return Turn(value["question"], replies)
