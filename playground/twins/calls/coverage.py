"""What the rows of a dataset show: calls per function, values per field, what never comes, what is not sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.records import Row
from playground.twins.calls.check import CallJudge, parse_calls
from playground.twins.calls.function import Function
from playground.twins.calls.plan import Values
from playground.twins.calls.slots import slot_text

MOST_VALUES = 5000
"""Different values counted for a field; the ones after are counted together as others."""


@dataclass(frozen=True)
class FieldCoverage:
    """What one field of one function was given."""

    given: int
    """Calls that give it."""
    left_out: int
    """Calls that do not."""
    counts: Mapping[str, int]
    """Value as a slot text to how often it came, the most frequent first."""
    never: tuple[str, ...]
    """Values it may have that no call gives."""
    others: int = 0
    """Calls with values beyond the first MOST_VALUES different ones."""


@dataclass(frozen=True)
class Coverage:
    """What rows show."""

    rows: int
    sound: int
    """Rows in which nothing is wrong."""
    faults: Mapping[str, int]
    """Fault to rows, as check_call_row names them."""
    kinds: Mapping[str, int]
    """call, several, repair, ask, refuse to rows."""
    calls: Mapping[str, int]
    """Function to calls, 0 for one that is never called."""
    fields: Mapping[str, Mapping[str, FieldCoverage]]
    """Function and field to what it was given."""
    dropped: Mapping[str, int]
    """Reason to rows that were made and dropped, as the card of the dataset counts them."""

    @property
    def never_called(self) -> tuple[str, ...]:
        """Functions that no row calls."""
        return tuple(name for name, count in self.calls.items() if not count)


def coverage(
    rows: Iterable[Row],
    functions: Sequence[Function],
    values: Values | None = None,
    dropped: Mapping[str, int] | None = None,
) -> Coverage:
    """Count what the answers of these rows call. Values that could come are an enum's, true and false, and `values`."""
    judge = CallJudge(functions)
    names = {one.name: one for one in functions}
    counts: dict[str, dict[str, dict[str, int]]] = {one.name: {f.name: {} for f in one.fields} for one in functions}
    others: dict[tuple[str, str], int] = {}
    calls = dict.fromkeys(names, 0)
    kinds: dict[str, int] = {}
    faults: dict[str, int] = {}
    total = 0
    for row in rows:
        total += 1
        verdict = judge.row(row)
        if not verdict.right:
            faults[verdict.fault] = faults.get(verdict.fault, 0) + 1
        kind = row_kind(row)
        kinds[kind] = kinds.get(kind, 0) + 1
        for name, arguments in parse_calls(row.messages[-1]["content"]) or ():
            if name not in names:
                continue
            calls[name] += 1
            for key, value in arguments.items():
                seen = counts[name].get(key)
                text = slot_text(value)
                if seen is not None and (text in seen or len(seen) < MOST_VALUES):
                    seen[text] = seen.get(text, 0) + 1
                elif seen is not None:
                    others[name, key] = others.get((name, key), 0) + 1
    fields = {
        one.name: {
            field.name: _field(
                calls[one.name],
                counts[one.name][field.name],
                [*field.enum, *(values or {}).get(one.name, {}).get(field.name, ()), *_flags(field.type)],
                others.get((one.name, field.name), 0),
            )
            for field in one.fields
        }
        for one in functions
    }
    return Coverage(total, total - sum(faults.values()), faults, kinds, calls, fields, dict(dropped or {}))


def row_kind(row: Row) -> str:
    """call, several, repair, ask or refuse: what sort of row it is."""
    known = {"call": "call", "calls": "several", "repair": "repair"}
    return known.get(row.bot_template) or ("ask" if row.bot_template.startswith("asked") else "refuse")


def _flags(kind: str) -> tuple[bool, ...]:
    return (True, False) if kind == "boolean" else ()


def _field(calls: int, counts: Mapping[str, int], possible: Iterable[Any], others: int) -> FieldCoverage:
    given = sum(counts.values()) + others
    never = dict.fromkeys(text for one in possible if (text := slot_text(one)) not in counts)
    ordered = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return FieldCoverage(given, calls - given, ordered, tuple(never), others)
