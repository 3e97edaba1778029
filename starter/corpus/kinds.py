"""The kinds of value: each makes values of one type and knows what its keys and labels may be called.

Kinds with a `concept` are those of the address task; a schema may hold at most three of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from starter.corpus import lexicon
from starter.corpus.addresses import city, county, detail, province
from starter.corpus.values import (
    amount,
    clock,
    code,
    company,
    date,
    digits,
    english_person,
    hanzi,
    person,
    phone,
    pseudo_word,
    quantity,
    sentence,
)


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
"""Name of a kind to what makes its values for English text."""
TELLING = frozenset({
    "person", "phone", "postcode", "province", "city", "county", "detail", "date", "clock", "amount", "quantity", "colour",
    "email", "plate", "company", "department", "age", "order", "product", "size", "device", "status", "count",
})  # fmt: skip
"""Kinds that are told apart by their looks alone, with no label beside them."""
_CLASHES = (
    {"order", "postcode"}, {"order", "phone"}, {"order", "device"}, {"order", "plate"}, {"amount", "count"}, {"date", "clock"},
    {"detail", "company"}, {"detail", "department"}, {"company", "department"}, {"colour", "product"}, {"colour", "status"},
    {"product", "status"},
)  # fmt: skip
"""Of those, pairs that may look the same."""


def told_apart(names: set[str]) -> bool:
    """Values of these kinds can be found in a message by their looks alone."""
    return names <= TELLING and not any(pair <= names for pair in _CLASHES)
