"""The borrowed GPU: off a ZeroGPU Space the functions are themselves; on one they run in a process of their own.

For the second, the real package `spaces` is switched on by its own flags, with a scheduler on loopback in the place
of the Space's. It is told that PyTorch is missing while it is imported, as a build without CUDA lacks what it patches;
forking, pickling, scheduling and stopping are the package's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from playground import zero
from playground.checkpoints.files import BaseRef
from playground.errors import BadCheckpoint
from playground.events import ReplyFailed
from playground.models.base import Ask, Sampling
from playground.models.borrowed import BorrowedModel
from playground.models.catalogue import Catalogue
from playground.models.local import LocalModel
from playground.settings import HOUSE, Settings
from tests.models.made import answers, run, talk

FEW = Sampling(max_tokens=6)


def test_elsewhere_a_borrowed_round_is_a_round(tiny: BaseRef) -> None:
    model = LocalModel("tiny", tiny)
    asks = [Ask(talk("你好")), Ask(talk("你是谁"))]
    try:
        assert answers(BorrowedModel(tiny, zero.answered), asks, FEW) == answers(model, asks, FEW)
    finally:
        model.close()
        zero._models.clear()


def test_what_goes_wrong_there_is_a_sentence_for_each_who_asked(tmp_path: Path) -> None:
    gone = BaseRef("gone", str(tmp_path))
    _, ends = run(BorrowedModel(gone, zero.answered), [Ask(talk("a")), Ask(talk("b"))], FEW)
    assert all(isinstance(end, ReplyFailed) and "no readable config.json" in end.error for end in ends)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("You have exceeded your quota\nsecond line"), "no GPU was lent (You have exceeded your quota)"),
        (BadCheckpoint("base x is damaged; fetch it again"), "base x is damaged; fetch it again"),
    ],
)
def test_a_refused_gpu_is_a_sentence(tiny: BaseRef, error: Exception, told: str) -> None:
    def refuse(*_: Any) -> Iterator[Any]:
        raise error
        yield

    _, ends = run(BorrowedModel(tiny, refuse), [Ask(talk("a"))], FEW)
    assert isinstance(ends[0], ReplyFailed) and told in ends[0].error


def test_the_starter_stays_on_the_cpu(settings: Settings, tiny: BaseRef) -> None:
    space = Settings(home=settings.home, public=True, zero_gpu=True, threads=1)
    catalogue = Catalogue(space, lend=zero.answered)
    try:
        assert isinstance(catalogue.base(tiny.path_or_hub_id), BorrowedModel)
        assert isinstance(catalogue.base("starter"), LocalModel)
    finally:
        catalogue.close()


# ---- with the real package ------------------------------------------------------------------------


class Scheduler(BaseHTTPRequestHandler):
    """Lends a GPU that is not there."""

    asked: list[str] = []
    refuse = False

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        self.asked.append(self.path)
        body, status = b"{}", 200
        if self.path.startswith("/schedule"):
            body = json.dumps({"idle": True, "nvidiaIndex": 0, "nvidiaUUID": "GPU-0", "allowToken": "t"}).encode()
            if self.refuse:
                body, status = json.dumps({"left": 3, "wait": 600}).encode(), 429
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


PROGRAM = """
import os, sys, json, warnings
warnings.simplefilter("ignore")
sys.modules["torch"] = None
import spaces
del sys.modules["torch"]
from pathlib import Path
from playground import zero
from playground.checkpoints.files import BaseRef
from playground.models.base import Ask, Sampling
from playground.models.borrowed import BorrowedModel
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe

base, data, work = BaseRef("tiny", sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
model = BorrowedModel(base, zero.answered)
ask = Ask(({"role": "user", "content": "你好"},))
told = {"pid": os.getpid(), "marked": hasattr(zero.answered, "zerogpu"), "here": len(zero._models)}
told["ends"] = [event.kind for _, event in model.replies([ask, ask], Sampling(max_tokens=5)) if event.kind != "text"]
told["errors"] = [event.error for _, event in model.replies([ask], Sampling(max_tokens=5)) if event.kind == "failed"]
if not told["errors"]:
    closing = model.replies([ask], Sampling(max_tokens=400, ignore_end=True))
    next(closing)
    closing.close()
    recipe = Recipe(rank=2, epochs=2, batch=4, rehearse=0)
    order = TrainOrder(data, "tiny", sys.argv[1], recipe, "mine", work / "out")
    zero.SLICE = 0.0
    kept, events = work / "slice.pt", []
    while not events or events[-1] == "slice":
        events += [event.kind for event in zero.trained(order, kept)]
    told["slices"], told["last"] = events.count("slice"), events[-1]
    told["torch_here"] = "torch" in sys.modules
told["still_here"] = len(zero._models)
print("TOLD" + json.dumps(told))
"""


@pytest.fixture
def scheduler() -> Iterator[type[Scheduler]]:
    Scheduler.asked, Scheduler.refuse = [], False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scheduler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    Scheduler.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield Scheduler
    server.shutdown()
    server.server_close()


def switched_on(scheduler: Any, tiny: BaseRef, tmp_path: Path) -> dict[str, Any]:
    """What the program tells where the package believes to be on a ZeroGPU Space."""
    from tests.tiny import tiny_dataset

    data = tiny_dataset(tmp_path / "data", rows=8).path
    env = {
        **os.environ, "SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": scheduler.address,
        "OMP_NUM_THREADS": "1", "HOME": str(tmp_path),
    }  # fmt: skip
    (tmp_path / "cgroup").write_text("0::/\n")
    env["ZEROGPU_PROC_SELF_CGROUP_PATH"] = str(tmp_path / "cgroup")
    words = [sys.executable, "-c", PROGRAM, tiny.path_or_hub_id, str(data), str(tmp_path)]
    done = subprocess.run(words, cwd=HOUSE, env=env, capture_output=True, text=True, timeout=240, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("TOLD")), None)
    assert line is not None, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(line.removeprefix("TOLD"))
    return told


needs_spaces = pytest.mark.skipif(find_spec("spaces") is None, reason="the package spaces is not installed")


@needs_spaces
def test_rounds_and_slices_run_in_a_process_of_their_own(scheduler: Any, tiny: BaseRef, tmp_path: Path) -> None:
    told = switched_on(scheduler, tiny, tmp_path)
    assert told["marked"] and told["ends"] == ["done", "done"] and told["errors"] == []
    # Nothing of it is in the page's own process: neither the model nor PyTorch itself.
    assert told["here"] == told["still_here"] == 0 and told["torch_here"] is False
    assert told["last"] == "saved" and told["slices"] == 3
    seconds = [path for path in scheduler.asked if path.startswith("/schedule")]
    assert len(seconds) == 7 and all("durationSeconds=" in path for path in seconds)
    assert sum(path.startswith("/release") for path in scheduler.asked) >= 6


@needs_spaces
def test_a_visitor_without_minutes_is_told(scheduler: Any, tiny: BaseRef, tmp_path: Path) -> None:
    scheduler.refuse = True
    told = switched_on(scheduler, tiny, tmp_path)
    assert told["ends"] == ["failed", "failed"] and "no GPU was lent" in told["errors"][0]
