"""What is one visitor's is no other's: every function of a public page is called with the names of another's things.

The page is the real one, in a process of its own, started as on a Space; the caller is no browser and keeps to no rule.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from benchmarks._client import Visitor
from playground.datasets import write_dataset
from playground.records import Message, Row
from tests.test_walk import HOUSE, free_port

OWNER, STRANGER = "a" * 32, "b" * 32
CANARY = "CANARY-of-the-owner"
"""Stands in all that the owner has, and in nothing that a stranger sends."""
UNSAID = "canary-adapter"
"""An adapter of the owner that no call names; it may turn up in no list."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which one visitor has one of everything."""
    home = tmp_path_factory.mktemp("space") / "work"
    own = home / OWNER
    said = (Message(role="user", content=CANARY), Message(role="assistant", content=json.dumps({"x": CANARY})))
    rows = [Row(f"row-{n}", "address", "t", "b", {"x": CANARY}, said) for n in range(3)]
    write_dataset(own / "datasets" / "address-1a2b", rows, {}, {"task": "address", "seed": 1, "slots": ["x"]})
    for name in ("mine-adapter", UNSAID):
        shutil.copytree(HOUSE / "adapters" / "address", own / "adapters" / name)
        card = own / "adapters" / name / "card.json"
        card.write_text(card.read_text("utf-8").replace('"name": "address"', f'"name": "{name}"'), "utf-8")
    run = own / "runs" / "20260101-000000-abc123"
    run.mkdir(parents=True)
    (run / "order.json").write_text(json.dumps({"name": CANARY}), "utf-8")
    (run / "log.txt").write_text(CANARY, "utf-8")
    (own / "scores" / "address-3c4d").mkdir(parents=True)
    (own / "scores" / "address-3c4d" / "report.html").write_text(CANARY, "utf-8")
    (own / "reviews" / "address-1a2b").mkdir(parents=True)
    decided = {"id": "row-1", "verdict": "reject", "note": CANARY}
    (own / "reviews" / "address-1a2b" / "review.jsonl").write_text(json.dumps(decided) + "\n", "utf-8")
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Address of the page."""
    port = free_port()
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PLAYGROUND_", "GRADIO_", "SPACE_"))}
    env = {
        **keep, "SPACE_ID": "somebody/space", "PLAYGROUND_HOST": "127.0.0.1", "PLAYGROUND_HOME": str(home),
        "PLAYGROUND_PORT": str(port), "PLAYGROUND_API_KEY": "sk-of-the-house-SECRET", "HF_HUB_OFFLINE": "1",
    }  # fmt: skip
    log = home.parent / "log.txt"
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "app.py"], cwd=HOUSE, env=env, stdout=out, stderr=out)
        try:
            until = time.monotonic() + 120
            while f":{port}" not in log.read_text("utf-8"):
                assert server.poll() is None and time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)
    assert "SECRET" not in log.read_text("utf-8")


def state_of(folder: Path) -> dict[str, str]:
    """Every file below, by name, with what is in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "seen")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def guesses(home: Path) -> list[Any]:
    """Names, ids and paths of the owner's things, in the forms in which the page speaks of them."""
    report = home / OWNER / "scores" / "address-3c4d" / "report.html"
    run = "20260101-000000-abc123"
    names = [
        "address-1a2b", "dataset:address-1a2b", "datasets/address-1a2b", f"../{OWNER}/datasets/address-1a2b",
        "mine-adapter", "tuned:mine-adapter", "gguf:starter+mine-adapter", f"../../{OWNER}/adapters/mine-adapter",
        "train/row-1", "reviews/address-1a2b",
        run, f"runs/{run}", f"../../{OWNER}/runs/{run}", "scores/address-3c4d", str(report), OWNER,
        f"gguf:{report}", f"scripted:{report}", str(home / OWNER / "adapters" / "mine-adapter"),
    ]  # fmt: skip
    upload = {"path": str(report), "orig_name": "cases.jsonl", "meta": {"_type": "gradio.FileData"}}
    return [*names, names, upload, [upload], {"visitor": OWNER[:31]}, 1]


def test_no_function_gives_or_changes_what_is_another_s(address: str, home: Path) -> None:
    before = state_of(home / OWNER)
    stranger = Visitor(address, timeout=120)
    stranger.arrive({"visitor": STRANGER, "lang": "en"})
    called = 0
    for guess in guesses(home):
        for function in stranger.functions:
            asks = any(stranger.component(i)["type"] != "state" for i in function["inputs"])
            # In the place of every text and choice; what is no text, in the place of everything.
            values = stranger.values(function, guess) if isinstance(guess, str) else [guess] * len(function["inputs"])
            for message in stranger.messages(function, values) if asks or guess == OWNER else ():
                told = json.dumps(message, ensure_ascii=False)
                assert CANARY not in told and UNSAID not in told, (function["api_name"], guess)
                assert "Traceback" not in told and "SECRET" not in told
                called += 1
    assert called > 500
    assert state_of(home / OWNER) == before
    stranger.close()


def test_the_owner_finds_it_all(address: str) -> None:
    owner = Visitor(address)
    owner.arrive({"visitor": OWNER, "lang": "en"})
    drawings = [one for one in owner.functions if one["api_name"].startswith("draw_parts")]
    drawn = json.dumps([owner.call(one, owner.values(one)) for one in drawings])
    assert UNSAID in drawn and "address-1a2b" in drawn and CANARY in drawn
    owner.close()


def test_no_route_hands_out_files_of_the_work_folder_or_the_house(address: str, home: Path) -> None:
    visitor = Visitor(address)
    report = home / OWNER / "scores" / "address-3c4d" / "report.html"
    for path in (report, HOUSE / "app.py", HOUSE / "playground" / "settings.py", Path("/etc/passwd"), home):
        for text in (str(path), quote(str(path), safe=""), f"{HOUSE}/../{path}", f"/{path}"):
            for route in ("/gradio_api/file=", "/file=", "/gradio_api/file/", "/static/", "/assets/", "/proxy="):
                answer = visitor.http.get(f"{route}{text}")
                assert answer.status_code >= 300, (route, text)
                assert CANARY not in answer.text and "import" not in answer.text
    visitor.close()


def test_a_made_up_visitor_gets_an_id_of_its_own(address: str, home: Path) -> None:
    for claimed in (OWNER[:31], OWNER.upper(), f"{OWNER}/", "../" + OWNER, "local", "", None, 7, [OWNER]):
        visitor = Visitor(address)
        first = next(one for one in visitor.functions if one["targets"] and one["targets"][0][1] == "load")
        last = visitor.call(first, [{"visitor": claimed}])
        given = [one for one in last["output"]["data"] if isinstance(one, dict) and "visitor" in one]
        assert given and len(given[0]["visitor"]) == 32 and given[0]["visitor"] != OWNER
        visitor.close()
