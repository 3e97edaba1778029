"""A review on disk: one file beside the datasets, decisions added line by line, the last one about a row counts.

    VISITOR/reviews/DATASET/review.jsonl

It lies not in the dataset's folder, which stays as it was written. A line cut by a crash costs that line. Decisions
hold for the rows they were made on (`of`): a dataset made anew under the same name does not inherit them.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from playground.errors import BadSample, BadSetting, UnknownName
from playground.records import Row, json_line, stamp
from playground.reviews.bound import SURE, Bound, bound
from playground.reviews.decisions import Check, Decision, Read, Verdict, decision_from_json, edited, flat_json, reviewed
from playground.reviews.sheet import Sheet, read_sheet, write_sheet
from playground.settings import Settings

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
MOST_BYTES = 50_000_000
"""Of a review file."""
MOST_DRAWN = 10_000
"""Rows of a sample; a person checks some hundreds."""
BULK = 1_000
"""Rows of a decision about many on one line."""


class Reviews:
    """The decisions about one dataset of a visitor."""

    def __init__(
        self,
        settings: Settings,
        visitor: str,
        dataset: str,
        of: str = "",
        tails: Iterable[str] = (),
        read: Read = flat_json,
    ) -> None:
        """`of` is the dataset's rows_sha256; `tails` are the task's instructions, which are not edited; `read` reads
        gold out of an answer.

        Raises UnknownName for a name that no dataset can have, BadSetting for a strange visitor.
        """
        if not _NAME.fullmatch(dataset):
            raise UnknownName(f"dataset name {dataset!r:.60} cannot be; use a-z, 0-9 and -, at most 41 characters")
        self.path: Path = settings.visitor_home(visitor) / "reviews" / dataset / "review.jsonl"
        self.damaged = 0
        """Lines of the file that could not be read, as of the last reading."""
        self.stale = 0
        """Lines about other rows than these."""
        self._of, self._tails, self._gold = of[:16], tuple(tails), read
        self._read: tuple[tuple[int, int], dict[str, Decision]] | None = None

    def decisions(self) -> Mapping[str, Decision]:
        """Id to what counts about that row."""
        now = stamp(self.path)
        if self._read is None or self._read[0] != now:
            self._read = now, self._load()
        return self._read[1]

    def decide(
        self,
        row: Row,
        verdict: Verdict | None = None,
        answer: str | None = None,
        message: str | None = None,
        grade: int | None = None,
        note: str | None = None,
        check: Check | None = None,
    ) -> Decision:
        """Decide about one row; what is None stays as it was decided, new texts make it an edit, grade 0 takes it back.

        Raises BadSample for a decision that cannot be, or an edit that `check` does not let pass; nothing is kept then.
        """
        before = self.decisions().get(row.id, Decision(row.id))
        if verdict is None:
            verdict = "edit" if answer is not None or message is not None else before.verdict
        if verdict == "edit":
            answer = before.answer if answer is None else answer
            message = before.message if message is None else message
        kept_note = before.note if note is None else note
        decision = Decision(row.id, verdict, answer, message, _grade(before, grade), kept_note)
        changed = self.edited(row, decision)
        if check is not None and decision.verdict == "edit":
            check(changed)
        self._add([decision.as_json()])
        return decision

    def bulk(
        self, ids: Iterable[str], verdict: Verdict | None = None, grade: int | None = None, note: str | None = None
    ) -> int:
        """Accept, reject, grade or note many rows; gives how many. None leaves what was decided before.

        Raises BadSample for an edit, which is made row by row.
        """
        if verdict == "edit":
            raise BadSample("many rows cannot be edited at once; edit them one by one")
        there = self.decisions()
        alike: dict[tuple[tuple[str, Any], ...], list[str]] = {}
        wanted = list(dict.fromkeys(ids))
        for row_id in wanted:
            before = there.get(row_id, Decision(row_id))
            texts = (before.answer, before.message) if verdict is None else (None, None)
            made = Decision(
                row_id,
                before.verdict if verdict is None else verdict,
                *texts,
                _grade(before, grade),
                before.note if note is None else note,
            )
            rest = {name: part for name, part in made.as_json().items() if name != "id"}
            alike.setdefault(tuple(rest.items()), []).append(row_id)
        self._add(
            {"ids": same[start : start + BULK], **dict(parts)}
            for parts, same in alike.items()
            for start in range(0, len(same), BULK)
        )
        return len(wanted)

    def edited(self, row: Row, decision: Decision | None = None) -> Row:
        """The row with the new texts of a decision, by default of the one that counts."""
        decision = decision or self.decisions().get(row.id, Decision(row.id))
        return edited(row, decision, self._tails, self._gold)

    def reviewed(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows with the decisions carried out: rejected ones dropped, edited ones changed."""
        return reviewed(rows, self.decisions(), self._tails, self._gold)

    def bound(self, ids: Iterable[str], sure: float = SURE) -> Bound:
        """What the decided rows of a random sample (ids of `sample`) say about all; an edited row was wrong."""
        there = self.decisions()
        judged = [there[one].wrong for one in dict.fromkeys(ids) if one in there]
        return bound(judged.count(True), judged.count(True) + judged.count(False), sure)

    def write_sheet(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The rows and what was decided as a CSV file for a spreadsheet, piece by piece."""
        return write_sheet(rows, self.decisions(), self._tails)

    def read_sheet(self, data: bytes, rows: Iterable[Row], check: Check | None = None) -> Sheet:
        """Take over what a spreadsheet says; good lines count, and bad ones are told by their line."""
        sheet = read_sheet(data, rows, self.decisions(), self._tails, check, self._gold)
        self._add(one.as_json() for one in sheet.decisions)
        return sheet

    def _add(self, lines: Iterable[dict[str, Any]]) -> None:
        block = "".join(json_line({**line, "of": self._of} if self._of else line) for line in lines).encode()
        if not block:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                size = file.seek(0, 2)
                if size + len(block) > MOST_BYTES:
                    raise BadSetting(
                        f"the review has {size / 1e6:.0f} MB of {MOST_BYTES / 1e6:.0f} MB; "
                        "make a dataset of the reviewed rows and go on with that"
                    )
                file.seek(max(0, size - 1))
                # Behind a line that a crash has cut, the next one begins anew.
                cut = size > 0 and file.read(1) != b"\n"
                file.write(b"\n" + block if cut else block)
        except OSError as error:
            raise BadSetting(
                f"the review cannot be written ({error.strerror}); make room or check the folder"
            ) from error

    def _load(self) -> dict[str, Decision]:
        self.damaged = self.stale = 0
        found: dict[str, Decision] = {}
        try:
            with self.path.open("rb") as file:
                for line in file:
                    for decision in self._decided(line):
                        found[decision.id] = decision
        except FileNotFoundError:
            pass
        except OSError as error:
            raise BadSetting(f"the review cannot be read ({error.strerror}); check the folder") from error
        return found

    def _decided(self, line: bytes) -> list[Decision]:
        """The decisions of one line; none where it is damaged or about other rows."""
        try:
            parts = json.loads(line)
            if not isinstance(parts, dict):
                raise BadSample(f"a decision is {parts!r:.60}; it must be an object with an id")
            if self._of and parts.get("of", self._of) != self._of:
                self.stale += 1
                return []
            ids = parts["ids"] if isinstance(parts.get("ids"), list) else [parts.get("id")]
            return [decision_from_json({**parts, "id": one}) for one in ids]
        except (ValueError, RecursionError, BadSample):
            self.damaged += bool(line.strip())
            return []


def _grade(before: Decision, grade: int | None) -> int | None:
    return before.grade if grade is None else (grade or None)


def sample(rows: Iterable[Row], count: int, seed: int = 0) -> list[Row]:
    """`count` rows (fewer if there are no more) drawn at random, the same for the same seed, in the order to check.

    The first ten of fifty are the ten that a sample of ten would be, so that a checker can always go on.
    """

    def draw(pair: tuple[int, Row]) -> tuple[bytes, int]:
        number, row = pair
        return blake2b(f"{seed}/{row.id}".encode("utf-8", "replace"), digest_size=16).digest(), number

    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_DRAWN:
        raise BadSetting(f"rows to check is {count!r}; it must be a whole number, 1 to {MOST_DRAWN:,}")
    return [row for _, row in heapq.nsmallest(count, enumerate(rows), key=draw)]
