"""One reply judged by the judge its case calls for: calls, slots, identity or text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playground.records import Case, Slots
from playground.samples import Task
from playground.scoring.calls import call_gold, call_result
from playground.scoring.identity import UNRELATED, identity_result, kind_from_gold, spills_over
from playground.scoring.metrics import normal, repaired_json, slot_result, strict_json, text_result

Pair = tuple[str, str]
"""A chosen name and its maker, "" for none."""


@dataclass(frozen=True)
class Judged:
    """What a judge says about one reply that arrived."""

    valid: bool
    """The strict parse gave a JSON object; where functions are on offer: what is wanted, a call or words."""
    repaired: bool
    """A JSON object was found, strictly or after repair."""
    slots: dict[str, bool]
    """Slot to right or wrong; for identity, what the question asked for; empty for text."""
    fidelity: float | None
    """Share of the slots that are right; for text 1.0 or 0.0; None where nothing was asked for (a greeting)."""
    exact: bool
    """All of it right."""
    name: bool | None = None
    """The four marks of identity; None where they do not apply."""
    author: bool | None = None
    false_claim: bool | None = None
    spill_over: bool | None = None
    fault: str = ""
    """Of calls: the first of the five steps that fails (FAULTS of twins.calls.check); "" where none does."""
    about: str = ""
    """The function or field that is meant."""


def judge_name(case: Case, task: Task | None) -> str:
    """Which judge a case calls for: "calls" where functions are on offer and gold is a call, or says that none is
    right; "text" for another gold text, else the task's; "slots" for an unknown task's object.

    Gold of an identity task that names neither name nor author is an object like any other.
    """
    if call_gold(case.gold, case.tools) is not None:
        return "calls"
    if isinstance(case.gold, str):
        return "text"
    speaks = task is not None and task.judge == "identity" and (not case.gold or bool(_pair(case.gold)))
    return "identity" if speaks else "slots"


def judge(case: Case, reply: str, task: Task | None, pairs: Iterable[Pair] = ()) -> Judged:
    """Judge a reply that arrived whole. `task` is the case's, None if unknown.

    `pairs` are the names and makers that were taught to a model of this run: they may not turn up in answers to
    questions that are not about the model.
    """
    calls = call_gold(case.gold, case.tools)
    if calls is not None:
        return _calls(case, calls, reply)
    if isinstance(case.gold, str):
        exact = text_result(reply, case.gold)
        spilled = _spilled(case, reply, pairs)
        return Judged(_valid(reply), _found(reply), {}, float(exact), exact, spill_over=spilled)
    if judge_name(case, task) == "identity":
        return _identity(case, _pair(case.gold), reply, task, pairs)
    form, typed = (task.form, task.typed) if task is not None else ("json", ())
    result = slot_result(reply, case.gold, case.accept, form, typed)
    return Judged(result.valid, result.repaired, result.slots, result.fidelity, result.exact)


def _calls(case: Case, gold: Slots, reply: str) -> Judged:
    result = call_result(reply, gold, case.tools, case.accept)
    share = sum(result.slots.values()) / len(result.slots)
    verdict = result.verdict
    return Judged(
        result.valid, result.repaired, result.slots, share, verdict.right, fault=verdict.fault, about=verdict.about
    )


def taught_pairs(cases: Iterable[Case], tasks: Mapping[str, Task | None]) -> frozenset[Pair]:
    """The names and makers that the identity cases among these ask for."""
    return frozenset(
        (pair.get("name", ""), pair.get("author", ""))
        for case in cases
        if isinstance(case.gold, dict) and judge_name(case, tasks.get(case.task)) == "identity"
        if (pair := _pair(case.gold))
    )


def _pair(gold: Mapping[str, str]) -> dict[str, str]:
    """Name and author of a gold, however they are spelt: NAME is what --set calls it."""
    return {key.casefold(): value for key, value in gold.items() if key.casefold() in ("name", "author")}


def _kind(case: Case, gold: Mapping[str, str], task: Task | None) -> str:
    """The kind of question: as its template says, else as the task's question of these words, else as gold says."""
    if not gold:
        return UNRELATED
    asked = normal(case.messages[-1]["content"])
    known = task.human if task else ()
    found = next((one for one in known if one.id == case.template), None) or next(
        (one for one in known if normal(one.text) == asked), None
    )
    return found.kind if found else kind_from_gold(gold)


def _identity(case: Case, gold: Mapping[str, str], reply: str, task: Task | None, pairs: Iterable[Pair]) -> Judged:
    required = task.required if task else {}
    question = case.messages[-1]["content"]
    kind = _kind(case, gold, task)
    result = identity_result(kind, reply, gold.get("name", ""), gold.get("author", ""), question, required)
    slots = result.slots
    # A question about something else holds no pair of its own: what was taught to any model here may not turn up.
    spilled = _spilled(case, reply, pairs) if kind == UNRELATED else None
    return Judged(
        _valid(reply),
        _found(reply),
        slots,
        sum(slots.values()) / len(slots) if slots else None,
        result.right and not spilled,
        result.name,
        result.author,
        result.false_claim,
        result.spill_over if spilled is None else spilled,
    )


def _spilled(case: Case, reply: str, pairs: Iterable[Pair]) -> bool | None:
    pairs = list(pairs)
    # What the right answer or the question holds itself is no spill-over.
    right = case.gold if isinstance(case.gold, str) else ""
    return spills_over(reply, f"{case.messages[-1]['content']}\n{right}", pairs) if pairs else None


def _valid(reply: str) -> bool:
    return strict_json(reply) is not None


def _found(reply: str) -> bool:
    return repaired_json(reply) is not None
