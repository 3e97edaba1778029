"""The panes of the chat: one value per contender, folded from reply events, and drawn as HTML.

Everything that came from a person or a model is escaped. The page keeps its place while text
streams, since only changed parts of a pane are redrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from playground.contenders.transcript import Reply
from playground.events import ReplyEvent
from playground.models.seal import Seal
from playground.records import Message, Usage
from playground.samples import Task
from playground.sentences import sentence
from playground.ui.marks import Gold, found_slots, marked_reply, marked_text
from playground.ui.words import number, say

Say = Callable[..., str]
State = Literal["queued", "loading", "waiting", "streaming", "done", "cut", "stopped", "failed"]


@dataclass(frozen=True)
class Turn:
    """One question and what came back."""

    typed: str
    """What the person wrote, without the instruction."""
    asked: str
    """The human turn as it was sent."""
    gold: Gold | None = None
    sent: tuple[Message, ...] = ()
    """All that the model was given: system text, worked examples, conversation."""
    reply: Reply = Reply("")
    """What came back so far."""
    begun: bool = False
    """Its turn has come: others may be asking the model too."""
    ready: bool = False
    """The model is loaded and has been asked."""
    stopped: bool = False
    """Nothing more will come, though the reply has not ended."""
    seconds: float = 0.0
    """How long it has been loading, or waiting for the first token."""

    @property
    def state(self) -> State:
        """Where the answer stands."""
        if self.reply.error:
            return "failed"
        if self.reply.finish is not None:
            return "cut" if self.reply.finish == "length" else "done"
        if self.stopped:
            return "stopped"
        if self.reply.text:
            return "streaming"
        if not self.begun:
            return "queued"
        return "waiting" if self.ready else "loading"

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.state in ("queued", "loading", "waiting", "streaming")


@dataclass(frozen=True)
class Pane:
    """One contender's conversation."""

    name: str
    """The contender's name: base, few-shot:3, tuned:address."""
    turns: tuple[Turn, ...] = ()
    seal: Seal | None = None
    """Whether the base answers as it did when it was loaded; None where that is not known."""

    @property
    def history(self) -> tuple[Message, ...]:
        """The turns so far, as a conversation; those without an answer are left out."""
        kept = (turn for turn in self.turns if turn.reply.text and turn.state != "failed")
        return tuple(
            message
            for turn in kept
            for message in (
                Message(role="user", content=turn.asked),
                Message(role="assistant", content=turn.reply.text),
            )
        )

    def last(self, **changes: object) -> Pane:
        """The pane with its last turn changed."""
        if not self.turns:
            return self
        return replace(self, turns=(*self.turns[:-1], replace(self.turns[-1], **changes)))  # type: ignore[arg-type]

    def after(self, event: ReplyEvent) -> Pane:
        """The pane once an event of its last turn has come."""
        return self.last(reply=self.turns[-1].reply.after(event), ready=True) if self.turns else self


def pane_html(pane: Pane, label: str, note: str, task: Task, lang: str) -> str:
    """One pane. `label` and `note` say who the contender is."""

    def words(key: str, **values: object) -> str:
        return escape(say(lang, key, **values))

    turns = "".join(_turn(turn, task, lang, words) for turn in pane.turns)
    if not turns:
        turns = f'<p class="quiet">{escape(note)}<br>{words("chat.empty")}</p>'
    seal = _seal(pane.seal, lang, words) if pane.name == "base" else ""
    strip = _strip(pane.turns[-1], task, words) if pane.turns else ""
    return (
        f'<section class="pane" aria-label="{words("chat.pane", name=label)}">'
        f'<header><b title="{escape(note)}">{escape(label)}</b>{seal}</header>'
        # One child in a column that begins at its foot: what comes last stays in sight while it grows.
        f'<div class="turns" role="log" tabindex="0"><div>{turns}</div></div>'
        f'<footer class="strip">{strip}</footer></section>'
    )


def _seal(seal: Seal | None, lang: str, words: Say) -> str:
    if seal is None:
        return ""
    kind, why = "ok" if seal.ok else "bad", escape(sentence(seal.why, lang))
    return f'<span class="seal {kind}" title="{why}">{words(f"chat.seal.{kind}")}</span>'


def _turn(turn: Turn, task: Task, lang: str, words: Say) -> str:
    if turn.gold is not None:
        values = dict(turn.gold.slots)
    else:
        values = {found.slot: found.value for found in found_slots(turn.reply.text) if found.slot in task.slots}
    asked = marked_text(turn.typed, values if task.judge == "slots" else {}, task.slots)
    return (
        f'<div class="asked"><span class="sr">{words("chat.you")}</span>{asked}{_sent(turn.sent, words)}</div>'
        f'<div class="answer {turn.state}"><span class="sr">{words("chat.answer")}</span>'
        f"{_answer(turn, task, lang, words)}</div>"
    )


