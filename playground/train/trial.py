"""Sample answers: what the model in training says to a few validation questions after each epoch."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.chat_format import Tokenizer, answer_ends, open_end
from playground.events import SampleAnswer
from playground.records import Row
from playground.train.learner import Learner

MOST_TOKENS = 192
"""Longest sample answer; it is there to be looked at."""
MOST_SECONDS = 10.0
"""Longest time for the answers of one epoch: on a large model they would take more than they show."""
log = logging.getLogger("playground.train")


@dataclass(frozen=True)
class Trial:
    """One validation question that is asked after every epoch."""

    group: str
    question: str
    wanted: str
    ids: list[int]
    """The conversation with the answer's turn opened."""


def trials(groups: Mapping[str, Sequence[Row]], tokenizer: Tokenizer, limit: int) -> list[Trial]:
    """The first row of each group whose conversation has at most `limit` tokens, asked as when chatting."""
    found = []
    for group, rows in groups.items():
        for row in rows:
            *before, last = row.messages
            ids = open_end(before, tokenizer)
            if before and len(ids) <= limit:
                found.append(Trial(group, before[-1]["content"], last["content"], ids))
                break
    return found


def sample_answers(
    learner: Learner, asked: Sequence[Trial], tokenizer: Any, stop: Callable[[], bool]
) -> tuple[SampleAnswer, ...]:
    """Greedy answers to the trials, all in one batch; none, and a line in the log, where a model cannot be asked so."""
    if not asked:
        return ()
    until = time.monotonic() + MOST_SECONDS
    ends = answer_ends(tokenizer)
    try:
        replies = learner.reply(
            [trial.ids for trial in asked], MOST_TOKENS, ends, lambda: stop() or time.monotonic() > until
        )
    except Exception:  # any library's: a run is not broken off for what is only looked at
        log.warning("no sample answers from this model", exc_info=True)
        return ()
    return tuple(
        SampleAnswer(trial.group, trial.question, trial.wanted, str(tokenizer.decode(ids, skip_special_tokens=True)))
        for trial, ids in zip(asked, replies, strict=True)
    )
