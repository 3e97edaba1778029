"""Documents of the corpus as batches of token ids, drawn without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import torch
from torch import Tensor

from starter.corpus import Document, conversation
from starter.plan import Plan

IGNORED = -100
"""Target of a token that is not to be learned."""


class Encoder:
    """Documents to ids and targets, by character: the tokenizer's own ids, without its overhead."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.start, self.end = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
        self.known: dict[str, list[int]] = {}

    def text(self, text: str) -> list[int]:
        out: list[int] = []
        for char in text:
            ids = self.known.get(char)
            if ids is None:
                ids = self.known[char] = self.tokenizer.encode(char, add_special_tokens=False)
            out += ids
        return out

    def document(self, document: Document) -> tuple[list[int], list[int]]:
        """Ids (T,) and targets (T,): targets[t] is ids[t + 1] where it is to be learned, else IGNORED."""
        ids: list[int] = []
        learn: list[bool] = []
        for index, message in enumerate(document.messages):
            head = [self.start, *self.text(message["role"] + "\n")]
            body = [*self.text(message["content"]), self.end]
            taught = message["role"] == "assistant" and index not in document.unlearned
            tail = self.text("\n")
            ids += head + body + tail
            learn += [False] * len(head) + [taught] * len(body) + [False] * len(tail)
        targets = [t if wanted else IGNORED for t, wanted in zip(ids[1:], learn[1:], strict=True)] + [IGNORED]
        return ids, targets


def batches(encoder: Encoder, plan: Plan, seed: int, done: Callable[[], float]) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless batches of ids and targets, both (B, T), T a multiple of 64, documents of like length together.

    `done` tells the share of the run that is over.
    """
    rng = Random(seed)
    while True:
        longest = plan.longest if done() >= plan.long_from else plan.first_longest
        copying = plan.copying if done() < plan.copying_until else 0.0
        pool = [encoder.document(conversation(rng, copying)) for _ in range(600)]
        pool = sorted((p for p in pool if len(p[0]) <= longest), key=lambda p: len(p[0]))
        groups: list[list[tuple[list[int], list[int]]]] = [[]]
        for pair in pool:
            width = -(-len(pair[0]) // 64) * 64
            if groups[-1] and width * (len(groups[-1]) + 1) > plan.tokens:
                groups.append([])
            groups[-1].append(pair)
        rng.shuffle(groups)
        for group in groups:
            width = -(-max(len(i) for i, _ in group) // 64) * 64
            pad = encoder.tokenizer.pad_token_id
            ids = torch.tensor([i + [pad] * (width - len(i)) for i, _ in group])
            targets = torch.tensor([t + [IGNORED] * (width - len(t)) for _, t in group])
            yield ids, targets
