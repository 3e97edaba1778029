"""The fold that says what is kept: true about where and how long, and what is deleted is gone from the page too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.settings import Limits
from playground.train.job import new_run
from playground.train.line import held
from playground.ui.frame import Frame
from playground.ui.kept_form import deleted, draw, where_lines
from playground.ui.making import Form, made
from playground.ui.session import Session, Signal
from playground.ui.twins_tab import draw_result

MakeFrame = Callable[..., Frame]


def twins(frame: Frame, session: Session) -> str:
    list(made(frame, session, Form(rows=3), Signal()))
    return session.dataset


def test_what_was_made_is_listed_and_deleted(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    assert "There is nothing yet" in draw(frame, session)[0]
    name = twins(frame, session)
    told, listed = draw(frame, session)
    assert "In all: 1, " in told and [id_ for _, id_ in listed["choices"]] == [f"datasets/{name}"]
    assert "1 deleted" in deleted(frame, session, [f"datasets/{name}"])
    assert session.dataset == "" and session.rows == 0 and draw(frame, session)[1]["choices"] == []
    assert "empty" in draw_result(frame, session)[0]


def test_nothing_picked_and_nothing_there_are_told(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    assert "Nothing is picked" in deleted(frame, session, [])
    assert "is not among your things" in deleted(frame, session, ["datasets/x"])


def test_what_a_run_works_with_stays_while_it_goes_on(make_frame: MakeFrame, session: Session) -> None:
    from playground.records import json_line
    from playground.train.order import TrainOrder
    from playground.train.recipe import Recipe

    frame = make_frame()
    name, run = twins(frame, session), new_run(frame.settings, session.visitor)
    data = frame.settings.visitor_home(session.visitor) / "datasets" / name
    run.mkdir(parents=True)
    order = TrainOrder(data, "starter", "x", Recipe(), "mine", Path("x"))
    (run / "order.json").write_text(json_line(order.as_json()))
    with held(run):
        assert "belongs to a run that goes on; stop it first" in deleted(frame, session, [f"datasets/{name}"])
        assert data.is_dir() and session.dataset == name
    assert "2 deleted" in deleted(frame, session, [f"datasets/{name}", f"runs/{run.name}"])
    assert not data.exists() and not run.exists()


def test_where_things_lie_is_told_truly(make_frame: MakeFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_frame().settings
    assert where_lines(settings, "en") == [
        f"What you make stays on this machine, in {settings.home}, until you delete it."
    ]
    space = replace(settings, public=True, visitor_limits=Limits(days=3))
    told = " ".join(where_lines(space, "en"))
    assert "3 days after your last visit" in told and "all of it is gone" in told and "500 MB" in told
    monkeypatch.setattr("os.path.ismount", lambda path: str(path) == str(settings.home))
    assert "all of it is gone" not in " ".join(where_lines(space, "en"))
    assert len(where_lines(space, "zh")) == 2


def test_a_visitor_makes_so_many_rows_and_no_more(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame(public=True, visitor_limits=Limits(rows=10))
    stranger = replace(session, visitor="a" * 32)
    with pytest.raises(Exception, match="rows is 11; it must be 1 to 10"):
        list(made(frame, stranger, Form(rows=11), Signal()))
    list(made(frame, stranger, Form(rows=10), Signal()))
    assert stranger.rows == 10


def test_an_adapter_that_a_waiting_run_goes_on_from_stays(make_frame: MakeFrame, session: Session) -> None:
    from playground.records import json_line
    from playground.train.order import TrainOrder
    from playground.train.recipe import Recipe

    frame = make_frame()
    home = frame.settings.visitor_home(session.visitor)
    for name in ("first", "first-2"):
        (home / "adapters" / name / "epochs" / "1").mkdir(parents=True)
    run = new_run(frame.settings, session.visitor)
    run.mkdir(parents=True)
    earlier = home / "adapters" / "first" / "epochs" / "1"
    order = TrainOrder(home / "d", "starter", "x", Recipe(), "mine", home / "x", continue_from=earlier)
    (run / "order.json").write_text(json_line(order.as_json()))
    session.contenders = ("base", "tuned:first@1", "tuned:first-2")
    with held(run):
        assert "belongs to a run that goes on" in deleted(frame, session, ["adapters/first"])
    assert "1 deleted" in deleted(frame, session, ["adapters/first"])
    assert session.contenders == ("base", "tuned:first-2") and (home / "adapters" / "first-2").is_dir()


def test_the_copies_made_for_download_go_too(make_frame: MakeFrame, session: Session) -> None:
    from playground.ui.downloads import zipped

    frame = make_frame()
    name = twins(frame, session)
    copy = Path(zipped(frame.settings.visitor_home(session.visitor) / "datasets" / name, session.visitor))
    assert copy.is_file()
    deleted(frame, session, [f"datasets/{name}"])
    assert not copy.exists()
