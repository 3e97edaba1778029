"""What happens between the parts of the page: a visitor arrives, speaks another language, goes from tab to tab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.scoring.verdict import percent
from playground.sentences import sentence
from playground.ui import base_form, chat_tab, kept_form, score_tab, train_tab, twins_tab
from playground.ui.frame import LIGHT, Drawing, Frame, told, warn
from playground.ui.picks import short_label
from playground.ui.session import Session, fresh_session
from playground.ui.words import language, number, say
from playground.visitors import come

TABS = ("twins", "train", "chat", "score")


@dataclass(frozen=True)
class Wiring:
    """The parts of the page that act on each other."""

    frame: Frame
    kept: gr.BrowserState
    """What the browser keeps of a visitor: id and language."""
    title: gr.HTML
    languages: gr.Radio
    tabs: gr.Tabs
    items: list[gr.Tab]
    base: base_form.BaseForm
    mine: kept_form.KeptForm
    twins: twins_tab.TwinsTab
    train: train_tab.TrainTab
    chat: chat_tab.ChatTab
    score: score_tab.ScoreTab

    @property
    def drawings(self) -> list[Drawing]:
        """How each tab is drawn, in the order of TABS."""
        return [tab.drawing for tab in (self.twins, self.train, self.chat, self.score)]

    def connect(self, page: gr.Blocks) -> None:
        """Tie all events. Must be called inside the page's context."""
        self._arrival(page)
        self._language()
        self._changes()
        self._path()
        self._base()
        self._mine()

    def _mine(self) -> None:
        """What was deleted is gone from the whole page."""
        frame, form = self.frame, self.mine

        def drop(now: Session, ids: list[str] | None) -> list[Any]:
            answer = kept_form.deleted(frame, now, ids)
            return [*kept_form.draw(frame, now), answer]

        dropped = form.delete.click(
            drop, [frame.session, form.pick], [*form.drawn, form.answer], trigger_mode="once", **LIGHT
        )
        self._then_path(dropped.then(**self._all(self.drawings)))

    def _base(self) -> None:
        """Another base: the whole page is drawn anew."""
        frame, form = self.frame, self.base

        def use(now: Session, name: str, token: str) -> Iterator[str]:
            yield from base_form.used(frame, now, name, token)

        used = form.use.click(
            use, [frame.session, form.pick, form.token], [form.answer], trigger_mode="once",
            **{**LIGHT, "concurrency_limit": 8},
        )  # fmt: skip
        self._then_path(used.then(**self._all(self.drawings)).then(**self.train.weigh))

    def _arrival(self, page: gr.Blocks) -> None:
        """Who is it, in which language; then everything is drawn, the open tab before the others."""
        frame, chat, session = self.frame, self.chat, self.frame.session

        def arrive(stored: Any, request: gr.Request) -> tuple[Session, dict[str, str], str, str]:
            fresh = fresh_session(frame.settings, stored)
            if frame.settings.public:
                come(frame.settings, fresh.visitor)
                frame.clear_away()
            if not fresh.lang:
                fresh = replace(fresh, lang=language(request.headers.get("accept-language")))
            return fresh, _browser(fresh), fresh.lang, chat.first_question(fresh)

        page.load(arrive, [self.kept], [session, self.kept, self.languages, chat.question], **LIGHT).then(
            **self._all([chat.drawing])
        ).then(**self._all(self.drawings)).then(_moved, [session], self.items, **IN_TURN)

    def _language(self) -> None:
        """Another language: the whole page at once."""

        def speak(now: Session, lang: str) -> tuple[dict[str, str], str, str]:
            now.lang = lang if lang in ("zh", "en") else "en"
            # How the last presses went stands there in the language of that time.
            return _browser(now), "", ""

        heard = [self.kept, self.twins.status, self.score.status]
        said = self.languages.input(speak, [self.frame.session, self.languages], heard, **LIGHT)
        self._then_path(said.then(**self._all(self.drawings)))

    def _changes(self) -> None:
        """A tab that is opened shows what there is now; work that ends moves the path line."""
        session = self.frame.session
        for item, drawing in zip(self.items, self.drawings, strict=True):
            opened = item.select(told(drawing.draw), [session, *drawing.inputs], drawing.outputs, **LIGHT)
            if drawing is self.train.drawing:
                opened.then(**self.train.weigh)
        for tab in (self.twins, self.train, self.chat, self.score):
            for event in tab.changes:
                event.then(_moved, [session], self.items, **IN_TURN)
        # Where the model runs is known once it has answered.
        for event in self.chat.changes:
            event.then(lambda now: headline(now, self.frame), [session], [self.title], **LIGHT)

    def _then_path(self, event: Any) -> None:
        """The labels once more after all was drawn: meanwhile work may have ended."""
        event.then(_moved, [self.frame.session], self.items, **IN_TURN)

    def _path(self) -> None:
        """From tab to tab: a dataset goes to Train, an adapter to Chat."""
        session = self.frame.session
        self.twins.next.click(**self._to("train", self.train.drawing)).then(**self.train.weigh)
        self.train.next.click(**self.chat.meet).then(**self._to("chat", self.chat.drawing)).then(
            _moved, [session], self.items, **IN_TURN
        )

    def _to(self, name: str, drawing: Drawing) -> dict[str, Any]:
        """The event that opens a tab and draws it."""
        return {
            "fn": lambda now, *values: [gr.update(selected=name), *drawing.draw(now, *values)],
            "inputs": [self.frame.session, *drawing.inputs],
            "outputs": [self.tabs, *drawing.outputs],
            **LIGHT,
        }

    def _all(self, drawings: list[Drawing]) -> dict[str, Any]:
        """The event that draws labels, title, path line and the tabs of `drawings`."""
        frame = self.frame

        def draw_parts(now: Session, *values: Any) -> list[Any]:
            made: list[Any] = [*frame.labels.updates(now.lang), headline(now, frame)]
            at = 0
            for drawing in drawings:
                made += _drawn(drawing, now, list(values[at : at + len(drawing.inputs)]))
                at += len(drawing.inputs)
            return [*made, *_steps(now)]

        return {
            "fn": draw_parts,
            "inputs": [frame.session, *(value for d in drawings for value in d.inputs)],
            "outputs": [*frame.labels.components, self.title, *(o for d in drawings for o in d.outputs), *self.items],
            **LIGHT,
        }


