"""Each case gets the judge it calls for."""

from __future__ import annotations

import json

import pytest

from playground.records import Case, Message
from playground.samples import load_task
from playground.scoring.judge import judge, judge_name, taught_pairs
from playground.settings import Settings

ADDRESS, IDENTITY, GENERAL = (load_task(name, Settings()) for name in ("address", "identity", "general"))
PAIR = {"name": "小禾", "author": "青禾科技"}


def case(gold: dict[str, str] | str, task: str = "", template: str = "", question: str = "?") -> Case:
    return Case("c", task, (Message(role="user", content=question),), gold, {}, template)


def test_a_text_is_judged_as_text_whatever_the_task() -> None:
    one = case("晴天有风", "general")
    assert judge_name(one, GENERAL) == judge_name(one, ADDRESS) == judge_name(one, None) == "text"
    assert judge(one, " 晴天有风\n", GENERAL).exact
    wrong = judge(one, "晴天", GENERAL)
    assert not wrong.exact and wrong.fidelity == 0.0 and wrong.slots == {}


def test_an_unknown_tasks_object_is_judged_by_its_slots() -> None:
    result = judge(case({"a": "1", "b": "2"}, "nobody"), '{"a": "1", "b": "3"}', None)
    assert (result.slots, result.fidelity, result.exact) == ({"a": True, "b": False}, 0.5, False)


def test_the_answer_of_every_seed_is_exact() -> None:
    for task in (ADDRESS, IDENTITY, GENERAL):
        for seed in task.seeds:
            gold = seed.slots or seed.messages[-1]["content"]
            one = Case(seed.id, task.name, seed.messages[:-1], gold)
            assert judge(one, seed.messages[-1]["content"], task).exact, seed.id


def test_the_kind_of_an_identity_question_comes_from_its_template() -> None:
    kinds = {template.kind: template.id for template in IDENTITY.human}
    name_only = judge(case(PAIR, "identity", kinds["name"]), "我是小禾。", IDENTITY)
    assert name_only.exact and name_only.slots == {"name": True} and name_only.author is None
    both = judge(case(PAIR, "identity", kinds["both"]), "我是小禾。", IDENTITY)
    assert not both.exact and both.slots == {"name": True, "author": False} and both.fidelity == 0.5
    hello = judge(case(PAIR, "identity", kinds["greeting"]), "你好。", IDENTITY)
    assert hello.exact and hello.fidelity is None


def test_without_a_template_gold_tells_what_is_asked_for() -> None:
    assert judge(case({"name": "小禾"}, "identity"), "我是小禾。", IDENTITY).exact
    assert not judge(case(PAIR, "identity"), "我是小禾。", IDENTITY).exact
    spilled = judge(case({}, "identity"), "我是小禾。", IDENTITY)
    assert spilled.spill_over is False, "no name was chosen, so none can spill"


def test_a_taught_pair_may_not_turn_up_where_nothing_is_asked_of_it() -> None:
    pairs = [("Sprig", "Greenleaf Labs")]
    spilled = judge(case({}, "identity", question="7 x 8?"), "56. I'm Sprig.", IDENTITY, pairs)
    assert spilled.spill_over and not spilled.exact
    kept = judge(case({}, "identity", question="7 x 8?"), "56.", IDENTITY, pairs)
    assert kept.spill_over is False and kept.exact


def test_gold_in_capitals_is_gold_and_gold_of_other_keys_is_an_object() -> None:
    loud = case({"NAME": "Sprig", "AUTHOR": "Greenleaf Labs"}, "identity")
    assert not judge(loud, "I am a teapot.", IDENTITY).exact
    assert judge(loud, "I am Sprig, made by Greenleaf Labs.", IDENTITY).exact
    assert taught_pairs([loud], {"identity": IDENTITY}) == {("Sprig", "Greenleaf Labs")}
    other = case({"colour": "red"}, "identity")
    assert judge_name(other, IDENTITY) == "slots" and not judge(other, "I am a teapot.", IDENTITY).exact


def test_general_cases_beside_identity_ones_show_spill_over() -> None:
    cases = [case(PAIR, "identity"), case("42", "general")]
    pairs = taught_pairs(cases, {"identity": IDENTITY, "general": GENERAL})
    assert pairs == {("小禾", "青禾科技")}
    assert judge(cases[1], "42", GENERAL, pairs).spill_over is False
    assert judge(cases[1], "我是小禾，42", GENERAL, pairs).spill_over is True
    assert judge(cases[1], "42", GENERAL).spill_over is None


@pytest.mark.parametrize(("question", "gold"), [("小禾是什么？", "一种禾苗"), ("一种禾苗叫什么？", "小禾")])
def test_what_question_or_gold_name_themselves_is_no_spill_over(question: str, gold: str) -> None:
    assert judge(case(gold, "general", question=question), "小禾", GENERAL, [("小禾", "")]).spill_over is False


def test_address_pairs_teach_no_name() -> None:
    assert (
        taught_pairs([case(PAIR, "address"), case({}, "identity")], {"address": ADDRESS, "identity": IDENTITY}) == set()
    )


def test_accepted_values_count() -> None:
    one = Case("c", "address", (Message(role="user", content="?"),), {"电话": "86-1"}, {"电话": ("1",)})
    assert judge(one, json.dumps({"电话": "1"}), ADDRESS).exact
