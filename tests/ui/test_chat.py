"""The chat without its widgets: seats, histories, stopping, trouble in one pane, and what is known to be right."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.contenders.transcript import Reply
from playground.models.scripted import Line
from playground.models.seal import Seal
from playground.records import Usage
from playground.samples import load_task, user_text
from playground.settings import Settings
from playground.ui import chat as talk
from playground.ui import chat_tab
from playground.ui.chat import Chat
from playground.ui.frame import Frame
from playground.ui.marks import Gold
from playground.ui.panes import Pane, Turn, pane_html
from playground.ui.picks import MOST, first_contenders
from playground.ui.session import Session

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import gradio as gr

MakeFrame = Callable[..., Frame]


def ask(frame: Frame, session: Session, chat: Chat, message: str, stop: threading.Event | None = None) -> int:
    """Put the question and take all answers; gives how often the panes were drawn."""
    talk.put_question(session, chat, frame.settings, message)
    drawn = sum(1 for _ in talk.answers(frame, session, chat, stop or threading.Event()))
    talk.settle(chat)
    return drawn


def test_all_seated_are_asked_and_each_keeps_its_own_history(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(Line("again", "second"), Line(reply="first")), Chat()
    session.contenders = ("base", "few-shot:3")
    ask(frame, session, chat, "hello")
    ask(frame, session, chat, "again")
    assert [pane.name for pane in chat.panes] == ["base", "few-shot:3"]
    for pane in chat.panes:
        assert [turn.reply.text for turn in pane.turns] == ["first", "second"]
        assert [turn.state for turn in pane.turns] == ["done", "done"]
    base, few = (pane.turns[-1].sent for pane in chat.panes)
    assert [m["role"] for m in base] == ["user", "assistant", "user"]
    assert len(few) == 3 * 2 + 3
    assert all(m["content"].startswith(("hello", "first", "again")) for m in base)


def test_the_instruction_is_added_to_what_was_typed(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    session.contenders = ("base",)
    ask(frame, session, chat, "收件人王芳")
    task = load_task("address", frame.settings)
    (turn,) = chat.panes[0].turns
    assert turn.sent[-1]["content"] == user_text(task, "收件人王芳") != "收件人王芳"
    html = pane_html(chat.panes[0], "Base", "note", task, "en")
    assert "What was sent" in html


def test_trouble_with_one_contender_is_its_own_pane_s(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    task = load_task("address", frame.settings)
    talk.seat(session, chat, frame.settings, task)
    chat.panes = (talk.Pane("tuned:gone"), *chat.panes)
    turn = talk.Turn("q", "q")
    chat.panes = tuple(talk.replace(pane, turns=(turn,)) for pane in chat.panes)
    for _ in talk.answers(frame, session, chat, threading.Event()):
        pass
    states = [pane.turns[-1].state for pane in chat.panes]
    assert states[0] == "failed" and set(states[1:]) == {"done"}
    assert "gone" in chat.panes[0].turns[-1].reply.error


def test_a_model_that_breaks_off_says_so_in_its_pane(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(Line(reply="half", fail="the line went dead")), Chat()
    session.contenders = ("base",)
    ask(frame, session, chat, "hello")
    turn = chat.panes[0].turns[-1]
    assert turn.state == "failed" and turn.reply.text == "half"
    task = load_task("address", frame.settings)
    assert "the line went dead" in pane_html(chat.panes[0], "Base", "", task, "en")
    assert chat.panes[0].history == ()


def test_answers_stay_with_whom_and_what_was_asked(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(Line(reply="one two three four five six")), Chat()
    session.contenders = ("base", "few-shot:3")
    talk.put_question(session, chat, frame.settings, "hello")
    answering = talk.answers(frame, session, chat, threading.Event())
    next(answering)
    # The base leaves its seat while it answers.
    session.contenders = ("few-shot:3",)
    talk.seat(session, chat, frame.settings, load_task("address", frame.settings))
    list(answering)
    (left,) = chat.panes
    assert left.name == "few-shot:3" and left.turns[-1].reply.text == "one two three four five six"
    # Everything is cleared while it answers.
    talk.put_question(session, chat, frame.settings, "hello")
    answering = talk.answers(frame, session, chat, threading.Event())
    next(answering)
    chat.panes = ()
    list(answering)
    assert chat.panes == ()


def test_with_another_base_the_shipped_adapter_is_not_seated_and_it_is_said(
    make_frame: MakeFrame, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "another").mkdir()
    frame, chat = make_frame(base=str(tmp_path / "another")), Chat()
    task = load_task("address", frame.settings)
    assert first_contenders(frame.settings, session, task) == ("base", "few-shot:3")
    session.seated = ("base", "tuned:address")
    assert any("base" in why for why in talk.unfairness(session, chat, frame.settings))
    session.seated = ("tuned:address",)
    assert talk.unfairness(session, chat, frame.settings) == []


def test_the_seal_says_what_was_compared() -> None:
    task = load_task("address", Settings())
    whole = pane_html(
        Pane("base", seal=Seal(True, "logits of a fixed prompt were kept at load")), "Base", "", task, "en"
    )
    broken = pane_html(Pane("base", seal=Seal(False, "load the base again")), "Base", "", task, "zh")
    assert "were kept at load" in whole and "请重新加载基座模型" in broken and "bit-equal" not in whole + broken


def test_stopping_keeps_what_came(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(Line(reply="word " * 400, delay_ms=20)), Chat()
    session.contenders = ("base",)
    talk.put_question(session, chat, frame.settings, "hello")
    stop = threading.Event()
    for _ in talk.answers(frame, session, chat, stop):
        if chat.panes[0].turns[-1].reply.text:
            stop.set()
    talk.settle(chat)
    turn = chat.panes[0].turns[-1]
    assert turn.state == "stopped" and 0 < len(turn.reply.text) < 2000 and not turn.running


def test_retry_takes_the_last_question_back(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    assert talk.take_back(chat) is None
    session.contenders = ("base",)
    ask(frame, session, chat, "one")
    ask(frame, session, chat, "two")
    assert talk.take_back(chat) == "two"
    assert [turn.typed for turn in chat.panes[0].turns] == ["one"]


@pytest.mark.parametrize("task", ["address", "identity"])
def test_a_fresh_question_comes_with_what_is_right(make_frame: MakeFrame, session: Session, task: str) -> None:
    frame, chat = make_frame(), Chat()
    session.task = task
    chat.known = talk.fresh_question(session, frame.settings, random.Random(1))
    message, gold = chat.known
    session.contenders = ("base",)
    talk.put_question(session, chat, frame.settings, message)
    assert chat.panes[0].turns[-1].gold is gold
    assert "\n请把" not in message and gold.slots


def test_slots_are_counted_where_gold_is_known(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    message, gold = talk.fresh_question(session, frame.settings, random.Random(2))
    frame = make_frame(Line(reply=json.dumps(dict(gold.slots), ensure_ascii=False)))
    chat = Chat(known=(message, gold))
    session.contenders = ("base",)
    ask(frame, session, chat, message)
    html = pane_html(chat.panes[0], "Base", "", load_task("address", frame.settings), "en")
    assert "7 of 7 slots" in html and "exact" in html
    chat = Chat(known=(message, gold))
    ask(make_frame(Line(reply="sorry")), session, chat, message)
    assert "not valid JSON" in pane_html(chat.panes[0], "Base", "", load_task("address", frame.settings), "en")


def test_what_is_offered_to_try_is_judged(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    task = load_task("address", frame.settings)
    for message in task.tries:
        gold = talk.right_for(session, chat, frame.settings, task, message)
        assert gold is not None and list(gold.slots) == list(task.slots)


def test_everything_foreign_is_escaped(make_frame: MakeFrame, session: Session) -> None:
    nasty = "<script>alert(1)</script><b onclick='x'>"
    frame, chat = make_frame(Line(reply=nasty)), Chat(system=nasty)
    session.contenders = ("base",)
    ask(frame, session, chat, nasty)
    html = pane_html(chat.panes[0], nasty, nasty, load_task("address", frame.settings), "zh")
    assert "<script" not in html and "<b onclick" not in html


def test_a_picked_name_that_is_not_there_is_not_seated(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    session.contenders = ("scripted:/etc/passwd", "tuned:../../x", "base")
    talk.seat(session, chat, frame.settings, load_task("address", frame.settings))
    assert session.seated == ("base",)


def test_who_comes_while_a_question_is_in_line_waits_for_the_next(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    task = load_task("address", frame.settings)
    session.contenders = ("base",)
    talk.put_question(session, chat, frame.settings, "hello")
    session.contenders = ("base", "few-shot:3")
    talk.seat(session, chat, frame.settings, task)
    list(talk.answers(frame, session, chat, threading.Event()))
    base, few = chat.panes
    assert base.turns[-1].reply.text == "fine" and few.turns == ()
    assert [why for why in talk.unfairness(session, chat, frame.settings) if "conversation" in why]
    chat.panes = ()
    assert list(talk.answers(frame, session, chat, threading.Event())) == []


def test_who_talks_stays_and_who_was_not_picked_makes_room_for_the_adapter_trained_last(
    make_frame: MakeFrame, session: Session
) -> None:
    frame, chat = make_frame(), Chat()
    task = load_task("address", frame.settings)
    talk.seat(session, chat, frame.settings, task)
    assert session.seated[-1] == "tuned:address" and session.contenders == ()
    shipped = frame.settings.house / "adapters" / "address"
    for age, name in enumerate(("newer", "older")):
        copy = frame.settings.visitor_home(session.visitor) / "adapters" / name
        shutil.copytree(shipped, copy)
        card = json.loads((copy / "card.json").read_text(encoding="utf-8")) | {"name": name}
        (copy / "card.json").write_text(json.dumps(card), encoding="utf-8")
        os.utime(copy / "card.json", (1e9 - age, 1e9 - age))
    ask(frame, session, chat, "hello")
    assert session.seated[-1] == "tuned:newer"
    session.adapter = "older"
    talk.seat(session, chat, frame.settings, task)
    assert session.seated[-1] == "tuned:newer"
    chat.panes = ()
    talk.seat(session, chat, frame.settings, task)
    assert session.seated[-1] == "tuned:older"


def test_a_reply_that_was_cut_is_not_judged(make_frame: MakeFrame, session: Session) -> None:
    task = load_task("address", make_frame().settings)
    usage = Usage(prompt_tokens=1, reply_tokens=1)
    gold = Gold({"姓名": "王芳"}, {})
    for finish, judged in (("length", False), ("stop", True)):
        reply = Reply("base", '{"姓名": "王芳"}', finish=finish, usage=usage)  # type: ignore[arg-type]
        html = pane_html(Pane("base", (Turn("q", "q", gold, reply=reply),)), "Base", "", task, "en")
        assert ('class="boxes"' in html) is judged


def handlers(frame: Frame) -> dict[str, Any]:
    """The handlers of the tab by their names, as the page holds them."""
    chat_tab_of: dict[str, Any] = {}

    async def build() -> None:
        with gr.Blocks() as page:
            tab = chat_tab.build(frame)
        chat_tab_of.update({fn.fn.__name__: fn.fn for fn in page.fns.values() if fn.fn is not None})
        chat_tab_of["meet"] = tab.meet["fn"]

    # Inside a running loop: where none runs, Gradio makes some and never closes them.
    asyncio.run(build())
    return chat_tab_of


KNOBS = ("", 0.0, 64, 7)
"""System text, temperature, most tokens, seed."""


def test_a_question_in_line_is_stopped_at_once(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    does = handlers(frame)
    session.contenders = ("base",)
    does["begin"](session, chat, "hello", *KNOBS)
    assert chat.panes[0].turns[-1].state == "queued"
    shown = does["halt"](session, chat)
    assert chat.panes[0].turns[-1].state == "stopped" and "queued" not in shown[0]
    assert not frame.stops.busy((session.page, "chat"))
    # Its place in the line comes: nothing is asked.
    list(does["stream_here"](session, chat))
    assert chat.panes[0].turns[-1].reply.text == ""
    does["begin"](session, chat, "again", *KNOBS)
    list(does["stream_here"](session, chat))
    assert [turn.state for turn in chat.panes[0].turns] == ["stopped", "done"]


def test_retry_that_cannot_ask_takes_nothing_back(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    does = handlers(frame)
    session.contenders = ("base",)
    does["begin"](session, chat, "hello", *KNOBS)
    list(does["stream_here"](session, chat))
    before = chat.panes
    with pytest.warns(UserWarning, match="a number is empty"):
        shown = does["again"](session, chat, "typed", "", 0.0, 64, None)
    assert chat.panes == before and shown[MOST] == "typed" and "fine" in shown[0]
    does["again"](session, chat, "typed", *KNOBS)
    assert [turn.state for turn in chat.panes[0].turns] == ["queued"]


def test_an_adapter_is_met_with_a_clean_slate(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(), Chat()
    does = handlers(frame)
    ask(frame, session, chat, "hello")
    session.trained_task = "identity"
    example = load_task("address", frame.settings).tries[0]
    question = does["meet"](session, chat, example)
    assert session.task == "identity" and chat.panes == () and question in load_task("identity", frame.settings).tries
    assert does["meet"](session, chat, "my own words") == "my own words"


def test_a_second_press_does_not_answer_twice(make_frame: MakeFrame, session: Session) -> None:
    from playground.ui.session import Stops

    stops = Stops()
    stops.begin("chat")
    assert not stops.take("chat").is_set()
    # The other press's event comes while the first still streams: there is nothing for it to do.
    assert stops.take("chat").is_set() and stops.busy("chat")
