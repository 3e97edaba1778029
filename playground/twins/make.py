"""Twins: thousands of rows from a task's templates and fake values.

Row number 17 of a seed is the same row however many are made: each has its own random numbers, made
from the seed, the task, the group and its number. Groups: train, and for validation unseen_values,
unseen_templates and unseen_both (see split.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from random import Random
from typing import Any

from playground.errors import BadSample, BadSetting, BadTemplate, known
from playground.records import Row
from playground.samples import GENERAL, Task, Template, load_task
from playground.settings import Settings
from playground.twins.bench import Bench, for_language, make_bench, plain_slot
from playground.twins.dress import PLAIN, Dress
from playground.twins.split import held_templates, known_held, letters

MOST_ROWS = 1_000_000
"""Most rows of one dataset."""
GROUP_ROWS = 200
"""Rows of a validation group whose values can be drawn without end."""
SEED_EVERY = 2
"""One general row in so many is a seed as it stands; the others are drawn from templates."""
LONGEST_VALUE = 60
"""Most characters of a fixed value."""


@dataclass(frozen=True)
class Twins:
    """Rows to be made as they are taken, and the card that goes with them."""

    train: Iterator[Row]
    groups: dict[str, Iterator[Row] | None]
    """Validation group to its rows; None for a group that cannot exist."""
    card: dict[str, Any]
    """task, seed, slots, set, lang, held, dress, versions: with the same program, enough for the same bytes again."""
    span: Callable[[int, int], Iterator[Row]] | None = None
    """Training rows from one place up to another, where a place alone decides its row; None where it does not."""


def make_twins(
    task: Task,
    rows: int,
    seed: int,
    settings: Settings,
    values: Mapping[str, str] | None = None,
    held: Collection[str] | None = None,
    lang: str | None = None,
    group_rows: int = GROUP_ROWS,
    dress: Dress | None = None,
) -> Twins:
    """`rows` training rows, general ones among them, and the validation groups.

    `values` sets fixed slots (NAME, AUTHOR); `held` names the human templates to hold out (general
    ones too), None lets the seed choose; `lang` keeps one language. Raises BadSetting for a number
    out of range, BadSample for a wrong value, BadTemplate for a template that cannot be used.
    """
    _in_range("rows", rows, 1, MOST_ROWS)
    _in_range("rows of a group", group_rows, 1, MOST_ROWS)
    _in_range("seed", seed, 0, 2**31 - 1)
    dress = Dress() if dress is None else dress
    general = load_task(GENERAL, settings) if task.general else None
    chosen = None if held is None else known_held(held, (*task.human, *(general.human if general else ())))
    task = _one_language(task, lang)
    general = _one_language(general, lang) if general else None
    fixed = fixed_values(task, values or {})
    humans = _not_naming(task, fixed)
    out = held_templates(task.human, seed) if chosen is None else chosen
    inside = [one for one in humans if one.id not in out]
    outside = [one for one in humans if one.id in out]
    if not inside:
        raise BadTemplate(f"all {len(humans)} templates of {task.name} are held out; leave at least one to train on")

    def bench(group: str, templates: list[Template], unseen: bool, how: Dress = dress) -> Bench:
        return make_bench(task, group, seed, unseen, how, fixed, templates)

    train = bench("train", inside, False)

    def alone(start: int, stop: int) -> Iterator[Row]:
        return (row for _, row in train.rows(range(start, stop)))

    span = alone
    if general is not None:
        asked = {_question(one.text) for one in outside}
        kept = [one for one in general.human if one.id not in out and _question(one.text) not in asked]
        general = replace(general, seeds=tuple(one for one in general.seeds if not asked & _questions(one)))
        others = make_bench(general, "train", seed, False, dress, {}, kept)
        span = partial(_mixed, train, others, task.general)
    # Without a slot that varies there is no value to keep back: such a wording would say again what train says.
    same = {one.template.id for one in train.humans if not one.slots - train.fixed[one.template.lang].keys()}
    vary = [one for one in inside if one.id not in same]
    varied = bool(vary)
    groups: dict[str, Iterator[Row] | None] = dict.fromkeys(("unseen_values", "unseen_templates", "unseen_both"))
    if varied:
        groups["unseen_values"] = _only(bench("unseen_values", vary, True), group_rows)
    if outside and varied:
        groups["unseen_templates"] = _only(bench("unseen_templates", outside, False), group_rows)
        groups["unseen_both"] = _only(bench("unseen_both", outside, True), group_rows)
    elif outside:
        # Questions without slots: each held-out one once, as it was written.
        groups["unseen_templates"] = _only(bench("unseen_templates", outside, False, PLAIN), len(outside))
    card = {
        "task": task.name,
        "seed": seed,
        "slots": list(task.slots),
        "set": fixed,
        "lang": lang,
        "held": sorted(out),
        "dress": asdict(dress),
        "versions": {name: version(name) for name in ("faker", "jinja2")},
    }
    return Twins(span(0, rows), groups, card, span)


def preview(
    task: Task,
    count: int,
    seed: int,
    human_text: str | None = None,
    bot_text: str | None = None,
    kind: str | None = None,
    lang: str | None = None,
    values: Mapping[str, str] | None = None,
    dress: Dress | None = None,
) -> list[Row]:
    """The first `count` training rows (1 to 100) without general ones; quick enough to show while somebody types.

    A text that is given stands in for all human (bot) templates, as a question of this kind and
    language (by default the first template's); it may come from anybody. Raises what make_twins raises.
    """
    _in_range("rows of a preview", count, 1, 100)
    _in_range("seed", seed, 0, 2**31 - 1)
    if human_text is not None or bot_text is not None:
        task = _with_texts(task, human_text, bot_text, kind, lang)
    task = _one_language(task, lang)
    fixed = fixed_values(task, values or {})
    humans = task.human if human_text is not None else _not_naming(task, fixed)
    bench = make_bench(task, "train", seed, False, Dress() if dress is None else dress, fixed, humans)
    return [row for _, row in bench.rows(range(count))]


def fixed_values(task: Task, given: Mapping[str, str]) -> dict[str, str]:
    """Slot (or slot_lang where a default differs by language) to the value it has in every row.

    A given value counts in every language. Raises UnknownName for a slot that is not fixed, BadSample
    for a value that cannot be used.
    """
    own: dict[str, str] = {}
    for key, value in given.items():
        slot = key.strip().lower()
        if slot not in task.defaults:
            raise known(f"fixed slot of {task.name}", key, sorted(name.upper() for name in task.defaults))
        if not value.strip() or len(value) > LONGEST_VALUE or set("{}<>\n\r") & set(value) or not value.isprintable():
            raise BadSample(f"{key} is {value!r:.80}; it must be 1 to {LONGEST_VALUE} characters without {{}}<>")
        if task.judge == "identity" and not any(c.isalnum() for c in value):
            raise BadSample(f"{key} is {value!r:.80}; it must hold a letter or a digit, or no reply can be judged")
        own[slot] = value.strip()
    kept = {name: value for name, value in task.defaults.items() if plain_slot(name, task.defaults) not in own}
    return {**kept, **own}


def _with_texts(task: Task, human_text: str | None, bot_text: str | None, kind: str | None, lang: str | None) -> Task:
    """The task with the given texts in the place of the templates of their side."""
    first = next((one for one in task.human if kind in (None, one.kind) and lang in (None, one.lang)), None)
    kind, lang = kind or (first.kind if first else ""), lang or (first.lang if first else "zh")
    human, bot = task.human, task.bot
    if human_text is not None:
        human = (Template("yours", lang, kind, human_text, foreign=True),)
    else:
        human = tuple(one for one in human if (one.lang, one.kind) == (lang, kind))
    if bot_text is not None:
        bot = (Template("your answer", lang, kind, bot_text, foreign=True),)
    return replace(task, human=human, bot=bot)


def _one_language(task: Task, lang: str | None) -> Task:
    """The task with the templates and seeds of one language; all of them for None. Raises UnknownName, BadTemplate."""
    if lang is not None:
        there = sorted({one.lang for one in task.human})
        if lang not in there:
            raise known(f"language of {task.name}", lang, there)
        seeds = tuple(seed for seed in task.seeds if _language(seed) == lang)
        human = tuple(one for one in task.human if one.lang == lang)
        task = replace(task, human=human, bot=tuple(one for one in task.bot if one.lang == lang), seeds=seeds)
    if not task.human or not task.bot:
        where = f"samples/{task.name}/templates.toml"
        raise BadTemplate(f"task {task.name} lacks human or bot templates; add some to {where}")
    return task


def _question(text: str) -> str:
    return letters(text).casefold()


def _questions(row: Row) -> set[str]:
    return {_question(message["content"]) for message in row.messages if message["role"] == "user"}


def _language(row: Row) -> str:
    return "zh" if re.search(r"[\u4e00-\u9fff]", row.messages[0]["content"]) else "en"


def _not_naming(task: Task, fixed: Mapping[str, str]) -> tuple[Template, ...]:
    """Human templates that do not say a fixed value: to a model called Kimi, "are you Kimi?" is no false guess."""

    def says(text: str, value: str) -> bool:
        # A Latin name stands in a text as a word: "Ed" is not in "called".
        if value.isascii():
            return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE | re.ASCII) is not None
        return value.casefold() in text.casefold()

    kept = tuple(
        one for one in task.human if not any(says(one.text, v) for v in for_language(fixed, one.lang).values())
    )
    if not kept:
        raise BadSample(f"the values {', '.join(fixed.values())!r} stand in every question; choose longer ones")
    return kept


def _mixed(train: Bench, general: Bench, share: float, start: int, stop: int) -> Iterator[Row]:
    """The task's rows with general ones spread evenly among them; a row's place alone decides which it is."""

    def before(place: int) -> int:
        return math.floor(place * share + 1e-9)

    seeds = Random(f"{train.seed}/seeds").sample(general.task.seeds, len(general.task.seeds))
    others = range(before(start), before(stop))
    drawn = (row for _, row in general.rows(k for k in others if not seeds or k % SEED_EVERY))
    own = (row for _, row in train.rows(range(start - before(start), stop - before(stop))))
    for place in range(start, stop):
        number = before(place)
        if before(place + 1) == number:
            yield next(own)
        elif seeds and number % SEED_EVERY == 0:
            seed = seeds[number // SEED_EVERY % len(seeds)]
            yield replace(seed, id=f"{GENERAL}-train-{number + 1:06d}", template=seed.id)
        else:
            yield next(drawn)


def _only(bench: Bench, count: int) -> Iterator[Row]:
    return (row for _, row in bench.rows(range(count)))


def _in_range(what: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadSetting(f"{what} is {value!r}; it must be a whole number, {low} to {high:,}")
