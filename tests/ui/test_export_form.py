"""The GGUF fold: what is picked becomes an order, progress is told, and a wrong pick is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.errors import UnknownName, UserError
from playground.ui import export_form
from playground.ui.frame import Frame
from playground.ui.session import Session
from tests.models.made import make_adapter

MakeFrame = Callable[..., Frame]


@pytest.fixture
def frame(make_frame: MakeFrame, session: Session, tiny: BaseRef) -> Frame:
    """A page whose visitor has an adapter of their own."""
    made = make_frame(base=tiny.path_or_hub_id)
    make_adapter(made.settings.visitor_home(session.visitor) / "adapters" / "mine", tiny)
    return made


def test_the_visitor_s_adapters_on_this_base_are_offered(frame: Frame, session: Session) -> None:
    assert export_form.adapter_choices(frame, session)["choices"] == ["mine"]
    session.adapter = "mine"
    assert export_form.adapter_choices(frame, session)["value"] == "mine"


def test_a_file_is_made_and_offered(frame: Frame, session: Session) -> None:
    shown = list(export_form.made(frame, session, "mine", "merged", "q8_0"))
    status, download = shown[-1]
    assert "mine-q8_0.gguf" in status and len(shown) > 1
    assert download["visible"] and Path(download["value"]).read_bytes()[:4] == b"GGUF"


@pytest.mark.parametrize(
    ("adapter", "form", "kind"),
    [("nobody", "merged", "q8_0"), ("../mine", "merged", "q8_0"), ("mine", "x", "q8_0"), ("mine", "merged", "q1")],
)
def test_a_wrong_pick_is_one_sentence(frame: Frame, session: Session, adapter: str, form: str, kind: str) -> None:
    with pytest.raises(UserError):
        export_form.order_of(frame, session, adapter, form, kind, Path())
    ((status, download),) = export_form.made(frame, session, adapter, form, kind)
    assert "⚠" in status and not download["visible"]


def test_another_visitor_s_adapter_is_not_written(make_frame: MakeFrame, session: Session, tiny: BaseRef) -> None:
    frame = make_frame(base=tiny.path_or_hub_id, public=True)
    make_adapter(frame.settings.visitor_home("a" * 32) / "adapters" / "mine", tiny)
    other = Session(visitor="b" * 32, lang="en")
    with pytest.raises(UnknownName):
        export_form.order_of(frame, other, "mine", "merged", "q8_0", Path())
