"""The checker: no row leaves the workshop whose answer does not follow from its message."""

from __future__ import annotations

import json

from playground.answers import read_answer
from playground.errors import BadTemplate
from playground.records import Slots, unique_keys
from playground.samples import Task, Template
from playground.twins.template import left_over


def check_row(task: Task, human: Template, bot: Template, message: str, answer: str, gold: Slots) -> None:
    """Raise BadTemplate, naming template and value, if message, answer and gold do not agree.

    `message` is all that was said before the answer, without the instruction, which names the slots and would hide
    what is missing.
    """
    for template, text in ((human, message), (bot, answer)):
        if not text.strip():
            raise BadTemplate(f"template {template.id!r} renders an empty text; add some words to it")
        if rest := left_over(text):
            raise BadTemplate(f"template {template.id!r} leaves {rest} in its text; write slots as {{{{name}}}}")
    if task.judge == "slots":
        _check_answer(task, bot, answer, gold)
        _check_message(task, human, message, gold)
    elif task.judge == "identity":
        for slot in task.required.get(human.kind, ()):
            if gold[slot] not in answer:
                raise BadTemplate(f"template {bot.id!r} answers {human.kind!r} without {slot} ({gold[slot]!r}); add it")


def _check_answer(task: Task, bot: Template, answer: str, gold: Slots) -> None:
    if task.form == "json" and not task.typed and not any("." in slot for slot in gold):
        try:
            said: object = json.loads(answer, object_pairs_hook=unique_keys)
        except (ValueError, RecursionError) as error:
            raise _unreadable(bot, answer, "JSON", str(error)) from error
        if said == gold:
            return
    said = read_answer(answer, task.form, task.typed)
    if said is None:
        raise _unreadable(bot, answer, task.form, "it does not parse")
    if said != gold:
        there = said if isinstance(said, dict) else {}
        named = [slot for slot in gold if there.get(slot) != gold[slot]] or sorted(set(there) - set(gold))
        raise BadTemplate(f"template {bot.id!r} has {', '.join(named)} wrong or surplus; give each slot its own value")


def _unreadable(bot: Template, answer: str, form: str, why: str) -> BadTemplate:
    return BadTemplate(f"template {bot.id!r} writes {answer!r:.60}, which is not {form} ({why}); mend it")


def _check_message(task: Task, human: Template, message: str, gold: Slots) -> None:
    closed = ""
    for slot, value in gold.items():
        if value in message or slot in task.derived or slot in human.fixed:
            continue
        closed = closed or message.replace(" ", "")
        # Digits are given without their spaces; everything else stands as it is.
        if value.replace("-", "").isdecimal() and value in closed:
            continue
        if slot in task.fields and (task.fields[slot].kind == "composed" or "answer" in task.fields[slot].settings):
            continue  # its parts stand there, each by itself; or the message writes it in another form
        raise BadTemplate(f"template {human.id!r} does not show {slot} {value!r} as it is; put in {{{{{slot}}}}} alone")
