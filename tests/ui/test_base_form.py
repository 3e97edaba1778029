"""Another base for this page: what it takes is told, what cannot be one is refused, and the panes begin anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef, resolve
from playground.contenders.contender import contender
from playground.errors import BadCheckpoint, UnknownName
from playground.events import ReplyDone
from playground.models.base import Sampling
from playground.models.catalogue import Catalogue
from playground.samples import load_task
from playground.ui import base_form, chat, training
from playground.ui.base_form import OPEN, base_choices, looked_at, used
from playground.ui.chat import Chat
from playground.ui.frame import Frame
from playground.ui.picks import contender_choices, first_contenders
from playground.ui.session import Session
from playground.ui.wiring import headline
from tests.hub_server import TOKEN, Hub
from tests.models.made import talk

MakeFrame = Callable[..., Frame]


def test_the_starter_and_open_models_are_offered_each_once(make_frame: MakeFrame) -> None:
    names = [name for _, name in base_choices(make_frame())]
    assert names[0] == "starter" and len(set(names)) == len(names) == 1 + len(OPEN)


def test_what_it_takes_is_told_and_changes_nothing(make_frame: MakeFrame, session: Session, tiny: BaseRef) -> None:
    *_, last = looked_at(make_frame(), session, tiny.path_or_hub_id)
    assert "million numbers" in last and "on this machine" in last and session.base == ""


def test_a_folder_becomes_the_base_of_this_page_alone(make_frame: MakeFrame, session: Session, tiny: BaseRef) -> None:
    frame, other = make_frame(), replace(session)
    task = load_task("address", frame.settings)
    assert first_contenders(frame.of(session), session, task)[-1] == "tuned:address"
    *_, last = used(frame, session, f" {tiny.path_or_hub_id} ")
    assert "The base is now" in last and session.base == tiny.path_or_hub_id and other.base == ""
    assert frame.of(session).base == tiny.path_or_hub_id and frame.of(other).base == frame.settings.base
    assert Path(tiny.path_or_hub_id).name in headline(session, frame) and "starter" in headline(other, frame)
    # The shipped adapter is another base's: it can be picked, and is not seated by itself.
    assert first_contenders(frame.of(session), session, task) == ("base", "few-shot:3")
    assert ("tuned:address" in {name for _, name in contender_choices(frame.of(session), session, task)}) is True
    assert [name for _, name in training.earlier_choices(frame, session)] == [""]
    list(used(frame, session, frame.settings.base))
    assert session.base == ""


def test_a_conversation_with_another_base_is_over(make_frame: MakeFrame, session: Session, tiny: BaseRef) -> None:
    frame, talk = make_frame(), Chat()
    chat.put_question(session, talk, frame.of(session), "你好")
    assert all(pane.turns for pane in talk.panes)
    list(used(frame, session, tiny.path_or_hub_id))
    chat.seat(session, talk, frame.of(session), load_task("address", frame.settings))
    assert [pane.name for pane in talk.panes] == ["base", "few-shot:3"] and not any(p.turns for p in talk.panes)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "is not there"),
        ("no/such/thing/at/all", "is not there"),
        ("../../no-such-folder", "is not there"),
        ("x" * 400, "400 characters"),
    ],
)
def test_what_cannot_be_a_base_is_one_sentence(make_frame: MakeFrame, session: Session, name: str, told: str) -> None:
    *_, last = used(make_frame(), session, name)
    assert told in last and session.base == ""


def test_a_folder_without_a_checkpoint_is_refused(make_frame: MakeFrame, session: Session, tmp_path: Path) -> None:
    *_, last = used(make_frame(), session, str(tmp_path))
    assert "no readable config.json" in last and session.base == ""


def test_one_that_does_not_fit_is_refused_before_it_is_loaded(
    make_frame: MakeFrame, session: Session, tiny: BaseRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.models.memory.free_bytes", lambda _: 1000)
    frame = make_frame()
    *_, last = looked_at(frame, session, tiny.path_or_hub_id)
    assert "It does not fit now" in last
    *_, last = used(frame, session, tiny.path_or_hub_id)
    assert "choose a smaller one" in last and session.base == "" and frame.catalogue.loaded() == []


def test_a_public_page_opens_no_folder_and_only_what_is_offered(
    make_frame: MakeFrame, session: Session, tiny: BaseRef
) -> None:
    frame = make_frame(public=True)
    for name in (tiny.path_or_hub_id, "somebody/else"):
        *_, last = used(frame, session, name)
        assert "base" in last and "there is" in last and session.base == ""


def test_the_wait_is_counted(make_frame: MakeFrame, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    def slow(*_: object) -> object:
        time.sleep(1.5)
        raise base_form.BadSetting("late; later")

    monkeypatch.setattr(base_form, "needs", slow)
    told = list(looked_at(make_frame(), session, "starter"))
    assert len(told) >= 2 and "looking" in told[0] and "late" in told[-1]


def test_a_gguf_file_answers_and_is_not_offered_twice(
    make_frame: MakeFrame, session: Session, tiny_gguf: Path, tmp_path: Path
) -> None:
    frame = make_frame()
    *_, last = used(frame, session, str(tiny_gguf))
    assert "The base is now tiny.gguf" in last and frame.of(session).base == str(tiny_gguf)
    task = load_task("address", frame.settings)
    assert first_contenders(frame.of(session), session, task) == ("base", "few-shot:3")
    assert not [name for _, name in contender_choices(frame.of(session), session, task) if name.startswith("gguf:")]
    with pytest.raises(BadCheckpoint, match=r"'tiny\.gguf' is a GGUF file, which answers and cannot learn"):
        resolve(str(tiny_gguf), frame.settings)
    catalogue = Catalogue(frame.settings)
    try:
        for name in ("base", "few-shot:3"):
            one = contender(name, task, catalogue, frame.of(session), session.visitor)
            ends = [event for _, event in one.model.replies([one.ask(talk("你好"))], Sampling(max_tokens=4))]
            assert isinstance(ends[-1], ReplyDone) and (ends[-1].usage.few_shot_tokens > 0) == (name != "base")
        with pytest.raises(UnknownName, match="cannot be opened from a public page"):
            contender("base", task, catalogue, replace(frame.of(session), public=True), session.visitor)
    finally:
        catalogue.close()
    damaged = tmp_path / "bad.gguf"
    damaged.write_bytes(tiny_gguf.read_bytes()[:1000])
    *_, last = used(frame, session, str(damaged))
    assert "bad.gguf does not load as a GGUF model" in last and frame.of(session).base == str(tiny_gguf)


def test_a_base_of_the_hub_is_fetched_with_its_progress_told(
    make_frame: MakeFrame, session: Session, a_hub: Hub
) -> None:
    a_hub.pause = 0.1
    a_hub.files["model-00003-of-00003.safetensors"] += bytes(25_000_000)  # what does not fit its header
    frame = make_frame()
    *_, last = looked_at(frame, session, "open/model")
    assert "are fetched first" in last and session.base == ""
    told = list(used(frame, session, "open/model"))
    shown = [line for line in told if "progressbar" in line]
    assert len(shown) >= 2 and "Fetching open/model" in shown[0] and "of 25." in shown[-1]
    # It is the base once all of it is here; that its weights are damaged is told when they are loaded.
    assert "The base is now model" in told[-1] and session.base == "open/model"


def test_a_download_that_is_stopped_leaves_the_base_as_it_was(
    make_frame: MakeFrame, session: Session, a_hub: Hub
) -> None:
    a_hub.pause = 0.3
    a_hub.files["model-00003-of-00003.safetensors"] += bytes(40_000_000)
    frame = make_frame()
    steps = used(frame, session, "open/model")
    for line in steps:
        if "progressbar" in line:
            break
    assert frame.stops.stop((session.page, "base"))
    *_, last = steps
    assert "was stopped, the base is what it was" in last and session.base == ""
    a_hub.pause = 0.0
    *_, last = used(frame, session, "open/model")
    assert "The base is now" in last and session.base == "open/model"


def test_a_gated_base_takes_the_token_of_who_was_let_in(make_frame: MakeFrame, session: Session, a_hub: Hub) -> None:
    frame = make_frame()
    *_, last = used(frame, session, "closed/model")
    assert "accepted its terms" in last and session.base == ""
    *_, last = used(frame, session, "closed/model", f" {TOKEN} ")
    assert "The base is now" in last and session.base == "closed/model"
    assert TOKEN not in last and TOKEN not in repr(session)


def test_what_one_visitor_was_let_in_to_is_no_other_s(
    make_frame: MakeFrame, session: Session, a_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_form, "OPEN", (("closed/model", "small"), ("open/model", "small")))
    monkeypatch.setattr(base_form, "GATED", frozenset({"closed/model"}))
    frame, other = make_frame(public=True), Session(visitor="b" * 32, page="other", lang="en")
    *_, last = used(frame, session, "closed/model", TOKEN)
    assert session.base == "closed/model"
    monkeypatch.setenv("HF_TOKEN", TOKEN)  # the house's own
    # All its files lie on this machine now; the other one is asked for a token of his own all the same.
    for show in (used, looked_at):
        *_, last = show(frame, other, "closed/model")
        assert "accepted its terms" in last and other.base == ""
