"""A contender: a model and a way of asking it. Names are read here and nowhere else.

base                    the base (a checkpoint or a GGUF file), asked as it is
few-shot, few-shot:K    the base with the task's first K worked examples before the question (K = 3)
tuned:NAME[@EPOCH]      the base with an adapter, as it ended or as it was after an epoch
gguf:FILE               a GGUF file by llama.cpp
gguf:BASE[+NAME]        a base, or one with an adapter, by llama.cpp; the file is made when it is first asked
endpoint:URL#MODEL      a model behind an OpenAI-compatible address
scripted:FILE           replies from a file
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from playground.adapters.files import check_adapter
from playground.adapters.shelf import Adapter, find_adapter
from playground.checkpoints.files import fingerprint, resolve
from playground.errors import BadAdapter, BadCheckpoint, BadSetting, PlaygroundError, UnknownName
from playground.models.base import Ask, ChatModel
from playground.records import Message
from playground.samples import Task
from playground.settings import Settings

Kind = Literal["base", "few-shot", "tuned", "gguf", "endpoint", "scripted"]

FORMS = (
    "base, few-shot, few-shot:K, tuned:NAME, tuned:NAME@EPOCH, gguf:FILE, gguf:BASE+NAME, endpoint:URL#MODEL, "
    "scripted:FILE"
)
"""What a contender's name may look like."""

EXAMPLES = 3
"""Worked examples of "few-shot" without a number."""


class Models(Protocol):
    """Where contenders get their models: models.catalogue.Catalogue, or a stand-in."""

    def base(self, name: str) -> ChatModel:
        """The model of a base's name, by what answers for bases on this machine."""
        ...

    def gguf(self, source: str) -> ChatModel:
        """The model of a GGUF file, or of a base's name, by llama.cpp."""
        ...

    def scripted(self, path: Path | str) -> ChatModel:
        """The model that answers from a file."""
        ...

    def endpoint(self, address: str, model: str, visitor: str) -> ChatModel:
        """The model behind an address, with the visitor's key for it."""
        ...


@dataclass(frozen=True)
class Contender:
    """A model and a way of asking it."""

    name: str
    """As it was called: base, few-shot:3, tuned:address@2."""
    kind: Kind
    label: str
    """Short name for tables."""
    model: ChatModel
    adapter: str | None = None
    """Folder of the adapter that answers, None for the base."""
    examples: tuple[Message, ...] = ()
    """Worked examples that stand before every question."""
    system: str = ""
    """System text; a conversation that brings its own keeps its own."""

    def ask(self, messages: Sequence[Message]) -> Ask:
        """The conversation as this contender puts it: system text, worked examples, then the messages."""
        own = [message for message in messages[:1] if message["role"] == "system"]
        system = own or ([Message(role="system", content=self.system)] if self.system else [])
        whole = (*system, *self.examples, *messages[len(own) :])
        return Ask(whole, self.adapter, len(self.examples))


