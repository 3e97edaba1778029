"""A page's frame with a scripted model behind it, so that handlers are tried without a browser or a base."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from playground.device import Device
from playground.models.scripted import Line, ScriptedModel
from playground.settings import LOCAL, Settings
from playground.ui.session import Session

with warnings.catch_warnings():
    # Gradio and what it brings warn at their own import; that is not ours to mend.
    warnings.simplefilter("ignore")
    import gradio as gr

    from playground.ui.frame import Frame


class OneModel:
    """A catalogue that has one model for every base."""

    def __init__(self, settings: Settings, model: ScriptedModel) -> None:
        self.settings = settings
        self.model = model

    device = Device("cpu", "a test asks no card")

    reached = None

    def base(self, name: str) -> ScriptedModel:
        """The model, whatever the base."""
        return self.model

    def scripted(self, path: Path | str) -> ScriptedModel:
        """The model, whatever the file."""
        return self.model

    def loaded(self, kind: str = "") -> list[str]:
        """Nothing is loaded that runs on a device."""
        return []

    def room(self) -> int:
        """Nothing is loaded that could be closed."""
        return 0

    def close(self) -> None:
        """Nothing to close."""


def built(frame: Frame) -> Any:
    """The page, built inside a running loop: where none runs, Gradio makes some and never closes them."""

    async def build_it() -> Any:
        from playground.ui.shell import build

        return build(frame.catalogue, frame.settings)

    return asyncio.run(build_it())


@pytest.fixture
def session() -> Session:
    """A page that has loaded, in English."""
    return Session(visitor=LOCAL, page="page", lang="en")


@pytest.fixture
def make_frame(settings: Settings) -> Callable[..., Frame]:
    """Makes a frame whose model answers with these lines; with `real`, a frame with the real catalogue."""

    def make(*lines: Line, real: bool = False, **changes: Any) -> Frame:
        from dataclasses import replace

        from playground.models.catalogue import Catalogue

        changed = replace(settings, **changes)
        catalogue = Catalogue(changed) if real else OneModel(changed, ScriptedModel(lines or (Line(reply="fine"),)))
        return Frame(changed, cast(Any, catalogue), gr.State(Session()))

    return make
