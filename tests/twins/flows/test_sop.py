"""A pasted procedure becomes a flow that holds, and what could not be read is told by its line."""

from __future__ import annotations

import time

import pytest

from playground.sentences import known
from playground.twins.flows.lint import lint_rows
from playground.twins.flows.paths import find_paths
from playground.twins.flows.reading import faults_of, read_flow
from playground.twins.flows.rows import FlowRecipe, make_flow_rows
from playground.twins.flows.sop import flow_from_sop
from playground.twins.flows.sop_lines import read_lines

ONE_LINE = "1. 查询知识库… 2. 若不能解决，查询可预约时间；3. 与客户约定时间和地点。4. 提交工单 5. 告知客户工单号，结束"
NESTED = """售后流程
一、查询知识库
二、如果能解决：
  1. 告知客户解决办法
  2. 询问是否解决，如果解决了则结束，否则转到第三步
三、询问客户是否需要上门
（1）如需要，查询可约时间
（2）否则结束
四、提交工单"""
ENGLISH = """Refunds
Step 1: Look up the order in the system.
Step 2: If the order is not found, ask the customer for the order number and go to step 1. Otherwise, go to step 3.
Step 3: Check the refund policy
  3.1 If the item is older than 30 days, explain the policy and end the call.
  3.2 Otherwise create a refund ticket
Step 4: Tell the customer the ticket number.
Note: be polite"""
CASES = """1. Check the warranty
2. If it is valid, book a repair
3. If it is not valid, tell the customer the price
4. Ask for the customer's name and phone number
5. Create a ticket"""


@pytest.mark.parametrize("text", [ONE_LINE, NESTED, ENGLISH, CASES])
def test_a_procedure_becomes_a_flow_that_makes_sound_rows(text: str) -> None:
    made, faults = flow_from_sop(text)
    assert faults_of(made) == () and all(known(one.sentence) for one in faults)
    flow = read_flow(made)
    found = find_paths(flow)
    assert found.whole and not found.missed and len(found.paths) >= 2
    rows = list(make_flow_rows(flow, FlowRecipe(broken=0.3, refused=0.2, changed=0.2), 60, 1).train)
    assert list(lint_rows(rows)) == []


def test_an_if_parts_the_step_before_it() -> None:
    flow = read_flow(flow_from_sop(ONE_LINE)[0])
    assert [node.kind for node in flow.nodes.values()] == ["ask", "act", "act", "ask", "act", "end"]
    one = flow.nodes["s1"]
    assert [(out.next, out.id) for out in one.outcomes] == [("s2", "case1"), ("s3", "other")]
    assert set(flow.nodes["s4"].input.values()) == {"request", "address", "time"}
    assert flow.gold[-1] == "ticket"


def test_jumps_and_ends_lead_where_they_say() -> None:
    flow = read_flow(flow_from_sop(ENGLISH)[0])
    assert flow.title == "Refunds" and flow.lang == "en"
    assert flow.nodes["s1"].outcome("case1").next == "s2" and flow.nodes["s2"].outcome("1").next == "s1"
    assert flow.nodes["s3"].outcome("case1").next == "s3_1" and flow.nodes["s3_1"].kind == "end"
    assert flow.nodes["s3_2"].outcome("1").next == "s4" and flow.nodes["s4"].kind == "end"
    faults = flow_from_sop(ENGLISH)[1]
    assert [(one.line, "outside the steps" in one.sentence) for one in faults] == [(8, True)]


def test_steps_that_are_cases_of_one_thing_stand_side_by_side() -> None:
    flow = read_flow(flow_from_sop(CASES)[0])
    assert [out.next for out in flow.nodes["s1"].outcomes] == ["s2", "s3", "s4"]


@pytest.mark.parametrize(
    "text",
    [
        "1. 查\n2. 问\n3. 说",
        "1) 查\n2) 问\n3) 说",
        "1、查\n2、问\n3、说",
        "（1）查\n（2）问\n（3）说",
        "一、查\n二、问\n三、说",
        "①查 ②问 ③说",
        "①查②问③说",
        "第一步：查\n第二步：问\n第三步：说",
        "步骤1 查\n步骤2 问\n步骤3 说",
        "Step 1: a\nSTEP 2 - b\nstep 3. c",
        "## 1. 查\n**2. 问**\n- 3. 说",
        "1．查 2．问 3．说",
        "(1) a\n(2) b\n(3) c",
    ],
)
def test_labels_of_every_style_are_read(text: str) -> None:
    lines, outside = read_lines(text)
    assert [line.label for line in lines] == [(1,), (2,), (3,)] and not outside


def test_nested_labels_keep_their_place() -> None:
    labels = [line.label for line in read_lines(NESTED)[0]]
    assert labels == [(1,), (2,), (2, 1), (2, 2), (3,), (3, 1), (3, 2), (4,)]
    assert [line.label for line in read_lines("1. a\n1.1 b\n1.2.3 c\n2 d\n2. e")[0]] == [(1,), (1, 1), (1, 2, 3), (2,)]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("1. 查询订单\n2. 飞到月球", 2, "no verb that is known here"),
        ("1. 查询订单，如果没有则转到第9步\n2. 告诉客户", 1, "step 9 is not there"),
        ("1. 查询订单\n1. 告诉客户", 2, "the number 1 is there twice"),
        ("1. 查询订单\n2. 否则告诉客户", 2, "an else has no condition"),
        ("1. 查询订单\n2.\n3. 告诉客户", 2, "the step is empty"),
        ("1. 查询订单\n2. 如果没有，询问订单号\n3. 告诉客户", 2, "what happens otherwise is not told"),
        ("1. 查询订单\n大家注意态度\n2. 告诉客户", 2, "stands outside the steps"),
        ("hello", 0, "no numbered step was found"),
        ("", 0, "no numbered step was found"),
        ("1) Ask for the name\n2) go to step 1", 0, "the flow has no end"),
    ],
)
def test_what_could_not_be_read_is_told_by_its_line(text: str, line: int, said: str) -> None:
    faults = flow_from_sop(text)[1]
    assert any(one.line == line and said in one.sentence for one in faults), faults
    assert all(known(one.sentence) for one in faults)


HOSTILE = (
    "1. " * 20_000,
    "1. 如果" * 9_000,
    "1. if a, " * 6_000,
    "（" * 60_000,
    "1.1." * 15_000,
    "1. " + "则" * 59_000,
    "1. \ud800",
    "\n".join(f"{n}. 如果x{n}，转第{n + 2}步" for n in range(1, 150)),
    "1. {{x}} <NAME> {NAME} {% x %}",
    "1. 查\n" * 3_000,
    "1. " + "9" * 5_000,
    "1. 如果" + "，" * 50_000,
    '1. 查询"引号\\"',
    "1.1.1.1.1.1.1.1 查",
    "1. tell \x7f\x00\x1b",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_procedures_end_in_a_file_or_in_sentences(text: str) -> None:
    begun = time.monotonic()
    made, faults = flow_from_sop(text)
    assert made or faults
    assert not any("not TOML" in fault for fault in faults_of(made))
    assert time.monotonic() - begun < 20
