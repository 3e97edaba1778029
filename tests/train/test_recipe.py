"""The recipe: a value out of its range never leaves the constructor."""

from __future__ import annotations

from typing import Any

import pytest

from playground.errors import BadRecipe
from playground.train.recipe import Recipe, recipe_from_json


@pytest.mark.parametrize(
    ("field", "value"),
    [("rank", 0), ("rank", 257), ("rank", 1.5), ("rank", True), ("rank", "8"), ("epochs", 0), ("batch", 0)]
    + [("learning_rate", -1e-3), ("learning_rate", float("nan")), ("minutes", -1), ("dropout", 1), ("targets", " ")],
)
def test_a_value_out_of_range_is_named(field: str, value: Any) -> None:
    with pytest.raises(BadRecipe, match=field):
        Recipe(**{field: value})


def test_a_recipe_comes_back_from_its_card() -> None:
    recipe = Recipe(rank=4, targets="q_proj,v_proj", minutes=0.5)
    assert recipe_from_json(recipe.as_json()) == recipe


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(BadRecipe, match="'ranks'"):
        recipe_from_json({"ranks": 4})


def test_no_step_size_means_one_by_the_width_and_a_given_one_stays() -> None:
    rates = [Recipe().sized(width).learning_rate for width in (256, 896, 3584)]
    assert rates == pytest.approx([2.5e-3, 9.4e-4, 3.2e-4])
    assert Recipe(learning_rate=0.02).sized(256).learning_rate == 0.02
