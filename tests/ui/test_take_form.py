"""A dataset taken away: every group in the form that was picked, zipped with its card, or stopped with nothing left."""

from __future__ import annotations

import tempfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.datasets import find_dataset
from playground.errors import BadDataset, UnknownName
from playground.interchange.brought import rows_of
from playground.interchange.forms import FORMS
from playground.interchange.read import read_table
from playground.interchange.shape import guess
from playground.ui.downloads import drop
from playground.ui.frame import Frame
from playground.ui.making import Form, Stopped, made
from playground.ui.session import Session
from playground.ui.take_form import taken

MakeFrame = Callable[..., Frame]


@pytest.fixture
def frame(make_frame: MakeFrame, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Frame:
    """A page whose visitor has a small dataset, with a temporary folder of its own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    frame = make_frame()
    list(made(frame, session, Form(rows=20), threading.Event()))
    return frame


def rooms() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("playground-take-*"))


@pytest.mark.parametrize("form", FORMS)
def test_every_group_is_in_the_zip_and_reads_back(form: str, frame: Frame, session: Session, tmp_path: Path) -> None:
    *_, (status, file) = taken(frame, session, form, threading.Event())
    assert f"{session.dataset}-{form}.zip" in status
    with zipfile.ZipFile(file["value"]) as pack:
        pack.extractall(tmp_path / "out")
    folder = tmp_path / "out" / f"{session.dataset}-{form}"
    dataset = find_dataset(frame.settings, session.visitor, session.dataset)
    assert "twins --task address" in (folder / "README.md").read_text(encoding="utf-8")
    for group in ("train", *dataset.groups):
        table = read_table(folder / f"{group}{FORMS[form]}")
        back = rows_of(table, guess(table), "address")
        assert [row.messages for row in back.rows] == [row.messages for row in dataset.rows(group)]
    assert rooms() == [] and Path(file["value"]).is_file()
    drop(dataset.path, session.visitor)
    assert not Path(file["value"]).exists()


def test_what_cannot_be_taken_is_told(frame: Frame, session: Session, make_frame: MakeFrame) -> None:
    for form in ("", "poem", "../x"):
        with pytest.raises(UnknownName, match="form"):
            list(taken(frame, session, form, threading.Event()))
    stranger = Session(visitor="c" * 32, page="p", lang="en", dataset=session.dataset)
    with pytest.raises(BadDataset, match="there is no dataset yet"):
        list(taken(frame, stranger, "csv", threading.Event()))
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        list(taken(frame, session, "xlsx", stop))
    assert rooms() == []