def contender(
    name: str,
    task: Task,
    catalogue: Models,
    settings: Settings,
    visitor: str,
    base: str | None = None,
    system: str = "",
) -> Contender:
    """The contender of that name. `base` is a base's name; None takes the adapter's own, else the settings'.

    An adapter that was trained with a system text gets that text where `system` is empty. Opens the model.
    Raises UnknownName for a name or adapter that is not there, BadSetting for a number of examples the task
    does not have, BadAdapter, BadCheckpoint, BadSample.
    """
    kind, colon, rest = name.partition(":")
    match kind:
        case "base" if not colon:
            return Contender(
                name, "base", "base", base_model(base or settings.base, catalogue, settings), system=system
            )
        case "few-shot":
            count = _count(name, rest if colon else str(EXAMPLES), task)
            model = base_model(base or settings.base, catalogue, settings)
            # Seeds are whole conversations, instruction included; a system text of theirs would stand in the middle.
            shots = tuple(turn for seed in task.seeds[:count] for turn in seed.messages if turn["role"] != "system")
            return Contender(name, "few-shot", f"few-shot {count}", model, examples=shots, system=system)
        case "tuned" if rest:
            found = find_adapter(settings, visitor, rest)
            model = catalogue.base(_checked_base(found, base, settings))
            system = system or found.card.system
            return Contender(name, "tuned", f"tuned {rest}", model, adapter=str(found.path), system=system)
        case "gguf" if rest:
            source, adapter = _gguf_parts(rest, settings, visitor)
            system = system or (adapter.card.system if adapter else "")
            label = f"GGUF {Path(source).name}" + (f" + {adapter.name}" if adapter else "")
            folder = str(adapter.path) if adapter else None
            return Contender(name, "gguf", label, catalogue.gguf(source), adapter=folder, system=system)
        case "endpoint" if rest:
            address, served = endpoint_parts(rest)
            there = catalogue.endpoint(address, served, visitor)
            return Contender(name, "endpoint", served.rpartition("/")[2], there, system=system)
        case "scripted" if rest:
            return Contender(name, "scripted", Path(rest).name, catalogue.scripted(Path(rest)), system=system)
    raise UnknownName(f"contender {name!r:.80} is not known; write one of {FORMS}")


def base_model(name: str, catalogue: Models, settings: Settings) -> ChatModel:
    """The base of that name: a GGUF file by llama.cpp, all else by transformers. Raises UnknownName, BadCheckpoint."""
    if name.endswith(".gguf"):
        return catalogue.gguf(_gguf_file(name, settings))
    return catalogue.base(name)


def base_id(settings: Settings) -> str:
    """Id of the base that the settings name; "" where it is not there, or a GGUF file, which no adapter stands on."""
    try:
        return resolve(settings.base, settings).id
    except PlaygroundError:
        return ""


def _gguf_file(text: str, settings: Settings) -> str:
    """A path, where files may be opened. Raises UnknownName on a public page."""
    if settings.public:
        raise UnknownName(f"file {text!r:.80} cannot be opened from a public page; name a base")
    return text


def _gguf_parts(text: str, settings: Settings, visitor: str) -> tuple[str, Adapter | None]:
    """File or base of gguf:..., and the adapter that goes with a base. Raises UnknownName."""
    if text.endswith(".gguf"):
        return _gguf_file(text, settings), None
    base, plus, name = text.rpartition("+")
    return (base, find_adapter(settings, visitor, name)) if plus else (text, None)


def endpoint_parts(text: str) -> tuple[str, str]:
    """Address and model of URL#MODEL. Raises BadSetting."""
    address, mark, model = text.partition("#")
    if not mark or not model.strip() or len(model) > 200 or not model.isprintable():
        raise BadSetting(f"endpoint {text!r:.80} names no model; write it as https://host/v1#MODEL")
    return address, model.strip()


def _count(name: str, text: str, task: Task) -> int:
    """How many worked examples: 1 to as many as the task has."""
    if not task.seeds:
        raise BadSetting(f"contender {name!r:.40} needs worked examples and task {task.name} has none; add seeds.jsonl")
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= len(task.seeds):
        most = len(task.seeds)
        raise BadSetting(f"contender {name!r:.40}: {text!r:.20} examples; task {task.name} gives 1 to {most} of them")
    return int(text)


def _checked_base(adapter: Adapter, base: str | None, settings: Settings) -> str:
    """Name of the base an adapter stands on, after looking both over."""
    wanted = adapter.card.base_id
    if base is None:
        # A card names its base by id; where that is a folder, only the settings know the path.
        base = settings.base if base_id(settings) == wanted else wanted
    try:
        ref = resolve(base, settings)
    except BadCheckpoint as error:
        if base != wanted:
            raise
        raise BadAdapter(
            f"adapter {adapter.name} was trained on {wanted!r:.80}, which is not there; say where it is"
        ) from error
    # A hub id may not have been fetched yet; the model itself compares when the adapter is attached.
    check_adapter(adapter.path, fingerprint(ref) if ref.local else None)
    return base
