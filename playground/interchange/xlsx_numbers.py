"""Cells of a workbook as the texts a person sees: dates as dates, postcodes with their zeros, whole numbers whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the built-in formats of dates and times, Chinese ones included."""
_FIRST_DAY = datetime(1899, 12, 30)
"""Day 0 as spreadsheet programs count; it makes the 29 February 1900 that they believe in come out right later on."""
_NOT_A_FORM = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_TIME_FORM = re.compile(r"[ymdhs]", re.IGNORECASE)


@dataclass(frozen=True)
class Styles:
    """How a workbook's cells are shown."""

    cells: tuple[int, ...]
    """Style of a cell to the number of its format."""
    formats: Mapping[int, str]
    """Number to pattern, of the workbook's own formats."""

    def form(self, style: int) -> tuple[int, str]:
        """Number and pattern of a cell's format; the pattern is "" for a built-in one."""
        number = self.cells[style] if 0 <= style < len(self.cells) else 0
        return number, self.formats.get(number, "")


def as_text(value: str, kind: str, style: int, texts: Sequence[str], styles: Styles) -> str:
    """A cell's text. Raises IndexError or ValueError for a cell that points to nothing."""
    if kind == "s":
        return texts[int(value)] if int(value) >= 0 else texts[len(texts)]
    if kind == "b":
        return "TRUE" if value.strip() in ("1", "true") else "FALSE"
    if kind != "n":
        return value
    number, pattern = styles.form(style)
    try:
        amount = Decimal(value.strip() or "0")
    except InvalidOperation:
        return value
    if number in DATES or _TIME_FORM.search(_NOT_A_FORM.sub("", pattern)):
        return _date(float(amount)) or value
    # The program keeps 13800138000 as 1.3800138E+10, and 0.3 as 0.29999999999999999.
    if not amount.is_finite() or not -18 <= amount.adjusted() <= 18:
        return value
    text = format(Decimal(repr(float(amount))) if len(amount.as_tuple().digits) > 15 else amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.zfill(len(pattern)) if re.fullmatch(r"0{2,18}", pattern) and text.isdecimal() else text


def _date(days: float) -> str:
    """A day as 2024-05-01, with its time where it has one, a time alone as 09:30; "" for what is no date."""
    if not 0 <= days < 2_958_466:
        return ""
    moment = _FIRST_DAY + timedelta(seconds=round(days * 86_400))
    clock = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if days < 1:
        return clock
    day = f"{moment:%Y-%m-%d}"
    return day if clock == "00:00" else f"{day} {clock}"
