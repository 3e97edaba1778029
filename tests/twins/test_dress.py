"""Dress changes how a row is written and never what it says."""

from __future__ import annotations

from random import Random

import pytest

from playground.places import places
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.dress import PLAIN, Dress, dressed, left_blank, stem, written_phone, written_place
from playground.twins.template import compile_template

ALWAYS = Dress(**dict.fromkeys(Dress.__dataclass_fields__, 1.0))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("浙江省", "浙江"),
        ("北京市", "北京"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("新疆维吾尔自治区", "新疆"),
        ("宁夏回族自治区", "宁夏"),
        ("西藏自治区", "西藏"),
        ("香港特别行政区", "香港"),
        ("延边朝鲜族自治州", "延边"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("海西蒙古族藏族自治州", "海西"),
        ("巴音郭楞蒙古自治州", "巴音郭楞"),
        ("彭水苗族土家族自治县", "彭水"),
        ("龙胜各族自治县", "龙胜"),
        ("西湖区", "西湖"),
        ("义县", "义县"),
        ("市中区", "市中区"),
        ("阿拉善左旗", "阿拉善左旗"),
    ],
)
def test_endings_are_dropped_where_a_name_is_left(name: str, short: str) -> None:
    assert stem(name) == short


def test_every_short_form_begins_its_name() -> None:
    for place in places():
        for name in (place.province, place.city, place.county):
            assert name.startswith(stem(name)) and len(stem(name)) >= 2


def test_province_and_city_stay_equal_where_they_are() -> None:
    rng = Random(1)
    for place in places():
        province, city, county = written_place(rng, place, 1.0)
        assert (province == city) == (place.province == place.city)
        assert place.county.startswith(county)


def test_a_phone_loses_nothing_but_its_spaces() -> None:
    rng = Random(2)
    for digits in ("13905711234", "0571-88123456", "0571-88123456-12") * 200:
        written, gold = written_phone(rng, digits, Dress(full_width=0, phone_groups=0.5))
        assert gold == written.replace(" ", "")
        assert gold.replace("-", "") == digits.replace("-", "")


def test_no_dress_leaves_the_words_alone(settings: Settings) -> None:
    for template in load_task("address", settings).human:
        compiled = compile_template(template.text)
        assert dressed(Random(3), compiled, "zh", PLAIN, {}) == (compiled.literals, compiled.parts)


@pytest.mark.parametrize("dress", [Dress(), ALWAYS])
def test_dress_keeps_every_slot_once(settings: Settings, dress: Dress) -> None:
    task = load_task("address", settings)
    rng = Random(4)
    for template in task.human:
        compiled = compile_template(template.text)
        for _ in range(20):
            literals, parts = dressed(rng, compiled, "zh", dress, task.chatter)
            assert len(literals) == len(parts) + 1
            assert sorted(part.name for part in parts) == sorted(part.name for part in compiled.parts)


def test_lines_of_a_form_change_places_with_their_labels() -> None:
    form = compile_template("收货\n姓名：{{姓名}}\n电话：{{电话}}\n邮编：{{邮编}}")
    only_order = Dress(**{**dict.fromkeys(Dress.__dataclass_fields__, 0.0), "order": 1.0})
    values = {"姓名": "王芳", "电话": "138", "邮编": "310000"}
    seen = set()
    for number in range(40):
        literals, parts = dressed(Random(number), form, "zh", only_order, {})
        lines = "".join(a + b for a, b in zip(literals, [*(values[p.name] for p in parts), ""], strict=True)).split(
            "\n"
        )
        assert lines[0] == "收货" and sorted(lines[1:]) == ["姓名：王芳", "电话：138", "邮编：310000"]
        seen.add(tuple(lines))
    assert len(seen) == 6


def test_only_a_labelled_line_is_left_blank() -> None:
    form, line = compile_template("电话：{{电话}}\n地址：{{区划}}"), compile_template("电话：{{电话}}，{{区划}}")
    assert left_blank(Random(5), form.literals, form.parts, 1.0) == "电话"
    assert left_blank(Random(5), line.literals, line.parts, 1.0) == ""


def test_a_question_keeps_its_words() -> None:
    question = compile_template("Who are you?")
    seen = {dressed(Random(n), question, "en", ALWAYS, {})[0][0] for n in range(60)}
    assert len(seen) > 2
    assert {text.lower().strip("? ") for text in seen} == {"who are you"}
