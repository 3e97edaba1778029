"""A review as a spreadsheet: CSV out, CSV back, matched by id.

A cell that a spreadsheet would run as a formula gets a ' before it, and a cell that begins with ' one more, so that
taking one away gives back what was there. Back come UTF-8 with or without its mark, UTF-16 with its mark, and GB18030,
which is how a Chinese Excel saves; comma, semicolon or tab between the cells; rows and columns in any order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from playground.errors import BadSample, UserError
from playground.records import Row
from playground.reviews.cells import decoded, rows_of
from playground.reviews.decisions import Check, Decision, Read, Verdict, asked_at, edited, flat_json, without_tail

COLUMNS = ("id", "message", "answer")
JUDGED = ("decision", "grade", "note")
GOLD = "gold "
"""Begins the name of a column that shows a slot of gold; it is not read back."""
MOST_CELL = 32_000
"""Characters of a cell; Excel holds 32,767."""
MOST_BYTES = 64_000_000
"""Of a file that is read."""
MOST_TOLD = 100
"""Faults that are told."""
CUT = " […]"
_TRIGGERS = tuple("=+-@\t\r\n＝＋－＠'")
_VERDICTS: dict[str, Verdict] = {
    **dict.fromkeys(("accept", "accepted", "ok", "yes", "通过", "接受", "正确", "对"), "accept"),
    **dict.fromkeys(("reject", "rejected", "no", "拒绝", "驳回", "删除", "错"), "reject"),
    **dict.fromkeys(("edit", "edited", "修改", "改"), "edit"),
    "": "",
}


@dataclass(frozen=True)
class Sheet:
    """What a spreadsheet said."""

    decisions: tuple[Decision, ...]
    """Of good lines that say something new."""
    lines: int
    """Lines with an id."""
    faults: tuple[str, ...]
    """A sentence for each bad line, the first MOST_TOLD."""
    bad: int
    """Bad lines."""


def defused(text: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{text}" if text.lstrip(" ").startswith(_TRIGGERS) else text


def armed(cell: str) -> str:
    """The text that `defused` made the cell of; a cell that lost its ' on the way is taken as it is."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(_TRIGGERS) else cell


def write_sheet(rows: Iterable[Row], decisions: Mapping[str, Decision], tails: Iterable[str] = ()) -> Iterator[bytes]:
    """CSV in UTF-8 with the mark that Excel needs; columns id, message, answer, gold of the first row, and JUDGED."""
    tails, slots = tuple(tails), None
    yield b"\xef\xbb\xbf"
    for row in rows:
        if slots is None:
            slots = list(row.slots)
            yield _line([*COLUMNS, *(GOLD + slot for slot in slots), *JUDGED])
        message, answer = shown(row, tails)
        decision = decisions.get(row.id, Decision(row.id))
        if decision.verdict == "edit":
            message = message if decision.message is None else decision.message
            answer = answer if decision.answer is None else decision.answer
        judged = [decision.verdict, str(decision.grade or ""), decision.note]
        yield _line([row.id, message, answer, *(row.slots.get(slot, "") for slot in slots), *judged])
    if slots is None:
        yield _line([*COLUMNS, *JUDGED])


def shown(row: Row, tails: Iterable[str]) -> tuple[str, str]:
    """A row's message without the instruction, and its answer; "" for one that is not there."""
    try:
        message, _ = without_tail(row.messages[asked_at(row)]["content"], tails)
    except BadSample:
        message = ""
    last = row.messages[-1]
    return message, last["content"] if last["role"] == "assistant" else ""


def read_sheet(
    data: bytes,
    rows: Iterable[Row],
    decisions: Mapping[str, Decision],
    tails: Iterable[str] = (),
    check: Check | None = None,
    read: Read = flat_json,
) -> Sheet:
    """What the file says about these rows. A changed message or answer is an edit, and passes `check`.

    `decisions` are what is known: a line that says the same again is not told. Raises BadSample for a file that is
    too large, in no known encoding, or without an id column.
    """
    tails = tuple(tails)
    told = _Faults()
    waiting: dict[str, tuple[int, dict[str, str]]] = {}
    for number, cells in _records(data, told):
        row_id = armed(cells.get("id", ""))
        if not row_id.strip():
            if any(cells.values()):
                told.add(number, BadSample("the line has no id; write the row's id into it"))
        elif row_id in waiting:
            told.add(number, BadSample(f"id {row_id!r:.60} is there twice; the first line counts"))
        else:
            waiting[row_id] = number, cells
    lines = len(waiting)
    found: list[tuple[int, Decision]] = []
    for row in rows:
        if row.id not in waiting:
            continue
        number, cells = waiting.pop(row.id)
        try:
            decision = _decision(row, cells, decisions.get(row.id, Decision(row.id)), tails, check, read)
            if decision != decisions.get(row.id, Decision(row.id)):
                found.append((number, decision))
        except UserError as error:
            told.add(number, error)
    for row_id, (number, _) in waiting.items():
        told.add(number, BadSample(f"id {row_id!r:.60} is not in the dataset; leave the id column as it was"))
    found.sort(key=lambda pair: pair[0])
    return Sheet(tuple(one for _, one in found), lines, told.sentences(), told.count)


