"""The fold at the page's foot in which a visitor picks the base: the starter, an open model, a folder, a hub id."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import gradio as gr

from playground.checkpoints import hub
from playground.checkpoints.files import open_tokenizer, resolve
from playground.errors import BadSetting, known
from playground.events import Fetched
from playground.models.memory import Needs, file_needs, needs
from playground.secret import Secret
from playground.settings import at_home
from playground.ui.frame import LIGHT, Frame, notice
from playground.ui.pace import paced
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import duration, say, size

OPEN = (
    ("Qwen/Qwen2.5-0.5B-Instruct", "0.5 B · 1.0 GB"),
    ("Qwen/Qwen3-0.6B", "0.6 B · 1.5 GB"),
    ("Qwen/Qwen2.5-1.5B-Instruct", "1.5 B · 3.1 GB"),
    ("Qwen/Qwen3-1.7B", "1.7 B · 4.1 GB"),
    ("HuggingFaceTB/SmolLM2-135M-Instruct", "0.1 B · 0.3 GB"),
    ("HuggingFaceTB/SmolLM2-360M-Instruct", "0.4 B · 0.7 GB"),
    ("meta-llama/Llama-3.2-1B-Instruct", "1.2 B · 2.5 GB"),
    ("google/gemma-3-270m-it", "0.3 B · 0.6 GB"),
    ("google/gemma-3-1b-it", "1.0 B · 2.0 GB"),
)
"""Small open chat models that are offered by name, with their numbers and what is fetched."""
GATED = frozenset(name for name, _ in OPEN if name.startswith(("meta-llama/", "google/")))
"""Those that the hub hands to people only who have accepted their terms."""
LONGEST = 300
"""Characters of a name or path."""
BEAT = 0.5
"""Seconds between two looks at a download."""


@dataclass(frozen=True)
class BaseForm:
    """What the page's wiring needs: what was picked, where the answer goes, and the button that makes it the base."""

    pick: gr.Dropdown
    token: gr.Textbox
    answer: gr.HTML
    use: gr.Button


