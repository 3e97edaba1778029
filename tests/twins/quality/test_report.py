"""The report joins all measures in one pass: the same for the same rows, whatever else is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from playground.errors import BadSample
from playground.records import Row
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.twins.quality.report import Report, measure
from tests.twins.quality.made import FACTS, row


def test_right_rows_have_no_fault_and_the_counts_stand_in_their_order() -> None:
    groups = {"train": (row(n) for n in range(30)), "test": (row(n, id=f"t{n}") for n in range(90, 95))}
    report = measure(FACTS, groups)
    assert list(report.counts.items()) == [("train", 30), ("test", 5)]
    assert report.faulty == 0 and report.faults == () and report.level == "warning"
    assert "35 rows: no fault found" in report.headline.text("en") and "35 行" in report.headline.text("zh")


def test_the_worst_decides_and_comes_first() -> None:
    rows = [row(n) for n in range(30)] + [row(77, text="Monday"), row(78, answer="{")]
    report = measure(FACTS, {"train": rows})
    assert report.level == "fault" and report.faulty == 2
    assert {one.kind: one.examples[0].id for one in report.faults} == {"not_there": "r77", "unreadable": "r78"}
    levels = [one.level for one in report.findings]
    assert levels == sorted(levels, key=("fault", "warning", "note").index)


def test_a_damaged_line_ends_its_group_and_is_told() -> None:
    def broken() -> Iterator[Row]:
        yield row(1)
        raise BadSample("train.jsonl line 2 is not JSON; mend or drop it")

    report = measure(FACTS, {"train": broken(), "test": [row(2)]})
    assert report.counts == {"train": 1, "test": 1} and report.level == "fault"
    assert report.findings[0].says.text("en").startswith("train was read up to row 1 only: train.jsonl line 2")


def test_the_limit_real_rows_and_tokens_are_handed_in() -> None:
    rows = [row(n) for n in range(40)]
    report = measure(FACTS, {"train": rows}, real=[replace(one, task="") for one in rows], count=lambda _: 9, limit=8)
    assert report.lengths.cut == 40 and report.lengths.unit == "tokens"
    assert report.real is not None and report.real.real_rows == 40 and report.real.verdict.key == "real.alike"
    assert "finding.cut" in [one.says.key for one in report.findings]


def test_no_rows_at_all() -> None:
    report = measure(FACTS, {})
    assert report.headline.key == "headline.empty" and report.level == "fault"
    assert measure(FACTS, {"train": []}, real=[]).real is not None


def test_the_same_rows_give_the_same_report(settings: Settings) -> None:
    task = load_task("address", settings)

    def once() -> Report:
        twins = make_twins(task, 200, 7, settings, group_rows=20)
        return measure(task, {"train": twins.train, **{k: v for k, v in twins.groups.items() if v}})

    report = once()
    told = json.dumps(report.as_json(), ensure_ascii=False)
    assert told == json.dumps(once().as_json(), ensure_ascii=False)
    assert json.loads(told)["headline"]["en"] == report.headline.text("en")


HOSTILE = [
    row(1, text="[" * 200_000, slots={"city": "x" * 10**6, "day": ""}, answer="[" * 200_000),
    row(2, slots={f"s{n}": str(n) for n in range(5_000)}),
    row(3, slots={}, text="", answer=""),
    row(4, id="", template="\x00", text="\u202e\x00<script>", slots={"city": "<b>", "day": "=1+1"}),
    row(5, slots={"city": "NaN", "day": "Infinity"}, answer='{"city": NaN, "day": Infinity}'),
    replace(row(6), messages=row(6).messages * 3_000),
]


@pytest.mark.parametrize("judge", ["slots", "identity", "text", ""])
def test_hostile_rows_are_measured_like_others(judge: str) -> None:
    report = measure(replace(FACTS, judge=judge), {"train": HOSTILE, "unseen_both": HOSTILE}, real=HOSTILE)
    assert report.counts == {"train": 6, "unseen_both": 6}
    json.dumps(report.as_json(), allow_nan=False).encode()
