"""Is a row right in itself: turns in order, nothing left to fill in, an answer that reads and gives gold, and gold
that stands in the message. The same rules as check.py's, but every fault is named and none stops the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from playground.errors import BadSample
from playground.records import Row, json_line
from playground.twins.quality.answers import Answer, read_answer
from playground.twins.quality.facts import LONGEST, MOST_SLOTS, Facts, Seen, see
from playground.twins.quality.words import Level, Say, say
from playground.twins.template import left_over


class Found(NamedTuple):
    """One thing that was noticed about a row."""

    kind: str
    """Groups the same fault of several rows."""
    level: Level
    says: Say


def row_checker(facts: Facts, lang: str = "en") -> Callable[[Row], None]:
    """What raises BadSample, naming row and fault, for a row with a fault; for rows that a person has changed.

    The fault is told in `lang`, "zh" or "en"; the sentence around it is translated like every other.
    """

    def check(row: Row) -> None:
        for found in faults_of(see(row, "", facts), facts):
            if found.level == "fault":
                raise BadSample(
                    f"row {row.id!r:.60} is not right ({found.says.text(lang)}); mend its message or answer"
                )

    return check


def faults_of(seen: Seen, facts: Facts) -> list[Found]:
    """All faults and notes of a row; empty for a right one."""
    found = list(_turns(seen.row))
    if not seen.own:
        return found
    if facts.judge == "identity":
        found += _required(seen, facts)
    elif seen.row.slots and facts.judge != "text":
        found += _answer(seen, facts)
        found += _message(seen, facts)
    if seen.row.tools and seen.said:
        found += _call(seen)
    return found


def _turns(row: Row) -> Iterator[Found]:
    before = ""
    for place, turn in enumerate(row.messages):
        role, text = turn["role"], turn["content"]
        if not _may_follow(role, before, place):
            yield Found("roles", "fault", say("fault.roles", place=place + 1, role=role, before=before or "-"))
        if not text.strip():
            yield Found("empty", "fault", say("fault.empty", place=place + 1, role=role))
        elif role != "system" and (rest := _unfilled(role, text)):
            yield Found("placeholder", "fault", say("fault.placeholder", place=place + 1, rest=rest))
        before = role
    if before != "assistant":
        yield Found("no_answer", "fault", say("fault.no_answer", role=before))


def _may_follow(role: str, before: str, place: int) -> bool:
    """system only first; then user and assistant by turns, tools between two assistant turns."""
    if role == "system":
        return place == 0
    if role == "user":
        return before in ("", "system", "assistant")
    return before in ("assistant", "tool") if role == "tool" else before in ("user", "tool")


def _unfilled(role: str, text: str) -> str:
    if role == "assistant" and text.lstrip().startswith("<"):
        # An answer in XML has tags of its own.
        text = text.replace("<", "")
    return left_over(text)


def _required(seen: Seen, facts: Facts) -> Iterator[Found]:
    asked = facts.human.get(seen.row.template)
    for slot in facts.required.get(asked.kind, ()) if asked else ():
        value = seen.row.slots.get(slot, "")
        if value not in seen.said or not value:
            yield Found("unsaid", "fault", say("fault.unsaid", slot=slot, value=value))


def _answer(seen: Seen, facts: Facts) -> Iterator[Found]:
    said, gold = seen.said, seen.row.slots
    if not said.strip():
        return
    # Most answers are gold as the house writes it; to write it again is quicker than to read them.
    if said == json_line(gold)[:-1]:
        return
    answer = read_answer(said)
    if not answer.values:
        if facts.judge == "slots" or answer.why:
            yield Found("unreadable", "fault", say("fault.unreadable", text=said, why=answer.why or "text"))
        return
    if facts.judge != "slots" and not any(answer.get(slot) is not None for slot in gold):
        return
    yield from _against_gold(answer, seen, facts)


def _against_gold(answer: Answer, seen: Seen, facts: Facts) -> Iterator[Found]:
    for slot, value in list(seen.row.slots.items())[:MOST_SLOTS]:
        given = answer.get(slot)
        if given is None and answer.form != "json" and not value:
            continue
        if given is None:
            yield Found("missing", "fault", say("fault.missing", slot=slot, value=value))
        elif given != value:
            yield Found("differs", "fault", say("fault.differs", slot=slot, given=given, value=value))
        elif facts.judge == "slots" and isinstance(answer.value, dict) and not isinstance(answer.value.get(slot), str):
            yield Found("not_text", "fault", say("fault.not_text", slot=slot, given=given))
    flat = isinstance(answer.value, dict) and all(not isinstance(one, dict | list) for one in answer.value.values())
    if surplus := [slot for slot in answer.values if slot not in seen.row.slots] if flat else []:
        yield Found("surplus", "fault", say("fault.surplus", slot=surplus[0]))


def _message(seen: Seen, facts: Facts) -> Iterator[Found]:
    if not seen.asked.strip():
        return
    for slot, value in list(seen.row.slots.items())[:MOST_SLOTS]:
        # Most values stand there as they are; the long way is for the others.
        if value in seen.asked or slot in facts.derived or slot in facts.fixed:
            continue
        how = stands(value, seen.asked)
        if not how:
            yield Found("not_there", "fault", say("fault.not_there", slot=slot, value=value))
        elif how == "width":
            yield Found("width", "note", say("fault.width", slot=slot, value=value))


def stands(value: str, text: str) -> str:
    """How a value stands in a message: "exact", "spaced" (digits with blanks between them), "width" (full-width or
    another form of the same characters, by NFKC), "" not at all."""
    if value in text:
        return "exact"
    if value.replace("-", "").isdecimal() and value in text.replace(" ", ""):
        return "spaced"
    if len(value) > LONGEST:
        return ""
    plain, there = (unicodedata.normalize("NFKC", one[:LONGEST]) for one in (value, text))
    if plain in there or (plain.replace("-", "").isdecimal() and plain in there.replace(" ", "")):
        return "width"
    return ""


def _call(seen: Seen) -> Iterator[Found]:
    """A call in the form {"name", "arguments"} against the functions on offer; other forms are left alone."""
    call = read_answer(seen.said).value
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return
    arguments = call.get("arguments", call.get("parameters"))
    offers = [tool.get("function", tool) for tool in seen.row.tools]
    schemas = {one.get("name"): one.get("parameters") for one in offers if isinstance(one, dict)}
    if call["name"] not in schemas:
        yield Found("call", "fault", say("fault.call", name=call["name"]))
        return
    schema = schemas[call["name"]]
    if not isinstance(arguments, dict) or not isinstance(schema, dict):
        return
    required, known = schema.get("required"), schema.get("properties")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in arguments:
            yield Found("argument", "fault", say("fault.argument", name=name, call=call["name"]))
    if isinstance(known, dict):
        for name in (name for name in arguments if name not in known):
            yield Found("argument", "fault", say("fault.surplus", slot=name))
