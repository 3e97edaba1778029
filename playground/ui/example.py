"""What the example fold of Twins does, without its widgets: a draft made, changed, looked at and kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

from playground.errors import BadSample, BadSetting, known
from playground.records import check_writable
from playground.samples import Task
from playground.samples.bounded import bounded_toml
from playground.samples.fields import KINDS, Field, parse_field
from playground.samples.write import as_toml, save_task
from playground.settings import Settings
from playground.twins.draft import Draft, draft_of, task_of
from playground.twins.make import preview
from playground.twins.propose import Slot, propose
from playground.twins.wordings import Wording
from playground.ui.marks import marked_text
from playground.ui.rows import twins_html
from playground.ui.words import say
from playground.visitors import check_room

TWINS = 10
LONGEST = 8_000
"""Characters of any one field."""
PREVIEWED = "preview"
BREAK = "---"
"""Stands on a line of its own between two wordings."""


def read(message: str, answer: str) -> Draft:
    """The draft of an example. Raises BadSample."""
    return draft_of(propose(message or "", answer or ""))


def edited(draft: Draft, human: str, bot: str, instruction: str, more: str) -> Draft:
    """The draft with its texts as they were typed. Raises BadSetting for one that is too long, BadSample."""
    for what, text in (("template", human), ("answer", bot), ("instruction", instruction), ("wordings", more)):
        if len(text or "") > LONGEST * (4 if what == "wordings" else 1):
            raise BadSetting(f"the {what} has {len(text):,} characters; it may have {LONGEST:,}")
        check_writable(text or "", f"the {what}")
    return replace(draft, human=human, bot=bot, instruction=(instruction or "").strip(), more=wordings_of(draft, more))


def wordings_text(draft: Draft) -> str:
    """The further wordings as one text, to be edited."""
    return f"\n{BREAK}\n".join(one.text for one in draft.more)


def wordings_of(draft: Draft, text: str) -> tuple[Wording, ...]:
    """The further wordings of a text; one that was there keeps its kind."""
    kinds = {one.text: one.kind for one in draft.more}
    blocks = [block.strip("\r\n") for block in re.split(rf"(?m)^\s*{BREAK}\s*$", text or "")]
    return tuple(Wording(kinds.get(block, "own"), block) for block in dict.fromkeys(blocks) if block.strip())


def with_field(draft: Draft, slot: str, kind: str, settings: str) -> Draft:
    """The draft with another field for a slot. Raises UnknownName for the slot, BadSample for kind or settings."""
    if slot not in draft.fields:
        raise known("slot", str(slot)[:60], sorted(draft.fields))
    if len(settings or "") > 20 * LONGEST:
        raise BadSetting(f"the settings have {len(settings):,} characters; they may have {20 * LONGEST:,}")
    return replace(draft, fields={**draft.fields, slot: parse_field({"kind": kind, **_table(kind, settings)}, slot)})


def settings_text(field: Field) -> str:
    """A field's settings as they are edited: a choice's values, one on each line; else lines of `name = value`."""
    if field.kind == "choice":
        weights = field.settings.get("weights")
        pairs = zip(field.settings["values"], weights or [None] * len(field.settings["values"]), strict=True)
        return "\n".join(value if weight is None else f"{value} | {weight:g}" for value, weight in pairs)
    return as_toml(field.settings)


def _table(kind: str, text: str) -> dict[str, Any]:
    if kind == "choice":
        lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
        pairs = [re.fullmatch(r"(.+?)\s*\|\s*(\d+(?:\.\d+)?)", line) for line in lines]
        values = [pair[1] if pair else line for pair, line in zip(pairs, lines, strict=True)]
        weights = [float(pair[2]) if pair else 1.0 for pair in pairs]
        return {"values": values, **({"weights": weights} if any(pairs) else {})}
    try:
        table = bounded_toml(text or "")
    except ValueError as error:
        raise BadSample(f"the settings cannot be read ({error!s:.80}); write lines such as low = 1") from error
    # What another kind was given is of no use to this one.
    return {name: value for name, value in table.items() if name in KINDS.get(kind, {})} if kind in KINDS else table


def kept(draft: Draft, name: str, settings: Settings, visitor: str) -> Task:
    """Keep the draft as one of the visitor's tasks, once it was seen to give rows. Raises what previewing raises."""
    task = task_of(draft, (name or "").strip().lower())
    check_room(settings, visitor)
    for one in task.human:
        preview(replace(task, human=(one,)), 2, 7)
    save_task(task, settings, visitor)
    return task


# ---- drawing ------------------------------------------------------------------------------------


def proposal_html(draft: Draft, lang: str) -> str:
    """The message with its slots marked, the slots with their kinds, and what was not found."""
    proposal = draft.proposal
    slots = [one for one in proposal.slots if one.asked]
    names = [one.name for one in slots]
    written = {one.name: proposal.message[slice(*one.spans[0])] for one in slots if one.spans}
    rows = "".join(_slot_html(draft, one, lang) for one in proposal.slots)
    heads = "".join(f"<th>{escape(say(lang, f'example.{key}'))}</th>" for key in ("slot", "value", "kind"))
    told = "".join(
        f'<p class="amber">{escape(say(lang, f"example.{kind}", text=text[:80]))}</p>'
        for kind, text in proposal.notices
    )
    return (
        f'<div class="card"><h3>{escape(say(lang, "example.found", count=len(slots)))}</h3>'
        f'<p class="message">{marked_text(proposal.message, written, names)}</p>{told}'
        f'<div class="scroll" tabindex="0"><table class="slots"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></div>"
    )


def _slot_html(draft: Draft, one: Slot, lang: str) -> str:
    kind = draft.fields[one.name].kind if one.name in draft.fields else ""
    how = say(lang, f"kind.{kind}") if kind else say(lang, "example.fixed")
    if not one.asked:
        how = say(lang, "example.extra", kind=how)
    return f"<tr><td>{escape(one.name)}</td><td>{escape(one.value[:80])}</td><td>{escape(how)}</td></tr>"


def preview_html(draft: Draft, lang: str) -> str:
    """Ten twins of the draft. Raises what previewing raises."""
    task = task_of(draft, PREVIEWED)
    rows = preview(task, TWINS, 7)
    return twins_html(task, rows, say(lang, "example.twins", wordings=len(task.human)))


def kinds(lang: str) -> list[tuple[str, str]]:
    """(label, kind) of every kind of field."""
    return sorted(((say(lang, f"kind.{kind}"), kind) for kind in KINDS), key=lambda pair: pair[1])


def slot_choices(draft: Draft) -> Sequence[str]:
    """Slots whose field may be changed."""
    return list(draft.fields)
