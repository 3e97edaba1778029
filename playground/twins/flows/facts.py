"""Facts in a text that cannot be guessed: codes, long numbers, dates, times, amounts, mail addresses.

Each fact has a key under which it is the same in any dress: 3月5日 is March 5, 2 pm is 14:00 or 2:00, ¥199.00 is
199元. So a fact in an answer can be looked for in what was said before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MOST_FACTS = 400
"""Facts of one text that are looked at."""
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十]{1,3}(?=[点月日号])")
_DIGIT = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DATES = (
    re.compile(r"(?<!\d)(?:19|20)\d\d\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?:19|20)\d\d(?P<month>0\d|1[0-2])(?P<day>[0-2]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*(?:日|号|(?!\d))"),
    re.compile(rf"\b(?P<name>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{_MONTH})\b", re.IGNORECASE),
)
_TIMES = (
    re.compile(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?![\d])"),
    re.compile(r"(?<!\d)(?P<hour>\d{1,2})\s*[ap]\.?m\b", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<hour>\d{1,2})点(?P<half>半)?(?:(?P<minute>\d{1,2})分?)?"),
)
_AMOUNTS = (
    re.compile(r"[¥$€£]\s?(?P<number>\d[\d,]{0,15}(?:\.\d{1,4})?)"),
    re.compile(
        r"(?<![\d.,])(?P<number>\d[\d,]{0,15}(?:\.\d{1,4})?)\s?(?P<ten>万)?(?:元|块钱|块|美元|dollars?\b|yuan\b|rmb\b|usd\b|euros?\b|eur\b)",
        re.IGNORECASE,
    ),
)
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,8}[-_]?\d{3,}(?:[A-Za-z0-9]|-(?=[A-Za-z0-9]))*")
_LONG = re.compile(r"(?<![\d.:])\+?\d(?:[\d-]|[ ](?=\d)){3,40}\d(?![\d:])")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")
_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_CLOCK_WORDS = re.compile(
    rf"\b(?:(?P<half>half past)|at|by|around|before|after|until)\s+(?P<hour>1?\d|{'|'.join(_HOURS)})\b(?![:\d])"
    rf"|\b(?P<named>{'|'.join(_HOURS)})(?=\s*(?:o'?clock|[ap]\.?m\b))|\bnoon\b|\bmidnight\b|中午|正午|午夜",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"今天|明天|后天|昨天|今晚|明早|本周|下周|这周|周[一二三四五六日末]|星期"
    r"|\b(?:today|tonight|tomorrow|yesterday|next|this week(?:end)?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_HINT = re.compile(r"[0-9@]")
"""Without one of these no fact is in a text."""
_NUMBER = re.compile(r"\d[\d,]{0,15}(?:\.\d{1,4})?")


@dataclass(frozen=True)
class Fact:
    """One fact of a text."""

    kind: str
    """code, number, date, time, amount or mail."""
    key: str
    """Equal for the same fact in another dress."""
    shown: str
    """As it stands in the text."""


def facts(text: str) -> list[Fact]:
    """The facts of a text in NFKC form, at most MOST_FACTS, each once."""
    found: dict[tuple[str, str], Fact] = {}
    for fact in _all(unicodedata.normalize("NFKC", text)):
        found.setdefault((fact.kind, fact.key), fact)
        if len(found) >= MOST_FACTS:
            break
    return list(found.values())


class Heard:
    """What was said so far, to look facts up in."""

    def __init__(self) -> None:
        self._today: set[str] = set()
        """Dates of the system text: what is tomorrow can be worked out from them."""
        self._relative = False
        self._keys: set[tuple[str, str]] = set()
        self._numbers: set[str] = set()
        self._closed: list[str] = []

    def add(self, text: str, system: bool = False) -> None:
        """Take in a text, said by a customer, a tool or the system."""
        plain = unicodedata.normalize("NFKC", text)
        numbered = _NUMERAL.sub(lambda numeral: str(_number(numeral[0])), plain)
        if numbered != plain:
            plain += f"\n{numbered}"
        plain += "".join(f"\n{clock}" for clock in _spoken(plain))
        self._relative = self._relative or _RELATIVE.search(plain) is not None
        if system:
            self._today |= {fact.key for fact in _all(plain) if fact.kind == "date"}
        self._keys |= {(fact.kind, fact.key) for fact in _all(plain)}
        self._numbers |= {key for number in _NUMBER.finditer(plain) if (key := _amount(number[0]))}
        self._closed.append(_squashed(plain))

    def holds(self, fact: Fact) -> bool:
        """Whether somebody said it."""
        if (fact.kind, fact.key) in self._keys:
            return True
        if fact.kind == "amount":
            return fact.key in self._numbers
        if fact.kind == "date":
            return self._relative and any(_near(fact.key, day) for day in self._today)
        return fact.kind in ("code", "number", "mail") and any(_squashed(fact.shown) in text for text in self._closed)


def _all(text: str) -> Iterator[Fact]:
    if not _HINT.search(text):
        return
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for one in pattern.finditer(text):
            name = one.groupdict().get("name")
            month = _MONTHS.index(name[:3].casefold()) + 1 if name else int(one["month"])
            if 1 <= month <= 12 and 1 <= int(one["day"]) <= 31:
                taken.append(one.span())
                yield Fact("date", f"{month}-{int(one['day'])}", one[0].strip())
    for pattern in _TIMES:
        for one in pattern.finditer(text):
            groups = one.groupdict()
            minute = 30 if groups.get("half") else int(groups.get("minute") or 0)
            if int(one["hour"]) <= 24 and minute < 60:
                # Two in the afternoon is 14:00 to one and 2:00 to another.
                yield Fact("time", f"{int(one['hour']) % 12}:{minute:02d}", one[0].strip())
    for pattern in _AMOUNTS:
        for one in pattern.finditer(text):
            taken.append(one.span())
            if key := _amount(one["number"], one.groupdict().get("ten") is not None):
                yield Fact("amount", key, one[0].strip())
    for one in _MAIL.finditer(text):
        taken.append(one.span())
        yield Fact("mail", one[0].casefold(), one[0])
    for kind, pattern in (("code", _CODE), ("number", _LONG)):
        for one in pattern.finditer(text):
            if kind == "code" or not _inside(one.span(), taken) and sum(c.isdigit() for c in one[0]) >= 5:
                if kind == "code":
                    taken.append(one.span())
                yield Fact(kind, _squashed(one[0]), one[0].strip())


def _spoken(text: str) -> Iterator[str]:
    """Times in words: noon, at 3, half past two."""
    for found in _CLOCK_WORDS.finditer(text):
        told = (found["hour"] or found["named"] or "12").casefold()
        hour = _HOURS.index(told) + 1 if told in _HOURS else int(told)
        yield f"{hour}:{'30' if found['half'] else '00'}"


def _near(key: str, day: str) -> bool:
    """Whether two days of a year are within a month of one another."""
    (month, one), (other_month, other) = (tuple(map(int, part.split("-"))) for part in (key, day))
    apart = abs(31 * (month - other_month) + one - other)
    return min(apart, 372 - apart) <= 31


def _inside(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    # The texts of one turn hold few of these; the list is bounded like the facts.
    return any(start < span[1] and span[0] < end for start, end in taken[-MOST_FACTS:])


def _squashed(text: str) -> str:
    return re.sub(r"[\s_+-]+", "", text).casefold()


def _amount(text: str, ten_thousands: bool = False) -> str:
    try:
        value = Decimal(text.replace(",", "")) * (10_000 if ten_thousands else 1)
    except InvalidOperation:
        return ""
    return str(value.normalize())


def _number(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return int("".join(str(_DIGIT[one]) for one in numeral))
    return 10 * (_DIGIT.get(tens[-1:], 1) if tens else 1) + (_DIGIT.get(ones[-1:], 0) if ones else 0)
