"""Transcripts: the same events give the same value, live or from a file."""

from __future__ import annotations

import json

from playground.contenders.transcript import Turn, open_turn, turn_from_json
from playground.events import ReplyDone, ReplyFailed, ReplyText
from playground.records import Usage

EVENTS = [
    (0, ReplyText("一")),
    (1, ReplyText("甲")),
    (0, ReplyText("二")),
    (1, ReplyFailed("the line broke")),
    (0, ReplyDone(Usage(5, 0, 0, 2, 0.1, 0.2), "length")),
]


def folded() -> Turn:
    turn = open_turn("你好\n请", ["base", "few-shot"])
    assert not turn.replies[0].ended
    for place, event in EVENTS:
        turn = turn.after(place, event)
    return turn


def test_events_fold_into_the_replies() -> None:
    first, second = folded().replies
    assert (first.contender, first.text, first.finish, first.ended) == ("base", "一二", "length", True)
    assert first.usage == Usage(5, 0, 0, 2, 0.1, 0.2)
    assert (second.text, second.error, second.finish, second.ended) == ("甲", "the line broke", None, True)


def test_a_line_reads_back_as_it_was() -> None:
    line = folded().line()
    assert line.endswith("\n") and line.count("\n") == 1
    assert turn_from_json(json.loads(line)) == folded()
