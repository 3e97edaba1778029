"""The program of a pasted procedure as nodes: what is done becomes a node, a condition one of its outcomes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from playground.twins.flows.sop_lines import Line
from playground.twins.flows.sop_words import Noun, negative, nouns_of, verb_of

SAY = {
    "zh": {
        "title": "业务流程",
        "open": [
            "你好，{{request}}。",
            "麻烦处理一下，{{request}}",
            "请问，{{request}}，怎么办？",
            "您好，我想说一下，{{request}}。",
        ],
        "request": [
            "产品出了故障",
            "订单有问题",
            "东西用不了了",
            "想咨询售后",
            "需要帮忙处理一下",
            "之前的问题还没解决",
        ],
        "end": ["好的，已经为您处理完了。", "这次就到这里，有需要随时联系我们。"],
        "give": "请提供{what}。",
        "ask": "请问{what}？",
        "whether": "请问是否{what}？",
        "yes": ["是的，{what}。", "对，{what}"],
        "no": ["不是。", "没有这种情况。"],
        "none": ["都不是。"],
        "ok": ["好的。", "可以。", "嗯，好"],
        "seen": "结果：{what}",
        "not_seen": "结果不是“{what}”",
        "done": ["已完成", "成功"],
        "join": "，",
    },
    "en": {
        "title": "procedure",
        "open": [
            "Hello, {{request}}.",
            "Please help me: {{request}}",
            "Hi, {{request}}, what can be done?",
            "Good morning, {{request}}.",
        ],
        "request": [
            "my product is broken",
            "something is wrong with my order",
            "it stopped working",
            "I have a question about a repair",
            "I need some help",
            "my last problem is not solved yet",
        ],
        "end": ["That is done now.", "All settled; contact us whenever you need us."],
        "give": "Please give me {what}.",
        "ask": "May I ask: {what}?",
        "whether": "Is it so that {what}?",
        "yes": ["Yes, {what}.", "It is: {what}"],
        "no": ["No.", "No, that is not so."],
        "none": ["None of these."],
        "ok": ["All right.", "Yes.", "Okay, fine"],
        "seen": "result: {what}",
        "not_seen": "result: not that {what}",
        "done": ["done", "success"],
        "join": ", ",
    },
}


class Step(Protocol):
    """What is used of an operation (sop.Op)."""

    kind: str
    line: Line
    text: str
    to: int
    other: int
    chained: bool


@dataclass
class Draft:
    """One node on its way to the file."""

    id: str
    kind: str
    goal: str
    text: list[str]
    action: str = ""
    outcomes: list[tuple[str, list[str], str, list[Noun]]] = field(default_factory=list)
    """Id, wordings, next node, and the slots every wording gives."""


class Nodes:
    """The nodes that can be reached, in the order they are."""

    def __init__(self, ops: Sequence[Step], follow: Callable[..., int], lang: str) -> None:
        self._ops, self._follow, self._lang = ops, follow, lang
        self._say = SAY[lang]
        self._ids = self._named()
        self.drafts: dict[str, Draft] = {}
        self.actions: dict[str, str] = {}
        """Action to what it does."""
        self.first = self._id(follow(None, 0))
        """Id of the node after the opening."""
        self._reach(follow(None, 0))

    def _named(self) -> dict[int, str]:
        """Place of an operation to its node's id: s2 for the first thing done in step 2, s2.2 for the next, s2.if."""
        found: dict[int, str] = {}
        counts: Counter[str] = Counter()
        for place, op in enumerate(self._ops):
            base = "s" + "_".join(map(str, op.line.label)) + (".if" if op.kind == "test" else "")
            if op.kind != "jump":
                counts[base] += 1
                found[place] = base if counts[base] == 1 else f"{base}.{counts[base]}"
        return found

    # ---- from operations to drafts ---------------------------------------------------------------------

    def _reach(self, place: int) -> None:
        waiting = [place]
        while waiting:
            one = waiting.pop(0)
            if one < 0 or self._ids[one] in self.drafts:
                continue
            draft, leads = self._draft(one)
            self.drafts[draft.id] = draft
            waiting += leads

    def _draft(self, place: int) -> tuple[Draft, list[int]]:
        op = self._ops[place]
        if op.kind == "test":
            whether = self.words("whether").format(what=op.text)
            draft = Draft(self._ids[place], "ask", op.text, [whether])
            return draft, self._tested(draft, place)
        verb = verb_of(op.text)
        what = verb[1] if verb else op.text
        draft = Draft(self._ids[place], op.kind, op.text, [])
        after = self._follow(None, place + 1)
        if op.kind == "act":
            draft.action = self._action_name(op.text)
            self.actions.setdefault(draft.action, op.text)
        elif op.kind == "ask":
            draft.text = [self.words("give" if nouns_of(what) else "ask").format(what=what)]
        else:
            draft.text = [what]
            if after < 0:
                draft.kind = "end"
                return draft, []
            draft.outcomes = [("", [], self._id(after), [])]
            return draft, [after]
        if after >= 0 and self._ops[after].kind == "test" and self._enters(after) == 1:
            return draft, self._tested(draft, after)
        told = nouns_of(op.text)
        draft.outcomes = [("1", self._answers(op.kind, told), self._id(after), told)]
        return draft, [after]

    def _tested(self, draft: Draft, place: int) -> list[int]:
        """The outcomes of a node that conditions follow: one each, and one for none of them."""
        conds: list[tuple[str, int]] = []
        while (
            place >= 0
            and self._ops[place].kind == "test"
            and (not conds or (self._ops[place].chained and self._enters(place) == 1))
        ):
            op = self._ops[place]
            conds.append((op.text, self._follow(op.to)))
            place = self._follow(op.other)
        known = nouns_of(draft.goal) if draft.kind == "act" else []
        for number, (cond, to) in enumerate(conds, 1):
            told = [] if negative(cond) else known
            draft.outcomes.append((f"case{number}", self._case(draft.kind, cond, told), self._id(to), told))
        told = known if all(negative(cond) for cond, _ in conds) else []
        draft.outcomes.append(
            ("other", self._rest(draft.kind, [cond for cond, _ in conds], told), self._id(place), told)
        )
        return [*(to for _, to in conds), place]

    def _enters(self, place: int) -> int:
        """How many operations lead to this one."""
        count = int(self._follow(None, 0) == place)
        for number, op in enumerate(self._ops):
            if op.kind == "test":
                count += (self._follow(op.to) == place) + (self._follow(op.other) == place)
            elif op.kind != "jump":
                count += self._follow(None, number + 1) == place
        return count

    def _id(self, place: int) -> str:
        return self._ids[place] if place >= 0 else "end"

    # ---- wordings --------------------------------------------------------------------------------------

    def words(self, name: str) -> str:
        """The first of some words."""
        told = self._say[name]
        return told if isinstance(told, str) else told[0]

    def slots_said(self, told: Sequence[Noun]) -> str:
        """Slots with their names before them."""
        labels = (f"{noun.zh if self._lang == 'zh' else noun.en} {{{{{noun.slot}}}}}" for noun in told)
        return self.words("join").join(labels)

    def _answers(self, kind: str, told: Sequence[Noun]) -> list[str]:
        if told:
            bare = self.words("join").join(f"{{{{{noun.slot}}}}}" for noun in told)
            return [self.slots_said(told), bare] if kind == "ask" else [self.slots_said(told)]
        return list(self._say["ok"] if kind == "ask" else self._say["done"])

    def _case(self, kind: str, cond: str, told: Sequence[Noun]) -> list[str]:
        forms = [self.words("seen")] if kind == "act" else list(self._say["yes"])
        return [self.with_slots(form.format(what=cond), told) for form in forms]

    def _rest(self, kind: str, conds: Sequence[str], told: Sequence[Noun]) -> list[str]:
        if kind == "act":
            return [self.with_slots(self.words("not_seen").format(what=self.words("join").join(conds)), told)]
        return list(self._say["no"] if len(conds) == 1 else self._say["none"])

    def with_slots(self, text: str, told: Sequence[Noun]) -> str:
        """A text and the slots that go with it."""
        return self.words("join").join([text, self.slots_said(told)]) if told else text

    def _action_name(self, text: str) -> str:
        words = re.findall(r"[A-Za-z]+", text)
        if self._lang == "en" and words:
            kept = [
                word
                for word in words
                if word.casefold() not in ("the", "a", "an", "in", "for", "of", "to", "and", "with")
            ]
            return "".join(word.capitalize() for word in (kept or words)[:4])[:40]
        return re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", text)[:12] or "action"
