"""Rows for the tests of the measures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from playground.records import Message, Row
from playground.samples import Template
from playground.twins.quality.facts import Facts, Seen, see
from playground.twins.quality.report import Report, measure

SLOTS = ("city", "day")
FACTS = Facts(
    task="trip",
    slots=SLOTS,
    judge="slots",
    tails=("Answer as JSON.",),
    human={name: Template(name, "en", kind, "") for name, kind in (("a", "x"), ("b", "x"), ("c", "y"))},
    bot={"json": Template("json", "en", "x", ""), "other": Template("other", "en", "z", "")},
    apart=frozenset({"city"}),
)


def row(
    number: int = 1,
    text: str | None = None,
    slots: Mapping[str, str] | None = None,
    answer: str | None = None,
    template: str = "a",
    **more: object,
) -> Row:
    """A right row of the task trip; its message names its values."""
    gold = dict(slots) if slots is not None else {"city": f"Town{number}", "day": "Monday"}
    said = json.dumps(gold, ensure_ascii=False) if answer is None else answer
    asked = f"To {gold.get('city')} on {gold.get('day')}, please" if text is None else text
    turns = (Message(role="user", content=f"{asked}\nAnswer as JSON."), Message(role="assistant", content=said))
    values: dict[str, object] = {"id": f"r{number}", "task": "trip", "messages": turns, **more}
    return Row(template=template, bot_template="json", slots=gold, **values)  # type: ignore[arg-type]


def seen(one: Row, facts: Facts = FACTS, group: str = "train") -> Seen:
    """The row as the measures see it."""
    return see(one, group, facts)


EVIL = "</svg><script>alert(1)</script>\x00\ud800\"'&"


def wild_report() -> Report:
    """Measures of right rows with hostile ones among them, a leak, and real rows that are unlike."""
    rows = [row(n, template="a" if n % 2 else "b", slots={"city": f"T{n % 5}", "day": ""}) for n in range(60)]
    bad = [row(90, text=EVIL, slots={"city": EVIL, "day": EVIL}, answer=EVIL, id=EVIL, template=EVIL)] * 2
    held = [replace(rows[0], id="h0"), replace(bad[0], id="h1")]
    real = [row(n, slots={"city": EVIL, "day": "x"}) for n in range(40)]
    return measure(FACTS, {"train": rows + bad, "unseen_both": held}, real=real, limit=60)
