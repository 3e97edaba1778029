"""One reply judged by the judge its case calls for: slots, identity or text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playground.records import Case
from playground.samples import Task
from playground.scoring.identity import UNRELATED, identity_result, kind_from_gold, spills_over
from playground.scoring.metrics import repaired_json, slot_result, strict_json, text_result

Pair = tuple[str, str]
"""A chosen name and its maker, "" for none."""


@dataclass(frozen=True)
class Judged:
    """What a judge says about one reply that arrived."""

    valid: bool
    """The strict parse gave a JSON object."""
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


def judge_name(case: Case, task: Task | None) -> str:
    """Which judge a case calls for: "text" for a gold text, else the task's; "slots" for an unknown task's object."""
    if isinstance(case.gold, str):
        return "text"
    return task.judge if task is not None and task.judge == "identity" else "slots"


def judge(case: Case, reply: str, task: Task | None, pairs: Iterable[Pair] = ()) -> Judged:
    """Judge a reply that arrived whole. `task` is the case's, None if unknown.

    `pairs` are the names and makers that were taught to a model of this run: they may not turn up in answers to
    questions that ask for a text.
    """
    if isinstance(case.gold, str):
        exact = text_result(reply, case.gold)
        spilled = _spilled(case, reply, pairs)
        return Judged(_valid(reply), _found(reply), {}, float(exact), exact, spill_over=spilled)
    if judge_name(case, task) == "identity":
        return _identity(case, case.gold, reply, task)
    result = slot_result(reply, case.gold, case.accept)
    return Judged(result.valid, result.repaired, result.slots, result.fidelity, result.exact)


def taught_pairs(cases: Iterable[Case], tasks: Mapping[str, Task | None]) -> frozenset[Pair]:
    """The names and makers that the identity cases among these ask for."""
    return frozenset(
        (case.gold.get("name", ""), case.gold.get("author", ""))
        for case in cases
        if isinstance(case.gold, dict) and case.gold and judge_name(case, tasks.get(case.task)) == "identity"
    )


def _identity(case: Case, gold: Mapping[str, str], reply: str, task: Task | None) -> Judged:
    kinds = {template.id: template.kind for template in task.human} if task else {}
    kind = kinds.get(case.template, kind_from_gold(gold)) if gold else UNRELATED
    required = task.required if task else {}
    result = identity_result(
        kind, reply, gold.get("name", ""), gold.get("author", ""), case.messages[-1]["content"], required
    )
    slots = result.slots
    return Judged(
        _valid(reply),
        _found(reply),
        slots,
        sum(slots.values()) / len(slots) if slots else None,
        result.right,
        result.name,
        result.author,
        result.false_claim,
        result.spill_over,
    )


def _spilled(case: Case, reply: str, pairs: Iterable[Pair]) -> bool | None:
    pairs = list(pairs)
    # What the right answer or the question holds itself is no spill-over.
    return spills_over(reply, f"{case.messages[-1]['content']}\n{case.gold}", pairs) if pairs else None


def _valid(reply: str) -> bool:
    return strict_json(reply) is not None


def _found(reply: str) -> bool:
    return repaired_json(reply) is not None
