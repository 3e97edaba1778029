"""A dataset of agent rows from a flow file: thoughts, actions and observations along every path of a procedure."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from playground.commands.console import Console, table
from playground.commands.taken import in_form
from playground.datasets import GROUPS, TRAIN, dataset_path, new_name, write_dataset
from playground.records import Row
from playground.settings import LOCAL, Settings, writable_home
from playground.twins.flows.coverage import coverage
from playground.twins.flows.flow import Flow
from playground.twins.flows.reading import open_flow
from playground.twins.flows.rows import FlowRecipe, make_flow_rows


def flows(given: Namespace, settings: Settings, console: Console) -> int:
    """Make the dataset and say where it is and what of the flow its rows cover.

    Of `given`: flow (a file), rows, seed, flow_form (react, tools, plan), out (a folder or None), force, json.
    """
    flow = open_flow(Path(given.flow))
    out = Path(given.out) if given.out else _place(settings)
    made = make_flow_rows(flow, FlowRecipe(form=given.flow_form), given.rows, given.seed)
    train = _counted(made.train, given.rows, console)
    dataset = write_dataset(out, train, made.groups, made.card, force=given.force)
    counted = coverage(dataset.rows(), flow)
    files = in_form(given, dataset)
    if given.json:
        covered = {"paths": counted.share, "missing": [list(edge) for edge in counted.missing], "ends": counted.ends}
        told: dict[str, object] = {"files": files} if files else {}
        told |= {"path": str(dataset.path), "rows_sha256": dataset.rows_sha256, "counts": dict(dataset.counts)}
        console.show_json({**told, "coverage": {**covered, "went_wrong": counted.mischief}, "note": made.card["note"]})
        return 0
    groups = [[group, _count(dataset.counts[group])] for group in (TRAIN, *GROUPS)]
    console.show(table(["group", "rows"], groups))
    console.show(table(["end", "rows of train"], [[end, str(count)] for end, count in counted.ends.items()]))
    for line in _told(flow, made.card["note"], counted.share, len(counted.missing)):
        console.say(line)
    console.show(f"\n{dataset.path}  (sha256 {dataset.rows_sha256[:16]})")
    return 0


def _told(flow: Flow, note: str, share: float, missing: int) -> Iterator[str]:
    yield f"{flow.title}: train takes {share:.0%} of the paths, {missing} edges are on none of them"
    if note:
        yield note


def _count(count: int | None) -> str:
    return "-" if count is None else str(count)


def _place(settings: Settings) -> Path:
    writable_home(settings)
    return dataset_path(settings, LOCAL, new_name("flow"))


def _counted(rows: Iterable[Row], total: int, console: Console) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        console.step(f"flows: {number:,} of {total:,} rows")
        yield row
