"""The page as a whole: it builds without anything heavy, every label is in the table, and the doors are shut."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.errors import BadSetting
from playground.settings import LOCAL, Settings
from playground.ui.frame import Frame
from playground.ui.session import Session
from playground.ui.shell import launch_options
from tests.ui.conftest import built

HOUSE = Path(__file__).resolve().parents[2]
MakeFrame = Callable[..., Frame]


@pytest.fixture
def page(make_frame: MakeFrame) -> Any:
    """The built page."""
    return built(make_frame())


def labels(page: Any) -> dict[str, Any]:
    return {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}


def test_the_page_opens_on_chat_and_has_four_tabs(page: Any) -> None:
    import gradio as gr

    tabs = [block for block in page.blocks.values() if isinstance(block, gr.Tab)]
    assert [tab.id for tab in tabs] == ["twins", "train", "chat", "score"]
    assert labels(page)["path"].selected == "chat"


def test_no_handler_of_a_widget_is_offered_as_an_api(page: Any) -> None:
    shown = {fn.api_name for fn in page.fns.values() if fn.fn is not None and fn.api_visibility != "private"}
    assert shown == {"tasks", "contenders", "twins", "ask", "score"}


def test_work_with_models_waits_in_one_line_and_light_work_does_not(page: Any) -> None:
    heavy = [fn for fn in page.fns.values() if fn.concurrency_id == "model"]
    assert len(heavy) >= 2 and all(fn.concurrency_limit == 1 for fn in heavy)
    # The labels of the path line go one after another, which takes no time: an older one must not arrive last.
    light = [fn for fn in page.fns.values() if fn.fn is not None and fn.concurrency_id not in ("model", "path")]
    assert light and all(fn.concurrency_limit is None or fn.concurrency_limit > 1 for fn in light)


def test_every_component_that_takes_input_has_a_name_for_screen_readers(page: Any, settings: Settings) -> None:
    """After loading, each has a label (or is a button with words on it)."""
    import gradio as gr

    load = min((fn for fn in page.fns.values() if fn.name == "draw_parts"), key=lambda fn: len(fn.outputs))
    named = {block._id for block in load.outputs}
    kinds = (gr.Textbox, gr.Dropdown, gr.Number, gr.Slider, gr.Radio, gr.CheckboxGroup, gr.Button, gr.DownloadButton)
    unnamed = [block.elem_id for block in page.blocks.values() if isinstance(block, kinds) and block._id not in named]
    assert unnamed == []


def test_every_label_was_there_when_the_page_was_wired(make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    page = built(frame)
    load = min((fn for fn in page.fns.values() if fn.name == "draw_parts"), key=lambda fn: len(fn.outputs))
    wired = {block._id for block in load.outputs}
    assert [one.elem_id for one in frame.labels.components if one._id not in wired] == []


def test_launch_options_shut_the_doors(settings: Settings) -> None:
    options = launch_options(settings)
    assert options["ssr_mode"] is False and options["run_history"] is False
    assert options["show_error"] is False and options["share"] is False and options["max_file_size"] == "20mb"
    assert "allowed_paths" not in options


def test_a_port_in_use_is_one_sentence(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"port {port} is in use; set PLAYGROUND_PORT"):
            launch_options(replace(settings, port=port))


def test_app_ends_with_one_sentence_where_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = {"PATH": "/usr/bin:/bin", "PLAYGROUND_PORT": port, "PLAYGROUND_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "app.py"], capture_output=True, text=True, cwd=HOUSE, env=env, timeout=120
        )
    assert done.returncode == 2
    assert done.stderr.strip() == f"port {port} is in use; set PLAYGROUND_PORT to another one, or leave it out"


def test_an_address_that_is_not_this_machine_s_is_named(settings: Settings) -> None:
    # 192.0.2.0/24 is for documentation: no machine has it.
    with pytest.raises(BadSetting, match=r"of '192\.0\.2\.1' cannot be used"):
        launch_options(replace(settings, host="192.0.2.1"))


def test_without_a_port_the_first_free_one_is_taken(settings: Settings) -> None:
    assert 7860 <= launch_options(settings)["server_port"] < 7960


def test_a_page_on_the_web_has_no_visitor_before_it_has_loaded(make_frame: MakeFrame) -> None:
    page = built(make_frame(public=True))
    import gradio as gr

    sessions = [b.value for b in page.blocks.values() if isinstance(b, gr.State) and isinstance(b.value, Session)]
    assert [one.visitor for one in sessions] == [""]
    assert LOCAL not in {one.visitor for one in sessions}
