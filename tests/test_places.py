"""The places table: what belongs together agrees, and a damaged file is refused."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from playground.errors import BadDataset
from playground.places import TABLE, Place, places, read_places

DIVISIONS = {
    "北京市": ("11", "10"),
    "天津市": ("12", "30"),
    "河北省": ("13", "05 06 07"),
    "山西省": ("14", "03 04"),
    "内蒙古自治区": ("15", "01 02 13 16"),
    "辽宁省": ("21", "11 12"),
    "吉林省": ("22", "13"),
    "黑龙江省": ("23", "15 16"),
    "上海市": ("31", "20"),
    "江苏省": ("32", "21 22"),
    "浙江省": ("33", "31 32"),
    "安徽省": ("34", "23 24"),
    "福建省": ("35", "35 36"),
    "江西省": ("36", "33 34"),
    "山东省": ("37", "25 26 27"),
    "河南省": ("41", "45 46 47"),
    "湖北省": ("42", "43 44"),
    "湖南省": ("43", "41 42"),
    "广东省": ("44", "51 52"),
    "广西壮族自治区": ("45", "53 54"),
    "海南省": ("46", "57"),
    "重庆市": ("50", "40"),
    "四川省": ("51", "61 62 63 64"),
    "贵州省": ("52", "55 56"),
    "云南省": ("53", "65 66 67"),
    "西藏自治区": ("54", "85 86"),
    "陕西省": ("61", "71 72"),
    "甘肃省": ("62", "73 74"),
    "青海省": ("63", "81"),
    "宁夏回族自治区": ("64", "75"),
    "新疆维吾尔自治区": ("65", "83 84"),
    "台湾省": ("71", ""),
    "香港特别行政区": ("81", ""),
    "澳门特别行政区": ("82", ""),
}
"""Each province-level division: first two digits of its codes, and the first two its postcodes may have.

Inner Mongolia's east has postcodes of Jilin's 13 (兴安盟) and Heilongjiang's 16 (呼伦贝尔市).
"""

MUNICIPALITIES = {"北京市", "天津市", "上海市", "重庆市"}
SPECIAL = {"香港特别行政区", "澳门特别行政区"}
WITHOUT_CODES = SPECIAL | {"台湾省"}
"""The standard gives these no county codes, and China Post no postcodes."""


def cities() -> dict[tuple[str, str], list[Place]]:
    """The places of each city, by province and city."""
    found: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places():
        found[place.province, place.city].append(place)
    return found


def test_all_province_level_divisions_are_there() -> None:
    assert {place.province for place in places()} == set(DIVISIONS)
    assert len(DIVISIONS) == 34


def test_ordinary_provinces_are_broad_enough() -> None:
    # Hainan has two cities with districts; the rest of it lies straight under the province.
    for province in set(DIVISIONS) - MUNICIPALITIES - SPECIAL - {"海南省"}:
        assert sum(len(rows) >= 2 for (at, _), rows in cities().items() if at == province) >= 3, province
    for name in MUNICIPALITIES:
        assert len(cities()[name, name]) >= 8, name


def test_city_equals_province_just_where_it_must() -> None:
    for place in places():
        assert (place.city == place.province) == (place.province in MUNICIPALITIES | SPECIAL), place


def test_codes_agree_with_province_and_city() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for (province, city), rows in cities().items():
        prefix = DIVISIONS[province][0]
        if province in WITHOUT_CODES:
            assert {row.code for row in rows} == {prefix + "0000"}
            continue
        heads = {row.code[:4] for row in rows}
        if province in MUNICIPALITIES:
            assert heads <= {prefix + "01", prefix + "02"}, province
        else:
            assert len(heads) == 1 and heads.pop().startswith(prefix), (province, city)
        owners[rows[0].code[:4]].add(city)
        assert all(row.code[4:] != "00" for row in rows), city
    assert all(len(names) == 1 for names in owners.values())
    codes = [place.code for place in places() if place.province not in WITHOUT_CODES]
    assert len(codes) == len(set(codes))


def test_area_code_is_one_per_city() -> None:
    for (province, city), rows in cities().items():
        assert len({row.area_code for row in rows}) == 1, (province, city)
    assert cities()["香港特别行政区", "香港特别行政区"][0].area_code == "852"
    assert cities()["澳门特别行政区", "澳门特别行政区"][0].area_code == "853"
    assert all(place.area_code.startswith("0") for place in places() if place.province not in SPECIAL)


def test_postcode_agrees_with_province_and_is_empty_just_where_there_is_none() -> None:
    for place in places():
        prefixes = DIVISIONS[place.province][1].split()
        assert place.postcode[:2] in (prefixes or [""]), place
        assert (place.postcode == "") == (place.province in WITHOUT_CODES), place


def test_names_are_full_and_chains_are_unique() -> None:
    chains = [(place.province, place.city, place.county) for place in places()]
    assert len(chains) == len(set(chains))
    for place in places():
        assert re.search(r"(市|州|盟|地区|县|特别行政区)$", place.city), place
        assert re.search(r"(区|县|市|旗|乡|镇)$", place.county), place
        if place.county.endswith(("乡", "镇")):
            assert place.province == "台湾省", place
    endings = {place.county[-1] for place in places()} | {place.county[-3:] for place in places()}
    assert {"区", "县", "市", "旗", "自治县"} <= endings


def test_source_and_date_stand_in_the_file() -> None:
    head = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert "2026-11" in "".join(head) and "GB/T 2260" in "".join(head)


def test_places_are_read_once() -> None:
    assert places() is places()


HEAD = "province,city,county,postcode,area_code,code\n"
GOOD = "江苏省,苏州市,昆山市,215300,0512,320583\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no places"),
        ("# only words\n", "no places"),
        (HEAD, "no places"),
        (GOOD, "line 1"),
        (HEAD + "江苏省,苏州市,昆山市\n", "3 cells"),
        (HEAD + GOOD.replace("215300", "21530"), "postcode is '21530'"),
        (HEAD + GOOD.replace("0512", ""), "area_code is ''"),
        (HEAD + GOOD.replace("320583", "32058X"), "code is '32058X'"),
        (HEAD + GOOD.replace("昆山市", ""), "county is ''"),
        (HEAD + GOOD + GOOD, "line 3"),
    ],
)
def test_damaged_table_is_refused(tmp_path: Path, text: str, named: str) -> None:
    table = tmp_path / "places.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(BadDataset, match=re.escape(named)):
        read_places(table)


def test_missing_or_garbled_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="cannot be read"):
        read_places(tmp_path / "places.csv")
    (tmp_path / "places.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadDataset, match="cannot be read"):
        read_places(tmp_path / "places.csv")


def test_comments_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text(f"# source\n\n{HEAD}# more\n{GOOD}\n", encoding="utf-8")
    assert read_places(table) == (Place("江苏省", "苏州市", "昆山市", "215300", "0512", "320583"),)