def _sent(sent: Sequence[Message], words: Say) -> str:
    if not sent:
        return ""
    lines = "".join(f"<dt>{escape(m['role'])}</dt><dd>{escape(m['content'])}</dd>" for m in sent)
    return f'<details><summary>{words("chat.sent")}</summary><dl class="sent">{lines}</dl></details>'


def _answer(turn: Turn, task: Task, lang: str, words: Say) -> str:
    if turn.state == "queued":
        return f'<span class="quiet">{words("queued")}</span>'
    if turn.state in ("loading", "waiting"):
        return f'<span class="quiet">{words(f"chat.{turn.state}", seconds=f"{turn.seconds:.0f}")}</span>'
    body = _reply(turn, task, lang)
    match turn.state:
        case "failed":
            body += f'<p class="trouble">⚠ {words("chat.failed")}: {escape(sentence(turn.reply.error, lang))}</p>'
        case "stopped":
            body += f'<p class="quiet">■ {words("chat.stopped")}</p>'
        case "cut":
            body += f'<p class="quiet">✂ {words("chat.cut")}</p>'
        case "done" if not turn.reply.text.strip():
            body = f'<span class="quiet">{words("chat.silent")}</span>'
    return body


def _reply(turn: Turn, task: Task, lang: str) -> str:
    if task.judge == "slots" and turn.reply.text.lstrip().startswith("{"):
        finished = not turn.running
        marked = marked_reply(turn.reply.text, task.slots, turn.gold, say(lang, "chat.wanted"), finished)
        return f"<code>{marked}</code>"
    values = turn.gold.slots if turn.gold is not None and task.judge == "identity" else {}
    return f"<span>{marked_text(turn.reply.text, values, task.slots)}</span>"


def _strip(turn: Turn, task: Task, words: Say) -> str:
    lines = []
    # What was cut or stopped is not scored, here as in Score.
    if turn.gold is not None and turn.state == "done":
        lines.append(_judged(turn, turn.gold, task, words))
    if turn.reply.usage is not None:
        lines.append(_usage(turn.reply.usage, words))
    return "".join(f"<p>{line}</p>" for line in lines)


def _usage(usage: Usage, words: Say) -> str:
    def part(key: str, why: str = "", **values: object) -> str:
        hint = f' title="{words(why)}"' if why else ""
        return f"<span{hint}>{words(key, **values)}</span>"

    inside = []
    if usage.few_shot_tokens:
        inside.append(part("chat.strip.few", "chat.strip.few.why", count=number(usage.few_shot_tokens)))
    if usage.cached_tokens:
        inside.append(part("chat.strip.cached", "chat.strip.cached.why", count=number(usage.cached_tokens)))
    taken = part("chat.strip.in", "chat.strip.in.why", count=number(usage.prompt_tokens))
    parts = [taken + (f" ({', '.join(inside)})" if inside else "")]
    parts.append(part("chat.strip.out", count=number(usage.reply_tokens)))
    parts.append(part("chat.strip.first", "chat.strip.first.why", seconds=f"{usage.seconds_to_first:.2f}"))
    if usage.tokens_per_second:
        parts.append(part("chat.strip.speed", speed=number(usage.tokens_per_second)))
    if usage.estimated:
        parts.append(part("chat.strip.guessed"))
    return " · ".join(parts)


def _judged(turn: Turn, gold: Gold, task: Task, words: Say) -> str:
    if task.judge == "identity":
        return _identity(turn, gold, task, words)
    if task.judge != "slots":
        return ""
    from playground.scoring.metrics import slot_result

    result = slot_result(turn.reply.text, gold.slots, gold.accept)
    if not result.valid:
        return _bar(result.slots.values()) + f' <b class="wrong">✗ {words("chat.strip.nojson")}</b>'
    right, all_ = sum(result.slots.values()), len(result.slots)
    text = words("chat.strip.slots", right=right, all=all_)
    if result.exact:
        text += f' <b class="right">✓ {words("chat.strip.exact")}</b>'
    missing = [slot for slot in gold.slots if slot not in {found.slot for found in found_slots(turn.reply.text)}]
    if missing:
        text += f' <span class="wrong">{words("chat.strip.missing", slots=", ".join(missing))}</span>'
    return f"{_bar(result.slots.values())} {text}"


def _bar(slots: Iterable[bool]) -> str:
    boxes = "".join(f'<i class="{"on" if right else "off"}"></i>' for right in slots)
    return f'<span class="boxes" aria-hidden="true">{boxes}</span>'


def _identity(turn: Turn, gold: Gold, task: Task, words: Say) -> str:
    from playground.scoring.identity import identity_result

    name, author = gold.slots.get("name", ""), gold.slots.get("author", "")
    result = identity_result(gold.kind, turn.reply.text, name, author, turn.typed, task.required)
    parts = []
    for slot, right in result.slots.items():
        sign, kind = ("✓", "right") if right else ("✗", "wrong")
        parts.append(f'<b class="{kind}">{sign} {words(f"chat.strip.{slot}")}</b>')
    if result.false_claim:
        parts.append(f'<b class="wrong">✗ {words("chat.strip.claim")}</b>')
    return " ".join(parts)
