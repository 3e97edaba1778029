"""The whole path in a real browser, as a new visitor takes it: ask, twin, train, chat with it, score, reload.

The page is the real one, started as `python app.py` with an empty work folder; the browser is the
system's Chromium. Only small numbers are typed in, to keep it short.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

HOUSE = Path(__file__).resolve().parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 240_000
"""Milliseconds to wait for anything slow; the machine may be busy with something else."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install the system's package chromium"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that runs in a process of its own."""
    folder, port = tmp_path_factory.mktemp("walk"), free_port()
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PLAYGROUND_", "GRADIO_", "SPACE_"))}
    env = {**keep, "PLAYGROUND_HOME": str(folder / "work"), "PLAYGROUND_PORT": str(port), "HF_HUB_OFFLINE": "1"}
    log = folder / "log.txt"
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "app.py"], cwd=HOUSE, env=env, stdout=out, stderr=out)
        try:
            until = time.monotonic() + PATIENCE / 1000
            while f":{port}" not in log.read_text(encoding="utf-8"):
                assert server.poll() is None and time.monotonic() < until, log.read_text(encoding="utf-8")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Visitor:
    """One browser window, with what it complained of and where it went."""

    def __init__(self, browser: Any, address: str, locale: str = "en-GB", width: int = 1280) -> None:
        self.context = browser.new_context(locale=locale, viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or "127.0.0.1"))
        self.address = address
        self.open()

    def open(self) -> None:
        """Load the page, until the question stands in its box."""
        self.page.goto(self.address)
        self.page.wait_for_function("() => document.querySelector('#question textarea')?.value")

    def told(self, name: str, words: str) -> None:
        """Wait until a tab of the path line says the words."""
        self.page.wait_for_selector(f"#tab-{name}-button:has-text('{words}')")

    def go(self, name: str) -> None:
        """Open a tab."""
        self.page.click(f"#tab-{name}-button")

    def fill(self, selector: str, value: str) -> None:
        """Type into a number or text box, and leave it."""
        self.page.fill(f"{selector} input", value)
        self.page.keyboard.press("Tab")

    def answered(self, turns: int = 1) -> list[str]:
        """Wait until every pane has that many answers, all ended; gives the strips of the last."""
        self.page.wait_for_function(
            "turns => [...document.querySelectorAll('.pane')].every(pane => "
            "pane.querySelectorAll('.answer').length === turns && "
            "!pane.querySelector('.answer:is(.loading, .waiting, .streaming)') && "
            "/[0-9]/.test(pane.querySelector('.strip')?.innerText || ''))",
            arg=turns,
        )
        assert self.page.locator(".pane .answer.failed").count() == 0, self.page.inner_text(".panes")
        return [str(strip.inner_text()) for strip in self.page.query_selector_all(".pane .strip")]

    def leave(self) -> None:
        """Close the window; nothing may have gone wrong in it, and nothing outside may have been asked."""
        self.context.close()
        assert self.errors == []
        assert self.hosts <= {"127.0.0.1", "localhost"}


@pytest.fixture
def visitor(browser: Any, address: str) -> Iterator[Visitor]:
    """A visitor with an English browser at a desk."""
    one = Visitor(browser, address)
    yield one
    one.leave()


def test_a_new_visitor_gets_through_the_whole_path(visitor: Visitor) -> None:
    page = visitor.page

    # 1) The page opens on Chat; one press asks base, few-shot and tuned at once.
    assert page.get_attribute("#tab-chat-button", "aria-selected") == "true"
    assert page.locator(".pane:visible").count() == 3
    page.click("#send")
    base, few, tuned = visitor.answered()
    assert "examples" in few and "examples" not in base + tuned
    assert page.locator("#pane-0 .seal.ok").count() == 1
    # An example from the held-out templates brings what is right: slots are counted.
    page.click("#fresh")
    page.wait_for_function("() => document.querySelector('#question textarea')?.value")
    page.click("#send")
    assert all(re.search(r"of 7 slots|not valid JSON", strip) for strip in visitor.answered(2))

    # 2) Twins.
    visitor.go("twins")
    page.wait_for_selector("#preview li mark.slot")
    visitor.fill("#rows", "160")
    page.click("#make")
    page.wait_for_selector("#train-on-it", state="visible")
    visitor.told("twins", "160 rows")
    assert page.locator("table.rows tbody tr").count() == 50

    # 3) Train: the card first, then a short run with its chart.
    page.click("#train-on-it")
    page.wait_for_selector("#plan .figures")
    page.click("#recipe > button")
    page.get_by_label("Most steps").fill("12")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.querySelector('#plan .figures b')?.innerText === '12'")
    page.click("#train")
    page.wait_for_selector("#chart svg polyline.train", state="attached")

    # 4) A reload finds the run.
    visitor.open()
    visitor.go("train")
    page.wait_for_selector("#chart svg polyline.train", state="attached")
    page.wait_for_selector("#chat-with-it", state="visible")
    visitor.told("train", "loss")

    # 5) Chat with it.
    page.click("#chat-with-it")
    page.wait_for_selector("#pane-2 header:has-text('address-')")
    page.fill("#question textarea", "收件人王芳，电话13800001111，北京市朝阳区建国路88号")
    page.click("#send")
    assert len(visitor.answered()) == 3

    # 6) Score.
    visitor.go("score")
    page.get_by_label("unseen values").uncheck()
    page.get_by_label("unseen templates").uncheck()
    visitor.fill("#count", "5")
    page.click("#score")
    page.wait_for_selector("#verdict .verdict", state="visible")
    visitor.told("score", "%")
    assert page.locator("#verdict table.scores tbody tr").count() >= 3
    page.wait_for_selector("#download-report", state="visible")


def test_the_language_is_the_browser_s_and_can_be_switched(browser: Any, address: str) -> None:
    visitor = Visitor(browser, address, locale="zh-CN")
    page = visitor.page
    page.wait_for_function("() => document.querySelector('#send')?.innerText === '同时问三位'")
    page.wait_for_function("() => document.querySelector('#tab-score-button')?.innerText.startsWith('4 评分')")
    page.click("#language label:has-text('EN')")
    page.wait_for_function("() => document.querySelector('#send')?.innerText === 'Ask all three'")
    for name in ("twins", "train", "score", "chat"):
        visitor.go(name)
        page.wait_for_timeout(1500)
        # Labels, buttons and hints hold no Chinese; samples and their slots are Chinese in any language.
        said = page.evaluate(
            "() => [...document.querySelectorAll('button:not(.try):not([role=tab]) , [data-testid=block-info], .say')]"
            ".filter(e => e.offsetParent).map(e => e.innerText).join(' ')"
        )
        assert not re.search(r"[\u4e00-\u9fff]", said), said
    # It is kept over a reload.
    visitor.open()
    page.wait_for_function("() => document.querySelector('#send')?.innerText === 'Ask all three'")
    visitor.leave()


def test_a_phone_shows_the_whole_width_and_keeps_the_question_in_reach(browser: Any, address: str) -> None:
    visitor = Visitor(browser, address, width=390)
    page = visitor.page
    for name in ("twins", "train", "score", "chat"):
        visitor.go(name)
        page.wait_for_timeout(1000)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, f"{name} is wider than the screen"
    box = page.locator("#send").bounding_box()
    assert box is not None and box["y"] + box["height"] <= 900
    visitor.leave()


def test_dark_is_kept_and_focus_is_seen(visitor: Visitor) -> None:
    page = visitor.page
    assert not page.evaluate("() => document.body.classList.contains('dark')")
    page.click("#dark")
    assert page.evaluate("() => document.body.classList.contains('dark')")
    visitor.open()
    assert page.evaluate("() => document.body.classList.contains('dark')")
    page.focus("#send")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none"
