"""Templates and their pairs are counted, and those without a row are named."""

from __future__ import annotations

from dataclasses import replace

from playground.samples import Template
from playground.twins.quality.coverage import MOST_TEMPLATES, OTHERS, CoverageMeter, Reached, allowed_pairs
from playground.twins.quality.facts import Facts
from tests.twins.quality.made import FACTS, row, seen


def test_rows_templates_pairs_and_values() -> None:
    meter = CoverageMeter(FACTS)
    for one in (
        row(1, template="a", slots={"city": "Rome", "day": "Monday"}),
        row(2, template="a", slots={"city": "Oslo", "day": ""}),
        row(3, template="b", slots={"city": "Rome", "day": ""}),
        row(4, template="b", slots={"city": "Rome", "day": ""}, task="general"),
    ):
        meter.add(seen(one))
    found = meter.result()
    assert list(found.human.items()) == [("a", 2), ("b", 1), ("c", 0)]
    assert found.bot == {"json": 3, "other": 0}
    assert found.unused == ("c", "other") and found.strange == ()
    # c has no answer of its own kind, so it takes the one of a kind that no question has.
    assert set(allowed_pairs(FACTS.human, FACTS.bot)) == {("a", "json"), ("b", "json"), ("c", "other")}
    assert found.pairs == Reached(2, 3)
    assert found.values == {"city": Reached(3, 4), "day": Reached(1, 1)}


def test_without_known_templates_all_pairs_could_be() -> None:
    meter = CoverageMeter(Facts("trip", ("city",)))
    meter.add(seen(row(1, template="a")))
    meter.add(seen(row(2, template="b")))
    assert meter.result().pairs == Reached(2, 2) and Reached(0, 0).share == 1.0


def test_strange_templates_are_named_and_any_number_is_borne() -> None:
    meter = CoverageMeter(replace(FACTS, human={"a": Template("a", "en", "x", "")}))
    for number in range(MOST_TEMPLATES + 5):
        meter.add(seen(row(number, template=f"t{number}")))
    found = meter.result()
    assert len(found.strange) == 20 and found.human[OTHERS] == 5
    assert "city" not in found.values
