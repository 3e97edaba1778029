"""Recognisers: what of a message looks like a phone number, a date, a place and so on.

Two questions are answered. `spans` finds what can be told by its looks alone; `kind_of` says of one value, with its
key, what kind of field it is and with which settings the like of it is drawn.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playground.places import places
from playground.twins.dress import stem
from playground.twins.pattern import like
from playground.twins.words import words

LONGEST = 20_000
"""Characters of a message that is looked at."""


@dataclass(frozen=True)
class Kind:
    """A kind of field with the settings read off one value."""

    name: str
    """One of samples.fields.KINDS."""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """A part of a message that was recognised."""

    start: int
    end: int
    kind: Kind


@cache
def _table_of(section: str) -> Any:
    return tomllib.loads(Path(__file__).with_name("looks.toml").read_text(encoding="utf-8"))[section]


def _compiled(pattern: str) -> re.Pattern[str]:
    for name, text in _table_of("words").items():
        pattern = pattern.replace("{" + name + "}", text)
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


@cache
def looks() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds that are told by their looks alone, the surest first."""
    return tuple((one["kind"], _compiled(one["pattern"])) for one in _table_of("look"))


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # An English word begins where the key's word begins: rent is not in parent.
    return tuple((kind, _compiled(rf"(?<![a-z])(?:{text})")) for kind, text in _table_of("cues").items())


@cache
def _ends(kind: str) -> re.Pattern[str]:
    return _compiled(_table_of("ends")[kind])


_RELATIVE = ("今天", "明天", "后天", "昨天", "前天", "大后天", "today", "tomorrow", "yesterday")


def spans(message: str) -> list[Span]:
    """What a message shows by its looks alone, in its order, none overlapping another; the surest kinds first."""
    text, found = message[:LONGEST], list[Span]()
    for kind, pattern in looks():
        for one in pattern.finditer(text):
            if all(one.end() <= other.start or one.start() >= other.end for other in found):
                found.append(Span(one.start(), one.end(), _with_settings(kind, one[0])))
    return sorted(found, key=lambda span: span.start)


def cue_of(key: str) -> str:
    """The kind that a key's own words name, "" where they name none."""
    path = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower().split(".")
    named = [word for word in path if not word.isdigit()] or path
    found = next((kind for kind, pattern in _cues() if pattern.search(named[-1])), "")
    # The name of an item is no person's.
    if found == "name" and named[-1] in ("name", "title", "名称", "名字") and len(named) > 1:
        return cue_of(named[-2]) or found
    return found


def kind_of(value: str, key: str) -> Kind:
    """The kind of one value of an answer, by its looks and by its key; a choice of itself where nothing is known."""
    text = value.strip()
    seen = [kind for kind, pattern in looks() if pattern.fullmatch(text)]
    cue = cue_of(key)
    if cue in ("mobile", "phone", "landline") and not {"mobile", "landline", "phone"} & set(seen):
        return Kind("phone", {"pattern": like(text)}) if re.search(r"\d{4}", text) else _named(text, cue)
    if cue in seen:
        return _with_settings(cue, text)
    if cue == "postcode" and re.fullmatch(r"\d{6}", text):
        return Kind("postcode")
    if cue == "plate" and re.fullmatch(r"[A-Za-z0-9 ·-]{4,12}", text):
        return Kind("plate", {"pattern": like(text)})
    if cue == "size" and re.fullmatch(r"\d{1,3}(?:\.5)?", text):
        near = int(float(text))
        return Kind("size", {"values": [str(one) for one in range(max(1, near - 6), near + 7)]})
    if cue in ("order", "postcode") and re.fullmatch(r"\w[\w /-]{2,40}", text, re.ASCII) and re.search(r"\d", text):
        return Kind(cue, {"pattern": like(text)})
    if cue in ("amount", "quantity") and re.search(r"\d", text):
        number = _number(text)
        if cue == "amount" or not text.isdigit():
            return number
        return Kind("quantity", {"bare": True, "high": max(20, int(text) * 5)})
    if seen and not (cue in ("detail", "company", "name", "device", "size") and seen[0] in ("quantity", "order")):
        return _with_settings(seen[0], text)
    return _named(text, cue, bool(key))


def _named(text: str, cue: str, keyed: bool = False) -> Kind:
    """The kind of a value that its looks do not give away.

    `keyed`: it has a key, which names no kind; of two characters many a word looks like a name.
    """
    place = _place_kind(text, cue)
    if place:
        return Kind(place)
    if text in _RELATIVE:
        return Kind("choice", {"values": [one for one in _RELATIVE if one.isascii() == text.isascii()]})
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return _number(text) if "." in text else _whole(text)
    for kind in ("colour", "size", "device", "weekday"):
        if cue in ("", kind, "device") and text.casefold() in _lists()[kind]:
            return Kind(kind)
    if cue in ("colour", "size", "device", "name", "company", "detail", "weekday"):
        if cue == "name" and _ends("company").search(text) and not _looks_like_name(text[:3] if len(text) < 4 else ""):
            return Kind("company")
        return Kind(cue)
    if _ends("company").search(text):
        return Kind("company")
    if _looks_like_name(text) and (not keyed or len(text) > 2):
        return Kind("name")
    if re.search(r"\d", text) and _ends("detail").search(text):
        return Kind("detail")
    if re.fullmatch(r".{1,6}色", text):
        return Kind("colour")
    if re.fullmatch(r"(?:[XSML]{1,4}|\d+(?:\.\d+)?)(?:码|寸|号|ml|L|GB|TB)", text, re.IGNORECASE):
        return Kind("size")
    return Kind("choice", {"values": [text]} if text else {})


