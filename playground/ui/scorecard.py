"""Scores as HTML: the verdict in words first, then the tables, the heat map of the slots and the cases one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from playground.records import Case
from playground.samples import Task
from playground.scoring.calls import NOTHING, call_gold, fault_words
from playground.scoring.results import Rate, ScoredRow, Scores, Summary
from playground.scoring.verdict import WORDS, interval_text, percent, verdicts
from playground.sentences import sentence
from playground.ui.marks import Gold, marked_reply, marked_text
from playground.ui.picks import contender_label
from playground.ui.rows import bare
from playground.ui.words import number, say

SHOWN = 40
"""Cases in the table."""
ALL, DIFFER = "all", "differ"
"""Two of the filters; the others are names of contenders."""

Say = Callable[..., str]


@dataclass
class Card:
    """What was scored last on this page; the handlers of the Score tab change it in place."""

    cases: tuple[Case, ...] = ()
    names: tuple[str, ...] = ()
    """Contenders, in the order they were picked."""
    rows: list[ScoredRow] = field(default_factory=list)
    scores: Scores | None = None
    tasks: dict[str, Task | None] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    """What was run on what, for the report."""
    notes: tuple[tuple[str, str], ...] = ()
    """What makes the comparison less than fair: the key of its words, and the contender it is about."""
    report: str | None = None
    """File of the report."""
    stopped: bool = False


def result_html(card: Card, lang: str) -> str:
    """Verdict, table, groups and heat map."""
    if card.scores is None:
        return ""

    def words(key: str, **values: object) -> str:
        return escape(say(lang, f"score.{key}", **values))

    scores = labelled(card.scores, lang)
    notes = "".join(f'<p class="uneven">{escape(text)}</p>' for text in notes_text(card, lang))
    parts = [_verdict(scores, lang, words), notes, _table(scores, lang, words)]
    if card.scores.groups:
        parts.append(_groups(scores, lang))
    parts.append(_heat(scores, words))
    return "".join(parts)


def notes_text(card: Card, lang: str) -> list[str]:
    """The notes in words."""
    return [say(lang, key, name=contender_label(name, lang)) for key, name in card.notes]


def labelled(scores: Scores, lang: str) -> Scores:
    """The scores with contenders called as the page calls them."""
    return Scores(
        {contender_label(name, lang): summary for name, summary in scores.contenders.items()},
        tuple(replace(p, a=contender_label(p.a, lang), b=contender_label(p.b, lang)) for p in scores.pairs),
        {name: labelled(group, lang) for name, group in scores.groups.items()},
    )


def _verdict(scores: Scores, lang: str, words: Say) -> str:
    # What shows a difference comes first: it is what was asked.
    kinds = {line: _kind(line, lang) for line in verdicts(scores, lang)}
    told = sorted(kinds, key=lambda line: ("shown", "same", "unscored").index(kinds[line]))
    lines = "".join(f'<p class="{kinds[line]}">{escape(line)}</p>' for line in told)
    hint = words("mcnemar.why")
    return f'<div class="verdict" role="status" title="{hint}"><h3>{words("verdict")}</h3>{lines}</div>'


def _kind(line: str, lang: str) -> str:
    """What a sentence of the verdict is about, by the form it was made from."""
    for kind, key in (("same", "none"), ("unscored", "unscored")):
        form = WORDS[key][0 if lang == "zh" else 1]
        parts = (re.escape(part) for part in re.split(r"\{\w+\}", form))
        if re.match(".+".join(parts), line):
            return kind
    return "shown"


def _table(scores: Scores, lang: str, words: Say) -> str:
    marks = list(dict.fromkeys(mark for one in scores.contenders.values() for mark in one.marks))
    sloted = any(one.slots for one in scores.contenders.values())
    head = [words("column.contender"), words("column.n"), _why(words("column.exact"), words("exact.why"))]
    if marks:
        head += [words(f"mark.{mark}") for mark in marks]
    elif sloted:
        head += [_why(words("column.fidelity"), words("fidelity.why")), words("column.valid")]
    head += [words("column.tokens"), words("column.seconds")]
    body = ""
    for name, one in scores.contenders.items():
        cells = [f"<th>{escape(name)}</th>", f"<td>{_cases(one)}</td>", f"<td>{_rate(one.exact)}</td>"]
        if marks:
            cells += [f"<td>{_plain(one.marks.get(mark))}</td>" for mark in marks]
        elif sloted:
            cells += [f"<td>{_rate(one.slot_fidelity)}</td>", f"<td>{_plain(one.valid_json)}</td>"]
        cells += [f"<td>{_tokens(one, words)}</td>", f"<td>{_number(one.seconds, 2)}</td>"]
        body += f"<tr>{''.join(cells)}</tr>"
    columns = "".join(f"<th>{column}</th>" for column in head)
    head_row = f"<thead><tr>{columns}</tr></thead>"
    return f'<div class="scroll"><table class="scores">{head_row}<tbody>{body}</tbody></table></div>'


def _groups(scores: Scores, lang: str) -> str:
    """Exact by validation group: what holds on new values may not hold on new wordings."""
    names = list(scores.contenders)
    head = "".join(
        f'<th title="{escape(say(lang, f"group.{group}.why"))}">{_group(group, lang)}</th>' for group in scores.groups
    )
    body = "".join(
        f"<tr><th>{escape(name)}</th>"
        + "".join(f"<td>{_rate(group.contenders[name].exact)}</td>" for group in scores.groups.values())
        + "</tr>"
        for name in names
    )
    caption = escape(say(lang, "score.bygroup"))
    return f'<h3>{caption}</h3><div class="scroll"><table class="scores"><tr><th></th>{head}</tr>{body}</table></div>'


def _group(group: str, lang: str) -> str:
    return escape(say(lang, f"group.{group}" if group.startswith("unseen_") else "group.cases"))


def _heat(scores: Scores, words: Say) -> str:
    slots = list(dict.fromkeys(slot for one in scores.contenders.values() for slot in one.slots))
    if not slots:
        return ""
    head = "".join(f"<th>{escape(slot)}</th>" for slot in slots)
    body = ""
    for name, one in scores.contenders.items():
        cells = "".join(_heat_cell(one.slots.get(slot)) for slot in slots)
        body += f"<tr><th>{escape(name)}</th>{cells}</tr>"
    return (
        f'<h3>{words("heat")}</h3><div class="scroll"><table class="heat"><tr><th></th>{head}</tr>{body}</table></div>'
    )


def _heat_cell(rate: Rate | None) -> str:
    if rate is None or rate.value is None:
        return "<td>–</td>"
    hint = f"n {rate.n}, {interval_text(rate.interval)}"
    return f'<td style="--v:{100 * rate.value:.0f}" title="{hint}">{percent(rate.value)}</td>'


def _cases(one: Summary) -> str:
    return number(one.n) if one.scored == one.n else f"{one.scored} / {one.n}"


def _rate(rate: Rate) -> str:
    """A share with its interval as a bar and in figures."""
    if rate.value is None:
        return "–"
    low, high = rate.interval
    bar = (
        f'<span class="interval" aria-hidden="true"><i style="left:{100 * low:.0f}%;right:{100 - 100 * high:.0f}%"></i>'
        f'<b style="left:{100 * rate.value:.0f}%"></b></span>'
    )
    return f"<b>{percent(rate.value)}</b> {bar}<br><small>{interval_text(rate.interval)}, n {rate.n}</small>"


def _plain(rate: Rate | None) -> str:
    return "–" if rate is None or rate.value is None else f"{percent(rate.value)} <small>n {rate.n}</small>"


def _tokens(one: Summary, words: Say) -> str:
    text = f"{_number(one.prompt_tokens, 0)} / {_number(one.reply_tokens, 0)}"
    if one.few_shot_tokens:
        text += f"<br><small>{words('examples', count=number(one.few_shot_tokens))}</small>"
    return text


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _why(text: str, why: str) -> str:
    return f'<abbr title="{why}">{text}</abbr>'


# ---- case by case ---------------------------------------------------------------------------------


def filters(card: Card, lang: str) -> list[tuple[str, str]]:
    """(label, filter) of what may be looked at."""
    choices = [(say(lang, "score.filter.all"), ALL), (say(lang, "score.filter.differ"), DIFFER)]
    wrong = [(say(lang, "score.filter.wrong", name=contender_label(name, lang)), name) for name in card.names]
    return choices + wrong


def cases_html(card: Card, filter_: str, lang: str) -> str:
    """Question, wanted answer, and what each contender said, for the cases that fit the filter."""
    there = {(row.contender, row.id): row for row in card.rows}
    fitting = [case for case in card.cases if _fits(case, card.names, there, filter_)]
    if not fitting:
        return f'<p class="empty">{escape(say(lang, "score.norows"))}</p>'
    head = [say(lang, "score.column.question"), say(lang, "score.column.wanted")]
    head += [contender_label(name, lang) for name in card.names]
    columns = "".join(f"<th>{escape(column)}</th>" for column in head)
    body = "".join(_case(case, card, there, lang) for case in fitting[:SHOWN])
    note = escape(say(lang, "score.shown", count=min(SHOWN, len(fitting)), all=len(card.cases)))
    return (
        f'<p class="quiet">{note}</p><div class="scroll" tabindex="0"><table class="rows">'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _fits(case: Case, names: Sequence[str], there: Mapping[tuple[str, str], ScoredRow], filter_: str) -> bool:
    marks = {name: _exact(there.get((name, case.id))) for name in names}
    if filter_ == ALL:
        return any(mark is not None for mark in marks.values())
    if filter_ == DIFFER:
        return len({mark for mark in marks.values() if mark is not None}) > 1
    return marks.get(filter_) is False


def _exact(row: ScoredRow | None) -> bool | None:
    return row.judged.exact if row is not None and row.judged is not None else None


def _case(case: Case, card: Card, there: Mapping[tuple[str, str], ScoredRow], lang: str) -> str:
    task = card.tasks.get(case.task)
    question = case.messages[-1]["content"]
    if task is not None:
        question = bare(task, question)
    slots = list(case.gold) if isinstance(case.gold, dict) else []
    if isinstance(case.gold, dict):
        wanted = "<br>".join(_slot_value(slot, value, slots) for slot, value in case.gold.items())
        if case.tools and case.gold == NOTHING:
            wanted = escape(say(lang, "score.nocall"))
        shown = marked_text(question, case.gold, slots)
    else:
        wanted, shown = escape(case.gold), escape(question)
    replies = "".join(f"<td>{_reply(there.get((name, case.id)), case, slots, lang)}</td>" for name in card.names)
    return f'<tr><td class="message">{shown}</td><td class="message">{wanted}</td>{replies}</tr>'


def _slot_value(slot: str, value: str, slots: Iterable[str]) -> str:
    return f"<small>{escape(slot)}</small> {marked_text(value, {slot: value}, list(slots)) if value else '“”'}"


def _reply(row: ScoredRow | None, case: Case, slots: Sequence[str], lang: str) -> str:
    if row is None:
        return f'<span class="quiet">{escape(say(lang, "score.unscored"))}</span>'
    if row.judged is None:
        why = f"{say(lang, 'score.unscored')}: {sentence(row.why, lang)}"
        return f'<span class="quiet">{escape(why)}</span><br>{escape(row.reply)}'
    key, sign, kind = ("score.right", "✓", "right") if row.judged.exact else ("score.wrong", "✗", "wrong")
    why = escape(fault_words(row.judged.fault, row.judged.about, lang))
    mark = f'<b class="{kind}">{sign} {escape(say(lang, key))}</b>{f" · {why}" if why else ""}<br>'
    calls = call_gold(case.gold, case.tools)
    if calls is not None:
        right = {slot: value for slot, value in calls.items() if row.judged.slots.get(slot)}
        return f"{mark}<code>{marked_text(row.reply, right, slots)}</code>"
    if isinstance(case.gold, dict) and row.reply.lstrip().startswith("{"):
        gold = Gold(case.gold, case.accept)
        return f"{mark}<code>{marked_reply(row.reply, slots, gold, say(lang, 'chat.wanted'))}</code>"
    values = case.gold if isinstance(case.gold, dict) else {}
    return f'{mark}<span class="message">{marked_text(row.reply, values, slots)}</span>'
