"""What the fold "From a procedure" says: what could not be read, faults, paths and their ends, coverage."""

from __future__ import annotations

from collections import Counter
from html import escape

from playground.sentences import sentence
from playground.ui.procedure import Procedure
from playground.ui.progress import done_html, trouble_html
from playground.ui.words import number, say

MOST_TOLD = 30
"""Sentences of a kind that are shown."""
MOST_NAMED = 12
"""Ends, edges and actions that are named."""


def told_html(held: Procedure, lang: str) -> str:
    """How the reading went; "" before anything was read."""
    parts = []
    if held.flow is not None and held.paths is not None:
        ends = Counter(path.end for path in held.paths.paths)
        what = {"title": held.flow.title, "paths": number(len(held.paths.paths)), "ends": len(ends)}
        parts.append(done_html(say(lang, "procedure.read", **what)))
        parts.append(_counts(ends.most_common(), lang))
        if held.paths.note:
            parts.append(f'<p class="quiet">{escape(sentence(held.paths.note, lang))}</p>')
    if held.faults:
        parts.append(trouble_html(say(lang, "procedure.faults", count=len(held.faults))))
        parts.append(_list([sentence(fault, lang) for fault in held.faults], lang))
    unread = [one for one in held.unread if one.sentence not in held.faults]
    if unread:
        title = say(lang, "procedure.unread" if held.flow or held.faults else "procedure.nothing")
        parts.append(f'<p class="amber">{escape(title)}</p>')
        parts.append(_list([_line(one.line, sentence(one.sentence, lang), lang) for one in unread], lang))
    return f'<div class="told">{"".join(parts)}</div>' if parts else ""


def coverage_html(held: Procedure, lang: str) -> str:
    """What the dataset that was made covers of the flow; "" before one was made."""
    covered = held.covered
    if covered is None:
        return ""
    taken = sum(count > 0 for count in covered.paths.values())
    told = {"n": number(covered.rows), "taken": taken, "all": len(covered.paths), "share": f"{covered.share:.0%}"}
    lines = [f"<h4>{escape(say(lang, 'procedure.covers', name=held.dataset))}</h4>"]
    lines.append(f"<p>{escape(say(lang, 'procedure.covers.paths', **told))}</p>")
    if covered.missing:
        named = ", ".join(f"{node} → {outcome}" for node, outcome in covered.missing[:MOST_NAMED])
        lines.append(f"<p>{escape(say(lang, 'procedure.covers.missing', count=len(covered.missing), named=named))}</p>")
    else:
        lines.append(f"<p>{escape(say(lang, 'procedure.covers.whole', count=len(covered.edges)))}</p>")
    by_count = sorted(covered.ends.items(), key=lambda one: -one[1])
    lines.append(_named(say(lang, "procedure.covers.ends"), by_count, lang))
    wrong = [(say(lang, f"procedure.kind.{kind}"), count) for kind, count in covered.mischief.items()]
    lines.append(_named(say(lang, "procedure.covers.wrong"), wrong, lang))
    calls = sorted(covered.actions.items(), key=lambda one: -one[1])
    lines.append(_named(say(lang, "procedure.covers.calls"), calls, lang))
    return f'<div class="card covers">{"".join(lines)}</div>'


def _named(title: str, counts: list[tuple[str, int]], lang: str) -> str:
    return f"<h4>{escape(title)}</h4>{_counts(counts, lang)}" if counts else ""


def _counts(counts: list[tuple[str, int]], lang: str) -> str:
    items = "".join(f"<li>{escape(name[:80])} <b>{number(count)}</b></li>" for name, count in counts[:MOST_NAMED])
    more = f"<li>{escape(say(lang, 'procedure.more', count=len(counts) - MOST_NAMED))}</li>"
    return f'<ul class="counts">{items}{more if len(counts) > MOST_NAMED else ""}</ul>'


def _line(line: int, told: str, lang: str) -> str:
    return say(lang, "procedure.line", line=line, told=told) if line else told


def _list(sentences: list[str], lang: str) -> str:
    items = "".join(f"<li>{escape(one[:400])}</li>" for one in sentences[:MOST_TOLD])
    more = f"<li>{escape(say(lang, 'procedure.more', count=len(sentences) - MOST_TOLD))}</li>"
    return f"<ul>{items}{more if len(sentences) > MOST_TOLD else ''}</ul>"
