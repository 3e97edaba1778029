"""Functions, their values, rows of calls and what they cover, as HTML in which everything foreign is escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from math import prod
from pathlib import Path

from playground.datasets import Dataset
from playground.errors import PlaygroundError
from playground.samples import Task
from playground.sentences import sentence
from playground.twins.calls.coverage import Coverage, FieldCoverage, coverage
from playground.twins.calls.function import Function
from playground.twins.calls.make import TASK
from playground.twins.calls.read import read_tools
from playground.twins.calls.slots import slot_names
from playground.ui import calls, calls_draft
from playground.ui.calls import Form
from playground.ui.calls_draft import Draft
from playground.ui.frame import notice
from playground.ui.progress import trouble_html
from playground.ui.rows import twins_html
from playground.ui.words import number, say

MOST_FAULTS = 8
"""Sentences about what cannot be used that are shown at once."""
MOST_COUNTED, MOST_NEVER, LONGEST = 30, 30, 40
"""Values of a field shown with their counts, values shown as never used, characters of a value."""


def found_html(draft: Draft, lang: str) -> str:
    """The functions, their fields, and for each the product of its values."""
    counts = {one.name: _factors(draft, one) for one in draft.functions}
    total = sum(prod(some) for some in counts.values())
    rows = "".join(_function_html(one, counts[one.name], lang) for one in draft.functions)
    title = say(lang, "calls.found", functions=len(counts), calls=number(total))
    heads = "".join(f"<th>{escape(say(lang, f'calls.{key}'))}</th>" for key in ("function", "fields"))
    table = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    body = f'<div class="scroll" tabindex="0"><table class="slots">{table}</table></div>' if counts else ""
    return f'<div class="card"><h3>{escape(title)}</h3>{faults_html(draft.faults, lang)}{body}</div>'


def faults_html(faults: Sequence[str], lang: str) -> str:
    """What cannot be used, a sentence each; the first ones where there are many."""
    shown = "".join(f'<p class="amber">{escape(sentence(one, lang))}</p>' for one in faults[:MOST_FAULTS])
    more = len(faults) - MOST_FAULTS
    return shown + (f'<p class="quiet">{escape(say(lang, "calls.more", count=more))}</p>' if more > 0 else "")


def preview_html(draft: Draft, form: Form, lang: str) -> str:
    """Ten rows, or what stands in their way, in the place where they would be."""
    try:
        rows, left_out = calls.preview(draft, form)
    except PlaygroundError as error:
        return f'<div class="card twins">{trouble_html(notice(error, lang))}</div>'
    names = slot_names((one.name, [f.name for f in one.fields]) for one in draft.functions)
    task = Task(TASK, {}, {}, tuple(names), "slots", {}, 0.0, (), (), (), (), Path(TASK))
    return twins_html(task, rows, say(lang, "calls.twins")) + faults_html(left_out, lang)


def coverage_of(dataset: Dataset) -> tuple[Coverage, frozenset[tuple[str, str, str]]]:
    """What the training rows of a dataset call, and which values (function, field, value) are held out of them."""
    functions = read_tools(json.dumps(dataset.card.get("functions", []), ensure_ascii=False)).functions
    values = dataset.card.get("values", {})
    dropped = dataset.card.get("dropped", {})
    seen = coverage(dataset.rows(), functions, values, dropped)
    held = coverage(dataset.rows("unseen_values"), functions)
    return seen, frozenset(
        (name, field, value)
        for name, fields in held.fields.items()
        for field, one in fields.items()
        for value in one.counts
    )


def coverage_html(shown: Coverage, held: frozenset[tuple[str, str, str]], lang: str) -> str:
    """Rows by kind, calls by function, values by field; what never comes, and what was dropped."""
    kinds = "".join(
        f"<div><b>{number(count)}</b><span>{escape(say(lang, f'calls.kind.{kind}'))}</span></div>"
        for kind, count in shown.kinds.items()
    )
    parts = [f'<p>{escape(say(lang, "calls.covered", rows=number(shown.rows)))}</p><div class="figures">{kinds}</div>']
    for why, count in shown.dropped.items():
        told = say(lang, "calls.dropped", count=number(count), why=sentence(why, lang))
        parts.append(f'<p class="amber">{escape(told)}</p>')
    if shown.never_called:
        told = say(lang, "calls.never.called", names=", ".join(shown.never_called))
        parts.append(f'<p class="amber">{escape(told)}</p>')
    for name, fields in shown.fields.items():
        lines = "".join(_field_html(name, field, one, held, lang) for field, one in fields.items())
        title = escape(say(lang, "calls.called", name=name, count=number(shown.calls[name])))
        body = f'<table class="slots"><tbody>{lines}</tbody></table>' if lines else ""
        parts.append(f'<details class="fold"><summary>{title}</summary>{body}</details>')
    return f'<div class="card">{"".join(parts)}</div>'


def set_choices(lang: str) -> list[tuple[str, str]]:
    """(label, name) of the functions that ship."""
    return [(one.title.get(lang, one.name), one.name) for one in calls_draft.shipped()]


def _factors(draft: Draft, one: Function) -> list[int]:
    """How many values each field has that has any."""
    there = draft.values.get(one.name, {})
    return [len(there[f.name]) for f in one.fields if there.get(f.name)]


def _function_html(one: Function, factors: Sequence[int], lang: str) -> str:
    fields = "".join(
        f'<span title="{escape(f.description[:200])}">{escape(f.name)} <small>{escape(f.type)}'
        f"{'' if f.required else ' · ' + escape(say(lang, 'calls.free'))}</small></span><br>"
        for f in one.fields
    )
    product = " × ".join(map(str, factors)) + (f" = {number(prod(factors))}" if len(factors) > 1 else "")
    about = f"<br><small>{escape(one.description[:120])}</small>" if one.description else ""
    return f"<tr><td>{escape(one.name)}{about}</td><td>{fields}<b>{product or '1'}</b></td></tr>"


def _field_html(name: str, field: str, one: FieldCoverage, held: frozenset[tuple[str, str, str]], lang: str) -> str:
    shown = [f"{_cut(value)} × {count}" for value, count in list(one.counts.items())[:MOST_COUNTED]]
    rest = len(one.counts) - len(shown)
    text = escape("，".join(shown) if lang == "zh" else ", ".join(shown))
    notes = [say(lang, "calls.values.more", count=number(rest))] if rest > 0 else []
    notes += [say(lang, "calls.left", count=number(one.left_out))] if one.left_out else []
    apart = [value for value in one.never if (name, field, value) in held]
    never = [value for value in one.never if (name, field, value) not in held]
    for key, some in (("calls.held", apart), ("calls.never", never)):
        if some:
            told = ", ".join(_cut(value) for value in some[:MOST_NEVER]) + (" …" if len(some) > MOST_NEVER else "")
            notes.append(say(lang, key, count=len(some), values=told))
    small = "".join(f"<br><small>{escape(note)}</small>" for note in notes)
    title = say(lang, "calls.field.line", name=field, count=len(one.counts))
    return f"<tr><td>{escape(title)}</td><td>{text or '–'}{small}</td></tr>"


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"
