"""The page's own API: named functions for gradio_client and, where the package mcp is installed, tools for agents.

What the page does by its widgets stays its own; these stand beside it and remember nothing. No other server is asked
and no file opened. On a public page a caller is a visitor who has made nothing: shipped adapters answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api as offer

from playground.adapters.shelf import adapter_names
from playground.contenders.contender import Contender, contender
from playground.contenders.round import ask_round
from playground.contenders.transcript import Reply, open_turn
from playground.errors import BadSetting, known
from playground.models.base import Sampling
from playground.records import Message, case_from_json, check_writable
from playground.samples import Task, completer, load_task, tasks, user_text
from playground.scoring.batch import score as scored
from playground.scoring.batch import tasks_of
from playground.scoring.results import Scores, scores_json
from playground.settings import LOCAL, new_visitor
from playground.twins.make import make_twins
from playground.ui.frame import HEAVY, Frame, notice
from playground.ui.pace import paced
from playground.ui.picks import MOST

MOST_ROWS, MOST_CASES, MOST_TOKENS, LONGEST = 1_000, 200, 1_024, 8_000
"""Of one call: rows made, cases scored, tokens of a reply, characters of a text."""
MOST_SEED = 2**31 - 1
BEAT = 0.25
"""Seconds between two answers to a caller who waits."""
USUAL = ["base", "few-shot:3", "tuned:address"]
T = TypeVar("T")


def build(frame: Frame) -> None:
    """Offer the functions. Must be called inside the page's context."""
    api = Api(frame)
    offer(api.tasks, api_name="tasks", concurrency_limit=None)
    offer(api.contenders, api_name="contenders", concurrency_limit=None)
    offer(api.twins, api_name="twins", concurrency_limit=4)
    slow = {"concurrency_id": HEAVY["concurrency_id"], "concurrency_limit": HEAVY["concurrency_limit"]}
    offer(api.ask, api_name="ask", **slow)
    offer(api.score, api_name="score", **slow)


