"""What a batch comes to: rates over what was scored, pairs over what both were scored on."""

from __future__ import annotations

import json

import pytest

from playground.records import Case, Message, Usage
from playground.scoring.judge import Judged
from playground.scoring.results import ScoredRow, scored_row, scores_json, scores_of
from playground.scoring.statistics import wilson

ASKED = {
    "n",
    "scored",
    "valid_json",
    "repaired_json",
    "slot_fidelity",
    "exact",
    "exact_interval",
    "prompt_tokens",
    "few_shot_tokens",
    "reply_tokens",
    "seconds",
}


def cases(n: int, group: str = "", template: str = "", start: int = 0) -> list[Case]:
    question = (Message(role="user", content="?"),)
    return [Case(f"c{start + i}", "t", question, {"a": "1"}, {}, template, group) for i in range(n)]


def right(id: str, contender: str, exact: bool = True, tokens: int = 10) -> ScoredRow:
    judged = Judged(True, True, {"a": exact}, float(exact), exact)
    return ScoredRow(id, contender, "{}", judged, "", Usage(tokens, 2, 1, 5, 0.1, 0.5))


def lost(id: str, contender: str, why: str = "gone") -> ScoredRow:
    return ScoredRow(id, contender, "", None, why)


def test_not_scored_is_not_zero() -> None:
    asked = cases(4)
    rows = [right("c0", "x"), right("c1", "x", False), lost("c2", "x")]
    summary = scores_of(asked, rows, ["x"]).contenders["x"]
    assert (summary.n, summary.scored) == (4, 2)
    assert summary.exact.value == 0.5 and summary.exact.n == 2
    assert summary.exact.interval == wilson(1, 2)
    assert summary.unscored == {"gone": 1, "not asked": 1}


def test_nothing_scored_has_no_rate() -> None:
    value = scores_json(scores_of(cases(3), [lost(f"c{i}", "x") for i in range(3)], ["x"]))
    one = value["contenders"]["x"]
    assert one["scored"] == 0 and one["exact"] is None and one["slot_fidelity"] is None and one["seconds"] is None
    assert one["exact_interval"] == [0.0, 1.0]
    json.dumps(value, allow_nan=False)


def test_the_printed_scores_have_the_agreed_keys() -> None:
    asked = cases(30)
    rows = [right(case.id, name, i % (k + 2) == 0) for k, name in enumerate("xyz") for i, case in enumerate(asked)]
    value = scores_json(scores_of(asked, rows, ["x", "y", "z"]))
    assert list(value) == ["contenders", "pairs"]
    for one in value["contenders"].values():
        assert one.keys() >= ASKED
        assert {f"{rate}_interval" for rate in ("valid_json", "repaired_json", "slot_fidelity")} <= one.keys()
    assert [(pair["a"], pair["b"]) for pair in value["pairs"]] == [("y", "x"), ("z", "x"), ("z", "y")]
    for pair in value["pairs"]:
        assert pair.keys() >= {"a", "b", "wins", "ties", "losses", "difference", "interval", "p", "words"}
        assert pair["wins"] + pair["ties"] + pair["losses"] == 30
        assert pair["difference"] == pytest.approx((pair["wins"] - pair["losses"]) / 30)
        assert pair["p_corrected"] >= pair["p"]


def test_a_pair_counts_only_what_both_were_scored_on() -> None:
    asked = cases(3)
    rows = [right("c0", "x"), right("c1", "x", False), lost("c2", "x"), *(right(f"c{i}", "y") for i in range(3))]
    (pair,) = scores_of(asked, rows, ["x", "y"]).pairs
    assert (pair.a, pair.b, pair.n) == ("y", "x", 2)
    assert (pair.wins, pair.ties, pair.losses) == (1, 1, 0)
    assert (pair.exact_a, pair.exact_b) == (1.0, 0.5)


def test_a_pair_with_nothing_in_common_shows_nothing() -> None:
    (pair,) = scores_of(cases(1), [right("c0", "x"), lost("c0", "y")], ["x", "y"]).pairs
    assert (pair.n, pair.p, pair.interval, pair.words) == (0, 1.0, (-1.0, 1.0), "no difference shown")


def test_better_and_worse() -> None:
    asked = cases(60)
    rows = [right(case.id, "good") for case in asked] + [right(case.id, "bad", False) for case in asked]
    assert scores_of(asked, rows, ["bad", "good"]).pairs[0].words == "better"
    assert scores_of(asked, rows, ["good", "bad"]).pairs[0].words == "worse"


def test_groups_are_summed_up_apart() -> None:
    asked = [*cases(4, "unseen_values"), *cases(2, "unseen_both", start=4)]
    rows = [right(case.id, "x", case.group == "unseen_values") for case in asked]
    scores = scores_of(asked, rows, ["x"])
    assert list(scores.groups) == ["unseen_values", "unseen_both"]
    assert scores.contenders["x"].exact.value == pytest.approx(4 / 6)
    assert [group.contenders["x"].exact.value for group in scores.groups.values()] == [1.0, 0.0]
    assert set(scores_json(scores)["groups"]) == {"unseen_values", "unseen_both"}
    assert scores_of(asked[:4], rows, ["x"]).groups == {}


def test_templates_widen_what_is_known() -> None:
    asked = [case for i in range(4) for case in cases(20, template=f"t{i}", start=20 * i)]
    rows = [right(case.id, "x", case.template != "t0") for case in asked]
    summary = scores_of(asked, rows, ["x"]).contenders["x"]
    assert summary.exact_by_template is not None
    low, high = summary.exact_by_template
    assert high - low > summary.exact.interval[1] - summary.exact.interval[0]
    assert "exact_interval_by_template" in scores_json(scores_of(asked, rows, ["x"]))["contenders"]["x"]
    assert scores_of(cases(5), rows, ["x"]).contenders["x"].exact_by_template is None


def test_usage_is_a_mean_per_scored_case() -> None:
    asked = cases(2)
    summary = scores_of(asked, [right("c0", "x", tokens=10), right("c1", "x", tokens=20)], ["x"]).contenders["x"]
    assert (summary.prompt_tokens, summary.few_shot_tokens, summary.reply_tokens) == (15, 2, 5)
    assert summary.seconds == 0.5


def test_identity_adds_its_rates_with_their_own_n() -> None:
    asked = cases(3)
    marks = [(True, None, False, None), (False, True, True, None), (None, None, False, True)]
    rows = [
        ScoredRow(case.id, "x", "", Judged(False, False, {}, None, bool(name), name, author, claim, spill), "", Usage())
        for case, (name, author, claim, spill) in zip(asked, marks, strict=True)
    ]
    one = scores_json(scores_of(asked, rows, ["x"]))["contenders"]["x"]
    assert (one["name"], one["name_n"]) == (0.5, 2)
    assert (one["author"], one["author_n"]) == (1.0, 1)
    assert (one["false_claim"], one["false_claim_n"]) == (pytest.approx(1 / 3), 3)
    assert (one["spill_over"], one["spill_over_n"]) == (1.0, 1)
    assert one["name_interval"] == list(wilson(1, 2))


def test_rows_come_back_from_their_lines() -> None:
    for row in (right("c0", "x"), right("c0", "x", False), lost("c1", "y", "cut")):
        line = json.loads(json.dumps(row.as_json()))
        assert line.keys() >= {"id", "contender", "reply", "scored", "slots"}
        assert scored_row(line) == row
    assert right("c0", "x", False).as_json()["slots"] == {"a": False}
    unscored = lost("c1", "y").as_json()
    assert unscored["scored"] is False and unscored["slots"] == {} and unscored["exact"] is None
