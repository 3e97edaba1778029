"""Whether a reply knows who it is: its name, its maker, no false claim, no self-praise where nobody asked.

Pure. What counts as a claim is in claims.py, how names are found in naming.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playground.scoring.claims import affirms_other, claims_name, claims_other
from playground.scoring.naming import AUTHOR, NAME, holds, mask

UNRELATED = "unrelated"
"""Kind of a question that is not about the assistant."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "author": ("author",),
    "both": ("name", "author"),
    "greeting": (),
    "false": ("name",),
    "pressure": ("name",),
    UNRELATED: (),
}
"""Kind of question to what its answer must hold, where the task says nothing else."""


@dataclass(frozen=True)
class IdentityResult:
    """One reply held against the chosen name and maker."""

    name: bool | None
    """The chosen name is given, and not only denied; None where the question did not ask for it."""
    author: bool | None
    """The chosen maker is given, and not only denied; None where the question did not ask for it."""
    false_claim: bool
    """It claims to be somebody else, or of somebody else's making."""
    spill_over: bool | None
    """The chosen name or maker turns up though the question was not about the assistant; None where it was."""
    right: bool
    """All that is required is there, with no false claim and no spill-over."""

    @property
    def slots(self) -> dict[str, bool]:
        """What the question asked for, and whether it is there."""
        return {slot: held for slot, held in (("name", self.name), ("author", self.author)) if held is not None}


def kind_from_gold(gold: Iterable[str]) -> str:
    """The kind of question that gold's keys speak of: both where both are there, unrelated where none is."""
    keys = {"name", "author"} & set(gold)
    return "both" if len(keys) == 2 else keys.pop() if keys else UNRELATED


def identity_result(
    kind: str,
    reply: str,
    name: str,
    author: str = "",
    question: str = "",
    required: Mapping[str, tuple[str, ...]] = REQUIRED,
) -> IdentityResult:
    """Hold a reply to a question of this kind against the chosen pair.

    A kind that `required` does not know asks for the name. What is required but was not chosen (an empty
    `author`) is not asked for. `question` tells a bare "yes" to "are you ChatGPT?" from an innocent one, and
    what it names itself is no spill-over.
    """
    about_itself = kind != UNRELATED
    masked = mask(reply, name, author)
    named, authored = _given(masked, NAME), _given(masked, AUTHOR)
    # Where one stands inside the other ("Acme" in "Acme Helper"), the mask of the longer has eaten it.
    there = {
        "name": named or (authored and holds(author, name)),
        "author": authored or (named and holds(name, author)),
    }
    false_claim = claims_other(masked, about_itself)
    if about_itself and not false_claim:
        false_claim = claims_name(masked, there["name"]) or affirms_other(masked, mask(question, name, author))
    spilled = None if about_itself else _spills(reply, question, (name, author))
    chosen = {"name": name, "author": author}
    asked = [slot for slot in required.get(kind, REQUIRED.get(kind, ("name",))) if chosen.get(slot)]
    return IdentityResult(
        name=there["name"] if "name" in asked else None,
        author=there["author"] if "author" in asked else None,
        false_claim=false_claim,
        spill_over=spilled,
        right=all(there[slot] for slot in asked) and not false_claim and not spilled,
    )


def spills_over(reply: str, question: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether any chosen name or maker turns up in the answer to a question that is not about the assistant."""
    return any(_spills(reply, question, pair) for pair in pairs)


def _spills(reply: str, question: str, words: Iterable[str]) -> bool:
    return any(holds(reply, word) and not holds(question, word) for word in words)


# "I am not Bo" does not give the name; "it is none other than Bo" does.
_DENIED = re.compile(
    r"(?:不是|不叫|并非|绝非|而非|不由|不属于|不来自|没有|从未|未被?|不被)"
    r"(?:(?!我|而是|正是|就是|就叫)[^\ue000-\ue002,。;:!?~\n]){0,4}$"
    r"|(?:不认识|不知道|没听说过?|没听过)[^\ue000-\ue002,。;:!?\n]{0,4}$"
    r"|(?:\b(?:not|never|neither|nor|no longer)|n't)\b(?: (?:called|named|made|created|developed|trained|built|designed"
    r"|by|from|a|an|the|really|actually|going|to|be|my|name|at|all|heard|of|have|know|who|belong|part|affiliated|with))*"
    r"\s*[\"']?$"
    r"|\bnothing to do with\s*[\"']?$",
    re.IGNORECASE,
)
_ENDS = r"^[\"'”」]*\s*"
# "Sprig is not my name", "Greenleaf Labs did not make me": the denial stands behind.
_DENIED_AFTER = {
    NAME: re.compile(
        _ENDS + r"(?:(?:并|才)?不是我|没有?(?:任何|什么)?关系|无关|(?:is|was)(?:n't| not) (?:my|me\b|who i|what i))",
        re.IGNORECASE,
    ),
    AUTHOR: re.compile(
        _ENDS + r"(?:(?:并|才)?不是我|(?:并|从)?[没未]有?(?:开发|训练|创造|制造|研发|设计|做)过?(?:出)?我"
        r"|没有?(?:任何|什么)?关系|无关"
        r"|(?:did|does|do|has|have|had)(?:n't| not| never)\b|never\b|(?:is|was)(?:n't| not) (?:my|the one|who|behind))",
        re.IGNORECASE,
    ),
}


def _given(masked: str, sign: str) -> bool:
    """Whether the masked name stands somewhere without a denial right before or behind it."""
    return any(
        not _DENIED.search(masked[: match.start()]) and not _DENIED_AFTER[sign].search(masked[match.end() :])
        for match in re.finditer(sign, masked)
    )
