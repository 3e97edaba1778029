"""The page around the tabs: title, language, dark or light, and the path line that is the row of tabs."""

from __future__ import annotations

import errno
import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from playground.errors import BadSetting
from playground.settings import LOCAL, Settings
from playground.ui import api, base_form, chat_tab, kept_form, score_tab, train_tab, twins_tab
from playground.ui.frame import Frame
from playground.ui.session import Session
from playground.ui.wiring import TABS, Wiring, headline, step

if TYPE_CHECKING:
    from playground.models.catalogue import Catalogue

FIRST_PORT, PORTS = 7860, 100
UPLOAD_LIMIT = "20mb"
QUEUE_LIMIT = 200
"""Waiting events over all visitors; one more is answered at once that the place is full."""

KEPT_DARK = """() => {
  const kept = localStorage.getItem("playground-dark");
  if (kept !== null) document.body.classList.toggle("dark", kept === "1");
}"""
OPEN_API = '() => { document.querySelector("footer .show-api")?.click(); }'
"""Presses the button of Gradio's own foot, which is hidden: it speaks the browser's language alone."""
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
            title = gr.HTML(headline(Session(), frame), elem_id="title")
            languages = frame.labels.add(
                gr.Radio([("中文", "zh"), ("EN", "en")], value="en", container=False, elem_id="language"),
                label="frame.language",
            )
            dark = frame.labels.add(gr.Button(size="sm", elem_id="dark", min_width=40), value="frame.dark")
        with gr.Tabs(selected="chat", elem_id="path", overflow_behavior="wrap") as tabs:
            items, built = [], []
            for name, tab in zip(TABS, (twins_tab, train_tab, chat_tab, score_tab), strict=True):
                with gr.Tab(step(name, Session()), id=name, elem_id=f"tab-{name}") as item:
                    built.append(tab.build(frame))
                items.append(item)
        base, mine = base_form.build(frame), kept_form.build(frame)
        foot = frame.labels.add(gr.Button(size="sm", elem_id="foot"), value="foot.api")
        # Every label is there by now: the wiring takes them as they stand.
        Wiring(frame, kept, title, languages, tabs, items, base, mine, *built).connect(page)
        api.build(frame)
        foot.click(None, js=OPEN_API, api_visibility="private")
        dark.click(None, js=TOGGLE_DARK, api_visibility="private")
        # Gradio follows the system's setting when it starts; what was chosen here comes after.
        page.load(None, js=KEPT_DARK, api_visibility="private")
    page.queue(max_size=QUEUE_LIMIT)
    return page


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
        "footer_links": ["api"],
        "mcp_server": find_spec("mcp") is not None,
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
        # The same option as the server sets; without it a port just left would look taken for a minute. On Windows
        # it would let two programs have one port.
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            why = error.strerror or str(error)
            raise BadSetting(
                f"port {port} of {host!r:.80} cannot be used ({why}); set PLAYGROUND_HOST and PLAYGROUND_PORT to others"
            ) from error
    return True
