"""Real places of China whose province, city, county, postcode and telephone code belong together.

The table is places.csv beside this file; its head says where the facts come from, of what date they
are, and what is empty where.
"""

from __future__ import annotations

import csv
import re
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from playground.errors import BadDataset

TABLE = Path(__file__).with_name("places.csv")
"""The shipped table."""


@dataclass(frozen=True)
class Place:
    """One county-level unit with all that an address of it needs. Names are full: 内蒙古自治区, 延边朝鲜族自治州."""

    province: str
    """Province-level division."""
    city: str
    """Prefecture-level unit; equal to the province in the four municipalities, Hong Kong and Macau."""
    county: str
    """District, county, county-level city or banner; in Hong Kong, Macau and Taiwan what stands in its place."""
    postcode: str
    """Six digits, "" in Hong Kong, Macau and Taiwan. A district's may be its city's general one."""
    area_code: str
    """Telephone code of the city with its leading zero (0512); 852 and 853 for Hong Kong and Macau."""
    code: str
    """Six digits of GB/T 2260; the province's where the standard has none for the county."""


_COLUMNS = [field.name for field in fields(Place)]
_NAME = re.compile(r"[\u4e00-\u9fff]{2,}")
_SHAPES = {
    "province": _NAME,
    "city": _NAME,
    "county": _NAME,
    "postcode": re.compile(r"([0-9]{6})?"),
    "area_code": re.compile(r"0[0-9]{1,3}|85[23]"),
    "code": re.compile(r"[1-9][0-9]{5}"),
}


@cache
def places() -> tuple[Place, ...]:
    """Every place of the shipped table, in the order of its codes; read once."""
    return read_places(TABLE)


def read_places(path: Path) -> tuple[Place, ...]:
    """The places of a table like places.csv: comment lines from #, a head line, then one place a line.

    Raises BadDataset naming the file and the line when it is missing, empty or damaged.
    """
    found: list[Place] = []
    seen: set[tuple[str, ...]] = set()
    head_read = False
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line]))
        if not head_read:
            if cells != _COLUMNS:
                raise _damaged(path, number, f"the head is {line!r:.80} instead of {','.join(_COLUMNS)!r}")
            head_read = True
            continue
        place = _place(path, number, cells)
        chain = astuple(place)[:3]
        if chain in seen:
            raise _damaged(path, number, f"{''.join(chain)} stands there twice")
        seen.add(chain)
        found.append(place)
    if not found:
        raise BadDataset(f"the places table {path.name} holds no places; get the file from the repository again")
    return tuple(found)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadDataset(
            f"the places table {path.name} cannot be read ({error}); get the file from the repository again"
        ) from error


def _place(path: Path, number: int, cells: list[str]) -> Place:
    if len(cells) != len(_COLUMNS):
        raise _damaged(path, number, f"it has {len(cells)} cells instead of {len(_COLUMNS)}")
    for column, cell in zip(_COLUMNS, cells, strict=True):
        if not _SHAPES[column].fullmatch(cell):
            raise _damaged(path, number, f"{column} is {cell!r}, which cannot be right")
    return Place(*cells)


def _damaged(path: Path, number: int, what: str) -> BadDataset:
    return BadDataset(f"the places table {path.name} is damaged at line {number}: {what}; get the file again")
