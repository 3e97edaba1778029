"""Rehearsal: general rows are taught with the base's own answers, so that an adapter leaves them as they are.

Answers written by somebody else also teach what this base cannot know and how it does not speak; a small model then
loses its hold on what is asked, and the name it learns turns up anywhere. A model's own answers to the same requests
cost it nothing to keep (self-distillation: Yang et al., arXiv 2402.13669).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from playground.chat_format import Encoded, answer_ends, end_mark, open_end
from playground.events import RowsAnswered
from playground.records import Message
from playground.train.batches import last_learned
from playground.train.learner import Learner

AT_ONCE = 32
"""Rows that are answered in one batch."""
MOST_TOKENS = 96
"""Longest answer that is taught; one that is cut here teaches as far as it goes."""
WHO = ("你是谁？", "Who are you?")
ALIKE = 8
"""Tokens by which an answer is known to begin as the base introduces itself."""
MOST_LOOKED_AT = 32
"""Longest answer by which forgetting is told."""


def rehearse(
    learner: Learner,
    rows: list[Encoded],
    general: Collection[int],
    tokenizer: Any,
    most: int,
    stop: Callable[[], bool],
) -> Iterator[RowsAnswered]:
    """Put the base's greedy answers, of at most `most` tokens, into the rows of the numbers `general`.

    A request that stands in several rows is asked once; the adapter is switched off meanwhile. Rows that were not come
    to before `stop` said true stay as they are, and so do those at which the base introduced itself: a name that is to
    be learned would be taught away again.
    """
    wanted: dict[tuple[int, ...], list[int]] = {}
    for number in sorted(general):
        wanted.setdefault(_request(rows[number]), []).append(number)
    end = end_mark(tokenizer)
    ends = answer_ends(tokenizer)
    # Like lengths together: what is padded is computed too.
    prompts = sorted(wanted, key=len)
    with learner.peft_model.disable_adapter():
        who = [open_end([Message(role="user", content=text)], tokenizer) for text in WHO]
        selves = {tuple(reply[:ALIKE]) for reply in learner.reply(who, ALIKE, ends, stop)} if prompts else set()
    for at in range(0, len(prompts), AT_ONCE):
        asked = prompts[at : at + AT_ONCE]
        with learner.peft_model.disable_adapter():
            replies = learner.reply(asked, most, ends, stop)
        if stop():
            return
        for request, reply in zip(asked, replies, strict=True):
            closed = [*reply, end] if end is not None and len(reply) < most else reply
            answered = Encoded([*request, *closed], [0] * len(request) + [1] * len(closed))
            for number in wanted[request] if closed and tuple(reply[:ALIKE]) not in selves else ():
                rows[number] = answered
        yield RowsAnswered(min(at + AT_ONCE, len(prompts)), len(prompts))


def _request(row: Encoded) -> tuple[int, ...]:
    """The ids before the row's last answer."""
    begin = last_learned(row.mask)
    while begin > 0 and row.mask[begin - 1]:
        begin -= 1
    return tuple(row.ids[:begin])
