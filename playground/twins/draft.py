"""A task in the making: what was proposed from an example, as a person has edited it, and the task it becomes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from playground.answers import leaves
from playground.errors import BadSample, BadSetting
from playground.records import Message, Row
from playground.samples import Task, Template, user_text
from playground.samples.fields import Field
from playground.twins.propose import Proposal
from playground.twins.template import plain_template
from playground.twins.wordings import Said, Wording, wordings

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
MOST_WORDINGS = 200
MOST_COSTLY = 10
"""Templates with more than text and slots in them: each costs a process of its own."""
LONGEST_INSTRUCTION = 2_000


@dataclass(frozen=True)
class Draft:
    """A task in the making."""

    proposal: Proposal
    human: str
    """The message's own wording."""
    bot: str
    instruction: str
    fields: Mapping[str, Field]
    more: tuple[Wording, ...] = field(default_factory=tuple)
    """Further wordings."""


def draft_of(proposal: Proposal) -> Draft:
    """The draft that a proposal begins as, with wordings made from its slots."""
    fields = {one.name: one.field for one in proposal.slots if not one.fixed}
    said = [
        Said(one.name, one.label or one.name, one.field.kind)
        for one in proposal.slots
        if one.asked and one.spans and not one.fixed
    ]
    # What is composed of several slots says how they are joined; another wording would join them otherwise.
    composed = any(one.field.settings.get("text", "").count("{{") > 1 for one in proposal.slots if one.asked)
    more = () if composed or proposal.form == "text" else tuple(wordings(said, proposal.lang))
    return Draft(proposal, proposal.human, proposal.bot, instruction_for(proposal), fields, more)


def instruction_for(proposal: Proposal) -> str:
    """What is said under each message, so that a model without training knows what is wanted; "" for plain words."""
    if proposal.form == "text":
        return ""
    shapes = {"json": "JSON", "yaml": "YAML", "xml": "XML", "csv": "CSV", "lines": "key: value"}
    keys = [one.name for one in proposal.slots if one.label]
    if proposal.lang == "zh":
        return f"请把上文解析成{shapes[proposal.form]}，键为{'、'.join(keys)}。照抄原文，没写的留空。"
    named = ", ".join(keys)
    return (
        f"Parse the text above into {shapes[proposal.form]}, keys {named}. Copy values; leave empty what is not said."
    )


def task_of(draft: Draft, name: str, folder: Path = Path()) -> Task:
    """The task as edited, ready to be previewed or kept. Raises BadSetting for a name that cannot be, BadSample."""
    if not NAME.fullmatch(name):
        raise BadSetting(f"task name {name!r:.60} cannot be; use a-z, 0-9 and -, at most 31 characters")
    if len(draft.instruction) > LONGEST_INSTRUCTION:
        raise BadSetting(
            f"the instruction has {len(draft.instruction):,} characters; it may have {LONGEST_INSTRUCTION:,}"
        )
    if len(draft.more) > MOST_WORDINGS:
        raise BadSetting(f"there are {len(draft.more)} wordings; there may be {MOST_WORDINGS}")
    costly = sum(plain_template(text) is None for text in (draft.bot, draft.human, *(one.text for one in draft.more)))
    if costly > MOST_COSTLY:
        raise BadSetting(f"{costly} templates have more than slots in them; {MOST_COSTLY} may")
    proposal = draft.proposal
    slots = tuple(one.name for one in proposal.slots if one.label) if proposal.form != "text" else ()
    fixed = {one.name: one.value for one in proposal.slots if one.fixed}
    own = (Wording("yours", draft.human), *draft.more)
    human = tuple(
        Template(f"{one.kind}-{number}", proposal.lang, one.kind, one.text, foreign=True, fixed=fixed)
        for number, one in enumerate(own, 1)
    )
    task = Task(
        name=name,
        title={"": name},
        instruction={"": draft.instruction} if draft.instruction else {},
        slots=slots,
        judge="slots" if slots else "text",
        defaults={},
        general=0.0,
        human=human,
        bot=(Template("answer", proposal.lang, "answer", draft.bot, foreign=True),),
        seeds=(),
        tries=(proposal.message,),
        folder=folder,
        fields=dict(draft.fields),
        derived=tuple(fixed),
        form=proposal.form,
        typed=tuple(slot for slot in proposal.typed if slot in slots),
        own=True,
    )
    seed = _seed(task, proposal)
    return replace(task, seeds=(seed,), answers={proposal.message: seed.slots} if slots else {})


def _seed(task: Task, proposal: Proposal) -> Row:
    """The example itself: the first worked example of few-shot."""
    gold = {leaf.slot: leaf.value for leaf in leaves(proposal.answer, proposal.form)} if task.slots else {}
    if task.slots and set(gold) != set(task.slots):
        raise BadSample("the answer's keys and the task's slots differ; read the example again")
    return Row(
        id=f"{task.name}-seed-1",
        task=task.name,
        template="seed",
        bot_template="seed",
        slots=gold,
        messages=(
            Message(role="user", content=user_text(task, proposal.message, proposal.lang)),
            Message(role="assistant", content=proposal.answer),
        ),
    )


def read_example(text: str) -> tuple[str, str]:
    """Message and answer of an example's file: JSON with both, or a text with a line of --- between them.

    Raises BadSample.
    """
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("message"), str) and "answer" in found:
            answer = found["answer"]
            return found["message"], answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    message, mark, answer = re.sub(r"(?m)^\s*---+\s*$", "\0", text, count=1).partition("\0")
    if not mark:
        raise BadSample("the example has no line of ---; put one between the message and its answer")
    return message.strip(), answer.strip()
