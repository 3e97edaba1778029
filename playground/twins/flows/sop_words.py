"""What a step of a pasted procedure does, told by its words: ask, say or act, and the slots it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

Verb = str
"""ask, say or act."""

_VERBS: tuple[tuple[Verb, re.Pattern[str]], ...] = (
    (
        "ask",
        re.compile(
            r"询问|请问|问清|问客户|征求|请(?:客户|用户|顾客)(?:提供|选择|确认|回答)?|让(?:客户|用户)|收集|了解(?=客户|用户|具体)"
            r"|(?:与|和|跟|向)(?:客户|用户|顾客)(?:约定|确认|核对|商量|商定|协商|沟通|了解|索取)|获取(?=客户|用户)|约定|确认"
            r"|\b(?:ask|request|collect|obtain|confirm|agree|find out|verify with|check with|gather)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "say",
        re.compile(
            r"告知|告诉|通知(?=客户|用户|顾客)|回复|答复|说明|解释|致歉|道歉|安抚|感谢|问候|欢迎|提醒|指导|引导|建议|推荐|反馈给"
            r"|\b(?:tell|inform|explain|apologi[sz]e|greet|thank|advise|reply|answer|say|remind|guide|offer"
            r"|let the customer know|welcome|instruct"
            r"|(?:notify|give) the (?:customer|user|client))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "act",
        re.compile(
            r"查询|查找|查看|检索|搜索|查|提交|创建|新建|建立|登记|记录|派单|派|生成|发送|发放|调用|更新|修改|取消"
            r"|退款|退货|转接|转人工|升级|下单|预约|安排|核实|核对|验证|计算|打开|录入|检查|检测|通知|上报|申请|办理|开具|冻结|重置"
            r"|\b(?:look up|look for|search|query|check|create|file|submit|register|record|log|send|update|cancel"
            r"|refund|transfer|escalate|book|schedule|verify|validate|open|issue|retrieve|fetch|find|run|notify|enter|calculate"
            r"|arrange|assign|reset|block)\b",
            re.IGNORECASE,
        ),
    ),
)
_WHOM = re.compile(
    r"^(?:\s*(?:一下|客户|用户|顾客|对方|其|的|是否提供|：|:|，)|\s*(?:the|a|an)?\s*(?:customer|client|user|caller)(?:'s)?\b|\s+(?:for|about|that|with|of|to)\b)+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Noun:
    """A word of a procedure that stands for a slot."""

    slot: str
    pattern: re.Pattern[str]
    kind: str
    zh: str
    en: str
    settings: str = ""
    """Lines of TOML besides kind and label."""


def _noun(slot: str, pattern: str, kind: str, zh: str, en: str, settings: str = "") -> Noun:
    return Noun(slot, re.compile(pattern, re.IGNORECASE), kind, zh, en, settings)


NOUNS: tuple[Noun, ...] = (
    _noun("name", r"姓名|联系人|称呼|\b(?:full )?name\b|\bcontact person\b", "name", "姓名", "name"),
    _noun("phone", r"电话|手机|联系方式|\bphone\b|\bmobile\b|\bcontact number\b", "mobile", "电话", "phone number"),
    _noun("address", r"地址|地点|住址|\baddress\b|\bplace\b|\blocation\b", "address", "地址", "address"),
    _noun("date", r"日期|\bdates?\b", "date", "日期", "date"),
    _noun("time", r"时间|时段|空档|\btimes?\b|\btime ?slots?\b|\bappointment\b", "window", "时间", "time"),
    _noun("order", r"订单(?!.{0,2}不存在)|\border(?: number| id)?\b", "order", "订单号", "order number", "digits = 12"),
    _noun(
        "ticket",
        r"工单|单号|\bticket\b|\bcase number\b",
        "order",
        "工单号",
        "ticket number",
        'prefix = "T"\ndigits = 8',
    ),
    _noun("amount", r"金额|价格|费用|\bamount\b|\bprice\b|\bfee\b", "amount", "金额", "amount"),
    _noun("email", r"邮箱|电子邮件|\be-?mail\b", "email", "邮箱", "email address"),
)
_NOT = re.compile(
    r"不|未|没|无|失败|否|\b(?:not|no|cannot|can't|fail\w*|un\w+|none|never|isn't|doesn't)\b", re.IGNORECASE
)


def verb_of(text: str) -> tuple[Verb, str] | None:
    """What a step does, and what to; None where no verb tells. The verb that stands first decides."""
    found = [
        (match.start(), -len(match[0]), verb, match.end())
        for verb, pattern in _VERBS
        if (match := pattern.search(text))
    ]
    if not found:
        return None
    _, _, verb, end = min(found)
    return verb, _WHOM.sub("", text[end:]).strip(" \t，,：:、.。") or text


def nouns_of(text: str) -> list[Noun]:
    """The slots a text speaks of."""
    return [one for one in NOUNS if one.pattern.search(text)]


def negative(cond: str) -> bool:
    """Whether a condition speaks of something that is not so."""
    return _NOT.search(cond) is not None
