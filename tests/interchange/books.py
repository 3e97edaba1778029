"""Small workbooks written part by part, so that tests can make them wrong in one place."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sheet_xml(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def text_rows(*rows: list[str]) -> str:
    """Rows of inline texts, as some programs write them."""
    made = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row)
        made += f'<row r="{number}">{cells}</row>'
    return made


def book(path: Path, *sheets: str, texts: str = "", styles: str = "", names: tuple[str, ...] = ()) -> Path:
    """A workbook of these sheets' XML."""
    titles = names or tuple(f"Sheet{n}" for n in range(1, len(sheets) + 1))
    listed = "".join(f'<sheet name="{t}" sheetId="{n}" r:id="r{n}"/>' for n, t in enumerate(titles, 1))
    related = "".join(f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
        pack.writestr("xl/workbook.xml", workbook)
        pack.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{related}</Relationships>")
        for number, xml in enumerate(sheets, 1):
            pack.writestr(f"xl/worksheets/sheet{number}.xml", xml)
        if texts:
            pack.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
        if styles:
            pack.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
    return path
