"""The bench one group of rows is made on: its templates, compiled once, and its side of the values."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from random import Random

from playground.errors import BadTemplate
from playground.records import Message, Role, Row
from playground.samples import Task, Template, user_text
from playground.twins.chance import Chance, draws
from playground.twins.check import check_row
from playground.twins.dress import Dress, dressed, left_blank
from playground.twins.fields import DERIVED, Values, draw, field_names
from playground.twins.limited import render_untrusted
from playground.twins.own import OwnFields
from playground.twins.split import Side
from playground.twins.template import Compiled, compile_template, named_slots, plain_template, unknown_slot

CHUNK = 500
"""Rows made together, so that a visitor's template costs one process per chunk and not per row."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A template that can be filled; equal to itself alone, so that what hangs on it can be kept."""

    template: Template
    compiled: Compiled | None
    """None for a visitor's template that is not plain: it is rendered in a limited process."""
    slots: frozenset[str]
    """What it asks for, its earlier turns included."""
    before: tuple[tuple[Role, Ready], ...] = ()
    """Earlier turns, each a template of its own."""

    @cached_property
    def plain(self) -> bool:
        """Whether all of it is text and slots."""
        turns = (self, *(turn for _, turn in self.before))
        return all(one.compiled is not None and one.compiled.engine is None for one in turns)

    def shown(self, message: str, written: Mapping[str, str]) -> frozenset[str]:
        """The slots this message really gives; a template with conditions may leave some out."""
        if self.plain:
            return self.slots
        return frozenset(name for name in self.slots if written.get(name, "") and written[name] in message)


@dataclass(frozen=True)
class Bench:
    """What a group of rows is made from."""

    task: Task
    group: str
    values: str
    """The group whose row of the same number has the same values: train's for one that asks for its templates alone."""
    seed: int
    side: Side
    dress: Dress
    humans: tuple[Ready, ...]
    """In the order they take turns."""
    bots: tuple[tuple[Ready, ...], ...]
    """Answers of each human template, in the same order."""
    fixed: Mapping[str, Mapping[str, str]]
    """Language to the values that are the same in every row, by slot."""
    own: Mapping[str, OwnFields]
    """Language to the task's own fields."""

    def rows(self, numbers: Iterable[int]) -> Iterator[tuple[int, Row]]:
        """The rows of these numbers; a number alone decides its row. Raises BadTemplate for one that does not hold."""
        layout, values = self._key(self.group), self._key(f"{self.values}/values")
        waiting = iter(numbers)
        while chunk := list(islice(waiting, CHUNK)):
            drawn = zip(draws(layout, chunk), draws(values, chunk), chunk, strict=True)
            yield from self._finished([self._draft(*one) for one in drawn])

    def _key(self, what: str) -> int:
        return (self.seed << 32) | zlib.crc32(f"{self.task.name}/{what}".encode())

    def _draft(self, rng: Chance, chance: Chance, number: int) -> _Draft:
        """`rng` for the layout, `chance` for the values."""
        turn = number % len(self.humans)
        human, bot = self.humans[turn], self.bots[turn][int(rng.random() * len(self.bots[turn]))]
        fixed, own = self.fixed[human.template.lang], self.own[human.template.lang]
        values = draw(_asked(human, bot, frozenset(fixed), own.names), chance, self.side, self.dress)
        if own.names:
            values = values.beside(own.draw(chance))
        written = {**values.written, **fixed} if fixed else values.written
        message = None
        if human.compiled is not None and human.compiled.engine is None and human.template.dress:
            lang, chatter = human.template.lang, self.task.chatter
            literals, parts = dressed(rng, human.compiled, lang, self.dress, chatter)
            if blank := left_blank(rng, literals, parts, self.dress.blank):
                written[blank] = values.gold[blank] = ""
            message = Compiled(human.slots, literals, parts).render(written)
        elif human.compiled is not None:
            message = human.compiled.render(written)
        return _Draft(number, human, bot, values, written, message)

    def _finished(self, drafts: Sequence[_Draft]) -> Iterator[tuple[int, Row]]:
        messages = _rendered([(d.human, d.written, d.message) for d in drafts])
        turns = iter(_rendered([(turn, d.written, None) for d in drafts for _, turn in d.human.before]))
        earlier = [[(role, next(turns)) for role, _ in d.human.before] for d in drafts]
        golds = [
            {
                **d.values.gold_for(d.human.shown("\n".join([*(t for _, t in before), text]), d.written)),
                **d.human.template.fixed,
            }
            for d, before, text in zip(drafts, earlier, messages, strict=True)
        ]
        fixed = [self.fixed[d.human.template.lang] for d in drafts]
        answers = _rendered([(d.bot, {**g, **f}, None) for d, g, f in zip(drafts, golds, fixed, strict=True)])
        for draft, before, message, gold, answer in zip(drafts, earlier, messages, golds, answers, strict=True):
            yield draft.number, self._row(draft, before, message, gold, answer)

    def _row(
        self, draft: _Draft, before: Sequence[tuple[Role, str]], message: str, gold: Mapping[str, str], answer: str
    ) -> Row:
        human, bot, lang = draft.human.template, draft.bot.template, draft.human.template.lang
        known = {**gold, **self.fixed[lang]}
        slots = {slot: known.get(slot, "") for slot in self.task.slots} if self.task.judge != "text" else {}
        said = "\n".join([*(text for _, text in before), message])
        check_row(self.task, human, bot, said, answer, slots)
        messages = (
            *(Message(role=role, content=text) for role, text in before),
            Message(role="user", content=user_text(self.task, message, lang)),
            Message(role="assistant", content=answer),
        )
        row_id = f"{self.task.name}-{self.group}-{draft.number + 1:06d}"
        return Row(row_id, self.task.name, human.id, bot.id, slots, messages)


