"""Values that fill the corpus: typed ones (a phone, a date, a road) and meaningless ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from starter.corpus import lexicon
from starter.tokenizer import PUNCTUATION, RARE, gb2312

LEVEL1 = gb2312(16, 55)
LEVEL2 = gb2312(56, 87) + RARE
_DIGITS = "0123456789"
_WIDE = {ord(c): ord(c) + 0xFEE0 for c in _DIGITS}
MARKS = "!#$%&'()*+,-./:;<=>?@[]^_`|~" + PUNCTUATION + "".join(chr(c) for c in range(0xFF01, 0xFF5F))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Narrow(Random):
    """Numbers for one document, and the few characters that its values are made of, "" where any will do.

    Characters at random seldom stand twice in a document, and then knowing the last one is enough to
    copy on. Real text repeats itself (a road's name in a town's, 22 in a number): where a document has
    few characters, copying must look further back than that.
    """

    hanzi = ""
    digits = ""
    wide = False
    """Numbers are written full-width."""

    def choose(self) -> None:
        """Draw the characters of the next document."""
        self.hanzi = self.digits = ""
        if self.random() < 0.5:
            pool = LEVEL1 + LEVEL2 if self.random() < 0.4 else LEVEL1
            self.hanzi = "".join(self.sample(pool, self.randint(4, 40)))
        if self.random() < 0.3:
            self.digits = "".join(self.sample(_DIGITS, self.randint(2, 5)))
        self.wide = self.random() < 0.05


def hanzi(rng: Random, low: int, high: int) -> str:
    """low..high characters at random; one string in eight draws from the whole character set."""
    pool = LEVEL1 + LEVEL2 if rng.random() < 0.125 else LEVEL1
    if isinstance(rng, Narrow) and rng.hanzi and rng.random() < 0.8:
        pool = rng.hanzi
    return "".join(rng.choice(pool) for _ in range(rng.randint(low, high)))


def digits(rng: Random, low: int, high: int) -> str:
    """low..high digits. Half of the strings repeat digits in runs, which are the hard ones to copy."""
    n = rng.randint(low, high)
    pool = rng.digits if isinstance(rng, Narrow) and rng.digits else _DIGITS
    if isinstance(rng, Narrow) and rng.wide:
        pool = pool.translate(_WIDE)
    if rng.random() < 0.5:
        return "".join(rng.choice(pool) for _ in range(n))
    text = ""
    while len(text) < n:
        text += rng.choice(pool) * rng.randint(1, 4)
    return text[:n]


def pseudo_word(rng: Random, low: int = 1, high: int = 4) -> str:
    """A made-up Latin word of low..high syllables."""
    return "".join(
        rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiou") + rng.choice(["", "", "n", "r", "s", "l"])
        for _ in range(rng.randint(low, high))
    )


def code(rng: Random) -> str:
    """Letters, digits and dashes."""
    shape = rng.choice(["A0", "AA-0", "A0A0", "0-0", "AA0", "a0_a0", "A-0-A"])
    parts = {
        "A": lambda: rng.choice(_LETTERS).upper(),
        "a": lambda: rng.choice(_LETTERS),
        "0": lambda: digits(rng, 2, 5),
    }
    return "".join(parts[c]() if c in parts else c for c in shape)


def person(rng: Random) -> str:
    """A Chinese personal name, sometimes with a title or odd characters."""
    roll = rng.random()
    if rng.random() < 0.1:
        # From another language: Ayi·Bake, Leo Xu, Tina.
        first = rng.choice(lexicon.ENGLISH_GIVEN)
        chinese = hanzi(rng, 2, 4) + "·" + hanzi(rng, 2, 4)
        return rng.choice([chinese, chinese, first, f"{first} {pseudo_word(rng, 1, 2).capitalize()}"])
    surname = rng.choice(lexicon.SURNAMES) if roll < 0.85 else hanzi(rng, 1, 2)
    if roll < 0.08:
        return surname + rng.choice(["先生", "女士", "小姐", "师傅", "老师", "姐", "总"])
    if rng.random() < 0.6:
        return surname + "".join(rng.choice(lexicon.GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))
    return surname + hanzi(rng, 1, 2)


def english_person(rng: Random) -> str:
    """Given name and surname."""
    return f"{rng.choice(lexicon.ENGLISH_GIVEN)} {pseudo_word(rng, 2, 3).capitalize()}"


def mobile(rng: Random) -> str:
    return "1" + rng.choice("3456789") + digits(rng, 9, 9)


def phone(rng: Random) -> str:
    """A mobile or a landline number, digits together."""
    number = mobile(rng) if rng.random() < 0.75 else f"0{digits(rng, 2, 3)}-{digits(rng, 7, 8)}"
    return number.translate(_WIDE) if isinstance(rng, Narrow) and rng.wide else number


def spaced(rng: Random, number: str) -> str:
    """The digits of `number` with spaces, as people read them out."""
    groups = rng.choice([(3, 4, 4), (4, 4, 3), (3, 3, 5), (2, 2, 2, 2, 2, 2)])
    parts, at = [], 0
    for size in groups:
        parts.append(number[at : at + size])
        at += size
    return " ".join(p for p in (*parts, number[at:]) if p)


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


def detail(rng: Random) -> str:
    """The part of an address below the county."""
    place = hanzi(rng, 2, 4) + rng.choice(
        ["小区", "花园", "大厦", "广场", "新村", "公寓", "家园", "苑", "城", "科技园"]
    )
    number = f"{rng.randint(1, 2999)}号" + rng.choice(["", "", "", "院", "附1号", "之二"])
    forms: list[Callable[[], str]] = [
        lambda: road(rng) + number,
        lambda: road(rng) + number + place,
        lambda: road(rng) + number + place + _unit(rng),
        lambda: road(rng) + number + _unit(rng),
        lambda: place + _unit(rng),
        lambda: road(rng) + place + _unit(rng),
        lambda: hanzi(rng, 2, 3) + rng.choice(["镇", "乡", "街道"]) + road(rng) + number,
        lambda: hanzi(rng, 2, 3) + rng.choice(["镇", "乡"]) + hanzi(rng, 2, 3) + f"村{rng.randint(1, 20)}组",
        lambda: hanzi(rng, 2, 3) + f"村{rng.randint(1, 400)}号",
        lambda: road(rng) + "与" + road(rng) + "交叉口" + place,
        lambda: (
            road(rng) + number + hanzi(rng, 2, 5) + rng.choice(["公司", "超市", "学校", "医院", "菜鸟驿站", "门卫室"])
        ),
    ]
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


def date(rng: Random) -> str:
    y, m, d = rng.randint(1990, 2035), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice([f"{y}-{m:02}-{d:02}", f"{y}年{m}月{d}日", f"{m}月{d}日", f"{y}/{m}/{d}", f"{m}月{d}号"])


def clock(rng: Random) -> str:
    h, m = rng.randint(0, 23), rng.choice([0, 15, 30, 45, rng.randint(0, 59)])
    return rng.choice(
        [f"{h}:{m:02}", f"{h}点", f"{h}点半", f"上午{h % 12 + 1}点", f"下午{h % 12 + 1}点", f"今晚{h % 12 + 1}点"]
    )


def amount(rng: Random) -> str:
    n = digits(rng, 1, 5).lstrip("0") or "7"
    return rng.choice([f"{n}元", f"{n}.{digits(rng, 2, 2)}元", f"¥{n}", f"{n}块", f"{n}.{digits(rng, 1, 2)}"])


def quantity(rng: Random) -> str:
    return f"{rng.randint(1, 500)}{rng.choice('个件箱台套张瓶包双条只本')}"


def company(rng: Random) -> str:
    return hanzi(rng, 2, 4) + rng.choice(["公司", "有限公司", "科技", "集团", "商贸", "工厂", "物流"])


def sentence(rng: Random) -> str:
    """A short remark."""
    if rng.random() < 0.6:
        return rng.choice(lexicon.REMARKS)
    return hanzi(rng, 4, 12)
