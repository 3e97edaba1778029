"""Instructions of the corpus: how a document asks for the keys of its schema, and which rules it sets."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from starter.corpus import values
from starter.corpus.schemas import Schema

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
