"""What the corpus must not contain, checked on its pools and on a draw of it.

The starter is measured on tasks it never saw. So the shipped tasks' templates, instructions,
question forms and chosen names are kept out of its corpus, and so are the counties of the places
table, and no schema may hold more than three of the address task's seven keys.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random

from playground.samples import Task, load_task
from playground.settings import Settings
from starter.corpus import (
    addresses,
    calls,
    chatter,
    conversation,
    extraction,
    kinds,
    lexicon,
    questions,
    schemas,
    selves,
    talk,
    values,
    wordings,
)

TASKS = ("address", "identity", "general")
SLOT = "丶"
"""Stands for a slot in a form."""
COURTESY = 6, 13
"""Plain characters, Chinese and Latin, of the longest text that is everybody's: 谢谢, Good morning."""
MODULES = (addresses, calls, chatter, extraction, kinds, lexicon, questions, schemas, selves, talk, values, wordings)
"""Where the corpus's pools stand."""


def plain(text: str) -> str:
    """Text without case, spaces and punctuation, for comparing forms."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def question_forms() -> set[str]:
    """Every question about oneself that the corpus asks."""
    forms = [*questions.WHO_ZH, *questions.MAKER_ZH, *questions.WHO_EN, *questions.MAKER_EN]
    forms += [f.format(s=s) for f in (*questions.BOTH_WHO_ZH, *questions.BOTH_MAKER_ZH) for s in questions.SELF_ZH]
    forms += [f.format(s=s) for f in (*questions.BOTH_WHO_EN, *questions.BOTH_MAKER_EN) for s in questions.SELF_EN]
    return {plain(q) for q in forms}


def form(text: str) -> str:
    """Plain text with every slot as one character, so that a task's template and a pool's can be compared."""
    return plain(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{\w*\}|<[A-Z_]+>", SLOT, text))


def pools() -> dict[str, str]:
    """Form of every text that the corpus is put together from, and the pool it stands in."""
    found: dict[str, str] = {}
    for module in MODULES:
        for name, value in vars(module).items():
            for text in () if name.startswith("__") else _strings(value):
                found.setdefault(form(text), f"{module.__name__.rpartition('.')[2]}.{name}")
    for told, question, _ in (*talk.FACT_ZH, *talk.FACT_EN, *questions.TOLD_ZH, *questions.TOLD_EN):
        found.setdefault(form(told + question), "a fact and the question after it")
    return found


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case kinds.Kind():
            yield from _strings((value.keys, value.english, value.phrases, value.english_phrases))
        case dict():
            yield from _strings((*value, *value.values()))
        case tuple() | list() | set() | frozenset():
            for one in value:
                yield from _strings(one)


def _instructions(task: Task) -> Iterable[str]:
    return task.instruction.values() if isinstance(task.instruction, dict) else [task.instruction]


def _shared(task: Task, held: Mapping[str, str]) -> Iterator[str]:
    """Templates, instructions and seeds of a task that stand in a pool (`held`); courtesies, JSON and a slot alone apart."""
    texts = [(one.id, one.text) for one in (*task.human, *task.bot)]
    texts += [("instruction", text) for text in _instructions(task)]
    for seed in task.seeds:
        for message in seed.messages:
            content = message["content"]
            for value in filter(None, seed.slots.values()):
                content = content.replace(value, "{x}")
            texts.append((seed.id, content))
    for where, text in texts:
        bare = form(text)
        everyday = bare == SLOT or (SLOT not in bare and len(bare) <= COURTESY[bare.isascii()])
        if bare in held and not everyday and not text.startswith('{"'):
            yield f"text {text!r:.80} of {task.name} ({where}) stands in {held[bare]}"


def _pieces(tasks: Iterable[Task]) -> set[str]:
    """Literal pieces of the tasks' templates and instructions that are long enough to be a form of words.

    That is twelve plain characters, or twenty where all are Latin, which say less each.
    """
    out: set[str] = set()
    for task in tasks:
        for text in (*(t.text for t in (*task.human, *task.bot)), *_instructions(task)):
            pieces = re.split(r"\{\{.*?\}\}|\{%.*?%\}", text)
            out.update(p for p in map(plain, pieces) if len(p) >= (20 if p.isascii() else 12))
    return out


def faults(settings: Settings, draws: int = 2000, seed: int = 0) -> list[str]:
    """What the corpus holds and must not, one sentence each; empty when it is clean.

    Pools are checked whole, and what they make together on `draws` documents.
    """
    tasks = [load_task(name, settings) for name in TASKS]
    pieces = _pieces(tasks)
    (identity,) = (t for t in tasks if t.name == "identity")
    found = [f"question form {t.text!r} of {t.id}" for t in identity.human if plain(t.text) in question_forms()]
    held = pools()
    found += [text for task in tasks for text in _shared(task, held)]
    names = {plain(v) for v in identity.defaults.values()} - {""}
    counties = addresses.real_counties()
    rng = Random(seed)
    found += [f"county {c}" for c in {addresses.county(rng) for _ in range(20_000)} if c in counties]
    concepts = {k.name: k.concept for k in kinds.KINDS}
    for _ in range(draws):
        held = {concepts[f.kind.name] for f in schemas.draw(rng).fields if f.kind} - {""}
        if len(held) > schemas.MOST_ADDRESS_KEYS:
            found.append(f"a schema with {len(held)} address keys: {sorted(held)}")
        text = plain(" ".join(m["content"] for m in conversation(rng).messages))
        found += [f"task text {t!r}" for t in pieces if t in text]
        found += [f"chosen name {n!r}" for n in names if len(n) > 2 and n in text]
    return found


def main() -> None:
    found = faults(Settings(house=Path(__file__).resolve().parents[2]))
    print("\n".join(found) or "the corpus holds nothing it must not")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
