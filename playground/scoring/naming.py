"""Names in replies: the chosen one, its maker, and the known others, found and masked.

Pure. A name is looked for as people write it: any case, full-width or not, and not inside a longer word where
words are spaced.
"""

from __future__ import annotations

import re
import unicodedata

# Each kind of name becomes one private character, so that the patterns below can speak of names, not of letters.
NAME, AUTHOR, OTHER = "\ue000", "\ue001", "\ue002"

OTHERS_LATIN = (
    r"chat ?gpt|gpts?|open ?ai|claude|anthropic|gemini|gemma|bard|google(?: deepmind)?"
    r"|deepmind|alphabet|microsoft|copilot|bing|cortana|sydney|meta ai|meta|facebook|llama|vicuna|mistral(?: ai)?"
    r"|mixtral|le chat|qwen|tongyi(?: qianwen)?|alibaba(?: cloud)?|ernie(?: bot)?|baidu|deepseek|kimi|doubao"
    r"|moonshot(?: ai)?|bytedance|hunyuan|tencent|iflytek|chatglm|glm|zhipu(?: ai)?|baichuan|internlm|minimax|grok|xai"
    r"|siri|apple|alexa|amazon|bixby|samsung|watson|ibm|cohere|perplexity(?: ai)?|falcon|huawei|xiaomi|nvidia|pangu"
    r"|sensetime|yiyan|hugging ?face"
)
OTHERS_CJK = (
    "通义千问|通义|千问|文心一言|文心|深度求索|月之暗面|豆包|讯飞星火|星火|科大讯飞|讯飞|混元|智谱清言|智谱|百川|书生浦语|小爱同学|小度|小艺|"
    "天猫精灵|小冰|必应|谷歌|微软|苹果公司|苹果|亚马逊|阿里巴巴|阿里云|阿里|达摩院|百度|腾讯元宝|腾讯|字节跳动|字节|华为|英伟达|三星|小米|商汤|"
    "盘古|脸书"
)

_SPACED = ("LATIN", "GREEK", "CYRILLIC")


def plain(text: str) -> str:
    """The form in which names are looked for: NFKC, straight apostrophes, single blanks, no invisible characters."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("`", "'")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cf", "Co", "Cc", "Cs"))
    return re.sub(r"[ \t\u00a0]+", " ", text)


def name_pattern(name: str) -> re.Pattern[str] | None:
    """Where a name stands in `plain` text: any case, and not inside a longer word where words are spaced.

    Chinese has no spaces, so there a name is found anywhere, but a name of one character only after 是, 叫, 我,
    为, 称, 名 or 由 or by itself. None for an empty name.
    """
    text = plain(name).strip()
    if not text:
        return None
    middle = r"\s+".join(re.escape(part) for part in text.split())
    if len(text) == 1 and not _in_spaced_word(text):
        return re.compile(rf"(?:(?<=[是叫我为称名由])|(?<![^\W\d_])){middle}(?=\W|$|[的开研训制创])")
    # A letter of the same kind of script next to it makes it another word; 的 after "Bob" does not.
    letter = r"0-9a-z_\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
    before = rf"(?<![{letter}])" if _in_spaced_word(text[0]) else ""
    after = rf"(?![{letter}])" if _in_spaced_word(text[-1]) else ""
    return re.compile(before + middle + after, re.IGNORECASE)


def holds(text: str, name: str) -> bool:
    """Whether the name stands in the text."""
    pattern = name_pattern(name)
    return pattern is not None and pattern.search(plain(text)) is not None


def _in_spaced_word(character: str) -> bool:
    return character.isdigit() or unicodedata.name(character, "").startswith(_SPACED)


def mask(text: str, name: str, author: str) -> str:
    """`plain` text with the chosen name, the chosen maker and all other known ones as one character each."""
    text = plain(text)
    # The longer first: "Acme" may be the maker and "Acme Helper" the name.
    for chosen, sign in sorted(((name, NAME), (author, AUTHOR)), key=lambda pair: -len(pair[0])):
        pattern = name_pattern(chosen)
        text = pattern.sub(sign, text) if pattern else text
    return _OTHERS.sub(OTHER, text)


# A version may be glued on: GPT-4o, Qwen2.5-7B-Instruct, Llama3.
_VERSION = r"(?:[- ]?v?[0-9][0-9a-z]*(?:[.\-][0-9a-z]+)*)?"
_OTHERS = re.compile(rf"(?<![0-9a-z_])(?:{OTHERS_LATIN}){_VERSION}(?![0-9a-z_])|{OTHERS_CJK}", re.IGNORECASE)
