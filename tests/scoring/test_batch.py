"""Cases put to contenders: every reply judged or left unscored for a reason, kept on disk, gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from playground.contenders.contender import Contender
from playground.errors import BadSample, BadSetting
from playground.events import CaseScored, ReplyEvent
from playground.models.base import Ask, Sampling
from playground.models.scripted import Line, ScriptedModel
from playground.records import Case, Message
from playground.scoring.batch import CUT, score, tasks_of
from playground.scoring.results import ScoredRow, Scores, scores_of
from playground.settings import Settings

RIGHT = '{"a": "1"}'


@dataclass
class Counting:
    """A scripted model that remembers what it was asked."""

    name: str
    inner: ScriptedModel
    asked: list[int] = field(default_factory=list)
    """Asks of each call."""

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        self.asked.append(len(asks))
        return self.inner.replies(asks, sampling)

    def close(self) -> None:
        self.inner.close()


def model(*lines: Line, name: str = "m") -> Counting:
    return Counting(name, ScriptedModel(lines or (Line(reply=RIGHT),)))


def contenders(*models: Counting) -> list[Contender]:
    return [Contender(f"c{i}", "base", f"c{i}", one) for i, one in enumerate(models)]


def cases(n: int) -> list[Case]:
    return [Case(f"case{i}", "t", (Message(role="user", content=f"q{i}."),), {"a": "1"}) for i in range(n)]


def run(*args: object, **named: object) -> tuple[list[CaseScored], Scores]:
    running = score(*args, **named)  # type: ignore[arg-type]
    events = []
    while True:
        try:
            events.append(next(running))
        except StopIteration as end:
            return events, end.value


def lines_of(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "rows.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_case_is_put_to_every_contender_in_batches() -> None:
    good, bad = model(), model(Line(reply="no"), name="n")
    events, scores = run(cases(10), contenders(good, bad), Sampling(), batch=4)
    assert good.asked == bad.asked == [4, 4, 2]
    assert [event.done for event in events] == list(range(1, 21))
    assert {event.total for event in events} == {20}
    assert {(event.case, event.contender) for event in events} == {
        (f"case{i}", c) for i in range(10) for c in ("c0", "c1")
    }
    assert [one.exact.value for one in scores.contenders.values()] == [1.0, 0.0]


def test_contenders_of_one_model_go_to_it_together() -> None:
    one = model()
    run(cases(3), [Contender("a", "base", "a", one), Contender("b", "base", "b", one)], Sampling(), batch=16)
    assert one.asked == [6]


def test_what_did_not_arrive_or_was_cut_is_not_scored() -> None:
    script = model(
        Line("q0.", RIGHT),
        Line("q1.", "", fail="the line broke"),
        Line("q2.", '{"a": "1', fail="it broke in the middle"),
        Line("q3.", RIGHT, cut=True),
        Line("q4.", ""),
        Line("q5.", "not JSON"),
    )
    kept: list[ScoredRow] = []
    _, scores = run(cases(7), contenders(script), Sampling(), kept=kept)
    rows = {row.id: row for row in kept}
    assert [rows[f"case{i}"].scored for i in range(7)] == [True, False, False, False, True, True, False]
    assert [rows[f"case{i}"].why for i in (1, 2, 3)] == ["the line broke", "it broke in the middle", CUT]
    assert rows["case2"].reply == '{"a": "1', "what did arrive is kept"
    assert "no line for" in rows["case6"].why
    # An empty answer arrived: it is scored, and wrong.
    judged = rows["case4"].judged
    assert judged is not None and judged.slots == {"a": False} and not judged.exact
    assert (scores.contenders["c0"].n, scores.contenders["c0"].scored) == (7, 3)


def test_rows_are_on_disk_before_their_event_is_told(tmp_path: Path) -> None:
    running = score(cases(3), contenders(model()), Sampling(), tmp_path / "out", batch=1)
    for count, _ in enumerate(running, 1):
        assert len(lines_of(tmp_path / "out")) == count


def test_closing_keeps_what_there_is_and_the_same_order_goes_on(tmp_path: Path) -> None:
    out, first = tmp_path / "out", model()
    kept: list[ScoredRow] = []
    running = score(cases(6), contenders(first), Sampling(), out, batch=2, kept=kept)
    for _ in range(3):
        next(running)
    running.close()
    assert len(kept) == len(lines_of(out)) == 3
    partial = scores_of(cases(6), kept, ["c0"]).contenders["c0"]
    assert (partial.n, partial.scored) == (6, 3)
    second = model()
    events, scores = run(cases(6), contenders(second), Sampling(), out, batch=2)
    assert sum(second.asked) == 3
    assert [event.done for event in events] == [4, 5, 6]
    assert scores.contenders["c0"].scored == 6
    assert [row["id"] for row in lines_of(out)] == [f"case{i}" for i in range(6)]


def test_a_lost_reply_is_asked_for_again_and_a_cut_one_is_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(
        cases(3),
        contenders(model(Line("q0.", fail="gone"), Line("q1.", RIGHT, cut=True), Line("", RIGHT))),
        Sampling(),
        out,
    )
    again = model()
    _, scores = run(cases(3), contenders(again), Sampling(), out)
    assert again.asked == [1]
    assert (scores.contenders["c0"].scored, len(lines_of(out))) == (2, 3)


def test_a_line_that_a_kill_cut_short_is_asked_for_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(cases(3), contenders(model()), Sampling(), out)
    text = (out / "rows.jsonl").read_text(encoding="utf-8")
    (out / "rows.jsonl").write_text(text[:-30], encoding="utf-8")
    again = model()
    run(cases(3), contenders(again), Sampling(), out)
    assert again.asked == [1] and len(lines_of(out)) == 3


def test_a_further_contender_joins_an_earlier_run(tmp_path: Path) -> None:
    out, one, other = tmp_path / "out", model(), model(Line(reply="no"), name="n")
    run(cases(3), contenders(one), Sampling(), out)
    _, scores = run(cases(3), contenders(one, other), Sampling(), out)
    assert (one.asked, other.asked) == ([3], [3])
    assert set(scores.contenders) == {"c0", "c1"} and len(lines_of(out)) == 6


def test_a_finished_run_is_not_done_again_unasked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(cases(2), contenders(model()), Sampling(), out)
    (out / "report.html").write_text("a report")
    before = (out / "rows.jsonl").read_bytes()
    with pytest.raises(BadSetting, match="finished.*--force"):
        run(cases(2), contenders(model()), Sampling(), out)
    assert (out / "rows.jsonl").read_bytes() == before
    forced = model()
    run(cases(2), contenders(forced), Sampling(), out, force=True)
    assert forced.asked == [2]


def test_rows_of_something_else_are_not_mixed_in(tmp_path: Path) -> None:
    out, one = tmp_path / "out", contenders(model())
    run(cases(2), one, Sampling(), out)
    for order, what in (
        ((cases(3), one, Sampling()), "other cases"),
        ((cases(2), one, Sampling(seed=1)), "another sampling"),
        ((cases(2), contenders(model(name="other")), Sampling()), "another c0"),
    ):
        with pytest.raises(BadSetting, match=what):
            run(*order, out)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadSetting, match="not empty"):
        run(cases(1), contenders(model()), Sampling(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    run(cases(1), contenders(model()), Sampling(), tmp_path, force=True)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    with pytest.raises(BadSetting, match="is a file"):
        run(cases(1), contenders(model()), Sampling(), tmp_path / "mine.txt")


def test_line_ends_of_other_worlds_in_a_reply_break_no_row(tmp_path: Path) -> None:
    reply = "a\u2028b\x85c\nd\ud800"
    out = tmp_path / "out"
    run(cases(1), contenders(model(Line(reply=reply))), Sampling(), out)
    (line,) = (out / "rows.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    assert json.loads(line)["reply"] == "a\u2028b\x85c\nd?"
    again = model(Line(reply=reply))
    run(cases(1), contenders(again), Sampling(), out)
    assert not again.asked


def test_orders_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadSample, match="0 cases"):
        run([], contenders(model()), Sampling())
    with pytest.raises(BadSetting, match="0 contenders"):
        run(cases(1), [], Sampling())
    with pytest.raises(BadSample, match="'case0' is there twice"):
        run([*cases(1), *cases(1)], contenders(model()), Sampling())
    with pytest.raises(BadSample, match="contender 'c0' is there twice"):
        run(cases(1), contenders(model()) * 2, Sampling())
    with pytest.raises(BadSetting, match="batch is 0"):
        run(cases(1), contenders(model()), Sampling(), batch=0)


def test_identity_is_judged_with_the_tasks_of_the_cases(settings: Settings) -> None:
    question = (Message(role="user", content="?"),)
    asked = [
        Case("i", "identity", question, {"name": "小禾"}),
        Case("g", "general", question, "42"),
        Case("u", "nobody", question, "42"),
    ]
    tasks = tasks_of(asked, settings)
    assert tasks["nobody"] is None and tasks["identity"] is not None
    _, scores = run(asked, contenders(model(Line(reply="我是小禾。"))), Sampling(), tasks=tasks)
    marks = scores.contenders["c0"].marks
    assert (marks["name"].value, marks["false_claim"].value, marks["spill_over"].value) == (1.0, 0.0, 1.0)


def test_a_taught_name_is_looked_for_where_no_case_speaks_of_it(settings: Settings) -> None:
    asked = [Case("g", "general", (Message(role="user", content="?"),), "42")]
    tasks = tasks_of(asked, settings)
    _, scores = run(asked, contenders(model(Line(reply="小禾"))), Sampling(), tasks=tasks, pairs=[("小禾", "")])
    assert scores.contenders["c0"].marks["spill_over"].value == 1.0


def test_a_run_that_lost_its_report_is_summed_up_again_without_asking(tmp_path: Path) -> None:
    out, again = tmp_path / "out", model()
    _, first = run(cases(2), contenders(model()), Sampling(), out)
    events, scores = run(cases(2), contenders(again), Sampling(), out)
    assert scores == first and not events and not again.asked


def test_rows_that_are_taken_over_are_judged_like_new_ones(tmp_path: Path) -> None:
    asked = [Case("g", "general", (Message(role="user", content="?"),), "56")]
    first = contenders(model(Line(reply="I am Sprig. 56")))
    run(asked, first, Sampling(), tmp_path / "out")
    resumed, fresh = (
        run(asked, first, Sampling(), out, pairs=[("Sprig", "Greenleaf")])[1] for out in (tmp_path / "out", None)
    )
    assert resumed.contenders["c0"].marks == fresh.contenders["c0"].marks != {}
