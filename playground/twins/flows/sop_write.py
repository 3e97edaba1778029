"""The nodes of a pasted procedure written as a flow file, in TOML that a person goes on editing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from playground.twins.flows.sop_nodes import SAY, Draft, Nodes, Step
from playground.twins.flows.sop_words import NOUNS, Noun, nouns_of


def write_flow(ops: Sequence[Step], follow: Callable[..., int], title: str, lang: str) -> str:
    """The file's text. `follow` is Program.follow."""
    return _Writer(Nodes(ops, follow, lang), lang).text(title)


class _Writer:
    def __init__(self, nodes: Nodes, lang: str) -> None:
        self._nodes, self._lang = nodes, lang
        self._say = SAY[lang]
        self._drafts = nodes.drafts

    def text(self, title: str) -> str:
        """The whole file; the nodes are written first, as only then it is known which slots they use."""
        known = self._known()
        nodes = "".join(self._node(draft, known) for draft in self._drafts.values())
        slots = "".join(self._slot(noun) for noun in NOUNS if f"{{{{{noun.slot}}}}}" in nodes)
        inputs = {one.action: self._input(one, known) for one in self._drafts.values() if one.action}
        actions = "".join(
            self._action(name, told, inputs[name]) for name, told in self._nodes.actions.items() if name in inputs
        )
        head = [
            "# Made from a pasted procedure. Change words, slots and actions; more wordings make better rows.",
            "",
            f"title = {_quoted(title or self._nodes.words('title'))}",
            f'lang = "{self._lang}"',
            "",
            "[slots.request]",
            f"label = {_quoted('问题' if self._lang == 'zh' else 'request')}",
            f"values = {_list(self._say['request'])}",
        ]
        start = self._nodes.first
        opening = '\n[[node]]\nid = "open"\nkind = "ask"\n[[node.answer]]\n'
        opening += f'text = {_list(self._say["open"])}\nnext = "{start}"\n'
        end = f'\n[[node]]\nid = "end"\nkind = "end"\ntext = {_list(self._say["end"])}\n'
        led = 'next = "end"' in nodes + opening
        return "\n".join(head) + "\n" + slots + actions + opening + nodes + (end if led else "")

    def _spoken(self, text: str, told: Sequence[Noun]) -> str:
        """Words to the customer with the values they speak of; the bare name of a slot gives way to its value."""
        rest = text
        for noun in told:
            rest = noun.pattern.sub("", rest)
        bare = len(re.sub(r"\W|\b(?:the|and|your|number)\b|号|和", "", rest)) < 2
        return self._nodes.slots_said(told) if told and bare else self._nodes.with_slots(text, told)

    # ---- what is known where ---------------------------------------------------------------------------

    def _known(self) -> dict[str, set[str]]:
        """Node to the slots that are known whichever way led to it."""
        everything = {noun.slot for noun in NOUNS}
        first = self._nodes.first
        known = {name: set() if name == first else set(everything) for name in self._drafts}
        changed = True
        while changed:
            changed = False
            for draft in self._drafts.values():
                for _, _, to, told in draft.outcomes:
                    if to in known:
                        new = known[to] & (known[draft.id] | {noun.slot for noun in told})
                        changed, known[to] = changed or new != known[to], new
        return known

    def _input(self, draft: Draft, known: dict[str, set[str]]) -> list[str]:
        """Slots every act of this action can be given."""
        shared = [known[one.id] for one in self._drafts.values() if one.action == draft.action]
        return ["request", *(noun.slot for noun in NOUNS if all(noun.slot in one for one in shared))]

    # ---- TOML ------------------------------------------------------------------------------------------

    def _node(self, draft: Draft, known: dict[str, set[str]]) -> str:
        lines = ["", "[[node]]", f'id = "{draft.id}"', f'kind = "{draft.kind}"']
        if draft.kind in ("ask", "act"):
            lines.append(f"goal = {_quoted(draft.goal)}")
        if draft.action:
            lines.append(f"action = {_quoted(draft.action)}")
            given = ", ".join(f'{slot} = "{{{{{slot}}}}}"' for slot in self._input(draft, known))
            lines.append(f"input = {{ {given} }}")
        if draft.text:
            said = [
                noun for noun in nouns_of(draft.goal) if noun.slot in known[draft.id] and draft.kind in ("say", "end")
            ]
            lines.append(f"text = {_list([self._spoken(one, said) for one in draft.text])}")
        for name, wordings, to, _ in draft.outcomes:
            if draft.kind == "say":
                lines.append(f'next = "{to}"')
                continue
            side = "observation" if draft.kind == "act" else "answer"
            lines += [f"[[node.{side}]]", f'id = "{name}"', f"text = {_list(wordings)}", f'next = "{to}"']
        return "\n".join(lines) + "\n"

    def _slot(self, noun: Noun) -> str:
        label = noun.zh if self._lang == "zh" else noun.en
        settings = f"{noun.settings}\n" if noun.settings else ""
        return f'\n[slots.{noun.slot}]\nkind = "{noun.kind}"\nlabel = {_quoted(label)}\n{settings}'

    def _action(self, name: str, told: str, given: Sequence[str]) -> str:
        labels = {noun.slot: noun.zh if self._lang == "zh" else noun.en for noun in NOUNS}
        labels["request"] = "客户的问题" if self._lang == "zh" else "the customer's request"
        inner = ", ".join(f"{slot} = {_quoted(labels[slot])}" for slot in given)
        return f"\n[actions.{_quoted(name)}]\ntext = {_quoted(told)}\ninput = {{ {inner} }}\n"


def _quoted(text: str) -> str:
    # A TOML text in double quotes is written like one of JSON.
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"
