"""A reply judged as calls of functions: right function, none missing, none surplus, types agree, values agree.

The steps, and what a call is, are those that hold the rows (twins/calls/check.py). Here each field gets its mark
beside them, values are equal as slots are, and a number or a list is compared as what it is, not as it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.records import Slots
from playground.scoring.metrics import NO_ACCEPT, normal, repaired_json, same
from playground.twins.calls.check import CallJudge, CallVerdict, parse_calls
from playground.twins.calls.function import type_of
from playground.twins.calls.read import read_tools
from playground.twins.calls.slots import NAME, argument_key, call_slots, slot_text

_ATTEMPT = re.compile(r'\{\s*"(?:name|function|arguments)"\s*:')
"""How a call begins, also one that is damaged or stands in a code fence."""
NOTHING: Slots = {NAME: ""}
"""Gold where nothing is to be called."""
LONGEST_ABOUT = 60
KEPT = 16
"""Lists of functions that are kept read; the contenders of a case ask for the same one in turn."""


@dataclass(frozen=True)
class CallResult:
    """One reply held against the calls that are wanted."""

    valid: bool
    """The reply is of the form that is wanted: calls by the strict parse, or words where nothing is to be called."""
    repaired: bool
    """The same, or calls are found after repair."""
    slots: dict[str, bool]
    """Every gold slot, in gold's order, and whether it is right."""
    verdict: CallVerdict
    """The first step that fails, in the order of FAULTS."""


FAULT_WORDS = {
    "not_json": ("不是函数调用", "it is no call"),
    "wrong_function": ("函数不对：{about}", "wrong function: {about}"),
    "missing_required": ("缺少字段：{about}", "missing field: {about}"),
    "surplus": ("多余字段：{about}", "surplus field: {about}"),
    "wrong_type": ("类型不对：{about}", "wrong type: {about}"),
    "wrong_value": ("值不对：{about}", "wrong value: {about}"),
    "call_not_wanted": ("这里不该调用", "nothing was to be called"),
}
"""What is wrong with a call, in Chinese and in English."""


def fault_words(fault: str, about: str, lang: str) -> str:
    """The step that failed, in words; "" where none did."""
    words = FAULT_WORDS.get(fault)
    return words[lang != "zh"].format(about=about) if words else ""


def found_slots(reply: str) -> Slots | None:
    """What a reply calls, as slots; None where it is no call."""
    calls = parse_calls(reply)
    if calls is None:
        return None
    try:
        return call_slots([(name, [(key, slot_text(v)) for key, v in args.items()]) for name, args in calls])
    except (ValueError, RecursionError):  # read, and yet too deep or too long a number to be written
        return None


def call_gold(gold: Slots | str, tools: Sequence[Mapping[str, Any]]) -> Slots | None:
    """The calls that a case wants, as slots; None where its gold is no call, or no functions were on offer."""
    if not tools:
        return None
    if isinstance(gold, str):
        return found_slots(gold)
    return gold if NAME in gold or f"1.{NAME}" in gold else None


def call_result(
    reply: str,
    gold: Slots,
    tools: Sequence[Mapping[str, Any]],
    accept: Mapping[str, Iterable[str]] = NO_ACCEPT,
) -> CallResult:
    """Hold a reply against gold. Gold {"name": ""} wants words: any do that call nothing. Never raises.

    A slot is right when its call is of the right function and gives it, in the right type, a right value; `accept`
    holds more right values. Fields that a function on offer does not describe are judged by their values alone.
    """
    calls = parse_calls(reply)
    if gold == NOTHING:
        right = bool(reply.strip()) and calls is None and not _ATTEMPT.search(reply)
        return CallResult(right, right, {NAME: right}, CallVerdict() if right else CallVerdict("call_not_wanted"))
    if calls is None:
        found = repaired_json(reply)
        repaired = found is not None and parse_calls(_written(found)) is not None
        return CallResult(False, repaired, dict.fromkeys(gold, False), CallVerdict("not_json"))
    judge = _judge(_written(list(tools)))
    wanted = _wanted(gold)
    slots: dict[str, bool] = {}
    verdicts = []
    for place, asked in enumerate(wanted):
        name, arguments = calls[place] if place < len(calls) else ("", {})
        marks, verdict = _held(judge, name, arguments, asked, gold, accept)
        slots |= marks
        verdicts.append(verdict)
    names = [gold[right[NAME]] for right in wanted]
    verdict = next((one for one in verdicts if not one.right), CallVerdict())
    if [name for name, _ in calls] != names:
        verdict = CallVerdict("wrong_function", _cut(", ".join(name for name, _ in calls[:20])))
    return CallResult(True, True, {slot: slots.get(slot, False) for slot in gold}, verdict)


def _held(
    judge: CallJudge,
    name: str,
    arguments: Mapping[str, Any],
    right: Mapping[str, str],
    gold: Slots,
    accept: Mapping[str, Iterable[str]],
) -> tuple[dict[str, bool], CallVerdict]:
    """The marks of one call's slots, and the first step that fails. `right` maps name and arguments to their slots."""
    fields = {key: slot for key, slot in right.items() if slot != right[NAME]}
    if name != gold[right[NAME]]:
        return dict.fromkeys(right.values(), False), CallVerdict("wrong_function", _cut(name))
    steps: dict[str, list[str]] = {"missing_required": [], "surplus": [], "wrong_type": [], "wrong_value": []}
    marks = {right[NAME]: True}
    plain = {key.removeprefix("arguments.") if key == argument_key(NAME) else key: slot for key, slot in fields.items()}
    function = judge.functions.get(name)
    must = [field.name for field in function.required] if function else []
    steps["missing_required"] = [key for key in dict.fromkeys((*must, *plain)) if key not in arguments]
    steps["surplus"] = [key for key in arguments if key not in plain]
    for key, slot in plain.items():
        marks[slot] = False
        if key not in arguments:
            continue
        if not judge.fits(name, key, arguments[key]):
            steps["wrong_type"].append(key)
        elif not any(_agrees(arguments[key], one) for one in (gold[slot], *accept.get(slot, ()))):
            steps["wrong_value"].append(key)
        else:
            marks[slot] = True
    fault = next((step for step, keys in steps.items() if keys), "")
    return marks, CallVerdict(fault, _cut(steps[fault][0])) if fault else CallVerdict()


def _wanted(gold: Slots) -> list[dict[str, str]]:
    """For each wanted call its name and arguments, each to the slot of gold that holds it."""
    if NAME in gold:
        return [{slot: slot for slot in gold}]
    found = []
    for number in range(1, len(gold) + 1):
        before = f"{number}."
        if f"{before}{NAME}" not in gold:
            break
        found.append({slot.removeprefix(before): slot for slot in gold if slot.startswith(before)})
    return found


def _agrees(value: Any, wanted: str) -> bool:
    """Whether a value is the one that a slot's text stands for."""
    if isinstance(value, str):
        return same(value, wanted)
    try:
        return bool(_plain(value) == _plain(json.loads(wanted)))
    except (ValueError, RecursionError):
        return False


def _plain(value: Any) -> Any:
    """A value to be compared: texts as slots are, keys in any order, true never 1, and 3 as much as 3.0."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return normal(value)
    return (type_of(value), value) if value is None or isinstance(value, bool) else value


def _written(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


@lru_cache(maxsize=KEPT)
def _judge(tools: str) -> CallJudge:
    return CallJudge(read_tools(tools).functions)


def _cut(text: str) -> str:
    # It is written to files: half a character pair, which JSON can spell, cannot be.
    return text[:LONGEST_ABOUT].encode("utf-8", "replace").decode("utf-8")
