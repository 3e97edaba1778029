"""What the Chat tab does, without its widgets: seats, asks and stops the contenders, and knows what is right."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from playground.contenders.contender import Contender, contender
from playground.contenders.round import ask_round
from playground.contenders.transcript import Reply
from playground.errors import UserError
from playground.events import ReplyEvent, ReplyFailed
from playground.models.base import Sampling
from playground.models.seal import Seal
from playground.records import Message
from playground.samples import Task, load_task, task_names, user_text
from playground.settings import Settings
from playground.twins.make import make_twins
from playground.ui.frame import Frame, notice
from playground.ui.marks import Gold
from playground.ui.pace import paced
from playground.ui.panes import Pane, Turn
from playground.ui.picks import contender_label, first_contenders, known_contenders, task_title
from playground.ui.rows import bare
from playground.ui.session import Session
from playground.ui.taught import cards_of, learned_from, one_base, pair_of
from playground.ui.words import say

BEAT = 0.075
"""Seconds between two drawings of the panes: 13 a second look steady and cost little."""
FRESH = 100
"""How many rows of a held-out group a fresh question is picked from."""


@dataclass
class Chat:
    """The conversation of one page; the handlers of the Chat tab change it in place."""

    panes: tuple[Pane, ...] = ()
    known: tuple[str, Gold] | None = None
    """A message that was drawn as an example, and what is right for it."""
    sampling: Sampling = field(default_factory=Sampling)
    system: str = ""
    base: str = ""
    """Name of the base that the conversations are with."""


@dataclass(frozen=True)
class Ready:
    """The contenders stand; by name, all that each is sent."""

    sent: dict[str, tuple[Message, ...]]


@dataclass(frozen=True)
class Sealed:
    """The base was looked at again after the answers; by contender, what was found."""

    seals: dict[str, Seal]


def task_of(session: Session, settings: Settings) -> Task:
    """The session's task."""
    if session.task not in task_names(settings, session.visitor):
        session.task = Session.task  # one's own that was deleted meanwhile
    return load_task(session.task, settings, session.visitor)


def seat(session: Session, chat: Chat, settings: Settings, task: Task) -> None:
    """Give every contender a pane: who was picked, else who is in a conversation, else the usual ones.

    Those who stay keep their conversation.
    """
    if chat.base != settings.base:
        # What another base has said is no conversation of this one.
        chat.panes, chat.base = (), settings.base
    talking = [pane.name for pane in chat.panes] if any(pane.turns for pane in chat.panes) else []
    names = known_contenders(settings, session, task, list(session.contenders) or talking)
    session.seated = names or first_contenders(settings, session, task)
    there = {pane.name: pane for pane in chat.panes}
    chat.panes = tuple(there.get(name, Pane(name)) for name in session.seated)


def put_question(session: Session, chat: Chat, settings: Settings, message: str) -> None:
    """Add the question to every pane, to be answered by `answers`."""
    task = task_of(session, settings)
    seat(session, chat, settings, task)
    gold = right_for(session, chat, settings, task, message)
    turn = Turn(typed=message, asked=user_text(task, message), gold=gold)
    chat.panes = tuple(replace(pane, turns=(*pane.turns, replace(turn, reply=Reply(pane.name)))) for pane in chat.panes)


def answers(frame: Frame, session: Session, chat: Chat, stop: threading.Event) -> Iterator[None]:
    """Ask all seated contenders; gives control back whenever there is something new to draw.

    Who leaves their seat meanwhile, or is cleared, gets no more of it; who comes waits for the next question.
    """
    began, task = time.monotonic(), task_of(session, frame.settings)
    # While the question was in line, others may have been seated, or all of it cleared.
    asked = {pane.name: pane.last(begun=True) for pane in chat.panes if pane.turns and pane.turns[-1].running}
    if not asked:
        return
    chat.panes = tuple(asked.get(pane.name, pane) for pane in chat.panes)
    turns = {name: len(pane.turns) for name, pane in asked.items()}
    yield
    for events in paced(lambda: _asked(frame, session, chat, task, asked.values()), BEAT, stop):
        panes = {pane.name: pane for pane in chat.panes if turns.get(pane.name) == len(pane.turns)}
        for event in events:
            if isinstance(event, Ready):
                began = time.monotonic()
                for name in panes.keys() & event.sent.keys():
                    panes[name] = panes[name].last(sent=event.sent[name], ready=True)
            elif isinstance(event, Sealed):
                for name in panes.keys() & event.seals.keys():
                    panes[name] = replace(panes[name], seal=event.seals[name])
            elif event[0] in panes:
                name, reply = event
                panes[name] = panes[name].after(reply)
        taken = time.monotonic() - began
        chat.panes = tuple(panes[p.name].last(seconds=taken) if p.name in panes else p for p in chat.panes)
        yield


def running(chat: Chat) -> bool:
    """Whether an answer is still to come."""
    return any(pane.turns and pane.turns[-1].running for pane in chat.panes)


