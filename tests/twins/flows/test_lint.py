"""The linter finds what is wrong in rows of any make, and nothing in sound ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from playground.records import Message, Row
from playground.sentences import known
from playground.twins.flows.flow import Flow
from playground.twins.flows.forms import Markers
from playground.twins.flows.lint import KINDS, Finding, lint, lint_rows
from playground.twins.flows.rows import FlowRecipe, make_flow_rows

TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "search",
            "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
        },
    },
    {
        "name": "book",
        "parameters": {
            "type": "dict",
            "properties": {"n": {"type": "integer"}, "day": {"type": "string"}},
            "required": ["n", "day"],
        },
    },
]


def row(*turns: str, tools: Sequence[Any] = ()) -> Row:
    """A row of turns written role: text, u(ser), a(ssistant), t(ool) or s(ystem) for the role."""
    roles = {"u": "user", "a": "assistant", "t": "tool", "s": "system"}
    messages = tuple(Message(role=roles[turn[0]], content=turn[2:]) for turn in turns)  # type: ignore[typeddict-item]
    return Row("r", "x", "", "", {}, messages, tuple(tools))


END = "a:Thought: y\nFinal Answer: ok"
SOUND = {
    "fireact chat": row(
        "u:Who founded it?",
        "a:Thought: I search.\nAction: search[Apple founder 1976]",
        "u:Observation: Steve Jobs, born 24 February 1955",
        "a:Thought: I know.\nAction: finish[24 February 1955]",
    ),
    "think": row("u:hi", "a:Think: x\nAction: search[a]", "u:Observation: r", "a:Think: y\nFinal Answer: ok"),
    "two lines": row(
        "u:hi",
        'a:Thought: x\nAction: search\nAction Input: {"query": "a"}',
        "u:Observation: r",
        "a:Thought: y\nFinal Answer: ok",
    ),
    "two lines of text": row(
        "u:hi", "a:Thought: x\nAction: search\nAction Input: a", "u:Observation: r", "a:Thought: y\nFinal Answer: ok"
    ),
    "zh": row(
        "u:三月五日下午两点半来，3个人",
        'a:思考：订\n行动：book[{"n": 3, "day": "3月5日14:30"}]',
        "u:观察：ok",
        "a:思考：好\n最终答案：订好了，3月5日 14:30。",
    ),
    "numbered, in bold": row(
        "u:hi",
        "a:**Thought 1:** x\n**Action 1:** `search[a]`",
        "u:**Observation 1:** r",
        "a:**Thought 2:** y\n**Final Answer:** ok",
    ),
    "blob": row(
        "u:hi",
        'a:Thought: x\nAction:\n```json\n{"action": "search", "action_input": {"query": "q"}}\n```',
        "u:Observation: r",
        "a:Thought: y\nFinal Answer: ok",
    ),
    "tools": row(
        "u:3 on 2026-03-05",
        'a:{"name": "book", "arguments": {"n": 3, "day": "2026-03-05"}}',
        "t:ok, TK20391",
        "a:Booked for March 5, TK-20391.",
    ),
    "arguments as text": row(
        "u:hi 3",
        'a:<tool_call>\n{"name": "book", "arguments": "{\\"n\\": 3, \\"day\\": \\"x\\"}"}\n</tool_call>',
        "t:ok",
        "a:done",
    ),
    "think tags": row("u:hi", "a:<think>x</think>\nAction: search[a]", "u:Observation: r", "a:Thought: y\nAnswer: ok"),
    "no markers for results": row(
        "u:hi", "a:Thought: x\nAction: search[a]", "u:it costs ¥199.00", "a:Thought: y\nAnswer: 199元"
    ),
    "heavy brackets": row("u:hi", "a:思考：x\n行动：search【a】", "u:观察：r", "a:思考：y\n最终答案：ok"),
    "plan": row(
        "u:hi",
        "a:Plan:\n1. search\n2. answer\nThought: x\nAction: search[a]",
        "u:Observation: r",
        "a:Thought: y\nFinal Answer: ok",
    ),
    "tomorrow": row(
        "s:Today is 2026-12-31.",
        "u:3 people, tomorrow at half past two",
        'a:{"name": "book", "arguments": {"n": 3, "day": "2027-01-01 14:30"}}',
        "t:ok",
        "a:Booked for January 1, 2:30 pm.",
    ),
    "a sum": row("u:12 times 12", "a:Thought: x\nAction: calculator[12 * 12 * 100.00 元]", "u:Observation: 14400", END),
    "asks": row("u:hi", "a:Thought: x\nReply: which one?", "u:that", "a:Thought: y\nFinal Answer: ok"),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_rows_of_other_makes_pass(name: str) -> None:
    assert lint(SOUND[name], [*TOOLS, "calculator"]) == []


WRONG = {
    "whole run in one turn": (
        row(
            "u:hi",
            "a:Thought: x\nAction: search[a]\nObservation: r\nThought: y\nAction: finish[r]\n"
            "Observation: Episode finished, reward = 1",
        ),
        [(2, "after_end"), (2, "invented_observation"), (2, "stop_word")],
    ),
    "bad json": (
        row("u:hi", 'a:Thought: x\nAction: search\nAction Input: {"query": "a"', "u:Observation: r", END),
        [(2, "bad_input")],
    ),
    "wrong type": (
        row("u:hi", 'a:思考：x\n行动：book[{"n": "3", "day": "x"}]', "u:观察：r", "a:思考：y\n最终答案：好"),
        [(2, "bad_input")],
    ),
    "surplus": (
        row("u:hi", 'a:Thought: x\nAction: search[{"query": "a", "k": 1}]', "u:Observation: r", END),
        [(2, "bad_input")],
    ),
    "text for two": (row("u:hi", "a:Thought: x\nAction: book[3]", "u:Observation: r", END), [(2, "bad_input")]),
    "unknown": (row("u:hi", "a:Thought: x\nAction: fly[3]", "u:Observation: r", END), [(2, "unknown_action")]),
    "unreadable": (
        row("u:hi", "a:Thought: x\nAction: I will (maybe [search", "u:Observation: r", END),
        [(2, "bad_input")],
    ),
    "no observation": (
        row(
            "u:hi",
            "a:Thought: x\nAction: search[a]",
            "u:well?",
            "a:Thought: x\nAction: search[a]",
            "u:Observation: r",
            END,
        ),
        [(2, "no_observation")],
    ),
    "stray": (row("u:hi", "u:Observation: r", END), [(2, "stray_observation")]),
    "two actions": (
        row("u:hi", "a:Thought: x\nAction: search[a]\nAction: search[b]", "u:Observation: r", END),
        [(2, "two_actions")],
    ),
    "two actions, one marker": (
        row("u:hi", "a:Thought: x\nAction: search[a]\nsearch[b]", "u:Observation: r", END),
        [(2, "two_actions")],
    ),
    "no thought": (row("u:hi", "a:Action: search[a]", "u:Observation: r", END), [(2, "no_thought")]),
    "thought after": (
        row("u:hi", "a:Thought: x\nAction: search[a]\nThought: z", "u:Observation: r", END),
        [(2, "order")],
    ),
    "thought alone": (row("u:hi", "a:Thought: x", "u:go on", END), [(2, "order")]),
    "after the end": (row("u:hi", END, "u:and?"), [(3, "after_end")]),
    "no end": (row("u:hi", "a:Thought: x\nAction: search[a]", "u:Observation: r"), [(3, "no_end")]),
    "tools, no end": (row("u:hi", 'a:{"name": "search", "arguments": {"query": "a"}}', "t:r"), [(3, "no_end")]),
    "stop word left in": (
        row("u:hi", "a:Thought: x\nAction: search[a]\nObservation:", "u:Observation: r", END),
        [(2, "stop_word")],
    ),
    "call that is cut": (
        row("u:hi", 'a:{"name": "search", "arguments": {"query": "a"', "t:r", "a:done"),
        [(2, "bad_input")],
    ),
    "invented number to look up": (
        row("u:where is it?", 'a:{"name": "search", "arguments": {"query": "SF20931882"}}', "t:r", "a:done"),
        [(2, "invented_fact")],
    ),
    "invented in a thought": (
        row("u:hi", "a:Thought: the ticket is TK90311.\nFinal Answer: ok"),
        [(2, "invented_fact")],
    ),
    "control token": (row("u:hi", "a:Thought: x\nFinal Answer: ok<|im_end|>"), [(2, "stop_word")]),
    "role": (row("u:hi", "a:Thought: x\nFinal Answer: ok\nUser: thanks"), [(2, "stop_word")]),
    "invented": (
        row("u:hi", "a:思考：y\n最终答案：工单号是 GD20240001，3月5日上门，费用199元，电话13800138000"),
        [(2, "invented_fact")] * 4,
    ),
    "invented argument": (
        row("u:hi", 'a:{"name": "book", "arguments": {"n": 3, "day": "2026-03-05"}}', "t:ok", "a:done"),
        [(2, "invented_fact")],
    ),
    "invented in a reply": (row("u:hi", "a:Thought: x\nReply: at 3 pm?", "u:yes", END), [(2, "invented_fact")]),
    "empty": (row("u:hi", "a:", END), [(2, "empty")]),
    "chat": (row("u:hi", "a:hello"), [(0, "no_step")]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_turn(name: str) -> None:
    made, wanted = WRONG[name]
    found = lint(made, TOOLS)
    assert sorted((one.turn, one.kind) for one in found) == sorted(wanted), found
    assert all(one.kind in KINDS and known(one.sentence) and one.row == "r" for one in found), found


def test_a_turn_that_is_not_learned_is_not_judged() -> None:
    shown = Message(role="assistant", content="Action: fly[a]", weight=0)
    made = row("u:hi", "a:x", "u:Observation: no such tool", END)
    made = Row("r", "x", "", "", {}, (made.messages[0], shown, *made.messages[2:]))
    assert lint(made, TOOLS) == []


def test_own_markers_are_read_too() -> None:
    made = row("u:hi", "a:Idee: x\nTat: search[a]", "u:Befund: r", "a:Idee: y\nSchluss: ok")
    marks = Markers("Idee", "Tat", "Befund", "Antwort", "Schluss")
    assert lint(made, TOOLS, marks) == [] and lint(made, TOOLS)


def test_tools_come_from_the_row_and_may_be_unknown() -> None:
    made = row("u:hi", "a:Thought: x\nAction: fly[3]", "u:Observation: r", END, tools=TOOLS)
    assert [one.kind for one in lint(made)] == ["unknown_action"]
    assert lint(made, ["fly"]) == [] and lint(made, []) == []


@pytest.mark.parametrize("spoil", ["drop", "invent", "rename", "swap"])
def test_our_own_rows_once_spoiled_are_found(shipped: Flow, spoil: str) -> None:
    clean = [one for one in make_flow_rows(shipped, FlowRecipe(broken=0, refused=0), 40, 3).train]
    assert list(lint_rows(clean)) == []
    for one in clean:
        turns = list(one.messages)
        place = next(n for n, turn in enumerate(turns) if "SearchKnowledge[" in turn["content"])
        text = turns[place]["content"]
        if spoil == "drop":
            del turns[place + 1]
        elif spoil == "invent":
            turns[-1] = Message(role="assistant", content=turns[-1]["content"] + " TX-99812")
        elif spoil == "rename":
            turns[place] = Message(role="assistant", content=text.replace("SearchKnowledge[", "Search["))
        else:
            turns[place] = Message(role="assistant", content="\n".join(reversed(text.splitlines())))
        wanted = {"drop": "no_observation", "invent": "invented_fact", "rename": "unknown_action", "swap": "order"}
        found = lint(Row(one.id, one.task, "", "", {}, tuple(turns), one.tools))
        assert wanted[spoil] in {finding.kind for finding in found}


HOSTILE = (
    "[{" * 100_000,
    '{"a":' * 50_000,
    "Action: " * 50_000,
    "Thought: x\nAction: " + "(" * 200_000,
    "1 " * 100_000,
    "一" * 200_000,
    "<think>" * 30_000,
    "<tool_call>" * 20_000,
    "Action: a[" * 20_000 + "]",
    "\ud800" * 10,
    "1:1:" * 50_000,
    "march " * 40_000,
    "$1," * 60_000,
    "a@a." * 50_000,
    "\nObservation: " * 14_000,
    "KB123-" * 30_000,
    "***" * 60_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_turns_cost_little(text: str) -> None:
    begun = time.monotonic()
    found = lint(row(f"u:{text}", f"a:{text}", f"u:Observation: {text}", f"a:Final Answer: {text}"), TOOLS)
    assert all(isinstance(one, Finding) and len(one.sentence) < 400 for one in found)
    assert time.monotonic() - begun < 30
