"""The Chat tab: one question to up to four contenders, their answers streaming side by side."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from playground.errors import BadSetting
from playground.models.base import Sampling
from playground.prompts import load_prompt, prompt_names
from playground.samples import load_task, tasks
from playground.settings import Settings
from playground.ui import chat as talk
from playground.ui import endpoint_form
from playground.ui.chat import Chat, task_of
from playground.ui.chat_widgets import LONGEST, TRIES, Widgets, lay_out
from playground.ui.frame import HEAVY, LIGHT, Drawing, Frame, told, warn
from playground.ui.panes import pane_html
from playground.ui.picks import (
    MOST,
    contender_choices,
    contender_label,
    contender_note,
    endpoint_host,
    known_contenders,
    task_title,
)
from playground.ui.session import Session
from playground.ui.words import say


@dataclass(frozen=True)
class ChatTab:
    """What the shell needs of this tab."""

    drawing: Drawing
    changes: tuple[Any, ...]
    """Events after which the path line is drawn anew."""
    question: gr.Textbox
    """Where the question is typed."""
    first_question: Callable[[Session], str]
    """What stands there when the page has just loaded, so that one press shows everything."""
    meet: dict[str, Any]
    """The event that seats the adapter trained last, before the tab is opened."""


STOPPING = 4.0
"""Seconds that a question waits for the one before it to stop."""


def build(frame: Frame) -> ChatTab:
    """Lay out the tab and wire it."""
    chat = gr.State(Chat())
    ui = lay_out(frame)
    drawing = Drawing(lambda session, now: draw(frame, session, now), [chat], ui.drawn)
    picked = _wire_picks(frame, chat, ui)
    finished = _wire_asking(frame, chat, ui)
    _wire_examples(frame, chat, ui)
    return ChatTab(
        drawing,
        (*picked, *finished),
        ui.question,
        lambda session: _first_question(frame, session),
        _meeting(frame, chat, ui),
    )


def _meeting(frame: Frame, chat: gr.State, ui: Widgets) -> dict[str, Any]:
    """Seat the adapter trained last beside base and few-shot, on its own task, with no conversation behind them."""

    @told
    def meet(session: Session, now: Chat, typed: str) -> str:
        return _turn_to(frame, session, now, session.trained_task or session.task, typed)

    return {"fn": meet, "inputs": [frame.session, chat, ui.question], "outputs": [ui.question], **LIGHT}


def _turn_to(frame: Frame, session: Session, now: Chat, name: str, typed: str) -> str:
    """Begin anew on a task; gives the question that is to stand in the box."""
    before, task = task_of(session, frame.settings), load_task(name, frame.settings, session.visitor)
    session.task, session.contenders = name, ()
    now.panes, now.known = (), None
    # An example of the other task makes room for one of this; what was typed by hand stays.
    return typed if typed.strip() and typed not in before.tries else next(iter(task.tries), "")


# ---- drawing ------------------------------------------------------------------------------------


def draw(frame: Frame, session: Session, chat: Chat) -> list[Any]:
    """The values of `Widgets.drawn`."""
    settings, lang = frame.of(session), session.lang
    task = task_of(session, settings)
    talk.seat(session, chat, settings, task)
    texts = draw_panes(frame, session, chat)
    seats = len(chat.panes)
    titles = [(task_title(one, lang), one.name) for one in tasks(settings, session.visitor)]
    words = [*task.tries, *[""] * TRIES][:TRIES]
    return [
        f"<p>{escape(say(lang, 'chat.say'))}</p>",
        gr.update(choices=titles, value=task.name),
        gr.update(choices=contender_choices(settings, session, task), value=list(session.seated)),
        _fair(frame, session, chat),
        *[gr.update(value=text, visible=place < seats) for place, text in enumerate(texts)],
        gr.update(value=say(lang, f"chat.send.{max(seats, 1)}")),
        gr.update(choices=_prompts(settings, lang)),
        *[gr.update(value=text, visible=bool(text)) for text in words],
    ]


def draw_panes(frame: Frame, session: Session, chat: Chat) -> list[str]:
    """The HTML of all panes, "" for those that are not taken."""
    task, lang = task_of(session, frame.settings), session.lang
    drawn = [
        pane_html(pane, contender_label(pane.name, lang), contender_note(pane.name, lang), task, lang)
        for pane in chat.panes
    ]
    return [*drawn, *[""] * (MOST - len(drawn))]


def _prompts(settings: Settings, lang: str) -> list[tuple[str, str]]:
    """(title, name) of the system texts that ship."""
    prompts = [load_prompt(name, settings) for name in prompt_names(settings)]
    return [(prompt.title.get(lang) or prompt.name, prompt.name) for prompt in prompts]


def _first_question(frame: Frame, session: Session) -> str:
    return next(iter(task_of(session, frame.settings).tries), "")


def _fair(frame: Frame, session: Session, chat: Chat) -> str:
    """Whether the comparison is fair, and where question and answers go."""
    lang, reasons = session.lang, talk.unfairness(session, chat, frame.of(session))
    text = say(lang, "chat.unfair", reason="; ".join(reasons)) if reasons else say(lang, "chat.fair")
    hosts = dict.fromkeys(endpoint_host(name) for name in session.seated if name.startswith("endpoint:"))
    stays = say(lang, "chat.stays.space" if frame.settings.public else "chat.stays")
    where = say(lang, "chat.goes", hosts=", ".join(hosts)) if hosts else stays
    return f'<p class="{"uneven" if reasons else "even"}">{escape(text)} <span class="where">{escape(where)}</span></p>'


def _buttons(running: bool) -> list[Any]:
    return [
        gr.update(visible=not running),
        gr.update(visible=running),
        gr.update(interactive=not running),
        gr.update(interactive=not running),
    ]


# ---- wiring -------------------------------------------------------------------------------------


def _wire_picks(frame: Frame, chat: gr.State, ui: Widgets) -> list[Any]:
    @told
    def pick_task(session: Session, now: Chat, name: str, typed: str) -> list[Any]:
        question = typed if name == session.task else _turn_to(frame, session, now, name, typed)
        return [*draw(frame, session, now), question]

    @told
    def pick(session: Session, now: Chat, names: list[str]) -> list[Any]:
        if not names:
            gr.Info(say(session.lang, "chat.none"), title=say(session.lang, "notice"))
        session.contenders = known_contenders(frame.of(session), session, task_of(session, frame.settings), names)
        return draw(frame, session, now)

    @told
    def seat(session: Session, now: Chat, *fields: str) -> list[Any]:
        line = endpoint_form.seated(frame, session, *fields)
        return [*draw(frame, session, now), line]

    @told
    def take_prompt(session: Session, name: str | None) -> str:
        return load_prompt(name, frame.settings).in_language(session.lang) if name else ""

    ui.shelf.input(take_prompt, [frame.session, ui.shelf], [ui.knobs[0]], **LIGHT)
    return [
        ui.task.input(pick_task, [frame.session, chat, ui.task, ui.question], [*ui.drawn, ui.question], **LIGHT),
        ui.contenders.input(pick, [frame.session, chat, ui.contenders], ui.drawn, **LIGHT),
        ui.endpoint.seat.click(
            seat, [frame.session, chat, *ui.endpoint.fields], [*ui.drawn, ui.endpoint.answer], **LIGHT
        ),
    ]


def _wire_asking(frame: Frame, chat: gr.State, ui: Widgets) -> list[Any]:
    """Ask: check and show the question, stream the answers, put the buttons back."""

    def begin(session: Session, now: Chat, text: str, *knobs: Any) -> list[Any]:
        if frame.stops.busy((session.page, "chat"), STOPPING):
            gr.Info(say(session.lang, "chat.running"), title=say(session.lang, "notice"))
            return [gr.skip()] * len(shown)
        try:
            if not (text or "").strip():
                gr.Info(say(session.lang, "chat.nothing"), title=say(session.lang, "notice"))
                return [*draw_panes(frame, session, now), text, *_buttons(False)]
            _gather(now, text, *knobs)
            talk.put_question(session, now, frame.of(session), text)
        except Exception as error:
            warn(error, session.lang)
            return [*draw_panes(frame, session, now), text, *_buttons(False)]
        frame.stops.begin((session.page, "chat"))
        return [*draw_panes(frame, session, now), "", *_buttons(True)]

    def again(session: Session, now: Chat, text: str, *knobs: Any) -> list[Any]:
        busy = frame.stops.busy((session.page, "chat"), STOPPING)
        before = now.panes
        last = None if busy else talk.take_back(now)
        if last is None:
            return begin(session, now, text, *knobs)
        values = begin(session, now, last, *knobs)
        if not talk.running(now):
            now.panes = before  # nothing was asked, so nothing is taken back
            values[:MOST] = draw_panes(frame, session, now)
        values[MOST] = text  # what is being typed stays in the box
        return values

    form = [frame.session, chat, ui.question, *ui.knobs]
    shown = [*ui.panes, ui.question, *ui.buttons]
    begun = [
        trigger(handler, form, shown, trigger_mode="once", **LIGHT)
        for trigger, handler in ((ui.send.click, begin), (ui.question.submit, begin), (ui.retry.click, again))
    ]
    _wire_halting(frame, chat, ui)
    return _wire_streaming(frame, chat, ui, begun)


def _wire_streaming(frame: Frame, chat: gr.State, ui: Widgets, begun: list[Any]) -> list[Any]:
    """Answers by one of two ways, and the buttons put back; gives the events after which a question is over.

    What other servers answer waits for no model of this machine. Both ways follow every question, and the one that is
    not its own lets it be.
    """

    def stream(session: Session, now: Chat, here: bool) -> Iterator[list[str]]:
        key = (session.page, "chat")
        if talk.asks_here(now) != here:
            yield [gr.skip()] * len(ui.panes)
            return
        signal = frame.stops.take(key)
        if signal.is_set():  # stopped while it was in line, or answered already by an earlier press
            yield draw_panes(frame, session, now)
            return
        try:
            for _ in talk.answers(frame, session, now, signal):
                yield draw_panes(frame, session, now)
        except Exception as error:
            warn(error, session.lang)
        finally:
            talk.settle(now)
            frame.stops.end(key, signal)
        yield draw_panes(frame, session, now)

    def stream_here(session: Session, now: Chat) -> Iterator[list[str]]:
        yield from stream(session, now, here=True)

    def stream_there(session: Session, now: Chat) -> Iterator[list[str]]:
        yield from stream(session, now, here=False)

    def done(session: Session, now: Chat) -> list[Any]:
        if talk.running(now):  # on the other of the two ways
            return [gr.skip()] * (len(ui.buttons) + 1)
        return [*_buttons(False), _fair(frame, session, now)]

    finished = []
    for asked in begun:
        for way, lane in ((stream_there, LIGHT), (stream_here, HEAVY)):
            streamed = asked.then(way, [frame.session, chat], ui.panes, **lane)
            finished.append(streamed.then(done, [frame.session, chat], [*ui.buttons, ui.fair], **LIGHT))
    return finished


def _wire_halting(frame: Frame, chat: gr.State, ui: Widgets) -> None:
    """Stop, and clear."""

    def halt(session: Session, now: Chat) -> list[Any]:
        """What waits in line ends here; what runs is told to stop, and ends as it streams."""
        key = (session.page, "chat")
        if not frame.stops.leave_line(key):
            frame.stops.stop(key)
            return [gr.skip()] * (MOST + len(ui.buttons))
        talk.settle(now)
        return [*draw_panes(frame, session, now), *_buttons(False)]

    def wipe(session: Session, now: Chat) -> list[Any]:
        buttons = halt(session, now)[MOST:]
        now.panes, now.known = (), None
        return [*draw(frame, session, now), *buttons]

    ui.stop.click(halt, [frame.session, chat], [*ui.panes, *ui.buttons], **LIGHT)
    ui.clear.click(wipe, [frame.session, chat], [*ui.drawn, *ui.buttons], **LIGHT)


def _gather(chat: Chat, text: str, system: str, temperature: float, tokens: float, seed: float) -> None:
    """One value out of the form. Raises BadSetting."""
    for what, written in (("message", text), ("system text", system)):
        if len(written) > LONGEST:
            raise BadSetting(f"the {what} has {len(written):,} characters; it may have {LONGEST:,}")
    if any(value is None for value in (temperature, tokens, seed)):
        raise BadSetting("a number is empty; fill it in, or reload the page")
    chat.sampling = Sampling(float(temperature), int(tokens), int(seed))
    chat.system = system.strip()


def _wire_examples(frame: Frame, chat: gr.State, ui: Widgets) -> None:
    for button in ui.tries:
        # In the browser alone: nothing has to be asked of the server.
        button.click(None, [button], [ui.question], js="text => text", api_visibility="private")

    @told
    def draw_fresh(session: Session, now: Chat) -> str:
        now.known = talk.fresh_question(session, frame.of(session), random.Random())
        return now.known[0]

    ui.fresh.click(draw_fresh, [frame.session, chat], [ui.question], **LIGHT)
