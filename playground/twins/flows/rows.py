"""Rows from a flow: its paths taken in turn, each row drawn from its own random numbers.

A path is the row's template: whole paths are held out, and so are wordings of customers and tools.
Row number 17 of a seed is the same row however many are made.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from random import Random
from typing import Literal

from playground.datasets import TRAIN
from playground.errors import BadSetting, BadTemplate
from playground.records import Row
from playground.twins.flows.drawn import Values, Voice
from playground.twins.flows.flow import Flow
from playground.twins.flows.forms import CHINESE, ENGLISH, FORMS, Form, Input, Markers, messages_of
from playground.twins.flows.holdout import by_ends, held_paths, in_turn, known_paths, shows_held, shows_open, shuffled
from playground.twins.flows.mischief import Mischief, mischiefs
from playground.twins.flows.paths import MOST_PATHS, Path, find_paths
from playground.twins.flows.play import Played, play
from playground.twins.flows.values import is_open
from playground.twins.make import GROUP_ROWS, MOST_ROWS, Twins
from playground.twins.split import Side

UNSEEN_WORDINGS = "+"
"""Put after a trained path's id where a row of it is told in wordings that train does not see."""


@dataclass(frozen=True)
class FlowRecipe:
    """How rows are made from a flow."""

    form: Form = "react"
    """react, tools or plan (forms.py)."""
    marks: Markers | None = None
    """Words that open the parts of a turn; None for those of the flow's language."""
    input: Input = "json"
    """How an action's input is written: json, or text where it has one argument."""
    broken: float = 0.12
    """Share of the rows in which a tool fails, times out, answers nothing or contradicts itself; 0 to 1."""
    recovers: float = 0.5
    """Share of those in which the one retry works; in the others a person takes over."""
    refused: float = 0.06
    """Share of the rows in which the customer asks what no action can do."""
    changed: float = 0.1
    """Share of the rows in which the customer changes or mends a value."""
    even: Literal["paths", "ends"] = "paths"
    """What is given equal numbers of rows: paths, or ends and then the paths of each; many paths may share one end."""
    most_paths: int = MOST_PATHS
    """Most paths that are told apart; of more, a sample that takes every edge."""
    held: tuple[str, ...] | None = None
    """Ids of the paths to hold out; None lets the seed choose."""
    group_rows: int = GROUP_ROWS
    """Rows of each validation group."""

    def __post_init__(self) -> None:
        """Raise BadSetting for a setting out of its range."""
        if self.form not in FORMS:
            raise BadSetting(f"form is {self.form!r:.60}; it must be one of: {', '.join(FORMS)}")
        if self.input not in ("json", "text"):
            raise BadSetting(f"input is {self.input!r:.60}; it must be one of: json, text")
        if self.even not in ("paths", "ends"):
            raise BadSetting(f"even is {self.even!r:.60}; it must be one of: paths, ends")
        for name in ("broken", "recovers", "refused", "changed"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise BadSetting(f"{name} is {value!r:.60}; it must be a share, 0 to 1")
        if self.broken + self.refused + self.changed > 1 + 1e-9:
            raise BadSetting(f"broken is {self.broken} and more is taken by others; they may be 1 together")
        in_range("most_paths", self.most_paths, 1, 5_000)
        in_range("rows of a group", self.group_rows, 1, MOST_ROWS)


@dataclass(frozen=True)
class Desk:
    """What one group of rows is made at."""

    flow: Flow
    recipe: FlowRecipe
    group: str
    seed: int
    paths: tuple[Path, ...]
    """In the order they take turns."""
    trained: frozenset[str]
    """Ids of the paths that train shows."""
    side: Side
    unseen_wordings: bool
    chances: dict[str, dict[str, tuple[Mischief, ...]]] = field(default_factory=dict)
    """Path id to what may go wrong on it, found when it is first asked for."""

    def rows(self, count: int) -> Iterator[Row]:
        """The first `count` rows of the group. Raises BadTemplate naming a node that would make a value up."""
        return (self.row(number) for number in range(count))

    def row(self, number: int) -> Row:
        """One row; its number alone decides it."""
        path = self.paths[number % len(self.paths)]
        played = self._played(path, number, True) or self._played(path, number, False)
        assert played is not None  # without a mischief a path is played to its end, and was chosen for what is on it
        marks = self.recipe.marks or (CHINESE if self.flow.lang == "zh" else ENGLISH)
        told_anew = self.unseen_wordings and path.id in self.trained
        return Row(
            id=f"{self.flow.name}-{self.group}-{number + 1:06d}",
            task=self.flow.name,
            template=path.id + UNSEEN_WORDINGS if told_anew else path.id,
            bot_template=f"{self.recipe.form}-{played.label}" if played.label else self.recipe.form,
            slots={name: played.slots.get(name, "") for name in self.flow.gold},
            messages=messages_of(self.flow, played.beats, self.recipe.form, marks, self.recipe.input),
            tools=self.flow.tools,
        )

    def _played(self, path: Path, number: int, mischievous: bool) -> Played | None:
        """The path played; None where what went wrong cut off all that sets the row apart from train's."""
        layout = Random(self._start(f"{self.group}/{mischievous}", number))
        voice = Voice(self.flow, self.seed, layout, self.unseen_wordings)
        # Held-out paths are tried on train's own values.
        values = Values(self.flow, Random(self._start("values", number)), self.side)
        played = play(self.flow, path, self._mischief(path, layout) if mischievous else None, voice, values)
        if not played.label or self.group == TRAIN:
            return played
        heard = "".join(beat.text for beat in played.beats if beat.kind in ("user", "observation"))
        new_value = any(is_open(self.flow.slots[name]) and value in heard for name, value in values.now.items())
        return (
            played if (not self.side.unseen or new_value) and (not self.unseen_wordings or voice.unseen_heard) else None
        )

    def _start(self, what: str, number: int) -> int:
        tag = zlib.crc32(f"{self.flow.name}/{what}/{self.side.unseen}".encode())
        return (self.seed << 64) | (tag << 32) | number

    def _mischief(self, path: Path, rng: Random) -> Mischief | None:
        """What goes wrong in this row, if anything; a share that a path has no place for goes to plain rows."""
        chance, turn, recipe = rng.random(), rng.random(), self.recipe
        there = self.chances.get(path.id)
        if there is None:
            there = self.chances[path.id] = mischiefs(self.flow, path)
        kinds: tuple[str, ...]
        if chance < recipe.broken:
            kinds = ("recovered",) if turn < recipe.recovers else ("given-up",)
        elif chance < recipe.broken + recipe.refused:
            kinds = ("refused",)
        elif chance < recipe.broken + recipe.refused + recipe.changed:
            kinds = ("changed", "slip") if turn < 0.5 else ("slip", "changed")
        else:
            return None
        listed = next((there[kind] for kind in kinds if kind in there), ())
        return listed[int(rng.random() * len(listed))] if listed else None


def make_flow_rows(flow: Flow, recipe: FlowRecipe, rows: int, seed: int) -> Twins:
    """`rows` training rows of a flow and its validation groups, to be written like any other twins.

    Raises BadSetting for a number out of range, UnknownName for a path to hold out that is not there,
    BadTemplate naming a node whose row would need a value nobody said.
    """
    in_range("rows", rows, 1, MOST_ROWS)
    in_range("seed", seed, 0, 2**31 - 1)
    found = find_paths(flow, recipe.most_paths)
    held = held_paths(flow, found.paths, seed) if recipe.held is None else known_paths(found.paths, recipe.held)
    inside = tuple(path for path in shuffled(flow, found.paths, seed) if path.id not in held)
    outside = tuple(path for path in shuffled(flow, found.paths, seed) if path.id in held)
    if not inside:
        raise BadTemplate(f"all {len(held)} templates are held out; leave at least one to train on")
    trained = frozenset(path.id for path in inside)

    def desk(group: str, paths: Sequence[Path], unseen: bool, wordings: bool) -> Desk:
        return Desk(flow, recipe, group, seed, tuple(paths), trained, Side(seed, unseen), wordings)

    train = desk(TRAIN, inside if recipe.even == "paths" else by_ends(inside), False, False)
    for path in found.paths:
        desk(TRAIN, (path,), False, False)._played(path, 0, False)
    other = in_turn(outside, [path for path in inside if shows_held(flow, path, seed)])
    takes = {
        "unseen_values": desk("unseen_values", [path for path in inside if shows_open(flow, path)], True, False),
        "unseen_templates": desk("unseen_templates", other, False, True),
        "unseen_both": desk("unseen_both", [path for path in other if shows_open(flow, path)], True, True),
    }
    groups = {name: one.rows(recipe.group_rows) if one.paths else None for name, one in takes.items()}
    card = {
        "task": flow.name,
        "seed": seed,
        "slots": list(flow.gold),
        "set": {},
        "lang": flow.lang,
        "held": sorted(held),
        "paths": len(found.paths),
        "note": found.note,
        "recipe": asdict(recipe),
        "versions": {"faker": version("faker")},
    }
    return Twins(train.rows(rows), groups, card)


def examples(flow: Flow, recipe: FlowRecipe, seed: int = 0, approved: bool = False) -> list[Row]:
    """One plain row for each path, for a person to approve; with `approved` those of the flow's approved ids.

    Approved ones serve as few-shot examples. An example of a held-out path shows what is held out.
    Raises UnknownName for an approved id that is no path of the flow.
    """
    found = find_paths(flow, recipe.most_paths)
    wanted = known_paths(found.paths, flow.approved) if approved else frozenset(path.id for path in found.paths)
    plain = replace(recipe, broken=0.0, refused=0.0, changed=0.0)
    chosen = tuple(path for path in found.paths if path.id in wanted)
    desk = Desk(flow, plain, "example", seed, chosen, wanted, Side(seed, False), False)
    return list(desk.rows(len(chosen)))


def in_range(what: str, value: int, low: int, high: int) -> None:
    """Raise BadSetting for what is no whole number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadSetting(f"{what} is {value!r:.60}; it must be a whole number, {low} to {high:,}")
