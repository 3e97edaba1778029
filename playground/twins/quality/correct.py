"""Is a row right in itself: turns in order, nothing left to fill in, an answer that reads and gives gold, and gold
that stands in the message. The same rules as check.py's, but every fault is named and none stops the others."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from playground.answers import Leaf, form_of, leaves, slot_name
from playground.errors import BadSample
from playground.records import Row, json_line, unique_keys
from playground.twins.quality.facts import LONGEST, MOST_SLOTS, Facts, Seen, bare, see
from playground.twins.quality.words import Level, Say, say
from playground.twins.template import left_over

MOST_LEAVES = 10_000
"""Values of one answer that are looked at."""
_BEGUN = re.compile(r'\s*(?:\{(?!\{)|\[\s*[\[{"])')
"""JSON that was begun, whatever became of it."""


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
    if facts.form in ("", "json") and not facts.typed and said == json_line(gold)[:-1]:
        return
    form, found, why = _read(said, facts)
    if not found:
        if facts.judge == "slots" or why:
            yield Found("unreadable", "fault", say("fault.unreadable", text=said, why=why or "text"))
        return
    if facts.judge != "slots" and not any(_leaf(found, slot) for slot in gold):
        return
    yield from _against_gold(form, found, seen, facts)


def _read(said: str, facts: Facts) -> tuple[str, dict[str, Leaf], str]:
    """Form of the answer, its values by slot, and why it has none though it was to have some."""
    form = facts.form
    if not form:
        # Nobody told the form of the answers, so each tells its own; a long one is a text.
        form = "text" if len(said) > LONGEST else "json" if _BEGUN.match(said) else form_of(said)
    if form == "text":
        return form, {}, ""
    try:
        return form, {leaf.slot: leaf for leaf in leaves(said, form, MOST_LEAVES)}, ""
    except BadSample as error:
        return form, {}, str(error.__cause__ or error)[:80]


def _leaf(found: Mapping[str, Leaf], slot: str) -> Leaf | None:
    """The value of a slot: its own, else the only one whose path ends in its name. None where there is none."""
    name = slot_name([slot])
    if name in found:
        return found[name]
    inner = [leaf for path, leaf in found.items() if path.rpartition(".")[2] == name]
    return inner[0] if len(inner) == 1 else None


def _against_gold(form: str, found: Mapping[str, Leaf], seen: Seen, facts: Facts) -> Iterator[Found]:
    gold = seen.row.slots
    for slot, value in list(gold.items())[:MOST_SLOTS]:
        leaf = _leaf(found, slot)
        if leaf is None:
            # Where lines are written for what is there, a line that is not there is "".
            if value or form == "json" or facts.form:
                yield Found("missing", "fault", say("fault.missing", slot=slot, value=value))
        elif leaf.value != value:
            yield Found("differs", "fault", say("fault.differs", slot=slot, given=leaf.value, value=value))
        elif form == "json" and facts.judge == "slots" and leaf.typed != (slot in facts.typed):
            kind = "not_text" if leaf.typed else "not_typed"
            yield Found(kind, "fault", say(f"fault.{kind}", slot=slot, given=leaf.value))
    if facts.form or (form == "json" and not any("." in path for path in found)):
        names = {slot_name([slot]) for slot in gold}
        if names & found.keys() and (surplus := [path for path in found if path not in names]):
            yield Found("surplus", "fault", say("fault.surplus", slot=surplus[0]))


def gold_reader(facts: Facts) -> Callable[[str], dict[str, str] | None]:
    """What reads gold out of an answer of this task, as a person has changed it; it gives None where none is in it."""

    def read(answer: str) -> dict[str, str] | None:
        form, found, why = _read(answer, facts)
        if why or not found or any(form == "json" and facts.form and _odd(leaf, facts) for leaf in found.values()):
            return None
        return {slot: leaf.value for slot, leaf in found.items()}

    return read


def _odd(leaf: Leaf, facts: Facts) -> bool:
    return leaf.typed != (leaf.slot in facts.typed)


def _message(seen: Seen, facts: Facts) -> Iterator[Found]:
    if not seen.asked.strip():
        return
    asked = facts.human.get(seen.row.template)
    labels = asked.fixed if asked else {}
    before = ""
    for slot, value in list(seen.row.slots.items())[:MOST_SLOTS]:
        # Most values stand there as they are; the long way is for the others.
        if value in seen.asked or slot in facts.derived or slot in facts.fixed or slot in labels:
            continue
        before = before or said_before(seen.row, facts.tails)
        how = stands(value, before)
        if not how:
            yield Found("not_there", "fault", say("fault.not_there", slot=slot, value=value))
        elif how == "width":
            yield Found("width", "note", say("fault.width", slot=slot, value=value))


def said_before(row: Row, tails: tuple[str, ...]) -> str:
    """All that was said before the answer, without the instruction and the system's text: a value may come from the
    other side's turn too, as where "the second one" is asked for."""
    turns = row.messages[:-1] if row.messages[-1]["role"] == "assistant" else row.messages
    return "\n".join(bare(turn["content"], tails) for turn in turns if turn["role"] != "system")


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
    try:
        call = json.loads(seen.said, object_pairs_hook=unique_keys) if seen.said.lstrip()[:1] == "{" else None
    except (ValueError, RecursionError):
        return
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
