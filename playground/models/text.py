"""Tokens to text as they come, one reply at a time.

Bytes of a character that is not whole yet are held back, and control tokens are never shown.
"""

from __future__ import annotations

from typing import Any


class TextStream:
    """The text of one reply."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._rust = tokenizer.backend_tokenizer
        self._held: list[int] = []
        self._stream = self._fresh()

    def add(self, token: int) -> str:
        """What one more token makes sure of; "" while a character is not whole."""
        self._held.append(token)
        try:
            text: str | None = self._stream.step(self._rust, token)
        # Where a tokenizer takes back what it had decoded, the stream gives up with a bare Exception.
        except Exception:
            self._stream = self._fresh()
            text = self._tokenizer.decode(self._held, skip_special_tokens=True)
        if text:
            self._held.clear()
        return text or ""

    def rest(self) -> str:
        """What was held back and never became whole."""
        text: str = self._tokenizer.decode(self._held, skip_special_tokens=True) if self._held else ""
        self._held.clear()
        return text

    @staticmethod
    def _fresh() -> Any:
        from tokenizers.decoders import DecodeStream

        return DecodeStream(skip_special_tokens=True)
