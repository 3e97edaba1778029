"""Dress: the same values and templates, written the way different people write.

Shares say how often. What happens inside a slot (a dropped 省, a phone in groups) is known to the
gold; what happens outside (punctuation, labels, order of lines, chatter) never touches a slot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from playground.errors import BadSetting
from playground.places import Place
from playground.twins.chance import Chance
from playground.twins.template import Compiled, Part
from playground.twins.words import pick

MOST_DRESS = 5.0
"""Greatest multiple of the usual shares."""


@dataclass(frozen=True)
class Dress:
    """How often each liberty is taken, as shares of the rows, 0 to 1."""

    endings: float = 0.26
    """省, 市, 区 and the long forms of 自治区 are dropped, from the province on down."""
    joint: float = 0.12
    """A space or another mark stands between province, city and county where they are one slot."""
    phone_groups: float = 0.16
    """The mobile number is written 138 0013 8000 or 138-0013-8000."""
    landline: float = 0.08
    """The number is a landline's, with the place's own area code."""
    full_width: float = 0.012
    """The phone number is in full-width digits."""
    address_form: float = 0.08
    """王女士, 小李 or 阿强 in the place of a full name."""
    punctuation: float = 0.22
    """Commas and colons become half-width, or spaces."""
    labels: float = 0.2
    """A label is changed for one that means the same."""
    order: float = 0.15
    """Lines of a labelled form change places."""
    lines: float = 0.05
    """Line ends become spaces."""
    chatter: float = 0.12
    """Words of greeting or thanks are put before, and as often behind."""
    blank: float = 0.03
    """A labelled line of a form is left empty: name, phone or postcode."""
    ending: float = 0.3
    """A question's last mark is left out, doubled or narrowed; the first letter is made small."""

    def times(self, factor: float) -> Dress:
        """Every share so many times as large, 1 at most. Raises BadSetting for a factor that is not 0 to MOST_DRESS."""
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor <= MOST_DRESS:
            raise BadSetting(f"dress is {factor!r:.40}; it must be a number, 0 to {MOST_DRESS:g}")
        return Dress(**{one.name: min(1.0, getattr(self, one.name) * factor) for one in fields(self)})


PLAIN = Dress(**dict.fromkeys(Dress.__dataclass_fields__, 0.0))
"""Nothing is changed."""

# ---- inside the slots ---------------------------------------------------------------------------

_REGIONS = {"内蒙古自治区": "内蒙古", "西藏自治区": "西藏"}  # the endings below would eat a part of these two
_PEOPLES = "维吾尔|哈萨克|柯尔克孜|塔吉克|蒙古|回"
_LONG = re.compile(
    rf"(?:(?:各族|(?:{_PEOPLES})族?|(?:朝鲜|土家|布依|哈尼|傈僳|仡佬|达斡尔|拉祜|纳西|裕固|锡伯|仫佬|毛南|东乡|保安|撒拉|[藏苗壮侗瑶黎畲满白傣彝佤水土怒羌])族)*"
    rf"(?:自治区|自治州|自治县|自治旗)|特别行政区)$"
)
_SHORT = re.compile(r"[省市县区]$")
_TOO_BARE = frozenset(("市中", "城中", "新城", "市北", "市南", "高新", "矿区", "郊区", "城区", "开发"))


@lru_cache(maxsize=8192)
def stem(name: str) -> str:
    """A division's name without its ending: 浙江省 -> 浙江, 延边朝鲜族自治州 -> 延边.

    As it is where less than two characters, or a word that names nothing, would be left (义县, 市中区).
    """
    short = _REGIONS.get(name) or _LONG.sub("", name)
    if short == name:
        short = _SHORT.sub("", name)
    return short if len(short) >= 2 and short not in _TOO_BARE else name


def written_place(rng: Chance, place: Place, share: float) -> tuple[str, str, str]:
    """Province, city and county as a person writes them; city and province stay equal where they are."""
    chain = (place.province, place.city, place.county)
    if rng.random() >= share:
        return chain
    province, city, county = stem(place.province), stem(place.city), stem(place.county)
    chance = rng.random()
    if place.province == place.city:
        return (province, province, county) if chance < 0.3 else (province, province, place.county)
    if province == city:  # 吉林省吉林市 must not come to look like a municipality
        city = place.city
    if chance < 0.35:
        return province, city, county
    if chance < 0.65:
        return province, city, place.county
    return (province, place.city, place.county) if chance < 0.94 else (place.province, city, place.county)


def joint(rng: Chance, share: float) -> str:
    """What stands between the parts of a slot that joins province, city and county."""
    if rng.random() >= share:
        return ""
    return pick(rng, (" ", " ", " ", " ", "-", "/", "，", "、"))


_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


def written_phone(rng: Chance, digits: str, dress: Dress) -> tuple[str, str]:
    """A phone number as in the message and as in the answer: spaces go, dashes and width stay."""
    if rng.random() < dress.full_width:
        wide = digits.translate(_WIDE)
        return wide, wide
    if len(digits) == 11 and digits.isdecimal() and rng.random() < dress.phone_groups:
        mark = " " if rng.random() < 0.55 else "-"
        text = mark.join((digits[:3], digits[3:7], digits[7:]))
        return text, text.replace(" ", "")
    if "-" in digits and dress.phone_groups and rng.random() < 0.12:
        return digits.replace("-", " "), digits.replace("-", "")
    return digits, digits


