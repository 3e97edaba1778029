"""Kinds of fields whose value stands in the answer as in the message: lists, patterns, people, companies, Faker's."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping
from functools import cache
from itertools import accumulate
from typing import Any

from playground.errors import known
from playground.twins.chance import Chance
from playground.twins.details import company, detail_line
from playground.twins.fields import full_name, mobile
from playground.twins.pattern import read_pattern
from playground.twins.words import between, pick, words

Make = Callable[[Chance], str]
"""Draws a value."""


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
        pool = listed_words(name, lang)
        return lambda rng: pick(rng, pool)

    return made


def listed_words(name: str, lang: str) -> tuple[str, ...]:
    """Words of a list in a language."""
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


LOCALES = ("zh_CN", "zh_TW", "en_US", "en_GB", "ja_JP", "ko_KR", "de_DE", "fr_FR", "es_ES")
PROVIDERS = (
    "bank_country", "bs", "catch_phrase", "city", "color_name", "company", "country", "credit_card_provider",
    "currency_code", "currency_name", "day_of_week", "ean13", "ean8", "email", "file_name", "first_name", "hex_color",
    "iban", "ipv4", "isbn13", "job", "language_name", "last_name", "license_plate", "locale", "mac_address",
    "month_name", "name", "phone_number", "postcode", "ssn", "street_address", "street_name", "swift", "timezone",
    "url", "user_name", "uuid4", "year",
)  # fmt: skip
"""Faker's providers that give one short line, none that reads files or loops."""
LISTS = ("colour", "size", "device", "weekday")
"""Kinds that are lists of words."""
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
    **{name: _listed(name) for name in LISTS if name != "size"},
    "size": lambda settings, lang: _choice(settings, lang) if "values" in settings else _listed("size")(settings, lang),
    "postcode": _pattern,
}
"""Kind to what prepares it for settings and a language; PLACES and composed are drawn by the bench."""
