"""Workbooks: what a person sees in the cells is what is read, and a hostile file is refused before it is unpacked."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from playground.errors import BadSample
from playground.interchange import xlsx
from playground.interchange.read import read_table
from playground.interchange.tables import MOST_COLUMNS, MOST_UNPACKED
from playground.sentences import known
from tests.interchange.books import book, sheet_xml, text_rows


def rows(path: Path) -> list[list[str]]:
    return [list(line.values.values()) for line in read_table(path).lines]


def test_shared_rich_and_inline_texts_are_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    texts = "<si><t>问题</t></si><si><r><t>回</t></r><r><t xml:space='preserve'>答 </t></r><rPh><t>kai</t></rPh></si>"
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
    cells += (
        '<row r="3"><c r="A3" t="str"><v>a_x000D_b</v></c><c r="C3" t="inlineStr"><is><t>&lt;b&gt;</t></is></c></row>'
    )
    found = read_table(book(tmp_path / "a.csv", sheet_xml(cells), texts=texts))
    assert (found.form, found.sheet, found.columns) == ("xlsx", "Sheet1", ("问题", "column 2", "回答"))
    assert [(line.number, dict(line.values)) for line in found.lines] == [
        (3, {"问题": "a\rb", "column 2": "", "回答": "<b>"})
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>1.3800138E10</v></c>", "13800138000"),
        ("<c><v>0.29999999999999999</v></c>", "0.3"),
        ("<c><v>12.50</v></c>", "12.5"),
        ("<c><v>100</v></c>", "100"),
        ("<c><v>-5</v></c>", "-5"),
        ('<c s="1"><v>45413</v></c>', "2024-05-01"),
        ('<c s="1"><v>45413.5</v></c>', "2024-05-01 12:00"),
        ('<c s="2"><v>0.395833333333333</v></c>', "09:30"),
        ('<c s="3"><v>10000</v></c>', "010000"),
        ('<c s="4"><v>3</v></c>', "3"),
        ('<c s="1"><v>99999999999</v></c>', "99999999999"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c t="str"><f>A1</f><v>=x</v></c>', "=x"),
        ("<c><v>NaN</v></c>", "NaN"),
    ],
)
def test_a_cell_is_the_text_that_is_seen(tmp_path: Path, cell: str, text: str) -> None:
    formats = '<numFmt numFmtId="170" formatCode="h:mm"/><numFmt numFmtId="171" formatCode="000000"/>'
    formats += '<numFmt numFmtId="172" formatCode="&quot;days&quot;0"/>'
    cells = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 170, 171, 172))
    styles = f'<numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{cells}</cellXfs>'
    path = book(tmp_path / "a.xlsx", sheet_xml(text_rows(["q"]) + f'<row r="2">{cell}</row>'), styles=styles)
    assert rows(path) == [[text]]


@pytest.mark.parametrize(
    "cell",
    ["<c><f>A9</f></c>", "<c><f>A9</f><v></v></c>", '<c t="e"><v>#REF!</v></c>', '<c r="ZZZ2"><v>1</v></c>'],
)
def test_a_bad_cell_costs_its_row(tmp_path: Path, cell: str) -> None:
    xml = sheet_xml(text_rows(["q", "a"]) + f'<row r="2"><c><v>1</v></c>{cell}</row>' + text_rows(["1", "2"]))
    found = read_table(book(tmp_path / "a.xlsx", xml))
    assert [fault.line for fault in found.faults] == [2] and len(found.lines) == 1
    assert known(found.faults[0].sentence)


def test_the_first_sheet_with_rows_is_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    sheets = [sheet_xml(""), sheet_xml(text_rows(["q"], ["x"])), sheet_xml(text_rows(["p"], ["y"]))]
    path = book(tmp_path / "a.xlsx", *sheets, names=("空", "二", "三"))
    found = read_table(path)
    assert (found.sheet, found.sheets, found.columns) == ("二", ("空", "二", "三"), ("q",))
    assert read_table(path, sheet="三").columns == ("p",)
    with pytest.raises(BadSample, match="no sheet '四'; there is: 空, 二, 三"):
        read_table(path, sheet="四")
    with pytest.raises(BadSample, match="no rows"):
        read_table(path, sheet="空")


def test_a_sheet_with_a_title_alone_is_passed_over(tmp_path: Path) -> None:
    sheets = [sheet_xml(text_rows(["说明"])), sheet_xml(text_rows(["q"], ["x"]))]
    path = book(tmp_path / "a.xlsx", *sheets)
    assert read_table(path).sheet == "Sheet2" and read_table(path, header=False).sheet == "Sheet1"
    with pytest.raises(BadSample, match="no rows"):
        read_table(book(tmp_path / "b.xlsx", sheets[0]))


def test_a_row_of_very_many_cells_is_not_held(tmp_path: Path) -> None:
    import tracemalloc

    path = book(tmp_path / "a.xlsx", sheet_xml(text_rows(["q"], ["x"]) + f"<row>{'<c/>' * 300_000}</row>"))
    tracemalloc.start()
    found = read_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.lines) == 1 and peak < 8_000_000


def test_merged_headers_are_named_by_their_places(tmp_path: Path) -> None:
    head = '<row r="1"><c r="A1" t="str"><v>问答</v></c><c r="B1"/></row>'
    merged = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    rest = '<row r="2"><c t="str"><v>几点</v></c><c t="str"><v>九点</v></c></row>'
    found = read_table(book(tmp_path / "a.xlsx", sheet_xml(head + rest, merged)))
    assert found.columns == ("问答", "column 2") and len(found.lines) == 1


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet_xml(text_rows(["q"], ["x"])))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as pack, pack.open("xl/media/a", "w") as file:
        for _ in range(MOST_UNPACKED // (1 << 20) + 1):
            file.write(bytes(1 << 20))
    begun = time.perf_counter()
    with pytest.raises(BadSample, match="unpacks to"):
        read_table(path)
    assert time.perf_counter() - begun < 1


def test_a_size_that_lies_is_damage(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet_xml(text_rows(["q"], *[["x" * 50]] * 500)))
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"xl/worksheets/sheet1.xml"))
    raw[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(BadSample, match="damaged"):
        read_table(path)


def test_a_long_table_of_contents_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_INDEX", 100)
    with pytest.raises(BadSample, match="table of contents"):
        read_table(book(tmp_path / "a.xlsx", sheet_xml(text_rows(["q"], ["x"]))))


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><worksheet><sheetData>&c;</sheetData></worksheet>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>',
        "<a>" * 200_000,
        "<worksheet><sheetData><row></worksheet>",
        "",
        '<worksheet><sheetData><row r="x"/></sheetData></worksheet>',
        '<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>',
    ],
    ids=range(7),
)
def test_xml_that_is_hostile_or_broken_is_refused(tmp_path: Path, xml: str) -> None:
    with pytest.raises(BadSample) as error:
        read_table(book(tmp_path / "a.xlsx", xml))
    assert known(str(error.value))


def test_rows_before_the_damage_stay(tmp_path: Path) -> None:
    xml = f"<worksheet><sheetData>{text_rows(['q'], ['x'], ['y'])}<row><oops></sheetData></worksheet>"
    found = read_table(book(tmp_path / "a.xlsx", xml))
    assert [line.number for line in found.lines] == [2, 3] and found.faults[0].line > 3


def test_a_wide_row_and_a_thousand_sheets_of_one_part(tmp_path: Path) -> None:
    wide = f'<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row><row r="1048576">{"<c><v>2</v></c>"}</row>'
    found = read_table(book(tmp_path / "a.xlsx", sheet_xml(text_rows(["q"]) + wide)))
    assert f"{MOST_COLUMNS:,}" in found.faults[0].sentence and found.lines[0].number == 1048576
    path = book(tmp_path / "b.xlsx", sheet_xml(text_rows(["q"], ["x"])))
    many = "".join(f'<sheet name="s{n}" r:id="r1"/>' for n in range(1000))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, text.replace("</sheets>", f"{many}</sheets>"))
    assert len(read_table(tmp_path / "c.xlsx").sheets) == 1
