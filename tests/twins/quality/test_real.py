"""Made rows beside real ones: alike where they are alike, and what differs most comes first."""

from __future__ import annotations

import pytest

from playground.records import Row
from playground.twins.quality.facts import Facts
from playground.twins.quality.real import MOST_ROWS, Profile, Real, compare, form, shares_of, step, words_of
from tests.twins.quality.made import row, seen

FACTS = Facts("", ("city", "day"))


def beside(made: list[Row], real: list[Row]) -> Real:
    sides = Profile(FACTS), Profile(FACTS)
    for profile, rows in zip(sides, (made, real), strict=True):
        for one in rows:
            profile.add(seen(one, FACTS))
    return compare(*sides)


def test_halves_of_one_set_are_alike() -> None:
    rows = [row(n, slots={"city": f"Town{n % 17}", "day": "" if n % 3 else "Monday"}) for n in range(400)]
    found = beside(rows[::2], rows[1::2])
    assert found.verdict.key == "real.alike" and not any(one.differs for one in found.compared)
    assert found.distance < 0.1


def test_what_differs_comes_first_with_its_distance() -> None:
    made = [row(n, slots={"city": "Rome", "day": "Monday"}) for n in range(100)]
    real = [row(n, slots={"city": "北京市", "day": "Monday" if n < 30 else ""}) for n in range(100)]
    found = beside(made, real)
    assert found.verdict.key == "real.differs"
    by_name = {(one.what, one.slot): one for one in found.compared}
    assert by_name["form", "city"].distance == 1.0 and by_name["given", "day"].distance == pytest.approx(0.7)
    assert [one.distance for one in found.compared if one.differs] == sorted(
        (one.distance for one in found.compared if one.differs), reverse=True
    )
    assert "100.0 %" in by_name["form", "city"].says.text("en") and by_name["given", "day"].says.text("zh")
    assert ("rome", 1.0, 0.0) in [(one.word, one.made, one.real) for one in found.words]
    assert ("北京", 0.0, 1.0) in [(one.word, one.made, one.real) for one in found.words]


def test_few_real_rows_are_called_few_and_chance_is_told() -> None:
    made = [row(n) for n in range(100)]
    found = beside(made, made[:5])
    assert found.verdict.key == "real.few"
    chances = {one.what: one.chance for one in beside(made[:50], made[50:]).compared if one.what == "value_length"}
    assert all(0 <= one.chance <= 1 for one in found.compared) and chances


def test_nothing_to_compare() -> None:
    assert beside([], [row(1)]).verdict.key == "real.nothing" and beside([row(1)], []).compared == ()


@pytest.mark.parametrize(
    ("value", "name"),
    [("139", "digits"), ("王芳", "CJK"), ("Leeds", "Latin"), ("3幢2室", "CJK and digits"), ("a1", "Latin and digits")]
    + [("a王", "mixed"), ("010-8 1", "digits and signs"), ("é", "mixed")],
)
def test_forms(value: str, name: str) -> None:
    assert form(value) == name


def test_steps_and_words() -> None:
    assert [step(n, (0, 1, 2, 5)) for n in (0, 1, 4, 5, 10**9)] == ["0", "1", "2-4", "5+", "5+"]
    assert words_of("Hello 北京市 a 7 hello") == {"hello", "北京", "京市"}


def test_shares_of_rows() -> None:
    rows = [row(1), row(2, slots={"city": "", "day": "x"}), row(3, slots={"day": ""}), row(4, slots={"zip": "1"})]
    assert shares_of(rows) == {"city": 0.25, "day": 0.5, "zip": 0.25}
    assert shares_of([]) == {}


def test_no_more_rows_are_looked_at_than_needed() -> None:
    profile, one = Profile(FACTS), seen(row(1), FACTS)
    for _ in range(MOST_ROWS + 5):
        profile.add(one)
    assert profile.rows == MOST_ROWS
