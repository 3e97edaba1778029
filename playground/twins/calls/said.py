"""A value in words: as it stands in a request, so that nothing but the value can be read out of it.

A text is said word for word, in quotation marks where its ends could be mistaken; a number in its
digits; yes and no in words (the one thing that is not copied but derived); a list item by item, an
object part by part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.twins.calls.function import Field
from playground.twins.calls.naming import labels
from playground.twins.calls.slots import slot_text

LONGEST = 400
"""Characters of a value that a request can say."""

DERIVED: Final[Mapping[str, str]] = {
    "boolean": "yes and no in words are true and false",
    "array": "what is listed after the label are the items, in that order",
    "object": "what is listed after the label are the parts, by their labels",
}
"""Types whose value does not stand in the request letter by letter, and the rule it follows from."""

_QUOTES = {
    "zh": (("“", "”"), ("「", "」"), ("『", "』"), ('"', '"')),
    "en": (('"', '"'), ("“", "”"), ("«", "»")),
}
# Signs and words with which a request goes on after a value; one inside a value would hide its end.
_RISKY = {
    "zh": re.compile(r"[，。；、,;！!？?（）()“”\"「」『』=|\[\]{}<>：—]|:\s|:$|\.\s|\.$|^['\-]|'$|是|\s/\s"),
    "en": re.compile(
        r"[，。；、,;！!？?（）()“”\"«»=|\[\]{}<>：—]|:\s|:$|\.\s|\.$|^['\-]|'$|\s[/-]\s|\b(?:and|is|as|with|for|please|thanks)\b",
        re.I,
    ),
}
_LONG = {"zh": 24, "en": 48}
_YES = {"zh": ("是", "否"), "en": ("yes", "no")}
_LISTED = {"zh": "、", "en": " / "}
_VERB = tuple(
    "需要 要 加急 开启 启用 允许 包含 含 保价 匿名 接受 使用 发送 通知 打印 公开 自动 提前 同意 支持 参加".split()
)


@dataclass(frozen=True)
class Said:
    """One value of one field in one language."""

    value: Any
    json: str
    """The value as JSON, as the answer writes it."""
    slot: str
    """The value as a slot holds it: a text as it is, anything else as JSON."""
    text: str
    """What stands beside the label."""
    clause: str
    """A whole clause that needs no label beside it (是VIP), "" where there is none."""
    copies: tuple[str, ...]
    """The pieces of the value that stand in the text letter by letter."""


class Unsayable(Exception):
    """A value that no request can say; the text tells why."""


@dataclass(frozen=True)
class Speech:
    """How the values of one function's fields are said in one language."""

    lang: str
    labels: Mapping[str, str]
    fields: tuple[Field, ...]

    def say(self, field: Field, value: Any) -> Said:
        """One value said. Raises Unsayable."""
        text, copies = _text(field, value, self.lang, tuple(self.labels.values()))
        written = json.dumps(value, ensure_ascii=False)
        return Said(value, written, slot_text(value), text, self._clause(field, value), copies)

    def _clause(self, field: Field, value: Any) -> str:
        if type(value) is not bool:
            return ""
        label = self.labels[field.name]
        if self.lang == "en":
            return f"{label}: {_YES['en'][not value]}"
        core = label.removeprefix("是否")
        if core == label:
            return f"{label}：{_YES['zh'][not value]}"
        named = core.removeprefix("为").removeprefix("是")
        if named != core or (core[:1].isascii() and core[:1].isalpha()):
            return f"{'' if value else '不'}是{named}"
        if core.startswith("有"):
            return core if value else f"没{core}"
        if core.startswith(_VERB):
            return core if value else f"不{core}"
        return f"{label}：{_YES['zh'][not value]}"


