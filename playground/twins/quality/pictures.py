"""Pictures of a quality report: small SVG for inside a page, in the colour of the text around it, with no program.

Every picture has a title and a description for those who do not see it, and tells nothing by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from playground.twins.quality.balance import Balance
from playground.twins.quality.coverage import Coverage
from playground.twins.quality.leaks import LeakGroup
from playground.twins.quality.lengths import Lengths
from playground.twins.quality.real import Compared
from playground.twins.quality.words import percent, say, word

WIDTH = 480
LABEL = 150
"""Width of the column of names."""
LINE = 20
"""Height of a line of bars."""
MOST_BARS = 40
COLUMNS = 22
"""Columns of a name that are shown; a Chinese character takes two."""


class _Bar(NamedTuple):
    label: str
    share: float
    """0 to 1, of the longest possible bar."""
    told: str
    """What stands behind the bar."""
    strong: bool = True
    """False for a bar that is only there to be compared with."""


def lengths_svg(lengths: Lengths, lang: str) -> str:
    """Histogram of the lengths with the limit as a line; "" without rows."""
    if not lengths.bars:
        return ""
    most = max(bar.rows for bar in lengths.bars)
    low, high = lengths.bars[0].low, lengths.bars[-1].high + 1
    step, height = WIDTH / len(lengths.bars), 110
    body = []
    for place, bar in enumerate(lengths.bars):
        tall = height * bar.rows / most
        box = f'x="{place * step + 1:.1f}" y="{height - tall:.1f}" width="{step - 2:.1f}" height="{tall:.1f}"'
        name = plain(f"{bar.low}–{bar.high}: {bar.rows}")
        body.append(f'<rect {box} fill="currentColor" fill-opacity="0.7"><title>{name}</title></rect>')
    if lengths.limit is not None and low < lengths.limit < high:
        x = WIDTH * (lengths.limit - low) / (high - low)
        line = f'x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}" stroke="currentColor" stroke-dasharray="4 3"'
        body.append(f"<line {line}/>" + _text(x + 4, 12, f"{word('limit', lang)} {lengths.limit}"))
    body.append(_text(0, height + 16, f"{low:,}") + _text(WIDTH, height + 16, f"{high - 1:,}", "end"))
    unit = word(lengths.unit, lang)
    body.append(_text(WIDTH / 2, height + 16, unit, "middle"))
    return _svg("lengths", height + 22, word("lengths", lang), lengths_text(lengths, lang), body)


def values_svg(balance: Balance, lang: str) -> str:
    """Bars of a slot's most frequent values; "" without a value."""
    given = balance.rows - round(balance.empty * balance.rows)
    if not given:
        return ""
    bars = [_Bar(value, rows / given, percent(rows / given)) for value, rows in balance.top]
    if balance.empty:
        bars.append(_Bar(word("empty", lang), balance.empty, percent(balance.empty), False))
    most = max(bar.share for bar in bars)
    scaled = [bar._replace(share=bar.share / most) for bar in bars]
    return _bars("values", f"{word('slot', lang)} {balance.slot}", balance_text(balance, lang), scaled)


