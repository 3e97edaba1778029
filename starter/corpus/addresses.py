"""Places: real provinces and cities, made-up counties, and all that stands below them in an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from starter.corpus import lexicon
from starter.corpus.values import digits, hanzi


def province(rng: Random) -> str:
    """A province, its ending dropped at times."""
    full = rng.choice(lexicon.PROVINCES)
    return full if rng.random() < 0.75 else lexicon.short(full)


def city(rng: Random) -> str:
    """A city of China, its ending dropped at times; one in four is made up."""
    if rng.random() < 0.25:
        return hanzi(rng, 2, 3) + "市"
    full = rng.choice(lexicon.CITIES)
    return full if rng.random() < 0.75 else lexicon.short(full)


def county(rng: Random) -> str:
    """A made-up county: never one of the places table."""
    while True:
        stem = hanzi(rng, 1, 1) if rng.random() < 0.06 else hanzi(rng, 2, 3)
        name = stem + rng.choices(["区", "县", "市", "旗", "自治县"], [10, 8, 4, 1, 1])[0]
        if name not in real_counties():
            return name


@cache
def real_counties() -> frozenset[str]:
    """The counties of the places table, which the corpus leaves out."""
    from playground.places import places

    return frozenset(p.county for p in places())


def road(rng: Random) -> str:
    stem = rng.choice(lexicon.ROAD_STEMS) if rng.random() < 0.4 else hanzi(rng, 1, 3)
    side = rng.choice(["", "", "", "", "东", "西", "南", "北", "中"])
    return stem + side + rng.choice(["路", "路", "路", "街", "大街", "大道", "巷", "胡同", "里", "公路"])


def _unit(rng: Random) -> str:
    forms: list[Callable[[], str]] = [
        lambda: f"{rng.randint(1, 60)}栋{rng.randint(1, 6)}单元{rng.randint(1, 33)}0{rng.randint(1, 8)}室",
        lambda: f"{rng.randint(1, 40)}号楼{digits(rng, 3, 4)}",
        lambda: f"{rng.choice('ABCDEFG')}座{digits(rng, 3, 4)}室",
        lambda: f"{rng.randint(1, 30)}幢{digits(rng, 3, 4)}",
        lambda: f"{rng.randint(1, 30)}-{rng.randint(1, 6)}-{digits(rng, 3, 4)}",
        lambda: f"{rng.randint(1, 33)}层{rng.choice('ABCD')}区",
        lambda: f"{rng.randint(1, 33)}楼",
        lambda: f"{digits(rng, 3, 4)}房",
        lambda: f"{rng.randint(1, 60)}#{digits(rng, 3, 4)}",
        lambda: f"{rng.choice('ABCDEFG')}{rng.randint(1, 20)}幢{rng.randint(1, 33)}F",
    ]
    return rng.choice(forms)()


_PLACES = ("小区", "花园", "大厦", "广场", "新村", "公寓", "家园", "苑", "城", "科技园", "名邸", "华府", "里", "雅居", "山庄", "工业园", "产业园", "商城", "市场",
           "小镇", "创意园", "写字楼", "家属院", "安置房", "宿舍", "物流园", "中心")  # fmt: skip
_SHOPS = ("公司", "超市", "学校", "医院", "菜鸟驿站", "门卫室", "便利店", "药房", "饭馆", "理发店", "幼儿园", "中学", "大学", "银行", "网吧", "茶楼", "卫生所", "加油站", "小吃店",
          "修理部", "建材店", "传达室", "派出所", "居委会", "酒店", "水果店", "五金店", "面馆")  # fmt: skip
_BESIDE = (
    "旁",
    "旁边",
    "对面",
    "后门",
    "隔壁",
    "楼上",
    "门口",
    "附近",
    "东侧",
    "斜对面",
    "一楼",
    "往东{n}米",
    "北{n}米",
    "前行{n}米处",
    "院内",
    "后院",
)


def _landmark(rng: Random) -> str:
    """A shop or an office by its name, with where it is seen from it."""
    beside = rng.choice(_BESIDE).format(n=10 * rng.randint(1, 90))
    return hanzi(rng, 1, 5) + rng.choice(_SHOPS) + rng.choice(["", beside, beside])


def _ward(rng: Random) -> str:
    """The town, village or street office that an address begins with."""
    town = hanzi(rng, 1, 3) + rng.choice(["镇", "乡", "街道", "镇", "开发区", "高新区", "新区", "农场", "牧场", "苏木"])
    village = hanzi(rng, 1, 3) + rng.choice(["村", "村", "屯", "庄", "寨", "社区", "嘎查", "坝", "组", "湾"])
    return rng.choice([town, town, village, town + village])


def detail(rng: Random) -> str:
    """The part of an address below the county."""
    place = hanzi(rng, 1, 4) + rng.choice(_PLACES)
    number = f"{rng.randint(1, 2999)}{rng.choice(['号', '号', '号', '号', '弄', '巷'])}"
    number += rng.choice(
        [
            "",
            "",
            "",
            "院",
            "附1号",
            "之二",
            f"附{rng.randint(2, 60)}号",
            f"-{rng.randint(1, 60)}号",
            f"甲{rng.randint(1, 9)}",
        ]
    )
    forms: list[Callable[[], str]] = [
        lambda: road(rng) + number,
        lambda: road(rng) + number + place,
        lambda: road(rng) + number + place + _unit(rng),
        lambda: road(rng) + number + _unit(rng),
        lambda: place + _unit(rng),
        lambda: road(rng) + place + _unit(rng),
        lambda: _ward(rng) + road(rng) + number,
        lambda: _ward(rng) + f"{rng.randint(1, 20)}组",
        lambda: _ward(rng) + f"{rng.randint(1, 400)}号",
        lambda: _ward(rng) + place + _unit(rng),
        lambda: _ward(rng) + _landmark(rng),
        lambda: road(rng) + rng.choice(["与", "和", "、"]) + road(rng) + rng.choice(["交叉口", "路口", "交汇处"]) + _landmark(rng),
        lambda: road(rng) + number + _landmark(rng),
        lambda: place + _unit(rng) + _landmark(rng),
        lambda: hanzi(rng, 2, 4) + rng.choice(["大学", "学院", "中学", "医院"]) + hanzi(rng, 1, 2) + rng.choice(["校区", "院区", "区"]) + _unit(rng),
    ]  # fmt: skip
    return rng.choice(forms)()


def parted(rng: Random, text: str) -> str:
    """`text` with a space or a dash in it or a bracket behind it, as people write long values."""
    if len(text) > 4 and rng.random() < 0.6:
        for _ in range(rng.randint(1, 3)):
            at = rng.randint(2, len(text) - 2)
            text = text[:at] + rng.choice("  -") + text[at:]
    if rng.random() < 0.5:
        left, right = rng.choice(["()", "（）", "（）", "[]", "【】"])
        text += left + hanzi(rng, 2, 6) + right
    return text
