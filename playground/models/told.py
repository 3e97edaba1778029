"""What the stream of an OpenAI-compatible server has told: text, end, usage; and foreign words made fit to show."""

from __future__ import annotations

import time
from typing import Any

from playground.models.base import Ask
from playground.records import Usage


class Told:
    """What a stream has told so far."""

    def __init__(self, ask: Ask, began: float) -> None:
        self._ask = ask
        self._began = began
        self._first = 0.0
        self._prompt: int | None = None
        self._reply: int | None = None
        self._cached = 0
        self.text = ""
        """The answer so far."""
        self.pieces = 0
        self.finish = ""

    def take(self, piece: Any) -> None:
        """Note a chunk. A server may leave out or falsify anything."""
        self.pieces += 1
        self._count(getattr(piece, "usage", None))
        choices = getattr(piece, "choices", None)
        if not isinstance(choices, list) or not choices:
            return
        finish = getattr(choices[0], "finish_reason", None)
        if isinstance(finish, str):
            self.finish = finish
        text = getattr(getattr(choices[0], "delta", None), "content", None)
        if not isinstance(text, str) or not text:
            return
        self._first = self._first or time.monotonic() - self._began
        self.text += text

    def _count(self, usage: Any) -> None:
        prompt, reply = (_whole(getattr(usage, name, None)) for name in ("prompt_tokens", "completion_tokens"))
        if prompt and reply is not None:
            self._prompt, self._reply = prompt, reply
            details = getattr(usage, "prompt_tokens_details", None)
            self._cached = min(prompt, _whole(getattr(details, "cached_tokens", None)) or 0)

    def usage(self) -> Usage:
        """Tokens as the server counts them, else guessed. Those of worked examples are their share of the text."""
        contents = [message["content"] for message in self._ask.messages]
        system = 1 if self._ask.messages[0]["role"] == "system" else 0
        guesses = [_guess(content) for content in contents]
        shots = sum(guesses[system : system + self._ask.examples])
        estimated = self._prompt is None or self._reply is None
        prompt = sum(guesses) if self._prompt is None else self._prompt
        seconds = time.monotonic() - self._began
        return Usage(
            prompt_tokens=prompt,
            few_shot_tokens=round(prompt * shots / max(1, sum(guesses))),
            cached_tokens=self._cached,
            reply_tokens=_guess(self.text) if self._reply is None else self._reply,
            seconds_to_first=self._first or seconds,
            seconds=seconds,
            estimated=estimated,
        )


def _whole(value: Any) -> int | None:
    """A count that can be true."""
    ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return value if ok else None


def _guess(text: str) -> int:
    """Tokens of a text: of most vocabularies a Chinese character is about 0.7 of one, a Latin letter a quarter."""
    wide = sum(character > "\u2e7f" for character in text)
    return max(1, round(0.7 * wide + 0.27 * (len(text) - wide)))


def words_of(body: Any) -> str:
    """What an error's body says, whatever its build."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        text = inner.get("message") if isinstance(inner, dict) else inner
        return text if isinstance(text, str) else ""
    return body if isinstance(body, str) and "<" not in body else ""


def shown(text: str, most: int) -> str:
    """A foreign text on one line, without control characters, shortened; no clause of ours may be faked with it."""
    tidy = " ".join("".join(c if c.isprintable() else " " for c in text).split()).replace("; ", ", ")
    return tidy if len(tidy) <= most else tidy[: most - 1] + "…"
