"""JSON read strictly and with repair, and slots held against gold."""

from __future__ import annotations

import pytest

from playground.scoring.metrics import repaired_json, same, slot_result, strict_json, text_result

GOLD = {"姓名": "张三", "邮编": ""}


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("张三", "张三", True),
        (" 张三\n", "张三", True),
        ("１２３", "123", True),
        ("ＡＢＣ", "ABC", True),
        ("abc", "ABC", False),
        ("张 三", "张三", False),
        ("", "　", True),
        ("１２-３", "12-3", True),
        ("（甲）", "(甲)", True),
        ("省", "", False),
    ],
)
def test_values_are_equal_after_nfkc_and_strip_and_nothing_else(a: str, b: str, equal: bool) -> None:
    assert same(a, b) is equal
    assert same(b, a) is equal
    assert text_result(a, b) is equal


@pytest.mark.parametrize(
    ("reply", "valid", "repaired"),
    [
        ('{"a": "1"}', True, True),
        ('  {"a": "1"}\n', True, True),
        ("{}", True, True),
        ('{"a": {"b": [1, null]}}', True, True),
        ('```json\n{"a": "1"}\n```', False, True),
        ('Here: {"a": "1"}', False, True),
        ('{"a": "1"', False, True),
        ("{'a': '1'}", False, True),
        ('{"a": "1", "a": "2"}', False, True),
        ('{"a": {"b": 1, "b": 2}}', False, True),
        ('{"a": NaN}', False, True),
        ('{"a": -Infinity}', False, True),
        ('{"a": "1"} {"b": "2"}', False, False),
        ('[{"a": "1"}]', False, False),
        ('"a"', False, False),
        ("null", False, False),
        ("张三", False, False),
        ("{", False, False),
        ("", False, False),
        ("[" * 20_000, False, False),
        ('{"a":' * 20_000, False, False),
        ("9" * 5_000, False, False),
    ],
)
def test_strict_and_repaired(reply: str, valid: bool, repaired: bool) -> None:
    assert (strict_json(reply) is not None) is valid
    assert (repaired_json(reply) is not None) is repaired


@pytest.mark.parametrize(
    ("reply", "slots", "exact"),
    [
        ('{"姓名": "张三", "邮编": ""}', (True, True), True),
        ('{"邮编": "", "姓名": "张三"}', (True, True), True),
        ('{"姓名": " 张三 ", "邮编": "　"}', (True, True), True),
        ('{"姓名": "张三丰", "邮编": ""}', (False, True), False),
        # The key of an empty value is required and counts.
        ('{"姓名": "张三"}', (True, False), False),
        # Surplus keys break exact, and no slot.
        ('{"姓名": "张三", "邮编": "", "备注": ""}', (True, True), False),
        # Values that are no text are wrong.
        ('{"姓名": "张三", "邮编": null}', (True, False), False),
        ('{"姓名": ["张三"], "邮编": ""}', (False, True), False),
        ('{"姓名": true, "邮编": ""}', (False, True), False),
        # Keys are taken as they are.
        ('{"姓名 ": "张三", "邮编": ""}', (False, True), False),
        # What does not parse strictly has all slots wrong, even where repair finds them.
        ('```json\n{"姓名": "张三", "邮编": ""}\n```', (False, False), False),
        ("我不知道", (False, False), False),
        ("", (False, False), False),
        ("{}", (False, False), False),
    ],
)
def test_slots(reply: str, slots: tuple[bool, bool], exact: bool) -> None:
    result = slot_result(reply, GOLD)
    assert tuple(result.slots.values()) == slots
    assert result.fidelity == sum(slots) / 2
    assert result.exact is exact
    assert list(result.slots) == list(GOLD), "slots stand in gold's order"


def test_more_right_values_are_accepted_for_their_own_slot_only() -> None:
    gold, accept = {"a": "1", "b": "2"}, {"a": ("one", "１"), "c": ("3",)}
    assert slot_result('{"a": "one", "b": "2"}', gold, accept).exact
    assert slot_result('{"a": "1", "b": "2"}', gold, accept).exact
    assert not slot_result('{"a": "1", "b": "one"}', gold, accept).exact


def test_gold_without_slots_is_met_by_an_empty_object_only() -> None:
    assert slot_result("{}", {}).exact and slot_result("{}", {}).fidelity == 1.0
    assert not slot_result('{"a": "1"}', {}).exact and slot_result('{"a": "1"}', {}).fidelity == 0.0
    assert not slot_result("none", {}).exact


def test_a_number_in_place_of_a_text_is_wrong_even_if_it_reads_the_same() -> None:
    result = slot_result('{"a": 1}', {"a": "1"})
    assert result.valid and not result.exact and result.fidelity == 0.0


def test_text_that_no_answer_looks_like_is_not_repaired() -> None:
    assert repaired_json('{"a": "1"' + '{"' * 5_000) is None
    assert repaired_json('{"a": "1",') == {"a": "1"}
