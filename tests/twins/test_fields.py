"""Values: those of one address belong together, gold follows the rules, and each has one side."""

from __future__ import annotations

import re
from random import Random

import pytest

from playground.places import places
from playground.twins.details import detail_line
from playground.twins.dress import PLAIN, Dress
from playground.twins.fields import ADDRESS, DERIVED, SIMPLE, draw, field_names, full_name
from playground.twins.split import Side
from playground.twins.words import words

ALL = frozenset((*ADDRESS, *DERIVED))
CHAINS = {(place.province, place.city, place.county): place for place in places()}


@pytest.mark.parametrize("unseen", [False, True])
def test_an_address_is_of_one_place(unseen: bool) -> None:
    rng, side = Random(1), Side(5, unseen)
    for _ in range(300):
        values = draw(ALL, rng, side, PLAIN)
        gold = values.gold
        place = CHAINS[gold["省"], gold["市"], gold["县"]]
        assert gold["邮编"] == place.postcode != ""
        assert re.fullmatch(r"1\d{10}", gold["电话"])
        assert values.written == {**gold, "省市": values.written["省市"], "区划": values.written["区划"]}
        once = place.province if place.province == place.city else place.province + place.city
        assert (values.written["省市"], values.written["区划"]) == (once, once + place.county)


def test_a_landline_has_the_places_area_code() -> None:
    rng = Random(2)
    for _ in range(100):
        gold = draw(ALL, rng, Side(5, False), Dress(landline=1.0, endings=0, full_width=0, phone_groups=0)).gold
        place = CHAINS[gold["省"], gold["市"], gold["县"]]
        assert re.fullmatch(rf"{place.area_code}-[2-8]\d{{6,7}}(-\d{{1,4}})?", gold["电话"])


def test_gold_is_written_but_for_the_spaces_of_numbers() -> None:
    rng = Random(3)
    seen = set()
    for _ in range(2000):
        values = draw(ALL, rng, Side(5, False), Dress())
        for slot in ADDRESS:
            written, gold = values.written[slot], values.gold[slot]
            assert gold == (written.replace(" ", "") if slot == "电话" else written)
        seen.add(re.sub(r"\d", "0", values.written["电话"]))
    assert {"000 0000 0000", "000-0000-0000", "00000000000"} <= seen


def test_what_a_message_does_not_give_is_empty() -> None:
    values = draw(ALL, Random(4), Side(5, False), PLAIN)
    gold = values.gold_for(frozenset(("姓名", "区划")))
    assert list(gold) == list(ADDRESS)
    assert {slot for slot, value in gold.items() if value} == {"姓名", "省", "市", "县"}


def test_a_municipality_gives_both_with_either() -> None:
    rng = Random(5)
    one_slot = (draw(ALL, rng, Side(5, False), Dress()) for _ in range(400))
    for values in one_slot:
        for slot, other in (("省", "市"), ("市", "省")):
            gold = values.gold_for(frozenset((slot,)))
            assert gold[other] == (values.gold[other] if values.gold["省"] == values.gold["市"] else "")


def test_places_without_postcode_come_only_where_none_is_asked_for() -> None:
    def provinces(names: frozenset[str]) -> set[str]:
        return {draw(names, Random(n), Side(5, False), PLAIN).gold["省"] for n in range(1500)}

    assert "香港特别行政区" in provinces(frozenset(("区划",)))
    assert "香港特别行政区" not in provinces(frozenset(("区划", "邮编")))


def test_no_value_is_on_both_sides() -> None:
    def drawn(unseen: bool) -> dict[str, set[str]]:
        rng, side = Random(6), Side(5, unseen)
        made = [draw(ALL, rng, side, Dress()).gold for _ in range(1500)]
        found = {slot: {gold[slot] for gold in made} for slot in ("姓名", "电话", "详细地址")}
        return {**found, "chain": {"/".join(gold[slot] for slot in ("省", "市", "县")) for gold in made}}

    seen, unseen = drawn(False), drawn(True)
    assert all(not seen[kind] & unseen[kind] for kind in seen)


@pytest.mark.parametrize("name", sorted(SIMPLE))
def test_a_single_field_gives_a_bare_value(name: str) -> None:
    rng, side = Random(7), Side(5, False)
    made = {SIMPLE[name](rng, side) for _ in range(200)}
    assert len(made) >= 15 and all(value and value == value.strip() and ";" not in value for value in made)


def test_field_names_are_one_list() -> None:
    assert field_names() == {*ADDRESS, *DERIVED, *SIMPLE}


def test_detail_lines_hardly_repeat() -> None:
    rng = Random(8)
    lines = [detail_line(rng) for _ in range(5000)]
    assert len(set(lines)) > 4950
    assert all(2 <= len(line) <= 60 and line == line.strip() and "\n" not in line for line in lines)
    assert sum("栋" in line or "号楼" in line or "幢" in line for line in lines) > 1000
    assert sum("村" in line or "镇" in line or "乡" in line for line in lines) > 400


def test_names_are_chinese_and_many() -> None:
    rng = Random(9)
    made = [full_name(rng) for _ in range(5000)]
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) for name in made)
    assert len(set(made)) > 4000


def test_every_word_is_of_the_common_characters() -> None:
    """The starter has a token of its own for each character of GB2312; another would be three."""
    for section in ("people", "phone", "detail", "general"):
        for name, pool in words(section).items():
            assert pool and all(word and word.encode("gb2312") for word in pool), name
