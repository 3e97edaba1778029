"""Scoring from the browser: where cases come from, what is refused, the run, and the card that shows it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.errors import BadSample, UserError
from playground.models.scripted import Line
from playground.samples import load_task
from playground.ui import scoring
from playground.ui.frame import Frame
from playground.ui.making import Form as TwinsForm
from playground.ui.making import made
from playground.ui.scorecard import ALL, DIFFER, Card, cases_html, filters, result_html
from playground.ui.scoring import MOST_CASES, Form, Source
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]


def cases_file(tmp_path: Path, count: int = 6) -> Path:
    """Cases of which a script can answer some."""
    path = tmp_path / "cases.jsonl"
    lines = [
        {
            "id": f"c{n}",
            "task": "address",
            "messages": [{"role": "user", "content": f"question {n} <b>"}],
            "gold": {"姓名": f"name {n}", "电话": ""},
        }
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def answers(count: int = 6) -> list[Line]:
    """The first half right, then wrong, the last one failing."""
    right = [Line(f"question {n} ", json.dumps({"姓名": f"name {n}", "电话": ""})) for n in range(count // 2)]
    wrong = [Line(f"question {n} ", '{"姓名": "<i>", "电话": ""}') for n in range(count // 2, count - 1)]
    return [*right, *wrong, Line("", "half", fail="the line went dead")]


def test_sources_are_fresh_cases_datasets_and_a_file(make_frame: MakeFrame, session: Session, tmp_path: Path) -> None:
    frame, source = make_frame(), Source()
    scoring.settle(frame, session, source)
    assert source.id == "fresh:address"
    assert set(scoring.group_counts(frame, session, source)) == {"unseen_values", "unseen_templates", "unseen_both"}
    list(made(frame, session, TwinsForm(rows=10), threading.Event()))
    source = Source()
    scoring.settle(frame, session, source)
    assert source.id == f"dataset:{session.dataset}"
    scoring.take_file(frame, session, source, str(cases_file(tmp_path)))
    assert source.id == "file:" and scoring.group_counts(frame, session, source) == {"cases": 6}
    with pytest.raises(UserError):
        scoring.pick(frame, session, source, "dataset:../../etc")


@pytest.mark.parametrize("text", ["", "[1]\n", "not json\n", '{"id": "x"}\n', "\ufffe"])
def test_a_file_that_holds_no_cases_is_refused(
    make_frame: MakeFrame, session: Session, tmp_path: Path, text: str
) -> None:
    path, source = tmp_path / "bad.jsonl", Source()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSample):
        scoring.take_file(make_frame(), session, source, str(path))
    assert source == Source()


def run(frame: Frame, session: Session, source: Source, form: Form, card: Card) -> list[str]:
    return list(scoring.scored(frame, session, source, card, form, threading.Event()))


def test_a_run_fills_the_card(make_frame: MakeFrame, session: Session, tmp_path: Path) -> None:
    frame, source, card = make_frame(*answers()), Source(), Card()
    scoring.take_file(frame, session, source, str(cases_file(tmp_path)))
    run(frame, session, source, Form("file:", ["cases"], ["base", "few-shot:3"], 5), card)
    assert card.scores is not None and card.names == ("base", "few-shot:3")
    assert card.scores.contenders["base"].scored == 5 and session.shares["base"] == 3 / 5
    for lang in ("en", "zh"):
        html = result_html(card, lang)
        assert 'class="verdict"' in html and "60 %" in html and 'class="heat"' in html
        for filter_ in (value for _, value in filters(card, lang)):
            shown = cases_html(card, filter_, lang)
            assert "<i>" not in shown and "<b>&" not in shown and "question 0 <b>" not in shown
    assert "question 4" in cases_html(card, "base", "en") and "question 0" not in cases_html(card, "base", "en")
    assert "There are no such cases" in cases_html(card, DIFFER, "en")
    assert "question 0 &lt;b&gt;" in cases_html(card, ALL, "en")
    assert card.report is not None and "<html" in Path(card.report).read_text(encoding="utf-8").lower()


def test_stopping_keeps_what_was_judged(make_frame: MakeFrame, session: Session, tmp_path: Path) -> None:
    frame, source, card = make_frame(Line("", '{"姓名": ""}', delay_ms=30)), Source(), Card()
    scoring.take_file(frame, session, source, str(cases_file(tmp_path, 64)))
    stop = threading.Event()
    for shown in scoring.scored(frame, session, source, card, Form("file:", ["cases"], ["base"], 5), stop):
        if " of 64 judged" in shown:
            stop.set()
    assert card.stopped and card.scores is not None
    assert 0 < card.scores.contenders["base"].scored < 64


@pytest.mark.parametrize(
    "form",
    [
        Form("fresh:address", [], ["base"], 5),
        Form("fresh:address", ["train"], ["base"], 5),
        Form("fresh:address", ["unseen_both"], [], 5),
        Form("fresh:address", ["unseen_both"], ["tuned:nobody"], 5),
        Form("fresh:address", ["unseen_both"], ["base"], 0),
        Form("fresh:address", ["unseen_both"], ["base"], None),
    ],
)
def test_a_form_that_cannot_be_scored_is_refused(make_frame: MakeFrame, session: Session, form: Form) -> None:
    card = Card()
    with pytest.raises(UserError):
        run(make_frame(), session, Source(id="fresh:address"), form, card)
    assert card == Card()


def test_nothing_is_shown_before_anything_was_scored() -> None:
    assert result_html(Card(), "en") == ""


def test_what_was_not_picked_follows_the_path(make_frame: MakeFrame, session: Session) -> None:
    frame, source = make_frame(), Source()
    scoring.settle(frame, session, source)
    assert source.id == "fresh:address"
    assert scoring.seated(frame, session, source, ["base"])[-1] == "tuned:address"
    list(made(frame, session, TwinsForm(rows=5, task="identity"), threading.Event()))
    scoring.settle(frame, session, source)
    assert source.id == f"dataset:{session.dataset}" and session.dataset.startswith("identity")
    assert scoring.seated(frame, session, source, ["base"])[-1] == "tuned:identity"
    session.task, session.contenders = "identity", ("base",)
    assert scoring.seated(frame, session, source, None) == ("base",)
    scoring.pick(frame, session, source, "fresh:address")
    source.named = True
    scoring.settle(frame, session, source)
    assert source.id == "fresh:address"
    assert scoring.seated(frame, session, source, ["few-shot:3", "tuned:nobody"]) == ("few-shot:3",)


def test_a_press_keeps_what_was_picked_then(make_frame: MakeFrame, session: Session, tmp_path: Path) -> None:
    frame, source, card = make_frame(*answers()), Source(), Card()
    scoring.take_file(frame, session, source, str(cases_file(tmp_path)))
    asked = scoring.asked_for(source, Form("file:", ["cases"], ["base"], 5))
    scoring.pick(frame, session, source, "fresh:address")
    run(frame, session, asked.source, asked.form, card)
    assert len(card.cases) == 6


def test_a_group_has_as_many_cases_as_can_be_asked(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    address = scoring.group_counts(frame, session, Source(id="fresh:address"))
    identity = scoring.group_counts(frame, session, Source(id="fresh:identity"))
    assert set(address.values()) == {MOST_CASES}
    task = load_task("identity", frame.settings)
    asked = scoring.cases_of(frame, session, Source(id="fresh:identity"), list(identity), MOST_CASES, {})
    assert len(asked) == sum(identity.values()) < 3 * len(task.human)


def test_the_report_of_an_earlier_page_is_found_again(make_frame: MakeFrame, session: Session, tmp_path: Path) -> None:
    frame, source, card = make_frame(*answers()), Source(), Card()
    assert scoring.last_report(frame, session) is None
    scoring.take_file(frame, session, source, str(cases_file(tmp_path)))
    run(frame, session, source, Form("file:", ["cases"], ["base"], 5), card)
    found = scoring.last_report(frame, session)
    assert found is not None and card.report is not None
    assert found.read_bytes() == Path(card.report).read_bytes()
