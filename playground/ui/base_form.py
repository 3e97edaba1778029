"""The fold at the page's foot in which a visitor picks the base: the starter, an open model, a folder, a hub id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import gradio as gr

from playground.checkpoints import open_tokenizer, resolve
from playground.errors import BadSetting, known
from playground.models.memory import Needs, file_needs, needs
from playground.settings import at_home
from playground.ui.frame import LIGHT, Frame, notice
from playground.ui.pace import paced
from playground.ui.progress import empty_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import say

OPEN = (
    ("Qwen/Qwen2.5-0.5B-Instruct", "0.5 B · 1.0 GB"),
    ("Qwen/Qwen3-0.6B", "0.6 B · 1.5 GB"),
    ("Qwen/Qwen2.5-1.5B-Instruct", "1.5 B · 3.1 GB"),
    ("Qwen/Qwen3-1.7B", "1.7 B · 4.1 GB"),
    ("HuggingFaceTB/SmolLM2-135M-Instruct", "0.1 B · 0.3 GB"),
    ("HuggingFaceTB/SmolLM2-360M-Instruct", "0.4 B · 0.7 GB"),
    ("meta-llama/Llama-3.2-1B-Instruct", "1.2 B · 2.5 GB"),
)
"""Small open chat models that are offered by name, with their numbers and what is fetched."""
LONGEST = 300
"""Characters of a name or path."""


@dataclass(frozen=True)
class BaseForm:
    """What the page's wiring needs: what was picked, where the answer goes, and the button that makes it the base."""

    pick: gr.Dropdown
    answer: gr.HTML
    use: gr.Button


def build(frame: Frame) -> BaseForm:
    """Lay the fold out and wire the look at what a base would take."""
    add = frame.labels.add
    with add(gr.Accordion(open=False, elem_id="base"), label="base.title"):
        with gr.Row():
            pick = add(
                gr.Dropdown(
                    base_choices(frame), value=frame.settings.base, elem_id="base-pick", scale=4,
                    allow_custom_value=not frame.settings.public,
                ),
                label="base.pick", info="base.pick.public" if frame.settings.public else "base.pick.hint",
            )  # fmt: skip
            with gr.Column(scale=1, min_width=160):
                look = add(gr.Button(size="sm", elem_id="base-look"), value="base.look")
                use = add(gr.Button(size="sm", elem_id="base-use"), value="base.use")
        answer = gr.HTML(elem_id="base-answer")

    def told_needs(session: Session, name: str) -> Iterator[str]:
        yield from looked_at(frame, session, name)

    look.click(told_needs, [frame.session, pick], [answer], **{**LIGHT, "concurrency_limit": 2})
    return BaseForm(pick, answer, use)


def base_choices(frame: Frame) -> list[tuple[str, str]]:
    """(label, name): the base of the settings, the starter, and open models."""
    own = frame.settings.base
    names = [(Path(own).name or own, own)] + ([("starter", "starter")] if own != "starter" else [])
    return [*names, *((f"{name} · {size}", name) for name, size in OPEN if name != own)]


def looked_at(frame: Frame, session: Session, name: str) -> Iterator[str]:
    """What the base would take, as HTML; counts the seconds until it is known."""
    yield from _waited(frame, session, name, use=False)


def used(frame: Frame, session: Session, name: str) -> Iterator[str]:
    """Make it the base of this page, if it can be loaded; who sits in Chat is seated anew."""
    yield from _waited(frame, session, name, use=True)


def _waited(frame: Frame, session: Session, name: str, use: bool) -> Iterator[str]:
    lang = session.lang
    try:
        waited, found = 0, None
        for told in paced(lambda: iter([_needs(frame, name)]), 1.0):
            waited += 1
            found = told[-1] if told else found
            if found is None:
                yield empty_html(say(lang, "base.looking", seconds=waited))
        assert found is not None
        line = needs_line(found, lang)
        if use:
            if found.memory_bytes > found.free_bytes + frame.catalogue.room():
                raise BadSetting(
                    f"base {name.strip()!r:.80} takes about {_gb(found.memory_bytes)} GB of memory and "
                    f"{_gb(found.free_bytes)} GB are free; choose a smaller one"
                )
            session.base = "" if name.strip() == frame.settings.base else name.strip()
            session.contenders = ()
            line = f"{say(lang, 'base.used', base=Path(name.strip()).name)} {line}"
        yield f"<p>{escape(line)}</p>"
    except Exception as error:
        yield trouble_html(notice(error, lang))


def _needs(frame: Frame, name: str) -> Needs:
    """Raises UnknownName on a public page for what is not offered, BadCheckpoint for what cannot be a base."""
    name = (name or "").strip()
    if len(name) > LONGEST:
        raise BadSetting(f"the base has {len(name):,} characters; it may have {LONGEST:,}")
    offered = [value for _, value in base_choices(frame)]
    if frame.settings.public and name not in offered:
        raise known("base", name, offered)
    if name.endswith(".gguf") and not frame.settings.public:
        return file_needs(at_home(name))
    ref = resolve(name, frame.settings)
    found = needs(ref, frame.catalogue.device.kind)
    if not found.fetch_bytes:
        open_tokenizer(ref)  # one without a chat template is told now, not at the first question
    return found


def needs_line(found: Needs, lang: str) -> str:
    """What a base would take, in words."""
    fetch = say(lang, "base.fetch", size=_gb(found.fetch_bytes)) if found.fetch_bytes else say(lang, "base.here")
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
