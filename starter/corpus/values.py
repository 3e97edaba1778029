"""Values that fill the corpus: typed ones (a phone, a date, a road) and meaningless ones.

A `Kind` makes values of one type and knows what its keys and labels may be called. Kinds with a
`concept` are those of the address task; a schema may hold at most three of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from starter.corpus import lexicon
from starter.tokenizer import RARE, gb2312

LEVEL1 = gb2312(16, 55)
LEVEL2 = gb2312(56, 87) + RARE
_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Kind:
    """A type of value."""

    name: str
    make: Callable[[Random], str]
    keys: tuple[str, ...]
    """Chinese names of a key or label."""
    english: tuple[str, ...]
    """English ones."""
    phrases: tuple[str, ...] = ()
    """How it is said in a Chinese sentence; {} is the value."""
    english_phrases: tuple[str, ...] = ()
    concept: str = ""
    """Key of the address task with the same meaning, "" if none."""
    latin: bool = False
    """True where the value reads the same in Chinese and English text."""


def hanzi(rng: Random, low: int, high: int) -> str:
    """low..high characters at random; one string in eight draws from the whole character set."""
    pool = LEVEL1 + LEVEL2 if rng.random() < 0.125 else LEVEL1
    return "".join(rng.choice(pool) for _ in range(rng.randint(low, high)))


def digits(rng: Random, low: int, high: int) -> str:
    """low..high digits. Half of the strings repeat digits in runs, which are the hard ones to copy."""
    n = rng.randint(low, high)
    if rng.random() < 0.5:
        return "".join(rng.choice(_DIGITS) for _ in range(n))
    text = ""
    while len(text) < n:
        text += rng.choice(_DIGITS) * rng.randint(1, 4)
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
    if rng.random() < 0.75:
        return mobile(rng)
    return f"0{digits(rng, 2, 3)}-{digits(rng, 7, 8)}"


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


def _from(words: tuple[str, ...]) -> Callable[[Random], str]:
    return lambda rng: rng.choice(words) if rng.random() < 0.7 else hanzi(rng, 2, 4)


KINDS: tuple[Kind, ...] = (
    Kind(
        "person",
        person,
        ("姓名", "名字", "联系人", "收件人", "客户", "申请人", "收货人"),
        ("name", "customer", "contact", "recipient"),
        ("我叫{}", "{}收", "找{}就行", "联系人是{}", "我是{}", "收件人{}", "{}签收", "名字写{}"),
        ("my name is {}", "this is {}", "for {}"),
        "姓名",
    ),
    Kind(
        "phone",
        phone,
        ("电话", "手机", "手机号", "联系电话", "电话号码"),
        ("phone", "mobile", "tel"),
        ("电话{}", "手机{}", "打{}找我", "电话是{}", "联系{}", "号码{}", "手机号是{}"),
        ("call {}", "phone {}", "my number is {}"),
        "电话",
        True,
    ),
    Kind(
        "postcode",
        lambda r: digits(r, 6, 6),
        ("邮编", "邮政编码", "邮政代码"),
        ("postcode", "zip", "zip_code"),
        ("邮编{}", "邮编是{}", "邮政编码{}"),
        ("zip {}", "postcode {}"),
        "邮编",
        True,
    ),
    Kind("province", province, ("省", "省份", "所在省"), ("province",), ("在{}", "我是{}的", "{}那边"), (), "省"),
    Kind("city", city, ("市", "城市", "所在市"), ("city",), ("人在{}", "发到{}", "{}这边"), (), "市"),
    Kind("county", county, ("县", "区县", "区", "所在区"), ("district", "county"), ("在{}", "{}的"), (), "县"),
    Kind(
        "detail",
        detail,
        ("详细地址", "地址", "街道地址", "送货地址"),
        ("address", "street"),
        ("送到{}", "地址是{}", "住{}", "寄{}", "地址{}"),
        (),
        "详细地址",
    ),
    Kind(
        "order",
        lambda r: code(r) if r.random() < 0.5 else digits(r, 6, 16),
        ("订单号", "单号", "订单编号", "流水号", "编号"),
        ("order_id", "order", "number", "ref"),
        ("单号是{}", "订单号{}", "编号{}"),
        ("order {}", "the order number is {}"),
        "",
        True,
    ),
    Kind(
        "date",
        date,
        ("日期", "下单日期", "时间", "交货日", "生日"),
        ("date", "due_date"),
        ("{}下的单", "{}要用", "约在{}"),
        ("on {}", "due {}"),
    ),
    Kind(
        "clock",
        clock,
        ("时间", "预约时间", "送达时间", "几点"),
        ("time",),
        ("{}来", "{}以前送到", "{}方便"),
        ("at {}",),
    ),
    Kind(
        "amount",
        amount,
        ("金额", "价格", "总价", "费用", "单价", "付款"),
        ("amount", "price", "total"),
        ("一共{}", "付了{}", "价格{}"),
        ("paid {}", "for {}"),
        "",
        True,
    ),
    Kind("quantity", quantity, ("数量", "件数", "个数"), ("quantity",), ("要{}", "买了{}", "共{}"), ("{} of them",)),
    Kind(
        "product",
        _from(lexicon.PRODUCTS),
        ("商品", "产品", "货品", "品名", "物品", "配件"),
        ("product", "item"),
        ("买{}", "想要{}", "订了{}"),
        ("a {}", "the {}"),
    ),
    Kind(
        "colour",
        _from(lexicon.COLOURS),
        ("颜色", "色号", "外观颜色"),
        ("colour", "color"),
        ("要{}的", "颜色{}"),
        ("in {}",),
    ),
    Kind(
        "size",
        lambda r: r.choice(
            ["S", "M", "L", "XL", "XXL", f"{r.randint(30, 48)}码", f"{r.randint(5, 300)}厘米", f"{r.randint(2, 64)}寸"]
        ),
        ("尺寸", "尺码", "大小", "规格"),
        ("size",),
        ("{}的", "尺码{}"),
        ("size {}",),
        "",
        True,
    ),
    Kind(
        "device",
        lambda r: pseudo_word(r, 1, 3).capitalize() + r.choice([" ", ""]) + code(r)[:4],
        ("设备", "型号", "机型", "手机型号"),
        ("device", "model"),
        ("我用的是{}", "型号{}"),
        ("my {}", "I have a {}"),
        "",
        True,
    ),
    Kind(
        "company",
        company,
        ("公司", "单位", "公司名称", "商家", "店铺"),
        ("company", "shop"),
        ("我们是{}", "{}的货", "单位是{}"),
        ("from {}",),
    ),
    Kind(
        "department",
        lambda r: hanzi(r, 2, 3) + r.choice(["部", "科", "组", "中心", "办公室"]),
        ("部门", "科室", "班组"),
        ("department", "team"),
        ("我在{}", "转给{}"),
        ("in {}",),
    ),
    Kind(
        "email",
        lambda r: (
            f"{pseudo_word(r, 1, 3)}{digits(r, 0, 3)}@{pseudo_word(r, 1, 2)}.{r.choice(['com', 'cn', 'net', 'org'])}"
        ),
        ("邮箱", "电子邮件", "邮件地址"),
        ("email", "mail"),
        ("发到{}", "邮箱{}"),
        ("write to {}",),
        "",
        True,
    ),
    Kind(
        "plate",
        lambda r: (
            r.choice(lexicon.PLATES) + r.choice("ABCDEFGHJK") + code(r).replace("-", "").replace("_", "").upper()[:5]
        ),
        ("车牌", "车牌号"),
        ("plate",),
        ("车牌{}", "开的{}"),
        (),
    ),
    Kind(
        "remark",
        sentence,
        ("备注", "说明", "留言", "要求", "原因", "问题"),
        ("note", "reason", "problem"),
        ("{}", "备注{}"),
        ("{}",),
    ),
    Kind(
        "status",
        _from(lexicon.STATES),
        ("状态", "进度", "结果"),
        ("status", "state"),
        ("现在是{}", "显示{}"),
        ("it is {}",),
    ),
    Kind("age", lambda r: f"{r.randint(1, 99)}岁", ("年龄", "岁数"), ("age",), ("今年{}", "{}了"), ()),
    Kind(
        "count",
        lambda r: digits(r, 1, 4),
        ("人数", "次数", "楼层", "房号", "等级", "序号"),
        ("count", "level", "seat"),
        ("第{}", "{}"),
        ("{}",),
        "",
        True,
    ),
    Kind(
        "course",
        _from(lexicon.TOPICS),
        ("科目", "课程", "主题", "类别", "类型"),
        ("topic", "category", "type"),
        ("讲{}", "关于{}"),
        ("about {}",),
    ),
)
ENGLISH_MAKERS: dict[str, Callable[[Random], str]] = {
    "person": english_person,
    "date": lambda r: f"{r.choice(lexicon.MONTHS)} {r.randint(1, 28)}",
    "clock": lambda r: f"{r.randint(1, 12)}{r.choice([' am', ' pm', ':30'])}",
    "quantity": lambda r: str(r.randint(2, 900)),
    "product": lambda r: r.choice(lexicon.ENGLISH_PRODUCTS) if r.random() < 0.7 else pseudo_word(r, 2, 4),
    "colour": lambda r: r.choice(lexicon.ENGLISH_COLOURS),
    "company": lambda r: pseudo_word(r, 2, 3).capitalize() + r.choice([" Ltd", " Inc", " Co", " Group"]),
    "department": lambda r: r.choice(["sales", "support", "finance", "legal", "stores", "quality"]),
    "remark": lambda r: r.choice(lexicon.ENGLISH_REMARKS),
    "status": lambda r: r.choice(["open", "closed", "paid", "lost", "late", "shipped", "new"]),
    "course": lambda r: r.choice(["maths", "music", "history", "law", "art", "chemistry", "sport"]),
    "city": lambda r: pseudo_word(r, 2, 4).capitalize(),
    "detail": lambda r: (
        f"{r.randint(1, 999)} {pseudo_word(r, 1, 3).capitalize()} {r.choice(['Street', 'Road', 'Lane', 'Avenue'])}"
    ),
}
