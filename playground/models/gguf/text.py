"""Conversations as ids and ids as text, by a GGUF file's own tokenizer and chat template.

Stands where a transformers tokenizer stands, so that playground.chat_format renders for both.
"""

from __future__ import annotations

import codecs
import re
from functools import cached_property
from typing import Any

from playground.checkpoints.files import library
from playground.errors import BadCheckpoint
from playground.models.gguf.native import Native

_APART = "\ufdd0"
"""A character that no text holds; it keeps a control token typed by a person from being one."""


class GgufTokenizer:
    """What chat_format uses of a tokenizer."""

    def __init__(self, native: Native, name: str) -> None:
        """Raises BadCheckpoint for a file without a chat template."""
        self._native = native
        template = native.meta("tokenizer.chat_template")
        if template is None:
            raise BadCheckpoint(f"{name} has no chat template; choose a chat (instruct) model")
        self._template = template

    @cached_property
    def _marks(self) -> re.Pattern[str]:
        texts = sorted(self._native.marks, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, texts)) or r"(?!)")

    @property
    def all_special_ids(self) -> list[int]:
        """Ids of the tokens that stand for themselves."""
        return list(self._native.marks.values())

    added_tokens_decoder: dict[int, str] = {}

    def apply_chat_template(self, conversation: Any, add_generation_prompt: bool = False, **_: Any) -> list[int]:
        """Ids of a conversation. Control tokens inside its messages are text, as the transformers path has it."""
        library()
        from transformers.utils import chat_template_utils

        typed = [
            {k: self._plain(v) if isinstance(v, str) and k != "role" else v for k, v in message.items()}
            for message in conversation
        ]
        named = {f"{which}_token": self._text(self._native.special(which)) for which in ("bos", "eos")}
        render: Any = chat_template_utils.render_jinja_template
        rendered, _ = render(
            conversations=[typed], chat_template=self._template, add_generation_prompt=add_generation_prompt, **named
        )
        return self._ids(rendered[0])

    def decode(self, token_ids: Any, skip_special_tokens: bool = False, **_: Any) -> str:
        """The text of some ids."""
        data = b"".join(self._native.piece(token, special=not skip_special_tokens) for token in token_ids)
        return data.decode("utf-8", errors="replace")

    def _text(self, token: int | None) -> str:
        return "" if token is None else self._native.piece(token, special=True).decode("utf-8", errors="replace")

    def _plain(self, text: str) -> str:
        text = text.replace(_APART, "")
        return self._marks.sub(lambda found: found[0][0] + _APART + found[0][1:], text)

    def _ids(self, rendered: str) -> list[int]:
        """Ids of a rendered conversation: its own control tokens as such, everything between them as text."""
        ids: list[int] = []
        at = 0
        for found in self._marks.finditer(rendered):
            ids += self._between(rendered[at : found.start()])
            ids.append(self._native.marks[found[0]])
            at = found.end()
        return ids + self._between(rendered[at:])

    def _between(self, text: str) -> list[int]:
        return self._native.tokenize(text.replace(_APART, ""))


class ByteStream:
    """The text of one reply, token by token; bytes of a character that is not whole yet are held back."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def add(self, token: int) -> str:
        """What one more token makes sure of."""
        return self._decoder.decode(self._native.piece(token))

    def rest(self) -> str:
        """What was held back and never became whole."""
        return self._decoder.decode(b"", final=True)
