"""What a thing is called: names cut into words, labels for fields, a short phrase for what a function does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from playground.twins.calls.function import Field, Function

LONGEST_LABEL = {"zh": 12, "en": 36}
"""Characters of a label taken from a description."""
LONGEST_PHRASE = {"zh": 30, "en": 90}
"""Characters of the phrase for what a function does."""

_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Where the first thought of a description ends.
_ENDS = re.compile(r"[\n。；;！!？?]|\.(?:\s|$)")
_INSIDE = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")


def has_chinese(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return _HAN.search(text) is not None


@lru_cache(maxsize=4096)
def name_words(text: str) -> list[str]:
    """The words of a name in small letters: UserName, user_name and user-name are ["user", "name"]."""
    return [word.lower() for word in _HUMPS.findall(text[:300])]


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("naming.toml").read_text(encoding="utf-8"))


def labels(fields: Iterable[Field], lang: str) -> dict[str, str]:
    """Field name to what a request calls it, no two alike.

    From the description where it is short and of that language, else from the name. Fields that would
    be called the same are called by their names.
    """
    fields = tuple(fields)
    found = {field.name: _label(field, lang) for field in fields}
    folded = [label.casefold() for label in found.values()]
    return {
        name: label
        if folded.count(label.casefold()) == 1
        else (spoken(name, lang) if _alone(name, fields, lang) else name)
        for name, label in found.items()
    }


def spoken(name: str, lang: str) -> str:
    """A name as words: OrderNo is "order no"; in Chinese by a small dictionary where all its words are in it."""
    words = name_words(name)
    if lang == "zh" and not has_chinese(name):
        known = _table()["words_zh"]
        whole = "".join(known.get(word, "") for word in words)
        return whole if words and all(word in known for word in words) else name
    # VIP stays VIP, and is_open is "open": a yes or no is asked of the rest.
    raw = [word if word.isupper() and len(word) > 1 else word.lower() for word in _HUMPS.findall(name)]
    return " ".join(raw) or name


def _alone(name: str, fields: tuple[Field, ...], lang: str) -> bool:
    mine = spoken(name, lang).casefold()
    return [spoken(field.name, lang).casefold() for field in fields].count(mine) == 1


def _label(field: Field, lang: str) -> str:
    if field.say.get(lang):
        return field.say[lang]
    text = _INSIDE.sub("", _ENDS.split(field.description, maxsplit=1)[0]).strip()
    text = re.split(r"[,，、:：=]|例如|比如|such as|e\.g\.", text)[0].strip(" .-–—\"'“”`")
    if lang == "en":
        text = re.sub(r"^(?:the|a|an)\s+", "", text, flags=re.IGNORECASE)
        text = text[:1].lower() + text[1:] if text[1:2].islower() or len(text) == 1 else text
    fits = text and has_chinese(text) == (lang == "zh") and len(text) <= LONGEST_LABEL[lang]
    # A sentence is no label, and a digit in one could be taken for a value.
    plain = not re.search(r"[\d{}<>\"'“”「」]|\b(?:is|are|must|should|if|whether|of each)\b|是否|应|必须|如果", text)
    if fits and plain and (lang == "zh" or text.count(" ") <= 3):
        return text
    return spoken(field.name, lang)


def phrase(function: Function, lang: str, taken: Iterable[str] = ()) -> str:
    """What a function does, as words that follow "please": "create a repair ticket", "创建维修工单".

    `taken` are texts that must not stand in it: the values of its fields, for a value is said once.
    """
    if function.say.get(lang):
        return function.say[lang]
    text = _first_thought(function.description)
    words = spoken(function.name, lang)
    if text and has_chinese(text) == (lang == "zh") and len(text) <= LONGEST_PHRASE[lang]:
        made = _as_request(text, lang)
        if not any(one and one in made for one in taken):
            return made
    if lang == "zh":
        plain = has_chinese(words) and words.startswith(tuple(_table()["verbs"]["zh"].split()))
        return words if plain else f"办理“{words}”"
    return words if words.split()[0:1] and words.split()[0] in _verbs() else f'use "{words}"'


def _first_thought(description: str) -> str:
    text = _ENDS.split(description[:1000].strip(), maxsplit=1)[0]
    text = _INSIDE.sub("", text)
    text = re.split(r"[,，:：]|例如|比如|such as|e\.g\.|\band returns?\b", text)[0].strip(" .\"'“”`")
    # Digits and quotations may be somebody's value.
    return "" if re.search(r"[\d{}<>\"“”「」`=]", text) else " ".join(text.split())


@cache
def _verbs() -> frozenset[str]:
    return frozenset(_table()["verbs"]["en"].split())


def _as_request(text: str, lang: str) -> str:
    if lang == "zh":
        text = re.sub(r"^(?:该|此|本|这个)?(?:函数|接口|工具|方法|功能)?(?:用于|用来|可以|可|能够)?", "", text) or text
        verbs = _table()["verbs"]["zh"].split()
        return text if text.startswith(tuple(verbs)) else f"办理{text}"
    text = re.sub(
        r"^(?:this (?:function|tool) )?(?:is )?(?:used to |use this to |allows? you to |lets you )",
        "",
        text,
        flags=re.I,
    )
    first, _, rest = text.partition(" ")
    low = first.lower()
    for base in (low, low[:-1], low[:-2], f"{low[:-3]}y" if low.endswith("ies") else ""):
        if base in _verbs() and (base == low or low in (f"{base}s", f"{base}es", f"{base[:-1]}ies")):
            return f"{base} {rest}".strip()
    return f'use "{text[:1].lower() + text[1:]}"'