class _Faults:
    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []
        self.count = 0

    def add(self, line: int, error: UserError) -> None:
        self.count += 1
        if len(self._found) < MOST_TOLD:
            self._found.append((line, f"sheet line {line}: {error}"))

    def sentences(self) -> tuple[str, ...]:
        return tuple(text for _, text in sorted(self._found))


def _decision(
    row: Row, cells: Mapping[str, str], before: Decision, tails: tuple[str, ...], check: Check | None, read: Read
) -> Decision:
    word = cells.get("decision", "").strip().casefold()
    if word not in _VERDICTS:
        raise BadSample(f"row {row.id!r:.60}: decision is {word!r:.60}; it must be accept, edit or reject, or empty")
    verdict = _VERDICTS[word]
    message, answer = shown(row, tails)
    new_message, new_answer = _changed(cells, "message", message), _changed(cells, "answer", answer)
    # A text cut to fit its cell is no new text; the one decided before stays.
    if before.verdict == "edit":
        new_message = _kept(cells, "message", before.message, new_message)
        new_answer = _kept(cells, "answer", before.answer, new_answer)
    if verdict == "reject":
        new_message = new_answer = None
    elif new_message is not None or new_answer is not None:
        verdict = "edit"
    grade, note = _grade(row, cells.get("grade", "")), armed(cells.get("note", ""))
    made = Decision(row.id, verdict, new_answer, new_message, grade, note)
    changed = edited(row, made, tails, read)
    if made.verdict == "edit" and check is not None:
        check(changed)
    return made


def _changed(cells: Mapping[str, str], column: str, text: str) -> str | None:
    """The new text of a cell, None where it says what the row says (line ends and blanks at the end aside)."""
    if column not in cells or _even(cells[column]) == _even(_cell(text)):
        return None
    return armed(cells[column]).replace("\r\n", "\n").replace("\r", "\n")


def _kept(cells: Mapping[str, str], column: str, before: str | None, new: str | None) -> str | None:
    return before if before is not None and _even(cells.get(column, "")) == _even(_cell(before)) else new


def _even(cell: str) -> str:
    return armed(cell).replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _grade(row: Row, cell: str) -> int | None:
    text = cell.strip().removesuffix(".0")
    if not text:
        return None
    if text not in ("1", "2", "3", "4", "5"):
        raise BadSample(f"row {row.id!r:.60}: grade is {text!r:.60}; it must be 1 to 5, or empty")
    return int(text)


def _cell(text: str) -> str:
    return defused(text if len(text) <= MOST_CELL else text[:MOST_CELL] + CUT)


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([_cell(one) for one in cells])
    return out.getvalue().encode("utf-8", "replace")


def _records(data: bytes, told: _Faults) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by column name of each line under the head; a line that is no CSV ends it, and is told."""
    if len(data) > MOST_BYTES:
        raise BadSample(f"the sheet has {len(data) / 1e6:.0f} MB; it may have {MOST_BYTES / 1e6:.0f} MB")
    text = decoded(data)
    head = text[: text.find("\n")] if "\n" in text else text
    between = max((",", ";", "\t"), key=head.count)
    names: list[str] | None = None
    for start, cells in rows_of(text, between):
        if isinstance(cells, str):
            told.add(start, BadSample(f"the line is no CSV ({cells}); mend its quotation marks"))
        elif names is not None:
            yield start, dict(zip(names, cells, strict=False))
        else:
            names = [armed(one).strip().casefold() for one in cells]
            if "id" not in names:
                raise BadSample(
                    f"the sheet begins with {', '.join(cells)!r:.60}; its first line must name an id column"
                )
    if names is None:
        raise BadSample("the sheet is empty; write one first, and fill in its columns")