def _browser(session: Session) -> dict[str, str]:
    return {"visitor": session.visitor, "lang": session.lang}


def _drawn(drawing: Drawing, session: Session, values: list[Any]) -> list[Any]:
    """A tab's values; one that cannot be drawn leaves the others alone and says why."""
    try:
        return drawing.draw(session, *values)
    except Exception as error:
        warn(error, session.lang)
        return [gr.skip()] * len(drawing.outputs)


def headline(session: Session, frame: Frame) -> str:
    """The page's title as HTML, with the base and, once it is loaded, where it runs and why."""
    settings, catalogue, lang = frame.of(session), frame.catalogue, session.lang
    base = say(lang, "frame.base", base=Path(settings.base).name or settings.base)
    why = say(lang, "frame.base.why")
    if catalogue.reached is not None:
        base = f"{catalogue.reached.name} · {base}"
        why = f"{sentence(catalogue.reached.why, lang)}{say(lang, 'stop.full')}{why}"
    return (
        f"<h1>{escape(say(lang, 'title'))}</h1><p>{escape(say(lang, 'tagline'))}"
        f'<span class="base" tabindex="0" data-note="{escape(why)}">{escape(base)} ⓘ</span></p>'
    )


def _steps(session: Session) -> list[Any]:
    """The labels of the tabs. What is drawn with much else may come late, so it does not count as told."""
    session.told = ()
    return [gr.update(label=step(name, session)) for name in TABS]


def _moved(session: Session) -> list[Any]:
    """The labels of the tabs, where one of them says something new."""
    labels = tuple(step(name, session) for name in TABS)
    if session.told == labels:
        return [gr.skip()] * len(labels)
    session.told = labels
    return [gr.update(label=label) for label in labels]


IN_TURN = {**LIGHT, "concurrency_id": "path", "concurrency_limit": 1}
"""For the labels alone: one after another, so that an older one never arrives last."""


def step(name: str, session: Session) -> str:
    """A tab's label: its number and word, and below them where the visitor's work stands."""
    lang = session.lang
    now = ""
    if name == "twins":
        now = say(lang, "path.twins.rows", rows=number(session.rows)) if session.rows else say(lang, "path.twins.none")
    elif name == "train":
        if session.run_state == "running":
            now = say(lang, "path.train.running", adapter=session.adapter)
        elif session.adapter and session.loss is not None and session.run_state not in ("failed", "lost", "paused"):
            now = say(lang, "path.train.done", adapter=session.adapter, loss=f"{session.loss:.2g}")
        else:
            now = say(lang, "path.train.none")
    elif name == "chat":
        count = len(session.seated) or 3
        now = say(lang, "path.chat.one") if count == 1 else say(lang, "path.chat.count", count=count)
    elif name == "score":
        now = _scored(session)
    return f"{say(lang, f'path.{name}')}\n{now}"


def _scored(session: Session) -> str:
    lang = session.lang
    # Of equals the one picked later comes first: it is the one in question.
    ranked = sorted(reversed(session.shares.items()), key=lambda pair: -pair[1])[:2]
    told = [(short_label(name, lang), percent(share)) for name, share in ranked]
    if not told:
        return say(lang, "path.score.none")
    if len(told) == 1:
        return " ".join(told[0])
    (best, a), (other, b) = told
    return say(lang, "path.score.done", best=best, a=a, other=other, b=b)
