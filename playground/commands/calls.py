"""python -m playground twins --tools: a dataset of function calls from a file that describes functions."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground.commands.console import Console, table
from playground.datasets import GROUPS, TRAIN, Dataset, dataset_path, new_name, write_dataset
from playground.errors import BadSample, BadSetting
from playground.records import Row
from playground.settings import LOCAL, Settings, writable_home
from playground.twins.calls.coverage import Coverage, coverage
from playground.twins.calls.make import make_calls
from playground.twins.calls.read import LONGEST, ToolsRead, read_tools
from playground.twins.calls.recipe import MIXED

SHARES = ("functions", "near", "several", "repair", "ask", "refuse", "optional")
"""Options that are the recipe's; one that is not given keeps the recipe's own value."""


def calls(given: Namespace, settings: Settings, console: Console) -> int:
    """Make the dataset, and say where it is and what it shows."""
    if getattr(given, "set", None) or getattr(given, "workers", 1) != 1:
        raise BadSetting("--set and --workers go with --task; leave them out beside --tools")
    read = read_tools_file(Path(given.tools))
    for fault in read.faults:
        console.say(fault)
    if not read.functions:
        raise BadSample(f"{Path(given.tools).name} describes no function that can be used; mend it and try again")
    recipe = replace(MIXED, lang=given.lang, **shares_of(given))
    if not given.out:
        writable_home(settings)
    out = Path(given.out) if given.out else dataset_path(settings, LOCAL, new_name("calls"))
    twins = make_calls(read.functions, None, recipe, given.rows, given.seed)
    for left in twins.card["left_out"]:
        console.say(left)
    made = write_dataset(out, _counted(twins.train, console), twins.groups, twins.card, force=given.force)
    shown = coverage(made.rows(), read.functions, None, made.card["dropped"])
    if given.json:
        console.show_json(_summary(made, shown, read))
        return 0
    rows = [
        [group, str(made.counts[group]) if made.counts.get(group) is not None else "-"] for group in (TRAIN, *GROUPS)
    ]
    console.show(table(["group", "rows"], rows))
    console.show("")
    console.show(table(["function", "calls"], [[name, str(count)] for name, count in shown.calls.items()]))
    for why, count in shown.dropped.items():
        console.show(f"dropped: {count:,} rows, {why}")
    console.show(f"\n{made.path}  (sha256 {made.rows_sha256[:16]})")
    return 0


def shares_of(given: Namespace) -> dict[str, Any]:
    """The options that were given of those that only rows of --tools have."""
    return {name: value for name in SHARES if (value := getattr(given, name, None)) is not None}


def read_tools_file(path: Path) -> ToolsRead:
    """The functions of a file. Raises BadSample for one that cannot be read."""
    try:
        # One byte more than fits: read_tools says what is too long.
        with path.open("rb") as file:
            text = file.read(4 * LONGEST + 4).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSample(f"{path.name} is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except (OSError, ValueError) as error:
        raise BadSample(
            f"{str(path)[:200]} cannot be read ({getattr(error, 'strerror', error)}); check the path"
        ) from error
    return read_tools(text)


def _summary(made: Dataset, shown: Coverage, read: ToolsRead) -> dict[str, Any]:
    return {
        "path": str(made.path),
        "rows_sha256": made.rows_sha256,
        "counts": dict(made.counts),
        "calls": dict(shown.calls),
        "kinds": dict(shown.kinds),
        "faults": list(read.faults),
        "left_out": made.card["left_out"],
        "dropped": dict(shown.dropped),
        "never": {
            name: never
            for name, fields in shown.fields.items()
            if (never := {field: list(one.never) for field, one in fields.items() if one.never})
        },
    }


def _counted(rows: Iterable[Row], console: Console) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        console.step(f"twins: {number:,} rows")
        yield row
