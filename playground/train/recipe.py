"""The recipe: how to train one adapter. Every default of training stands here and nowhere else."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from playground.errors import BadRecipe


@dataclass(frozen=True)
class Recipe:
    """How to train one adapter. The first limit of epochs, steps and minutes that is reached ends the run."""

    rank: int = 16
    """Width of the two LoRA matrices. Higher learns more and weighs more; 1 to 256."""
    alpha: float = 32.0
    """Weight of the adapter: its product is scaled by alpha / rank."""
    targets: str = "all-linear"
    """Which matrices get an adapter: "all-linear", or names with commas (q_proj,v_proj)."""
    dropout: float = 0.0
    """Share of the adapter's inputs left out while training; 0 to 0.9."""
    epochs: int = 4
    """Most times through the rows."""
    steps: int = 400
    """Most optimizer steps; 0 for no limit."""
    minutes: float = 10.0
    """Most minutes from when the model stands, clean end included; 0 for no limit."""
    batch: int = 8
    """Rows in one step."""
    learning_rate: float = 0.0
    """Step size at the peak, after warm-up; 0 for what suits the base's width (`sized`)."""
    warmup: float = 0.05
    """Share of the steps in which the step size rises from 0."""
    weight_decay: float = 0.0
    """Decoupled decay of the learned matrices."""
    rehearse: int = 1
    """1 to teach, on general rows, what the base answers itself; 0 for the answers that stand in the dataset, which
    also teach what this base cannot know."""
    clip: float = 1.0
    """Longest gradient, by its norm; a longer one is scaled down."""
    seed: int = 0
    """Start of the random numbers: first matrices, order of rows, dropout."""
    max_tokens: int = 4096
    """Longest row in tokens; a longer one is cut at the right, and refused if nothing to learn is left."""

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise BadRecipe(f"{name} is {value}; it must be {low:g} to {high:g}")
        for name in ("rank", "epochs", "steps", "batch", "rehearse", "seed", "max_tokens"):
            if int(getattr(self, name)) != getattr(self, name):
                raise BadRecipe(f"{name} is {getattr(self, name)}; it must be a whole number")
        if not self.targets.strip():
            raise BadRecipe("targets is empty; write all-linear, or names of matrices with commas")

    def sized(self, width: int) -> Recipe:
        """The recipe with the step size that suits a base of hidden size `width`, where none is given.

        The narrower, the larger: 2.5e-3 for the starter (256), 9e-4 at 896, 3e-4 at 3,584. The rule is that of "LoRA
        Without Regret" (Schulman, 2025) for Llama, whose alpha of 32 is the default here; with the starter, 3e-3 was
        as good on address as half of it, and better on identity.
        """
        if self.learning_rate:
            return self
        return dataclasses.replace(self, learning_rate=float(f"{5e-4 * (2000 / width) ** 0.781:.1e}"))

    def as_json(self) -> dict[str, Any]:
        """Field name to value, for the card."""
        return dataclasses.asdict(self)


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("rank", 1, 256),
    ("alpha", 0.01, 1024),
    ("dropout", 0, 0.9),
    ("epochs", 1, 1000),
    ("steps", 0, 1_000_000),
    ("minutes", 0, 1440),
    ("batch", 1, 256),
    ("learning_rate", 0, 1),
    ("warmup", 0, 0.9),
    ("weight_decay", 0, 1),
    ("rehearse", 0, 1),
    ("clip", 0.01, 1000),
    ("seed", 0, 2**31 - 1),
    ("max_tokens", 16, 32_768),
)


def recipe_from_json(value: Any) -> Recipe:
    """A recipe read back from its JSON object. Raises BadRecipe for an unknown field or a value out of range."""
    if not isinstance(value, dict):
        raise BadRecipe(f"the recipe is {value!r:.60}; it must be an object of settings")
    known = {f.name for f in dataclasses.fields(Recipe)}
    for name in value:
        if name not in known:
            raise BadRecipe(f"the recipe has a setting {name!r}; there is: {', '.join(sorted(known))}")
    return Recipe(**value)
