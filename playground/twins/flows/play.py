"""Playing a path: its steps become beats, the turns of a conversation before they take a row's form.

Every value an argument or a final answer holds must stand in something the customer or a tool said
before; a row where one does not is refused, whatever the flow's author wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.errors import BadTemplate
from playground.twins.flows.drawn import Values, Voice, outcome_key
from playground.twins.flows.flow import Flow, Node, Wording
from playground.twins.flows.ledger import Ledger
from playground.twins.flows.mischief import Mischief
from playground.twins.flows.paths import Path, Step, shortest_end
from playground.twins.flows.wordings import beyond, broken, said

MOST_TOLD = 200_000
"""Most characters customer and tools say in one row."""


@dataclass(frozen=True)
class Beat:
    """One turn: what is thought, and what is said, called, observed or answered."""

    kind: Literal["user", "reply", "call", "observation", "final"]
    node: str
    """Id of the node it belongs to."""
    text: str
    """The words; of a call its action's name."""
    thought: str = ""
    """The assistant's turns only."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Played:
    """A path that was played."""

    beats: tuple[Beat, ...]
    slots: Mapping[str, str]
    """Slots of arguments and of the final answer to the last value each had there."""
    label: str
    """What went wrong, as mischief labels it; "" for nothing."""


def play(flow: Flow, path: Path, mischief: Mischief | None, voice: Voice, values: Values) -> Played:
    """Play one path. Raises BadTemplate naming the node where a value would have to be made up."""
    stage = _Stage(flow, mischief, voice, values)
    stage.run(path.steps)
    return Played(tuple(stage.beats), stage.gold, stage.label)


class _Stage:
    def __init__(self, flow: Flow, mischief: Mischief | None, voice: Voice, values: Values) -> None:
        self.flow, self.mischief, self.voice, self.values = flow, mischief, voice, values
        self.beats: list[Beat] = []
        self.gold: dict[str, str] = {}
        self.label = ""
        self.told = ""
        """All that customer and tools have said."""
        self._ledger = Ledger(flow)
        self._pending: list[str] = []
        """Words of say nodes; the customer hears them with the next turn that is theirs."""
        self._sorry = ""
        """Thought of the turn in which the assistant gives up."""

    def run(self, steps: Sequence[Step]) -> None:
        for place, step in enumerate(steps):
            node = self.flow.nodes[step.node]
            happens = self.mischief if self.mischief and self.mischief.at == place else None
            if node.kind == "say":
                self._pending.append(self._render(node, self.voice.spoken(node.says)))
            elif node.kind == "ask":
                self._ask(node, step.outcome, happens)
            elif node.kind == "act":
                if not self._act(node, step.outcome, happens):
                    return
            elif node.kind == "end":
                self._end(node)

    # ---- the nodes -------------------------------------------------------------------------------------

    def _ask(self, node: Node, outcome: str, happens: Mischief | None) -> None:
        kind = happens.kind if happens else ""
        if node.says:
            question = self._render(node, self.voice.spoken(node.says))
            self._reply(node, self._aloud(question), self._think(node, "think_ask", goal_of(self.flow, node)))
            if kind == "refused":
                self._refuse(node, question)
            elif kind == "changed" and happens:
                self._change(node, question, happens.slot)
        came = node.outcome(outcome)
        wording = self.voice.heard(outcome_key(node.id, outcome), came.wordings)
        self.values.anew(self._ledger.says(node.id, wording.slots, came.anew))
        text = wording.render(self.values.need(wording.slots))
        if kind == "slip" and happens and self.values.anew((happens.slot,)):
            text += self._gap() + self._filled(self.voice.heard("slip", said(self.flow.lang, "slip")), happens.slot)
            self.label = "slip"
        self._hear("user", node, text)

    def _act(self, node: Node, outcome: str, happens: Mischief | None) -> bool:
        """False where the path ends here because the tool failed twice."""
        action = self.flow.actions[node.action]
        self._call(node, self._think(node, "think_act", node.goal or action.text or action.name, action.name))
        if happens:
            kind, lang = happens.broken, self.flow.lang
            key = f"broken.{kind}"
            self._hear("observation", node, self.voice.heard(key, broken(lang, kind, "observation")))
            self._call(node, self.voice.spoken(broken(lang, kind, "retry")))
            self.label = happens.label
            if happens.kind == "given-up":
                self._hear("observation", node, self.voice.heard(key, broken(lang, kind, "observation")))
                self._give_up(node, kind)
                return False
        came = node.outcome(outcome)
        wording = self.voice.heard(outcome_key(node.id, outcome), came.wordings)
        self.values.anew(self._ledger.says(node.id, wording.slots, came.anew))
        self._hear("observation", node, wording.render(self.values.need(wording.slots)))
        return True

    def _end(self, node: Node) -> None:
        wording = self.voice.spoken(node.says)
        text = self._aloud(self._render(node, wording))
        self.gold |= {slot: self.values.now[slot] for slot in sorted(wording.slots)}
        self.beats.append(Beat("final", node.id, text, self._think(node, "think_end", "")))

    # ---- what goes wrong -------------------------------------------------------------------------------

    def _refuse(self, node: Node, question: str) -> None:
        flow, lang = self.flow, self.flow.lang
        near = " ".join((flow.title, flow.intro, *(f"{one.name} {one.text}" for one in flow.actions.values())))
        asked = flow.beyond or beyond(lang, near)
        if not asked:
            return
        self._hear("user", node, self.voice.heard("beyond", asked))
        answer = self.voice.spoken(said(lang, "refuse")) + self._gap() + question
        self._reply(node, answer, self.voice.spoken(said(lang, "think_refuse")))
        self.label = "refused"

    def _change(self, node: Node, question: str, slot: str) -> None:
        if not self.values.anew((slot,)):
            return
        lang = self.flow.lang
        self._hear("user", node, self._filled(self.voice.heard("change", said(lang, "change")), slot))
        thought = self._filled(self.voice.spoken(said(lang, "think_change")), slot)
        agreed = self._filled(self.voice.spoken(said(lang, "change_ok")), slot)
        self._reply(node, agreed + self._gap() + question, thought)
        self.label = "changed"

    def _give_up(self, node: Node, kind: str) -> None:
        """The flow's own way of handing over where its slots are known, else an apology as the last word."""
        lang, self.mischief = self.flow.lang, None
        thoughts = (broken(lang, kind, "give_up"), said(lang, "think_sorry"))
        self._sorry = self._gap().join(self.voice.spoken(one) for one in thoughts)
        steps = shortest_end(self.flow, self.flow.handover) if self.flow.handover else ()
        # A handover that failed itself is not tried a third time.
        if steps and node.id not in {step.node for step in steps} and self._can_take(steps):
            self.run(steps)
        else:
            text = self.voice.spoken(said(lang, "sorry"))
            self.beats.append(Beat("final", node.id, self._aloud(text), self._sorry))

    def _can_take(self, steps: Sequence[Step]) -> bool:
        ledger = self._ledger.copy()
        for step in steps:
            node = self.flow.nodes[step.node]
            if ledger.missing(node.needs):
                return False
            if step.outcome:
                outcome = node.outcome(step.outcome)
                ledger.says(node.id, self.flow.fills(outcome), outcome.anew)
        return True

    # ---- single turns ----------------------------------------------------------------------------------

    def _call(self, node: Node, thought: str) -> None:
        arguments: dict[str, Any] = {}
        properties = self.flow.actions[node.action].properties
        for argument, slot in node.input.items():
            value = self._grounded(node, slot)
            self.gold[slot] = value
            arguments[argument] = self._typed(node, argument, value, properties[argument].get("type"))
        self.beats.append(Beat("call", node.id, node.action, thought, arguments))

    def _typed(self, node: Node, argument: str, value: str, kind: Any) -> Any:
        if kind != "integer":
            return value
        if not value.isascii() or not value.isdecimal() or (len(value) > 1 and value[0] == "0"):
            raise BadTemplate(
                f"node {node.id!r}: {argument} takes an integer and is {value!r:.60}; give it a fitting slot"
            )
        return int(value)

    def _reply(self, node: Node, text: str, thought: str) -> None:
        self.beats.append(Beat("reply", node.id, text, thought))

    def _hear(self, kind: Literal["user", "observation"], node: Node, text: str) -> None:
        self.told += text + "\n"
        if len(self.told) > MOST_TOLD:
            raise BadTemplate(f"node {node.id!r}: the conversation has more than {MOST_TOLD:,} characters; shorten it")
        self.beats.append(Beat(kind, node.id, text))

    def _grounded(self, node: Node, slot: str) -> str:
        value = self.values.need((slot,))[slot]
        if value not in self.told:
            raise BadTemplate(f"node {node.id!r}: slot {slot!r} is {value!r:.60}, which nobody said before; ask for it")
        return value

    def _render(self, node: Node, wording: Wording) -> str:
        for slot in sorted(wording.slots):
            if self.flow.slots[slot].kind != "nth":
                self._grounded(node, slot)
        return wording.render(self.values.need(wording.slots))

    def _think(self, node: Node, common: str, what: str, action: str = "") -> str:
        if self._sorry:
            thought, self._sorry = self._sorry, ""
            return thought
        if node.thoughts:
            return self._render(node, self.voice.spoken(node.thoughts))
        text = self.voice.spoken(said(self.flow.lang, common))
        return text.replace("{{action}}", action).replace("{{what}}", what)

    def _aloud(self, text: str) -> str:
        spoken, self._pending = [*self._pending, text], []
        return self._gap().join(spoken)

    def _gap(self) -> str:
        return "" if self.flow.lang == "zh" else " "

    def _filled(self, text: str, slot: str) -> str:
        new = self.values.now[slot]
        return text.replace("{{label}}", self.flow.slots[slot].label).replace("{{new}}", new)


def goal_of(flow: Flow, node: Node) -> str:
    """What an ask is after: its own words for it, else the slots its answers give."""
    given = {slot for one in node.outcomes for slot in flow.fills(one)}
    inner = {parent for slot in given for parent in flow.slots[slot].parents if flow.slots[slot].kind == "composed"}
    labels = [slot.label for name, slot in flow.slots.items() if name in given - inner and slot.kind != "nth"]
    return node.goal or ("、" if flow.lang == "zh" else ", ").join(labels) or said(flow.lang, "go_on")[0]
