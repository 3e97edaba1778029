"""The page around the tabs: title, language, dark or light, and the path line that is the row of tabs.

The only file that knows all tabs; what one tab hands to another goes through here.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from playground.errors import BadSetting
from playground.sentences import sentence
from playground.settings import LOCAL, Settings
from playground.ui import chat_tab, score_tab, train_tab, twins_tab
from playground.ui.frame import LIGHT, Drawing, Frame, told, warn
from playground.ui.picks import short_label
from playground.ui.session import Session, fresh_session
from playground.ui.words import language, number, percent, say

if TYPE_CHECKING:
    from playground.models.catalogue import Catalogue

TABS = ("twins", "train", "chat", "score")
FIRST_PORT, PORTS = 7860, 100
UPLOAD_LIMIT = "20mb"
QUEUE_LIMIT = 200
"""Waiting events over all visitors; one more is answered at once that the place is full."""

KEPT_DARK = """() => {
  const kept = localStorage.getItem("playground-dark");
  if (kept !== null) document.body.classList.toggle("dark", kept === "1");
}"""
TOGGLE_DARK = """() => {
  const dark = document.body.classList.toggle("dark");
  localStorage.setItem("playground-dark", dark ? "1" : "0");
}"""


def build(catalogue: Catalogue, settings: Settings) -> gr.Blocks:
    """The whole page. Nothing heavy is loaded and nothing is read from disk before a browser asks."""
    with gr.Blocks(title="Twin Playground", analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        session = gr.State(Session(visitor="" if settings.public else LOCAL))
        kept = gr.BrowserState({}, storage_key="twin-playground", secret=settings.secret)
        frame = Frame(settings, catalogue, session)
        with gr.Row(elem_id="head"):
            title = gr.HTML(_title("en", frame), elem_id="title")
            languages = frame.labels.add(
                gr.Radio([("中文", "zh"), ("EN", "en")], value="en", container=False, elem_id="language"),
                label="frame.language",
            )
            dark = frame.labels.add(gr.Button(size="sm", elem_id="dark", min_width=40), value="frame.dark")
        with gr.Tabs(selected="chat", elem_id="path", overflow_behavior="wrap") as tabs:
            items, built = [], []
            for name, tab in zip(TABS, (twins_tab, train_tab, chat_tab, score_tab), strict=True):
                with gr.Tab(_step(name, Session()), id=name, elem_id=f"tab-{name}") as item:
                    built.append(tab.build(frame))
                items.append(item)
        _wire(page, frame, kept, title, languages, tabs, items, built)
        dark.click(None, js=TOGGLE_DARK, api_visibility="private")
        # Gradio follows the system's setting when it starts; what was chosen here comes after.
        page.load(None, js=KEPT_DARK, api_visibility="private")
    page.queue(max_size=QUEUE_LIMIT)
    return page


def _wire(
    page: gr.Blocks,
    frame: Frame,
    kept: gr.BrowserState,
    title: gr.HTML,
    languages: gr.Radio,
    tabs: gr.Tabs,
    items: list[gr.Tab],
    built: list[Any],
) -> None:
    session, settings = frame.session, frame.settings
    twins, train, chat, score = built
    drawings: list[Drawing] = [tab.drawing for tab in built]

    # 1) Arrive: who is it, in which language; then draw everything.
    def arrive(stored: Any, request: gr.Request) -> tuple[Session, dict[str, str], str, str]:
        fresh = fresh_session(settings, stored)
        if not fresh.lang:
            fresh = replace(fresh, lang=language(request.headers.get("accept-language")))
        return fresh, _browser(fresh), fresh.lang, chat.first_question(fresh)

    def draw_first(now: Session, *values: Any) -> list[Any]:
        drawn = _drawn(chat.drawing, now, list(values))
        return [*frame.labels.updates(now.lang), _title(now.lang, frame), *drawn, *_path(now)]

    def draw_all(now: Session, *values: Any) -> list[Any]:
        made: list[Any] = [*frame.labels.updates(now.lang), _title(now.lang, frame)]
        at = 0
        for drawing in drawings:
            made += _drawn(drawing, now, list(values[at : at + len(drawing.inputs)]))
            at += len(drawing.inputs)
        return [*made, *_path(now)]

    everything = {
        "fn": draw_all,
        "inputs": [session, *(value for d in drawings for value in d.inputs)],
        "outputs": [*frame.labels.components, title, *(out for d in drawings for out in d.outputs), *items],
        **LIGHT,
    }
    arrived = page.load(arrive, [kept], [session, kept, languages, chat.question], **LIGHT)
    # The tab that is open comes first; the others read datasets and runs.
    first = arrived.then(
        draw_first,
        [session, *chat.drawing.inputs],
        [*frame.labels.components, title, *chat.drawing.outputs, *items],
        **LIGHT,
    )
    first.then(**everything)

    # 2) Another language: the whole page at once.
    def speak(now: Session, lang: str) -> dict[str, str]:
        now.lang = lang if lang in ("zh", "en") else "en"
        return _browser(now)

    languages.input(speak, [session, languages], [kept], **LIGHT).then(**everything)

    # 3) A tab that is opened shows what there is now; work that ends moves the path line.
    for item, drawing in zip(items, drawings, strict=True):
        opened = item.select(told(drawing.draw), [session, *drawing.inputs], drawing.outputs, **LIGHT)
        if drawing is train.drawing:
            opened.then(**train.weigh)
    for tab in built:
        for event in tab.changes:
            event.then(_path, [session], items, **LIGHT)

    # Where the model runs is known once it has answered.
    for event in chat.changes:
        event.then(lambda now: _title(now.lang, frame), [session], [title], **LIGHT)

    # 4) From tab to tab: a dataset goes to Train, an adapter to Chat.
    def to(name: str, drawing: Drawing) -> dict[str, Any]:
        return {
            "fn": lambda now, *values: [gr.update(selected=name), *drawing.draw(now, *values)],
            "inputs": [session, *drawing.inputs],
            "outputs": [tabs, *drawing.outputs],
            **LIGHT,
        }

    twins.next.click(**to("train", train.drawing)).then(**train.weigh)
    train.next.click(chat_tab.meet, [session], [], **LIGHT).then(**to("chat", chat.drawing)).then(
        _path, [session], items, **LIGHT
    )


def _browser(session: Session) -> dict[str, str]:
    return {"visitor": session.visitor, "lang": session.lang}


def _drawn(drawing: Drawing, session: Session, values: list[Any]) -> list[Any]:
    """A tab's values; one that cannot be drawn leaves the others alone and says why."""
    try:
        return drawing.draw(session, *values)
    except Exception as error:
        warn(error, session.lang)
        return [gr.skip()] * len(drawing.outputs)


