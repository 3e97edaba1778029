"""Values that fill the corpus: typed ones (a phone, a date, a road) and meaningless ones."""

from __future__ import annotations

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
