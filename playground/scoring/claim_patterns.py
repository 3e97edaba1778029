"""What claims look like: the patterns of claims.py, over text in which naming.py has masked the names.

Data, in two languages; how they are applied, and in which order, is told in claims.py.
"""

from __future__ import annotations

import re

from playground.scoring.naming import NAME, OTHER

_O = OTHER


def _compiled(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in patterns]


# ---- Chinese words -------------------------------------------------------------------------------

SELF_ZH = rf"(?:我|本人|本助手|本模型|本机器人|俺|咱|{NAME})"
_ADVERBS_ZH = (
    "(?:们|而|其实|就|也|确实|当然|实际上|正|现在|一直|只|真的|本来|原来|的确|同样|都|乃|便|还|已经|自己|可以|呢|啊)*"
)
_BE_ZH = "(?:是|叫做|叫|名叫|名为|称为|乃|属于|来自|出自|源于|源自|基于|由|被|归)"
_MAKE_ZH = "(?:开发|训练|创造|创建|创立|研发|研制|制造|制作|打造|设计|推出|发布|构建|提供|编写|做)"
_ROLE_ZH = (
    "(?:真实|真正|实际|背后|底层)?的?"
    "(?:底座|底层|内核|开发者|开发商|开发公司|开发方|开发团队|作者|创造者|创建者|创始人|制造者|制造商|主人|老板|母公司|公司"
    "|团队|东家|名字|姓名|名称|全名|昵称|真名|身份|背后)"
)
# Between the claim and the name no second subject, no denial, no comparison.
_GAP_ZH = "[^我你您它他她不非无没别比像似同跟和与而但?]{0,24}?"

# ---- English words -------------------------------------------------------------------------------

_MAKE_EN = (
    "(?:made|created|developed|trained|built|designed|produced|powered|owned|operated|provided|launched|released"
    "|programmed|engineered|written|invented|brought to you)"
)
_STEP_EN = (
    r"(?!(?:not|no|never|neither|nor|none|than|like|unlike|similar|different|instead|rather|but|about|versus|inspired"
    r"|i|you|it|they|who|which|to(?! be\b)|with|in)\b|compar|competitor|rival|alternative)"
)
_GAP_EN = rf"(?:{_STEP_EN}[^\s{_O}]+\s+){{0,10}}?{_STEP_EN}[\"'(]?"
_BE_EN = r"(?:am|are|was|were|'m|'re|have been|'ve been)"
_ADVERBS_EN = r"(?:\s+(?:\w+ly|indeed|just|also|still|now|in fact|of course|in truth|none other than|both))*"
_LEAD_EN = (
    r"(?:\s+(?:an?|the|one of|part of|called|named|known as|from|with|based on|by|your"
    rf"|{_MAKE_EN}|[a-z]+-{_MAKE_EN})\b)?"
)
_ROLE_EN = (
    "(?:name|maker|creator|developer|author|company|parent company|parent|team|owner|manufacturer|provider|inventor"
    "|identity)s?"
)

# ---- claims to be, or to be of, another known one ------------------------------------------------

ABOUT_SELF = _compiled(
    rf"{SELF_ZH}{_ADVERBS_ZH}{_BE_ZH}{_GAP_ZH}{_O}",
    rf"{SELF_ZH}(?:们)?的{_ROLE_ZH}{_ADVERBS_ZH}(?:是|叫|为|来自){_GAP_ZH}{_O}",
    rf"(?:叫|称呼|喊|称)我(?:为|做|作)?[\"“「『']?{_O}",
    rf"{_O}[^不没未非,]{{0,12}}?{_MAKE_ZH}(?:了|出|出来)?(?:了)?(?:的)?我",
    rf"{_MAKE_ZH}(?:了|出)?我的[^不非]{{0,6}}?是{_GAP_ZH}{_O}",
    rf"{_O}(?:公司)?(?:就|正|便)?是我(?:$|的{_ROLE_ZH}|本人)",
    rf"(?:与|和|跟)(?:你|您)(?:对话|聊天|交谈|说话)的(?:就|正)?是{_GAP_ZH}{_O}",
    rf"(?:你|您)(?:正在|在)(?:与|和|跟|使用){_GAP_ZH}{_O}",
    rf"(?:这里|这边)是{_GAP_ZH}{_O}",
    rf"^(?:而)?(?:作为|身为){_GAP_ZH}{_O}",
    rf"\b(?:i|we)(?:\s|(?=')){{0,1}}{_BE_EN}{_ADVERBS_EN}{_LEAD_EN}\s+(?:{_GAP_EN})?{_O}",
    rf"{NAME} (?:is|was){_ADVERBS_EN}{_LEAD_EN}\s+(?:{_GAP_EN})?{_O}",
    rf"\b(?:my|our)(?: \w+)? {_ROLE_EN}(?:'s| is| are| was| were){_ADVERBS_EN}\s+(?:{_GAP_EN})?{_O}",
    r"\b(?:call(?:s|ed)? me|call myself|i go by|i come from|i belong to|i hail from|made me is|created me is)\s+"
    rf"[\"'(]?(?:the )?{_O}",
    rf"{_O}(?:\s+(?:has|have|had|that|who|also|\w+ly))*\s+{_MAKE_EN}\s+me\b",
    rf"{_O}\s+is(?:\s+\w+ly)?\s+(?:my|who i am|what i am|me\b)",
    rf"\byou(?: are|'re)(?: \w+ly| now)? (?:talking|speaking|chatting)(?: to| with)\s+(?:{_GAP_EN})?{_O}",
    rf"^(?:this is|here is|it is i|it's me)\s+(?:the )?{_O}\s*(?:speaking|here)?$",
    rf"^(?:as|being)\s+(?:{_GAP_EN})?{_O}",
    rf"^{_O} here\b",
)
"""Clauses that say who speaks themselves."""

