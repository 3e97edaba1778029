"""The shelf of adapters: which there are, and where the next one goes.

    NAME/            an adapter's files (files.py)
    NAME/epochs/N/   the same files as they were after epoch N

Shipped adapters stand in the house, a visitor's in the work folder; a name is on one of the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playground.adapters.files import CARD, Card, read_card, refuse_pickle
from playground.errors import BadAdapter, NameTaken, UnknownName, known
from playground.settings import Settings


@dataclass(frozen=True)
class Adapter:
    """One adapter on the shelf."""

    name: str
    """NAME, or NAME@EPOCH."""
    path: Path
    """The folder that PEFT loads."""
    card: Card
    epochs: tuple[int, ...]
    """Epochs that are kept beside it."""
    shipped: bool
    """Whether it came with the house, and is read-only."""


def check_name(name: str) -> str:
    """The name itself. Raises BadAdapter unless it is 1 to 41 of a-z, 0-9 and -, and begins with no -."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
        raise BadAdapter(f"adapter name {name!r:.60} cannot be used; write 1 to 41 of a-z, 0-9 and -, no - first")
    return name


def adapter_home(settings: Settings, visitor: str, name: str) -> Path:
    """The folder where a visitor's adapter goes; not made here. Raises NameTaken if one that ships has the name."""
    check_name(name)
    if (_shipped(settings) / name).is_dir():
        raise NameTaken(f"adapter {name} comes with the house; choose another name")
    return _own(settings, visitor) / name


def find_adapter(settings: Settings, visitor: str, name: str) -> Adapter:
    """The adapter that NAME or NAME@EPOCH stands for.

    Raises UnknownName with the names that are there, NameTaken where both shelves have it, BadAdapter
    where its card does not read. Weights are not looked at; see check_adapter.
    """
    plain, at, epoch = name.partition("@")
    shelves = (_shipped(settings), _own(settings, visitor))
    places = [shelf / plain for shelf in shelves if _is_name(plain) and (shelf / plain).is_dir()]
    if not places:
        raise known("adapter", name, [a.name for a in adapter_names(settings, visitor)])
    if len(places) == 2:
        raise NameTaken(f"adapter {plain} is both shipped and in the work folder; rename {places[1]}")
    (folder,) = places
    epochs = _epochs(folder)
    if at:
        if not re.fullmatch(r"[0-9]{1,6}", epoch) or int(epoch) not in epochs:
            raise known(f"epoch of adapter {plain}", epoch, [str(e) for e in epochs])
        folder = folder / "epochs" / str(int(epoch))
    elif not (folder / CARD).is_file():
        refuse_pickle(folder)
        kept = f"; {plain}@{epochs[-1]} was kept" if epochs else "; train it again"
        raise UnknownName(f"adapter {plain} was not finished{kept}")
    return Adapter(name, folder, read_card(folder), epochs, places[0].parent == _shipped(settings))


def adapter_names(settings: Settings, visitor: str) -> list[Adapter]:
    """All finished adapters, the shipped ones first, by name. Folders whose card does not read are left out."""
    found = []
    for shelf in (_shipped(settings), _own(settings, visitor)):
        for folder in sorted(shelf.iterdir()) if shelf.is_dir() else ():
            if not _is_name(folder.name) or not (folder / CARD).is_file():
                continue
            try:
                card = read_card(folder)
            except BadAdapter:
                continue  # find_adapter says what is wrong when it is asked for
            found.append(Adapter(folder.name, folder, card, _epochs(folder), shelf == _shipped(settings)))
    return found


def broken_off(settings: Settings, visitor: str) -> list[str]:
    """Names (NAME@EPOCH, newest first) of what was kept of runs that did not end."""
    shelf = _own(settings, visitor)
    folders = sorted(shelf.iterdir()) if shelf.is_dir() else []
    return [
        f"{folder.name}@{epoch}"
        for folder in folders
        if _is_name(folder.name) and not (folder / CARD).is_file()
        for epoch in reversed(_epochs(folder))
    ]


def _shipped(settings: Settings) -> Path:
    return settings.house / "adapters"


def _own(settings: Settings, visitor: str) -> Path:
    return settings.visitor_home(visitor) / "adapters"


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name) is not None


def _epochs(folder: Path) -> tuple[int, ...]:
    home = folder / "epochs"
    names = [p.name for p in home.iterdir() if (p / CARD).is_file()] if home.is_dir() else []
    return tuple(sorted(int(n) for n in names if re.fullmatch(r"[1-9]\d{0,5}", n)))
