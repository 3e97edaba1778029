"""A quality report as HTML for inside a page: class names and no style, no program, everything escaped.

Rows are named by id in `data-row`, so that a page can open them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playground.twins.quality.faults import Example, Fault
from playground.twins.quality.pictures import (
    balance_text,
    coverage_svg,
    coverage_text,
    leaks_svg,
    lengths_svg,
    lengths_text,
    plain,
    real_svg,
    values_svg,
)
from playground.twins.quality.real import Real
from playground.twins.quality.report import Report
from playground.twins.quality.words import percent, say, word

NAMED = 5
"""Rows named for each fault; the report's JSON has more."""
FIGURES = 6
"""Figures beside real rows that get a picture: those furthest apart."""


def report_html(report: Report, lang: str = "en") -> str:
    """The whole report; lang is "zh" or "en"."""
    findings = "".join(
        f'<li class="{one.level}"><b>{plain(word(f"level.{one.level}", lang))}</b> {plain(one.says.text(lang))}</li>'
        for one in report.findings
    )
    headline = f'<p class="headline {report.level}">{plain(report.headline.text(lang))}</p>'
    parts = [
        f'{headline}<ul class="findings">{findings}</ul>',
        _section("faults", lang, _faults(report.faults, lang), True),
        _section("repeats", lang, _repeats(report, lang), bool(report.repeats.faults)),
        _section("leaks", lang, "".join(_leak(report, place, lang) for place in range(len(report.leaks)))),
        _section("coverage", lang, _coverage(report, lang)),
        _section("balance", lang, _balance(report, lang)),
        _section("lengths", lang, _lengths(report, lang)),
        _section("real", lang, _real(report.real, lang) if report.real else "", True),
    ]
    return f'<div class="quality" lang="{"zh" if lang == "zh" else "en"}">{"".join(parts)}</div>'


def _section(key: str, lang: str, body: str, unfolded: bool = False) -> str:
    """A part of the report, folded away unless it is what one looks for first."""
    if not body:
        return ""
    head = f"<summary><h3>{plain(word(key, lang))}</h3></summary>"
    attribute = ' open=""' if unfolded else ""
    return f'<section class="{key}"><details{attribute}>{head}{body}</details></section>'


def _faults(faults: Iterable[Fault], lang: str) -> str:
    return "".join(
        f'<details class="{one.level}"><summary>{plain(one.says.text(lang))}</summary>'
        f"{_examples(one.examples, one.count, lang)}</details>"
        for one in faults
    )


def _examples(examples: Sequence[Example], count: int, lang: str) -> str:
    lines = [
        f'<li data-row="{plain(one.id)}" data-group="{plain(one.group)}"><code>{plain(one.id)}</code> '
        f"{plain(one.says.text(lang))}</li>"
        for one in examples[:NAMED]
    ]
    if count > len(lines):
        lines.append(f"<li>{plain(say('more', count=count - len(lines)).text(lang))}</li>")
    return f"<ul>{''.join(lines)}</ul>"


def _repeats(report: Report, lang: str) -> str:
    return _faults(report.repeats.faults, lang) + f"<p><small>{plain(report.repeats.method.text(lang))}</small></p>"


def _leak(report: Report, place: int, lang: str) -> str:
    leak = report.leaks[place]
    named = "".join(
        f"<details><summary>{plain(one.says.text(lang))}</summary>{_examples(one.examples, one.shared, lang)}</details>"
        for one in leak.shared
        if one.shared and not one.allowed
    )
    picture = f"<figure>{leaks_svg(leak, lang)}</figure>"
    return f'<div class="{leak.level}"><p>{plain(leak.verdict.text(lang))}</p>{picture}{named}</div>'


def _coverage(report: Report, lang: str) -> str:
    found = report.coverage
    if not found.human and not found.bot:
        return ""
    unused = f"<p>{plain(', '.join(found.unused[:50]))}</p>" if found.unused else ""
    return f"<p>{plain(coverage_text(found, lang))}</p><figure>{coverage_svg(found, lang)}</figure>{unused}"


def _balance(report: Report, lang: str) -> str:
    parts = []
    for one in report.balance:
        warnings = "".join(f'<p class="warning">{plain(says.text(lang))}</p>' for says in one.warnings)
        figures = f"<p>{plain(balance_text(one, lang))}</p><figure>{values_svg(one, lang)}</figure>"
        parts.append(f"<details><summary>{plain(one.slot)}</summary>{figures}</details>{warnings}")
    return "".join(parts)


def _lengths(report: Report, lang: str) -> str:
    found = report.lengths
    if not found.rows:
        return ""
    cut = _examples(found.examples, found.cut, lang) if found.cut else ""
    return f"<p>{plain(lengths_text(found, lang))}</p><figure>{lengths_svg(found, lang)}</figure>{cut}"


def _real(real: Real, lang: str) -> str:
    figures = say("real.figures", rows=real.real_rows, distance=real.distance).text(lang)
    parts = [f"<p>{plain(real.verdict.text(lang))}</p><p>{plain(figures)}</p>"]
    for one in real.compared[:FIGURES]:
        kind = "warning" if one.differs else "note"
        head = f'<summary class="{kind}">{plain(one.says.text(lang))}</summary>'
        parts.append(f"<details>{head}<figure>{real_svg(one, lang)}</figure></details>")
    if real.words:
        head = "".join(f"<th>{plain(word(key, lang))}</th>" for key in ("words", "made", "real_rows"))
        rows = "".join(
            f"<tr><td>{plain(one.word)}</td><td>{percent(one.made)}</td><td>{percent(one.real)}</td></tr>"
            for one in real.words
        )
        fold = f"<summary>{plain(word('words', lang))}</summary>"
        parts.append(f"<details>{fold}<table><tr>{head}</tr>{rows}</table></details>")
    return "".join(parts)
