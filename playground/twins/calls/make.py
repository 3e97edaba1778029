"""Function-call twins: from functions and values to rows, with the groups that are held out.

Groups are those of other twins. unseen_values holds calls with values that train never shows, of
fields that have enough values; fields with few recur. unseen_templates asks for train's calls in
wordings that train never shows, held out kind by kind; unseen_both is both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from random import Random
from typing import Any

from playground.errors import BadSetting, BadTemplate
from playground.records import Row
from playground.samples import Template
from playground.twins.calls.bench import KINDS, CallBench
from playground.twins.calls.function import Function
from playground.twins.calls.offers import bundled_apart
from playground.twins.calls.order import Turns, make_turns, turns_for
from playground.twins.calls.own import OwnWording, Templates, own_wordings
from playground.twins.calls.plan import Plan, Ready, Values, Weights, make_plan
from playground.twins.calls.recipe import CallRecipe
from playground.twins.calls.refusals import Refusal, make_sources, refusal_templates
from playground.twins.calls.said import DERIVED
from playground.twins.calls.slots import slot_names
from playground.twins.calls.wordings import Wording, wordings
from playground.twins.make import GROUP_ROWS, MOST_ROWS, Twins
from playground.twins.split import held_templates, known_held

TASK = "calls"
"""Name of the task that rows say they are of, unless another is given."""
TRIES = 2
"""Numbers tried for each row wanted, before too few rows are what there is."""
MOST_TOLD = 200
"""Sentences about what was left out that go into the card."""


def make_calls(
    functions: Sequence[Function],
    values: Values | None,
    recipe: CallRecipe,
    rows: int | None,
    seed: int,
    *,
    weights: Weights | None = None,
    templates: Templates | None = None,
    refusals: Mapping[str, Sequence[str]] | None = None,
    held: Collection[str] | None = None,
    group_rows: int = GROUP_ROWS,
    task: str = TASK,
) -> Twins:
    """`rows` training rows and the validation groups, made as they are taken.

    `values` maps function and field to what may stand there; what is missing is proposed. `rows` None
    makes as many as it takes until every call over the values was asked for once. `templates` are
    wordings of single functions, `refusals` language to requests that none of the functions serves;
    `held` names the wordings to hold out, None lets the seed choose. The card's `dropped` counts, by
    reason, the rows that were not sound or stood there already; its `left_out` tells which values and
    functions no row can show. Raises BadSetting, BadSample, BadTemplate or UnknownName.
    """
    for name, number, low, high in (("seed", seed, 0, 2**31 - 1), ("rows of a group", group_rows, 1, MOST_ROWS)):
        _in_range(name, number, low, high)
    if rows is not None:
        _in_range("rows", rows, 1, MOST_ROWS)
    plan = make_plan(functions, values, weights, recipe, seed)
    asks = refusal_templates(functions, refusals or {}, recipe.languages) if recipe.refuse else ()
    shop = _Shop(plan, functions, recipe, seed, task, own_wordings(templates or {}, plan.seen, recipe.languages), asks)
    every = shop.templates()
    out = held_templates(every, seed) if held is None else known_held(held, every)
    train = shop.bench("train", "train", plan.seen, out, False)
    if rows is None:
        rows = _all_rows(train, recipe)
        if rows > MOST_ROWS:
            raise BadSetting(
                f"all calls would take {rows:,} rows; give fewer values, or a number of rows up to {MOST_ROWS:,}"
            )
    groups: dict[str, Iterator[Row] | None] = dict.fromkeys(("unseen_values", "unseen_templates", "unseen_both"))
    if plan.unseen:
        groups["unseen_values"] = _rows(
            shop.bench("unseen_values", "unseen_values", plan.unseen, out, False), group_rows
        )
    if out:
        groups["unseen_templates"] = _rows(shop.bench("unseen_templates", "train", plan.seen, out, True), group_rows)
    if plan.unseen and out:
        groups["unseen_both"] = _rows(shop.bench("unseen_both", "unseen_both", plan.unseen, out, True), group_rows)
    return Twins(_rows(train, rows), groups, _card(plan, recipe, seed, task, out, train.dropped))


class _Shop:
    """What the benches of all groups are made from."""

    def __init__(
        self,
        plan: Plan,
        functions: Sequence[Function],
        recipe: CallRecipe,
        seed: int,
        task: str,
        own: Mapping[tuple[str, str], tuple[OwnWording, ...]],
        asks: Sequence[Refusal],
    ) -> None:
        self.plan, self.functions, self.recipe, self.seed, self.task = plan, functions, recipe, seed, task
        self.own, self.asks = own, asks
        self.groups = ("call", "bare", *(("several",) if recipe.several else ()))
        self.bundled = bundled_apart(functions)
        # The order of kinds and functions is one for all groups, so that their rows of a number go together.
        shares = [recipe.kinds().count(kind) for kind in KINDS]
        self.kinds = make_turns(shares, Random(f"{seed}/{task}/kinds"))

    def templates(self) -> list[Template]:
        """Every wording that may be held out."""
        found = [
            one.template() for group in self.groups for lang in self.recipe.languages for one in wordings(group, lang)
        ]
        found += [one.template for some in self.own.values() for one in some]
        return found + [one.template for one in self.asks]

    def bench(self, group: str, values: str, ready: tuple[Ready, ...], out: Collection[str], held: bool) -> CallBench:
        """The bench of a group: with the held-out wordings, or with the others."""

        def kept(some: Sequence[Wording]) -> tuple[Wording, ...]:
            return tuple(one for one in some if (one.id in out) == held)

        words = {(g, lang): kept(wordings(g, lang)) for g in self.groups for lang in self.recipe.languages}
        words |= {("several", lang): words.get(("several", lang), ()) for lang in self.recipe.languages}
        if empty := next((key for key, some in words.items() if not some and key[0] != "several"), None):
            if held:  # nothing of this sort is held out: it is asked for as in training
                words[empty] = wordings(*empty)
            else:
                raise BadTemplate(
                    f"all wordings of {empty[0]} in {empty[1]} are held out; leave at least one to train on"
                )
        unseen = group in ("unseen_values", "unseen_both")
        asks = [one for one in self.asks if (one.template.id in out) == held]
        own = {
            key: tuple(one for one in some if (one.template.id in out) == held and one.slots <= set(there.names))
            for there in ready
            for key, some in self.own.items()
            if key[0] == there.function.name
        }
        return CallBench(
            self.task,
            group,
            values,
            self.seed,
            self.recipe,
            ready,
            make_turns([one.share() for one in ready], Random(f"{self.seed}/{self.task}/{values}")),
            # A refusal has no values that could be unseen.
            _without_refusals(self.kinds) if unseen or not self.recipe.refuse else self.kinds,
            words,
            own,
            make_sources(asks, ready, self.functions),
            tuple(one.offer for one in self.plan.seen),
            self.bundled,
            {},
        )


def _without_refusals(kinds: Turns) -> Turns:
    call, refuse = KINDS.index("call"), KINDS.index("refuse")
    cycle = [call if one == refuse else one for one in kinds.cycle]
    before = [cycle[:place].count(one) for place, one in enumerate(cycle)]
    return Turns(tuple(cycle), tuple(before), tuple(cycle.count(member) for member in range(len(KINDS))))


def _rows(bench: CallBench, count: int) -> Iterator[Row]:
    return islice(bench.rows(range(TRIES * count + 100)), count)


def _all_rows(bench: CallBench, recipe: CallRecipe) -> int:
    """Rows until the plain calls have gone through every product."""
    place = KINDS.index("call")
    if not bench.kinds.shares[place]:
        raise BadSetting(
            "several, repair, ask and refuse leave no plain calls; lower one of them, or give a number of rows"
        )
    calls = max(
        bench.turns.until(at, turns_for(one.product.size, recipe.optional if any(one.optional) else 0.0))
        for at, one in enumerate(bench.ready)
    )
    return bench.kinds.until(place, calls)


def _card(
    plan: Plan, recipe: CallRecipe, seed: int, task: str, out: Collection[str], dropped: dict[str, int]
) -> dict[str, Any]:
    functions = [one.function for one in plan.seen]
    derived = {
        f"{function.name}.{field.name}": DERIVED[field.type]
        for function in functions
        for field in function.fields
        if field.type in DERIVED
    }
    return {
        "task": task,
        "seed": seed,
        "slots": slot_names((one.name, [field.name for field in one.fields]) for one in functions),
        "set": {},
        "lang": recipe.lang,
        "held": sorted(out),
        "recipe": asdict(recipe),
        "functions": [one.tool() for one in functions],
        "values": {name: {field: list(some) for field, some in fields.items()} for name, fields in plan.values.items()},
        "products": {one.function.name: one.product.size for one in plan.seen},
        "derived": derived,
        "left_out": list(plan.left_out[:MOST_TOLD]),
        "dropped": dropped,
        "versions": {},
    }


def _in_range(what: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadSetting(f"{what} is {value!r}; it must be a whole number, {low} to {high:,}")
