"""Any file as a table: forms and encodings told by content, bad lines named, good ones kept, hostile ones bounded."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from playground.errors import BadSample
from playground.interchange import tables
from playground.interchange.read import read_table
from playground.interchange.tables import MOST_COLUMNS, MOST_LINE, Table
from playground.sentences import known

GOOD = '{"q": "几点开门", "a": "九点"}'


def table(path: Path, text: str | bytes, encoding: str = "utf-8", **options: Any) -> Table:
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_table(path, **options)


def numbers(found: Table) -> list[int]:
    return [fault.line for fault in found.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "a"])
def test_every_form_and_encoding_is_told_by_content(tmp_path: Path, encoding: str, name: str) -> None:
    rows = [{"问题": f"第{n}个订单，什么时候到", "回答": "明天\n下午"} for n in range(5)]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    table_text = "问题,回答\r\n" + "".join(f'"{row["问题"]}","{row["回答"]}"\r\n' for row in rows)
    texts = {
        "jsonl": lines,
        "json": json.dumps(rows, ensure_ascii=False, indent=2),
        "csv": table_text,
        "tsv": table_text.replace('","', '"\t"').replace("问题,", "问题\t"),
    }
    for form, text in texts.items():
        found = table(tmp_path / name, text, encoding)
        assert found.form == form and not found.faults
        assert found.columns == ("问题", "回答")
        assert [dict(line.values) for line in found.lines] == rows
        assert found.encoding == encoding.removesuffix("-sig")


def test_a_list_may_stand_in_an_object(tmp_path: Path) -> None:
    found = table(tmp_path / "a.json", '{"version": "1", "data": [' + GOOD + ', {"q": NaN}, ' + GOOD + '], "n": 2}')
    assert [line.number for line in found.lines] == [1, 3] and numbers(found) == [2]
    with pytest.raises(BadSample, match="more than one list"):
        table(tmp_path / "b.json", f'{{"train": [{GOOD}], "test": [{GOOD}]}}')


def test_one_row_alone_and_rows_one_after_another_are_read(tmp_path: Path) -> None:
    row = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    assert table(tmp_path / "a.json", json.dumps(row, indent=1)).lines[0].values == row
    both = table(tmp_path / "b.json", json.dumps(row, indent=1) + "\n" + json.dumps(row, indent=1))
    assert len(both.lines) == 2
    bare = table(tmp_path / "c.jsonl", json.dumps(row["messages"]) + "\n" + json.dumps(row["messages"]))
    assert [line.values for line in bare.lines] == [row, row]


@pytest.mark.parametrize(
    "bad",
    [
        "[" * 200_000,
        '{"q": ' * 200_000,
        '{"q": ' + "[" * 500 + "]" * 500 + "}",
        '{"q": NaN}',
        '{"q": -Infinity}',
        '{"q": 1e999}',
        '{"q": ' + "9" * 5000 + "}",
        '{"q": "\\ud800"}',
        '{"q": "a", "q": "b"}',
        '{"q": "\0"}',
        '{"q": "a"',
        "[1, 2]",
        '"text"',
        "hello",
        json.dumps({str(n): n for n in range(MOST_COLUMNS + 1)}),
    ],
    ids=range(15),
)
def test_a_bad_line_is_named_and_the_others_are_kept(tmp_path: Path, bad: str) -> None:
    found = table(tmp_path / "a.jsonl", f"{GOOD}\n\n{bad}\n{GOOD}\n")
    assert [line.number for line in found.lines] == [1, 4] and numbers(found) == [3]
    assert known(found.faults[0].sentence) and len(found.faults[0].sentence) < 200
    first = table(tmp_path / "b.jsonl", f"{bad}\n{GOOD}\n{GOOD}\n")
    assert [line.number for line in first.lines] == [2, 3] and numbers(first) == [1]
    if bad not in ("hello", '"text"') and bad.count("[") < 100 and bad.endswith(("}", "]")):
        listed = table(tmp_path / "c.json", f"[{GOOD}, {bad},\n{GOOD}]")
        assert [line.number for line in listed.lines] == [1, 3] and numbers(listed) == [2]


def test_a_byte_of_another_encoding_costs_its_own_line(tmp_path: Path) -> None:
    mixed = f"{GOOD}\n".encode() * 3 + b'{"q": "\xff\xfe"}\n' + GOOD.encode()
    found = table(tmp_path / "a.jsonl", mixed)
    assert (found.encoding, len(found.lines), numbers(found)) == ("utf-8", 4, [4])
    sheet = table(tmp_path / "a.csv", "问题,回答\n一,二\n".encode() * 2 + b"\xff,x\n" + "三,四\n".encode())
    assert numbers(sheet) == [5] and len(sheet.lines) == 4


def test_200_mb_on_one_line_take_no_memory_and_what_follows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(f"{GOOD}\n".encode() + b'{"q": "')
        for _ in range(200):
            file.write(b"x" * 1024 * 1024)
        file.write(f'"}}\n{GOOD}\n'.encode())
    tracemalloc.start()
    begun = time.perf_counter()
    found = read_table(path)
    took, most = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.number for line in found.lines] == [1, 3] and numbers(found) == [2]
    assert most < 8 * MOST_LINE and took < 30


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff", "[]", "q,a\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    for name in ("a.csv", "a.json"):
        with pytest.raises(BadSample) as error:
            table(tmp_path / name, text)
        assert known(str(error.value))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xd0\xcf\x11\xe0" + bytes(600),
        b"PAR1" + bytes(100),
        bytes(range(256)) * 40,
        b"PK\x03\x04" + bytes(200),
        "Ceci n'est pas le café prévu".encode("cp1252"),
        "これは問題です".encode("shift_jis") * 20,
        "這是繁體中文的問題與回答".encode("big5") * 20,
        b"just a few words",
        b"\x00" * 5000,
    ],
    ids=range(11),
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    for name in ("a", "a.xlsx"):
        with pytest.raises(BadSample) as error:
            table(tmp_path / name, content)
        assert known(str(error.value))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadSample, match="cannot be read"):
            read_table(path)


def test_more_than_may_be_is_left_out_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    found = table(tmp_path / "a.jsonl", f"{GOOD}\nx\n{GOOD}\n{GOOD}\n{GOOD}\n")
    assert [line.number for line in found.lines] == [1, 3] and numbers(found) == [2, 4]
    assert "split it" in found.faults[-1].sentence
    monkeypatch.setattr(tables, "MOST_VALUES", 100)
    many = table(tmp_path / "b.jsonl", f'{GOOD}\n{{"q": [{"[],[1]," * 40}[]]}}\n{GOOD}\n')
    assert len(many.lines) == 1 and numbers(many) == [2]