def asks_here(chat: Chat) -> bool:
    """Whether any of those who are to answer now works on this machine, which has one model at work at a time."""
    asked = [pane.name for pane in chat.panes if pane.turns and pane.turns[-1].running]
    return not asked or any(not name.startswith(("endpoint:", "scripted:")) for name in asked)


def _asked(
    frame: Frame, session: Session, chat: Chat, task: Task, panes: Collection[Pane]
) -> Iterator[tuple[str, ReplyEvent] | Ready | Sealed]:
    """Runs in a thread of its own: opening models takes seconds."""
    standing: dict[str, Contender] = {}
    for pane in panes:
        try:
            standing[pane.name] = contender(
                pane.name, task, frame.catalogue, frame.of(session), session.visitor, system=chat.system
            )
        except Exception as error:
            yield pane.name, ReplyFailed(notice(error, session.lang))
    talks = {pane.name: _conversation(pane) for pane in panes if pane.name in standing}
    yield Ready({name: one.ask(talks[name]).messages for name, one in standing.items()})
    names = list(standing)
    for number, event in ask_round(list(standing.values()), [talks[name] for name in names], chat.sampling):
        yield names[number], event
    seals = {name: getattr(one.model, "seal", None) for name, one in standing.items()}
    yield Sealed({name: seal() for name, seal in seals.items() if seal is not None})


def _conversation(pane: Pane) -> tuple[Message, ...]:
    before = replace(pane, turns=pane.turns[:-1]).history
    return (*before, Message(role="user", content=pane.turns[-1].asked))


def settle(chat: Chat) -> None:
    """Mark what still runs as stopped: nothing will come any more."""
    chat.panes = tuple(pane.last(stopped=True) for pane in chat.panes)


def take_back(chat: Chat) -> str | None:
    """Take the last question out of every pane; gives it, or None where nothing was asked."""
    last = next((pane.turns[-1] for pane in chat.panes if pane.turns), None)
    if last is None:
        return None
    chat.panes = tuple(
        replace(pane, turns=pane.turns[:-1]) if pane.turns and pane.turns[-1].typed == last.typed else pane
        for pane in chat.panes
    )
    if last.gold is not None:
        chat.known = (last.typed, last.gold)
    return last.typed


# ---- what is right --------------------------------------------------------------------------------


def right_for(session: Session, chat: Chat, settings: Settings, task: Task, message: str) -> Gold | None:
    """What is right for a message where that is known: a drawn example, a seed, a known identity question."""
    if chat.known is not None and chat.known[0] == message:
        return chat.known[1]
    for seed in task.seeds:
        if seed.messages[-2]["content"] == user_text(task, message):
            return Gold(seed.slots, {})
    if message in task.answers:
        return Gold(dict(task.answers[message]), {})
    if task.judge == "identity":
        asked = next((one for one in task.human if one.text == message), None)
        cards = cards_of(settings, session, session.seated) if asked else {}
        pair = pair_of(cards, asked.lang) if asked else None
        return Gold(pair, {}, asked.kind) if asked and pair else None
    return None


def fresh_question(session: Session, settings: Settings, chance: random.Random) -> tuple[str, Gold]:
    """A message whose wording, and values where it has any, the seated adapter never learned, with what is right.

    Raises UserError where the task has no template to hold out.
    """
    task = task_of(session, settings)
    cards = cards_of(settings, session, session.seated)
    seed, held = learned_from(cards, task)
    twins = make_twins(task, 1, seed, settings, held=held)
    rows = twins.groups.get("unseen_both") or twins.groups.get("unseen_templates")
    if rows is None:
        raise UserError(f"task {task.name} has no templates to hold out; type a message")
    row = chance.choice(list(islice(rows, FRESH)))
    text = bare(task, row.messages[-2]["content"])
    if task.judge == "identity":
        asked = next(one for one in task.human if one.id == row.template)
        return text, Gold(pair_of(cards, asked.lang) or row.slots, {}, asked.kind)
    return text, Gold(row.slots, {})


# ---- fairness -------------------------------------------------------------------------------------


def unfairness(session: Session, chat: Chat, settings: Settings) -> list[str]:
    """What is not equal between the contenders, in words; nothing where all is."""
    task, reasons = task_of(session, settings), []
    cards = cards_of(settings, session, session.seated)
    for name, card in cards.items():
        label = contender_label(name, session.lang)
        if card.system.strip() != chat.system.strip():
            key = "chat.unfair.system" if card.system.strip() else "chat.unfair.nosystem"
            reasons.append(say(session.lang, key, name=label))
        if card.task != task.name:
            other = card.task
            try:
                other = task_title(load_task(card.task, settings, session.visitor), session.lang)
            except UserError:
                pass
            reasons.append(say(session.lang, "chat.unfair.task", name=label, task=other))
    if not one_base(settings, session.seated, cards):
        reasons.append(say(session.lang, "chat.unfair.base"))
    if len({tuple(m["content"] for m in pane.history if m["role"] == "user") for pane in chat.panes}) > 1:
        reasons.append(say(session.lang, "chat.unfair.history"))
    return reasons
