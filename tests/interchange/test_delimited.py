"""CSV and TSV of all sorts: separators, quotes that are wrong, records that do not fit their header."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from playground.interchange.read import read_table
from playground.interchange.tables import MOST_COLUMNS, Table


def table(path: Path, text: str, header: bool = True) -> Table:
    path.write_bytes(text.encode())
    return read_table(path, header=header)


def rows(found: Table) -> list[list[str]]:
    return [list(line.values.values()) for line in found.lines]


def numbers(found: Table) -> list[int]:
    return [fault.line for fault in found.faults]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_and_line_end_are_told_by_content(tmp_path: Path, separator: str, end: str) -> None:
    lines = [["问题", "回答"], ["几点开门，今天", "九点; 或十点"], ["a", "b"]]
    text = end.join(separator.join(f'"{cell}"' for cell in line) for line in lines) + end
    found = table(tmp_path / "a.csv", text)
    assert rows(found) == lines[1:] and not found.faults


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", 'q,a\n1,"one\n2,"two"\n3,three\n4,"four\nlines"\n')
    assert rows(found) == [["2", "two"], ["3", "three"], ["4", "four\nlines"]] and numbers(found) == [2]
    open_end = table(tmp_path / "b.csv", 'q,a\n1,one\n2,"two\n3,three\n4,four\n')
    assert rows(open_end) == [["1", "one"], ["3", "three"], ["4", "four"]] and numbers(open_end) == [3]
    stray = table(tmp_path / "c.csv", 'q,a\n1,"he said "hi" to me"\n2,two\n')
    assert rows(stray) == [["2", "two"]] and numbers(stray) == [2]


def test_tabs_without_quoting_are_taken_as_they_stand(tmp_path: Path) -> None:
    found = table(tmp_path / "a.tsv", 'q\ta\n"Hi" he said\tyes\nb\t"c\nd\te\n')
    assert rows(found) == [['"Hi" he said', "yes"], ["b", '"c'], ["d", "e"]]


def test_a_short_record_is_filled_and_a_long_one_is_named(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "q,a,note\n1,one\n2,two,x,\n3,three,x,y\n\n,,\n4,four,z\n")
    assert rows(found) == [["1", "one", ""], ["2", "two", "x"], ["4", "four", "z"]] and numbers(found) == [4]


def test_headers_that_are_empty_twice_or_below_a_title(tmp_path: Path) -> None:
    assert table(tmp_path / "a.csv", "问题,,问题\n1,2,3\n").columns == ("问题", "column 2", "问题 (2)")
    titled = table(tmp_path / "b.csv", "客服问答 2024,,\n,问题,回答\n1,几点,九点\n")
    assert titled.columns == ("column 1", "问题", "回答") and numbers(titled) == [1]
    merged = table(tmp_path / "c.csv", "问答,\n几点,九点\n几号,三号\n")
    assert merged.columns == ("问答", "column 2") and len(merged.lines) == 2
    bare = table(tmp_path / "d.csv", "几点,九点\n几号,三号\n", header=False)
    assert bare.columns == ("column 1", "column 2") and len(bare.lines) == 2


def test_a_column_named_like_one_that_was_renamed(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "a,a,a (2)\n1,2,3\n")
    assert len(set(found.columns)) == 3 and rows(found) == [["1", "2", "3"]]


def test_10_000_columns_and_nul_bytes_are_named(tmp_path: Path) -> None:
    wide = ",".join("x" * 10_000)
    found = table(tmp_path / "a.csv", f"q,a\n{wide}\n1,o\0ne\n2,two\n")
    assert rows(found) == [["2", "two"]] and numbers(found) == [2, 3]
    assert f"{MOST_COLUMNS:,}" in found.faults[0].sentence


@pytest.mark.parametrize("line", ['x","y\n', '"\n', ',"""\n', '"""x\n'])
def test_nothing_but_open_quotes_takes_no_more_than_a_moment(tmp_path: Path, line: str) -> None:
    begun = time.perf_counter()
    found = table(tmp_path / "a.csv", "q,a\n1,one\n" + line * 400_000 + "2,two\n")
    assert time.perf_counter() - begun < 30
    assert rows(found)[0] == ["1", "one"] and len(found.lines) + len(found.faults) > 1


def test_a_cell_may_be_long(tmp_path: Path) -> None:
    long = "长" * 300_000
    assert rows(table(tmp_path / "a.csv", f'q,a\n1,"{long}"\n')) == [["1", long]]
