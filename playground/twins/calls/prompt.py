"""The system text: what is to be done, and one function a line."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from playground.twins.calls.offers import Bundled, Offer
from playground.twins.calls.plan import Ready
from playground.twins.calls.recipe import CallRecipe
from playground.twins.calls.said import Said
from playground.twins.calls.wordings import instruction
from playground.twins.words import pick


def system_text(lang: str, offers: Sequence[Offer]) -> str:
    """The instruction in a language, then each function as JSON Schema on a line of its own."""
    return instruction(lang) + "\n".join([one.line for one in offers])


def chosen_offers(
    rng: Random,
    recipe: CallRecipe,
    wanted: Sequence[Ready],
    given: Sequence[tuple[str, Said]] | None,
    own: Sequence[Offer],
    bundled: Sequence[Bundled],
    first: Sequence[Offer] = (),
) -> list[Offer]:
    """The functions of one prompt in any order: the wanted ones, `first`, then others up to the recipe's number.

    With `given`, the fields of the one wanted call, a near-twin may be among them. Half of the others
    or more are the caller's own, where there are so many.
    """
    chosen = list(first)
    for one in wanted:
        if one.offer not in chosen:
            chosen.append(one.offer)
    if recipe.functions == 0:
        chosen += [one for one in own if one not in chosen]
    else:
        if given is not None and len(chosen) < recipe.functions and rng.random() < recipe.near:
            near = wanted[0].near
            twins = (*near.more, *[near.less[name] for name, _ in given if name in near.less])
            if twins:
                chosen.append(pick(rng, twins))
        _fill(rng, chosen, own, recipe.functions - (recipe.functions - len(chosen)) // 2)
        _fill(rng, chosen, [one.offer for one in bundled], recipe.functions)
        _fill(rng, chosen, own, recipe.functions)
    rng.shuffle(chosen)
    return chosen


def _fill(rng: Random, chosen: list[Offer], pool: Sequence[Offer], most: int) -> None:
    """Add offers of the pool that are not there yet until there are `most`."""
    there = {one.name for one in chosen}
    if len(pool) <= 8:
        free = [one for one in pool if one.name not in there]
        while free and len(chosen) < most:
            chosen.append(free.pop(int(rng.random() * len(free))))
        return
    for _ in range(4 * most):
        if len(chosen) >= most:
            return
        one = pool[int(rng.random() * len(pool))]
        if one.name not in there:
            there.add(one.name)
            chosen.append(one)
