"""A training run in a process of its own, and the folder through which it is watched. Others' runs go first (line.py).

    RUN/order.json     what was ordered
    RUN/events.jsonl   one line per event, as they come
    RUN/state.json     process id and a heartbeat, rewritten every two seconds
    RUN/lock           held by the process as long as it lives
    RUN/stop           somebody asked it to stop
    RUN/log.txt        what the process printed

The screen only reads these, so a closed tab costs nothing and a reload finds the run. The process is
`python -m playground.train.job RUN`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playground.errors import BadSetting, PlaygroundError, UnknownName, known
from playground.events import AdapterSaved, SliceDone, TrainEvent, TrainFailed, event_json, train_event
from playground.records import json_line, write_whole
from playground.settings import HOUSE, Settings
from playground.train.line import beat, held, is_alive, waits_its_turn
from playground.train.loop import train
from playground.train.order import TrainOrder, order_from_json

State = Literal["running", "done", "failed", "stopped", "lost", "paused"]

STOP, SLICED, KEPT = "stop", "sliced", "slice.pt"
"""Files of a run: somebody asked it to stop; it goes in slices; where its last slice has come to."""

SPINS = "1000"
"""Turns that a thread of PyTorch waits in a loop before it sleeps."""


@dataclass(frozen=True)
class Job:
    """One run, looked at from outside through its folder."""

    id: str
    folder: Path

    def order(self) -> TrainOrder:
        """What was ordered. Raises UnknownName where the folder holds no run."""
        try:
            return order_from_json(json.loads((self.folder / "order.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, PlaygroundError) as error:
            raise UnknownName(f"run {self.id} has no readable order in {self.folder}; start a new one") from error

    def events(self, after: int = 0) -> list[TrainEvent]:
        """The events so far, without the first `after`. A last line that is still being written is left for later."""
        try:
            lines = (self.folder / "events.jsonl").read_bytes().split(b"\n")
        except OSError:
            return []
        found: list[TrainEvent] = []
        for line in lines[after:-1]:
            with contextlib.suppress(ValueError, KeyError, TypeError):
                found.append(train_event(json.loads(line)))
        return found

    @property
    def sliced(self) -> bool:
        """Whether it runs in slices (run_slices), and not in a process of its own."""
        return (self.folder / SLICED).exists()

    def state(self) -> State:
        """Where the run stands; "lost" when its process is gone without a last word (killed, machine restarted), and
        "paused" where a sliced one can be gone on with."""
        alive = is_alive(self.folder)  # asked first: what a dead process wrote, it had written by then
        events = self.events()
        last = events[-1] if events else None
        if isinstance(last, AdapterSaved):
            return "stopped" if last.reason == "stopped" else "done"
        if isinstance(last, TrainFailed):
            # Also after a stop: nothing was saved.
            return "failed"
        if alive:
            return "running"
        return "paused" if self.sliced else "lost"

    def stop(self) -> None:
        """Ask the run to stop after the step in progress; what was learned is saved. No harm where it is over."""
        (self.folder / STOP).touch()

    def follow(self, pause: float = 0.2) -> Iterator[TrainEvent]:
        """The events as they come, until the run is over in whatever way."""
        seen = 0
        while True:
            over = self.state() != "running"
            new = self.events(seen)
            seen += len(new)
            yield from new
            if over:
                return
            time.sleep(pause)


def start_job(order: TrainOrder, run_folder: Path) -> Job:
    """Start `order` in a process of its own, which outlives this one. Raises BadSetting for a folder not writable."""
    with _usable(run_folder):
        folder = _ordered(order, run_folder)
        with (folder / "log.txt").open("ab") as log, held(folder) as lock:
            process = subprocess.Popen(
                [sys.executable, "-m", "playground.train.job", str(folder), *map(str, lock)],
                cwd=HOUSE,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # The same on Windows, where a Ctrl-C in the server's console would reach it too.
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                pass_fds=lock,
            )
    # A child that has ended stays in the process table until somebody waits for it.
    threading.Thread(target=process.wait, name=f"wait for {folder.name}", daemon=True).start()
    return Job(folder.name, folder)


def order_slices(order: TrainOrder, run_folder: Path) -> Job:
    """Write down a run that will go in slices (run_slices). Raises BadSetting for a folder that is not writable."""
    with _usable(run_folder):
        folder = _ordered(order, run_folder)
        (folder / SLICED).touch()
    return Job(folder.name, folder)


@contextlib.contextmanager
def _usable(run_folder: Path) -> Iterator[None]:
    """Raises BadSetting where the disk refuses what is done inside."""
    try:
        yield
    except OSError as error:
        raise BadSetting(f"run folder {run_folder} cannot be used ({error.strerror}); choose another") from error


def _ordered(order: TrainOrder, run_folder: Path) -> Path:
    """The run's folder, made, with the order and an empty list of events in it. Raises OSError."""
    run_folder.mkdir(parents=True, exist_ok=True)
    folder = run_folder.resolve()
    (folder / "events.jsonl").touch()
    write_whole(folder / "order.json", [json_line(_absolute(order).as_json())])
    return folder


