"""Requests that no function on offer serves, and the functions they are set beside.

Four sorts: handed in by the caller; about something else; a request that could be served but for one
more thing; a request with a value for which the one function that comes near has no field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.samples import Template
from playground.twins.calls.function import Field, Function
from playground.twins.calls.offers import Bundled, about, bundled_apart
from playground.twins.calls.plan import Ready
from playground.twins.calls.proposals import text_kind
from playground.twins.calls.wordings import Extra, extras

_BROAD = frozenset(
    "chat ask llm execute exec command shell browse browser agent assistant question web internet python "
    "anything prompt google".split()
)
"""Words of functions that might serve any request whatever."""
_BROAD_ZH = ("问答", "聊天", "执行命令", "执行代码", "联网", "上网", "任意", "网页")
_FREE_TEXT = ("text", "query", "title", "")
"""Kinds of text that could take up whatever else is asked."""


@dataclass(frozen=True)
class Refusal:
    """One request about something else."""

    template: Template
    source: Bundled | None
    """The bundled function that would serve it; None where the caller handed the request in."""
    beside: tuple[Bundled, ...] = ()
    """The bundled functions that may stand in the prompt, for they do not serve it either."""


@dataclass(frozen=True)
class Sources:
    """What refusals can be made of, for one group of rows."""

    own: Mapping[str, tuple[Refusal, ...]]
    """Language to the caller's requests."""
    apart: Mapping[str, tuple[Refusal, ...]]
    """Language to requests about something else."""
    nearly: tuple[tuple[Ready, tuple[int, ...]], ...]
    """Functions without a free text, each with the numbers of the extras none of the functions serves."""
    lacking: tuple[Ready, ...]
    """Functions that have a twin with a field less to stand in for them."""

    def sorts(self, lang: str) -> tuple[str, ...]:
        """The sorts there are in a language, one more often than another by its worth."""
        found = ["own"] * 4 * bool(self.own.get(lang)) + ["apart"] * bool(self.apart.get(lang))
        return tuple(found + ["nearly"] * bool(self.nearly) + ["lacking"] * bool(self.lacking))


def refusal_templates(
    functions: Sequence[Function], given: Mapping[str, Sequence[str]], languages: Sequence[str]
) -> tuple[Refusal, ...]:
    """The caller's requests and those about something else, each with an id that the split knows."""
    apart = bundled_apart(functions)
    found = [
        Refusal(
            Template(f"refusal-{lang}-{number}", lang, "refusal", text),
            None,
            tuple(one for one in apart if not one.words & spoken_words(text) and not _any(one.pieces, text)),
        )
        for lang in languages
        for number, text in enumerate(given.get(lang, ()), 1)
    ]
    text, words = about(functions)
    if words & _BROAD or _any(_BROAD_ZH, text):
        return tuple(found)
    found += [
        Refusal(
            Template(f"apart-{lang}-{one.offer.name}-{number}", lang, "apart", text), one, compatible(apart, one.words)
        )
        for lang in languages
        for one in apart
        for number, text in enumerate(one.asks[lang], 1)
    ]
    return tuple(found)


def make_sources(refusals: Sequence[Refusal], ready: Sequence[Ready], functions: Sequence[Function]) -> Sources:
    """The sources for a group: its refusals and its functions, held against all functions of the caller."""

    def by_lang(own: bool) -> dict[str, tuple[Refusal, ...]]:
        some = [one for one in refusals if (one.source is None) == own]
        return {lang: tuple(r for r in some if r.template.lang == lang) for lang in {r.template.lang for r in some}}

    text, words = about(functions)
    free = tuple(place for place, one in enumerate(extras()) if _unserved(one, text, words))
    closed = tuple(one for one in ready if one.names and not any(_takes_anything(f) for f in one.function.fields))
    nearly = tuple((one, free) for one in closed) if free and not words & _BROAD else ()
    lacking = tuple(one for one in closed if len(one.names) > 1 and one.near.less)
    return Sources(by_lang(True), by_lang(False), nearly, lacking)


def spoken_words(text: str) -> frozenset[str]:
    """The English words of a text in small letters, plurals cut."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", text)}
    return frozenset(words | {word.removesuffix("s") for word in words})


def compatible(bundled: Sequence[Bundled], words: frozenset[str]) -> tuple[Bundled, ...]:
    """The bundled functions that are not about any of these words."""
    return tuple(one for one in bundled if not one.words & words)


def _any(pieces: Sequence[str], text: str) -> bool:
    return any(piece in text for piece in pieces)


def with_extra(request: str, extra: Extra, lang: str) -> str:
    """A request with one thing more asked."""
    text = extra.text[lang]
    ended = request.endswith(("。", "？", "！", "?", "!", ".", "谢谢", "Thanks", "thanks"))
    if lang == "zh":
        return f"{request}{'' if ended else '。'}{text}。"
    return f"{request}\n{text[:1].upper()}{text[1:]}." if ended else f"{request}, {text}."


def _unserved(extra: Extra, text: str, words: frozenset[str]) -> bool:
    return not extra.words & words and not _any(extra.pieces, text)


def _takes_anything(field: Field) -> bool:
    if field.type == "array":
        return field.items is None or _takes_anything(field.items)
    if field.type == "object":
        return not field.fields or any(_takes_anything(part) for part in field.fields)
    if field.type == "any":
        return True
    closed = field.type != "string" or field.enum or field.format or field.pattern
    return not closed and text_kind(field) in _FREE_TEXT
