"""python -m playground ask: one question to several contenders."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.commands.console import Console, table
from playground.commands.lineup import line_up, system_text
from playground.contenders.contender import Contender
from playground.contenders.round import ask_round
from playground.contenders.transcript import Reply, Turn, open_turn
from playground.errors import BadSample, BadSetting, ModelFailed
from playground.models.base import Sampling
from playground.records import Message, check_writable
from playground.samples import load_task, user_text
from playground.settings import Settings


def ask(given: Namespace, settings: Settings, console: Console) -> int:
    """Ask, and print the answers with what they took."""
    task = load_task(given.task, settings)
    sampling = Sampling(given.temperature, given.max_tokens, given.seed)
    question = sys.stdin.read() if given.question == "-" else given.question
    if not question.strip():
        raise BadSample("the question is empty; write one, or - to read it from standard input")
    check_writable(question, "the question")
    lang = "zh" if re.search(r"[\u4e00-\u9fff]", question) else "en"
    messages = (Message(role="user", content=user_text(task, question.strip(), lang)),)
    names = given.contender or ["base"]
    if given.transcript:
        _append(Path(given.transcript), "")  # a file that cannot be written is told before anything is asked
    console.say(f"ask: opening {', '.join(names)}")
    system = system_text(given.system, given.prompt, lang, settings)
    with line_up(names, task, settings, given.base, system) as contenders:
        turn = _asked(contenders, messages, sampling, console)
    if given.json:
        answers = [_answer_json(reply) for reply in turn.replies]
        console.show_json({"task": task.name, "question": question.strip(), "answers": answers})
    else:
        console.show(_told(turn.replies))
    if given.transcript:
        _append(Path(given.transcript), turn.line())
    failed = [reply for reply in turn.replies if reply.finish is None]
    if failed:
        raise ModelFailed(f"{failed[0].contender} did not answer: {failed[0].error or 'its reply broke off'}")
    return 0


def _asked(
    contenders: Sequence[Contender], messages: tuple[Message, ...], sampling: Sampling, console: Console
) -> Turn:
    turn = open_turn(messages[-1]["content"], [one.name for one in contenders])
    events: Any = ask_round(contenders, [messages] * len(contenders), sampling)
    try:
        for place, event in events:
            turn = turn.after(place, event)
            console.step("ask: " + ", ".join(f"{r.contender} {len(r.text)} characters" for r in turn.replies))
    finally:
        events.close()
    return turn


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadSetting(f"--transcript {path} cannot be written ({error.strerror}); name another file") from error


def _answer_json(reply: Reply) -> dict[str, Any]:
    """The object of one answer that --json prints."""
    return {
        "contender": reply.contender,
        "reply": reply.text,
        "finish": reply.finish,
        "error": None if reply.finish else reply.error or "no end",
        "usage": vars(reply.usage) if reply.usage else None,
    }


def _told(replies: Sequence[Reply]) -> str:
    parts = [f"{reply.contender}\n{reply.text.strip() or '(no answer)'}\n" for reply in replies]
    rows = []
    for reply in replies:
        if reply.usage is not None:
            usage = reply.usage
            counts = (usage.prompt_tokens, usage.few_shot_tokens, usage.cached_tokens, usage.reply_tokens)
            times = f"{usage.seconds_to_first:.2f}", f"{usage.tokens_per_second:.0f}"
            end = "whole" if reply.finish == "stop" else "cut"
            rows.append([reply.contender, *map(str, counts), *times, end])
        else:
            rows.append([reply.contender, *["-"] * 6, "failed"])
    head = ["contender", "prompt tokens", "examples", "cached", "reply tokens", "s to first", "tokens/s", "end"]
    return "\n".join(parts) + "\n" + table(head, rows)
