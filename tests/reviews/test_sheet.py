"""A review goes through a spreadsheet and back by id, whatever the spreadsheet does to the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from playground.errors import BadSample
from playground.records import Message, Row
from playground.reviews.decisions import Decision
from playground.reviews.sheet import MOST_CELL, Sheet, armed, defused, read_sheet, write_sheet
from playground.reviews.shelf import Reviews
from playground.sentences import known
from playground.settings import LOCAL, Settings

TAILS = ("As JSON.",)


def row(number: int, text: str = "去北京", answer: str = "好的", **slots: str) -> Row:
    turns = (Message(role="user", content=f"{text}\nAs JSON."), Message(role="assistant", content=answer))
    return Row(f"r{number}", "t", "a", "b", slots or {"城市": "北京", "日": "=1+1"}, turns)


ROWS = [row(n) for n in range(4)]


def written(rows: list[Row] = ROWS, **decided: Decision) -> bytes:
    return b"".join(write_sheet(rows, decided, TAILS))


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def back(table: list[list[str]], rows: list[Row] = ROWS, encoding: str = "utf-8-sig", **decided: Decision) -> Sheet:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return read_sheet(out.getvalue().encode(encoding), rows, decided, TAILS)


def test_untouched_it_says_nothing_new() -> None:
    decided = {"r1": Decision("r1", "edit", answer="x\ny", note="@n"), "r2": Decision("r2", "accept", grade=3)}
    data = written(ROWS, **decided)
    sheet = read_sheet(data, ROWS, decided, TAILS)
    assert sheet == Sheet((), 4, (), 0)
    fresh = read_sheet(data, ROWS, {}, TAILS)
    assert {one.id: one for one in fresh.decisions} == decided


def test_no_cell_is_a_formula() -> None:
    wild = [row(n, text + "1", text + "2", a=text) for n, text in enumerate("=+-@\t\r\n＝＋－＠'")]
    for line in cells(written(wild))[1:]:
        assert not [cell for cell in line if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert back(cells(written(wild)), wild) == Sheet((), len(wild), (), 0)


@pytest.mark.parametrize("text", ["=1", "'", "''=", "'=1", " =1", "-5", "\t", "a=b", "", "'a", "  '+"])
def test_defusing_can_be_undone(text: str) -> None:
    assert armed(defused(text)) == text


def test_what_is_filled_in_comes_back() -> None:
    table = cells(written())
    head = table[0]
    assert head == ["id", "message", "answer", "gold 城市", "gold 日", "decision", "grade", "note"]
    table[1][-3:] = ["通过", "5", "很好"]
    table[2][-3:] = ["Reject", "1.0", ""]
    table[3][2] = "新回答"
    table[4][1] = "去上海\r\n明天"
    found = {one.id: one for one in back(table).decisions}
    assert found == {
        "r0": Decision("r0", "accept", grade=5, note="很好"),
        "r1": Decision("r1", "reject", grade=1),
        "r2": Decision("r2", "edit", answer="新回答"),
        "r3": Decision("r3", "edit", message="去上海\n明天"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_any_spreadsheet_may_have_saved_it(encoding: str, between: str) -> None:
    table = cells(written())
    table[2][-3] = "拒绝"
    out = io.StringIO()
    csv.writer(out, delimiter=between, lineterminator="\n").writerows([table[0], *table[:0:-1]])
    sheet = read_sheet(out.getvalue().encode(encoding), ROWS, {}, TAILS)
    assert sheet.decisions == (Decision("r1", "reject"),) and sheet.bad == 0


def test_columns_may_be_moved_or_missing() -> None:
    sheet = back([["Decision", "ID"], ["accept", "r3"], ["", ""], ["reject", "r0", "more", "cells"]])
    assert sheet.decisions == (Decision("r3", "accept"), Decision("r0", "reject"))


def test_bad_lines_are_named_by_line_and_good_ones_kept() -> None:
    sheet = back(
        [
            ["id", "answer", "decision", "grade"],
            ["r0", "好的", "accept", "5"],
            ["nobody", "", "accept", ""],
            ["r1", "好的", "maybe", ""],
            ["r2", "好的", "accept", "9"],
            ["r0", "好的", "reject", ""],
            ["", "", "accept", ""],
            ["r3", "好的", "edit", ""],
        ]
    )
    assert [one.id for one in sheet.decisions] == ["r0"] and sheet.bad == 6
    assert [text.split(":")[0] for text in sheet.faults] == [f"sheet line {n}" for n in (3, 4, 5, 6, 7, 8)]
    assert all(known(text) for text in sheet.faults)


def test_lines_are_counted_as_they_stand_in_the_file() -> None:
    sheet = read_sheet(b'id,note\nr0,"a\nb\nc"\nnobody,\n', ROWS, {}, TAILS)
    assert sheet.faults[0].startswith("sheet line 5:") and sheet.decisions[0].note == "a\nb\nc"


def test_an_edit_passes_the_checker() -> None:
    def check(changed: Row) -> None:
        raise BadSample(f"row {changed.id!r} is not right (no); mend its message or answer")

    data = "id,answer,decision\nr0,new,\nr1,好的,accept\n".encode()
    sheet = read_sheet(data, ROWS, {}, TAILS, check)
    assert [one.id for one in sheet.decisions] == ["r1"] and known(sheet.faults[0])


def test_a_cut_cell_is_no_edit() -> None:
    long = [row(0, "x" * (MOST_CELL + 9))]
    decided = {"r0": Decision("r0", "edit", answer="y" * (MOST_CELL + 9))}
    assert back(cells(written(long)), long).decisions == ()
    assert read_sheet(written(long, **decided), long, decided, TAILS).decisions == ()
    assert max(len(cell) for line in cells(written(long, **decided)) for cell in line) <= 32_767


def test_a_rejected_row_is_no_edit() -> None:
    assert back([["id", "answer", "decision"], ["r0", "", "reject"]]).decisions == (Decision("r0", "reject"),)


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2", b"\xff\xfe\x00", b"\x81", b"\xef\xbb\xbf"])
def test_files_that_are_no_sheet(data: bytes) -> None:
    with pytest.raises(BadSample) as caught:
        read_sheet(data, ROWS, {})
    assert known(str(caught.value))


def test_a_file_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.reviews.sheet.MOST_BYTES", 10)
    with pytest.raises(BadSample, match="it may have") as caught:
        read_sheet(b"id\n" + b"x" * 20, ROWS, {})
    assert known(str(caught.value))


@pytest.mark.parametrize(
    "middle",
    ["x" * 300_000, '"' + "x" * 300_000, "\x00,\x00", "[" * 100_000, ",".join("a" * 9 for _ in range(20_000))],
)
@pytest.mark.parametrize("limit", [131_072, 4_000_000])
def test_hostile_lines_cost_themselves(middle: str, limit: int) -> None:
    before = csv.field_size_limit(limit)
    data = f"id,decision\nr0,accept\n{middle}\nr1,reject\n".encode()
    try:
        sheet = read_sheet(data, ROWS, {})
    finally:
        csv.field_size_limit(before)
    assert [one.id for one in sheet.decisions] == ["r0", "r1"]
    assert all(known(text) for text in sheet.faults)


def test_the_shelf_takes_a_sheet_over(settings: Settings) -> None:
    reviews = Reviews(settings, LOCAL, "trip-1", tails=TAILS)
    data = b"".join(reviews.write_sheet(ROWS)).replace(b"\r\nr1,", b"\r\nrX,")
    change: Callable[[bytes], bytes] = lambda one: one.replace(b"'=1+1,,,", b"'=1+1,reject,2,", 1)  # noqa: E731
    sheet = reviews.read_sheet(change(data), ROWS)
    assert sheet.bad == 1 and [one.id for one in reviews.reviewed(ROWS)] == ["r1", "r2", "r3"]
    assert b"".join(write_sheet([], {})).startswith(b"\xef\xbb\xbfid,")


def test_many_broken_lines_take_no_square_of_time() -> None:
    data = b"id,decision\n" + b'"a,\n' * 20_001
    assert read_sheet(data, ROWS, {}).bad >= 1
