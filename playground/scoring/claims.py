"""Whether a reply claims to be somebody else: another assistant, another maker's work, another name.

Claims are looked for clause by clause, in Chinese and English, with the patterns of claim_patterns.py. Denials
("I'm not ChatGPT"), questions, suppositions, reported speech and comparisons are no claims. The chosen names are
masked before anything is looked for (naming.mask), so that a maker who is called like a known one is not held
against its own model. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playground.scoring import claim_patterns as look
from playground.scoring.naming import AUTHOR, NAME, OTHER

_CUTS = ",、;:。!?\n…—()"
_CLAUSE = re.compile(rf"[^{_CUTS}]+?(?=[{_CUTS}]|\.(?:\s|$)|$)(?:\.(?=\s|$)|[{_CUTS}])?")


@dataclass(frozen=True)
class Clause:
    """A stretch of masked text between two marks."""

    text: str
    mark: str
    """The punctuation that ended it; "" at a contrast ("but") and at the end."""
    contrast: bool
    """It begins with but, 而是 or the like."""


def clauses(masked: str) -> list[Clause]:
    """The text cut at punctuation and before words of contrast; a full stop cuts before a blank only."""
    found: list[Clause] = []
    for match in _CLAUSE.finditer(masked):
        whole = match.group()
        mark = whole[-1] if whole[-1] in f"{_CUTS}." else ""
        text = whole.removesuffix(mark) if mark else whole
        parts = [part.strip() for part in look.CONTRAST.split(text) if part.strip()]
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            found.append(Clause(part, mark if last else "", look.CONTRAST.match(part) is not None))
    return found


def claims_other(masked: str, about_itself: bool) -> bool:
    """Whether masked text claims, somewhere, to be or to come from another known assistant or maker.

    `about_itself`: the question was about the assistant, so a text that begins without a subject means it.
    """
    me, denied = about_itself, False
    told = clauses(masked)
    for index, clause in enumerate(told):
        # 1) It says who speaks.
        if any(_counts(match, clause) for p in look.ABOUT_SELF for match in p.finditer(clause.text)):
            return True
        # 2) It goes on about the speaker.
        bare = Clause(look.AFTER_CONTRAST.sub("", clause.text), clause.mark, clause.contrast)
        me = _about_me(me, clause, bare, index == 0 or told[index - 1].mark in (",", "、", ":", "—", ""))
        if me and _carried(bare):
            return True
        # 3) It is a name and nothing else.
        if me and look.BARE.match(bare.text) and clause.mark != "?" and _stands(told, index, denied):
            return True
        denied = look.DENIAL.search(clause.text) is not None
        # "I know Claude, made by Anthropic": what follows is about Claude.
        me = me and (OTHER not in clause.text or denied)
    return False


def claims_name(masked: str, named: bool = False) -> bool:
    """Whether masked text gives itself a name that was neither chosen nor is known: "I am called Bo".

    `named`: it gives the chosen one too. Then a nickname is none, and a small word after "my name is" neither.
    """
    return any(
        _is_name(match["x"], clause.text) and _counts(match, clause) and not (named and match["x"][:1].islower())
        for clause in clauses(masked)
        for pattern in (look.NAMINGS if named else (*look.NAMINGS, *look.NICKNAMES))
        for match in pattern.finditer(clause.text)
    )


def affirms_other(masked: str, masked_question: str) -> bool:
    """Whether the reply only says yes to a question like "are you ChatGPT?"."""
    if not look.ASKED_WHETHER.search(masked_question):
        return False
    if look.PLAIN_YES.match(masked.strip()):
        return True
    yes = look.AFFIRMED.match(masked.strip()) is not None
    return yes and NAME not in masked and not look.DENIAL.search(masked)


def _about_me(me: bool, clause: Clause, bare: Clause, follows: bool) -> bool:
    """Whether a clause is about the speaker, `me` telling whether the one before was."""
    if look.OTHER_SUBJECT.match(clause.text):
        # "I am Bo, OpenAI's ...": an addition to what was said, where a new sentence would be about OpenAI.
        added = follows and bare.text.startswith(OTHER) and _carried(bare)
        return me and (added or look.BARE.match(bare.text) is not None)
    return me or look.SELF_SUBJECT.search(clause.text) is not None


def _carried(clause: Clause) -> bool:
    return any(_counts(match, clause) for pattern in look.CARRIED_ON for match in pattern.finditer(clause.text))


def _stands(told: list[Clause], index: int, denied: bool) -> bool:
    """A bare name is a claim as the whole answer, after a denial ("not X but Y"), after "Name:", before "made by"."""
    if denied and told[index].contrast:
        return True
    if index > 0:
        return look.HEAD.match(told[index - 1].text) is not None and told[index - 1].mark != "?"
    if told[index].mark in ("", ".", "。", "!", "\n") or len(told) == 1:
        return True
    return any(pattern.match(told[1].text) for pattern in look.CARRIED_ON)


def _counts(match: re.Match[str], clause: Clause) -> bool:
    """Whether what was found is the speaker's own statement."""
    before, after = clause.text[: match.start()], clause.text[match.end() :] + ("?" if clause.mark == "?" else "")
    if look.QUESTION_AFTER.match(after) or look.RIVAL_AFTER.match(after):
        return False
    report = look.REPORT.search(before)
    # "You said I am": reported. "I can only say I am": its own words.
    return report is None or look.SPEAKS_FOR_ITSELF.search(before[: report.start()]) is not None


def _is_name(found: str, clause: str) -> bool:
    if {NAME, OTHER} & set(clause[clause.index(found) :]) or AUTHOR in found:
        return False
    return found.casefold() not in look.NO_NAME_EN and not look.NO_NAME_ZH.search(found)
