"""What the fold of brought rows shows: the guess in words, the first rows as they become, and what cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from playground.interchange.brought import Brought
from playground.interchange.shape import Shape
from playground.interchange.tables import Fault
from playground.records import Row
from playground.sentences import sentence
from playground.ui.bringing import KEPT_FAULTS, Seen, as_guessed
from playground.ui.words import number, say

ROWS = 5
TURNS, LONGEST = 8, 400
"""Turns of a row, and characters of a turn, that are shown."""


def seen_html(now: Seen, lang: str) -> str:
    """What the file is, and what its columns were taken for."""
    table = now.table
    what = " · ".join(filter(None, (table.form.upper(), table.encoding, table.sheet[:60])))
    head = say(lang, "bring.file", name=table.name[:80], what=what, lines=number(now.lines))
    shape = now.guessed
    if shape is None:
        told = say(lang, "bring.no_guess")
    else:
        parts = [f"{say(lang, f'part.{part}')} = {column[:60]}" for part, column in shape.columns.items()]
        told = say(lang, "bring.guess", form=say(lang, f"bring.form.{shape.form}"))
        listed = ("、" if lang == "zh" else ", ").join(parts)
        sure = "bring.sure" if shape.sure >= 0.9 else "bring.likely" if shape.sure >= 0.5 else "bring.unsure"
        told = say(lang, "stop.full").join(filter(None, (told, listed, say(lang, sure))))
    unsure = shape is None or shape.sure < 0.5
    return f'<p class="quiet">{escape(head)}</p><p{" class=amber" if unsure else ""}>{escape(told)}</p>'


def preview_html(now: Seen, shape: Shape, got: Brought, lang: str) -> str:
    """The first rows, and the figures: of the whole file where the guess stands, else of its first lines."""
    whole = as_guessed(now, shape)
    rows, faulty = (now.rows, now.faulty) if whole else (len(got.rows), len(got.faults))
    double = now.duplicates if whole else got.duplicates
    told = say(lang, "bring.gives", rows=number(rows), faults=number(faulty), duplicates=number(double))
    if not whole:
        told = say(lang, "bring.first", lines=number(len(now.table.lines))) + told
    faults = now.faults if whole else got.faults
    items = "".join(f"<li>{_row(row, lang)}</li>" for row in got.rows[:ROWS])
    head = escape(say(lang, "bring.rows", count=min(ROWS, len(got.rows))))
    shown = f'<div class="card twins"><h3>{head}</h3><ol tabindex="0">{items}</ol></div>' if items else ""
    return f"<p>{escape(told)}</p>{shown}{faults_html(faults, faulty, lang)}"


def faults_html(faults: Sequence[Fault], count: int, lang: str) -> str:
    """The first lines that cannot be used, each with its reason, and how many more there are."""
    if not faults:
        return ""
    items = "".join(
        f"<li>{escape(say(lang, 'bring.line', line=fault.line))}{escape(sentence(fault.sentence, lang))}</li>"
        for fault in faults[:KEPT_FAULTS]
    )
    rest = count - min(len(faults), KEPT_FAULTS)
    more = f'<p class="quiet">{escape(say(lang, "bring.more", count=number(rest)))}</p>' if rest > 0 else ""
    head = escape(say(lang, "bring.faults", count=number(count)))
    return f'<div class="card"><h3>{head}</h3><ul class="faults">{items}</ul>{more}</div>'


def _row(row: Row, lang: str) -> str:
    turns = [(say(lang, f"role.{turn['role']}"), turn["content"]) for turn in row.messages]
    # The answer is what is learned: it is shown however many turns stand before it.
    shown = turns if len(turns) <= TURNS else [*turns[: TURNS - 2], ("…", ""), turns[-1]]
    return "".join(
        f'<div class="message"><b>{escape(who)}</b> {escape(text[:LONGEST])}{"…" if len(text) > LONGEST else ""}</div>'
        for who, text in shown
    )