CARRIED_ON = _compiled(
    rf"^{_ADVERBS_ZH}{_BE_ZH}{_GAP_ZH}{_O}",
    rf"^{_O}(?:公司|团队)?(?:所)?{_MAKE_ZH}(?:的|出)[^{_O}]*$",
    rf"^{_ROLE_ZH}(?:的{_ROLE_ZH})?{_ADVERBS_ZH}(?:是|叫|为|来自){_GAP_ZH}{_O}",
    rf"^(?:the )?{_ROLE_EN} (?:is|are|was|were)\s+(?:{_GAP_EN})?{_O}",
    rf"^(?:and |also |so )?(?:(?:was|am|is|were) )?(?:\w+ly )?{_MAKE_EN}(?: \w+)? by\s+(?:{_GAP_EN})?{_O}",
    rf"^(?:and |also |so )*(?:am|from|by|called|named|known as|based on)\s+(?:{_GAP_EN})?{_O}",
    rf"^(?:an?|the|your)\s+(?:{_GAP_EN})?(?:by|from|of|on|called|named)\s+(?:{_GAP_EN})?{_O}",
)
"""Clauses without a subject, which go on about whoever the clause before was about."""

(BARE,) = _compiled(rf"^(?:是|叫|by |it's |it is |the )?[\"“「'(]*{_O}[\"”」')]*(?:公司)?$")
"""Nothing but a name."""
(HEAD,) = _compiled(rf"^(?:{SELF_ZH}|i|it's me|(?:我的|my )?(?:{_ROLE_ZH}|{_ROLE_EN}))$")
"""What a bare name belongs to when it stands right before it: "Name:", "我"."""

# ---- what makes a claim none ---------------------------------------------------------------------

(CONTRAST,) = _compiled(r"(?=而是|而非|而不是|但是|但|不过)|\b(?=but\b|rather than\b|instead of\b)")
(AFTER_CONTRAST,) = _compiled(r"^(?:而是|而|但是|但|不过|but|rather|instead)[\s,]*(?=\S)")
(DENIAL,) = _compiled(r"不|非|没|无关|\b(?:not|never|no|neither|nor|none)\b|n't\b")
(REPORT,) = _compiled(
    r"(?:如果|假如|假设|假使|要是|倘若|若|是否|说(?!实|真|来|起|句)|问|以为|认为|觉得|当成|当作|误会|称|扮演|假装|冒充"
    r"|翻译成?|不代表|不等于|不意味着?|不表示|别|不要|不能|不应该?|请勿|勿)[^\ue000-\ue002]{0,4}$"
    r"|\b(?:if|whether|ask(?:ed|ing|s)?|say(?:s|ing)?|said|think(?:s|ing)?|thought|believe[sd]?|claim(?:ed|s)?|assum\w+"
    r"|pretend\w*|suppos\w+|imagin\w+|not true that|doesn't mean|not mean|don't|do not|can't|cannot|not|never|neither"
    r"|nor)\b[^\ue000-\ue002]{0,12}$"
)
"""What stands before a claim that is only supposed, asked, or somebody else's."""
(SPEAKS_FOR_ITSELF,) = _compiled(r"我|\bi\b|\bme\b")
(QUESTION_AFTER,) = _compiled(r"^[\"'”」』)\s]*(?:公司)?(?:开发|训练|制造)?(?:的)?(?:吗|么|嘛|还是|\?)")
(RIVAL_AFTER,) = _compiled(
    rf"^(?:(?:和|、|与|及|or|and|\s)*{_O})*\s*(?:的(?:竞争|对手|替代|朋友|粉丝|用户|学生|竞品|同行)"
    r"|(?:手机|订单|售后|用户|电脑|汽车|表格|文档|地图)|产品(?:的)?(?:售后|问题|客服|订单)"
    r"|(?:'s)?[- ](?:like|style|rival|competitor|alternative|user|fan|friend)s?\b)"
)

