"""Schemas of the corpus: which keys a document asks for, and how its instruction says so.

A schema is drawn once per document; every turn of the document asks for the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from starter.corpus import kinds, lexicon, values
from starter.corpus.kinds import KINDS, Kind

MOST_ADDRESS_KEYS = 3
"""Most keys of one schema that mean what a key of the address task means."""


@dataclass(frozen=True)
class Field:
    """One key of a schema."""

    key: str
    kind: Kind | None
    """None for a meaningless value: known by its label, place or ending only."""
    label: str
    """What the message calls it where it labels its values."""
    ending: str = ""
    """Last characters of every value of a chain field, "" elsewhere."""


@dataclass(frozen=True)
class Schema:
    """The keys of one document."""

    fields: tuple[Field, ...]
    english: bool
    chain: tuple[int, ...] = ()
    """Indices of fields whose values stand together as one run, like a place name."""
    chain_style: str = ""
    """"place", "ending" or "rest" (ending, then a last part with no ending of its own)."""


def made_up_key(rng: Random, english: bool) -> str:
    """A key that means nothing."""
    roll = rng.random()
    if english:
        return (
            values.pseudo_word(rng, 1, 3)
            if roll < 0.8
            else f"{values.pseudo_word(rng)}_{values.pseudo_word(rng, 1, 2)}"
        )
    if roll < 0.8:
        return values.hanzi(rng, 1, 5)
    return values.pseudo_word(rng, 1, 2) if roll < 0.9 else values.hanzi(rng, 1, 2) + rng.choice("123AB")


def draw(rng: Random) -> Schema:
    """Draw a schema of 1 to 9 keys."""
    english = rng.random() < 0.22
    if not english and rng.random() < 0.48:
        return _with_chain(rng)
    size = rng.choices(range(1, 10), [3, 6, 9, 10, 10, 9, 8, 5, 3])[0]
    return Schema(tuple(_plain_fields(rng, size, english, set(), MOST_ADDRESS_KEYS)), english)


def _plain_fields(rng: Random, size: int, english: bool, taken: set[str], address_keys: int) -> list[Field]:
    """`size` fields with keys apart from each other and from `taken`, at most `address_keys` of them address ones."""
    made_up = rng.choices([0.0, 0.35, 1.0], [6, 3, 1])[0]
    fields: list[Field] = []
    kinds_used: set[str] = set()
    while len(fields) < size:
        if rng.random() < made_up:
            key = made_up_key(rng, english)
            field = Field(key, None, key if rng.random() < 0.7 else made_up_key(rng, english))
        else:
            kind = rng.choice(KINDS)
            if kind.name in kinds_used or (kind.concept and address_keys == 0):
                continue
            if english and not (kind.latin or kind.name in kinds.ENGLISH_MAKERS):
                continue
            names = kind.english if english else kind.keys
            field = Field(rng.choice(names), kind, rng.choice(names))
        if field.key in taken:
            continue
        if field.kind is not None:
            kinds_used.add(field.kind.name)
            address_keys -= bool(field.kind.concept)
        taken.add(field.key)
        fields.append(field)
    return fields


_PLACE_KINDS = {k.name: k for k in KINDS if k.name in ("province", "city", "county", "detail")}
_RUNS = {
    ("province", "city", "county"): 4,
    ("city", "county", "detail"): 4,
    ("province", "city"): 2,
    ("city", "county"): 1,
    ("county", "detail"): 1,
    ("city", "detail"): 1,
    ("province", "detail"): 1,
}
"""Levels of a place that stand in one run, and their shares."""
_ENDINGS = "部组科室队馆院系班级站厂店楼层座区园村社团校司局处会坊阁堂轩宫殿门桥港湾岛山川河湖溪谷林原州府郡镇乡里街巷段章节卷册篇"


def _with_chain(rng: Random) -> Schema:
    """A schema of which two to four keys make up one run, and the others are as elsewhere."""
    taken: set[str] = set()
    address_keys = MOST_ADDRESS_KEYS
    if rng.random() < 0.65:
        style = "place"
        levels = rng.choices(list(_RUNS), list(_RUNS.values()))[0]
        chain = [Field(key := _fresh(rng, _PLACE_KINDS[k].keys, taken), _PLACE_KINDS[k], key) for k in levels]
        address_keys -= len(chain)
    else:
        style = rng.choice(["ending", "ending", "rest"])
        chain = []
        for _ in range(rng.randint(2, 4)):
            ending = rng.choice(_ENDINGS) if rng.random() < 0.6 else values.hanzi(rng, 1, 1)
            roll = rng.random()
            key = ending if roll < 0.5 else values.hanzi(rng, 1, 1) + ending if roll < 0.7 else made_up_key(rng, False)
            if key in taken or any(f.ending == ending for f in chain):
                continue
            taken.add(key)
            chain.append(Field(key, None, key, ending))
        if style == "rest":
            key = rng.choice(["其他", "具体", "名称", "详情", "位置", "余下", made_up_key(rng, False)])
            chain.append(Field(key, None, key))
            taken.add(key)
    others = _plain_fields(rng, rng.choices(range(0, 6), [1, 3, 4, 4, 3, 2])[0], False, taken, max(0, address_keys))
    fields = list(others)
    at = rng.randint(0, len(fields))
    if rng.random() < 0.8:
        fields[at:at] = chain
    else:
        fields += chain
        rng.shuffle(fields)
    return Schema(tuple(fields), False, tuple(fields.index(f) for f in chain), style)


def _fresh(rng: Random, names: tuple[str, ...], taken: set[str]) -> str:
    key = rng.choice([n for n in names if n not in taken] or [made_up_key(rng, False)])
    taken.add(key)
    return key


# ---- instructions -------------------------------------------------------------------------------

_ZH_DO = ("请把", "把", "请将", "帮我把", "麻烦把", "需要把", "请你把", "")
_ZH_WHAT = (
    "上面的内容",
    "以上信息",
    "这段话",
    "上文",
    "这条消息",
    "以上文字",
    "上面这段",
    "消息里的信息",
    "前面的话",
    "原文",
)
_ZH_TURN = ("解析成", "整理成", "转换成", "转成", "提取为", "变成", "写成", "解析为", "归纳为", "输出为")
_ZH_FORM = ("JSON", "json对象", "一个JSON对象", "JSON 格式", "json 格式的对象", "一行JSON", "JSON 数据")
_ZH_KEYS = (
    "，属性为",
    "，字段有",
    "，键为",
    "，包含",
    "，键依次是",
    "，属性：",
    "，字段：",
    "，其中属性有",
    "，键名用",
    "。属性：",
    "，要有",
    "，只要",
)
_EN_ASK = (
    "Parse the above into a JSON object with the properties", "Extract JSON with keys", "Turn the message into JSON; keys:",
    "Give a JSON object with the fields", "Return JSON. Fields:", "Write the details as a JSON object with", "From the text above fill",
    "Reply with one JSON object, keys", "Convert to JSON using the keys", "JSON only, with these keys:",
)  # fmt: skip
_ZH_EMPTY = (
    "没有的写空字符串",
    "缺的留空",
    "没提到的填空字符串",
    '没有就写""',
    "未提及的属性值为空",
    '缺失的填""',
    "找不到的留空字符串",
)
_ZH_COPY = ("照原文抄写", "值要和原文一致", "按原样写", "不要改动原文", "逐字照抄", "原样保留")
_ZH_ONLY = ("只输出JSON", "不要解释", "只回答结果", "不要多余的字")
ZH_JOIN = ("号码去掉空格", "数字不留空格", "数字中间的空格去掉", "号码连写", "去除号码里的空格")
ZH_SAME = ("直辖市的市与省相同", "直辖市省市写一样的", "直辖市时市同省")
_ZH_IDLE = (
    "{x}、{y}、{z}都算{k}",
    "{x}和{y}算作{k}",
    "{x}属于{k}",
    "遇到{x}按{k}写",
    "{x}、{y}的{k}照旧",
    "{k}与{other}不要写反",
    "{k}里的{x}保留",
    "{k}只写一个",
    "{k}不含{x}",
    "{x}类、{y}类的{k}同{other}",
    "带{x}的不写",
    "不看{x}",
)
_EN_IDLE = (
    "{x} and {y} count as {k}",
    "{x} belongs to {k}",
    "do not swap {k} and {other}",
    "keep {x} in {k}",
    "write one {k} only",
    "ignore {x}",
)
_EN_EMPTY = ("use an empty string for what is missing", 'missing values are ""', "leave absent ones empty")
_EN_COPY = ("copy values as written", "do not change the values", "keep the spelling")
EN_JOIN = ("drop spaces inside numbers", "numbers without spaces", "write numbers with no spaces")


@dataclass(frozen=True)
class Wording:
    """An instruction and what it promises."""

    text: str
    joined: bool
    """Numbers in answers have no spaces although messages may have them."""
    before: bool
    """The instruction stands before the message."""


def wording(rng: Random, schema: Schema) -> Wording:
    """Draw an instruction for the schema."""
    keys = [f.key for f in schema.fields]
    joined = rng.random() < 0.45
    english = schema.english
    rules = [rng.choice(_EN_EMPTY if english else _ZH_EMPTY)] if rng.random() < 0.55 else []
    if rng.random() < 0.4:
        rules.append(rng.choice(_EN_COPY if english else _ZH_COPY))
    if joined:
        rules.append(rng.choice(EN_JOIN if english else ZH_JOIN))
    if not english and {"province", "city"} <= {f.kind.name for f in schema.fields if f.kind} and rng.random() < 0.6:
        rules.append(rng.choice(ZH_SAME))
    if not english and rng.random() < 0.15:
        rules.append(rng.choice(_ZH_ONLY))
    if rng.random() < 0.5:
        rules += [_idle_rule(rng, keys, english) for _ in range(rng.randint(1, 3))]
    rng.shuffle(rules)
    if english:
        head = rng.choice(_EN_ASK) + " " + rng.choice([", ", ", ", " / ", " "]).join(keys)
        text = rng.choice([". ", "; "]).join([head, *rules]) + rng.choice(["", "."])
    else:
        text = _zh_head(rng, keys)
        if rules:
            text += rng.choice(["。", "；", "，"]) + rng.choice(["；", "，", "。"]).join(rules)
        text += rng.choice(["", "。", "。", "："])
    return Wording(text, joined, rng.random() < 0.2)


def _idle_rule(rng: Random, keys: list[str], english: bool) -> str:
    """A rule that changes no answer here, but names keys and words again: what stands there is nobody's value."""
    k, other = rng.choice(keys), rng.choice(keys)
    if english:
        x, y = values.pseudo_word(rng), values.pseudo_word(rng, 1, 3)
        return rng.choice(_EN_IDLE).format(k=k, other=other, x=x, y=y)
    x, y, z = (values.hanzi(rng, 1, 3) for _ in range(3))
    return rng.choice(_ZH_IDLE).format(k=k, other=other, x=x, y=y, z=z)


def _zh_head(rng: Random, keys: list[str]) -> str:
    listed = rng.choice(["、", "、", "、", "，", ",", " ", "/", ", "]).join(
        f"“{k}”" if rng.random() < 0.02 else k for k in keys
    )
    roll = rng.random()
    if roll < 0.72:
        head = rng.choice(_ZH_DO) + rng.choice(_ZH_WHAT) + rng.choice(_ZH_TURN) + rng.choice(_ZH_FORM)
        return head + rng.choice(_ZH_KEYS) + listed
    if roll < 0.82:
        return rng.choice(["提取：", "提取字段：", "抽取", "需要的字段：", "JSON字段：", "找出"]) + listed
    skeleton = "{" + ", ".join(f'"{k}": ""' for k in keys) + "}"
    return rng.choice(["按这个格式回答：", "填好这个JSON：", "照此格式输出：", "请补全："]) + skeleton


def municipal(rng: Random) -> str:
    """A municipality, its ending dropped at times."""
    full = rng.choice(lexicon.MUNICIPALITIES)
    return full if rng.random() < 0.75 else lexicon.short(full)
