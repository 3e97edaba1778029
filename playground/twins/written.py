"""Days, hours and numbers as people write them: every form of one value, to look for it and to write others like it.

Forms are strftime's with a few marks more: %-m, %-d, %-H and %-I without a leading zero everywhere, %O the day with its
ending (26th), %P am or pm in small letters, %N the hour in Chinese words, %W the whole hour in English words (quarter
past two), %X the whole day in Chinese figures. %K, a part of the day in Chinese, is written out in the forms that are
found. {} is a number as it is, {,} one with commas between thousands, {w} one in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

DAYS = (
    "%X", "%B %O %Y", "%O %B %Y", "%b %O %Y", "%Y年%m月%d日", "%Y年%-m月%-d日", "%Y年%-m月%-d号", "%Y-%m-%d",
    "%Y/%m/%d", "%Y.%m.%d", "%Y-%-m-%-d", "%Y/%-m/%-d", "%Y.%-m.%-d", "%d/%m/%Y", "%m/%d/%Y", "%-d/%-m/%Y",
    "%-m/%-d/%Y", "%d.%m.%Y", "%-d.%-m.%Y", "%O of %B, %Y", "%O of %B %Y", "%B %O, %Y", "%B %-d, %Y", "%B %-d %Y",
    "%-d %B %Y", "%b %-d, %Y", "%b %-d %Y", "%-d %b %Y", "%m月%d日", "%m月%d号", "%-m月%-d日", "%-m月%-d号",
    "%-m月%-d", "%O of %B", "%B %O", "%O %B", "%b %O", "%O %b", "%B %-d", "%-d %B", "%b %-d", "%-d %b", "%-m/%-d",
    "%d/%m", "%m/%d", "%-d/%-m", "%d.%m.", "%m-%d", "%-m.%-d",
)  # fmt: skip
"""Forms of a day, those that say more first."""
HOURS = (
    "%K%-I点一刻", "%K%-I点三刻", "%K%-I点%M", "%-I点一刻", "%-I点三刻", "%K%-I点%M分", "%K%-I点半", "%K%-I点钟",
    "%K%-I点", "%K%N点半", "%K%N点", "%K%-I:%M", "%H点%M分", "%-H点%M分", "%-H点半", "%-H点", "%H:%M", "%-H:%M",
    "%-H：%M", "%-I:%M %p", "%-I:%M%p", "%-I:%M %P", "%-I:%M%P", "%-I.%M%P", "%-I.%M %P", "%-I.%M%p", "%-I %p",
    "%-I%p", "%-I %P", "%-I%P", "%-I点半", "%-I点", "%N点半", "%N点", "%H.%M", "%-H.%M", "%-I:%M", "%-H点%M",
    "%-I点%M", "%W",
)  # fmt: skip
"""Forms of an hour, those that say more first."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_CHINESE = "零一二三四五六七八九十"
WORDS_UP_TO = 20
"""Greatest number that is written in words."""


PARTS = {
    "凌晨": (0, 5),
    "清晨": (5, 8),
    "早上": (5, 11),
    "上午": (7, 12),
    "中午": (11, 14),
    "下午": (12, 19),
    "傍晚": (17, 20),
    "晚上": (18, 24),
    "今晚": (18, 24),
    "明晚": (18, 24),
    "夜里": (20, 24),
    "早": (5, 11),
    "晚": (18, 24),
}
"""Part of the day in Chinese to its hours, from one up to another."""


def stamp(when: date, form: str) -> str:
    """A day, or a moment, in a form; English names and AM, PM whatever the machine speaks."""
    hour = getattr(when, "hour", 0)
    marks = {
        "%-m": str(when.month),
        "%-d": str(when.day),
        "%-H": str(hour),
        "%-I": str(hour % 12 or 12),
        "%O": f"{when.day}{_ending(when.day)}",
        "%P": "am" if hour < 12 else "pm",
        "%p": "AM" if hour < 12 else "PM",
        "%N": "两" if hour % 12 == 2 else _hour_word(hour % 12 or 12),
        "%B": _MONTHS[when.month - 1],
        "%b": _MONTHS[when.month - 1][:3],
        "%X": _figures(when),
        "%W": _english_hour(hour, getattr(when, "minute", 0)),
    }
    for mark, text in marks.items():
        form = form.replace(mark, text)
    return when.strftime(form)


def day_in(message: str, day: date) -> Iterator[tuple[str, int, int]]:
    """Each place (form, begin, end) where a message writes this day; those that say more first."""
    yield from _found(message, day, DAYS)


