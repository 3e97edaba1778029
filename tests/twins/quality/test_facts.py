"""A task's facts, and rows as the measures see them, from the shelf and from elsewhere."""

from __future__ import annotations

from dataclasses import replace

from playground.records import Message, Row
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.quality.facts import LONGEST, Facts, card_facts, digest, see, shared_tail, task_facts
from tests.twins.quality.made import FACTS, row, seen


def test_a_task_of_the_shelf(settings: Settings) -> None:
    facts = task_facts(load_task("address", settings))
    assert facts.apart == {"姓名", "电话", "县", "详细地址"} and facts.judge == "slots" and facts.tails
    identity = task_facts(load_task("identity", settings), lang="zh")
    assert identity.fixed == {"name", "author"} and identity.apart is None
    assert {one.lang for one in identity.human.values()} == {"zh"}


def test_a_card_and_its_rows_tell_slots_instruction_and_what_is_derived() -> None:
    rows = [row(n) for n in range(6)]
    facts = card_facts({"slots": ["city", 3], "derived": ["city"], "set": {"day": "x"}}, rows)
    assert facts.slots == ("city",) and facts.derived == {"city"} and facts.fixed == {"day"}
    assert facts.tails == ("Answer as JSON.",)
    assert card_facts({"slots": 7, "set": [1], "derived": "x"}, rows).slots == ("city", "day")
    assert card_facts({}) == Facts()


def test_a_shared_tail_needs_several_messages_and_whole_lines() -> None:
    assert shared_tail(["a\nx\ny", "b\nx\ny", "c\nx\ny", "d\nx\ny", "e\nx\ny"]) == "x\ny"
    assert shared_tail(["a\nx", "b\nx"]) == ""
    assert shared_tail(["same\nx"] * 9) == ""
    assert shared_tail([f"{n} on Monday" for n in range(9)]) == ""


def test_a_row_as_it_is_seen() -> None:
    found = seen(row(1))
    assert found.asked == "To Town1 on Monday, please" and found.letters == "totown1onmondayplease" and found.own
    assert not seen(row(1, task="general")).own and see(row(1, task="general"), "g", Facts()).own
    unanswered = Row("x", "trip", "", "", {}, (Message(role="user", content="hi"),))
    assert (seen(unanswered).said, seen(unanswered).asked) == ("", "hi")


def test_what_follows_the_longest_message_still_counts() -> None:
    long = "x" * LONGEST
    one, other = row(1, text=long + "a"), row(1, text=long + "b")
    assert seen(one).key != seen(other).key and seen(one).key == seen(replace(one, id="z")).key


def test_keys_are_the_same_in_every_process() -> None:
    assert seen(row(1), FACTS).key == digest("totown1onmondayplease") == 6489516485897787523
