"""Values of a flow's slots: each kind is one function, drawn from one row's own random numbers.

A value belongs to train or to the unseen side for good, as everywhere in the workshop (twins/split.py).
Any name of twins/fields.py is a kind too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any

from playground.twins import fields
from playground.twins.dress import PLAIN
from playground.twins.flows.flow import Slot
from playground.twins.flows.wordings import said
from playground.twins.split import Side
from playground.twins.template import plain_template
from playground.twins.words import between, pick

MANY = 10
"""A choice list of at least so many values is parted into train's and unseen ones."""
TRIES = 1000
"""Draws of an open value until one is on its side; one in five is."""


@dataclass(frozen=True)
class Draw:
    """What one value is drawn with."""

    slot: Slot
    lang: str
    rng: Random
    side: Side
    values: Mapping[str, str]
    """Values drawn before; all parents of the slot are among them."""
    days: dict[str, date]
    """Days behind the dates drawn before; a date puts its own there, for one that comes after it."""

    def option(self, key: str, default: Any) -> Any:
        """A setting of the slot."""
        return self.slot.options.get(key, default)

    def own(self, kind: str, make: Callable[[Random], str]) -> str:
        """The first value drawn on this side."""
        value = make(self.rng)
        for _ in range(TRIES):
            if self.side.holds(kind, value):
                break
            value = make(self.rng)
        return value


def draw_value(one: Draw) -> str:
    """One value of a slot that slots.check_slots has passed."""
    return KINDS[one.slot.kind](one) if one.slot.kind in KINDS else _field(one.slot.kind, one)


def kind_names() -> tuple[str, ...]:
    """Every kind a slot may be of: those of this file, then the names of twins/fields.py."""
    return (*KINDS, *sorted(fields.field_names() - KINDS.keys()))


def is_open(slot: Slot) -> bool:
    """Whether values of the slot can be drawn without end, so that train and unseen rows share none."""
    return slot.kind in _OPEN


# ---- kinds that lean on other slots ---------------------------------------------------------------


def _choice(one: Draw) -> str:
    listed = one.option("values", ())
    by = one.option("by", "")
    values: tuple[str, ...] = tuple(listed[one.values[by]] if by else listed)
    if len(values) >= MANY:
        values = tuple(value for value in values if one.side.holds(one.slot.name, value)) or values
    return pick(one.rng, values)


def _pick(one: Draw) -> str:
    return one.values[pick(one.rng, tuple(one.slot.options["of"]))]


def _nth(one: Draw) -> str:
    chosen, offered = one.slot.options["of"], one.option("among", ())
    place = next(n for n, name in enumerate(offered) if one.values[name] == one.values[chosen])
    return said(one.lang, "ordinal")[place]


def _composed(one: Draw) -> str:
    compiled = plain_template(one.slot.options["text"])
    assert compiled is not None  # check_slot has seen it
    return compiled.render(one.values)


# ---- kinds that stand alone ------------------------------------------------------------------------


def _date(one: Draw) -> str:
    after = one.option("after", "")
    if after:
        day = one.days[after] + timedelta(days=between(one.rng, 1, one.option("within", 3)))
    else:
        low, high = (date.fromisoformat(str(one.option(key, default))) for key, default in YEAR)
        day = low + timedelta(days=between(one.rng, 0, (high - low).days))
    one.days[one.slot.name] = day
    return written_date(day, one.option("form", "%-m月%-d日" if one.lang == "zh" else "%B %-d"))


YEAR = (("low", "2026-01-05"), ("high", "2026-12-20"))
_MONTHS = "January February March April May June July August September October November December".split()
_DATE = re.compile(r"%(-?[md]|[YBb])")


