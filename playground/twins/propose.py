"""From one example: slots found by holding the answer's values against the message, with templates for both sides.

The answer says what the slots are; where each value stands in the message, a slot is put. What is not found is named,
never guessed. No model is needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.answers import Leaf, form_of, leaves, slot_name
from playground.errors import BadSample
from playground.records import check_writable
from playground.samples.fields import PLACES, Field
from playground.twins.align import Found, align
from playground.twins.recognise import Kind, Span, date_form, kind_of, spans, time_form
from playground.twins.written import PARTS, day_in, hour_in, number_in, read_day, read_hour

LONGEST = 8_000
"""Characters of a message, and of its answer."""
COUNTED = r"\s?(?:[个件箱盒台套双瓶包条支本把袋张块桶位名份只部辆间次组根卷束]|[a-z]{3,}s\b)"
"""What stands behind a number of things."""
SURE = frozenset(("email", "mobile", "landline", "plate", "order", "amount"))
"""Kinds that are varied in the message even where the answer does not ask for them."""


@dataclass(frozen=True)
class Slot:
    """One slot as proposed."""

    name: str
    label: str
    """The key it stands under in the answer; "" for one of the message alone."""
    value: str
    field: Field
    spans: tuple[tuple[int, int], ...] = ()
    """Where it stands in the message; none for one that is composed, or fixed."""
    fixed: bool = False
    """The answer has it and the message has not: it stays the same in every row."""
    asked: bool = True
    """False for one that the answer does not give."""


@dataclass(frozen=True)
class Proposal:
    """What one example comes to; every part may be edited."""

    message: str
    answer: str
    human: str
    """The message with slots in it."""
    bot: str
    """The answer with slots in it."""
    form: str
    """How the answer is written, one of answers.FORMS."""
    lang: str
    slots: tuple[Slot, ...]
    notices: tuple[tuple[str, str], ...]
    """(what, about which) to be told: "missing" value, "braces" text."""

    @property
    def typed(self) -> tuple[str, ...]:
        """Slots whose value is a number, or true or false, in a JSON answer."""
        return tuple(leaf.slot for leaf in leaves(self.answer, self.form) if leaf.typed)


def propose(message: str, answer: str) -> Proposal:
    """Slots, field types and both templates from one message and its wanted answer.

    Raises BadSample for a side that is empty, too long, or holds what no file can.
    """
    for what, text in (("message", message), ("answer", answer)):
        if not text.strip():
            raise BadSample(f"the {what} is empty; paste one real example")
        if len(text) > LONGEST:
            raise BadSample(f"the {what} has {len(text):,} characters; an example may have {LONGEST:,}")
        check_writable(text, f"the {what}")
    message, answer = message.strip(), answer.strip()
    form = form_of(answer)
    if form != "json" and answer[0] in "{[":
        leaves(answer, "json")  # says what is wrong with what was meant to be JSON
    lang = "zh" if re.search(r"[\u4e00-\u9fff]", message) else "en"
    found = leaves(answer, form) if form != "text" else _words_shared(message, answer)
    slots = _slots(message, found)
    extra = _extra(message, slots)
    human = _with_slots(message, [(begin, end, one.name) for one in (*slots, *extra) for begin, end in one.spans])
    notices = [("missing", f"{one.label}: {one.value}") for one in slots if one.fixed and one.value]
    notices += [("braces", brace) for brace in re.findall(r"(?<!\{)\{[^{}\n]{1,40}\}(?!\})", message)]
    bot = _bot(answer, found, slots)
    return Proposal(message, answer, human, bot, form, lang, (*slots, *extra), tuple(dict.fromkeys(notices)))


def _slots(message: str, found: Sequence[Leaf]) -> list[Slot]:
    """One slot for each value of the answer."""
    places = align(message, [(leaf.slot, leaf.value) for leaf in found])
    municipal = _municipal(found)
    slots = []
    for leaf in found:
        at = places[leaf.slot]
        label = leaf.slot.rpartition(".")[2]
        if at.composed:
            field = Field("composed", {"text": at.composed})
        elif not at.spans:
            slots.append(Slot(leaf.slot, label, leaf.value, Field("choice", {"values": [leaf.value or "-"]}), (), True))
            continue
        else:
            field = _field(message, leaf, at)
            if field.kind in PLACES and municipal is not None and field.kind not in ("postcode", "landline"):
                field = replace(field, settings={**field.settings, "municipal": municipal})
        slots.append(Slot(leaf.slot, label, leaf.value, field, at.spans))
        slots += [
            Slot(name, "", text, Field(kind), ((begin, end),), asked=False) for name, kind, text, begin, end in at.rest
        ]
    return slots


def _field(message: str, leaf: Leaf, at: Found) -> Field:
    """The kind of a value; where the message writes it in another form, with the form of the answer."""
    answered = kind_of(leaf.value, leaf.slot)
    if not at.derived:
        if answered.name == "integer" and re.match(COUNTED, message[at.spans[0][1] :], re.IGNORECASE):
            answered = Kind("quantity", {**answered.settings, "bare": True})
        return Field(
            answered.name, {**answered.settings, **_half_of_day(message, at.spans[0][0], answered, leaf.value)}
        )
    day, hour = read_day(leaf.value), read_hour(leaf.value)
    begin = at.spans[0][0]
    if day is not None:
        form = next(form for form, start, _ in day_in(message, day) if start == begin)
        settings: dict[str, Any] = {"forms": [form], "answer": date_form(leaf.value) or "%Y-%m-%d"}
        if "%Y" not in form:
            # The year is nowhere in the message: it can only be the one that the example means.
            settings |= {"low": f"{day.year}-01-01", "high": f"{day.year}-12-31"}
        return Field("date", settings)
    if hour is not None:
        form = next(form for form, start, _ in hour_in(message, *hour) if start == begin)
        settings = {"forms": [form], "answer": time_form(leaf.value) or "%H:%M"}
        part = next((name for name in PARTS if form.startswith(name)), "")
        if part:
            low, high = PARTS[part]
            settings |= {"low": f"{max(low, 1):02d}:00", "high": f"{min(high, 22) - 1:02d}:55"}
        elif any(mark in form for mark in ("%-I", "%N", "%W")) and not any(mark in form for mark in ("%p", "%P")):
            settings |= {"low": "01:00", "high": "11:55"} if hour[0] < 12 else {"low": "13:00", "high": "22:55"}
        return Field("time", settings)
    if answered.name == "weekday":
        return Field("weekday")
    form = next(form for form, start, _ in number_in(message, float(leaf.value)) if start == begin)
    return _number_field(answered, leaf.value, form)


def _half_of_day(message: str, begin: int, kind: Kind, value: str) -> dict[str, str]:
    """Bounds of an hour that the message says more about: no 15:40 behind 上午."""
    said = re.search(r"(凌晨|早上|早晨|上午|下午|傍晚|晚上|今晚|明晚)\s*$", message[:begin])
    if kind.name != "time" or said is None:
        return {}
    late = said[1] in ("下午", "傍晚", "晚上", "今晚", "明晚")
    hour = int(found[0]) if (found := re.match(r"\d{1,2}", value)) else 0
    if late and hour >= 12:
        return {"low": "13:00", "high": "21:30"}
    return {"low": "01:00", "high": "09:30"} if late else {"low": "07:00", "high": "11:30"}


def _number_field(answered: Kind, value: str, form: str) -> Field:
    """A number that the message writes with commas, in words, or with other decimals."""
    decimals = len(value.partition(".")[2])
    if form == "{w}":
        return Field("quantity", {"low": 1, "high": 10, "forms": [form], "answer": "{}"})
    settings = {name: answered.settings[name] for name in ("low", "high") if name in answered.settings}
    kind = answered.name if answered.name in ("quantity", "integer", "amount") else "integer"
    if kind == "amount":
        settings["decimals"] = decimals
    return Field(kind, {**settings, "forms": [form], "answer": "{}"})


def _municipal(found: Sequence[Leaf]) -> bool | None:
    """True where the example's province is its city, False where they differ, None where one is missing."""
    values = {kind_of(leaf.value, leaf.slot).name: leaf.value for leaf in found if leaf.value}
    if "province" not in values or "city" not in values:
        return None
    return values["province"] == values["city"]