def _with_settings(kind: str, text: str) -> Kind:
    if kind == "date":
        form = date_form(text)
        return Kind("date", {"forms": [form]} if form else {})
    if kind == "time":
        form = time_form(text)
        return Kind("time", {"forms": [form]} if form else {})
    if kind == "amount":
        return _number(text)
    if kind == "quantity":
        found = re.fullmatch(r"(\d+(?:\.\d+)?|\D{1,3}?)( ?)(\D+)", text)
        return Kind("quantity", {"units": [found[3].strip()]} if found and found[1][0].isdigit() else {})
    if kind in ("order", "phone"):
        return Kind(kind, {"pattern": like(text)})
    return Kind(kind)


def _number(text: str) -> Kind:
    """An amount like this one, its sign and unit kept; sums from a tenth of it to ten times as much."""
    found = re.search(r"\d[\d,]*(?:\.(\d+))?", text)
    if found is None:
        return Kind("amount")
    value = float(found[0].replace(",", ""))
    form = text[: found.start()] + "{}" + text[found.end() :]
    decimals = min(3, len(found[1] or ""))
    settings: dict[str, Any] = {
        "low": max(1, round(value / 10)),
        "high": max(10, round(value * 10)),
        "decimals": decimals,
    }
    return Kind("amount", {**settings, "forms": [form]})


def _whole(text: str) -> Kind:
    value = abs(int(text)) if re.fullmatch(r"-?\d{1,12}", text) else 10
    return Kind("integer", {"low": 1, "high": max(20, value * 5)})


def date_form(text: str) -> str:
    """The strftime form a day is written in, "" where it is none of the usual ones."""
    year = re.fullmatch(r"(?:19|20)\d\d(\s?[-/.年]\s?)(\d{1,2})(?:(\s?[-/.月]\s?)(\d{1,2})([日号]?))", text)
    if year:
        padded = len(year[2]) == 2 and len(year[4]) == 2
        return f"%Y{year[1]}{'%m' if padded else '%-m'}{year[3]}{'%d' if padded else '%-d'}{year[5]}"
    if found := re.fullmatch(r"\d{1,2}月\d{1,2}([日号]?)", text):
        return f"%-m月%-d{found[1]}"
    if re.fullmatch(r"\d\d?/\d\d?/\d{4}", text):
        return "%m/%d/%Y"
    if found := re.fullmatch(r"([A-Za-z]+)(\.?) (\d{1,2})(,?)( \d{4})?", text):
        name = "%B" if len(found[1]) > 3 or found[1].lower() == "may" else "%b"
        return f"{name}{found[2]} %-d{found[4]}{' %Y' if found[5] else ''}"
    if found := re.fullmatch(r"(\d{1,2}) ([A-Za-z]+)(,?)( \d{4})?", text):
        return f"%-d {'%B' if len(found[2]) > 3 else '%b'}{found[3]}{' %Y' if found[4] else ''}"
    return ""


def time_form(text: str) -> str:
    """The form an hour is written in, "" where it is none of the usual ones."""
    if found := re.fullmatch(r"(\d{1,2})([:：])\d\d( ?)([AaPp][Mm])?", text):
        hour = ("%-I" if found[4] else "%H" if len(found[1]) == 2 else "%-H") + found[2] + "%M"
        return hour + (f"{found[3]}%p" if found[4] else "")
    if re.fullmatch(r"\d{1,2}点", text):
        return "%-H点"
    if re.fullmatch(r"\d{1,2}点\d{1,2}分", text):
        return "%-H点%M分"
    if found := re.fullmatch(r"\d{1,2}( ?)[AaPp][Mm]", text):
        return f"%-I{found[1]}%p"
    return ""


# ---- what lists and tables know -----------------------------------------------------------------


@cache
def _lists() -> dict[str, frozenset[str]]:
    fields = words("fields")
    return {
        kind: frozenset(one.casefold() for lang in ("zh", "en") for one in fields[f"{kind}_{lang}"])
        for kind in ("colour", "size", "device", "weekday")
    }


@cache
def _table() -> dict[str, frozenset[str]]:
    """Kind of place to the names, whole and without their endings."""
    table = {}
    for kind in ("province", "city", "county"):
        names = {getattr(place, kind) for place in places()}
        table[kind] = frozenset(names | {stem(name) for name in names})
    return table


def _place_kind(text: str, cue: str) -> str:
    there = [kind for kind in ("province", "city", "county") if text in _table()[kind]]
    if cue in there:
        return cue
    if cue in ("province", "city", "county") and re.fullmatch(r"[\u4e00-\u9fff]{2,15}", text):
        return cue
    if cue not in ("", "detail", "device"):
        return ""
    if there:
        return there[0]
    names = "|".join(sorted(map(re.escape, _table()["province"]), key=len, reverse=True))
    whole = re.fullmatch(rf"(?:{names})[ ,，]?[\u4e00-\u9fff]{{2,20}}(?:市|州|盟|地区|县|区|旗)", text)
    return "area" if whole and not re.search(r"\d", text) else ""


@cache
def _surnames() -> frozenset[str]:
    from faker.providers.person.zh_CN import Provider

    return frozenset(Provider.last_names) | frozenset(words("people")["double"])


def _looks_like_name(text: str) -> bool:
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text):
        title = re.fullmatch(r"[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|老师|经理|同学|师傅)", text)
        return bool(title) or (len(text) <= 3 and text[:1] in _surnames()) or text[:2] in _surnames()
    return bool(re.fullmatch(r"(?:(?:Mr|Ms|Mrs|Dr)\.? )?[A-Z][a-z]+(?:[ -][A-Z][a-z'.]*){1,3}", text))
