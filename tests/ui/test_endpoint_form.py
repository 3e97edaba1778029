"""A model of another server is seated from the page; its key stays with its visitor and is written nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.errors import BadSetting
from playground.models.catalogue import MOST_OF_ALL, MOST_OF_ONE
from playground.ui import endpoint_form
from playground.ui.chat import Chat, unfairness
from playground.ui.frame import Frame
from playground.ui.picks import contender_choices, contender_note
from playground.ui.session import Session
from tests.models.wire_server import served
from tests.ui.test_chat import ask

MakeFrame = Callable[..., Frame]
KEY = "sk-test-SECRET-0123456789"


def test_it_is_seated_and_answers_with_its_key(make_frame: MakeFrame, session: Session) -> None:
    frame, chat = make_frame(real=True), Chat()
    with served(lambda _, answer: answer.reply("hi", " there")) as (address, asked, _):
        session.seated = ("base", "few-shot:3", "tuned:a", "tuned:b")
        line = endpoint_form.seated(frame, session, f" {address}/ ", "org/model-1", KEY)
        name = f"endpoint:{address}#org/model-1"
        assert session.contenders == ("base", "few-shot:3", "tuned:a", name) and "model-1 · 127.0.0.1" in line
        session.contenders = (name,)
        ask(frame, session, chat, "hello")
    assert chat.panes[0].turns[-1].reply.text == "hi there"
    assert asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "SECRET" not in repr(session) + repr(chat) + repr(vars(frame.catalogue))
    assert "127.0.0.1" in contender_note(name, "en")


def test_a_key_is_its_visitor_s_own(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame(real=True)
    with served(lambda _, answer: answer.reply("hi")) as (address, asked, _):
        endpoint_form.named(frame, session, address, "m", KEY)
        frame.catalogue.probe(address, "m", "f" * 32)
        frame.catalogue.probe(address, "m", session.visitor)
    assert frame.catalogue.loaded() == []
    assert [one.headers["authorization"] for one in asked] == ["Bearer none", f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (("", "m", ""), "is no address"),
        (("http://127.0.0.1:9/v1", "", ""), "names no model"),
        (("http://127.0.0.1:9/v1", "m", "k" * 501), "the key has 501 characters"),
    ],
)
def test_wrong_fields_are_said(make_frame: MakeFrame, session: Session, fields: tuple[str, ...], says: str) -> None:
    before = session.contenders
    with pytest.raises(BadSetting, match=says):
        endpoint_form.seated(make_frame(real=True), session, *fields)
    assert session.endpoints == () and session.contenders == before


def test_there_is_an_end_to_endpoints(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame(real=True)
    for number in range(endpoint_form.MOST_KEPT):
        endpoint_form.seated(frame, session, "http://127.0.0.1:9/v1", f"m{number}", "")
    with pytest.raises(BadSetting, match="endpoints are there already"):
        endpoint_form.seated(frame, session, "http://127.0.0.1:9/v1", "one more", "")


def test_only_the_newest_stay_open(make_frame: MakeFrame) -> None:
    catalogue = make_frame(real=True).catalogue
    for number in range(MOST_OF_ALL + 5):
        catalogue.endpoint("http://127.0.0.1:9/v1", "m", f"{number:032x}")
    for number in range(MOST_OF_ONE + 3):
        catalogue.endpoint("http://127.0.0.1:9/v1", f"m{number}", "f" * 32)
    names = catalogue.loaded()
    assert len(names) == MOST_OF_ALL and sum(name.endswith("#m") for name in names) == MOST_OF_ALL - MOST_OF_ONE
    catalogue.close()


def test_it_is_said_that_another_server_s_model_is_another_base(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame(real=True)
    session.seated = ("base",)
    assert unfairness(session, Chat(), frame.settings) == []
    endpoint_form.seated(frame, session, "http://127.0.0.1:9/v1", "m", "")
    session.seated = ("base", *session.contenders)
    assert unfairness(session, Chat(), frame.settings) != []


def test_another_page_does_not_see_it(make_frame: MakeFrame, session: Session) -> None:
    from playground.samples import load_task

    frame = make_frame(real=True)
    endpoint_form.seated(frame, session, "http://127.0.0.1:9/v1", "m", "")
    task = load_task("address", frame.settings)
    assert any("endpoint:" in name for _, name in contender_choices(frame.settings, session, task))
    other = Session(visitor="e" * 32)
    assert not any("endpoint:" in name for _, name in contender_choices(frame.settings, other, task))
