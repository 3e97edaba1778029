"""Rows of data as HTML: the hand-made sample, ten twins at a glance, the table of a group, the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from playground.records import Row
from playground.samples import Task
from playground.ui.marks import marked_reply, marked_text
from playground.ui.words import number, say

COUNTED = ("train", "unseen_values", "unseen_templates", "unseen_both")
"""Groups of a dataset, in the order they are shown."""


def bare(task: Task, asked: str) -> str:
    """A human turn without the task's instruction."""
    for instruction in task.instruction.values():
        if instruction and asked.endswith(f"\n{instruction}"):
            return asked[: -len(instruction) - 1]
    return asked


def message_html(task: Task, row: Row) -> str:
    """The row's question, its slots marked."""
    asked = next((m["content"] for m in reversed(row.messages) if m["role"] == "user"), "")
    values = row.slots if task.judge == "slots" else {}
    return marked_text(bare(task, asked), values, task.slots)


def answer_html(task: Task, row: Row) -> str:
    """The row's wanted answer, its slots marked."""
    answer = row.messages[-1]["content"]
    if task.judge == "slots":
        return f"<code>{marked_reply(answer, task.slots, None, '')}</code>"
    return marked_text(answer, row.slots, task.slots)


def sample_html(task: Task, row: Row, lang: str) -> str:
    """The example that everything starts from, with what is said under it."""
    instruction = next(iter(task.instruction.values()), "")
    under = f'<p class="quiet">{escape(instruction)}</p>' if instruction else ""
    return (
        f'<div class="card"><h3>{escape(say(lang, "twins.sample"))}</h3>'
        f'<h4>{escape(say(lang, "twins.message"))}</h4><p class="message">{message_html(task, row)}</p>{under}'
        f'<h4>{escape(say(lang, "twins.wanted"))}</h4><p class="message">{answer_html(task, row)}</p></div>'
    )


def twins_html(task: Task, rows: Sequence[Row], title: str) -> str:
    """A few twins, question over answer."""
    items = "".join(
        f'<li><div class="message">{message_html(task, row)}</div>'
        f'<div class="message reply">{answer_html(task, row)}</div></li>'
        for row in rows
    )
    return f'<div class="card twins"><h3>{escape(title)}</h3><ol tabindex="0">{items}</ol></div>'


def counts_html(counts: Mapping[str, int | None], lang: str) -> str:
    """One figure for each group of a dataset."""
    cells = []
    for group in COUNTED:
        count = counts.get(group)
        shown = number(count) if count else say(lang, "group.none")
        why = escape(say(lang, f"group.{group}.why"))
        cells.append(f"<div><b>{escape(shown)}</b><span>{escape(say(lang, f'group.{group}'))}</span><i>{why}</i></div>")
    return f'<div class="figures">{"".join(cells)}</div>'


def table_html(task: Task, rows: Sequence[Row], all_: int, lang: str) -> str:
    """The first rows of a group."""
    head = "".join(f"<th>{escape(say(lang, f'twins.column.{c}'))}</th>" for c in ("template", "message", "answer"))
    body = "".join(
        f'<tr><td class="id">{escape(row.template)}</td>'
        f'<td class="message">{message_html(task, row)}</td><td class="message">{answer_html(task, row)}</td></tr>'
        for row in rows
    )
    note = escape(say(lang, "twins.first", count=len(rows), all=number(all_)))
    return (
        f'<p class="quiet">{note}</p><div class="scroll" tabindex="0"><table class="rows">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
