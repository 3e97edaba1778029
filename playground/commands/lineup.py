"""Contenders by their names, on one base, for the commands that ask them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playground.adapters.shelf import find_adapter
from playground.contenders.contender import Contender, base_id, contender
from playground.errors import BadSetting
from playground.models.catalogue import Catalogue
from playground.prompts import load_prompt
from playground.records import check_writable
from playground.samples import Task
from playground.settings import LOCAL, Settings

TUNED = "tuned:"


@contextmanager
def line_up(
    names: Sequence[str], task: Task, settings: Settings, base: str | None = None, system: str = ""
) -> Iterator[list[Contender]]:
    """The contenders of these names; their models are closed when the block is left.

    Raises BadSetting for a name given twice, and the UserErrors of a name that stands for nothing.
    """
    twice = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
    if twice:
        raise BadSetting(f"contender {twice[0]!r:.80} is named twice; name each once")
    catalogue = Catalogue(settings)
    try:
        common = base_of(names, base, settings)
        yield [contender(name, task, catalogue, settings, LOCAL, base=common, system=system) for name in names]
    finally:
        catalogue.close()


def system_text(system: str, prompt: str | None, lang: str, settings: Settings) -> str:
    """The system text that was typed, or that of a named prompt. Raises UnknownName, BadSample."""
    check_writable(system, "the system text")
    return load_prompt(prompt, settings).in_language(lang) if prompt else system


def base_of(names: Sequence[str], given: str | None, settings: Settings) -> str:
    """The base all of them stand on: the given one, else the first tuned one's, else the settings'."""
    if given:
        return given
    for name in names:
        if name.startswith(TUNED):
            wanted = find_adapter(settings, LOCAL, name.removeprefix(TUNED)).card.base_id
            # A card names its base by id; where that is a folder, only the settings know the path.
            return settings.base if base_id(settings) == wanted else wanted
    return settings.base
