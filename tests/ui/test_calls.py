"""The fold of functions without its widgets: read, values edited, looked at, made, and what the rows cover."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.datasets import dataset_names, find_dataset, read_cases
from playground.errors import BadSample, BadSetting, PlaygroundError, UnknownName, UserError
from playground.records import case_from_json
from playground.scoring.judge import judge_name
from playground.settings import LOCAL, Limits
from playground.twins.calls.sets import load_set, set_names
from playground.ui import calls, calls_draft, calls_draw, cover_form
from playground.ui.calls import Form
from playground.ui.calls_draft import Draft
from playground.ui.frame import Frame
from playground.ui.making import Stopped
from playground.ui.scoring import Source, task_of
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]
PAY = """
def pay(amount: float, currency: Literal['CNY', 'USD'], memo: str = '', tags: list[str] = []):
    '''Pay a bill.'''
def look(): pass
"""


@pytest.fixture
def draft() -> Draft:
    return calls_draft.read(PAY)


@pytest.mark.parametrize("name", set_names())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_ships_is_drawn_with_its_own_values_and_rows(name: str, lang: str) -> None:
    some = load_set(name)
    draft = calls_draft.read(some.source)
    assert draft.functions == some.functions and not draft.faults
    for function, fields in some.values.items():
        assert {key: list(draft.values[function][key]) for key in fields} == dict(fields)
    html = calls_draw.found_html(draft, lang) + calls_draw.preview_html(draft, Form(), lang)
    assert html.count("<li>") == 10 and "calls." not in html and 'role="alert"' not in html
    assert dict(calls_draw.set_choices(lang))[some.title[lang]] == name


def test_the_product_of_the_values_is_told() -> None:
    draft = calls_draft.read("def open_ticket(UserName: str, problem: str, date: str, vip: bool): pass")
    for name, count in (("UserName", 10), ("problem", 8), ("date", 6)):
        draft, faults = calls_draft.with_values(draft, "open_ticket", name, "\n".join(f"v{n}" for n in range(count)))
        assert not faults
    assert "10 × 8 × 6 × 2 = 960" in calls_draw.found_html(draft, "en")


def test_values_go_to_text_and_back(draft: Draft) -> None:
    odd = ["plain", "a | b", 'says "x"', '"quoted"', " blank ", "two\nlines", "x | 3", "7", "true"]
    lines = "\n".join(json.dumps(one) for one in odd)
    there, faults = calls_draft.with_values(draft, "pay", "memo", lines)
    assert list(there.values["pay"]["memo"]) == odd and not faults
    again, _ = calls_draft.with_values(there, "pay", "memo", calls_draft.values_text(there, "pay", "memo"))
    assert again == there
    weighed, _ = calls_draft.with_values(draft, "pay", "memo", "x | 3 | 2\nb|4\nc")
    assert weighed.values["pay"]["memo"] == ("x | 3", "b", "c") and weighed.weights["pay"]["memo"] == (2, 4, 1)
    back, _ = calls_draft.with_values(weighed, "pay", "memo", calls_draft.values_text(weighed, "pay", "memo"))
    assert back == weighed
    for one in ("amount", "currency", "tags"):
        same, faults = calls_draft.with_values(draft, "pay", one, calls_draft.values_text(draft, "pay", one))
        assert same.values == draft.values and not faults


def test_a_line_that_cannot_be_is_named_and_the_others_are_kept(draft: Draft) -> None:
    text = '12.5\nabc\n"7"\nNaN\n1e999\n3 | 0\n99 | 2\n' + "[" * 50_000
    there, faults = calls_draft.with_values(draft, "pay", "amount", text)
    assert there.values["pay"]["amount"] == (12.5, 99) and there.weights["pay"]["amount"] == (1, 2)
    assert [one.split(":")[0] for one in faults] == [f"line {n}" for n in (2, 3, 4, 5, 6, 8)]
    empty, _ = calls_draft.with_values(draft, "pay", "memo", "")
    assert not any("memo" in row.slots for row in calls.preview(empty, Form())[0])
    gone, _ = calls_draft.with_values(draft, "pay", "amount", "")
    assert any("amount" in one for one in calls.preview(gone, Form())[1]), "pay is left out and named"


@pytest.mark.parametrize(
    ("function", "field", "text", "says"),
    [
        ("nobody", "x", "", "function 'nobody' is not known"),
        ("pay", "nothing", "", "field of function 'pay' 'nothing'"),
        ("pay", "memo", "x" * 300_000, "300,000 characters"),
        ("pay", "memo", "\n".join(map(str, range(2000))), "2,000 values"),
        ("pay", "memo", "\ud800", "half a character pair"),
        (["pay"], "memo", "", "is not known"),
    ],
)
def test_what_cannot_be_a_field_s_values_is_one_sentence(
    draft: Draft, function: str, field: str, text: str, says: str
) -> None:
    with pytest.raises(PlaygroundError, match=says):
        calls_draft.with_values(draft, function, field, text)


def test_a_line_of_blanks_or_bars_takes_no_time(draft: Draft) -> None:
    began = time.monotonic()
    for line in ("a" + " " * 190_000 + "b", "|" * 190_000, "a" + "| 1 " * 40_000):
        calls_draft.with_values(draft, "pay", "memo", line)
    assert time.monotonic() - began < 5


def test_a_log_gives_values_and_how_often_they_come(draft: Draft, tmp_path: Path) -> None:
    lines = [
        '{"name": "pay", "arguments": {"currency": "USD", "amount": 3, "memo": "rent"}}',
        '{"name": "pay", "arguments": {"currency": "USD", "amount": "4"}}',
        '{"name": "pay", "arguments": {"currency": "CNY", "memo": "\\ud800"}}',
        '{"name": "pay", "arguments": {"currency": "EUR"}}', "nonsense", '{"name": "other", "arguments": {"x": 1}}',
    ]  # fmt: skip
    file = tmp_path / "log.jsonl"
    file.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    there, taken = calls_draft.with_log(draft, calls_draft.log_file(str(file)))
    assert there.values["pay"]["currency"] == ("USD", "CNY") and there.weights["pay"]["currency"] == (2, 1)
    assert there.values["pay"]["amount"] == (3,) and "amount" not in there.weights["pay"]
    assert (taken.calls, taken.fields, taken.passed) == (5, 3, 3) and len(taken.faults) == 1
    assert there.values["pay"]["tags"] == draft.values["pay"]["tags"], "what the log does not give stays"
    file.write_bytes(b"\xff\xfe\x00")
    for path in (file, tmp_path, tmp_path / "no\x00thing"):
        with pytest.raises(BadSample):
            calls_draft.log_file(str(path))


def test_what_is_pasted_is_escaped_and_never_a_traceback() -> None:
    evil = '<img src=x onerror="alert(1)">'
    fields = {"properties": {"a": {"enum": [evil, "b"]}}, "required": ["a"]}
    tools = [{"name": "f", "description": evil, "parameters": fields}, {"name": evil, "parameters": {}}]
    draft = calls_draft.read(json.dumps(tools))
    html = calls_draw.found_html(draft, "zh") + calls_draw.preview_html(draft, Form(), "zh")
    assert "<img" not in html and len(draft.faults) == 1
    for text in ("", " \n", "[" * 150_000, "{", "def f(", "\ud800", "null", '{"a": 1}', "def f(x): " * 10_000):
        calls_draw.found_html(calls_draft.read(text), "zh")
    with pytest.raises(BadSample, match="characters"):
        calls_draft.read("x" * 300_000)
    with pytest.raises(BadSample, match="65 functions"):
        calls_draft.read("\n".join(f"def f{n}(x: int): pass" for n in range(65)))


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 0}, {"rows": None}, {"rows": 10**9}, {"rows": 1.5}, {"rows": float("nan")}, {"seed": -1},
        {"functions": 21}, {"functions": None}, {"refuse": 2.0}, {"ask": None}, {"several": 0.9, "refuse": 0.9},
        {"optional": float("nan")}, {"lang": "fr"}, {"lang": None, "seed": float("inf")},
    ],
)  # fmt: skip
def test_a_number_out_of_its_bounds_is_one_sentence_and_nothing_is_written(
    make_frame: MakeFrame, session: Session, draft: Draft, changes: dict[str, object]
) -> None:
    frame = make_frame()
    with pytest.raises(BadSetting):
        list(calls.made(frame, session, draft, Form(**changes), threading.Event()))  # type: ignore[arg-type]
    assert dataset_names(frame.settings, session.visitor) == []


def test_limits_of_a_public_page_hold(make_frame: MakeFrame, draft: Draft) -> None:
    frame = make_frame(public=True, visitor_limits=Limits(rows=50, megabytes=1))
    stranger = Session(visitor="c" * 32, page="page", lang="en")
    with pytest.raises(BadSetting, match="50"):
        list(calls.made(frame, stranger, draft, Form(rows=51), threading.Event()))
    full = frame.settings.visitor_home(stranger.visitor) / "datasets" / "x"
    full.mkdir(parents=True)
    (full / "big").write_bytes(b"0" * 2_000_000)
    with pytest.raises(UserError, match="MB"):
        list(calls.made(frame, stranger, draft, Form(rows=10), threading.Event()))


def test_a_dataset_is_made_shown_covered_and_scored_as_calls(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    ticket = calls_draft.read(load_set("ticket").source)
    shown = list(calls.made(frame, session, ticket, Form(rows=120, lang="zh"), threading.Event()))
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    assert session.dataset.startswith("calls-") and dataset.counts["train"] == session.rows == 120 and shown[-1] == ""
    own = {template.id for some in load_set("ticket").templates.values() for template in some}
    assert own & {row.template for row in dataset.rows()}, "wordings that ship with a function are used"
    assert any(row.template.startswith("refusal-") for row in dataset.rows())
    for group in dataset.groups:
        assert {judge_name(case, None) for case in read_cases(dataset.path / f"{group}.jsonl")} == {"calls"}
    *_, html = cover_form.counted(frame, session)
    assert "TicketCreate" in html and "held out" in html and "120" in html
    task = task_of(frame, session, Source(id=f"dataset:{session.dataset}"))
    assert task.name == "calls" and len(task.seeds) == 3, "few-shot takes its examples from the rows"
    session.lang = "zh"
    *_, html = cover_form.counted(frame, session)
    assert "留作验证" in html and "calls." not in html


def test_what_never_comes_and_what_was_dropped_is_named(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    draft = calls_draft.read("def f(x: Literal['<u>1', 'two', 'three', 'four']): pass\ndef g(): pass")
    list(calls.made(frame, session, draft, Form(rows=2, lang="en"), threading.Event()))
    *_, html = cover_form.counted(frame, session)
    assert "never used" in html and "<u>1" not in html
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    shown, held = calls_draw.coverage_of(dataset)
    told = calls_draw.coverage_html(replace(shown, dropped={"the same row once more": 3}), held, "zh")
    assert "丢弃 3 行：同样的行又来一次" in told
    plain = replace(dataset, card={**dataset.card, "functions": []})
    assert calls_draw.coverage_of(plain)[0].calls == {}


def test_stopping_leaves_nothing(make_frame: MakeFrame, session: Session, draft: Draft) -> None:
    frame, stop = make_frame(), threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(calls.made(frame, session, draft, Form(rows=40), stop))
    assert dataset_names(frame.settings, session.visitor) == [] and session.dataset == ""
    assert list((frame.settings.home / LOCAL).rglob("*.jsonl")) == []


def test_without_functions_nothing_is_made(make_frame: MakeFrame, session: Session) -> None:
    with pytest.raises(BadSample, match="no function yet"):
        list(calls.made(make_frame(), session, calls_draft.read(""), Form(), threading.Event()))
    assert list(cover_form.counted(make_frame(), session)) == [""]
    with pytest.raises(UnknownName):
        load_set("../ticket")


def test_rows_of_a_page_are_cases_with_their_functions(draft: Draft) -> None:
    rows, left_out = calls.preview(draft, Form(functions=0, refuse=0))
    assert not left_out and len(rows) == 10
    assert all(case_from_json(row.as_json()).tools == row.tools and len(row.tools) >= 2 for row in rows)