class Api:
    """The functions; their docstrings are what callers read."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def tasks(self) -> list[dict[str, Any]]:
        """The tasks there are: name, title, slots, how replies are judged, and the instruction put under a message."""
        there = tasks(self._frame.settings)
        return [
            {
                "name": one.name,
                "title": dict(one.title),
                "slots": list(one.slots),
                "judge": one.judge,
                "instruction": dict(one.instruction),
            }
            for one in there
        ]

    def contenders(self) -> list[dict[str, Any]]:
        """Who can be asked: the base, the base with worked examples, and every adapter with the task it learned."""
        found = [{"name": "base", "task": ""}, {"name": "few-shot:3", "task": ""}]
        adapters = adapter_names(self._frame.settings, self._visitor())
        return [*found, *({"name": f"tuned:{one.name}", "task": one.card.task} for one in adapters)]

    def twins(
        self, task: str = "address", rows: int = 20, seed: int = 7, values: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make checked training rows of a task, and rows held out from it.

        Args:
            task: Name of the task, see tasks.
            rows: Training rows, 1 to 1,000.
            seed: Whole number; the same one makes the same rows.
            values: Fixed values, for identity {"NAME": "...", "AUTHOR": "..."}.
        """
        return self._told(lambda: self._twins(task, rows, seed, values or {}))

    def ask(
        self,
        message: str,
        task: str = "address",
        contenders: list[str] = USUAL,  # noqa: B006  (read only; it is shown to callers as the default)
        system: str = "",
        temperature: float = 0.0,
        max_tokens: int = 256,
        seed: int = 0,
    ) -> Iterator[list[dict[str, Any]]]:
        """Ask up to four contenders the same thing; gives each one's reply so far, and with its end what it took.

        Args:
            message: The message, without the task's instruction.
            task: Name of the task, see tasks.
            contenders: Names of who is asked, see contenders.
            system: System text, "" for none.
            temperature: 0 takes the likeliest token, up to 2.
            max_tokens: Longest reply in tokens, 1 to 1,024.
            seed: Draws the same again at a temperature above 0.
        """
        yield from self._steps(lambda: self._ask(message, task, contenders, system, temperature, max_tokens, seed))

    def score(
        self,
        cases: list[dict[str, Any]],
        contenders: list[str] = USUAL,  # noqa: B006  (as above)
        task: str = "address",
    ) -> Iterator[dict[str, Any]]:
        """Put cases to contenders and judge the replies: slots right, exact, intervals, and every pair compared.

        Args:
            cases: {"id", "task", "messages", "gold"} each, or rows as twins makes them; 1 to 200.
            contenders: Names of who is asked, see contenders.
            task: Name of the task whose worked examples few-shot shows.
        """
        yield from self._steps(lambda: self._score(cases, contenders, task))

    # ---- what they do ---------------------------------------------------------------------------

    def _twins(self, name: str, rows: int, seed: int, values: dict[str, Any]) -> dict[str, Any]:
        settings = self._frame.settings
        most = min(MOST_ROWS, settings.limits.rows) if settings.limits else MOST_ROWS
        task = load_task(name, settings)
        fixed = {str(key): str(value)[:LONGEST] for key, value in list(values.items())[:20]}
        rows, seed = _whole("rows", rows, 1, most), _whole("seed", seed, 0, MOST_SEED)
        made = make_twins(task, rows, seed, settings, values=fixed, group_rows=rows)
        groups = {group: islice(some, rows) for group, some in made.groups.items() if some is not None}
        return {
            "card": dict(made.card),
            "train": [row.as_json() for row in made.train],
            **{group: [row.as_json() for row in some] for group, some in groups.items()},
        }

    def _ask(
        self, message: str, name: str, names: list[str], system: str, temperature: float, tokens: int, seed: int
    ) -> Iterator[list[dict[str, Any]]]:
        task = load_task(name, self._frame.settings)
        for what, text in (("message", message), ("system text", system)):
            if not isinstance(text, str) or len(text) > LONGEST:
                raise BadSetting(f"the {what} has {len(str(text)):,} characters; it may have {LONGEST:,}")
            check_writable(text, f"the {what}")
        if not message.strip():
            raise BadSetting("the message is empty; write one")
        sampling = Sampling(
            _number("temperature", temperature, 0, 2),
            _whole("max_tokens", tokens, 1, MOST_TOKENS),
            _whole("seed", seed, 0, MOST_SEED),
        )
        standing = self._standing(names, task, system)
        lang = "zh" if re.search(r"[\u4e00-\u9fff]", message) else "en"
        talk = (Message(role="user", content=user_text(task, message.strip(), lang)),)
        turn = open_turn(talk[-1]["content"], [one.name for one in standing])
        for place, event in ask_round(standing, [talk] * len(standing), sampling):
            turn = turn.after(place, event)
            yield [_reply_json(reply) for reply in turn.replies]

    def _score(self, lines: list[dict[str, Any]], names: list[str], name: str) -> Iterator[dict[str, Any]]:
        settings = self._frame.settings
        if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_CASES:
            count = len(lines) if isinstance(lines, list) else 0
            raise BadSetting(f"there are {count} cases; there may be 1 to {MOST_CASES}")
        complete = completer(settings)
        cases = [case_from_json(complete(line), f"case {number}") for number, line in enumerate(lines, 1)]
        standing = self._standing(names, load_task(name, settings), "")
        run = scored(cases, standing, Sampling(), tasks=tasks_of(cases, settings))
        while True:
            try:
                event = next(run)
            except StopIteration as end:
                scores: Scores = end.value
                yield scores_json(scores)
                return
            yield {"done": event.done, "total": event.total}

    def _standing(self, names: list[str], task: Task, system: str) -> list[Contender]:
        """The contenders of these names. Raises UnknownName for what is not offered."""
        if not isinstance(names, list) or not 1 <= len(set(map(str, names))) == len(names) <= MOST:
            raise BadSetting(f"contenders is {names!r:.80}; name 1 to {MOST}, each once")
        settings, visitor = self._frame.settings, self._visitor()
        # No files and no other servers: a caller may be an agent that was talked into it.
        offered = [one["name"] for one in self.contenders()]
        for name in map(str, names):
            if name not in offered and not re.fullmatch(r"few-shot(:\d+)?|tuned:[a-z0-9-]+@\d+", name):
                raise known("contender", name[:80], offered)
        return [contender(str(one), task, self._frame.catalogue, settings, visitor, system=system) for one in names]

    def _visitor(self) -> str:
        """Whose things a call may use: on a laptop its owner's, else nobody's."""
        return new_visitor() if self._frame.settings.public else LOCAL

    def _steps(self, work: Callable[[], Iterator[T]]) -> Iterator[T]:
        """The last of what came in each beat; a caller who goes away ends the work."""
        try:
            for told in paced(work, BEAT):
                yield from told[-1:]
        except Exception as error:
            raise gr.Error(notice(error, "en"), print_exception=False) from error

    def _told(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except Exception as error:
            raise gr.Error(notice(error, "en"), print_exception=False) from error


def _reply_json(reply: Reply) -> dict[str, Any]:
    return {
        "contender": reply.contender,
        "reply": reply.text,
        "finish": reply.finish,
        "error": reply.error or None,
        "usage": vars(reply.usage) if reply.usage else None,
    }


def _whole(what: str, value: Any, low: int, high: int) -> int:
    """Raises BadSetting."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or not low <= value <= high:
        raise BadSetting(f"{what} is {value!r:.40}; it must be a whole number, {low} to {high}")
    return int(value)


def _number(what: str, value: Any, low: float, high: float) -> float:
    """Raises BadSetting."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadSetting(f"{what} is {value!r:.40}; it must be {low} to {high}")
    return float(value)
