"""Kinds of fields: the values of a task's own slots, drawn from one record's own random numbers.

A task's file says of which kind a slot is (samples/fields.py). What belongs to one place (province, city, county,
postcode, landline) is drawn together. To add a kind, write a function and give it a name in MAKERS.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

from playground.errors import BadSample, known
from playground.places import Place, places
from playground.samples.fields import Field
from playground.twins.chance import Chance
from playground.twins.details import company, detail_line
from playground.twins.fields import full_name, landline, mobile
from playground.twins.pattern import read_pattern
from playground.twins.split import Side
from playground.twins.words import between, pick, words
from playground.twins.written import WORDS_UP_TO, stamp, words_of

FEW = 10
"""A choice of fewer values than this is on both sides: too few to keep some back."""
TRIES = 200
"""Draws until a value is on its side; a field that gives none by then has too few values to tell apart."""

Make = Callable[[Chance], str]
Draw = Callable[[Chance], tuple[str, str]]
"""Draws a value as the message has it, and as the answer gives it."""


def maker(slot: str, field: Field, lang: str, side: Side) -> Draw:
    """What draws the values of a slot for one language and side. Raises BadSample for settings that do not work."""
    settings = field.for_language(lang).settings
    make = (
        FORMED[field.kind]({**settings, "lang": lang}, lang)
        if field.kind in FORMED
        else _alike(MAKERS[field.kind](settings, lang))
    )
    pool = settings.get("values") or (_list(field.kind, lang) if field.kind in _CHOICES else ())
    if pool and (len(pool) < FEW or not any(side.holds(slot, value) for value in pool)):
        return make
    return _sided(make, slot, side)


def place_maker(fields: Collection[Field], side: Side) -> Callable[[Chance], Place]:
    """What draws the place that the fields of a row share."""
    kinds = {one.kind for one in fields}
    wanted = {one.settings["municipal"] for one in fields if "municipal" in one.settings}
    # 北京市北京市朝阳区 is written by nobody: where province and city both stand in a row, they differ, unless told.
    municipal = wanted.pop() if len(wanted) == 1 else False if {"province", "city"} <= kinds else None
    pool = _places(side, "postcode" in kinds, municipal)
    return lambda rng: pick(rng, pool)


def place_value(kind: str, place: Place, rng: Chance, side: Side, slot: str) -> str:
    """What a place gives for a slot of one of the PLACES kinds."""
    if kind == "landline":
        return _sided(_alike(lambda own: f"{place.area_code}-{landline(own)}"), slot, side)(rng)[0]
    if kind == "area":
        return "".join(dict.fromkeys((place.province, place.city, place.county)))
    return str(getattr(place, kind))


@lru_cache(maxsize=64)
def _places(side: Side, with_postcode: bool, municipal: bool | None) -> tuple[Place, ...]:
    from playground.twins.dress import stem

    found = tuple(
        one
        for one in places()
        if side.holds("county", stem(one.county))
        and (one.postcode or not with_postcode)
        and (municipal is None or (one.province == one.city) == municipal)
    )
    if not found:
        raise BadSample("no place is left that fits the fields; take municipal out of one of them")
    return found


def _alike(make: Make) -> Draw:
    """What stands in the message as it stands in the answer."""

    def both(rng: Chance) -> tuple[str, str]:
        value = make(rng)
        return value, value

    return both


def _sided(make: Draw, slot: str, side: Side) -> Draw:
    """The first value drawn that belongs to this side; what other rows hold plays no part."""

    def own(rng: Chance) -> tuple[str, str]:
        for _ in range(TRIES):
            written, value = make(rng)
            if side.holds(slot, value):
                return written, value
        raise BadSample(f"slot {slot!r:.60} has too few values to hold some back; give its field a wider range")

    return own


# ---- kinds --------------------------------------------------------------------------------------


def _choice(settings: Mapping[str, Any], lang: str) -> Make:
    values = tuple(settings["values"])
    if "weights" not in settings:
        return lambda rng: pick(rng, values)
    sums = list(accumulate(settings["weights"]))
    return lambda rng: values[min(bisect(sums, rng.random() * sums[-1]), len(values) - 1)]


def _pattern(settings: Mapping[str, Any], lang: str) -> Make:
    return read_pattern(settings["pattern"]).make


def _order(settings: Mapping[str, Any], lang: str) -> Make:
    forms = (settings["pattern"],) if "pattern" in settings else _ORDERS
    makes = tuple(read_pattern(form).make for form in forms)
    return lambda rng: pick(rng, makes)(rng)


def _phone(settings: Mapping[str, Any], lang: str) -> Make:
    if "pattern" not in settings and lang == "zh":
        return mobile
    forms = (settings["pattern"],) if "pattern" in settings else _PHONES
    makes = tuple(read_pattern(form).make for form in forms)
    return lambda rng: pick(rng, makes)(rng)


def _plate(settings: Mapping[str, Any], lang: str) -> Make:
    return read_pattern(settings.get("pattern", _PLATE)).make


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
    units = tuple(settings.get("units", _list("unit", lang)))
    if settings.get("bare"):
        units = ("",)
    joint = "" if lang == "zh" or settings.get("bare") else " "
    forms = tuple(settings.get("forms", ("{}",)))
    if "forms" in settings:
        units, joint = ("",), ""
    return lambda rng: _numbers(pick(rng, forms) + joint + pick(rng, units), str(between(rng, low, high)), settings)


def _email(settings: Mapping[str, Any], lang: str) -> Make:
    first, hosts = words("general")["person_en"], words("fields")["host"]

    def make(rng: Chance) -> str:
        name = pick(rng, first).lower()
        tail = ("", f"{between(rng, 1, 9999)}", f".{pick(rng, first).lower()}", f"_{between(rng, 10, 99)}")
        return f"{name}{pick(rng, tail)}@{pick(rng, hosts)}"

    return make


def _name(settings: Mapping[str, Any], lang: str) -> Make:
    if lang == "zh":
        return full_name
    first, last = words("general")["person_en"], words("people")["family"]
    return lambda rng: f"{pick(rng, first)} {pick(rng, last)}"


def _company(settings: Mapping[str, Any], lang: str) -> Make:
    if lang == "zh":
        return company
    first, last = words("people")["family"], words("fields")["firm_en"]
    return lambda rng: f"{pick(rng, first)} {pick(rng, last)}"


def _detail(settings: Mapping[str, Any], lang: str) -> Make:
    if lang == "zh":
        return detail_line
    roads, kinds = words("people")["family"], words("fields")["road_en"]
    return lambda rng: f"{between(rng, 1, 2400)} {pick(rng, roads)} {pick(rng, kinds)}"


def _listed(name: str) -> Callable[[Mapping[str, Any], str], Make]:
    def made(settings: Mapping[str, Any], lang: str) -> Make:
        pool = _list(name, lang)
        return lambda rng: pick(rng, pool)

    return made


def _list(name: str, lang: str) -> tuple[str, ...]:
    return words("fields")[f"{name}_{'zh' if lang == 'zh' else 'en'}"]


def _faker(settings: Mapping[str, Any], lang: str) -> Make:
    provider, locale = settings["provider"], settings.get("locale", "zh_CN" if lang == "zh" else "en_US")
    if provider not in PROVIDERS:
        raise known("provider", provider, PROVIDERS)
    if locale not in LOCALES:
        raise known("locale", locale, LOCALES)
    source = _source(locale)
    call = getattr(source, provider)

    def make(rng: Chance) -> str:
        source.seed_instance(int(rng.random() * 2**53))
        return " ".join(str(call()).split())

    return make


@cache
def _source(locale: str) -> Any:
    from faker import Faker

    return Faker(locale)


_ORDERS = (
    "[1-9]\\d{9}",
    "[1-9]\\d{11}",
    "20(25|26)(0[1-9]|1[0-2])(0[1-9]|1\\d|2[0-8])\\d{6}",
    "[A-Z]{2}\\d{8}",
    "[A-Z]{2}-\\d{6}",
)
_PHONES = ("[2-9]\\d{2}-555-\\d{4}", "\\([2-9]\\d{2}\\) 555-\\d{4}", "[2-9]\\d{2}[2-9]\\d{6}", "\\+44 7\\d{3} \\d{6}")
_PLATE = (
    "(京|津|沪|渝|冀|豫|云|辽|黑|湘|皖|鲁|新|苏|浙|赣|鄂|桂|甘|晋|蒙|陕|吉|闽|贵|粤|青|藏|川|宁|琼)[A-HJ-NP-Z]"
    "(\\d{5}|[A-HJ-NP-Z]\\d{4}|\\d{4}[A-HJ-NP-Z]|\\d{3}[A-HJ-NP-Z]\\d)"
)


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


LOCALES = ("zh_CN", "zh_TW", "en_US", "en_GB", "ja_JP", "ko_KR", "de_DE", "fr_FR", "es_ES")
PROVIDERS = (
    "bank_country", "bs", "catch_phrase", "city", "color_name", "company", "country", "credit_card_provider",
    "currency_code", "currency_name", "day_of_week", "ean13", "ean8", "email", "file_name", "first_name", "hex_color",
    "iban", "ipv4", "isbn13", "job", "language_name", "last_name", "license_plate", "locale", "mac_address",
    "month_name", "name", "phone_number", "postcode", "ssn", "street_address", "street_name", "swift", "timezone",
    "url", "user_name", "uuid4", "year",
)  # fmt: skip
"""Faker's providers that give one short line, none that reads files or loops."""
_CHOICES = ("colour", "size", "device", "weekday")
FORMED: Mapping[str, Callable[[Mapping[str, Any], str], Draw]] = {
    "integer": _integer,
    "amount": _amount,
    "date": _date,
    "time": _time,
    "quantity": _quantity,
}
"""Kinds whose value may be written in one way and answered in another."""
MAKERS: Mapping[str, Callable[[Mapping[str, Any], str], Make]] = {
    "choice": _choice,
    "pattern": _pattern,
    "faker": _faker,
    "name": _name,
    "phone": _phone,
    "mobile": lambda settings, lang: mobile,
    "detail": _detail,
    "company": _company,
    "email": _email,
    "plate": _plate,
    "order": _order,
    **{name: _listed(name) for name in _CHOICES if name != "size"},
    "size": lambda settings, lang: _choice(settings, lang) if "values" in settings else _listed("size")(settings, lang),
    "postcode": _pattern,
}
"""Kind to what prepares it for settings and a language; PLACES and composed are drawn by the bench."""
