"""What the shell hands to every tab, and how a handler answers.

The frame holds what all tabs share: settings, models, the visitor's session, the words on the page
and the stop signals. Nothing here knows a tab.
"""

from __future__ import annotations

import functools
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr

from playground.errors import OtherSideFailed, PlaygroundError
from playground.sentences import sentence
from playground.settings import Settings
from playground.ui.session import Session, Stops
from playground.ui.words import say
from playground.visitors import clear_away

if TYPE_CHECKING:
    from playground.models.catalogue import Catalogue

C = TypeVar("C")
log = logging.getLogger("playground.ui")

CLEANING = 3600.0
"""Seconds between two times of clearing away."""
LIGHT: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
"""For handlers that only read and draw: as many at once as come."""

HEAVY: dict[str, Any] = {
    "show_progress": "hidden",
    "concurrency_id": "model",
    "concurrency_limit": 1,
    "api_visibility": "private",
    "trigger_mode": "once",
}
"""For handlers that make a model work: they wait for each other, over all visitors."""


class Labels:
    """The words of every component that has fixed ones, so that one call re-labels the whole page."""

    def __init__(self) -> None:
        self._entries: list[tuple[Any, dict[str, str]]] = []

    def add(self, component: C, **keys: str) -> C:
        """Remember that a component's property (label, info, value, placeholder) shows the words of a key."""
        self._entries.append((component, keys))
        # Until the page knows its visitor's language it says them in English, not in Gradio's "Dropdown" and "Run".
        for name, key in keys.items():
            setattr(component, name, say("en", key))
        return component

    @property
    def components(self) -> list[Any]:
        """The components, in the order of `updates`."""
        return [component for component, _ in self._entries]

    def updates(self, lang: str) -> list[Any]:
        """What puts every component into a language."""
        words: list[dict[str, Any]] = [
            {name: say(lang, key) for name, key in keys.items()} for _, keys in self._entries
        ]
        return [gr.update(**one) for one in words]


@dataclass(frozen=True)
class Frame:
    """What every tab is given."""

    settings: Settings
    catalogue: Catalogue
    session: gr.State
    """Holds the page's Session. Handlers change it in place: one page, one object, so that what two of
    them change at the same time is never lost."""
    labels: Labels = field(default_factory=Labels)
    stops: Stops = field(default_factory=Stops)
    starting: threading.Lock = field(default_factory=threading.Lock)
    """Held from the question whether a run may start until it has."""

    clearing: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    """Taken for CLEANING seconds by who clears away the things of visitors who stayed away."""

    def clear_away(self) -> None:
        """Clear away what nobody came back to, at most once in CLEANING seconds."""
        if not self.clearing.acquire(blocking=False):
            return
        again = threading.Timer(CLEANING, self.clearing.release)
        again.daemon = True
        again.start()
        gone = clear_away(self.settings)
        if gone:
            log.info("the things of %d visitors who stayed away were cleared away", gone)

    def of(self, session: Session) -> Settings:
        """The settings as this page has them: with the base that was picked on it."""
        return replace(self.settings, base=session.base) if session.base else self.settings


@dataclass(frozen=True)
class Drawing:
    """What draws a tab from the session and the files: after loading, in another language, when it is opened."""

    draw: Callable[..., list[Any]]
    """Session and the values of `inputs` to the values of `outputs`."""
    inputs: list[Any]
    outputs: list[Any]


@dataclass(frozen=True)
class Fold:
    """A fold of a tab, built by a module of its own."""

    drawing: Drawing
    changes: tuple[Any, ...] = ()
    """Events after which there is another task or dataset, so that its tab is drawn anew."""
    asides: tuple[Any, ...] = ()
    """Events after which the other folds of its tab have something else to show."""


def joined(drawings: Sequence[Drawing]) -> Drawing:
    """Several drawings as one."""

    def draw(session: Session, *values: Any) -> list[Any]:
        made: list[Any] = []
        at = 0
        for one in drawings:
            made += one.draw(session, *values[at : at + len(one.inputs)])
            at += len(one.inputs)
        return made

    inputs = [component for one in drawings for component in one.inputs]
    return Drawing(draw, inputs, [component for one in drawings for component in one.outputs])


def notice(error: BaseException, lang: str) -> str:
    """What a person is told about an error, in one sentence of their language. What is not theirs to mend is logged."""
    if isinstance(error, PlaygroundError):
        if isinstance(error, OtherSideFailed):
            log.warning("%s", error, exc_info=error)
        return sentence(str(error), lang)
    number = secrets.token_hex(3)
    log.error("unexpected error %s", number, exc_info=error)
    return say(lang, "unexpected", id=number)


def warn(error: BaseException, lang: str) -> None:
    """Show an error as a notice in the corner."""
    gr.Warning(notice(error, lang), title=say(lang, "notice"))


def told(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler (session first) whose errors become a notice in the visitor's language and leave the page as it is."""

    @functools.wraps(handler)
    def run(session: Session, *args: Any, **named: Any) -> Any:
        try:
            return handler(session, *args, **named)
        except Exception as error:
            warn(error, session.lang)
            return gr.skip()

    return run
