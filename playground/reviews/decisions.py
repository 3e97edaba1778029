"""What a person decided about a row, and rows with the decisions carried out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from playground.errors import BadSample
from playground.records import Message, Row, check_writable, unique_keys

Verdict = Literal["accept", "edit", "reject", ""]
"""accept: right as it is; edit: wrong, and made right; reject: wrong, and left out; "": not decided."""
LONGEST = 1_000_000
"""Characters of a new message or answer."""
LONGEST_NOTE = 10_000

Read = Callable[[str], Mapping[str, str] | None]
"""Gold as an answer gives it, None for one that gives none (twins.quality.correct.gold_reader)."""
Check = Callable[[Row], None]
"""Raises BadSample for a row whose answer does not follow from its message (twins.quality.correct.row_checker)."""


@dataclass(frozen=True)
class Decision:
    """What was decided about one row. Raises BadSample for a field that cannot be."""

    id: str
    verdict: Verdict = ""
    answer: str | None = None
    """The new answer of an edit; None leaves it."""
    message: str | None = None
    """The new last message of the user, without the instruction under it; None leaves it."""
    grade: int | None = None
    """1 (bad) to 5 (good)."""
    note: str = ""

    def __post_init__(self) -> None:
        where = f"row {self.id!r:.60}"
        if self.verdict not in get_args(Verdict):
            raise BadSample(f"{where}: decision is {self.verdict!r:.60}; it must be accept, edit or reject, or empty")
        if self.grade is not None and (type(self.grade) is not int or self.grade not in range(1, 6)):
            raise BadSample(f"{where}: grade is {self.grade!r:.60}; it must be 1 to 5, or empty")
        new = self.answer is not None or self.message is not None
        if new and self.verdict != "edit":
            raise BadSample(f"{where}: a new text comes with {self.verdict!r}; call it an edit")
        if self.verdict == "edit" and not new:
            raise BadSample(f"{where}: an edit changes nothing; give a new message or answer, or accept it")
        texts = (self.id, LONGEST_NOTE), (self.answer, LONGEST), (self.message, LONGEST), (self.note, LONGEST_NOTE)
        for text, most in texts:
            if text is not None and len(text) > most:
                raise BadSample(f"{where}: a text has {len(text):,} characters; it may have {most:,}")
            check_writable(text or "", where)
        for text in (self.answer, self.message):
            if text is not None and not text.strip():
                raise BadSample(f"{where}: the new text is empty; reject the row instead")

    @property
    def wrong(self) -> bool | None:
        """Whether the row was wrong as it was made; None where nothing was decided."""
        return None if not self.verdict else self.verdict != "accept"

    def as_json(self) -> dict[str, Any]:
        """What stands on a line of the review file, parts that say nothing left out."""
        parts = {name: getattr(self, name) for name in ("verdict", "answer", "message", "grade", "note")}
        return {"id": self.id, **{name: part for name, part in parts.items() if part not in (None, "")}}


def decision_from_json(line: Any) -> Decision:
    """A decision out of a parsed line. Raises BadSample for one that cannot be used."""
    if not isinstance(line, dict) or not isinstance(line.get("id"), str):
        raise BadSample(f"a decision is {line!r:.60}; it must be an object with an id")
    parts = {name: line[name] for name in ("verdict", "answer", "message", "grade", "note") if name in line}
    texts = [parts[name] for name in ("verdict", "answer", "message", "note") if name in parts]
    if not all(isinstance(one, str) for one in texts):
        raise BadSample(f"a decision is {line!r:.60}; its texts must be texts")
    return Decision(line["id"], **parts)


def flat_json(text: str) -> dict[str, str] | None:
    """The gold of an answer that is one flat JSON object of texts."""
    try:
        value = json.loads(text, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError):
        return None
    flat = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    return value if flat else None


def edited(row: Row, decision: Decision, tails: Iterable[str] = (), read: Read = flat_json) -> Row:
    """The row with a decision's new texts; the instruction (one of `tails`) stays under the message.

    Where the old answer gives gold, as `read` reads it, and the new one has the same slots, gold follows. The row is
    not checked.
    """
    if decision.verdict != "edit":
        return row
    messages = list(row.messages)
    if decision.message is not None:
        place = asked_at(row)
        _, tail = without_tail(messages[place]["content"], tails)
        messages[place] = _with_text(messages[place], decision.message + tail)
    slots = row.slots
    if decision.answer is not None:
        if messages[-1]["role"] != "assistant":
            raise BadSample(f"row {row.id!r:.60} ends without an answer; reject it")
        old, new = read(messages[-1]["content"]), read(decision.answer)
        if slots and old == slots and new is not None and new.keys() == slots.keys():
            slots = {slot: new[slot] for slot in slots}
        messages[-1] = _with_text(messages[-1], decision.answer)
    return replace(row, slots=slots, messages=tuple(messages))


def reviewed(
    rows: Iterable[Row], decisions: Mapping[str, Decision], tails: Iterable[str] = (), read: Read = flat_json
) -> Iterator[Row]:
    """The rows with the decisions carried out: rejected ones dropped, edited ones changed, all others as they are."""
    tails = tuple(tails)
    for row in rows:
        decision = decisions.get(row.id)
        if decision is None or decision.verdict in ("accept", ""):
            yield row
        elif decision.verdict == "edit":
            yield edited(row, decision, tails, read)


def asked_at(row: Row) -> int:
    """The place of the user's last turn. Raises BadSample for a row without one."""
    for place in range(len(row.messages) - 1, -1, -1):
        if row.messages[place]["role"] == "user":
            return place
    raise BadSample(f"row {row.id!r:.60} has no message of a user; reject it")


def without_tail(content: str, tails: Iterable[str]) -> tuple[str, str]:
    """A message without the instruction under it, and that instruction with the line end before it."""
    for tail in tails:
        if tail and content.endswith(f"\n{tail}"):
            return content[: -len(tail) - 1], f"\n{tail}"
    return content, ""


def _with_text(turn: Message, content: str) -> Message:
    made = turn.copy()
    made["content"] = content
    return made
