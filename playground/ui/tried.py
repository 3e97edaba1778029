"""The sample answers of a training run as HTML: each question once, its answers epoch by epoch, and what was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from playground.events import EpochDone, SampleAnswer
from playground.ui.words import say

LAST = 3
"""Epochs shown, the newest; the first one is shown beside them."""
MOST = 600
"""Characters of a text that are shown."""


def tried_html(epochs: Sequence[EpochDone], lang: str) -> str:
    """What the model said to the same questions after each epoch; "" before the first one is over."""
    told = [epoch for epoch in epochs if epoch.answers]
    if not told:
        return ""
    shown = told if len(told) <= LAST + 1 else [told[0], *told[-LAST:]]
    cards = "".join(_question(place, shown, lang) for place in range(len(shown[-1].answers)))
    return f'<section class="card tried"><h3>{escape(say(lang, "tried"))}</h3>{cards}</section>'


def _question(place: int, epochs: Sequence[EpochDone], lang: str) -> str:
    asked = epochs[-1].answers[place]
    lines = "".join(_line(say(lang, "chart.epoch", epoch=e.epoch), e.answers[place]) for e in epochs)
    wanted = f"<dt>{escape(say(lang, 'tried.wanted'))}</dt><dd><code>{_cut(asked.wanted)}</code></dd>"
    title = escape(say(lang, f"group.{asked.group}"))
    return f'<h4>{title}</h4><p class="message">{_cut(asked.question)}</p><dl>{lines}{wanted}</dl>'


def _line(label: str, said: SampleAnswer) -> str:
    mark = "✓ " if said.answer.strip() == said.wanted.strip() else ""
    return f"<dt>{escape(mark + label)}</dt><dd><code>{_cut(said.answer) or '–'}</code></dd>"


def _cut(text: str) -> str:
    text = text.strip()
    return escape(text if len(text) <= MOST else text[:MOST] + " …")
