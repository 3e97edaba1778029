"""Decisions outlive the process, a cut line, and another page; and hold for the rows they were made on."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.datasets import dataset_path, open_dataset, write_dataset
from playground.errors import BadSample, BadSetting, UnknownName
from playground.records import Message, Row
from playground.reviews import shelf
from playground.reviews.shelf import Reviews, sample
from playground.sentences import known
from playground.settings import LOCAL, Settings


def row(number: int) -> Row:
    turns = (Message(role="user", content=f"question {number}"), Message(role="assistant", content=f"answer {number}"))
    return Row(f"r{number}", "t", "a", "b", {}, turns)


@pytest.fixture
def reviews(settings: Settings) -> Reviews:
    return Reviews(settings, LOCAL, "trip-1")


def test_the_last_decision_counts_and_is_there_after_a_restart(reviews: Reviews, settings: Settings) -> None:
    reviews.decide(row(1), "accept", grade=4)
    reviews.decide(row(1), "reject")
    reviews.decide(row(2), answer="better", note="typo")
    found = Reviews(settings, LOCAL, "trip-1").decisions()
    assert (found["r1"].verdict, found["r1"].grade) == ("reject", 4)
    assert (found["r2"].verdict, found["r2"].answer, found["r2"].note) == ("edit", "better", "typo")
    assert [one.id for one in reviews.reviewed(map(row, range(1, 4)))] == ["r2", "r3"]


def test_a_part_that_is_not_given_stays_and_grade_0_takes_it_back(reviews: Reviews) -> None:
    reviews.decide(row(1), answer="x", grade=2)
    reviews.decide(row(1), note="n")
    kept = reviews.decisions()["r1"]
    assert (kept.verdict, kept.answer, kept.grade, kept.note) == ("edit", "x", 2, "n")
    reviews.decide(row(1), "accept", grade=0)
    assert (reviews.decisions()["r1"].answer, reviews.decisions()["r1"].grade) == (None, None)


def test_an_edit_that_does_not_pass_is_not_kept(reviews: Reviews) -> None:
    def check(changed: Row) -> None:
        raise BadSample(f"row {changed.id!r} says {changed.messages[-1]['content']}; mend it")

    with pytest.raises(BadSample, match="says wrong"):
        reviews.decide(row(1), answer="wrong", check=check)
    reviews.decide(row(2), "accept", check=check)
    assert list(reviews.decisions()) == ["r2"]


def test_many_at_once(reviews: Reviews, settings: Settings) -> None:
    reviews.decide(row(3), grade=5)
    reviews.decide(row(4), answer="new")
    assert reviews.bulk([f"r{n}" for n in range(2_500)] + ["r1"], "accept") == 2_500
    found = Reviews(settings, LOCAL, "trip-1").decisions()
    assert len(found) == 2_500 and {one.verdict for one in found.values()} == {"accept"} and found["r3"].grade == 5
    assert len(reviews.path.read_text(encoding="utf-8").splitlines()) <= 6
    reviews.decide(row(4), answer="new")
    reviews.bulk(["r4", "r5"], note="seen")
    assert reviews.decisions()["r4"].answer == "new" and reviews.decisions()["r5"].note == "seen"
    assert reviews.bulk([], "accept") == 0
    with pytest.raises(BadSample, match="one by one"):
        reviews.bulk(["r1"], "edit")


def test_a_cut_last_line_costs_that_line(reviews: Reviews, settings: Settings) -> None:
    reviews.decide(row(1), "accept")
    reviews.decide(row(2), "accept")
    whole = reviews.path.read_bytes()
    for cut in range(len(whole) - 30, len(whole)):
        reviews.path.write_bytes(whole[:cut])
        again = Reviews(settings, LOCAL, "trip-1")
        assert "r1" in again.decisions()
        again.decide(row(3), "reject")
        assert {"r1", "r3"} <= set(Reviews(settings, LOCAL, "trip-1").decisions())


@pytest.mark.parametrize(
    "line",
    [b"\xff\xfe", b"[" * 200_000, b"7", b'{"id": 7}', b'{"ids": [1, {}]}', b'{"id": "a", "grade": 1e999}', b"NaN"]
    + [b'{"id": "\\ud800", "verdict": "accept"}', b'{"id": "a", "verdict": ["accept"]}', b"\x00" * 50],
)
def test_damaged_lines_are_counted_and_the_others_kept(reviews: Reviews, line: bytes) -> None:
    reviews.decide(row(1), "accept")
    with reviews.path.open("ab") as file:
        file.write(line + b"\n")
    reviews.decide(row(2), "accept")
    assert set(reviews.decisions()) == {"r1", "r2"} and reviews.damaged == 1


def test_decisions_hold_for_their_rows_only(settings: Settings) -> None:
    Reviews(settings, LOCAL, "trip-1", of="a" * 64).decide(row(1), "reject")
    made_anew = Reviews(settings, LOCAL, "trip-1", of="b" * 64)
    assert made_anew.decisions() == {} and made_anew.stale == 1
    made_anew.decide(row(1), "accept")
    assert Reviews(settings, LOCAL, "trip-1", of="a" * 64).decisions()["r1"].verdict == "reject"


def test_the_dataset_stays_as_it_was_written(settings: Settings) -> None:
    folder = dataset_path(settings, LOCAL, "trip-1")
    dataset = write_dataset(folder, map(row, range(5)), {}, {"task": "t", "slots": []})
    Reviews(settings, LOCAL, "trip-1", of=dataset.rows_sha256).decide(row(1), "reject")
    assert open_dataset(folder) == dataset


def test_two_pages_see_each_other(reviews: Reviews, settings: Settings) -> None:
    other = Reviews(settings, LOCAL, "trip-1")
    reviews.decide(row(1), "accept")
    other.decide(row(2), "reject")
    assert set(reviews.decisions()) == {"r1", "r2"} == set(other.decisions())


@pytest.mark.parametrize("name", ["", "../up", "A", "a/b", "a" * 42, "-a", "a\n"])
def test_no_name_leaves_the_folder(settings: Settings, name: str) -> None:
    with pytest.raises(UnknownName) as caught:
        Reviews(settings, LOCAL, name)
    assert known(str(caught.value))
    with pytest.raises(BadSetting):
        Reviews(settings, "../x", "trip-1")


def test_a_full_or_unwritable_place_is_said(
    reviews: Reviews, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 100)
    with pytest.raises(BadSetting, match="go on with that") as caught:
        reviews.bulk([f"r{n}" for n in range(100)], "accept")
    assert known(str(caught.value))
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / LOCAL).mkdir(exist_ok=True)
    (settings.home / LOCAL / "reviews" / "file").parent.mkdir(exist_ok=True)
    Path(settings.home / LOCAL / "reviews" / "blocked").write_text("", encoding="utf-8")
    with pytest.raises(BadSetting) as caught:
        Reviews(settings, LOCAL, "blocked").bulk(["a"], "accept")
    assert known(str(caught.value))


def test_what_a_sample_says_about_all(reviews: Reviews) -> None:
    drawn = sample(map(row, range(500)), 60, seed=3)
    for one in drawn[:59]:
        reviews.decide(one, "accept")
    reviews.bulk(["r499", drawn[59].id], grade=3)
    assert reviews.bound(one.id for one in drawn).text() == "59 checked, none wrong: under 5 % wrong, 95 % sure"
    reviews.decide(drawn[0], answer="x")
    assert reviews.bound(one.id for one in drawn).wrong == 1


def test_a_sample_is_drawn_evenly_and_can_be_gone_on_with() -> None:
    ten, fifty = sample(map(row, range(1_000)), 10, 1), sample(map(row, range(1_000)), 50, 1)
    assert fifty[:10] == ten and len({one.id for one in fifty}) == 50
    assert sample(map(row, range(1_000)), 50, 2) != fifty
    assert 12 < sum(1 for one in fifty if int(one.id[1:]) < 500) < 38
    assert len(sample(map(row, range(3)), 50)) == 3


@pytest.mark.parametrize("count", [0, -1, True, 10**9])
def test_a_sample_of_no_size(count: int) -> None:
    with pytest.raises(BadSetting) as caught:
        sample([], count)
    assert known(str(caught.value))
