"""What the fold "Review" does, without its widgets: a sample of the rows, one after another, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from playground.datasets import TRAIN, Dataset
from playground.errors import BadSetting, UnknownName, known
from playground.records import Row
from playground.reviews.decisions import Decision, Verdict
from playground.reviews.sheet import shown
from playground.reviews.shelf import Reviews, sample
from playground.twins.quality.correct import row_checker
from playground.twins.quality.facts import Facts, facts_of
from playground.twins.reviewed import review_of
from playground.ui.frame import Frame
from playground.ui.making import latest_dataset
from playground.ui.quality import found_row
from playground.ui.session import Session
from playground.ui.words import say
from playground.visitors import check_room

SAMPLED = 59
"""Rows of a sample, if nothing else is said: none wrong of so many is under 5 % wrong, 95 % sure."""
MOST_SAMPLED = 500
"""Rows of a sample on the page; the command line takes more."""
LONGEST = 20_000
"""Characters of a text that can be changed on the page."""
CUT = " […]"


@dataclass
class Desk:
    """What lies on the reviewer's desk; changed in place by the handlers of the fold."""

    dataset: Dataset | None = None
    facts: Facts = field(default_factory=Facts)
    group: str = TRAIN
    rows: tuple[Row, ...] = ()
    """The sample, in the order to check."""
    at: int = 0
    """Place in it."""
    guest: Row | None = None
    """A row that was sent here, and lies on top of the sample without being of it."""

    told: dict[str, str] = field(default_factory=dict)
    """What was told of the dataset that was made here last."""

    @property
    def row(self) -> Row | None:
        """The row that is looked at."""
        if self.guest is not None:
            return self.guest
        return self.rows[self.at] if self.at < len(self.rows) else None


def settled(frame: Frame, session: Session, desk: Desk) -> bool:
    """Bring the desk to the session's dataset and a row that was sent here; True where another row lies there now."""
    dataset = latest_dataset(frame.settings, session)
    changed = False
    there = (desk.dataset.path, desk.dataset.rows_sha256) if desk.dataset else None
    if there != ((dataset.path, dataset.rows_sha256) if dataset else None):
        facts = facts_of(dataset, frame.settings, session.visitor) if dataset else Facts()
        desk.dataset, desk.facts, desk.group, desk.rows, desk.at, desk.guest = dataset, facts, TRAIN, (), 0, None
        changed = True
    if session.opened and dataset is not None:
        group, _, row_id = session.opened.partition("/")
        desk.guest, changed = found_row(dataset, group, row_id), True
    session.opened = ""
    return changed


def draw_sample(desk: Desk, group: str, count: float | None, seed: float | None) -> None:
    """Put a random sample of a group on the desk, the same for the same seed. Raises BadSetting, UnknownName."""
    dataset = dataset_of(desk)
    if group not in (TRAIN, *dataset.groups):
        raise known("group", str(group)[:60], (TRAIN, *dataset.groups))
    rows = sample(dataset.rows(group), _whole("rows to check", count, 1, MOST_SAMPLED), _whole("seed", seed, 0, 2**31))
    desk.group, desk.rows, desk.at, desk.guest = group, tuple(rows), 0, None


def step(desk: Desk, by: int) -> None:
    """Go to another row of the sample; from a row that was sent here back to it."""
    if desk.guest is not None:
        desk.guest = None
    elif desk.rows:
        desk.at = (desk.at + by) % len(desk.rows)


def texts(frame: Frame, session: Session, desk: Desk) -> tuple[str, str]:
    """Message and answer as they are shown, edits carried out."""
    row, _ = decided(frame, session, desk)
    message, answer = shown(row, desk.facts.tails) if row is not None else ("", "")
    return _cut(message), _cut(answer)


def decided(frame: Frame, session: Session, desk: Desk) -> tuple[Row | None, Decision]:
    """The row on the desk with its edit carried out, and what was decided about it."""
    row = desk.row
    if row is None:
        return None, Decision("")
    reviews = reviews_of(frame, session, desk)
    return reviews.edited(row), reviews.decisions().get(row.id, Decision(row.id))


def changed(frame: Frame, session: Session, desk: Desk, message: str, answer: str) -> bool:
    """Whether what was typed is neither what is shown nor what the row says."""
    row = desk.row
    if row is None:
        return False
    typed = _even(message), _even(answer)
    return typed not in (tuple(map(_even, texts(frame, session, desk))), tuple(map(_even, plain(desk))))


def plain(desk: Desk) -> tuple[str, str]:
    """Message and answer as the row has them, whatever was decided."""
    message, answer = shown(desk.row, desk.facts.tails) if desk.row is not None else ("", "")
    return _cut(message), _cut(answer)


