"""The linter of agent rows, ours or anybody's: order, actions, inputs, ends, and nothing made up.

Every finding names the row, the turn and what is wrong in one sentence. A turn of weight 0 is shown
and not learned, so what is wrong in it is not told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.records import Row
from playground.twins.flows.arguments import functions, misfit
from playground.twins.flows.facts import Heard, facts
from playground.twins.flows.forms import Markers
from playground.twins.flows.steps import Part, Told, read_steps

MOST_FINDINGS = 200
"""Findings of one row."""
KINDS = (
    *("order", "no_thought", "no_observation", "stray_observation", "two_actions", "after_end", "no_end", "no_step"),
    *("unknown_action", "bad_input", "invented_observation", "invented_fact", "stop_word", "empty"),
)
"""What a finding may be of."""
_STOP = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|</?s>|<(?:eos|bos|pad|end_of_turn|start_of_turn)>|\[/?INST\]|<</?SYS>>|<｜[^｜\n]{1,40}｜>"
    r"|Episode finished, reward"
)
_ROLE = re.compile(r"^[ \t]*(?:Human|User|System|Assistant|用户|系统|助手)[ \t]*[:：]", re.MULTILINE)
_SUM = re.compile(r"calc|math|python|code|计算", re.IGNORECASE)
"""Actions whose input may be worked out."""
_GUESS = re.compile(r"search|look_?up|google|wiki|retrieve|搜索|检索|查询|查找", re.IGNORECASE)
"""Actions whose input may hold a day or an amount as a guess to be looked up."""
_GIVEN = frozenset(("code", "number", "mail"))
"""Kinds of facts that nobody guesses."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a row."""

    row: str
    """Id of the row."""
    turn: int
    """Number of the message, from 1; 0 for the row as a whole."""
    kind: str
    """One of KINDS."""
    sentence: str
    """What is wrong, with its value and the way out."""


def lint(row: Row, tools: Sequence[Any] | None = None, marks: Markers | None = None) -> list[Finding]:
    """What is wrong with an agent row, by turns; empty for a sound one. Never raises.

    `tools` are names or schemas (by default the row's own); with none known any action is. `marks`
    are markers besides the usual ones.
    """
    told = read_steps(row, marks)
    known = functions(row.tools if tools is None else tools)
    silent = {turn for turn, one in enumerate(row.messages, 1) if one.get("weight", 1) == 0}
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: _order(row, told),
        lambda: _ends(row, told),
        lambda: _actions(row, told, known),
        lambda: _invented(row, told),
        lambda: _leaks(row),
    )
    found = [one for check in checks for one in check() if one.turn not in silent]
    return sorted(dict.fromkeys(found), key=lambda one: (one.turn, KINDS.index(one.kind)))[:MOST_FINDINGS]


def lint_rows(
    rows: Iterable[Row], tools: Sequence[Any] | None = None, marks: Markers | None = None
) -> Iterator[Finding]:
    """The findings of many rows, row by row as they are taken."""
    for row in rows:
        yield from lint(row, tools, marks)


def _order(row: Row, told: Told) -> Iterator[Finding]:
    """Thought before action, an observation after each, one action a turn."""
    waiting: Part | None = None
    thought, acted, last_turn = False, 0, 0
    for part in told.parts:
        if part.turn != last_turn:
            thought, acted, last_turn = False, 0, part.turn
        if part.kind == "final":
            break
        if part.kind == "observation":
            if part.own and not part.text:
                continue  # a stop word that was left in, which _invented tells
            if waiting is None and acted == 0:
                yield Finding(row.id, part.turn, "stray_observation", _STRAY)
            # A turn that holds a whole run acts again after each of its observations.
            waiting, acted = None, 0
            continue
        if waiting is not None and part.kind != "action" and part.turn != waiting.turn:
            yield _unanswered(row, waiting)
            waiting = None
        if part.kind == "thought":
            if acted:
                yield Finding(row.id, part.turn, "order", "a thought follows its action; put it before")
            thought = True
        elif part.kind == "action":
            if waiting is not None and part.turn != waiting.turn:
                yield _unanswered(row, waiting)
            acted += 1
            if acted == 2:
                yield Finding(row.id, part.turn, "two_actions", "there are two actions in one turn; leave one in each")
            if told.style == "react" and not thought and acted == 1:
                yield Finding(row.id, part.turn, "no_thought", "an action comes without a thought; put one before it")
            waiting = part
    if waiting is not None:
        yield _unanswered(row, waiting)
    for turn in sorted({part.turn for part in told.parts if part.kind == "thought"}):
        if {part.kind for part in told.parts if part.turn == turn} <= {"thought", "plan"}:
            yield Finding(row.id, turn, "order", "a thought leads to nothing; let an action or an answer follow it")


_STRAY = "an observation follows no action; put the action before it or drop it"


