"""Lengths of rows in tokens of a base, where its tokenizer is on this machine."""

from __future__ import annotations

from collections.abc import Callable

from playground.chat_format import row_length
from playground.checkpoints.files import kept_folder, open_tokenizer, resolve
from playground.errors import BadSample, UserError
from playground.records import Row
from playground.settings import Settings


def token_counter(base: str, settings: Settings) -> Callable[[Row], int] | None:
    """What counts a row's tokens as training does. None where characters are to be counted: for a GGUF file, and for
    a model of the Hub that was not fetched, which a measurement does not fetch.
    """
    try:
        ref = resolve(base, settings)
        if not ref.local and kept_folder(ref) is None:
            return None
        tokenizer = open_tokenizer(ref)
    except UserError:
        return None

    def count(row: Row) -> int:
        try:
            return row_length(row.messages, tokenizer)
        except BadSample:
            # A template may refuse turns out of order; that is told elsewhere, and the texts still have a length.
            return sum(len(tokenizer.encode(turn["content"], add_special_tokens=False)) for turn in row.messages)

    return count
