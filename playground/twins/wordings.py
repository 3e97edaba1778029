"""More wordings of a task's message out of its slots and their labels, without a model.

One wording makes thin data: a model learns the sentence instead of the task. So each example also gets labelled
forms, lists and requests, in other orders. A list without labels is only made where no two values could be taken
for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from playground.samples.fields import PLACES


@dataclass(frozen=True)
class Said:
    """A slot as it is to be said."""

    name: str
    label: str
    kind: str


@dataclass(frozen=True)
class Wording:
    """One wording: the kind it is held out by, and the text with slots."""

    kind: str
    text: str


PLAIN = frozenset(
    ("name", "mobile", "phone", "landline", "email", "postcode", "detail", "date", "time", "plate", "amount")
)
"""Kinds that are told apart without a label, one of each."""
_CHAIN = ("province", "city", "county", "detail")

_TALK = {
    "zh": (
        "你好，{}，麻烦处理一下",
        "帮我登记：{}",
        "{}。谢谢",
        "在吗？信息给你：{}，尽快哦",
        "信息如下，{}，收到请回复",
        "麻烦记一下，{}",
    ),
    "en": (
        "Hi, {}. Thanks!",
        "Please note this down: {}",
        "Could you sort this out? {}",
        "Here you go - {} - cheers",
        "{} That's everything.",
        "Hello there, {}, please confirm",
    ),
}
_PAIRS = {
    "zh": ("{}：{}", "{}:{}", "{} {}", "【{}】{}", "{}是{}"),
    "en": ("{}: {}", "{} - {}", "{} = {}", "[{}] {}", "{} is {}"),
}
_JOINTS = {"zh": ("，", "；", " ", "\n", " / "), "en": (", ", "; ", " | ", "\n", " / ")}


def wordings(said: Sequence[Said], lang: str, seed: int = 7) -> list[Wording]:
    """Up to sixteen wordings that give every slot; none for a task without slots. The same for the same slots."""
    if not said:
        return []
    lang = "zh" if lang == "zh" else "en"
    rng = Random(f"{seed}/{'/'.join(one.name for one in said)}")
    made = [Wording("labelled", _labelled(said, lang, place, rng)) for place in range(5)]
    made += [Wording("form", _form(said, lang, rng)) for _ in range(3)]
    groups = _joined(said)
    if _told_apart(groups):
        made += [Wording("plain", _plain(groups, lang, rng)) for _ in range(4)]
        made += [
            Wording("talk", talk.replace("{}", _plain(groups, lang, rng, "，" if lang == "zh" else ", ")))
            for talk in rng.sample(_TALK[lang], 4)
        ]
    else:
        made += [
            Wording("talk", talk.replace("{}", _labelled(said, lang, 4, rng))) for talk in rng.sample(_TALK[lang], 4)
        ]
    seen: set[str] = set()
    return [one for one in made if not (one.text in seen or seen.add(one.text))]  # type: ignore[func-returns-value]


def _labelled(said: Sequence[Said], lang: str, place: int, rng: Random) -> str:
    order = list(said) if place == 0 else rng.sample(list(said), len(said))
    pair, joint = _PAIRS[lang][place], _JOINTS[lang][0 if place == 4 else place]
    return joint.join(pair.format(one.label, f"{{{{{one.name}}}}}") for one in order)


def _form(said: Sequence[Said], lang: str, rng: Random) -> str:
    heads = ("登记信息", "请录入", "新的一条") if lang == "zh" else ("New entry", "Please record", "Details")
    colon = "：" if lang == "zh" else ": "
    order = rng.sample(list(said), len(said))
    return "\n".join([rng.choice(heads), *(f"{one.label}{colon}{{{{{one.name}}}}}" for one in order)])


def _joined(said: Sequence[Said]) -> list[list[Said]]:
    """Slots that are written without anything between them, such as the parts of an address; else each alone."""
    chain = [one for kind in _CHAIN for one in said if one.kind == kind]
    others = [[one] for one in said if one not in chain]
    return [*others, chain] if chain else others


def _told_apart(groups: Sequence[Sequence[Said]]) -> bool:
    kinds = [one.kind for group in groups for one in group]
    numbers = sum(kind in ("mobile", "phone", "landline") for kind in kinds)
    return all(kind in PLAIN or kind in PLACES for kind in kinds) and len(set(kinds)) == len(kinds) and numbers < 2


def _plain(groups: Sequence[Sequence[Said]], lang: str, rng: Random, joint: str = "") -> str:
    joint = joint or rng.choice(("，", " ", "\n", "，") if lang == "zh" else (", ", "; ", "\n"))
    gap = "" if lang == "zh" else ", "
    order = rng.sample(list(groups), len(groups))
    return joint.join(gap.join(f"{{{{{one.name}}}}}" for one in group) for group in order)