def run_slices(job: Job, train_one: Callable[[TrainOrder, Path], Iterator[TrainEvent]]) -> Iterator[TrainEvent]:
    """Go on with a sliced run, slice after slice, to its end; gives the events and writes them down.

    `train_one` trains a slice. What it raises (no GPU is lent any more) ends this, and the run is paused.
    """
    order, kept = job.order(), job.folder / KEPT
    with held(job.folder, handed_on=False), (job.folder / "events.jsonl").open("a", encoding="utf-8") as log:
        if any(isinstance(event, AdapterSaved) for event in job.events()):
            return  # another page went on with it, and to its end, while this one waited
        while True:
            last: TrainEvent | None = None
            for last in train_one(order, kept):
                log.write(json_line(event_json(last)))
                log.flush()
                yield last
            if not isinstance(last, SliceDone):
                return


def new_run(settings: Settings, visitor: str) -> Path:
    """A folder name for the visitor's next run; not made here."""
    return _runs(settings, visitor) / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def jobs(settings: Settings, visitor: str) -> list[Job]:
    """The visitor's runs, newest first."""
    orders = _runs(settings, visitor).glob("*/order.json")
    return [Job(o.parent.name, o.parent) for o in sorted(orders, key=lambda o: o.stat().st_mtime_ns, reverse=True)]


def find_job(settings: Settings, visitor: str, name: str) -> Job:
    """The visitor's run of that id. Raises UnknownName with the ids that are there."""
    there = jobs(settings, visitor)
    for job in there:
        if job.id == name:
            return job
    raise known("run", name, [job.id for job in there])


def run_job(folder: Path, stopped: Callable[[], bool] = lambda: False) -> int:
    """What the process does: train until done or `stopped`, and write the events down. Gives its exit code."""
    over = threading.Event()
    threading.Thread(target=beat, args=(folder, over), daemon=True).start()
    stop = folder / STOP
    with (folder / "events.jsonl").open("a", encoding="utf-8") as log:

        def tell(event: TrainEvent) -> None:
            log.write(json_line(event_json(event)))
            log.flush()

        try:
            order = Job(folder.name, folder).order()
            if not waits_its_turn(folder, lambda: stopped() or stop.exists()):
                tell(TrainFailed("the run was stopped while it waited in line; start it again"))
                return 0
            for event in train(order, lambda: stopped() or stop.exists()):
                tell(event)
        except BaseException as error:
            logging.exception("the run broke off")
            why = f"training broke off ({type(error).__name__}: {error!s:.120}); train again"
            with contextlib.suppress(OSError):  # on a full disk not even that can be said
                tell(TrainFailed(str(error) if isinstance(error, PlaygroundError) else why))
            return 1
        finally:
            over.set()
    return 0


def main(arguments: list[str]) -> int:
    """The process: the run's folder and, where there are locks, the number of the lock to hold."""
    for number in arguments[1:]:
        os.set_inheritable(int(number), False)  # held, never handed on
    ended = threading.Event()
    # A machine that shuts down asks with SIGTERM first: what was learned by then is kept.
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    return run_job(Path(arguments[0]), ended.is_set)


def _environment() -> dict[str, str]:
    """The environment without keys: training asks nobody outside but the hub, whose token stays.

    Threads that wait for each other give their core away soon. As OpenMP has it they spin on, and with anything else
    running (the browser that watches, a chat) a step takes ten times as long; alone it is a fifth quicker.
    """
    kept = {k: v for k, v in os.environ.items() if not k.upper().endswith(("API_KEY", "SECRET", "PASSWORD"))}
    if "OMP_WAIT_POLICY" not in kept:
        kept.setdefault("GOMP_SPINCOUNT", SPINS)
    return kept


def _absolute(order: TrainOrder) -> TrainOrder:
    """The same order for a process that begins in another folder."""
    changes: dict[str, Any] = {"dataset": order.dataset.resolve(), "out": order.out.resolve()}
    if order.continue_from:
        changes["continue_from"] = order.continue_from.resolve()
    if Path(order.base_folder).is_dir():
        changes["base_folder"] = str(Path(order.base_folder).resolve())
    return TrainOrder(**{**vars(order), **changes})


def _runs(settings: Settings, visitor: str) -> Path:
    return settings.visitor_home(visitor) / "runs"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
