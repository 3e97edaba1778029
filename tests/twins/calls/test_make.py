"""Function-call rows: right for a reader who knows only the row, whole, even, the same for a seed, and split."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.datasets import open_dataset, write_dataset
from playground.errors import BadSample, BadSetting, BadTemplate, UnknownName
from playground.records import Row, json_line
from playground.samples import Template
from playground.twins.calls.check import check_call_row
from playground.twins.calls.coverage import coverage, row_kind
from playground.twins.calls.function import Function
from playground.twins.calls.make import make_calls
from playground.twins.calls.read import read_tools
from playground.twins.calls.recipe import MIXED, CallRecipe
from playground.twins.calls.wordings import instruction, wordings

TICKET = '''
def TicketCreate(UserName: str, problem: str, ServeTime: str, isVIP: bool):
    """创建维修工单。
    Args:
        UserName: 用户姓名
        problem: 故障现象
        ServeTime: 上门时间
        isVIP: 是否VIP客户
    """

def Transfer(amount: float, fee: float, source: str, target: str, when: date, note: str = "", tags: list[str] = []):
    """Transfers money between accounts."""

def Ping():
    """Checks the line."""
'''
NAMES = ["张三", "李四", "王五", "赵六", "钱七", "孙八", "周九", "吴十", "Amy", "Bob Lee"]
FAULTS = ["蓝屏", "漏水", "不制冷", "卡纸", "黑屏，没声音", "死机", "断电", "有异味"]
TIMES = ["周一", "周二", "周三", "周四", "周五", "周六"]
VALUES = {"TicketCreate": {"UserName": NAMES, "problem": FAULTS, "ServeTime": TIMES}}


def functions() -> tuple[Function, ...]:
    read = read_tools(TICKET)
    assert read.faults == ()
    return read.functions


def one() -> tuple[Function, ...]:
    return functions()[:1]


def lines(rows: Iterator[Row] | None) -> list[str]:
    assert rows is not None
    return [json_line(row.as_json()) for row in rows]


def answer(row: Row) -> Any:
    return json.loads(row.messages[-1]["content"])


@pytest.mark.parametrize("rows", [960, None])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_product_is_taken_whole_where_it_fits(rows: int | None, seed: int) -> None:
    made = make_calls(one(), VALUES, CallRecipe(), rows, seed)
    calls = [row.messages[-1]["content"] for row in made.train]
    assert len(calls) == len(set(calls)) == 960 == made.card["products"]["TicketCreate"]
    assert made.card["dropped"] == {} == dict.fromkeys(made.card["left_out"])


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5])
def test_without_a_number_of_rows_every_call_is_asked_for(share: float) -> None:
    recipe = CallRecipe(several=0.1, repair=0.1, ask=0.1, refuse=0.1, optional=share)
    values = {
        "TicketCreate": {"UserName": NAMES[:5], "problem": FAULTS[:2], "ServeTime": TIMES[:1]},
        "Transfer": {k: [1, 2] for k in ("amount", "fee")} | {k: ["a1", "b1"] for k in ("source", "target", "note")}
        | {"when": ["2026-01-01"], "tags": [["x1"]]},
    }  # fmt: skip
    made = make_calls(functions(), values, recipe, None, 7)
    plain = [answer(row) for row in made.train if row.bot_template == "call"]
    whole = {json.dumps(call) for call in plain if len(call["arguments"]) in (4, 7)}
    assert len(whole) == 5 * 2 * 2 + 2**5


def test_a_product_that_does_not_fit_is_sampled_evenly() -> None:
    for row_count in (100, 333, 500):
        seen: dict[str, Counter[str]] = {}
        for row in make_calls(one(), VALUES, CallRecipe(), row_count, 3).train:
            for key, value in answer(row)["arguments"].items():
                seen.setdefault(key, Counter())[str(value)] += 1
        assert {key: len(some) for key, some in seen.items()} == {
            "UserName": 10,
            "problem": 8,
            "ServeTime": 6,
            "isVIP": 2,
        }
        assert all(max(some.values()) - min(some.values()) <= 1 for some in seen.values())


def test_weights_are_kept() -> None:
    weights = {"TicketCreate": {"problem": [65, 5, 5, 5, 5, 5, 5, 5]}}
    rows = make_calls(one(), VALUES, CallRecipe(), 1000, 3, weights=weights).train
    seen = Counter(answer(row)["arguments"]["problem"] for row in rows)
    assert seen["蓝屏"] == 650 and set(seen.values()) == {650, 50}


def test_the_same_seed_gives_the_same_bytes_and_fewer_rows_are_the_first_of_more() -> None:
    first, again, other, fewer = (
        make_calls(functions(), None, MIXED, n, s) for n, s in ((300, 7), (300, 7), (300, 8), (90, 7))
    )
    made = lines(first.train)
    assert made == lines(again.train) != lines(other.train)
    assert made[:90] == lines(fewer.train)
    for group, rows in first.groups.items():
        assert lines(rows) == lines(again.groups[group])
    assert first.card == again.card


def quoted(text: str) -> str:
    for start, end in ("“”", "「」", "『』", '""', "«»"):
        if len(text) > 1 and text[0] == start and text[-1] == end:
            return text[1:-1]
    return text


NASTY = [
    *(
        "a, b",
        "x: y",
        "是的",
        "“好”",
        "name is Bob",
        "and",
        "ends.",
        "(x)",
        "O'Brien",
        "'q'",
        "12",
        "true",
        "a;b",
        "a=b",
    ),
    *(
        "a|b",
        "- dash",
        "{{what}}",
        "<b>",
        "姓名：张",
        "http://a.b/c?d=e,f",
        "14:30",
        "1",
        "121",
        "no",
        "否",
        "不是VIP",
        "😀",
    ),
    *(
        "problem",
        "TicketCreate",
        '{"a": 1}',
        "[1]",
        "as is",
        "谢谢",
        "第二，",
        "50 元",
        "fee: 3",
        "ö",
        "a / b",
        "好、坏",
    ),
]


def test_a_reader_who_knows_only_the_row_finds_the_gold() -> None:
    """Requests written line by line are read back by their labels alone, whatever stands in the values."""
    values = {"TicketCreate": {"UserName": NASTY, "problem": NASTY, "ServeTime": NASTY}}
    labels = {
        "zh": ["用户姓名", "故障现象", "上门时间", "是否VIP客户"],
        "en": ["user name", "problem", "serve time", "VIP"],
    }
    read = 0
    for row in make_calls(one(), values, CallRecipe(), 1500, 5).train:
        lang = "zh" if row.messages[0]["content"].startswith(instruction("zh")) else "en"
        said = row.messages[1]["content"]
        assert check_call_row(row, one()).right
        if not re.match(r"(?:form|lines)-(?:zh|en)-\d", row.template):
            continue
        found = {}
        for line in said.split("\n"):
            match = re.match(rf"(?:- )?({'|'.join(labels[lang])})(?:：|: | \| | = )(.*)", line)
            if match:
                found[match[1]] = quoted(match[2])
        gold = dict(zip(labels[lang], answer(row)["arguments"].values(), strict=True))
        flag = gold.pop(labels[lang][3])
        assert found.pop(labels[lang][3]) == (("是", "否") if lang == "zh" else ("yes", "no"))[not flag]
        assert found == gold, said
        read += 1
    assert read > 200


def test_every_kind_of_row_is_right() -> None:
    recipe = CallRecipe(several=0.2, repair=0.2, ask=0.2, refuse=0.2)
    made = make_calls(functions(), None, recipe, 1000, 11)
    rows = list(made.train)
    shown = coverage(rows, functions())
    assert shown.faults == {} and shown.kinds == {"call": 200, "several": 200, "repair": 200, "ask": 200, "refuse": 200}
    for row in rows:
        kind, roles = row_kind(row), [turn["role"] for turn in row.messages]
        assert roles[0] == "system" and row.messages[0]["content"].count("\n") >= 8
        on_offer = [
            json.loads(line) for line in row.messages[0]["content"].split("\n") if line.startswith('{"name": "')
        ]
        offered = [line for line in on_offer if "parameters" in line]
        assert offered == [tool["function"] for tool in row.tools] and len({one["name"] for one in offered}) == len(
            offered
        )
        if kind == "several":
            calls = answer(row)
            assert 2 <= len(calls) <= 3 and len({json.dumps(call) for call in calls}) == len(calls)
            assert [row.slots[f"{n}.name"] for n in range(1, len(calls) + 1)] == [call["name"] for call in calls]
        elif kind == "repair":
            assert roles in (
                ["system", "user", "assistant", "tool", "assistant"],
                ["system", "user", "assistant", "tool", "assistant", "user", "assistant"],
            )
            wrong, right = json.loads(row.messages[2]["content"]), answer(row)
            gone = [key for key, value in right["arguments"].items() if wrong["arguments"].get(key) != value]
            assert row.messages[2]["weight"] == 0 and len(gone) == 1 and gone[0] in row.messages[3]["content"]
            assert wrong["arguments"].get(gone[0]) in (None, "") and "weight" not in row.messages[-1]
        elif kind in ("ask", "refuse"):
            assert row.slots == {"name": ""} and "{" not in row.messages[-1]["content"]


def test_a_question_back_names_the_label_that_the_request_lacks() -> None:
    for row in make_calls(one(), VALUES, CallRecipe(ask=1.0, lang="zh"), 200, 2).train:
        said, asked = row.messages[1]["content"], row.messages[2]["content"]
        (label,) = [one for one in ("用户姓名", "故障现象", "上门时间", "是否VIP客户") if one in asked]
        assert label not in said
        others = {"用户姓名", "故障现象", "上门时间"} - {label}
        assert all(other in said for other in others)


def test_optional_fields_are_left_out_of_request_and_call_alike() -> None:
    rows = list(make_calls(functions()[1:2], None, CallRecipe(optional=0.5, lang="en"), 400, 2).train)
    given = [answer(row)["arguments"] for row in rows]
    assert 180 <= sum("note" not in one or "tags" not in one for one in given) <= 220
    for row, call in zip(rows, given, strict=True):
        said = row.messages[1]["content"]
        assert ("note" in said) is ("note" in call) and ("tags" in said) is ("tags" in call)
    whole = make_calls(functions()[1:2], None, CallRecipe(optional=0.0), 100, 2).train
    assert all(len(answer(row)["arguments"]) == 7 for row in whole)


def test_near_twins_never_fit_the_request() -> None:
    met = Counter[str]()
    for row in make_calls(functions(), None, CallRecipe(near=1.0), 600, 4).train:
        call = answer(row)
        for tool in row.tools:
            twin = tool["function"]
            if twin["name"] != call["name"] and twin["name"].startswith(call["name"]):
                fields, must = set(twin["parameters"]["properties"]), set(twin["parameters"]["required"])
                more, less = must - set(call["arguments"]), set(call["arguments"]) - fields
                assert more or less, "a twin that takes all the values and lacks none would be right too"
                met["more" if more else "less"] += 1
    assert min(met["more"], met["less"]) > 50


def test_the_prompt_holds_as_many_functions_as_the_recipe_says() -> None:
    for count in (1, 3, 8):
        rows = make_calls(functions(), None, CallRecipe(functions=count), 50, 4).train
        assert {len(row.tools) for row in rows} == {count}
    rows = list(make_calls(functions(), None, CallRecipe(functions=0), 50, 4).train)
    assert all({t["function"]["name"] for t in row.tools} == {"TicketCreate", "Transfer", "Ping"} for row in rows)
    assert len({tuple(t["function"]["name"] for t in row.tools) for row in rows}) > 3, "in any order"


def test_groups_share_no_wording_and_no_value_that_is_held_out() -> None:
    made = make_calls(functions(), None, MIXED, 600, 7)
    train = list(made.train)
    held = set(made.card["held"])
    groups = {group: list(rows or ()) for group, rows in made.groups.items()}
    assert all(len(rows) == 200 for rows in groups.values())

    def template(row: Row) -> str:
        return row.template.partition("+")[0]

    def pairs(rows: list[Row], key: str) -> set[str]:
        return {value for row in rows for slot, value in row.slots.items() if slot.rpartition(".")[2] == key}

    assert not {template(row) for row in train} & held
    assert not {template(row) for row in groups["unseen_values"]} & held
    for group in ("unseen_templates", "unseen_both"):
        assert {template(row) for row in groups[group]} <= held
    for key in ("UserName", "problem", "amount", "when"):
        for group in ("unseen_values", "unseen_both"):
            assert pairs(groups[group], key) and not pairs(groups[group], key) & pairs(train, key)
        assert pairs(groups["unseen_templates"], key) <= pairs(train, key)
    kinds = {
        (one.kind, one.lang)
        for group in ("call", "bare", "several")
        for lang in ("zh", "en")
        for one in wordings(group, lang)
    }
    ids = {
        one.id: (one.kind, one.lang)
        for group in ("call", "bare", "several")
        for lang in ("zh", "en")
        for one in wordings(group, lang)
    }
    assert {ids[one] for one in held if one in ids} == kinds, "held out kind by kind"
    calls = [row.slots for row in train if row.bot_template == "call"][:20]
    again = [row.slots for row in groups["unseen_templates"] if row.bot_template == "call"][:20]
    assert calls == again, "row by row the values of train"


def test_fields_with_few_values_hold_none_out() -> None:
    made = make_calls(one(), VALUES, CallRecipe(), 50, 7)
    assert made.groups["unseen_values"] is None and made.groups["unseen_both"] is None
    assert made.groups["unseen_templates"] is not None
    split = make_calls(one(), VALUES, CallRecipe(held_from=6), 50, 7)
    assert split.groups["unseen_values"] is not None and split.card["products"]["TicketCreate"] < 960


def test_there_are_enough_wordings_that_name_no_value() -> None:
    for lang in ("zh", "en"):
        some = wordings("call", lang)
        assert len(some) >= 24 and len({one.kind for one in some}) >= 6 and len({one.text for one in some}) == len(some)
        assert not [one.text for one in some if re.search(r"\d", one.text)]


def test_rows_become_a_dataset(tmp_path: Path) -> None:
    made = make_calls(functions(), None, MIXED, 120, 7, group_rows=40)
    dataset = write_dataset(tmp_path / "d", made.train, made.groups, made.card)
    assert dict(dataset.counts) == {"train": 120, "unseen_values": 40, "unseen_templates": 40, "unseen_both": 40}
    again = open_dataset(tmp_path / "d")
    assert again.slots[0] == "name" and "TicketCreate.isVIP" in again.card["derived"]
    own = read_tools(json.dumps(again.card["functions"])).functions
    same = make_calls(own, again.card["values"], MIXED, 120, 7, group_rows=40)
    assert list(same.train) == list(again.rows()), "the card is enough to make the rows again"
    assert all(check_call_row(row, functions()).right for row in again.rows())


def test_wordings_of_the_caller() -> None:
    own = [
        Template("t1", "zh", "own", "{{UserName}}家里{{problem}}，{{ServeTime}}去，{{isVIP}}，建工单"),
        Template("t2", "en", "own", "Ticket: {{UserName}} / {{problem}} / {{ServeTime}} / {{isVIP}}"),
    ]
    rows = list(
        make_calls(one(), VALUES, CallRecipe(), 300, 7, templates={"TicketCreate": own}, held=["plain-zh-1"]).train
    )
    mine = [row for row in rows if row.template in ("t1", "t2")]
    assert 100 <= len(mine) <= 200 and all(check_call_row(row, one()).right for row in mine)
    assert any("不是VIP客户" in row.messages[1]["content"] for row in mine)


def test_look_alike_fields_always_have_their_label() -> None:
    own = [Template("t", "en", "own", "Move {{amount}} ({{fee}}) from {{source}} to {{target}} on {{when}}")]
    recipe = CallRecipe(optional=1.0, lang="en")
    made = make_calls(functions()[1:2], None, recipe, 300, 7, templates={"Transfer": own}, held=["plain-en-1"])
    mine = [row for row in made.train if row.template == "t"]
    assert mine
    for row in mine:
        call, said = answer(row)["arguments"], row.messages[1]["content"]
        for key in ("amount", "fee"):
            assert f"{key}: {json.dumps(call[key])}" in said


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{UserName}}", "required"),
        ("{{nobody}}", "nobody"),
        ("{{UserName}} {{UserName}} {{problem}} {{ServeTime}} {{isVIP}}", "twice"),
        ("{% for x in y %}{% endfor %}", "more than"),
        ("{{UserName", "not closed"),
    ],
)
def test_a_wrong_wording_of_the_caller_is_named(text: str, wrong: str) -> None:
    with pytest.raises(BadTemplate, match=wrong) as caught:
        make_calls(one(), VALUES, CallRecipe(), 5, 7, templates={"TicketCreate": [Template("mine", "zh", "own", text)]})
    assert "'mine'" in str(caught.value)


def test_refusals_of_the_caller_are_refused() -> None:
    given = {"zh": [f"第{n}件办不到的事" for n in "一二三四五六七八"]}
    rows = list(make_calls(one(), VALUES, CallRecipe(refuse=1.0, lang="zh"), 200, 7, refusals=given).train)
    asked = {row.messages[1]["content"] for row in rows if row.template.startswith("refusal-zh")}
    assert asked < set(given["zh"]) and len(asked) >= 6
    assert {row.template.partition("-")[0] for row in rows} >= {"refusal", "apart"}


def test_a_function_that_might_serve_anything_is_not_held_against_requests() -> None:
    (broad,) = read_tools('def ask_assistant(question: str):\n    """Answers any question."""').functions
    rows = list(make_calls([broad], None, CallRecipe(refuse=1.0), 50, 7).train)
    assert {row_kind(row) for row in rows} == {"call"}


@pytest.mark.parametrize(
    "values",
    [
        {"nobody": {}},
        {"TicketCreate": {"nobody": []}},
    ],
)
def test_values_for_what_is_not_there(values: Any) -> None:
    with pytest.raises(UnknownName, match="nobody"):
        make_calls(one(), values, CallRecipe(), 5, 7)


@pytest.mark.parametrize(
    "values",
    [
        {"TicketCreate": {"UserName": []}},
        {"TicketCreate": {"UserName": [1, None, "", " x"]}},
        {"TicketCreate": {"UserName": "abc"}},
        {"TicketCreate": ["abc"]},
    ],
)
def test_values_that_cannot_be_used_are_one_sentence(values: Any) -> None:
    with pytest.raises(BadSample, match="TicketCreate") as caught:
        make_calls(one(), values, CallRecipe(), 5, 7)
    assert "; " in str(caught.value)


def test_what_was_left_out_is_told_and_the_rest_is_made() -> None:
    values = {"TicketCreate": {"UserName": ["张三", 7, "a\nb", float("nan"), "李四"]}}
    made = make_calls(functions(), values, CallRecipe(), 60, 7)
    assert {row.slots["UserName"] for row in made.train if "UserName" in row.slots} == {"张三", "李四"}
    assert len(made.card["left_out"]) == 3 and all("'UserName'" in one for one in made.card["left_out"])
    odd = read_tools(TICKET + "\ndef Odd(x: dict): pass\n").functions
    card = make_calls(odd, None, CallRecipe(), 5, 7).card
    assert "Odd" not in card["products"] and "'Odd'" in card["left_out"][0]


def test_a_row_that_is_there_already_is_dropped_and_counted() -> None:
    made = make_calls(functions()[2:], None, CallRecipe(functions=1, lang="en"), 500, 7)
    rows = list(made.train)
    assert len(rows) == len({row.messages[1]["content"] for row in rows}) < 10
    assert sum(made.card["dropped"].values()) + len(rows) == 1100


def test_an_argument_called_name_keeps_its_slot() -> None:
    (function,) = read_tools("def add_user(name: str, age: int):\n    '''Add a user.'''").functions
    recipe = CallRecipe(several=0.5)
    for row in make_calls([function], None, recipe, 60, 7).train:
        assert check_call_row(row, [function]).right
        if row_kind(row) == "call":
            assert row.slots["name"] == "add_user" and row.slots["arguments.name"] == answer(row)["arguments"]["name"]
        else:
            assert (
                row.slots["2.name"] == "add_user"
                and row.slots["2.arguments.name"] == answer(row)[1]["arguments"]["name"]
            )


@pytest.mark.parametrize(
    "wrong",
    [{"functions": 21}, {"near": 1.5}, {"near": float("nan")}, {"several": True}, {"several": 0.6, "refuse": 0.6},
     {"lang": "fr"}, {"most_calls": 4}, {"held_from": 1}, {"optional": "x"}],
)  # fmt: skip
def test_a_recipe_out_of_range_names_itself(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSetting, match=next(iter(wrong))):
        CallRecipe(**wrong)


@pytest.mark.parametrize(("rows", "seed"), [(0, 1), (10**7, 1), (True, 1), (5, -1), (5, 2**31)])
def test_numbers_out_of_range(rows: Any, seed: int) -> None:
    with pytest.raises(BadSetting):
        make_calls(one(), VALUES, CallRecipe(), rows, seed)
