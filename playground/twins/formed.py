"""Kinds of fields whose value may be written in one way and answered in another: numbers, days, hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from playground.twins.chance import Chance
from playground.twins.drawn import listed_words
from playground.twins.words import between, pick
from playground.twins.written import WORDS_UP_TO, stamp, words_of

Draw = Callable[[Chance], tuple[str, str]]
"""Draws a value as the message has it, and as the answer gives it."""


def _integer(settings: Mapping[str, Any], lang: str) -> Draw:
    low, high, step = int(settings.get("low", 1)), int(settings.get("high", 100)), int(settings.get("step", 1))
    forms = tuple(settings.get("forms", ("{}",)))
    count = (high - low) // step
    return lambda rng: _numbers(pick(rng, forms), str(low + step * between(rng, 0, count)), settings)


def _amount(settings: Mapping[str, Any], lang: str) -> Draw:
    low, high = float(settings.get("low", 1)), float(settings.get("high", 5000))
    decimals = int(settings.get("decimals", 2))
    default = ("{}元", "{}块", "¥{}", "{}") if lang == "zh" else ("${}", "{} USD", "{}")
    forms = tuple(settings.get("forms", default))

    def make(rng: Chance) -> tuple[str, str]:
        chance = rng.random()
        # Small sums are commoner than large ones, and prices end as prices do.
        value = low + (high - low) * rng.random() ** 2
        if decimals == 0 or chance < 0.35:
            text = str(max(int(low), round(value)))
        elif chance < 0.5:
            text = f"{min(int(value) + 0.9, high):.1f}" if decimals else str(int(value))
        else:
            text = f"{value:.{decimals}f}"
        return _numbers(pick(rng, forms), text, settings)

    return make


def _date(settings: Mapping[str, Any], lang: str) -> Draw:
    low = date.fromisoformat(settings.get("low", "2025-01-01"))
    high = date.fromisoformat(settings.get("high", "2027-12-31"))
    forms = tuple(settings.get("forms", _DATES["zh" if lang == "zh" else "en"]))
    days = (high - low).days

    def make(rng: Chance) -> tuple[str, str]:
        day = low + timedelta(between(rng, 0, days))
        written = stamp(day, pick(rng, forms))
        return written, stamp(day, settings["answer"]) if "answer" in settings else written

    return make


_DATES = {
    "zh": ("%Y-%m-%d", "%Y年%-m月%-d日", "%-m月%-d日", "%-m月%-d号"),
    "en": ("%Y-%m-%d", "%B %-d", "%b %-d, %Y", "%-d %B"),
}


def _time(settings: Mapping[str, Any], lang: str) -> Draw:
    first, last = (_minutes(settings.get(name, default)) for name, default in (("low", "08:00"), ("high", "21:30")))
    step = int(settings.get("step", 5))
    default = ("%H:%M", "%-H点", "%-H点%M分", "%-H:%M") if lang == "zh" else ("%H:%M", "%-I:%M %p", "%-I %p")
    forms = tuple(settings.get("forms", default))
    count = max(0, (last - first) // step)

    def make(rng: Chance) -> tuple[str, str]:
        form = pick(rng, forms)
        minute = first + step * between(rng, 0, count)
        if "%W" in form:
            minute = minute // 5 * 5
        elif "%M" not in form:  # nine o'clock, where minutes are not said
            minute = min(-(-minute // 60) * 60, last // 60 * 60)
            more = next((count for mark, count in (("半", 30), ("一刻", 15), ("三刻", 45)) if mark in form), 0)
            minute = minute + more if minute + more <= last else minute - 60 + more
        when = datetime(2026, 1, 1) + timedelta(minutes=minute)
        written = stamp(when, form)
        return written, stamp(when, settings["answer"]) if "answer" in settings else written

    return make


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _quantity(settings: Mapping[str, Any], lang: str) -> Draw:
    low, high = int(settings.get("low", 1)), int(settings.get("high", 30))
    units = tuple(settings.get("units", listed_words("unit", lang)))
    if settings.get("bare"):
        units = ("",)
    joint = "" if lang == "zh" or settings.get("bare") else " "
    forms = tuple(settings.get("forms", ("{}",)))
    if "forms" in settings:
        units, joint = ("",), ""
    return lambda rng: _numbers(pick(rng, forms) + joint + pick(rng, units), str(between(rng, low, high)), settings)


def _numbers(form: str, bare: str, settings: Mapping[str, Any]) -> tuple[str, str]:
    """A number in the form of the message, and in that of the answer."""
    shown = bare
    if "{,}" in form:
        whole, dot, rest = bare.partition(".")
        form, shown = form.replace("{,}", "{}"), f"{int(whole):,}{dot}{rest}"
    elif "{w}" in form:
        form = form.replace("{w}", "{}")
        shown = words_of(int(bare))[settings.get("lang") == "en"] if 0 < int(bare) <= WORDS_UP_TO else bare
    written = form.replace("{}", shown) if "{}" in form else form + shown
    return written, settings["answer"].replace("{}", bare) if "answer" in settings else written


FORMED: Mapping[str, Callable[[Mapping[str, Any], str], Draw]] = {
    "integer": _integer,
    "amount": _amount,
    "date": _date,
    "time": _time,
    "quantity": _quantity,
}
"""Kinds whose value may be written in one way and answered in another."""
