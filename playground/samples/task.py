"""What a task is, as values: its templates, its slots, and where their values come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playground.records import Role, Row
from playground.samples.fields import Field

Judge = Literal["slots", "identity", "text"]

Turn = tuple[Role, str]
"""An earlier turn of a template: who says it, and the text with its slots."""


@dataclass(frozen=True)
class Template:
    """One way of saying it, on the human or the bot side."""

    id: str
    """Unique among the task's templates of its side; goes into each row made from it."""
    lang: str
    """"zh" or "en"; a question is answered in its own language."""
    kind: str
    """What sort of wording or question it is; templates are held out kind by kind."""
    text: str
    """Jinja2, slots as {{name}}; <NAME> is read as {{NAME}}."""
    foreign: bool = False
    """True for a visitor's text: anything but plain slots in it is rendered in a limited process of its own."""
    dress: bool = True
    """False where the wording is a format, or has typos of its own: rows keep it as it is written."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Gold that this wording fixes, by slot: labels that need not stand in the message."""
    before: tuple[Turn, ...] = ()
    """Earlier turns, the oldest first; `text` is then the last thing the user says."""


@dataclass(frozen=True)
class Task:
    """What is to be learned, and how its rows are made and judged."""

    name: str
    """Name of the folder."""
    title: Mapping[str, str]
    """Language to the words shown for the task."""
    instruction: Mapping[str, str]
    """Language to what is said under each message; empty where the message stands alone."""
    slots: tuple[str, ...]
    """Keys of gold, in the order of the answer."""
    judge: Judge
    defaults: Mapping[str, str]
    """Fixed values, the same in every row unless set otherwise: identity's name and author."""
    general: float
    """Share of the training rows that is drawn from the task "general"; 0 to 0.9."""
    human: tuple[Template, ...]
    bot: tuple[Template, ...]
    seeds: tuple[Row, ...]
    """Rows by hand, instruction included; the first ones are the worked examples of few-shot."""
    tries: tuple[str, ...]
    """Messages offered to be tried, without the instruction."""
    folder: Path
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of question to the slots its answer must hold; only identity is judged by it."""
    chatter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words that may stand "before" and "after" a message without meaning anything."""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Messages of `tries` whose right slots are told, to those slots."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    """Slot to where its values come from; a slot without one has a built-in name (twins/fields.py)."""
    derived: tuple[str, ...] = ()
    """Slots whose value need not stand in the message: labels, what follows from it."""
    form: str = "json"
    """How the answer is written, one of answers.FORMS."""
    typed: tuple[str, ...] = ()
    """Slots whose value is a number or true or false in a JSON answer, and not a text."""
    own: bool = False
    """True for a visitor's own task, which lies in the work folder."""


def user_text(task: Task, message: str, lang: str = "zh") -> str:
    """The human turn: the message, a line end and the instruction; the bare message where there is none."""
    instruction = task.instruction.get(lang) or next(iter(task.instruction.values()), "")
    return f"{message}\n{instruction}" if instruction else message