def make_speech(fields: tuple[Field, ...], lang: str) -> Speech:
    """The speech for these fields: their labels, a yes or no asked for as a question."""
    found = labels(fields, lang)
    flags = {field.name: _flag(field, found[field.name], lang) for field in fields if field.type == "boolean"}
    # Two flags that would be called the same keep the labels that tell them apart.
    named = {**found, **flags}
    twice = {label for label in named.values() if list(named.values()).count(label) > 1}
    return Speech(lang, {name: found[name] if label in twice else label for name, label in named.items()}, fields)


def _flag(field: Field, label: str, lang: str) -> str:
    """The label of a yes or no: is_open is "open", isVIP 是否VIP; 是否加急 stays as it is described."""
    if field.say.get(lang):
        return field.say[lang]
    told = re.match(r"是否[^\d，,。；;：:（(\s]{1,10}", field.description)
    if lang == "zh" and told:
        return told[0]
    core = re.sub(r"^(?:is|be)[ _]?(?=[A-Z_ ])|^(?:is|be)[ _]", "", field.name if lang == "zh" else label)
    if lang == "zh":
        return f"是否{core.strip('_ ')}" if label == field.name and core != field.name else label
    return core or label


def _text(field: Field, value: Any, lang: str, others: Collection[str]) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, bool):
        return _YES[lang][not value], ()
    if isinstance(value, str):
        return quoted(value, lang, others), (value,)
    if isinstance(value, int | float):
        return json.dumps(value), (json.dumps(value),)
    if isinstance(value, list) and value and all(isinstance(one, str | int | float) for one in value):
        if not any(isinstance(one, bool) for one in value):
            pairs = [_text(field, one, lang, others) for one in value]
            return _LISTED[lang].join(text for text, _ in pairs), tuple(copy for _, some in pairs for copy in some)
    if isinstance(value, dict) and value and field.fields:
        if found := _parts(field, value, lang):
            return found
    if value is None or value in ([], {}):
        raise Unsayable("it is empty")
    # What has no plain form in words is pasted as JSON.
    written = json.dumps(value, ensure_ascii=False)
    return check_length(written), (written,)


def _parts(field: Field, value: Mapping[str, Any], lang: str) -> tuple[str, tuple[str, ...]] | None:
    """An object as its parts with their labels; None where a part is itself made of parts."""
    if any(isinstance(one, list | dict) or one is None for one in value.values()):
        return None
    named = make_speech(field.fields, lang).labels
    colon, joint, ends = ("：", "，", "（）") if lang == "zh" else (": ", ", ", "()")
    pairs = {key: _text(field, one, lang, tuple(named.values())) for key, one in value.items()}
    inside = joint.join(f"{named[key]}{colon}{text}" for key, (text, _) in pairs.items())
    return f"{ends[0]}{inside}{ends[1]}", tuple(copy for _, some in pairs.values() for copy in some)


def quoted(text: str, lang: str, others: Collection[str] = ()) -> str:
    """A text as a request says it: plain, or in quotation marks where its ends could be mistaken. Raises Unsayable.

    `others` are the labels of the fields: a value that holds one of them could be read as the next field.
    """
    check_length(text)
    if not text.strip():
        raise Unsayable("it is empty")
    if text != text.strip():
        raise Unsayable("it begins or ends with a blank")
    if not text.isprintable():
        raise Unsayable("it holds a line break or a sign that cannot be seen")
    if len(text) <= _LONG[lang] and not _RISKY[lang].search(text) and not _holds(text, others):
        return text
    for start, end in _QUOTES[lang]:
        if start not in text and end not in text:
            return f"{start}{text}{end}"
    raise Unsayable("it holds every kind of quotation mark")


def check_length(text: str) -> str:
    """The text itself. Raises Unsayable where it is too long to be said, or no text that a file can hold."""
    if len(text) > LONGEST:
        raise Unsayable(f"it has {len(text):,} characters, and a request says {LONGEST}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unsayable("it holds half a character pair") from None
    return text


def _holds(text: str, others: Collection[str]) -> bool:
    low = text.casefold()
    for label in others:
        word = label.casefold()
        if word.isascii():
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low):
                return True
        elif word in low:
            return True
    return False
