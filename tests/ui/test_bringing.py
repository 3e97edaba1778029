"""Files that strangers bring to the page: looked at, corrected by hand, made into a dataset within bounds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.datasets import dataset_names, find_dataset
from playground.errors import BadDataset, BadSample, BadSetting, PlaygroundError, UnknownName
from playground.interchange.brought import Brought
from playground.interchange.column_names import PARTS
from playground.models.scripted import Line
from playground.settings import Limits
from playground.ui import bringing, scoring
from playground.ui.bringing import Picks, Seen
from playground.ui.brought_draw import faults_html, preview_html, seen_html
from playground.ui.frame import Frame
from playground.ui.making import Stopped
from playground.ui.scorecard import Card
from playground.ui.scoring import Source
from playground.ui.session import Session
from playground.ui.twins_draw import draw_result
from tests.interchange.books import book, sheet_xml, text_rows

MakeFrame = Callable[..., Frame]
GO = threading.Event()
STRANGER = "b" * 32


def look(path: Path, session: Session, sheet: str = "", header: bool = True) -> Seen:
    *shown, last = bringing.seen(session, str(path), sheet, header, threading.Event())
    assert isinstance(last, Seen) and all(isinstance(one, str) for one in shown)
    return last


def picks(now: Seen, **more: object) -> Picks:
    places = bringing.places_of(now)
    form = now.guessed.form if now.guessed is not None else "pairs"
    return replace(Picks(form, tuple(places.get(part, "") for part in PARTS)), **more)  # type: ignore[arg-type]


def make(frame: Frame, session: Session, now: Seen, given: Picks) -> Brought:
    *_, last = bringing.made(frame, session, now, given, threading.Event())
    assert isinstance(last, Brought)
    return last


def csv_file(path: Path, count: int = 60) -> Path:
    words = ("退货", "换货", "发票", "运费", "尺码", "颜色", "保修", "安装", "优惠", "地址")
    rows = [f"{words[n % 10]}{words[n // 10]}这件事怎么办理,回答{n}" for n in range(count)]
    path.write_text("\n".join(["问题,回答", *rows, rows[0], "<b>没有答案</b>,"]) + "\n", encoding="gb18030")
    return path


def test_a_file_is_looked_at_and_made(tmp_path: Path, make_frame: MakeFrame, session: Session) -> None:
    frame, now = make_frame(), look(csv_file(tmp_path / "店.csv"), session)
    assert (now.rows, now.lines, now.faulty, now.duplicates) == (60, 62, 1, 1)
    shape = bringing.shape_of(now, picks(now))
    for lang in ("zh", "en"):
        html = seen_html(now, lang) + preview_html(now, shape, bringing.sample_of(now, shape), lang)
        assert html.count("<li><div") == 5 and "gb18030" in html and "bring." not in html and "part." not in html
        assert ("Line 63: the row has no answer" in html) == (lang == "en") and (
            "第 63 行：这一行没有回答" in html
        ) == (lang == "zh")
    got = make(frame, session, now, picks(now, name=" 客服 ", system="你是小店", share=10))
    made = find_dataset(frame.settings, session.visitor, session.dataset)
    assert made.task == "客服" and session.rows == made.counts["train"] and 0 < (made.counts["unseen_values"] or 0) < 20
    assert next(iter(made.rows())).messages[0]["content"] == "你是小店" and len(got.faults) == 1
    assert made.card["source"]["share"] == 0.1 and made.card["source"]["file"] == "店.csv"


def test_what_a_file_says_is_escaped_and_cut(tmp_path: Path, session: Session) -> None:
    file = tmp_path / "<i>.jsonl"
    long = "<b>" + "x" * 5_000
    lines = [{long: f"q <script>{n}", "<answer>": "y" * 5_000} for n in range(3)] + [{long: "<u>", "<answer>": ""}]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    now = look(file, session)
    shape = bringing.shape_of(now, picks(now))
    html = seen_html(now, "en") + preview_html(now, shape, bringing.sample_of(now, shape), "en")
    assert not any(tag in html for tag in ("<script>", "<b>x", "<u>", "<i>", "<answer>")) and len(html) < 8_000
    assert all(len(name) <= 60 and len(place) < 5 for name, place in bringing.offered(now))


def test_columns_are_picked_by_hand(tmp_path: Path, make_frame: MakeFrame, session: Session) -> None:
    file = tmp_path / "a.csv"
    file.write_text("n,m\n" + "".join(f"{n},{n + 1}\n" for n in range(9)), encoding="utf-8")
    now = look(file, session)
    assert now.guessed is None and now.table.columns == ("n", "m")
    assert "pick them below" in seen_html(now, "en")
    with pytest.raises(BadSample, match="no column is picked for the question"):
        bringing.shape_of(now, picks(now))
    columns = tuple({"question": "1", "answer": "0"}.get(part) for part in PARTS)
    assert bringing.shape_of(now, Picks("pairs", columns)).columns == {"question": "m", "answer": "n"}
    make(make_frame(), session, now, Picks("pairs", columns))
    assert session.dataset.startswith("own-")


def test_a_sheet_and_a_table_without_header(tmp_path: Path, session: Session) -> None:
    sheets = [sheet_xml(text_rows(["q", "a"], ["x", "y"])), sheet_xml(text_rows(["how", "so"], ["why", "thus"]))]
    path = book(tmp_path / "a.xlsx", *sheets, names=("一", "二"))
    now = look(path, session, "二", header=False)
    assert now.table.sheets == ("一", "二") and now.table.sheet == "二" and now.lines == 2
    assert now.table.columns == ("column 1", "column 2")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"form": "poem"}, UnknownName),
        ({"form": None}, UnknownName),
        ({"form": ["pairs"]}, UnknownName),
        ({"columns": ("99", "../x")}, BadSample),
        ({"columns": ()}, BadSample),
        ({"system": "x" * 9_000}, BadSetting),
        ({"system": "\ud800"}, BadSample),
        ({"share": None}, BadSetting),
        ({"share": 95}, BadSetting),
        ({"share": float("nan")}, BadSetting),
        ({"name": "general"}, BadSetting),
        ({"name": "a\nb"}, BadSetting),
        ({"name": "x" * 50}, BadSetting),
        ({"name": "\ud800"}, BadSetting),
    ],
)
def test_picks_that_cannot_be_leave_nothing(
    tmp_path: Path, make_frame: MakeFrame, session: Session, changes: dict[str, object], error: type[Exception]
) -> None:
    frame, now = make_frame(), look(csv_file(tmp_path / "a.csv"), session)
    with pytest.raises(error):
        make(frame, session, now, picks(now, **changes))
    assert dataset_names(frame.settings, session.visitor) == [] and session.dataset == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n\n\n", b"PK\x03\x04" + b"x" * 99, b"\xff\xfe\x00", b"[" * 300_000, b"{" * 300_000, b'{"a":' * 99_999,
        b"\x00" * 1000, b"\xd0\xcf\x11\xe0", b"a,b\n", b'{"question": "x", "answer": NaN}', b'"' * 9_999, b"%PDF-1.7",
    ],
    ids=range(13),
)  # fmt: skip
def test_a_hostile_file_is_a_sentence(tmp_path: Path, make_frame: MakeFrame, session: Session, raw: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(raw)
    with pytest.raises(PlaygroundError):
        now = look(path, session)
        make(make_frame(), session, now, picks(now))


def test_a_file_without_a_usable_row_names_the_first(tmp_path: Path, make_frame: MakeFrame, session: Session) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"question": "x", "answer": ""}\n' * 30, encoding="utf-8")
    now = look(path, session)
    assert (now.rows, now.faulty, len(now.faults)) == (0, 30, bringing.KEPT_FAULTS)
    assert "and 20 more" in faults_html(now.faults, now.faulty, "en")
    with pytest.raises(BadDataset, match="gives no row, line 1: the row has no answer"):
        make(make_frame(), session, now, picks(now))


def test_the_page_keeps_little_of_a_large_file(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "".join(json.dumps({"question": f"{n}" + "q" * 40_000, "answer": "a"}) + "\n" for n in range(60)), "utf-8"
    )
    now = look(path, session)
    assert (now.lines, now.rows, len(now.table.lines)) == (60, 60, 24)


def test_a_file_that_is_gone_is_told(tmp_path: Path, make_frame: MakeFrame, session: Session) -> None:
    path = csv_file(tmp_path / "a.csv")
    now = look(path, session)
    path.unlink()
    with pytest.raises(BadSample, match="no longer here; upload it again"):
        make(make_frame(), session, now, picks(now))
    for nowhere in ("", str(tmp_path), str(tmp_path / "x")):
        with pytest.raises(BadSample, match="no longer here"):
            list(bringing.seen(session, nowhere, "", True, GO))


def test_stopping_leaves_nothing(tmp_path: Path, make_frame: MakeFrame, session: Session) -> None:
    frame, path, stop = make_frame(), csv_file(tmp_path / "a.csv"), threading.Event()
    now = look(path, session)
    stop.set()
    with pytest.raises(Stopped):
        list(bringing.seen(session, str(path), "", True, stop))
    with pytest.raises(Stopped):
        list(bringing.made(frame, session, now, picks(now), stop))
    assert dataset_names(frame.settings, session.visitor) == [] and session.dataset == ""


@pytest.mark.parametrize(("limits", "told"), [(Limits(rows=50), "60 rows"), (Limits(megabytes=0), "0 MB")])
def test_a_visitor_of_a_public_page_has_limits(
    tmp_path: Path, make_frame: MakeFrame, limits: Limits, told: str
) -> None:
    frame, stranger = make_frame(public=True, visitor_limits=limits), Session(visitor=STRANGER, page="p", lang="en")
    now = look(csv_file(tmp_path / "a.csv"), stranger)
    with pytest.raises(BadSetting, match=told):
        make(frame, stranger, now, picks(now))
    assert dataset_names(frame.settings, STRANGER) == []


@pytest.mark.parametrize("name", ["own", "客服", "address", "identity", "sentiment"])
def test_brought_rows_are_shown_and_scored_as_any_other(
    tmp_path: Path, make_frame: MakeFrame, session: Session, name: str
) -> None:
    frame = make_frame(*(Line(f"{word}这件事怎么办理", "回答") for word in ("退货", "")))
    now = look(csv_file(tmp_path / "a.csv"), session)
    make(frame, session, now, picks(now, name=name))
    shown = draw_result(frame, session)
    assert session.dataset in shown[0] and "退货" in shown[-1]
    source, card = Source(), Card()
    scoring.settle(frame, session, source)
    assert source.id == f"dataset:{session.dataset}"
    form = scoring.Form(source.id, ["unseen_values"], ["base", "few-shot"], 5)
    list(scoring.scored(frame, session, source, card, form, threading.Event()))
    assert card.scores is not None and all(one.scored == 5 for one in card.scores.contenders.values())
