"""Fields: where the values of a slot come from, as a task's file says it.

    [fields.设备]
    kind = "choice"
    values = ["ThinkPad X1", "小新14"]
    [fields.设备.en]
    values = ["ThinkPad X1", "Zenbook 14"]

Here they are read and checked; twins/kinds.py draws the values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from playground.errors import BadSample, known

MOST_VALUES = 5_000
"""Values of one choice."""
LONGEST = 200
"""Characters of one value, pattern or form."""
GREATEST = 10**12

PLACES = ("province", "city", "county", "area", "postcode", "landline")
"""Kinds that belong to one place: in one row they agree."""
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Field:
    """Where the values of one slot come from."""

    kind: str
    """One of KINDS."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What KINDS names for the kind; absent is the default."""
    by_lang: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Language to settings that differ there."""

    def for_language(self, lang: str) -> Field:
        """The field with a language's own settings in place."""
        if lang not in self.by_lang:
            return self
        return replace(self, settings={**self.settings, **self.by_lang[lang]}, by_lang={})

    def as_toml(self) -> dict[str, Any]:
        """The table that parse_field reads back."""
        return {"kind": self.kind, **self.settings, **{lang: dict(table) for lang, table in self.by_lang.items()}}


def _texts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_VALUES
        and all(isinstance(one, str) and one.strip() and len(one) <= LONGEST for one in value)
    )


def _weights(value: Any) -> bool:
    return isinstance(value, list) and all(_number(one) and one >= 0 for one in value) and sum(value) > 0


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= GREATEST


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= GREATEST


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST


def _day(value: Any) -> bool:
    return _reads(date.fromisoformat, value)


def _hour(value: Any) -> bool:
    return _reads(time.fromisoformat, value)


def _reads(parse: Any, value: Any) -> bool:
    try:
        parse(value)
    except (TypeError, ValueError):
        return False
    return True


_TIMES = {"low": (_hour, "an hour like 08:00"), "high": (_hour, "an hour like 22:00")}
_NUMBERS = {"low": (_number, "a number"), "high": (_number, "a number")}
_FORMS = {"forms": (_texts, "a list of texts")}
_ANSWER = {"answer": (_text, "a form like %Y-%m-%d, or {} for the bare number")}
"""How the answer gives the value, where that is not as the message has it."""
_BARE = (lambda value: isinstance(value, bool), "true or false")
_YES = {"municipal": _BARE}

KINDS: Mapping[str, Mapping[str, tuple[Any, str]]] = {
    "choice": {"values": (_texts, "a list of texts"), "weights": (_weights, "a list of numbers, as many as values")},
    "pattern": {"pattern": (_text, "a pattern like SO-\\d{8}")},
    "phone": {"pattern": (_text, "a pattern like \\d{3}-\\d{4}")},
    "order": {"pattern": (_text, "a pattern like SO-\\d{8}")},
    "integer": {**_NUMBERS, "step": (_count, "a whole number from 1 up"), **_FORMS, **_ANSWER},
    "amount": {**_NUMBERS, "decimals": (lambda v: v in (0, 1, 2, 3), "0 to 3"), **_FORMS, **_ANSWER},
    "date": {"low": (_day, "a day like 2026-01-31"), "high": (_day, "a day like 2026-12-31"), **_FORMS, **_ANSWER},
    "time": {**_TIMES, "step": (_count, "minutes"), **_FORMS, **_ANSWER},
    "quantity": {"bare": _BARE, **_NUMBERS, "units": (_texts, "a list of texts"), **_FORMS, **_ANSWER},
    "composed": {"text": (_text, "a text with {{slots}}")},
    "faker": {"provider": (_text, "a provider"), "locale": (_text, "a locale like zh_CN")},
    **{kind: _YES for kind in PLACES if kind != "postcode"},
    "postcode": {**_YES, "pattern": (_text, "a pattern like [A-Z]{2}\\d \\d[A-Z]{2}")},
    "plate": {"pattern": (_text, "a pattern like [A-Z]{2}\\d{2} [A-Z]{3}")},
    "size": {"values": (_texts, "a list of texts")},
    **{
        kind: {}
        for kind in (
            "name", "mobile", "detail", "company", "email", "colour", "device", "weekday",
        )
    },
}  # fmt: skip
"""Kind to its settings: what each must be, and that in words."""
_NEEDED = {"choice": "values", "pattern": "pattern", "composed": "text", "faker": "provider"}


def parse_field(value: Any, where: str) -> Field:
    """A field out of its table. Raises BadSample naming `where` and the setting, UnknownName for a kind."""
    if not isinstance(value, dict):
        raise BadSample(f"{where} is {value!r:.60}; it must be a table with kind")
    table = dict(value)
    kind = table.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise known(f"kind of field in {where}", str(kind)[:60], sorted(KINDS))
    by_lang = {lang: _settings(kind, table.pop(lang), f"{where}.{lang}") for lang in LANGUAGES if lang in table}
    made = Field(kind, _settings(kind, table, where), by_lang)
    for lang in ("", *by_lang):
        _agree(made.for_language(lang), where)
    return made


def _settings(kind: str, table: Any, where: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise BadSample(f"{where} is {table!r:.60}; it must be a table")
    for name, value in table.items():
        if name not in KINDS[kind]:
            raise known(f"setting of {kind} in {where}", str(name)[:60], sorted(KINDS[kind]))
        holds, wanted = KINDS[kind][name]
        if not holds(value):
            raise BadSample(f"{where}: {name} is {value!r:.60}; it must be {wanted}")
    return dict(table)


def _agree(made: Field, where: str) -> None:
    """Settings that must fit each other."""
    settings, needed = made.settings, _NEEDED.get(made.kind)
    if needed and needed not in settings:
        raise BadSample(f"{where}: {needed} is missing; a {made.kind} field needs it")
    if "weights" in settings and len(settings["weights"]) != len(settings["values"]):
        count, wanted = len(settings["weights"]), len(settings["values"])
        raise BadSample(f"{where}: weights are {count} and values {wanted}; give as many of one as of the other")
    if "low" in settings and "high" in settings and settings["low"] > settings["high"]:
        low, high = settings["low"], settings["high"]
        raise BadSample(f"{where}: low is {low!r:.40} and high {high!r:.40}; low must be the smaller one")
