"""The order of one training run: what to train on what, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playground.device import Kind
from playground.train.recipe import Recipe, recipe_from_json


@dataclass(frozen=True)
class TrainOrder:
    """Everything one run needs."""

    dataset: Path
    """Dataset folder."""
    base: str
    """Id of the base, for the card: "starter", a hub id, a folder's name (BaseRef.id)."""
    base_folder: str
    """Where the base is: a folder or the hub id (BaseRef.path_or_hub_id)."""
    recipe: Recipe
    name: str
    """Name of the adapter."""
    out: Path
    """Folder of the adapter; must be empty or absent."""
    threads: int = 0
    """Threads for PyTorch, for the whole process; 0 leaves them as they are."""
    continue_from: Path | None = None
    """Folder of an earlier adapter to go on from; its rank, alpha and targets are kept."""
    device: Kind = "cpu"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Type of the arithmetic; auto takes bfloat16 where it is really faster (device.bfloat16_pays). What is
    learned is float32 either way."""
    force: bool = False
    """Replace what is in `out`, once everything is checked and the model stands."""

    def as_json(self) -> dict[str, Any]:
        """The order as a plain object, read back by order_from_json."""
        plain = {k: str(v) if isinstance(v, Path) else v for k, v in vars(self).items()}
        return plain | {"recipe": self.recipe.as_json()}


def order_from_json(value: Mapping[str, Any]) -> TrainOrder:
    """An order read back from as_json. Raises BadRecipe for its recipe, KeyError or TypeError for the rest."""
    earlier = value["continue_from"]
    return TrainOrder(
        **{
            **value,
            "dataset": Path(value["dataset"]),
            "out": Path(value["out"]),
            "recipe": recipe_from_json(value["recipe"]),
            "continue_from": Path(earlier) if earlier else None,
        }
    )
