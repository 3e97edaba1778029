"""What is there twice is found among all rows; what contradicts another row is told with its id."""

from __future__ import annotations

from dataclasses import replace

from playground.records import Message, Row
from playground.twins.quality.near import NearIndex
from playground.twins.quality.repeats import Drawn, Firsts, RepeatMeter, Repeats, unexplained
from tests.twins.quality.made import row, seen


def repeats(*rows: Row, groups: str = "") -> Repeats:
    meter, drawn = RepeatMeter(), Drawn("train", 0)
    for place, one in enumerate(rows):
        as_seen = seen(one, group=groups[place] if groups else "train")
        meter.add(as_seen)
        drawn.add(as_seen)
    kept = drawn.rows()
    return meter.result([(kept, NearIndex([one.letters for one in kept]))])


def kinds(found: Repeats) -> dict[str, int]:
    return {one.kind: one.count for one in found.faults}


def test_an_exact_duplicate_is_named_with_its_first() -> None:
    found = repeats(row(1), row(2), replace(row(1), id="again"))
    assert found.duplicates == 1 and kinds(found) == {"duplicate": 1}
    assert found.faults[0].examples[0].id == "again"
    assert found.faults[0].examples[0].says.text("en") == "the same as r1"


def test_blanks_marks_and_width_do_not_make_another_input() -> None:
    text = "TO town1  on Ｍonday please!"
    assert repeats(row(1), row(2, text=text, slots=row(1).slots)).duplicates == 1


def test_the_same_input_with_another_gold_is_a_contradiction() -> None:
    other = row(2, text="To Town1 on Monday, please", slots={"city": "Town1", "day": ""})
    found = repeats(row(1), other)
    assert found.contradictions == 1 and found.faults[0].level == "fault"
    assert found.faults[0].says.text("zh").startswith("1 行")


def test_another_history_or_system_text_is_another_input() -> None:
    one = row(1)
    system = Message(role="system", content="Be brief.")
    assert kinds(repeats(one, replace(one, id="s", messages=(system, *one.messages)))) == {}


def test_an_answer_in_other_words_is_told_by_what_gold_says() -> None:
    one = row(1, answer="I am Sprig.")
    assert kinds(repeats(one, replace(row(1, answer="Sprig, hello."), id="b"))) == {"reworded": 1}
    bare = row(1, slots={}, text="hi", answer="yes")
    found = repeats(bare, replace(row(1, slots={}, text="hi", answer="no"), id="b"))
    assert kinds(found) == {"other_answer": 1} and found.faults[0].level == "warning"


def test_the_same_row_in_two_groups_is_a_leak_and_no_duplicate() -> None:
    assert kinds(repeats(row(1), replace(row(1), id="h"), groups="ab")) == {}


def test_an_id_that_is_there_twice_is_a_fault() -> None:
    assert kinds(repeats(row(1), row(2, id="r1"))) == {"same_id": 1}


def test_near_rows_whose_gold_differs_for_a_reason_are_only_near() -> None:
    base = "Please send the big blue parcel with the long label from our shop to {} on Monday or later"
    rows = [row(n, text=base.format(city), slots={"city": city, "day": ""}) for n, city in enumerate(("Rome", "Oslo"))]
    assert kinds(repeats(*rows)) == {"near": 1}
    wrong = row(3, text=base.format("Rome") + " ok", slots={"city": "Rome", "day": "Monday"})
    assert kinds(repeats(rows[0], wrong)) == {"near": 1, "near_contradiction": 1}
    intents = [row(n, text=base.format(n), slots={"city": kind, "day": ""}) for n, kind in enumerate(("buy", "sell"))]
    assert kinds(repeats(*intents))["near_contradiction"] == 1


def test_unexplained_needs_another_gold() -> None:
    drawn = Drawn("g", 0)
    drawn.add(seen(row(1)))
    (kept,) = drawn.rows()
    assert unexplained(kept, kept) == ""


def test_a_large_group_is_drawn_from_evenly_and_the_same_each_time() -> None:
    def numbers() -> list[int]:
        drawn = Drawn("g", 3, most=200)
        for number in range(2_000):
            drawn.add(seen(row(number)))
        assert drawn.count == 2_000
        return [int(one.id[1:]) for one in drawn.rows()]

    first = numbers()
    assert first == numbers() == sorted(first) and len(first) == 200
    assert 60 < sum(1 for number in first if number < 1_000) < 140


def test_the_table_grows_and_tells_the_first() -> None:
    firsts = Firsts()
    hashes = [number * 2**40 for number in range(5_000)]
    assert [firsts.add(one) for one in hashes] == [None] * 5_000
    assert [firsts.add(one) for one in hashes] == list(range(5_000))
