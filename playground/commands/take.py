"""python -m playground take: a dataset's rows in a form that other programs read."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from playground.commands.console import Console, table
from playground.datasets import GROUPS, TRAIN, Dataset, find_dataset, open_dataset
from playground.errors import BadDataset, known
from playground.interchange.dataset_card import dataset_card
from playground.interchange.forms import FORMS, write_rows
from playground.records import write_whole
from playground.settings import LOCAL, Settings

CARD = "README.md"


def take(given: Namespace, settings: Settings, console: Console) -> int:
    """Write `given.data` (a folder or a name) in `given.form` to the folder `given.out`, and say which files."""
    there = Path(given.data).is_dir()
    dataset = open_dataset(Path(given.data)) if there else find_dataset(settings, LOCAL, given.data)
    files = take_dataset(dataset, given.form, Path(given.out), given.force)
    if given.json:
        console.show_json({"path": str(Path(given.out).resolve()), "files": files})
        return 0
    console.show(table(["file", "rows"], [[file, str(dataset.counts[group])] for group, file in files.items()]))
    console.show(f"\n{Path(given.out).resolve()}")
    return 0


def take_dataset(dataset: Dataset, form: str, out: Path, force: bool = False) -> dict[str, str]:
    """Write every group and a card to a folder; gives group to file name.

    Raises UnknownName for another form, BadDataset for a folder with something in it (with `force` files of these
    names are replaced), BadSetting for one that cannot be written. Each file is whole or not there.
    """
    if form not in FORMS:
        raise known("form", form, list(FORMS))
    if out.exists() and not out.is_dir():
        raise BadDataset(f"{out} is a file; name a folder")
    if not force and out.is_dir() and any(out.iterdir()):
        raise BadDataset(f"{out} is not empty; name another folder, or use --force to put the new files in it")
    files = {group: f"{group}{FORMS[form]}" for group in (TRAIN, *GROUPS) if dataset.counts.get(group)}
    for group, file in files.items():
        write_rows(dataset.rows(group), form, out / file)
    write_whole(out / CARD, [dataset_card(dataset, files)])
    return files
