"""What people write around the values: greetings, reasons, wishes, and what no longer holds.

Most of it is put together from parts, so that no list of phrases can be learned by heart: what belongs to
no key has to be told by what it says.
"""

from __future__ import annotations

from random import Random

from starter.corpus import lexicon, values
from starter.corpus.kinds import Kind

_WHO = (
    "我",
    "我们",
    "我妈",
    "我爸",
    "家里人",
    "同事",
    "朋友",
    "客户",
    "老板",
    "孩子",
    "邻居",
    "前台",
    "店员",
    "对方",
    "亲戚",
    "室友",
)
_WHEN = (
    "今天",
    "明天",
    "昨天",
    "下周",
    "周末",
    "月底",
    "晚上",
    "中午",
    "这两天",
    "刚才",
    "上次",
    "下午",
    "国庆后",
    "年前",
    "过几天",
)
_DOING = (
    "要出差", "不在家", "搬过来的", "换了手机", "急着用", "在开会", "来不及了", "会去拿", "有人在", "要送人", "过生日", "去医院", "回老家", "等着收", "写错了",
    "没看清楚", "记不清了", "要装修", "刚开店", "加班到很晚", "来接货", "替我签字",
)  # fmt: skip
_WISH = ("麻烦", "请", "拜托", "希望", "能不能", "最好", "辛苦您", "劳驾", "千万", "记得")
_DEED = (
    "早点发货", "帮我登记好", "改一改", "别弄丢", "包严实一点", "再核实一遍", "走顺丰", "轻拿轻放", "先打声招呼", "发个截图", "不要放驿站", "给开张票", "放到门卫那里", "仔细看看",
    "一起寄", "分开装", "加急处理", "留意一下", "按这个写", "统一录进去", "回我一声", "多送一点赠品", "别再发错",
)  # fmt: skip
_CLOSE = (
    "谢谢啦",
    "感谢",
    "谢了",
    "就这样吧",
    "先这样",
    "回头聊",
    "祝生意兴隆",
    "么么哒",
    "哈哈",
    "多谢老板",
    "[抱拳]",
    "~~",
    "👍",
    "先谢过",
    "好人一生平安",
)
_OPEN = (
    "老板好",
    "亲",
    "客服您好",
    "打扰了",
    "师傅",
    "各位好",
    "你好呀",
    "嘿",
    "那个",
    "喂",
    "早",
    "晚上好啊",
    "上午好",
    "哈喽啊",
    "请问一下",
)
_STALE = (
    "{label}{mark}{value}那个不用了", "之前留的{value}作废", "别再用{value}了", "不是{value}", "原来写的{value}是错的", "旧的{label}{value}已经停用", "{value}是我同事的",
    "上一单的{value}跟这个没关系", "忽略{value}",
)  # fmt: skip
_ENGLISH_STALE = (
    "{value} is no longer right", "not {value}", "ignore {value}", "the old {label} {value} is out of use", "{value} was for the last one",
)  # fmt: skip
_ENGLISH_WISH = ("please", "kindly", "could you", "I hope you can", "do")
_ENGLISH_DEED = (
    "send it soon", "write this down", "check it twice", "pack it well", "ring first", "put it into the list", "keep it apart", "answer by mail",
    "correct the entry", "pass it on",
)  # fmt: skip
_ENGLISH_WHO = ("my wife", "my boss", "a friend", "our office", "the neighbour", "my son", "the client", "I")
_ENGLISH_DOING = (
    "will be away next week", "moved last month", "made a typo", "forgot the rest", "may be late", "waited for days", "asked for it",
)  # fmt: skip


def chatter(rng: Random, english: bool) -> str:
    """One remark that is nobody's value."""
    roll = rng.random()
    if english:
        if roll < 0.4:
            return rng.choice(lexicon.ENGLISH_CHATTER)
        if roll < 0.7:
            return f"{rng.choice(_ENGLISH_WISH)} {rng.choice(_ENGLISH_DEED)}"
        return f"{rng.choice(_ENGLISH_WHO)} {rng.choice(_ENGLISH_DOING)}"
    if roll < 0.3:
        return rng.choice(lexicon.CHATTER)
    if roll < 0.4:
        return rng.choice(_OPEN)
    if roll < 0.5:
        return rng.choice(_CLOSE)
    if roll < 0.7:
        return rng.choice(_WISH) + rng.choice(_DEED)
    if roll < 0.92:
        who, when, doing = rng.choice(_WHO), rng.choice(_WHEN), rng.choice(_DOING)
        return rng.choice(
            [
                who + when + doing,
                when + who + doing,
                who + doing,
                when + doing + "，" + rng.choice(_WISH) + rng.choice(_DEED),
            ]
        )
    return rng.choice(_WHO) + values.hanzi(rng, 2, 8) + rng.choice(["了", "呢", "吧", "啊", "的", ""])


def stale(rng: Random, kind: Kind, english: bool, value: str, mark: str) -> str:
    """A remark that names a value of this kind and says that it does not hold."""
    label = rng.choice(kind.english if english else kind.keys)
    return rng.choice(_ENGLISH_STALE if english else _STALE).format(label=label, mark=mark.strip() or "", value=value)