def _extra(message: str, slots: Sequence[Slot]) -> list[Slot]:
    """What the message shows and the answer does not give, of kinds that are told by their looks."""
    taken = [span for one in slots for span in one.spans]
    names = {one.name for one in slots}
    made: list[Slot] = []
    for span in spans(message):
        free = all(span.end <= begin or span.start >= end for begin, end in taken)
        if free and span.kind.name in SURE:
            name = _fresh(span.kind.name, names)
            names.add(name)
            text = message[span.start : span.end]
            field = Field(span.kind.name, dict(span.kind.settings))
            made.append(Slot(name, "", text, field, ((span.start, span.end),), asked=False))
    return made


def _fresh(stem: str, taken: set[str]) -> str:
    names = (stem if n == 1 else f"{stem}_{n}" for n in range(1, 10**6))
    return next(name for name in names if name not in taken)


def _words_shared(message: str, answer: str) -> list[Leaf]:
    """Slots of an answer in plain words: what the message shows and the answer says again."""
    made: list[Leaf] = []
    taken: list[tuple[int, int]] = []
    for span in [*spans(message), *_named(message, answer)]:
        text = message[span.start : span.end].strip()
        at = answer.find(text) if len(text) > 1 or not text.isascii() else -1
        while at >= 0 and text:
            if all(at + len(text) <= begin or at >= end for begin, end in taken):
                taken.append((at, at + len(text)))
                name = _fresh(span.kind.name, {leaf.slot for leaf in made})
                known = next((leaf.slot for leaf in made if leaf.value == text), None)
                made.append(Leaf(known or slot_name([name]), text, at, at + len(text)))
            at = answer.find(text, at + len(text))
    for span in spans(answer):
        text = answer[span.start : span.end]
        day, hour = read_day(text), read_hour(text)
        there = day_in(message, day) if day else hour_in(message, *hour) if hour else iter(())
        free = all(span.end <= begin or span.start >= end for begin, end in taken)
        if free and next(there, None) is not None:
            name = _fresh(span.kind.name, {leaf.slot for leaf in made})
            made.append(Leaf(name, text, span.start, span.end))
            taken.append((span.start, span.end))
    return sorted(made, key=lambda leaf: leaf.start)


