"""Messages to token ids: the one renderer for training and for chatting.

Training asks for the whole conversation with a mask (1 where the model must learn), chatting for the
open end where the answer comes next; both go through the checkpoint's own chat template. Control
tokens that a person types are plain text in both. This file knows no model and no weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from playground.errors import BadSample
from playground.records import Message


class Tokenizer(Protocol):
    """What is used of a transformers tokenizer."""

    def apply_chat_template(self, conversation: Any, **options: Any) -> Any:
        """Render a conversation to ids."""
        ...

    def decode(self, token_ids: Any, **options: Any) -> Any:
        """The text of some ids."""
        ...


@dataclass(frozen=True)
class Encoded:
    """One conversation ready to learn from: two lists of the same length T."""

    ids: list[int]
    mask: list[int]
    """1 where token t is the assistant's and must be learned, else 0."""

    @property
    def learned(self) -> int:
        """How many tokens are learned."""
        return sum(self.mask)


def open_end(messages: Sequence[Message], tokenizer: Tokenizer) -> list[int]:
    """Ids of the conversation with the assistant's turn opened: what a model is given to answer.

    Raises BadSample where the template refuses the messages.
    """
    return _render(messages, tokenizer, opened=True)


def encode(messages: Sequence[Message], tokenizer: Tokenizer, limit: int) -> Encoded:
    """Render one conversation for training, at most `limit` tokens; more are cut at the right.

    Learned are the tokens of the assistant's turns, their end mark included; turns of weight 0 are not. Where
    each turn begins and ends is found by rendering the conversation up to it, which must give a true prefix of
    the whole. A template that rewrites earlier turns (drops thoughts, say) breaks that for them: then only the
    last answer is learned, since only that is rendered as it will be when chatting. Raises BadSample if nothing
    to learn is left, or if not even the last answer can be told from the rest.
    """
    answers = [i for i, m in enumerate(messages) if m["role"] == "assistant"]
    if not any(messages[i].get("weight", 1) for i in answers):
        raise BadSample("the conversation has no assistant message; add the answer that is to be learned")
    ids = _render(messages, tokenizer, opened=False)
    spans = [_span(messages, i, ids, tokenizer) for i in answers]
    if spans[-1] is None:
        raise BadSample(
            f"message {answers[-1] + 1} ({messages[answers[-1]]['content']!r:.40}) is rendered differently "
            "once it is answered; this checkpoint's chat template cannot be trained on"
        )
    kept = range(len(answers)) if None not in spans else range(len(answers) - 1, len(answers))
    mask = [0] * len(ids)
    for place in kept:
        span = spans[place]
        if span is not None and messages[answers[place]].get("weight", 1):
            mask[span[0] : span[1]] = [1] * (span[1] - span[0])
    if not any(mask[:limit]):
        raise BadSample(
            f"nothing to learn is left: the conversation has {len(ids)} tokens and is cut at {limit}, before "
            "its answer; shorten it or allow more tokens"
        )
    return Encoded(ids[:limit], mask[:limit])


def row_length(messages: Sequence[Message], tokenizer: Tokenizer) -> int:
    """Tokens of a whole conversation as it is learned, nothing cut. Raises BadSample where the template refuses it."""
    return len(_render(messages, tokenizer, opened=False))


def prefix_length(messages: Sequence[Message], count: int, tokenizer: Tokenizer, whole: list[int] | None = None) -> int:
    """How many tokens the first `count` messages take at the head of open_end(messages), or of `whole`, which is that.

    What follows them cannot change those tokens, so what was computed for them may be kept. Where a
    template renders them differently with more to come, it is the length of what stays the same; 0 where
    it refuses them alone.
    """
    if count <= 0:
        return 0
    whole = open_end(messages, tokenizer) if whole is None else whole
    kept_for: Any = tokenizer
    head = _head(tuple((m["role"], m["content"]) for m in messages[:count]), kept_for)
    # The opened turn at the end is never part of a prefix, so the last token is always left to compute.
    most = min(len(head), len(whole) - 1)
    if head[:most] == whole[:most]:
        return most
    return next(at for at in range(most) if head[at] != whole[at])


@lru_cache(maxsize=16)
def _head(turns: tuple[tuple[Any, str], ...], tokenizer: Any) -> list[int]:
    """Ids of the messages that every ask begins with, none where the template refuses them alone. Read only."""
    try:
        return _render([Message(role=role, content=text) for role, text in turns], tokenizer, opened=False)
    except BadSample:
        return []


def end_mark(tokenizer: Any) -> int | None:
    """The token that the chat template ends an answer with; None where it ends it with none of its own."""
    talk = (Message(role="user", content="a"), Message(role="assistant", content="b"))
    try:
        ids = _render(talk, tokenizer, opened=False)
    except BadSample:
        return None
    last = ids[_after_end_mark(ids, 0, len(ids), tokenizer) - 1]
    own = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    return last if last in own else None


def answer_ends(tokenizer: Any) -> set[int]:
    """The tokens at which an answer is over: the tokenizer's own end and the chat template's mark, those there are."""
    return {tokenizer.eos_token_id, end_mark(tokenizer)} - {None}


def _span(messages: Sequence[Message], index: int, ids: list[int], tokenizer: Tokenizer) -> tuple[int, int] | None:
    """Where answer `index` begins and ends in `ids`, its end mark included; None if that cannot be told."""
    if index == 0:
        return None
    head = open_end(messages[:index], tokenizer)
    if ids[: len(head)] != head or len(head) >= len(ids):
        return None
    end = len(ids)
    if index + 1 < len(messages):
        closed = _render(messages[: index + 1], tokenizer, opened=False)
        if ids[: len(closed)] != closed:
            return None
        end = len(closed)
    return len(head), _after_end_mark(ids, len(head), end, tokenizer)


def _after_end_mark(ids: list[int], begin: int, end: int, tokenizer: Tokenizer) -> int:
    """The position after the turn's last token that is no white space, which is its end mark.

    Many templates write a line break after the mark; a model that is stopped by the mark never says it.
    """
    while end > begin + 1 and not tokenizer.decode([ids[end - 1]]).strip():
        end -= 1
    return end


def _render(messages: Sequence[Message], tokenizer: Tokenizer, opened: bool) -> list[int]:
    if not messages:
        raise BadSample("the conversation has no messages; add the user's")
    try:
        ids: list[int] = tokenizer.apply_chat_template(
            list(messages),
            tokenize=True,
            return_dict=False,
            add_generation_prompt=opened,
            # What a person types is text: an end mark inside a message must not end the turn.
            sanitize_control_tokens=True,
        )
    # A template is a small program that came with the checkpoint: it may raise anything.
    except Exception as error:
        raise BadSample(f"the checkpoint's chat template refuses the conversation ({error!s:.160})") from error
    return ids