def written_date(day: date, form: str) -> str:
    """A day in a form of %Y %m %-m %d %-d %B %b, the same on every machine and in every locale."""
    month = _MONTHS[day.month - 1]
    parts = {"Y": f"{day.year:04d}", "m": f"{day.month:02d}", "-m": str(day.month), "B": month, "b": month[:3]}
    parts |= {"d": f"{day.day:02d}", "-d": str(day.day)}
    return _DATE.sub(lambda found: parts[found[1]], form)


def clock(text: Any) -> int:
    """Minutes since midnight of "HH:MM", or of a time as TOML has it. Raises ValueError."""
    hours, minutes = (f"{text:%H:%M}" if isinstance(text, time) else str(text)).split(":")
    if not (0 <= int(hours) <= 24 and 0 <= int(minutes) < 60):
        raise ValueError(f"{text!r:.60} is no time of day")
    return int(hours) * 60 + int(minutes)


def _time(one: Draw) -> str:
    low, high, step = clock(one.option("low", "08:00")), clock(one.option("high", "18:00")), one.option("step", 30)
    return _written_time(low + step * between(one.rng, 0, (high - low) // step))


def _written_time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _window(one: Draw) -> str:
    low, high, hours = clock(one.option("low", "08:00")), clock(one.option("high", "18:00")), one.option("hours", 2)
    start = low + 60 * between(one.rng, 0, max(0, (high - low) // 60 - hours))
    return f"{_written_time(start)}-{_written_time(start + 60 * hours)}"


def _order(one: Draw) -> str:
    prefix, digits = one.option("prefix", ""), one.option("digits", 10)
    return one.own("order", lambda rng: prefix + str(between(rng, 1, 9)) + "".join(_digits(rng, digits - 1)))


def _digits(rng: Random, count: int) -> list[str]:
    return [str(int(rng.random() * 10)) for _ in range(count)]


def _integer(one: Draw) -> str:
    return str(between(one.rng, one.option("low", 1), one.option("high", max(99, one.option("low", 1)))))


def _amount(one: Draw) -> str:
    cents = between(
        one.rng, int(one.option("low", 10) * 100), int(one.option("high", max(2000, one.option("low", 10))) * 100)
    )
    text = f"{cents / 100:.2f}"
    return str(one.option("form", "{}元" if one.lang == "zh" else "${}")).replace("{}", text)


def _mobile(one: Draw) -> str:
    if one.lang == "zh":
        return _field("电话", one)
    prefixes = said("en", "mobile")
    return one.own("phone", lambda rng: pick(rng, prefixes) + "".join(_digits(rng, 4)))


def _name(one: Draw) -> str:
    return _field("名" if one.lang == "zh" else "person", one)


def _address(one: Draw) -> str:
    if one.lang == "zh":
        drawn = fields.draw(frozenset(("区划", "详细地址")), one.rng, one.side, PLAIN).written
        return drawn["区划"] + drawn["详细地址"]
    streets, towns = said("en", "street"), said("en", "town")
    return one.own(
        "address", lambda rng: f"{between(rng, 1, 399)} {pick(rng, streets)}, {pick(rng, towns)} {between(rng, 1, 98)}"
    )


def _email(one: Draw) -> str:
    users, hosts = said("en", "mail_user"), said("en", "mail_host")
    return one.own("email", lambda rng: f"{pick(rng, users)}{between(rng, 10, 9999)}@{pick(rng, hosts)}")


def _field(name: str, one: Draw) -> str:
    return fields.draw(frozenset((name,)), one.rng, one.side, PLAIN).written[name]


KINDS: Mapping[str, Callable[[Draw], str]] = {
    "choice": _choice,
    "pick": _pick,
    "nth": _nth,
    "composed": _composed,
    "name": _name,
    "mobile": _mobile,
    "address": _address,
    "email": _email,
    "order": _order,
    "date": _date,
    "time": _time,
    "window": _window,
    "integer": _integer,
    "amount": _amount,
}
"""Kind of slot to the function that draws one value."""
_OPEN = frozenset(("name", "mobile", "address", "email", "order", "名", "person", "公司", "姓名", "电话", "详细地址"))
