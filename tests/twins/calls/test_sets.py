"""The function sets that ship: whole, in two languages, and sound in every row."""

from __future__ import annotations

import pytest

from playground.errors import UnknownName
from playground.twins.calls.coverage import coverage
from playground.twins.calls.naming import has_chinese
from playground.twins.calls.sets import load_set, set_names


def test_the_sets_that_ship() -> None:
    assert set_names() == ["drone", "orders", "ticket"]
    assert len(load_set("drone").functions) == 16
    assert [one.name for one in load_set("ticket").functions] == [
        "SearchSolution",
        "SearchAvailableTime",
        "TicketCreate",
    ]
    with pytest.raises(UnknownName, match="drone"):
        load_set("nobody")


@pytest.mark.parametrize("name", set_names())
def test_every_name_is_said_in_both_languages(name: str) -> None:
    some = load_set(name)
    assert some.title.keys() == {"zh", "en"} == some.refusals.keys()
    for function in some.functions:
        for thing in (function, *function.fields):
            assert has_chinese(thing.say["zh"]) or thing.say["zh"].isupper()
            assert thing.say["en"] and not has_chinese(thing.say["en"])
        for lang in ("zh", "en"):
            assert len({field.say[lang] for field in function.fields}) == len(function.fields)
    for lang, texts in some.refusals.items():
        assert len(texts) == len(set(texts)) >= (40 if name == "drone" else 15)
        assert all(has_chinese(text) is (lang == "zh") for text in texts)


@pytest.mark.parametrize("lang", [None, "zh", "en"])
@pytest.mark.parametrize("name", set_names())
def test_every_row_of_a_set_is_sound(name: str, lang: str | None) -> None:
    some = load_set(name)
    made = some.twins(600, 7, lang, group_rows=100)
    shown = coverage(made.train, some.functions, dropped=made.card["dropped"])
    assert shown.faults == {} and shown.rows == 600 and shown.never_called == ()
    assert set(shown.kinds) == {"call", "several", "repair", "ask", "refuse"} and made.card["left_out"] == []
    for rows in made.groups.values():
        assert rows is not None and coverage(rows, some.functions).faults == {}


def test_look_alike_amounts_stand_with_their_labels() -> None:
    some = load_set("orders")
    refund = next(one for one in some.functions if one.name == "RefundOrder")
    for row in some.twins(800, 3).train:
        if row.slots["name" if "name" in row.slots else "1.name"] == "RefundOrder" and row.bot_template == "call":
            said = row.messages[1]["content"]
            for key in ("refund_amount", "fee_kept"):
                field = refund.field(key)
                assert field is not None and any(label in said for label in field.say.values())