def hour_in(message: str, hour: int, minute: int) -> Iterator[tuple[str, int, int]]:
    """Each place (form, begin, end) where a message writes this hour; those that say more first."""
    there = [form for form in HOURS if _says(form, minute)]
    parts = [name for name, (low, high) in PARTS.items() if low <= hour < high]
    forms = [form.replace("%K", part) for form in there for part in (parts if "%K" in form else ("",))]
    for form, begin, end in _found(message, datetime(2026, 1, 1, hour, minute), forms):
        said = next((span for name, span in PARTS.items() if message[:begin].endswith(name)), None)
        if said is None or said[0] <= hour < said[1]:  # 3点 behind 上午 is no 15:00
            yield form, begin, end


def _says(form: str, minute: int) -> bool:
    """Whether a form can say such minutes."""
    for mark, wanted in (("半", 30), ("一刻", 15), ("三刻", 45)):
        if mark in form:
            return minute == wanted
    return "%M" in form or (minute % 5 == 0 if "%W" in form else minute == 0)


def number_in(message: str, value: float) -> Iterator[tuple[str, int, int]]:
    """Each place (form, begin, end) where a message writes this number, in digits or, up to twenty, in words."""
    for found in re.finditer(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])\d+(?:\.\d+)?(?!\d)", message):
        if float(found[0].replace(",", "")) == value:
            yield "{,}" if "," in found[0] else "{}", found.start(), found.end()
    if value == int(value) and 0 < value <= WORDS_UP_TO:
        for word in words_of(int(value)):
            pattern = (
                rf"\b{word}\b" if word.isascii() else rf"(?<![{_CHINESE}两]){word}(?=[^\s\d，。,.{_CHINESE}点月号日])"
            )
            for found in re.finditer(pattern, message, re.IGNORECASE):
                yield "{w}", found.start(), found.end()


def words_of(number: int) -> tuple[str, ...]:
    """A whole number up to twenty in words: Chinese, as it is counted with, and English."""
    chinese = "两" if number == 2 else _hour_word(number)
    return chinese, _ENGLISH[number]


def read_day(text: str) -> date | None:
    """The day of an answer, None where it is none: 2026-03-05, 2026/3/5, 2026年3月5日."""
    text = text.strip()
    found = re.fullmatch(r"((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})[日号]?", text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        named = re.fullmatch(r"(?:(\d{1,2}) ([A-Za-z]{3,9})|([A-Za-z]{3,9}) (\d{1,2}),?) ((?:19|20)\d\d)", text)
        month = (named[2] or named[3]).title()[:3] if named else ""
        if named and month in [name[:3] for name in _MONTHS]:
            number = [name[:3] for name in _MONTHS].index(month) + 1
            return date(int(named[5]), number, int(named[1] or named[4]))
        return None
    except ValueError:
        return None


def read_hour(text: str) -> tuple[int, int] | None:
    """The hour and minute of an answer, None where it is none: 15:30, 15:30:00."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)(?:[:：]00)?", text.strip())
    return (int(found[1]), int(found[2])) if found else None


def _found(message: str, when: date, forms: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    lower = message.lower()
    for form in forms:
        text = stamp(when, form)
        at = lower.find(text.lower())
        while at >= 0:
            end = at + len(text)
            before, after = message[at - 1 : at], message[end : end + 1]
            inside = (text[0].isdigit() and (before.isdigit() or before in "./-:：") and before) or (
                text[-1].isdigit() and after.isdigit()
            )
            if not inside and not (text[-1].isalpha() and text[-1].isascii() and after.isalpha() and after.isascii()):
                yield form, at, end
            at = lower.find(text.lower(), end)


def _ending(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _figures(when: date) -> str:
    year = "".join(_CHINESE[int(c)] for c in str(when.year))
    return f"{year}年{_hour_word(when.month)}月{_hour_word(when.day)}日"


def _english_hour(hour: int, minute: int) -> str:
    said = {0: "", 5: "five", 10: "ten", 15: "quarter", 20: "twenty", 25: "twenty-five", 30: "half"}
    own, following = _ENGLISH[hour % 12 or 12], _ENGLISH[(hour + 1) % 12 or 12]
    if minute == 0:
        return f"{own} o'clock"
    return f"{said.get(minute, str(minute))} past {own}" if minute <= 30 else f"{said.get(60 - minute)} to {following}"


def _hour_word(number: int) -> str:
    if number <= 10:
        return _CHINESE[number]
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{_CHINESE[tens]}十") + (_CHINESE[ones] if ones else "")
