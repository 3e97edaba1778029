"""What a table holds, guessed from its names and values: which column is the question, which the answer.

A guess is a value that is shown before anything is made of it; `picked` is the same value by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from playground.errors import BadSample, known
from playground.interchange.column_names import PARTS, Part, bare, named, named_partly
from playground.interchange.tables import Table
from playground.interchange.turns import has_steps, looks_like_turns

Form = Literal["messages", "sharegpt", "alpaca", "fireact", "pairs", "rows"]
FORMS: tuple[Form, ...] = get_args(Form)
NEEDED: dict[Form, tuple[Part, ...]] = {
    "messages": ("turns",),
    "sharegpt": ("turns",),
    "alpaca": ("question", "answer"),
    "fireact": ("question", "answer"),
    "pairs": ("question", "answer"),
    "rows": (),
}
"""Parts that a form cannot do without."""
SAMPLE = 200
"""Lines that are looked at."""


@dataclass(frozen=True)
class Shape:
    """How the lines of a table are read as rows."""

    form: Form
    """messages (OpenAI), sharegpt, alpaca, fireact (alpaca whose output is a run of steps), pairs (a question and an
    answer under any names) or rows (of a dataset of this house)."""
    columns: Mapping[Part, str] = field(default_factory=dict)
    """Part to the column that plays it."""
    sure: float = 1.0
    """0 to 1; below 0.5 a person should look."""
    why: str = ""
    """By what it was told."""
    system: str = ""
    """System text for rows that have none."""


def guess(table: Table) -> Shape:
    """The likeliest shape. Raises BadSample where no two columns could be a question and an answer."""
    lines = [line.values for line in table.lines[:SAMPLE]]
    if _share(lines, lambda one: isinstance(one.get("messages"), list) and isinstance(one.get("slots"), dict)) > 0.5:
        return Shape("rows", {}, 1.0, "the lines have messages and slots, as datasets have here")
    turns = _turns_column(table.columns, lines)
    if turns is not None:
        asked = sum(_has_roles(line.get(turns)) for line in lines) * 2 >= sum(turns in line for line in lines)
        form: Form = "messages" if asked else "sharegpt"
        extra = _found(table.columns, ("system", "tools"), {turns})
        return Shape(form, {"turns": turns, **extra}, 0.95, f"column {turns!r:.60} holds conversations")
    return _pair(table.columns, lines)


def picked(table: Table, form: str, columns: Mapping[str, str], system: str = "") -> Shape:
    """A shape by hand. Raises UnknownName for a form, part or column that is not there, BadSample for one missing."""
    if form not in FORMS:
        raise known("form", form, FORMS)
    chosen: dict[Part, str] = {}
    for name, column in columns.items():
        part = next((part for part in PARTS if part == name), None)
        if part is None:
            raise known("part", name, PARTS)
        if column not in table.columns:
            raise known("column", column, table.columns)
        chosen[part] = column
    shape = next(one for one in FORMS if one == form)
    for part in NEEDED[shape]:
        if part not in chosen:
            raise BadSample(f"no column is picked for the {part}; pick one of: {', '.join(table.columns[:12]):.200}")
    return Shape(shape, chosen, 1.0, "picked by hand", system)


def _pair(columns: tuple[str, ...], lines: list[Mapping[str, Any]]) -> Shape:
    question, answer = named(columns, "question"), named(columns, "answer")
    sure = 0.95
    if question is None or answer is None:
        sure = 0.7
        rest = tuple(one for one in columns if one not in (question, answer))
        question = question or named_partly(rest, "question")
        answer = answer or named_partly(tuple(one for one in rest if one != question), "answer")
    if question is not None and answer is not None:
        why = f"columns {question!r:.60} and {answer!r:.60} are named like a question and its answer"
    else:
        sure = 0.3
        question, answer = _by_place(columns, lines, question, answer)
        why = f"no names tell; columns {question!r:.60} and {answer!r:.60} are the first that hold texts"
    extra = _found(columns, ("context", "system", "history", "tools"), {question, answer})
    form: Form = "alpaca" if (bare(question), bare(answer)) == ("instruction", "output") else "pairs"
    if _share(lines, lambda one: has_steps(one.get(answer))) > 0.5:
        form, why = "fireact", f"column {answer!r:.60} holds runs of thought, action and observation"
    return Shape(form, {"question": question, **extra, "answer": answer}, sure, why)


def _by_place(
    columns: tuple[str, ...], lines: list[Mapping[str, Any]], question: str | None, answer: str | None
) -> tuple[str, str]:
    """The first columns that hold texts in half of the lines; names that are numbers, dates or ids are no texts."""
    texts = [
        column
        for column in columns
        if column not in (question, answer) and _share(lines, lambda one, c=column: _is_text(one.get(c))) >= 0.5
    ]
    if len(texts) < (question is None) + (answer is None):
        there = ", ".join(columns[:12])
        raise BadSample(f"no question and answer are found in the columns {there:.200}; pick them by hand")
    left = iter(texts)
    question = question if question is not None else next(left)
    return question, answer if answer is not None else next(left)


def _found(columns: tuple[str, ...], parts: tuple[Part, ...], taken: set[str]) -> dict[Part, str]:
    free = tuple(column for column in columns if column not in taken)
    return {part: column for part in parts if (column := named(free, part)) is not None}


def _turns_column(columns: tuple[str, ...], lines: list[Mapping[str, Any]]) -> str | None:
    """The column of conversations, a name that says so first."""
    # Earlier turns and halves of a conversation are lists of messages too.
    others = {"history", "prompt", "completion", "chosen", "rejected"}
    free = [column for column in columns[:50] if bare(column) not in others]
    free.sort(key=lambda column: column != named(columns, "turns"))
    return next((one for one in free if _share(lines, lambda v, c=one: looks_like_turns(v.get(c))) >= 0.5), None)


def _has_roles(value: Any) -> bool:
    return (
        '"role"' in value if isinstance(value, str) else isinstance(value, list) and bool(value) and "role" in value[0]
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and any(letter.isalpha() for letter in value)


def _share(lines: list[Mapping[str, Any]], holds: Any) -> float:
    return sum(map(bool, map(holds, lines))) / max(1, len(lines))
