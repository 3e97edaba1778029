"""Which contenders and datasets there are to pick from, and what they are called on the page."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import urlsplit

from playground.adapters.files import CARD
from playground.adapters.shelf import Adapter, adapter_names, broken_off
from playground.contenders.contender import base_id
from playground.samples import Task
from playground.settings import Settings
from playground.ui.session import Session
from playground.ui.words import say

MOST = 4
"""Contenders at once."""
FEW_SHOT = "few-shot:3"


def contender_choices(settings: Settings, session: Session, task: Task) -> list[tuple[str, str]]:
    """(label, name) of every contender of a visitor: base, few-shot, adapters of the task, adapters of others."""
    names = ["base", FEW_SHOT]
    adapters = adapter_names(settings, session.visitor)
    for adapter in sorted(adapters, key=lambda one: one.card.task != task.name):
        names.append(f"tuned:{adapter.name}")
        names += [f"tuned:{adapter.name}@{epoch}" for epoch in adapter.epochs]
    names += [f"tuned:{name}" for name in broken_off(settings, session.visitor)]
    if find_spec("llama_cpp") and not settings.base.endswith(".gguf"):
        names += [f"gguf:{settings.base}", *(f"gguf:{settings.base}+{adapter.name}" for adapter in adapters)]
    names += session.endpoints
    return [(contender_label(name, session.lang), name) for name in names]


def contender_label(name: str, lang: str) -> str:
    """What a contender is called."""
    kind, _, rest = name.partition(":")
    if kind == "base":
        return say(lang, "base")
    if kind == "few-shot":
        return say(lang, "few", count=rest or 3)
    if kind == "tuned":
        adapter, _, epoch = rest.partition("@")
        return say(lang, "tuned.epoch", name=adapter, epoch=epoch) if epoch else say(lang, "tuned", name=adapter)
    if kind == "gguf":
        base, _, adapter = rest.partition("+")
        return say(lang, "gguf.tuned", name=adapter) if adapter else say(lang, "gguf.base")
    if kind == "endpoint":
        return say(lang, "endpoint", model=rest.partition("#")[2].rpartition("/")[2], host=endpoint_host(name))
    if kind == "scripted":
        return say(lang, "scripted", name=rest.replace("\\", "/").rsplit("/", 1)[-1])
    return name


def short_label(name: str, lang: str) -> str:
    """The kind of a contender in one word, for the path line."""
    kind = name.partition(":")[0]
    return say(lang, f"short.{kind}") if kind in ("base", "few-shot", "tuned") else name


def contender_note(name: str, lang: str) -> str:
    """A sentence on how a contender is asked."""
    kind, _, rest = name.partition(":")
    if kind == "endpoint":
        return say(lang, "endpoint.note", host=endpoint_host(name))
    key = {"base": "base.note", "few-shot": "few.note", "tuned": "tuned.note", "gguf": "gguf.note"}.get(
        kind, "scripted.note"
    )
    return say(lang, key, count=rest or 3)


def endpoint_host(name: str) -> str:
    """Host and port of endpoint:URL#MODEL."""
    return urlsplit(name.partition(":")[2].partition("#")[0]).netloc


def first_contenders(settings: Settings, session: Session, task: Task) -> tuple[str, ...]:
    """Who is seated when nobody was picked: base, few-shot, and the task's adapter (the visitor's newest first).

    All of one base, so that only what was learned differs.
    """
    base = base_id(settings)
    fitting = [
        adapter
        for adapter in adapter_names(settings, session.visitor)
        if adapter.card.task == task.name and (adapter.card.base_id == base or adapter.name == session.adapter)
    ]
    trained = next((adapter for adapter in fitting if adapter.name == session.adapter), None)
    newest = max((adapter for adapter in fitting if not adapter.shipped), key=_written, default=None)
    chosen = trained or newest or next(iter(fitting), None)
    examples = (FEW_SHOT,) if task.seeds else ()
    return ("base", *examples, *((f"tuned:{chosen.name}",) if chosen else ()))


def _written(adapter: Adapter) -> float:
    """When its card was written."""
    try:
        return (adapter.path / CARD).stat().st_mtime
    except OSError:
        return 0.0


def known_contenders(settings: Settings, session: Session, task: Task, names: list[str] | None) -> tuple[str, ...]:
    """Those of the names that may be picked, at most MOST, each once. What the page sends is not trusted."""
    there = {name for _, name in contender_choices(settings, session, task)}
    return tuple(name for name in dict.fromkeys(names or []) if name in there)[:MOST]


def task_title(task: Task, lang: str) -> str:
    """What a task is called."""
    return task.title.get(lang) or task.title.get("") or task.name