def _unanswered(row: Row, part: Part) -> Finding:
    return Finding(
        row.id, part.turn, "no_observation", f"action {part.name!r:.60} has no observation; add what came of it"
    )


def _ends(row: Row, told: Told) -> Iterator[Finding]:
    own = [part for part in told.parts if part.kind not in ("system", "user") and part.own]
    if not any(part.kind in ("thought", "action", "final") for part in own):
        yield Finding(row.id, 0, "no_step", "the row has no thought, action or end; it is no agent's row")
        return
    last = told.parts[-1]
    ends = [place for place, part in enumerate(told.parts) if part.kind == "final"]
    for place in ends[:1]:
        if place + 1 < len(told.parts):
            after = told.parts[place + 1]
            yield Finding(row.id, after.turn, "after_end", "something follows the end; cut the row after it")
    closed = bool(ends) or (told.style == "tools" and last.own and last.kind in ("reply", "text"))
    if not closed:
        yield Finding(row.id, last.turn, "no_end", "the row has no end; add a final answer as its last turn")


def _actions(row: Row, told: Told, known: Mapping[str, Mapping[str, Any] | None]) -> Iterator[Finding]:
    for part in told.parts:
        if part.kind != "action" or not part.own:
            continue
        if not part.name:
            sentence = f"the action {part.text!r:.60} cannot be read; write Name[input]"
            yield Finding(row.id, part.turn, "bad_input", sentence)
        elif known and part.name not in known:
            there = ", ".join(list(known)[:12])
            sentence = f"action {part.name!r:.60} is not on offer; there is: {there}"
            yield Finding(row.id, part.turn, "unknown_action", sentence)
        elif part.broken:
            why = part.broken.replace(";", ",")
            sentence = f"input of {part.name!r:.60} is not JSON ({why}); mend it"
            yield Finding(row.id, part.turn, "bad_input", sentence)
        elif why := _misfit(part, known.get(part.name)):
            why = why.replace(";", ",")
            sentence = f"input of {part.name!r:.60} does not fit its schema ({why}); mend it"
            yield Finding(row.id, part.turn, "bad_input", sentence)


def _misfit(part: Part, schema: Mapping[str, Any] | None) -> str:
    """A plain text is the one argument a function takes; of several it cannot be told which."""
    if schema is None:
        return ""
    value, properties = part.value, schema.get("properties")
    names = list(properties) if isinstance(properties, dict) else []
    if value is None:
        value = {}
    elif not isinstance(value, dict):
        required = schema.get("required")
        wanted = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
        if len(wanted) > 1 or (len(names) != 1 and len(wanted) != 1):
            return "it must be an object of arguments" if names else ""
        # As text every value looks alike.
        return ""
    try:
        return misfit(value, schema)
    except RecursionError:
        return "it is nested too deep"


def _invented(row: Row, told: Told) -> Iterator[Finding]:
    """What only tools and customers can know, written by the assistant."""
    heard, written = Heard(), set[tuple[str, str]]()
    for part in told.parts:
        if not part.own:
            heard.add(part.text, part.kind == "system")
            continue
        if part.kind == "observation":
            # An empty one is where a stop word was left in.
            kind = "invented_observation" if part.text else "stop_word"
            yield Finding(
                row.id, part.turn, kind, "the assistant writes an observation itself; move it to a turn of its own"
            )
            continue
        kinds = _kinds_told(part)
        for fact in facts(part.text) if kinds else ():
            if fact.kind not in kinds or (fact.kind, fact.key) in written or heard.holds(fact):
                continue
            written.add((fact.kind, fact.key))
            sentence = (
                f"{fact.kind} {fact.shown!r:.60} was given by nobody before; take it from an observation or drop it"
            )
            yield Finding(row.id, part.turn, "invented_fact", sentence)


def _kinds_told(part: Part) -> frozenset[str]:
    """The kinds of facts that a part of a turn may only repeat. A thought may reckon with days and sums."""
    if part.kind == "thought":
        return _GIVEN - {"number"}
    if part.kind == "action" and _SUM.search(part.name):
        return frozenset()
    if part.kind == "action" and _GUESS.search(part.name):
        return _GIVEN
    told = part.kind in ("action", "reply", "final", "text")
    return _GIVEN | {"date", "time", "amount"} if told else frozenset()


def _leaks(row: Row) -> Iterator[Finding]:
    for turn, message in enumerate(row.messages, 1):
        text = message["content"]
        if message["role"] != "assistant":
            continue
        if not text.strip():
            yield Finding(row.id, turn, "empty", "the assistant's turn is empty; write it or drop it")
        for pattern in (_STOP, _ROLE):
            if found := pattern.search(text):
                sentence = f"stop word {found[0].strip()!r:.60} stands in the turn; take it out"
                yield Finding(row.id, turn, "stop_word", sentence)
