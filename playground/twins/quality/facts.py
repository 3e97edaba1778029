"""What the measures know of a task, and a row as they see it: read once, measured many times."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

from playground.datasets import Dataset
from playground.errors import UserError
from playground.records import Row, json_line
from playground.samples import Task, Template, load_task
from playground.settings import LOCAL, Settings
from playground.twins.split import letters

LONGEST = 20_000
"""Characters of a message that are normalised; what follows counts as it stands."""
FIRST = 50
"""Rows from which the instruction and the slots of an unknown task are learned."""
MOST_SLOTS = 50
"""Slots that are followed; a file from elsewhere may have any number."""
APART = frozenset({"姓名", "电话", "县", "详细地址", "名", "公司", "person"})
"""Fields whose values the twin-aware split keeps on one side; provinces, cities and postcodes may recur."""


@dataclass(frozen=True)
class Facts:
    """A task as the measures need it. Empty parts are not known, and nothing is judged by them."""

    task: str = ""
    """Rows of other tasks are judged by their form alone; "" takes every row for its own."""
    slots: tuple[str, ...] = ()
    """Keys of gold, in the order of the answer."""
    judge: str = ""
    """"slots": the answer is gold in its form; "identity": it says the required slots; "text" or "": any text."""
    form: str = ""
    """How the answer is written, as answers.form_of names it; "" where nobody said, and each answer tells itself."""
    typed: frozenset[str] = frozenset()
    """Slots whose value is a number or true or false in a JSON answer."""
    tails: tuple[str, ...] = ()
    """Instructions that stand under each message, longest first."""
    human: Mapping[str, Template] = field(default_factory=dict)
    """Id to human template; empty where a dataset brings none along."""
    bot: Mapping[str, Template] = field(default_factory=dict)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of question to the slots its answer must hold."""
    derived: frozenset[str] = frozenset()
    """Slots whose values need not stand in the message: labels, and what it gives in another form or in parts."""
    fixed: frozenset[str] = frozenset()
    """Slots with one value for all rows."""
    apart: frozenset[str] | None = None
    """Slots whose values train and unseen_values must not share; None where nobody said."""


def task_facts(task: Task, lang: str | None = None, derived: Collection[str] = ()) -> Facts:
    """The facts of a task of the shelf; of one language's templates where `lang` is given."""
    human = {one.id: one for one in task.human if lang in (None, one.lang)}
    bot = {one.id: one for one in task.bot if lang in (None, one.lang)}
    fixed = frozenset(slot for slot in task.slots if slot in task.defaults)
    # Of these the message has the parts, each by itself, or another form than the answer.
    parts = {slot for slot, one in task.fields.items() if one.kind == "composed" or "answer" in one.settings}
    return Facts(
        task=task.name,
        slots=task.slots,
        judge=task.judge,
        form=task.form,
        typed=frozenset(task.typed),
        tails=tuple(sorted({text for text in task.instruction.values() if text}, key=len, reverse=True)),
        human=human,
        bot=bot,
        required=task.required,
        derived=frozenset({*task.derived, *derived, *parts}),
        fixed=fixed,
        apart=frozenset(task.slots) & APART if set(task.slots) <= _HOUSE else None,
    )


_HOUSE = frozenset({*APART, "省", "市", "邮编"})
"""Slots of which the house itself knows whether their values may recur."""


def card_facts(card: Mapping[str, Any], rows: Iterable[Row] = ()) -> Facts:
    """The facts of a dataset whose task is not on the shelf: its card, and a few of its rows for their instruction.

    A "derived" list in the card names slots whose values need not stand in the message.
    """

    def names(key: str) -> tuple[str, ...]:
        value = card.get(key)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    first = list(rows)
    fixed = card.get("set")
    slots = names("slots") or tuple(dict.fromkeys(slot for row in first for slot in row.slots))
    tail = shared_tail([m["content"] for row in first for m in row.messages if m["role"] == "user"])
    return Facts(
        slots=slots,
        tails=(tail,) if tail else (),
        derived=frozenset(names("derived")),
        fixed=frozenset(map(str, fixed)) if isinstance(fixed, dict) else frozenset(),
    )


def facts_of(dataset: Dataset, settings: Settings, visitor: str = LOCAL) -> Facts:
    """What is known of a dataset's task: from the shelf of tasks, else from its own card and first rows."""
    try:
        task = load_task(dataset.task, settings, visitor)
    except UserError:
        return card_facts(dataset.card, islice(dataset.rows(), FIRST))
    lang = dataset.card.get("lang")
    return task_facts(task, lang if isinstance(lang, str) else None)


def shared_tail(texts: list[str]) -> str:
    """The last lines that all messages have in common, as an instruction is; "" for fewer than five messages."""
    if len(texts) < 5 or len(set(texts)) < 2:
        return ""
    tail: list[str] = []
    for lines in zip(*(reversed(text[-LONGEST:].split("\n")[1:]) for text in texts), strict=False):
        if len(set(lines)) > 1:
            break
        tail.append(lines[0])
    return "\n".join(reversed(tail))


class Seen(NamedTuple):
    """A row, read once for all measures."""

    row: Row
    group: str
    own: bool
    """Whether it is of the task that is measured."""
    asked: str
    """The user's turns without the instruction."""
    said: str
    """The last message, "" where it is not the assistant's."""
    letters: str
    """`asked` by its letters and digits alone, in small letters."""
    key: int
    """The same for the same input: letters of the user, and all other turns before the answer as they stand."""
    gold: int
    """The same for the same gold; of a row without slots, for the same answer."""
    answer: int
    """The same for the same answer, letter for letter; without slots marks and blanks do not count."""


def see(row: Row, group: str, facts: Facts) -> Seen:
    """The row as the measures see it."""
    *before, last = row.messages
    said = last["content"] if last["role"] == "assistant" else ""
    if not said and last["role"] == "user":
        before.append(last)
    asked = "\n".join(bare(turn["content"], facts.tails) for turn in before if turn["role"] == "user")
    plain = letters(asked if len(asked) <= LONGEST else asked[:LONGEST]).casefold()
    key = plain if len(asked) <= LONGEST else f"{plain}\0{asked[LONGEST:]}"
    if len(before) != 1 or row.tools:
        others = [turn for turn in before if turn["role"] != "user"]
        key = f"{key}\0{json_line([others, row.tools])}"
    answer = crc32((said if row.slots else letters(said[:LONGEST])).encode("utf-8", "surrogatepass"))
    gold = digest(repr(sorted(row.slots.items()))) if row.slots else answer
    own = not facts.task or row.task == facts.task
    return Seen(row, group, own, asked, said, plain, digest(key), gold, answer)


def bare(content: str, tails: tuple[str, ...]) -> str:
    """A message without the instruction that stands under it."""
    for tail in tails:
        if content.endswith(tail):
            return content[: -len(tail)].removesuffix("\n")
    return content


def digest(text: str) -> int:
    """64 bits that are the same for the same text in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
