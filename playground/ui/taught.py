"""What the seated contenders were taught: on which base, from which twins, with which name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from playground.adapters.files import Card
from playground.adapters.shelf import find_adapter
from playground.contenders.contender import base_id
from playground.errors import PlaygroundError
from playground.samples import Task
from playground.settings import Settings
from playground.ui.making import SHIPPED_SEED
from playground.ui.session import Session

Cards = Mapping[str, Card]
"""Contender to the card of its adapter."""


def cards_of(settings: Settings, session: Session, names: Iterable[str]) -> Cards:
    """The cards of the tuned ones among these contenders; of one that cannot be read its own pane says why."""
    found = {}
    for name in names:
        if name.startswith("tuned:"):
            try:
                found[name] = find_adapter(settings, session.visitor, name.removeprefix("tuned:")).card
            except PlaygroundError:
                continue
    return found


def one_base(settings: Settings, names: Iterable[str], cards: Cards) -> bool:
    """Whether these contenders stand on one base; a model of another server is a base of its own."""
    bases = {card.base_id for card in cards.values()}
    for name in names:
        kind, _, rest = name.partition(":")
        same = kind == "gguf" and rest.partition("+")[0] == settings.base
        if kind in ("base", "few-shot") or same:
            bases.add(base_id(settings))
        elif kind not in ("tuned", "scripted"):
            bases.add(name)
    return len(bases) < 2 and len({card.base_sha256 for card in cards.values()}) < 2


def pair_of(cards: Cards, lang: str) -> dict[str, str] | None:
    """The name and author that the first of them was taught for a language; its card has name_en where they differ."""
    for card in cards.values():
        if card.identity:
            return {
                slot: card.identity.get(f"{slot}_{lang}", card.identity.get(slot, "")) for slot in ("name", "author")
            }
    return None


def learned_from(cards: Cards, task: Task) -> tuple[int, list[str] | None]:
    """Seed and held-out templates of the twins that the first adapter of this task learned from."""
    for card in cards.values():
        if card.task == task.name and card.dataset_seed is not None:
            there = {one.id for one in task.human}
            return card.dataset_seed, [one for one in card.held if one in there] or None
    return SHIPPED_SEED, None


def not_unseen(
    cards: Cards, task: Task, seed: int | None, held: Iterable[str] | None, rows_sha256: str = ""
) -> list[str]:
    """Contenders of this task to whom what these twins hold out may be known: they learned from others."""
    return [
        name
        for name, card in cards.items()
        if card.task == task.name
        and card.dataset_sha256 != rows_sha256
        and (card.dataset_seed != seed or (held is not None and not set(held) <= set(card.held)))
    ]