# ---- outside the slots --------------------------------------------------------------------------

_LABELS = (
    ("收件人", "收货人", "姓名", "名字", "联系人", "收件人姓名", "收货人姓名", "客户", "收"),
    ("电话", "手机", "手机号", "联系电话", "联系方式", "电话号码", "手机号码", "联系手机", "号码", "tel"),
    ("邮编", "邮政编码", "邮编号码", "邮码"),
    ("地址", "收货地址", "详细地址", "收件地址", "寄送地址", "送货地址", "住址", "家庭地址", "街道地址"),
    ("省", "省份", "所在省"),
    ("市", "城市", "所在市"),
    ("县", "区县", "区", "区/县"),
    ("地区", "所在地区", "区域", "省市区"),
)
_SAME = {label: tuple(other for other in group if other != label) for group in _LABELS for label in group}
_LABEL = re.compile(rf"(?<![\w/])({'|'.join(sorted(map(re.escape, _SAME), key=len, reverse=True))})(\s*[:：])(?=\s*$)")
_NARROW = str.maketrans("，。：；（）、！？", ",.:;(),!?")
_SPACED = str.maketrans("，；", "  ")
_ENDS = {
    "zh": (("？", ("", "?", "？？", "呀？")), ("。", ("", ".", "！"))),
    "en": (("?", ("", "??", " ?")), (".", ("", "!"))),
}


def dressed(
    rng: Chance, template: Compiled, lang: str, dress: Dress, chatter: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """Literals and parts of a plain template in this row's dress. Literals stay one more than parts."""
    literals, parts = template.literals, template.parts
    if not parts:
        return ((_question(rng, literals[0], lang, dress.ending),), parts)
    if rng.random() < dress.order:
        literals, parts = _shuffled(rng, literals, parts)
    # With a sender's name about, "customer" or "name" would no longer say whose it is.
    if rng.random() < dress.labels and all(part.name != "名" for part in parts):
        literals = tuple(_LABEL.sub(lambda found: pick(rng, _SAME[found[1]]) + found[2], text) for text in literals)
    if rng.random() < dress.punctuation:
        chance = rng.random()
        if chance < 0.55:
            literals = tuple(text.translate(_NARROW) for text in literals)
        elif chance < 0.85:
            literals = tuple(text.translate(_SPACED) for text in literals)
        else:
            literals = tuple(_LABEL.sub(r"\1", text) for text in literals)
    if rng.random() < dress.lines:
        literals = tuple(text.replace("\n", " ") for text in literals)
    if chatter:
        literals = _with_chatter(rng, literals, dress.chatter, chatter)
    return literals, parts


def left_blank(rng: Chance, literals: tuple[str, ...], parts: tuple[Part, ...], share: float) -> str:
    """The slot of a form's line that is left empty in this row, "" for none."""
    if rng.random() >= share:
        return ""
    lines = [
        part.name
        for part, before, behind in zip(parts, literals, literals[1:], strict=False)
        if part.name in ("姓名", "电话", "邮编") and before.endswith((":", "：")) and (not behind or behind[0] == "\n")
    ]
    return pick(rng, tuple(lines)) if lines else ""


def _with_chatter(
    rng: Chance, literals: tuple[str, ...], share: float, chatter: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    first, last = literals[0], literals[-1]
    if rng.random() < share and "before" in chatter:
        first = pick(rng, chatter["before"]) + first
    if rng.random() < share and "after" in chatter:
        last = last.rstrip("。.") + pick(rng, chatter["after"])
    # A template with one literal has no parts and does not come here, so first and last are two.
    return (first, *literals[1:-1], last)


def _question(rng: Chance, text: str, lang: str, share: float) -> str:
    if rng.random() >= share:
        return text
    for mark, others in _ENDS.get(lang, ()):
        if text.endswith(mark):
            text = text[: -len(mark)] + pick(rng, others)
            break
    return text[0].lower() + text[1:] if lang == "en" and rng.random() < 0.4 and text[:2] != "I " else text


def _shuffled(
    rng: Chance, literals: tuple[str, ...], parts: tuple[Part, ...]
) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """The same form with its lines in another order, if every line is `label: slot`; else unchanged."""
    if len(parts) < 3 or any("\n" not in text for text in literals[1:-1]):
        return literals, parts
    # Each cut is "rest of this line, line end, label of the next line".
    cuts = [text.rpartition("\n") for text in literals[1:-1]]
    head, mark, label = literals[0].rpartition("\n")
    labels = [label, *(cut[2] for cut in cuts)]
    if not all(text.rstrip().endswith((":", "：")) for text in labels):
        return literals, parts
    order = sorted(range(len(parts)), key=lambda _: rng.random())
    first, *others = (labels[i] for i in order)
    middle = (rest + end + label for (rest, end, _), label in zip(cuts, others, strict=True))
    return (head + mark + first, *middle, literals[-1]), tuple(parts[i] for i in order)
