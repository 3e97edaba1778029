"""The report: whole in one file, safe whatever a model said, and in both languages."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from playground.contenders.contender import Contender
from playground.models.base import Sampling
from playground.models.scripted import Line, ScriptedModel
from playground.records import Case, Message, Usage
from playground.scoring import report
from playground.scoring.judge import judge
from playground.scoring.report import report_html, run_facts
from playground.scoring.report_words import report_words
from playground.scoring.results import ScoredRow, Scores, scores_of

HOSTILE = '</pre><script>alert(1)</script><img src="//evil.example/x" onerror="alert(2)">&{{ 7*7 }}'
NAMES = ["base", "tuned:x"]


class Page(HTMLParser):
    """What a browser would make of the page: its tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def _case(id: str, question: str = "q", gold: dict[str, str] | str | None = None, group: str = "") -> Case:
    return Case(id, "t", (Message(role="user", content=question),), gold or {"a": "1", "b": "2"}, {}, "", group)


def _row(case: Case, name: str, reply: str) -> ScoredRow:
    return ScoredRow(case.id, name, reply, judge(case, reply, None), "", Usage(61, 55, 50, 7, 0.12, 0.5))


def _page(cases: list[Case], rows: list[ScoredRow], lang: str = "en", names: list[str] = NAMES) -> tuple[Page, Scores]:
    scores = scores_of(cases, rows, names)
    return Page(report_html(scores, cases, rows, lang)), scores


def _usual(group: bool = False) -> tuple[list[Case], list[ScoredRow]]:
    cases = [_case(f"c{i}", group=("unseen_values", "unseen_both")[i % 2] if group else "") for i in range(30)]
    rows = [_row(case, "base", '{"a": "1", "b": "x"}') for case in cases]
    return cases, rows + [_row(case, "tuned:x", '{"a": "1", "b": "2"}') for case in cases]


def test_the_verdict_comes_first() -> None:
    page, _ = _page(*_usual())
    sentence = "tuned:x is better than base: exact 100 % against 0 % (30 cases), 30 wins, 0 losses, p < 0.001"
    assert sentence in page.text
    assert page.text.index(sentence) < page.text.index("slot fidelity")


def test_figures_stand_with_their_n_and_interval() -> None:
    page, _ = _page(*_usual())
    assert "89–100 %, n 30" in page.text
    assert "30 / 30" in page.text
    # The slot table: a right for both, b for the tuned one only.
    shares = [attrs["style"] for tag, attrs in page.tags if attrs.get("class") == "v"]
    assert shares == ["--share: 1.00", "--share: 1.00", "--share: 0.00", "--share: 1.00"]


def test_wrong_slots_are_marked_by_a_sign_and_not_by_colour_alone() -> None:
    page, _ = _page(*_usual())
    assert page.text.count("✗ x") == 30


def test_who_is_wrong_can_be_sifted() -> None:
    cases, rows = _usual()
    rows[30] = _row(cases[0], "tuned:x", "no JSON")
    rows[31] = ScoredRow("c1", "tuned:x", "", None, "the line broke")
    page, _ = _page(cases, rows)
    marks = [attrs for tag, attrs in page.tags if tag == "tr" and "data-wrong" in attrs]
    assert [(m["data-wrong"], m["data-unscored"]) for m in marks[:3]] == [("0 1", ""), ("0", "1"), ("0", "")]
    options = [attrs["value"] for tag, attrs in page.tags if tag == "option"]
    assert options == ["all", "any", "w0", "w1", "o0", "o1", "u"]
    assert "not scored: the line broke" in page.text
    assert "not valid JSON" in page.text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_that_was_said_becomes_part_of_the_page(lang: str) -> None:
    case = _case(HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, HOSTILE)
    rows = [
        _row(case, HOSTILE, HOSTILE),
        ScoredRow(case.id, "b", HOSTILE, None, HOSTILE),
    ]
    scores = scores_of([case], rows, [HOSTILE, "b"])
    html = report_html(scores, [case], rows, lang, title=HOSTILE, facts={HOSTILE: HOSTILE})
    page = Page(html)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [tag for tag, _ in page.tags if tag in ("img", "iframe", "link", "object", "base", "form")]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert page.text.count(HOSTILE) >= 5
    assert "49" not in html.replace(HOSTILE, "").split("<h1>")[1].split("</h1>")[0]


def test_half_a_character_pair_in_an_answer_can_be_written() -> None:
    case = _case("a")
    rows = [_row(case, "base", '{"a": "\\ud83d"}')]
    assert report_html(scores_of([case], rows, ["base"]), [case], rows).encode("utf-8")


def test_the_page_fetches_nothing_and_lets_one_program_run() -> None:
    cases, rows = _usual()
    html = report_html(scores_of(cases, rows, NAMES), cases, rows)
    assert not re.search(r"(?:src|href)\s*=|@import|url\(|https?://", html)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in html


def test_groups_get_a_table_of_their_own() -> None:
    cases, rows = _usual(group=True)
    page, scores = _page(cases, rows)
    assert list(scores.groups) == ["unseen_values", "unseen_both"]
    assert "Groups: exact" in page.text and "unseen_both" in page.text


def test_chinese() -> None:
    cases, rows = _usual()
    html = report_html(scores_of(cases, rows, NAMES), cases, rows, "zh")
    assert '<html lang="zh-CN">' in html
    assert "tuned:x 好于 base" in html
    assert "槽位正确率" in html and "slot fidelity" not in html


def test_one_contender_and_text_cases() -> None:
    case = _case("c", gold="晴天有风")
    page, _ = _page([case], [_row(case, "base", "晴天")], names=["base"])
    assert "base: exact 0 %" in page.text and "晴天有风" in page.text
    assert "valid JSON" not in page.text


def test_nothing_scored_is_a_page_too() -> None:
    case = _case("c")
    page, _ = _page([case], [ScoredRow("c", "base", "", None, "gone")])
    assert "base: 1 of 1 not scored" in page.text and "not asked" in page.text


def test_surplus_and_missing_keys_are_told() -> None:
    case = _case("c")
    page, _ = _page([case], [_row(case, "base", '{"a": "1", "extra": [1]}')], names=["base"])
    assert "✗ (missing)" in page.text and "✗ [1] (surplus)" in page.text


def test_a_long_run_shows_its_beginning_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_CASES", 20)
    cases = [_case(f"c{i}") for i in range(25)]
    rows = [_row(case, "base", "{}") for case in cases]
    page, _ = _page(cases, rows, names=["base"])
    assert "The first 20 of 25 cases; all are in rows.jsonl." in page.text
    assert len([tag for tag, attrs in page.tags if "data-wrong" in attrs]) == 20


def test_what_was_run_is_told() -> None:
    one = Contender(
        "few-shot", "few-shot", "f", ScriptedModel([Line()], "m"), None, tuple(_case("x").messages) * 6, "Be brief."
    )
    facts = run_facts([_case("c")], [one], Sampling(seed=3))
    assert facts["sampling"] == "temperature 0, max_tokens 256, seed 3"
    assert facts["few-shot"] == "m, 3 worked examples, system text 'Be brief.'"
    assert facts["cases"].startswith("1, sha256 ") and "Python" in facts["versions"]


def test_every_word_of_the_table_is_there_in_both_languages() -> None:
    import string

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    zh, en = report_words("zh"), report_words("en")
    assert all(fields(zh[key]) == fields(en[key]) and zh[key] and en[key] for key in en)
