"""A model that answers from a file, word for word: for tests, and for showing the screen without a model.

Each line is one JSON object; the first line whose `when` fits the last message answers:

    {"when": "邮编", "reply": "{...}"}                   a piece of text that stands in the message; "" fits any
    {"when": "re:^who (are|r) you", "reply": "..."}      a regular expression
    "delay_ms": 30        wait before each piece of the reply
    "fail": "sentence"    break off with this sentence after the reply's text
    "cut": true           end as if the most tokens had been reached

A token is a character. Replies are fixed, so temperature and seed change nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from playground.errors import BadSample, ModelFailed
from playground.events import ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling
from playground.records import Usage, read_jsonl

_PIECE = 4
"""Characters that arrive at once."""


@dataclass(frozen=True)
class Line:
    """One line of the file."""

    when: str = ""
    """Text that stands in the last message, or re: and a regular expression."""
    reply: str = ""
    delay_ms: int = 0
    """Milliseconds before each piece of the reply; 0 to 60,000."""
    fail: str | None = None
    """A sentence to break off with."""
    cut: bool = False
    """End as if the most tokens had been reached."""

    def fits(self, text: str) -> bool:
        """Whether this line answers a message."""
        if self.when.startswith("re:"):
            return re.search(self.when[3:], text) is not None
        return self.when in text


class ScriptedModel:
    """A ChatModel that reads its replies from a file, or takes them as lines."""

    def __init__(self, source: Path | Sequence[Line], name: str = "") -> None:
        """Raises BadSample naming the file and line that cannot be used."""
        self.name = name or (source.name if isinstance(source, Path) else "scripted")
        self._lines = _read(source) if isinstance(source, Path) else tuple(source)
        self._closed = False
        self._kept: set[tuple[str | None, tuple[str, ...]]] = set()

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        """See ChatModel. The replies take turns, one piece each."""
        if self._closed:
            raise ModelFailed(f"model {self.name} is closed; load it again")
        started = time.perf_counter()
        under_way = [(index, self._reply(ask, sampling, started)) for index, ask in enumerate(asks)]
        while under_way:
            still = []
            for index, reply in under_way:
                for event in reply:
                    yield index, event
                    if isinstance(event, ReplyText):
                        still.append((index, reply))
                    break
            under_way = still

    def close(self) -> None:
        """Answer no more."""
        self._closed = True

    def _reply(self, ask: Ask, sampling: Sampling, started: float) -> Iterator[ReplyEvent]:
        if not ask.messages:
            yield ReplyFailed("the conversation has no messages; add the user's")
            return
        text = ask.messages[-1]["content"]
        line = next((line for line in self._lines if line.fits(text)), None)
        if ask.adapter is not None and not Path(ask.adapter).is_dir():
            yield ReplyFailed(f"adapter folder {ask.adapter} is not there; check the name")
            return
        if line is None:
            yield ReplyFailed(f"{self.name} has no line for {text!r:.60}; add one, or one whose `when` is empty")
            return
        said = line.reply[: sampling.max_tokens]
        first = 0.0
        for begin in range(0, len(said), _PIECE):
            time.sleep(line.delay_ms / 1000)
            first = first or time.perf_counter() - started
            yield ReplyText(said[begin : begin + _PIECE])
        if line.fail is not None:
            yield ReplyFailed(line.fail)
            return
        seconds = time.perf_counter() - started
        cut = line.cut or len(line.reply) > sampling.max_tokens
        yield ReplyDone(self._usage(ask, len(said), first or seconds, seconds), "length" if cut else "stop")

    def _usage(self, ask: Ask, said: int, first: float, seconds: float) -> Usage:
        system = 1 if ask.messages[0]["role"] == "system" else 0
        lengths = [len(message["content"]) for message in ask.messages]
        few_shot = sum(lengths[system : system + ask.examples])
        prefix = ask.adapter, tuple(message["content"] for message in ask.messages[: system + ask.examples])
        cached = sum(map(len, prefix[1])) if prefix in self._kept else 0
        self._kept.add(prefix)
        return Usage(sum(lengths), few_shot, cached, said, first, seconds)


def _read(path: Path) -> tuple[Line, ...]:
    lines = tuple(_line(value, f"{path.name} line {number}") for number, value in read_jsonl(path))
    if not lines:
        raise BadSample(f"{path} holds no lines; write at least one with `reply`")
    return lines


def _line(value: Any, where: str) -> Line:
    known = {field.name for field in fields(Line)}
    if not isinstance(value, dict) or not isinstance(value.get("reply", ""), str) or not set(value) <= known:
        raise BadSample(f"{where} is {value!r:.60}; it must be an object with {', '.join(sorted(known))}")
    line = Line(**value)
    wait = line.delay_ms
    if isinstance(wait, bool) or not isinstance(wait, int) or not 0 <= wait <= 60_000:
        raise BadSample(f"{where}: delay_ms is {wait!r:.20}; it must be a whole number, 0 to 60000")
    if not isinstance(line.when, str) or not isinstance(line.fail, str | None) or not isinstance(line.cut, bool):
        raise BadSample(f"{where} is {value!r:.60}; when and fail are texts, cut is true or false")
    if line.when.startswith("re:"):
        try:
            re.compile(line.when[3:])
        except re.error as error:
            raise BadSample(f"{where}: when is {line.when!r:.60}, no regular expression ({error}); mend it") from error
    return line