@dataclass(frozen=True)
class _Draft:
    number: int
    human: Ready
    bot: Ready
    values: Values
    written: Mapping[str, str]
    message: str | None
    """None until a limited process has rendered it."""


@lru_cache(maxsize=4096)
def _asked(human: Ready, bot: Ready, fixed: frozenset[str], own: frozenset[str]) -> frozenset[str]:
    """Slots whose values are drawn from the built-in fields."""
    return (human.slots | bot.slots) - fixed - own - human.template.fixed.keys()


def make_bench(
    task: Task, group: str, seed: int, unseen: bool, dress: Dress, fixed: Mapping[str, str], humans: Sequence[Template]
) -> Bench:
    """The bench for these human templates. `fixed` holds values by slot, or by slot_lang where they differ.

    Raises BadTemplate naming a template that does not parse, asks for an unknown slot or has no answer.
    """
    by_lang = {one.lang: for_language(fixed, one.lang) for one in humans}
    allowed = allowed_slots(task, fixed)
    bots = tuple(_ready(one, allowed) for one in task.bot)
    order = Random(f"{seed}/{task.name}").sample(list(humans), len(humans))
    ready = tuple(_ready(one, allowed) for one in order)
    answers = tuple(_answers(one.template, bots, task.human) for one in ready)
    values = group if unseen else "train"
    side = Side(seed, unseen)
    own = {lang: OwnFields(task, lang, side) for lang in by_lang}
    return Bench(task, group, values, seed, side, dress, ready, answers, by_lang, own)


def allowed_slots(task: Task, fixed: Mapping[str, str]) -> frozenset[str]:
    """Names a template of this task may use. Raises BadTemplate for a slot of the task that nothing fills."""
    names = frozenset(for_language(fixed, "").keys())
    for slot in task.slots:
        if slot not in names and slot not in field_names() and slot not in task.fields and slot not in task.derived:
            raise unknown_slot(slot, field_names() | names | task.fields.keys())
    derived = {name for name, parts in DERIVED.items() if set(parts) <= set(task.slots)}
    addresses = frozenset().union(*DERIVED.values())
    others = field_names() - DERIVED.keys() - addresses
    return names | frozenset(task.slots) | derived | others | task.fields.keys()


def plain_slot(name: str, fixed: Mapping[str, str]) -> str:
    """The slot of a fixed value: name for name_en, its English value; order_id itself where no order is fixed."""
    stem = name.rpartition("_")[0]
    return stem if stem in fixed else name


def for_language(fixed: Mapping[str, str], lang: str) -> dict[str, str]:
    """Slot to value for one language; a slot may be written in small or capital letters."""
    slots = [slot for slot in fixed if plain_slot(slot, fixed) == slot]
    values = {slot: fixed.get(f"{slot}_{lang}", fixed[slot]) for slot in slots}
    return {**values, **{slot.upper(): value for slot, value in values.items()}}


def _ready(template: Template, allowed: frozenset[str]) -> Ready:
    try:
        compiled = plain_template(template.text) if template.foreign else compile_template(template.text)
        slots = compiled.slots if compiled is not None else named_slots(template.text, allowed)
        if extra := sorted(slots - allowed):
            raise unknown_slot(extra[0], allowed)
    except BadTemplate as error:
        raise BadTemplate(f"template {template.id!r}: {error}") from error
    before = tuple((role, _ready(replace(template, text=text, before=()), allowed)) for role, text in template.before)
    return Ready(template, compiled, slots.union(*(turn.slots for _, turn in before)), before)


def _answers(human: Template, bots: Sequence[Ready], humans: Sequence[Template]) -> tuple[Ready, ...]:
    """Answers of the question's kind; where there are none, those of a kind that no question has."""
    tongue = [bot for bot in bots if bot.template.lang == human.lang]
    kinds = {one.kind for one in humans if one.lang == human.lang}
    found = [bot for bot in tongue if bot.template.kind == human.kind] or [
        bot for bot in tongue if bot.template.kind not in kinds
    ]
    if not found:
        raise BadTemplate(
            f"template {human.id!r} has no answer of kind {human.kind!r} in {human.lang!r}; add one under [[bot]]"
        )
    return tuple(found)


def _rendered(jobs: Sequence[tuple[Ready, Mapping[str, str], str | None]]) -> list[str]:
    """The text of each job, what has one kept; limited processes are started once per template."""
    texts = [
        text if text is not None else one.compiled.render(values) if one.compiled is not None else ""
        for one, values, text in jobs
    ]
    waiting: dict[str, list[int]] = {}
    for place, (one, _, text) in enumerate(jobs):
        if text is None and one.compiled is None:
            waiting.setdefault(one.template.text, []).append(place)
    for source, places in waiting.items():
        for place, text in zip(places, render_untrusted(source, [jobs[p][1] for p in places]), strict=True):
            texts[place] = text
    return texts