def _named(message: str, answer: str) -> list[Span]:
    """Longer pieces of words that both sides have: what no looks tell."""
    found = []
    for piece in re.finditer(r"[A-Z][\w'-]*(?: [A-Z0-9][\w'-]*)*|[\u4e00-\u9fff]{2,12}", message):
        text = piece[0]
        if text.isascii():
            if len(text) > 2 and text in answer and piece.start() > 0:
                found.append(Span(piece.start(), piece.end(), kind_of(text, "")))
            continue
        for length in range(len(text), 1, -1):
            hit = next((i for i in range(len(text) - length + 1) if text[i : i + length] in answer), None)
            if hit is not None:
                begin = piece.start() + hit
                kind = kind_of(text[hit : hit + length], "")
                found.append(Span(begin, begin + length, kind))
                break
    # Words that both sides happen to use are no values.
    return [span for span in found if span.kind.name != "choice"]


def _with_slots(text: str, places: Sequence[tuple[int, int, str]]) -> str:
    """The text with {{name}} in the given places; none overlaps another."""
    for begin, end, name in sorted(places, reverse=True):
        text = f"{text[:begin]}{{{{{name}}}}}{text[end:]}"
    return text


def _bot(answer: str, found: Sequence[Leaf], slots: Sequence[Slot]) -> str:
    fixed = {one.name for one in slots if one.fixed}
    for leaf in sorted(found, key=lambda one: one.start, reverse=True):
        if leaf.slot not in fixed:
            how = f" | {leaf.how}" if leaf.how else ""
            answer = f"{answer[: leaf.start]}{{{{{leaf.slot}{how}}}}}{answer[leaf.end :]}"
    return answer