def build(frame: Frame) -> BaseForm:
    """Lay the fold out and wire the look at what a base would take, and the stop of a download."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="base"), label="base.title"):
        with gr.Row():
            pick = add(
                gr.Dropdown(
                    base_choices(frame), value=frame.settings.base, elem_id="base-pick", scale=3,
                    allow_custom_value=not frame.settings.public,
                ),
                label="base.pick", info="base.pick.public" if frame.settings.public else "base.pick.hint",
            )  # fmt: skip
            token = add(
                gr.Textbox("", type="password", max_length=200, elem_id="base-token", scale=2),
                label="base.token", info="base.token.hint",
            )  # fmt: skip
            with gr.Column(scale=1, min_width=160):
                look = add(gr.Button(size="sm", elem_id="base-look"), value="base.look")
                use = add(gr.Button(size="sm", elem_id="base-use"), value="base.use")
                stop = add(gr.Button(size="sm", variant="stop", elem_id="base-stop"), value="base.stop")
        answer = gr.HTML(elem_id="base-answer")

    def told_needs(session: Session, name: str, token: str) -> Iterator[str]:
        yield from looked_at(frame, session, name, token)

    def stopped(session: Session) -> None:
        frame.stops.stop(_key(session))

    look.click(told_needs, [frame.session, pick, token], [answer], **{**LIGHT, "concurrency_limit": 2})
    stop.click(stopped, [frame.session], None, **LIGHT)
    return BaseForm(pick, token, answer, use)


def base_choices(frame: Frame) -> list[tuple[str, str]]:
    """(label, name): the base of the settings, the starter, and open models."""
    own = frame.settings.base
    names = [(Path(own).name or own, own)] + ([("starter", "starter")] if own != "starter" else [])
    return [*names, *((f"{name} · {size}", name) for name, size in OPEN if name != own)]


def looked_at(frame: Frame, session: Session, name: str, token: str = "") -> Iterator[str]:
    """What the base would take, as HTML; counts the seconds until it is known."""
    yield from _told(session, _look(frame, session, name, Secret(token or "")))


def used(frame: Frame, session: Session, name: str, token: str = "") -> Iterator[str]:
    """Make it the base of this page, fetched first if need be; who sits in Chat is seated anew."""
    yield from _told(session, _use(frame, session, name, Secret(token or "")))


def _told(session: Session, steps: Iterator[str]) -> Iterator[str]:
    try:
        yield from steps
    except Exception as error:
        yield trouble_html(notice(error, session.lang))


def _look(frame: Frame, session: Session, name: str, token: Secret) -> Generator[str, None, Needs]:
    waited, found = 0, None
    for told in paced(lambda: iter([_needs(frame, name, token)]), 1.0):
        waited += 1
        found = told[-1] if told else found
        if found is None:
            yield empty_html(say(session.lang, "base.looking", seconds=waited))
    assert found is not None
    yield f"<p>{escape(needs_line(found, session.lang))}</p>"
    return found


def _use(frame: Frame, session: Session, name: str, token: Secret) -> Iterator[str]:
    lang, name = session.lang, (name or "").strip()
    found = yield from _look(frame, session, name, token)
    if found.memory_bytes > found.free_bytes + frame.catalogue.room():
        raise BadSetting(
            f"base {name!r:.80} takes about {_gb(found.memory_bytes)} GB of memory and "
            f"{_gb(found.free_bytes)} GB are free; choose a smaller one, or a GGUF file of it"
        )
    if found.fetch_bytes:
        whole = yield from _fetch(frame, session, name, found.fetch_bytes, token)
        if not whole:
            return
        open_tokenizer(resolve(name, frame.settings))
    session.base = "" if name == frame.settings.base else name
    session.contenders = ()
    here = needs_line(replace(found, fetch_bytes=0), lang)
    yield done_html(say(lang, "base.used", base=Path(name).name)) + f"<p>{escape(here)}</p>"


def _fetch(frame: Frame, session: Session, name: str, total: int, token: Secret) -> Generator[str, None, bool]:
    """Fetch a base and tell how far that is; gives whether all of it came, and not a stop."""
    lang, key = session.lang, _key(session)
    stop, began = frame.stops.begin(key), time.monotonic()
    first: int | None = None
    try:
        title = say(lang, "base.fetching", base=name)
        for told in paced(lambda: hub.fetch(name, total, token), BEAT, stop):
            if stop.is_set():
                break
            if told:
                now = told[-1]
                first = now.done if first is None else first
                yield progress_html(title, now.done / max(now.total, 1), _pace(now, first, began, lang))
        if stop.is_set():
            yield empty_html(say(lang, "base.stopped", base=name))
        return not stop.is_set()
    finally:
        frame.stops.end(key, stop)


def _pace(now: Fetched, first: int, began: float, lang: str) -> str:
    """So many of so many bytes and, once that can be told, how long yet."""
    parts = [say(lang, "base.bytes", done=size(now.done), total=size(now.total))]
    taken = time.monotonic() - began
    if now.done > first and taken > 2:
        left = (now.total - now.done) * taken / (now.done - first)
        parts.append(say(lang, "train.left", time=duration(left, lang)))
    return " · ".join(parts)


def _key(session: Session) -> tuple[str, str]:
    """What a download of this page is stopped by."""
    return (session.page, "base")


def _needs(frame: Frame, name: str, token: Secret) -> Needs:
    """Raises UnknownName on a public page for what is not offered, BadCheckpoint for what cannot be a base."""
    name = (name or "").strip()
    if len(name) > LONGEST:
        raise BadSetting(f"the base has {len(name):,} characters; it may have {LONGEST:,}")
    offered = [value for _, value in base_choices(frame)]
    if frame.settings.public and name not in offered:
        raise known("base", name, offered)
    if name.endswith(".gguf") and not frame.settings.public:
        return file_needs(at_home(name))
    if frame.settings.public and name in GATED:
        hub.admit(name, token)  # what one visitor was let in to is no other's
    ref = resolve(name, frame.settings)
    found = needs(ref, frame.catalogue.device.kind, token)
    if not found.fetch_bytes:
        open_tokenizer(ref)  # one without a chat template is told now, not at the first question
    return found


def needs_line(found: Needs, lang: str) -> str:
    """What a base would take, in words."""
    fetch = say(lang, "base.fetch", size=size(found.fetch_bytes)) if found.fetch_bytes else say(lang, "base.here")
    takes = say(
        lang,
        "base.takes",
        numbers=f"{found.numbers / 1e6:,.1f}",
        memory=_gb(found.memory_bytes),
        free=_gb(found.free_bytes),
    )
    return f"{takes} {fetch}" if found.fits else f"{takes} {fetch} {say(lang, 'base.toolarge')}"


def _gb(count: float) -> str:
    return f"{count / 1e9:.1f}" if count >= 1e8 else f"{count / 1e9:.2f}"
