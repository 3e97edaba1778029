"""Where in a message the values of its answer stand.

A value is looked for as it is; then without regard to width, case and blanks; then as a number or a day written in
another form. Longer values are placed first, so that 朝阳区 is not taken out of 朝阳区建国路 by accident; a value that
holds others (a whole address, where the answer also gives its city) becomes composed of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from playground.twins.recognise import cue_of
from playground.twins.written import day_in, hour_in, number_in, read_day, read_hour

SHORT = 2
"""Characters up to which a value is placed once, and not wherever it stands."""


@dataclass
class Found:
    """Where one value stands."""

    spans: tuple[tuple[int, int], ...] = ()
    composed: str = ""
    """The text of other slots that it is made of, "" for one that stands by itself."""
    derived: bool = False
    """The message writes it in another form."""
    rest: list[tuple[str, str, str, int, int]] = field(default_factory=list)
    """Further slots of the message that a composed value needs: name, kind, text, begin, end."""


def normal(text: str) -> str:
    """A text without regard to width, case and blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def align(message: str, values: Sequence[tuple[str, str]]) -> dict[str, Found]:
    """Slot to where its value stands in the message; an empty Found for one that does not."""
    found = {slot: Found() for slot, _ in values}
    taken: list[tuple[int, int, str]] = []
    holders = _holders(message, values)
    order = sorted((one for one in values if one[1].strip()), key=lambda one: -len(one[1]))
    for slot, value in order:
        if slot in holders:
            continue
        twin = next((other for other, same in values if other != slot and same == value and found[other].spans), None)
        places, derived = _places(message, slot, value, taken)
        if places:
            found[slot].spans, found[slot].derived = tuple(places), derived
            taken += [(begin, end, slot) for begin, end in places]
        elif twin is not None:
            found[slot].composed = f"{{{{{twin}}}}}"
    for slot in holders:
        _compose(message, slot, dict(values)[slot], found, taken)
    return found


def _holders(message: str, values: Sequence[tuple[str, str]]) -> list[str]:
    """Slots whose value holds other values that stand nowhere else in the message."""
    holders = []
    for slot, value in values:
        inside = [v for s, v in values if s != slot and v.strip() and v != value and v in value and len(v) > 1]
        if inside and value in message:
            outside = message.replace(value, "\0")
            if any(one not in outside for one in inside):
                holders.append(slot)
    return holders


def _compose(message: str, slot: str, value: str, found: dict[str, Found], taken: list[tuple[int, int, str]]) -> None:
    begin = message.index(value)
    end = begin + len(value)
    inner = sorted((b, e, name) for b, e, name in taken if begin <= b and e <= end)
    text, at = "", begin
    for b, e, name in [*inner, (end, end, "")]:
        between = message[at:b]
        if re.search(r"[\w]", between) and not (len(between) == 1 and not between.isdigit()):
            stem = f"{slot}_rest" if not found[slot].rest else f"{slot}_rest_{len(found[slot].rest) + 1}"
            kind = "detail" if cue_of(slot) in ("detail", "") else "choice"
            found[slot].rest.append((stem, kind, between, at, b))
            taken.append((at, b, stem))
            text += f"{{{{{stem}}}}}"
        else:
            text += between
        text += f"{{{{{name}}}}}" if name else ""
        at = e
    found[slot].composed = text


def _places(
    message: str, slot: str, value: str, taken: Sequence[tuple[int, int, str]]
) -> tuple[list[tuple[int, int]], bool]:
    """Free places of a value, and whether they are in another form than the answer's."""
    for ways, derived in ((_plain, False), (_loose, False), (_other_form, True)):
        places = [(b, e) for b, e in ways(message, value) if all(e <= x or b >= y for x, y, _ in taken)]
        if places:
            if len(places) > 1 and (len(value) <= SHORT or value.isdigit() and len(value) < 5):
                places = [_best(message, slot, places)]
            return places, derived
    return [], False


def _plain(message: str, value: str) -> list[tuple[int, int]]:
    edge = r"(?<![A-Za-z0-9])" if value[:1].isascii() and value[:1].isalnum() else ""
    tail = r"(?![A-Za-z0-9])" if value[-1:].isascii() and value[-1:].isalnum() else ""
    found = [one.span() for one in re.finditer(edge + re.escape(value) + tail, message)]
    if not found and not value.isdigit():  # 43码 and 2F stand against letters and digits
        head, foot = r"(?<!\d)" if value[:1].isdigit() else "", r"(?!\d)" if value[-1:].isdigit() else ""
        found = [one.span() for one in re.finditer(head + re.escape(value) + foot, message)]
    return found


def _loose(message: str, value: str) -> list[tuple[int, int]]:
    """As it is but for width, case and blanks; digits also with dashes and brackets between them."""
    wanted = normal(value)
    digits = re.sub(r"[-()]", "", wanted)
    if digits.isdigit() and len(digits) > 4:
        pattern = r"[-\s()]*".join(digits)
        return [one.span() for one in re.finditer(rf"(?<!\d){pattern}(?!\d)", _narrow(message))]
    if len(wanted) < 2:
        return []
    # A code may be written in groups: 浙A·T6H92, LX19 KVR.
    code = re.fullmatch(r"[\u4e00-\u9fff]?[a-z0-9]+", wanted) and re.search(r"\d", wanted)
    pattern = (r"[-\s·.]*" if code else r"\s*").join(map(re.escape, wanted))
    return [one.span() for one in re.finditer(pattern, _narrow(message).casefold())]


def _narrow(text: str) -> str:
    """Full-width characters as half-width ones, each of them one character."""
    return "".join(n if len(n := unicodedata.normalize("NFKC", c)) == 1 else c for c in text)


def _other_form(message: str, value: str) -> list[tuple[int, int]]:
    """A day, hour or number that the message writes in another way: 3月5日 for 2026-03-05, 1,200 for 1200."""
    day, hour = read_day(value), read_hour(value)
    if day is not None:
        return [(begin, end) for _, begin, end in day_in(message, day)][:1]
    if hour is not None:
        return [(begin, end) for _, begin, end in hour_in(message, *hour)][:1]
    if weekday := re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*", value):
        return [one.span() for one in re.finditer(rf"\b{weekday[1]}[a-z]{{0,3}}\b", message, re.IGNORECASE)][:1]
    if weekday := re.fullmatch(r"(?:周|星期|礼拜)([一二三四五六日天])", value):
        return [one.span() for one in re.finditer(rf"(?:周|星期|礼拜){weekday[1]}", message)][:1]
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,4})?", value):
        return [(begin, end) for _, begin, end in number_in(message, float(value))]
    return []


def _best(message: str, slot: str, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Of several places the one whose words before it speak of the slot; else the first."""
    label = slot.rpartition(".")[2]
    cue = cue_of(slot)

    def rank(place: tuple[int, int]) -> tuple[bool, bool]:
        before = message[max(0, place[0] - 12) : place[0]]
        word = re.split(r"[\s,，。;；、]", before.rstrip(" :：=是为"))[-1]
        return label not in before, not (cue and cue_of(word) == cue)

    return min(places, key=rank)