def coverage_svg(coverage: Coverage, lang: str) -> str:
    """A grid of the templates, each cell the darker the more rows it has; unused ones are empty and crossed out."""
    # Each side has a scale of its own: a single answer template has as many rows as all questions together.
    sides = [(side, max(side.values(), default=0)) for side in (coverage.human, coverage.bot)]
    cells = [(name, count, max(most, 1)) for side, most in sides for name, count in side.items()][:600]
    if not cells:
        return ""
    across, size = 24, WIDTH / 24
    body = []
    for place, (name, count, most) in enumerate(cells):
        x, y = place % across * size, place // across * size
        dark = f'fill="currentColor" fill-opacity="{0.15 + 0.75 * count / most:.2f}"' if count else 'fill="none"'
        box = f'x="{x + 1:.1f}" y="{y + 1:.1f}" width="{size - 2:.1f}" height="{size - 2:.1f}"'
        told = plain(f"{name}: {count}")
        body.append(f'<rect {box} {dark} stroke="currentColor" stroke-opacity="0.4"><title>{told}</title></rect>')
        if not count:
            ends = f'x1="{x + 3:.1f}" y1="{y + 3:.1f}" x2="{x + size - 3:.1f}" y2="{y + size - 3:.1f}"'
            body.append(f'<line {ends} stroke="currentColor"/>')
    rows = -(-len(cells) // across)
    return _svg("coverage", round(rows * size) + 2, word("coverage", lang), coverage_text(coverage, lang), body)


def leaks_svg(leak: LeakGroup, lang: str) -> str:
    """What a held-out group shares with training: a bar for each thing, with ✗ where it may not."""
    bars = []
    for one in leak.shared:
        name = one.slot or word(one.what, lang)
        mark = "" if one.allowed else " ✓" if not one.shared else " ✗" if one.level == "fault" else " !"
        told = f"{one.shared} / {one.rows}{mark}"
        bars.append(_Bar(name, one.shared / one.rows if one.rows else 0.0, told, not one.allowed))
    return _bars("leaks", f"{word('leaks', lang)}: {leak.group}", leak.verdict.text(lang), bars)


def real_svg(compared: Compared, lang: str) -> str:
    """Made and real shares of one figure, a pair of bars for each kind; "" where there is nothing to compare."""
    kinds = [(key, compared.made[key], compared.real.get(key, 0.0)) for key in compared.made]
    if not kinds:
        return ""
    bars = []
    for key, made, real in kinds[: MOST_BARS // 2]:
        bars.append(_Bar(f"{key} {word('made', lang)}", made, percent(made), False))
        bars.append(_Bar(f"{key} {word('real_rows', lang)}", real, percent(real)))
    return _bars("real", word("real", lang), compared.says.text(lang), bars)


def lengths_text(lengths: Lengths, lang: str) -> str:
    """The figures of the lengths in one sentence."""
    unit, mean = word(lengths.unit, lang), f"{lengths.mean:.0f}"
    figures = {"middle": lengths.middle, "p95": lengths.p95, "longest": lengths.longest}
    told = say("lengths.figures", rows=lengths.rows, unit=unit, mean=mean, id=lengths.longest_id, **figures)
    return told.text(lang)


def balance_text(balance: Balance, lang: str) -> str:
    """The figures of a slot in one sentence."""
    different = f"{balance.different:,}" + ("+" if balance.more else "")
    shares = {"empty": percent(balance.empty), "top": percent(balance.top_share), "entropy": f"{balance.entropy:.1f}"}
    return say("balance.figures", rows=balance.rows, different=different, **shares).text(lang)


def coverage_text(coverage: Coverage, lang: str) -> str:
    """How many templates and pairs there are rows for."""
    pairs = coverage.pairs
    return say("finding.pairs", reached=pairs.reached, possible=pairs.possible).text(lang)


def plain(text: str) -> str:
    """A text for inside a page: escaped, and without characters that no page may hold."""
    kept = "".join(one if one.isprintable() or one == "\n" else "·" for one in text)
    return escape(kept.encode("utf-8", "replace").decode("utf-8"))


def _bars(kind: str, title: str, told: str, bars: Sequence[_Bar]) -> str:
    body, room = [], WIDTH - LABEL - 90
    for place, bar in enumerate(bars[:MOST_BARS]):
        y = place * LINE
        body.append(_text(LABEL - 6, y + 14, _cut(bar.label), "end"))
        wide = max(0.0, min(1.0, bar.share)) * room
        dark = 0.7 if bar.strong else 0.3
        box = f'x="{LABEL}" y="{y + 3}" width="{wide:.1f}" height="{LINE - 6}"'
        body.append(f'<rect {box} fill="currentColor" fill-opacity="{dark}"/>')
        body.append(_text(LABEL + wide + 5, y + 14, bar.told))
    return _svg(kind, min(len(bars), MOST_BARS) * LINE + 2, title, told, body)


def _cut(text: str) -> str:
    kept, columns = "", 0
    for one in text[:COLUMNS]:
        columns += 1 if ord(one) < 0x1100 else 2
        if columns > COLUMNS:
            break
        kept += one
    return kept if kept == text else kept[:-1] + "…"


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {at} fill="currentColor" font-size="12">{plain(text)}</text>'


def _svg(kind: str, height: int, title: str, told: str, body: Sequence[str]) -> str:
    head = f'<svg class="quality-{kind}" role="img" viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
    return f"{head}<title>{plain(title)}</title><desc>{plain(told)}</desc>{''.join(body)}</svg>"
