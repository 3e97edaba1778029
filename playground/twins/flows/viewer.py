"""An agent row as HTML: its steps as labelled cards, findings beside their turn. Class names, no style of its own.

ol.steps > li > article.step.KIND > h4, pre; ul.findings > li.finding.KIND
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from playground.records import Row
from playground.twins.flows.forms import Markers
from playground.twins.flows.lint import Finding
from playground.twins.flows.steps import Part, read_steps

MOST_PARTS = 300
"""Steps that are shown."""
LONGEST = 6_000
"""Characters of a step that are shown."""
WORDS: Mapping[str, str] = {
    "steps": "Steps of the row",
    "system": "System",
    "user": "Customer",
    "thought": "Thought",
    "action": "Action",
    "observation": "Observation",
    "reply": "Reply",
    "final": "Final answer",
    "plan": "Plan",
    "text": "Text",
    "turn": "turn",
    "findings": "Findings",
    "more": "The rest is not shown.",
}
"""English words of the viewer; a page hands in its own."""


def viewer_html(
    row: Row, findings: Sequence[Finding], words: Mapping[str, str] | None = None, marks: Markers | None = None
) -> str:
    """The row's steps as HTML, all text escaped. A word that `words` lacks is said in English."""
    said = {**WORDS, **(words or {})}
    parts = read_steps(row, marks).parts
    by_turn: dict[int, list[Finding]] = {}
    for one in findings:
        if one.row == row.id:
            by_turn.setdefault(one.turn, []).append(one)
    cards = []
    for place, part in enumerate(parts[:MOST_PARTS]):
        last_of_turn = place + 1 == len(parts) or parts[place + 1].turn != part.turn
        beside = _list(by_turn.pop(part.turn, []), said) if last_of_turn else ""
        cards.append(f"<li>{_card(part, said)}{beside}</li>")
    # Findings of the row as a whole, and of turns that are not shown.
    rest = _list([one for listed in by_turn.values() for one in listed], said)
    more = f'<p class="more">{_safe(said["more"])}</p>' if len(parts) > MOST_PARTS else ""
    label = _safe(f"{said['steps']} {row.id}")
    return (
        f'<section class="agent-row" aria-label="{label}">{rest}<ol class="steps">{"".join(cards)}</ol>{more}</section>'
    )


def _card(part: Part, said: Mapping[str, str]) -> str:
    label = _safe(said[part.kind])
    name = f' <code class="name">{_safe(part.name)}</code>' if part.kind in ("action", "final") and part.name else ""
    turn = f'<small class="turn">{_safe(said["turn"])} {part.turn}</small>'
    body = f'<pre class="text">{_safe(part.text)}</pre>'
    return f'<article class="step {part.kind}" aria-label="{label}"><h4>{label}{name} {turn}</h4>{body}</article>'


def _list(findings: Sequence[Finding], said: Mapping[str, str]) -> str:
    if not findings:
        return ""
    items = "".join(f'<li class="finding {_safe(one.kind)}" role="note">{_safe(one.sentence)}</li>' for one in findings)
    return f'<ul class="findings" aria-label="{_safe(said["findings"])}">{items}</ul>'


def _safe(text: str) -> str:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    # Half a character pair cannot be sent to a page.
    return html.escape(cut.encode("utf-8", "replace").decode(), quote=True)