def earlier_html(desk: Desk, lang: str) -> str:
    """What was said before the message that is shown: instructions of the system, earlier turns."""
    row = desk.row
    if row is None:
        return ""
    last = max((place for place, turn in enumerate(row.messages) if turn["role"] == "user"), default=0)
    turns = [
        f"<dt>{escape(say(lang, 'role.' + turn['role']))}</dt><dd>{escape(_cut(turn['content']))}</dd>"
        for place, turn in enumerate(row.messages[:-1])
        if place != last
    ]
    return f'<dl class="gold message">{"".join(turns)}</dl>' if turns else ""


def judged_so(frame: Frame, session: Session, desk: Desk, grade: int, note: str) -> bool:
    """Whether grade and note of the row on the desk are these already."""
    _, decision = decided(frame, session, desk)
    return (decision.grade or 0, decision.note) == (grade, note)


def decide(
    frame: Frame, session: Session, desk: Desk, verdict: Verdict | None, message: str, answer: str, grade: int | None,
    note: str,
) -> None:  # fmt: skip
    """Decide about the row on the desk; None for the verdict keeps grade and note alone.

    Raises BadSetting for texts that were changed and would be lost, BadSample for an edit that does not hold.
    """
    row, reviews = desk.row, reviews_of(frame, session, desk)
    if row is None:
        raise BadSetting("there is no row to decide about; draw a sample first")
    check_room(frame.settings, session.visitor)
    before = reviews.decisions().get(row.id, Decision(row.id))
    if verdict == "edit":
        new = _edit(row, before, desk.facts.tails, message, answer)
        check = row_checker(desk.facts, session.lang)
        reviews.decide(row, "edit", new[1], new[0], grade, note, check)
        return
    if verdict is not None and changed(frame, session, desk, message, answer):
        raise BadSetting("the texts were changed; keep the edit or put them back first")
    own = tuple(map(_even, plain(desk)))
    if verdict == "accept" and before.verdict == "edit" and (_even(message), _even(answer)) != own:
        verdict = None  # what is accepted is the edit that is shown
    reviews.decide(row, verdict, grade=grade, note=note)


def _edit(row: Row, before: Decision, tails: Sequence[str], message: str, answer: str) -> tuple[str | None, str | None]:
    """New message and new answer as a decision takes them; None for what stays as the row has it."""
    made: list[str | None] = []
    kept = before.message, before.answer
    for typed, own, earlier in zip((message, answer), shown(row, tails), kept, strict=True):
        if len(own) > LONGEST or len(typed) > LONGEST:
            raise BadSetting(f"a text of the row is longer than {LONGEST:,} characters; change it in the spreadsheet")
        same = _even(typed) == _even(own)
        # A text that is put back takes the place of the one that was kept before.
        made.append((own if earlier is not None else None) if same else _even(typed))
    if all(new is None or _even(new) == _even(own) for new, own in zip(made, shown(row, tails), strict=True)):
        raise BadSetting("neither message nor answer was changed; accept the row instead")
    return made[0], made[1]


def go_on(frame: Frame, session: Session, desk: Desk) -> None:
    """To the next row of the sample that nobody decided about; stays where there is none."""
    if desk.guest is not None or not desk.rows:
        return
    decisions = reviews_of(frame, session, desk).decisions()
    for by in range(1, len(desk.rows) + 1):
        place = (desk.at + by) % len(desk.rows)
        if not decisions.get(desk.rows[place].id, Decision("")).verdict:
            desk.at = place
            return


def decide_many(frame: Frame, session: Session, desk: Desk, ids: Sequence[str] | None, verdict: Verdict) -> int:
    """Accept or reject rows of the sample; gives how many. Those that were edited stay edited when accepted."""
    reviews = reviews_of(frame, session, desk)
    wanted = set(ids or ())
    picked = [row.id for row in desk.rows if row.id in wanted]
    if not picked:
        raise BadSetting("no row is picked; pick some in the list")
    check_room(frame.settings, session.visitor)
    there = reviews.decisions()
    if verdict == "accept":
        picked = [one for one in picked if there.get(one, Decision(one)).verdict != "edit"]
    return reviews.bulk(picked, verdict)


def dataset_of(desk: Desk) -> Dataset:
    """The dataset whose rows lie on the desk. Raises UnknownName where there is none, or no more."""
    if desk.dataset is None or not desk.dataset.path.is_dir():
        raise UnknownName("there is no dataset to review; make one first")
    return desk.dataset


def reviews_of(frame: Frame, session: Session, desk: Desk) -> Reviews:
    """The decisions about its rows."""
    return review_of(dataset_of(desk), desk.facts, frame.settings, session.visitor)


def _whole(what: str, value: float | None, low: int, high: int) -> int:
    if value is None or value != value or not low <= value <= high or int(value) != value:
        raise BadSetting(f"{what} is {value}; it must be {low} to {high}")
    return int(value)


def _even(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + CUT
