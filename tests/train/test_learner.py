"""The adapter on its frozen base, and the short way to the loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from playground.adapters.files import Card, write_adapter
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer
from playground.errors import BadAdapter, BadRecipe
from playground.train.batches import Batch, collate, encode_rows
from playground.train.learner import Learner, add_adapter, load_adapter
from playground.train.recipe import Recipe
from tests.tiny import make_tiny, tiny_rows


def batch_of(tiny: BaseRef, count: int = 5) -> Batch:
    rows = encode_rows(tiny_rows(count), open_tokenizer(tiny), 1024)
    return collate(rows, pad=0, device="cpu")


def whole_loss(model: Any, batch: Batch) -> torch.Tensor:
    """The loss the long way: all logits, row by row, without padding."""
    total = torch.zeros(())
    for number, ids in enumerate(batch.ids):
        width = batch.ids.shape[1]
        mine = (batch.places // width == number).nonzero().flatten()
        if len(mine):
            end = int(batch.places[mine].max()) % width + 1
            logits = model(input_ids=ids[None, :end], attention_mask=torch.ones(1, end)).logits[0]
            at = batch.places[mine] % width
            total = total + torch.nn.functional.cross_entropy(logits[at], batch.targets[mine], reduction="sum")
    return total


def test_a_fresh_adapter_changes_nothing(tiny: BaseRef) -> None:
    batch, model = batch_of(tiny), open_model(tiny)
    with torch.no_grad():
        before = model(input_ids=batch.ids).logits
        add_adapter(model, Recipe(rank=4))
        assert torch.equal(model(input_ids=batch.ids).logits, before)


def test_the_short_loss_is_the_whole_loss_padding_or_not(tiny: BaseRef) -> None:
    batch, learner = batch_of(tiny), add_adapter(open_model(tiny), Recipe(rank=4))
    assert batch.tokens < batch.ids.numel()  # there is padding
    with torch.no_grad():
        torch.testing.assert_close(learner.loss_sum(batch), whole_loss(learner.peft_model, batch), rtol=1e-5, atol=1e-4)


def test_a_model_that_scales_its_logits_takes_its_own_forward(tiny: BaseRef) -> None:
    model = open_model(tiny)
    plain = model.forward

    def scaled(*args: Any, **kwargs: Any) -> Any:
        out = plain(*args, **kwargs)
        out.logits = out.logits / 4
        return out

    model.forward = scaled
    batch, learner = batch_of(tiny), add_adapter(model, Recipe(rank=4))
    with torch.no_grad():
        torch.testing.assert_close(learner.loss_sum(batch), whole_loss(learner.peft_model, batch), rtol=1e-5, atol=1e-4)


def test_only_the_adapter_learns_and_its_numbers_are_counted(tiny: BaseRef) -> None:
    learner = add_adapter(open_model(tiny), Recipe(rank=3, targets="q_proj,v_proj"))
    # Two layers of 32 x 32 and 32 x 16: rank x (inputs + outputs) each.
    assert learner.trainable == 2 * 3 * ((32 + 32) + (32 + 16))
    names = [n for n, p in learner.peft_model.named_parameters() if p.requires_grad]
    assert len(names) == 8 and all(".lora_" in n for n in names)
    assert learner.total == sum(p.numel() for p in learner.peft_model.parameters())


def test_all_linear_leaves_the_head_out(tiny: BaseRef, tmp_path: Path) -> None:
    untied = BaseRef("untied", str(make_tiny(tmp_path / "untied", tied=False)))
    learner = add_adapter(open_model(untied), Recipe(rank=2))
    assert learner.config("untied")["target_modules"] == sorted(
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    )


def test_an_adapter_on_the_head_counts_in_the_loss(tiny: BaseRef, tmp_path: Path) -> None:
    untied = BaseRef("untied", str(make_tiny(tmp_path / "untied", tied=False)))
    batch, learner = batch_of(untied), add_adapter(open_model(untied), Recipe(rank=2, targets="lm_head"))
    with torch.no_grad():
        for parameter in learner.parameters:
            parameter.fill_(0.05)
        torch.testing.assert_close(learner.loss_sum(batch), whole_loss(learner.peft_model, batch), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("targets", ["nonsense", "q_proj,nonsense", "layers"])
def test_targets_that_are_not_there_are_named_with_those_that_are(tiny: BaseRef, targets: str) -> None:
    with pytest.raises(BadRecipe, match="targets has '(nonsense|layers)'.*down_proj.*v_proj"):
        add_adapter(open_model(tiny), Recipe(targets=targets))


def test_the_seed_alone_decides_the_first_matrices(tiny: BaseRef) -> None:
    def first(seed: int) -> dict[str, torch.Tensor]:
        torch.rand(seed + 3)  # whatever else draws
        return add_adapter(open_model(tiny), Recipe(rank=2, seed=seed)).weights()

    state = torch.get_rng_state()
    one, same, other = first(0), first(0), first(1)
    torch.set_rng_state(state)
    assert all(torch.equal(one[n], same[n]) for n in one)
    assert not all(torch.equal(one[n], other[n]) for n in one)


def test_the_config_names_the_base_by_id_and_never_by_path(tiny: BaseRef) -> None:
    config = add_adapter(open_model(tiny), Recipe(rank=2)).config("starter")
    assert config["base_model_name_or_path"] == "starter"
    assert tiny.path_or_hub_id not in repr(config)


def save(learner: Learner, folder: Path) -> Path:
    write_adapter(folder, learner.weights(), learner.config("tiny"), Card("x", "t", "tiny", "", {}, ""))
    return folder


def test_an_adapter_comes_back_from_disk_as_it_was(tiny: BaseRef, tmp_path: Path) -> None:
    batch, learner = batch_of(tiny), add_adapter(open_model(tiny), Recipe(rank=2))
    with torch.no_grad():
        for parameter in learner.parameters:
            parameter.add_(0.03)
        again = load_adapter(open_model(tiny), save(learner, tmp_path / "a"), Recipe())
        assert torch.equal(again.loss_sum(batch), learner.loss_sum(batch))
    assert again.trainable == learner.trainable


def test_an_adapter_of_another_shape_does_not_load(tiny: BaseRef, tmp_path: Path) -> None:
    wide = BaseRef("wide", str(make_tiny(tmp_path / "wide", hidden=64)))
    folder = save(add_adapter(open_model(wide), Recipe(rank=2)), tmp_path / "a")
    with pytest.raises(BadAdapter, match="does not fit"):
        load_adapter(open_model(tiny), folder, Recipe())


def test_bfloat16_arithmetic_is_near_float32_and_learns_float32(tiny: BaseRef) -> None:
    batch = batch_of(tiny)
    exact, half = (add_adapter(open_model(tiny), Recipe(rank=2), bfloat16=b) for b in (False, True))
    loss = half.loss_sum(batch)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(float(exact.loss_sum(batch).detach()), rel=0.02)
    assert {p.dtype for p in half.parameters} == {torch.float32} == {p.grad.dtype for p in half.parameters}


def test_a_base_kept_in_bfloat16_learns_alike(tiny: BaseRef) -> None:
    batch = batch_of(tiny)
    learner = add_adapter(open_model(tiny, dtype="bfloat16"), Recipe(rank=2), bfloat16=True)
    learner.loss_sum(batch).backward()
    assert {p.dtype for p in learner.parameters} == {torch.float32} and learner._short
