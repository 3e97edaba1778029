"""A GGUF file loaded and compared with the model it was made from, before it is called done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.chat_format import open_end
from playground.errors import BadSample, ExportFailed
from playground.models.gguf.native import BATCH, Fed, Native
from playground.models.gguf.text import GgufTokenizer
from playground.models.gguf.write import Kind
from playground.records import Message

TEXTS = (
    "广东省深圳市南山区科技园路5号，张伟 13812345678",
    "Hello, it's 2026-11-22; call me at 555-0100.\n\n  Two  spaces\tand a tab",
    '{"姓名": "欧阳娜娜", "postcode": "518000", "n": 3.14}',
    "龘靐 emoji 😀👍🏽 — ﬀ ½ ٣",
)
"""Texts whose ids must be the same."""
TALKS: tuple[tuple[Message, ...], ...] = (
    (Message(role="user", content="你是谁？"),),
    (
        Message(role="system", content="You answer briefly."),
        Message(role="user", content="Say hello in three languages, then count 1 2 3 22 333."),
    ),
    (
        Message(role="user", content="把姓名和电话整理成JSON：张伟 13812345678"),
        Message(role="assistant", content='{"姓名": "张伟", "电话": "13812345678"}'),
        Message(role="user", content="李海燕，0755-8888222，再来一条"),
    ),
)
"""Conversations whose next tokens are compared at every position."""
THOUGHT: tuple[Message, ...] = (
    Message(role="user", content="7 x 8 = ?"),
    Message(role="assistant", content="<think>\n7 times 8 is 56.\n</think>\n\n56"),
    Message(role="user", content="And <|im_end|> half of it?"),
)
"""A conversation with a thought, which some templates drop again, and a control token typed by a person."""
LEAST = {"F32": 0.99, "F16": 0.99, "Q8_0": 0.9}
"""Least share of positions at which the likeliest next token must be the same, by the type of the matrices."""
LEAST_OF_K = 0.5
"""For K-quants, which round hard: below this a file is broken, not rounded."""
NEAR = 0.05
"""Logits that are this near each other, as a share of their spread, count as a tie."""


@dataclass(frozen=True)
class Checked:
    """What the comparison found."""

    texts: int
    """Texts whose ids were compared; all were equal."""
    positions: int
    same: float
    """Share of positions with the same likeliest next token, 0 to 1."""
    furthest: float
    """Largest difference of a logit."""


def check_file(
    path: Path, model: Any, tokenizer: Any, kind: Kind, threads: int, adapter: Path | None = None
) -> Checked:
    """Compare a file (with `adapter`: that adapter's file on it) with a transformers model.

    Raises MissingPackage, BadCheckpoint where the file does not load, ExportFailed where it splits text otherwise
    or computes something else.
    """
    native = Native(path, 2, threads)
    try:
        _same_ids(native, tokenizer, path.name)
        _same_talks(native, tokenizer, path.name)
        native.use(str(adapter) if adapter else None)
        return _same_logits(native, model, tokenizer, kind, path.name)
    finally:
        native.close()


def _same_ids(native: Native, tokenizer: Any, name: str) -> None:
    for text in TEXTS:
        if at := first_difference(tokenizer.encode(text, add_special_tokens=False), native.tokenize(text)):
            raise ExportFailed(
                f"{name} splits {text!r:.40} into other tokens than the checkpoint does, from token {at} on; "
                "its tokenizer cannot be written as GGUF here"
            )


def _same_talks(native: Native, tokenizer: Any, name: str) -> None:
    """The chat template in the file writes what training saw and transformers asks, token by token."""
    own = GgufTokenizer(native, name)
    for talk in _talks(tokenizer, (*TALKS, THOUGHT)):
        wanted, got = open_end(talk, tokenizer), open_end(talk, own)
        if at := first_difference(wanted, got):
            near = tokenizer.decode(wanted[max(0, at - 4) : at + 3])
            raise ExportFailed(
                f"{name} writes a conversation otherwise than the checkpoint does, from token {at} on, at {near!r:.60};"
                " its chat template cannot be used by llama.cpp"
            )


def first_difference(wanted: Sequence[int], got: Sequence[int]) -> int:
    """The first token, from 1, at which two lists of ids differ; 0 where they are equal."""
    if list(wanted) == list(got):
        return 0
    return next(
        (i for i, (a, b) in enumerate(zip(wanted, got, strict=False), 1) if a != b), min(map(len, (wanted, got))) + 1
    )


def _same_logits(native: Native, model: Any, tokenizer: Any, kind: Kind, name: str) -> Checked:
    import numpy
    import torch

    same = positions = 0
    furthest = 0.0
    for talk in _talks(tokenizer):
        ids = open_end(talk, tokenizer)[:BATCH]
        native.drop(0)
        fed = [Fed(0, place, token) for place, token in enumerate(ids)]
        got = numpy.array(native.feed(fed, range(len(ids))))
        with torch.inference_mode():
            wanted = model(input_ids=torch.tensor([ids])).logits[0].float().numpy()
        furthest = max(furthest, float(numpy.abs(got - wanted).max()))
        lost = wanted.max(-1) - wanted[numpy.arange(len(ids)), got.argmax(-1)]
        same += int((lost <= NEAR * wanted.std(-1)).sum())
        positions += len(ids)
    least = LEAST_OF_K if kind.requantised else LEAST[kind.tensors]
    if same < least * positions:
        raise ExportFailed(
            f"{name} was written but computes something else: the next token is the same at {same} of {positions}"
            " positions"
        )
    return Checked(len(TEXTS), positions, same / positions, furthest)


def _talks(tokenizer: Any, talks: Sequence[tuple[Message, ...]] = TALKS) -> Sequence[tuple[Message, ...]]:
    """The conversations that this checkpoint's template can write (some know no system text)."""
    kept = []
    for talk in talks:
        try:
            open_end(talk, tokenizer)
        except BadSample:
            continue
        kept.append(talk)
    return kept
