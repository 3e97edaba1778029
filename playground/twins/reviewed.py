"""A dataset out of one that a person has reviewed: rejected rows dropped, edited ones changed, groups as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.datasets import GROUPS, TRAIN, Dataset, write_dataset
from playground.errors import BadDataset, BadSetting
from playground.records import Row
from playground.reviews.decisions import Decision
from playground.reviews.shelf import Reviews
from playground.settings import LOCAL, Settings
from playground.twins.quality.correct import gold_reader
from playground.twins.quality.facts import Facts


@dataclass(frozen=True)
class Decided:
    """How many rows of a dataset, or of one of its groups, were decided about."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    rows: int = 0
    """All rows, those that nobody looked at too."""

    @property
    def checked(self) -> int:
        """Rows with a decision."""
        return self.accepted + self.edited + self.rejected


def review_of(dataset: Dataset, facts: Facts, settings: Settings, visitor: str = LOCAL) -> Reviews:
    """The review of a dataset; that of a folder elsewhere goes by the folder's name, as far as a name can hold it."""
    name = re.sub(r"[^a-z0-9]+", "-", dataset.path.name.lower()).strip("-")[:41].rstrip("-") or "dataset"
    return Reviews(settings, visitor, name, dataset.rows_sha256, facts.tails, gold_reader(facts))


def all_rows(dataset: Dataset) -> Iterator[Row]:
    """The rows of train and of every group."""
    for group in (TRAIN, *dataset.groups):
        yield from dataset.rows(group)


def decided(dataset: Dataset, reviews: Reviews) -> dict[str, Decided]:
    """Group to what was decided there. Raises BadDataset where one decision would be about two rows."""
    decisions, there = reviews.decisions(), set()
    found: dict[str, Decided] = {}
    for group in (TRAIN, *dataset.groups):
        counts = dict.fromkeys(("accept", "edit", "reject", ""), 0)
        for row in dataset.rows(group):
            verdict = decisions.get(row.id, Decision(row.id)).verdict
            counts[verdict] += 1
            if verdict and row.id in there:
                raise BadDataset(f"id {row.id!r:.60} stands on two rows; give each row its own before it is reviewed")
            if verdict:
                there.add(row.id)
        found[group] = Decided(counts["accept"], counts["edit"], counts["reject"], sum(counts.values()))
    return found


def reviewed_dataset(dataset: Dataset, reviews: Reviews, out: Path, force: bool = False) -> Dataset:
    """Write the dataset with the decisions carried out; its card tells how many rows were reviewed, and of which one.

    Raises BadSetting where nothing would change or no training row would be left, and what write_dataset raises.
    """
    counts = decided(dataset, reviews)
    total = Decided(
        *(sum(getattr(one, name) for one in counts.values()) for name in ("accepted", "edited", "rejected"))
    )
    if not total.checked:
        raise BadSetting("no row is reviewed yet; decide about some first")
    if counts[TRAIN].rejected == counts[TRAIN].rows:
        raise BadSetting("all training rows are rejected; make the dataset anew")
    told = {
        "of": dataset.rows_sha256,
        "checked": total.checked,
        "accepted": total.accepted,
        "edited": total.edited,
        "rejected": total.rejected,
    }
    card = {name: value for name, value in dataset.card.items() if name not in ("counts", "rows_sha256")}
    # A group of which nothing is left is one that is not there.
    groups: dict[str, Iterable[Row] | None] = {
        group: reviews.reviewed(dataset.rows(group))
        if group in counts and counts[group].rejected < counts[group].rows
        else None
        for group in GROUPS
    }
    train = reviews.reviewed(dataset.rows())
    return write_dataset(out, train, groups, {**card, "reviewed": told}, force=force)
