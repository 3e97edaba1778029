"""Function calls over random schemas, and intent labels."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from playground.records import Message
from starter.corpus import kinds, lexicon, values
from starter.corpus.kinds import KINDS

_VERBS = (
    "get",
    "set",
    "find",
    "send",
    "book",
    "cancel",
    "create",
    "update",
    "check",
    "open",
    "close",
    "move",
    "list",
    "start",
    "stop",
    "add",
)
_NOUNS = (
    "weather",
    "order",
    "ticket",
    "room",
    "light",
    "alarm",
    "mail",
    "file",
    "user",
    "price",
    "stock",
    "route",
    "timer",
    "song",
    "task",
    "note",
)
_ZH_VERBS = (
    "查询",
    "设置",
    "查找",
    "发送",
    "预订",
    "取消",
    "创建",
    "更新",
    "检查",
    "打开",
    "关闭",
    "移动",
    "列出",
    "开始",
    "停止",
    "添加",
)
_ZH_NOUNS = (
    "天气",
    "订单",
    "工单",
    "房间",
    "灯光",
    "闹钟",
    "邮件",
    "文件",
    "用户",
    "价格",
    "库存",
    "路线",
    "定时器",
    "歌曲",
    "任务",
    "笔记",
)


def _function(rng: Random) -> tuple[str, str, list[tuple[str, str]]]:
    """Name, what it does in Chinese, and its parameters as (name, kind)."""
    verb, noun = rng.randrange(len(_VERBS)), rng.randrange(len(_NOUNS))
    name = f"{_VERBS[verb]}_{_NOUNS[noun]}" if rng.random() < 0.7 else _VERBS[verb] + _NOUNS[noun].capitalize()
    fitting = [k for k in KINDS if k.english and k.concept not in ("省", "县")]
    parameters: dict[str, str] = {}
    for kind in rng.sample(fitting, rng.randint(0, 4)):
        key = rng.choice(kind.english) if rng.random() < 0.75 else values.pseudo_word(rng, 2, 3)
        parameters.setdefault(key, kind.name)
    return name, _ZH_VERBS[verb] + _ZH_NOUNS[noun], list(parameters.items())


def _schema(function: tuple[str, str, list[tuple[str, str]]], english: bool) -> dict[str, Any]:
    name, zh, parameters = function
    about = {
        key: {"type": "integer" if kind in ("count",) else "string", "description": _label(kind, english)}
        for key, kind in parameters
    }
    words = name.replace("_", " ") if english else zh
    return {
        "name": name,
        "description": words,
        "parameters": {"type": "object", "properties": about, "required": list(about)},
    }


def _label(kind: str, english: bool) -> str:
    (found,) = (k for k in KINDS if k.name == kind)
    return found.english[0] if english else found.keys[0]


def calling(rng: Random) -> tuple[list[Message], set[int]]:
    """A list of functions, and one to three requests that name their arguments."""
    english = rng.random() < 0.4
    functions = list({f[0]: f for f in (_function(rng) for _ in range(rng.randint(1, 4)))}.values())
    listed = json.dumps([_schema(f, english) for f in functions], ensure_ascii=False)
    head = rng.choice(
        ["Functions: ", "You may call: ", "Tools:\n"] if english else ["可用函数：", "你可以调用这些函数：", "工具：\n"]
    )
    messages = [Message(role="system", content=head + listed)]
    for _ in range(rng.randint(1, 3)):
        name, zh, parameters = rng.choice(functions)
        arguments: dict[str, Any] = {}
        said = []
        for key, kind in parameters:
            (found,) = (k for k in KINDS if k.name == kind)
            value = kinds.ENGLISH_MAKERS.get(kind, found.make)(rng) if english else found.make(rng)
            if kind == "count":
                value = value.lstrip("0") or "3"
            arguments[key] = int(value) if kind == "count" else value
            label = _label(kind, english)
            said.append(f"{label} {value}" if english else f"{label}{rng.choice(['是', '：', '', ' '])}{value}")
        if rng.random() < 0.5:
            rng.shuffle(said)
        ask = (
            rng.choice(["please ", "", "I want to ", "can you "]) + name.replace("_", " ")
            if english
            else rng.choice(["请", "帮我", "我要", "麻烦", ""]) + zh
        )
        text = (", " if english else "，").join([ask, *said])
        messages.append(Message(role="user", content=text))
        answer = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
        messages.append(Message(role="assistant", content=answer))
    return messages, set()


_INTENTS: dict[str, tuple[str, ...]] = {
    "退货": ("想退掉{p}", "{p}不要了能退吗", "怎么退{p}", "申请退{p}"),
    "查物流": ("{p}到哪了", "快递怎么还没动", "{p}什么时候到", "帮我看看{p}的物流"),
    "开发票": ("{p}能开发票吗", "发票怎么开", "我要{p}的发票"),
    "投诉": ("你们服务太差了", "{p}质量这么差我要投诉", "找你们经理"),
    "询价": ("{p}多少钱", "{p}有优惠吗", "买两个{p}便宜点吗"),
    "维修": ("{p}坏了", "{p}打不开了", "{p}保修多久", "{p}要修"),
    "问候": ("你好", "在吗", "早上好", "有人吗"),
    "改地址": ("地址填错了", "{p}想换个地方收", "收货地址要改"),
}


def intent(rng: Random) -> tuple[list[Message], set[int]]:
    """Labels in the instruction, and messages to be labelled; a label may be a made-up word told by examples."""
    names = rng.sample(list(_INTENTS), rng.randint(2, 6))
    shown = {n: n for n in names}
    secret = rng.random() < 0.25
    if secret:
        shown = {n: values.hanzi(rng, 1, 3) for n in names}
    listed = rng.choice(["、", "，", "/", " "]).join(shown.values())
    ask = (
        rng.choice(["判断这句话的意图，只答标签：", "属于哪一类？可选：", "从下面选一个标签：", "意图分类，类别有："])
        + listed
    )
    messages: list[Message] = []
    unlearned: set[int] = set()
    seen: set[str] = set()
    for _ in range(rng.randint(1, 6)):
        name = rng.choice(names)
        text = rng.choice(_INTENTS[name]).format(p=rng.choice(lexicon.PRODUCTS))
        messages.append(Message(role="user", content=text + "\n" + ask))
        if secret and name not in seen:
            unlearned.add(len(messages))
        seen.add(name)
        messages.append(Message(role="assistant", content=shown[name]))
    return messages, unlearned