def _title(lang: str, frame: Frame) -> str:
    settings, catalogue = frame.settings, frame.catalogue
    base = say(lang, "frame.base", base=Path(settings.base).name or settings.base)
    why = say(lang, "frame.base.why")
    if catalogue.loaded():
        base = f"{catalogue.device.kind.upper()} · {base}"
        why = f"{sentence(catalogue.device.why, lang)}{say(lang, 'stop.full')}{why}"
    return (
        f"<h1>{escape(say(lang, 'title'))}</h1><p>{escape(say(lang, 'tagline'))}"
        f'<span class="base" tabindex="0" data-note="{escape(why)}">{escape(base)} ⓘ</span></p>'
    )


def _path(session: Session) -> list[Any]:
    return [gr.update(label=_step(name, session)) for name in TABS]


def _step(name: str, session: Session) -> str:
    """A tab's label: its number and word, and below them where the visitor's work stands."""
    lang = session.lang
    now = ""
    if name == "twins":
        now = say(lang, "path.twins.rows", rows=number(session.rows)) if session.rows else say(lang, "path.twins.none")
    elif name == "train":
        if session.run_state == "running":
            now = say(lang, "path.train.running", adapter=session.adapter)
        elif session.adapter and session.loss is not None:
            now = say(lang, "path.train.done", adapter=session.adapter, loss=f"{session.loss:.2g}")
        else:
            now = say(lang, "path.train.none")
    elif name == "chat":
        count = len(session.contenders) or 3
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


def launch_options(settings: Settings) -> dict[str, Any]:
    """What `launch` is told. Raises BadSetting where the port that was asked for is in use."""
    return {
        "server_name": settings.host,
        "server_port": _port(settings),
        "ssr_mode": False,
        "run_history": False,
        "show_error": False,
        "share": False,
        "max_file_size": UPLOAD_LIMIT,
        "footer_links": [],
        "css_paths": [Path(__file__).with_name("style.css")],
        "theme": _theme(),
    }


def _theme() -> gr.themes.Base:
    """Gradio's plain theme in the system's own fonts: nothing is fetched, and Chinese is set in a Chinese face."""
    fonts = ["system-ui", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
    mono = ["ui-monospace", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace"]
    theme = gr.themes.Base(primary_hue="teal", secondary_hue="teal", neutral_hue="slate", font=fonts, font_mono=mono)
    # Gradio's own greys and its teal are too pale to be read by everybody (contrast below 4.5 to 1).
    return theme.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        input_placeholder_color="*neutral_600",
        input_placeholder_color_dark="*neutral_400",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
    )


def _port(settings: Settings) -> int:
    if settings.port is not None:
        if not _free(settings.host, settings.port):
            raise BadSetting(f"port {settings.port} is in use; set PLAYGROUND_PORT to another one, or leave it out")
        return settings.port
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if _free(settings.host, port):
            return port
    last = FIRST_PORT + PORTS - 1
    raise BadSetting(f"ports {FIRST_PORT} to {last} are all in use; set PLAYGROUND_PORT to a free one")


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        # The same option as the server sets; without it a port just left would look taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