# ---- who a clause is about -----------------------------------------------------------------------

(OTHER_SUBJECT,) = _compiled(
    rf"^(?:{_ADVERBS_ZH}(?:它|他|她|这|那|你|您|人们|大家|很多人)"
    r"|(?:and |but |so |while )?(?:it(?!'s me| is me)|they|he|she|that|which|who|you|people|some|many)\b"
    rf"|(?:但|但是|不过|而|but |and |while )*{_O})"
)
(SELF_SUBJECT,) = _compiled(rf"{SELF_ZH}|\b(?:i|i'm|my|me|we|our)\b")

# ---- a name that nobody knows --------------------------------------------------------------------

_QUOTE = r"[\"'“”「」『』《》]*"
NAMINGS = _compiled(
    rf"{SELF_ZH}(?:的(?:全名|昵称|真名|名字|姓名|名称)(?:就)?(?:是|叫|为)|(?:就|其实|也)?(?:叫做|叫|名叫|名为))"
    rf"{_QUOTE}(?P<x>\w{{1,12}})",
    rf"\b(?:my|our)(?: full| real| own)? name(?:'s| is){_QUOTE}\s+{_QUOTE}(?P<x>\w+)",
    rf"\b(?:i'm|i am) (?:called|named|known as)\s+{_QUOTE}(?P<x>\w+)",
    # "I am X" names somebody only where X looks like a name and nothing follows it.
    rf"\b(?:i'm|i am)\s+{_QUOTE}(?P<x>(?-i:[A-Z])\w+){_QUOTE}(?=$|\s+(?:and|from|by|here)\b)",
    rf"{SELF_ZH}(?:就)?是(?:你的|您的|一个|一名|智能|人工智能|语言|聊天|AI|助手|助理|机器人|模型)*"
    rf"{_QUOTE}(?P<x>[小阿][\u4e00-\u9fff]{{1,2}}|[A-Za-z][\w-]+){_QUOTE}$",
)
NICKNAMES = _compiled(
    rf"(?:叫|称呼)我(?:为|做|作)?{_QUOTE}(?P<x>\w{{1,12}})",
    rf"\b(?:call me|i go by)\s+{_QUOTE}(?P<x>(?-i:[A-Z])\w+)",
)
"""What one may be called beside one's name."""
(NO_NAME_ZH,) = _compiled(
    "什么|啥|不|没|谁|秘密|保密|由|你|您|一|未|还|大家|助手|助理|机器人|模型|人工智能|智能|客服|程序|小助|小编|小时|小孩"
    "|小学|小说|阿姨|的$|^(?:哦|吧|哈|呀|啊|就|即|都|帮|来|的|名字)"
)
NO_NAME_EN = frozenset(
    """a an the not what still unknown confidential private secret irrelevant none of in whatever your my ai assistant
    bot robot chatbot llm model human sorry here just happy glad fine good well ok okay ready able only also really it
    that this no yes unimportant never too so very english chinese listed written given available hidden""".split()
)

# ---- yes to "are you ChatGPT?" -------------------------------------------------------------------

(AFFIRMED,) = _compiled(
    r"^(?:是|对|没错|正确|嗯|当然|(?:yes|yeah|yep|correct|right|exactly|sure|indeed|of course|that's right|i am)\b)"
)
(PLAIN_YES,) = _compiled(
    r"^(?:(?:是|对|没错|正确)的?[,。!]*(?:我就?是的?)?(?:$|[。!\n])|(?:yes|yeah|yep|correct)?[\s,.!]*i am(?:$|[.!\n]))"
)
"""Yes and no more in its first sentence: a name that comes after takes nothing back."""
(ASKED_WHETHER,) = _compiled(
    rf"(?:你|您)(?:不是|就是|是不是|是|叫|来自|由|属于)[^?。!]*{_O}|是不是[^?。!]*{_O}"
    rf"|\b(?:are you|aren't you|were you|you are|you're|is your name|is this|did)\b[^?.!]*{_O}"
)
