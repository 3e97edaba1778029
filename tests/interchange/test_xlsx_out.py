"""Workbooks out: cells that no program runs, the same bytes again, whole or not at all, nothing cut unsaid."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.errors import BadDataset
from playground.interchange import xlsx_out
from playground.interchange.read import read_table
from playground.interchange.xlsx_out import LONGEST, write_workbook

HEAD = ["q", "a"]
HOSTILE = [
    ["=1+1", "=cmd|' /C calc'!A0"],
    ["#REF!", "'=x"],
    ["_x000D_", "_x0041_x0042_"],
    ["a\r\n\x00\x01\x1f\ufffe\uffff", " \t tab "],
    ["1.50", "007"],
    ["2024-05-01", "TRUE"],
    ["😀\x7f\u2028\x85", "<b>&amp;"],
]


def test_every_text_comes_back_as_it_was(tmp_path: Path) -> None:
    write_workbook([HEAD, *HOSTILE], tmp_path / "a.xlsx")
    found = read_table(tmp_path / "a.xlsx")
    assert [list(line.values.values()) for line in found.lines] == HOSTILE and found.faults == ()


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_workbook([HEAD, *HOSTILE], tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as pack:
        assert b"<f>" not in pack.read("xl/worksheets/sheet1.xml")
    book = load_workbook(tmp_path / "a.xlsx")
    assert {cell.data_type for row in book[xlsx_out.SHEET].iter_rows() for cell in row} == {"s"}


def test_the_same_rows_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_workbook([HEAD, *HOSTILE], tmp_path / "a.xlsx")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_workbook([HEAD, *HOSTILE], tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as pack:
        assert {one.date_time for one in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in pack.read("docProps/core.xml")


def test_rows_that_break_off_leave_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = tmp_path / "tmp"
    rooms.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rooms))
    file = tmp_path / "out" / "a.xlsx"
    write_workbook([HEAD], file)
    before = file.read_bytes()

    def broken() -> Iterator[list[str]]:
        yield HEAD
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_workbook(broken(), file)
    with pytest.raises(BadDataset, match=r"row 1 has a text of 32,768 characters; a cell holds 32,767"):
        write_workbook([HEAD, ["x" * (LONGEST + 1)]], file)
    monkeypatch.setattr(xlsx_out, "MOST_RECORDS", 2)
    with pytest.raises(BadDataset, match="a sheet holds 2 rows; take another form"):
        write_workbook([HEAD, HEAD, HEAD], file)
    assert file.read_bytes() == before and list(rooms.iterdir()) == [] and list(file.parent.iterdir()) == [file]
