"""The function sets that come with the house: functions, values, wordings, requests to refuse, and how to mix them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playground.errors import known
from playground.samples import Template
from playground.twins.calls.function import Function
from playground.twins.calls.make import make_calls
from playground.twins.calls.plan import Values
from playground.twins.calls.read import read_tools
from playground.twins.calls.recipe import CallRecipe
from playground.twins.make import GROUP_ROWS, Twins

FOLDER = Path(__file__).with_name("sets")


@dataclass(frozen=True)
class FunctionSet:
    """One set."""

    name: str
    title: Mapping[str, str]
    """Language to the words shown for it."""
    source: str
    """The functions as they are written: what read_tools reads."""
    functions: tuple[Function, ...]
    values: Values
    """Function and field to values; what is missing is proposed."""
    templates: Mapping[str, tuple[Template, ...]]
    refusals: Mapping[str, tuple[str, ...]]
    """Language to requests that none of the functions serves, most of them nearly."""
    recipe: CallRecipe

    def twins(self, rows: int | None, seed: int, lang: str | None = None, group_rows: int = GROUP_ROWS) -> Twins:
        """Its rows, in one language or in both."""
        return make_calls(
            self.functions,
            self.values,
            replace(self.recipe, lang=lang),
            rows,
            seed,
            templates=self.templates,
            refusals=self.refusals,
            group_rows=group_rows,
            task=f"calls-{self.name}",
        )


def set_names() -> list[str]:
    """Names of the sets, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load_set(name: str) -> FunctionSet:
    """The set of that name. Raises UnknownName with the names there are."""
    if name not in set_names():
        raise known("function set", name, set_names())
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    source = json.dumps(told["functions"], ensure_ascii=False, indent=2)
    read = read_tools(source)
    assert not read.faults, read.faults
    templates = {
        function: tuple(
            Template(f"{function}-{lang}-{number}", lang, f"{function}-own", text)
            for lang, texts in by_lang.items()
            for number, text in enumerate(texts, 1)
        )
        for function, by_lang in told.get("templates", {}).items()
    }
    refusals = {lang: tuple(texts) for lang, texts in told.get("refusals", {}).items()}
    recipe = CallRecipe(**told.get("recipe", {}))
    return FunctionSet(name, told["title"], source, read.functions, told.get("values", {}), templates, refusals, recipe)
