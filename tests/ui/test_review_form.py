"""The fold of review: a sample, decisions that hold, nothing typed is lost, and a dataset of what stood."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.datasets import find_dataset
from playground.errors import BadSample, BadSetting, UnknownName
from playground.reviews.decisions import Verdict
from playground.ui import review, review_sum
from playground.ui.frame import Frame
from playground.ui.kept_form import deleted, draw
from playground.ui.making import Form, made
from playground.ui.review import Desk
from playground.ui.review_form import row_values, summed_values
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]


class Table:
    """A page with a dataset and a sample of five on the desk."""

    def __init__(self, frame: Frame, session: Session) -> None:
        self.frame, self.session, self.desk = frame, session, Desk()
        list(made(frame, session, Form(rows=60), threading.Event()))
        assert review.settled(frame, session, self.desk)
        review.draw_sample(self.desk, "train", 5, 0)

    @property
    def told(self) -> str:
        return review_sum.figures_html(self.frame, self.session, self.desk)

    @property
    def texts(self) -> tuple[str, str]:
        return review.texts(self.frame, self.session, self.desk)

    def judge(
        self, verdict: Verdict | None, message: str = "", answer: str = "", grade: int = 0, note: str = ""
    ) -> None:
        """Decide with what was typed; "" is what stands there."""
        old = self.texts
        said = message or old[0], answer or old[1]
        review.decide(self.frame, self.session, self.desk, verdict, *said, grade, note)

    def decision(self) -> tuple[str, int | None, str]:
        _, found = review.decided(self.frame, self.session, self.desk)
        return found.verdict, found.grade, found.note


@pytest.fixture
def table(make_frame: MakeFrame, session: Session) -> Table:
    return Table(make_frame(), session)


def other_name(table: Table, name: str = "周敏敏") -> tuple[str, str]:
    """Message and answer of the row with another name."""
    message, answer = table.texts
    gold = json.loads(answer)
    old = gold["姓名"]
    if not old:
        return f"{message} {name}", json.dumps({**gold, "姓名": name}, ensure_ascii=False)
    return message.replace(old, name), json.dumps({**gold, "姓名": name}, ensure_ascii=False)


def test_rows_are_judged_one_after_another(table: Table) -> None:
    assert "no row is checked yet" in table.told
    for _ in range(5):
        table.judge("accept")
        review.go_on(table.frame, table.session, table.desk)
    assert "5 checked, none wrong: under 45.1 % wrong, 95 % sure" in table.told and "294 more" in table.told
    assert table.desk.at == 4, "where all are decided it stays"
    review.step(table.desk, 1)
    assert table.desk.at == 0
    table.session.lang = "zh"
    assert "查了 5 行，没有错" in table.told and "通过 5" in table.told


def test_an_edit_must_hold_and_gold_follows(table: Table) -> None:
    message, answer = other_name(table)
    with pytest.raises(BadSample, match="is not right"):
        table.judge("edit", answer="nonsense")
    with pytest.raises(BadSample, match="is not in the message"):
        table.judge("edit", answer=answer)
    with pytest.raises(BadSetting, match="neither message nor answer was changed"):
        table.judge("edit")
    assert table.decision() == ("", None, "")
    table.judge("edit", message, answer, 4, "a name")
    row, _ = review.decided(table.frame, table.session, table.desk)
    assert table.decision() == ("edit", 4, "a name") and row is not None and row.slots["姓名"] == "周敏敏"
    assert table.texts == (message, answer) and "周敏敏" in row_values(table.frame, table.session, table.desk)[1]
    table.judge("accept", grade=4)
    assert table.decision()[0] == "edit", "what is accepted is the edit that is shown"
    with pytest.raises(BadSetting, match="neither"):
        table.judge("edit", *review.plain(table.desk))
    table.judge("accept", *review.plain(table.desk))
    assert table.decision()[0] == "accept" and table.texts == review.plain(table.desk)


def test_what_was_typed_is_not_lost(table: Table) -> None:
    with pytest.raises(BadSetting, match="the texts were changed; keep the edit or put them back first"):
        table.judge("accept", message="other words")
    assert review.changed(table.frame, table.session, table.desk, "other words", table.texts[1])
    assert not review.changed(table.frame, table.session, table.desk, *table.texts)
    table.judge(None, message="half typed", grade=2, note="look again")
    assert table.decision() == ("", 2, "look again")
    assert review.judged_so(table.frame, table.session, table.desk, 2, "look again")
    table.judge("accept", grade=0, note="")
    assert table.decision() == ("accept", None, "")


def test_many_at_once_are_rows_of_the_sample_alone(table: Table) -> None:
    ids = [row.id for row in table.desk.rows]
    message, answer = other_name(table)
    table.judge("edit", message, answer)
    assert review.decide_many(table.frame, table.session, table.desk, [*ids, "other"], "accept") == 4
    assert table.decision()[0] == "edit"
    with pytest.raises(BadSetting, match="no row is picked"):
        review.decide_many(table.frame, table.session, table.desk, ["other"] * 10_000, "reject")
    labels = [label for label, _ in review_sum.list_choices(table.frame, table.session, table.desk)]
    assert labels[0].startswith("1 · ✎ edited · ") and labels[1].startswith("2 · ✓ accepted · ")


def test_a_named_row_lies_on_top_and_counts_in_no_sample(table: Table) -> None:
    sample = {row.id for row in table.desk.rows}
    dataset = table.desk.dataset
    assert dataset is not None
    other = next(row for row in dataset.rows() if row.id not in sample)
    table.session.opened = f"train/{other.id}"
    assert review.settled(table.frame, table.session, table.desk) and table.session.opened == ""
    assert table.desk.row == other and "A named row" in row_values(table.frame, table.session, table.desk)[0]
    table.judge("reject")
    assert "no row is checked yet" in table.told and "1 rejected" in table.told
    review.step(table.desk, 1)
    assert table.desk.row == table.desk.rows[0]
    table.session.opened = "train/none"
    assert review.settled(table.frame, table.session, table.desk) and table.desk.row == table.desk.rows[0]


def test_a_sheet_goes_out_and_comes_back(table: Table, tmp_path: Path) -> None:
    path = review_sum.sheet(table.frame, table.session, table.desk)
    assert path is not None and summed_values(table.frame, table.session, table.desk)[2] == path
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [row.id for row in table.desk.rows]
    sheet = tmp_path / "s.csv"
    lines = [f"{row.id},,reject" if n else f"{row.id},7,accept" for n, row in enumerate(table.desk.rows)]
    sheet.write_text("id,grade,decision\n" + "\n".join([*lines, "x,1,accept"]) + "\n", encoding="utf-8")
    told = review_sum.take_sheet(table.frame, table.session, table.desk, str(sheet))
    assert "4 new decisions" in told and "2 lines are wrong" in told and "<li>sheet line 2" in told
    table.session.lang = "zh"
    told = review_sum.take_sheet(table.frame, table.session, table.desk, str(sheet))
    assert "2 行有问题" in told and "not in the dataset" not in told and "it must be" not in told
    sheet.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSample):
        review_sum.take_sheet(table.frame, table.session, table.desk, str(sheet))


def test_a_dataset_is_made_of_what_stood(table: Table) -> None:
    with pytest.raises(BadSetting, match="no row is reviewed yet"):
        review_sum.made(table.frame, table.session, table.desk)
    before = table.session.dataset
    table.judge("reject")
    told = review_sum.made(table.frame, table.session, table.desk)
    assert table.session.dataset.startswith(f"{before}-reviewed-") and table.session.rows == 59 and "1 rejected" in told
    dataset = find_dataset(table.frame.settings, table.session.visitor, table.session.dataset)
    assert dataset.card["reviewed"]["rejected"] == 1 and dataset.counts["unseen_both"] == 200
    assert review.settled(table.frame, table.session, table.desk) and table.desk.rows == ()
    assert "新数据集" in review_sum.made_html(table.desk, Session(dataset=table.session.dataset, lang="zh"))
    assert review_sum.made_html(table.desk, Session(dataset=before)) == ""


def test_reviews_are_listed_counted_and_deleted(table: Table) -> None:
    table.judge("accept")
    name = table.session.dataset
    assert any(f"review of dataset {name}" in label for label, _ in draw(table.frame, table.session)[1]["choices"])
    assert "1 deleted" in deleted(table.frame, table.session, [f"reviews/{name}"])
    assert table.decision() == ("", None, "")


def test_a_dataset_that_is_gone_is_said(table: Table) -> None:
    deleted(table.frame, table.session, [f"datasets/{table.session.dataset}"])
    with pytest.raises(UnknownName, match="there is no dataset to review"):
        table.judge("accept", "a", "b")
    assert review.settled(table.frame, table.session, table.desk) and table.desk.row is None
    assert "With a dataset" in table.told and row_values(table.frame, table.session, table.desk)[0] == ""
    with pytest.raises(BadSetting, match="there is no row") if table.desk.dataset else pytest.raises(UnknownName):
        table.judge("accept")


@pytest.mark.parametrize("count", [0, -1, 501, 1.5, None, float("nan"), float("inf")])
def test_a_sample_has_its_bounds(table: Table, count: float | None) -> None:
    with pytest.raises(BadSetting, match="rows to check is"):
        review.draw_sample(table.desk, "train", count, 0)
    with pytest.raises(BadSetting, match="seed is"):
        review.draw_sample(table.desk, "train", 5, -1)
    with pytest.raises(UnknownName, match="group"):
        review.draw_sample(table.desk, "../x", 5, 0)


def test_long_texts_are_shown_cut_and_changed_elsewhere(table: Table) -> None:
    with pytest.raises(BadSetting, match="longer than 20,000 characters; change it in the spreadsheet"):
        table.judge("edit", message="x" * 20_001)
