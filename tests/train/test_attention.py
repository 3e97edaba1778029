"""The own attention gives what torch's gives, forward and back."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from playground.train.attention import BLOCK, NAME, block_attention, use_blocks


@pytest.mark.parametrize("length", [1, 64, BLOCK, BLOCK + 64, 3 * BLOCK, 1024 + 9])
@pytest.mark.parametrize("groups", [1, 2])
def test_values_and_slopes_are_torch_s(length: int, groups: int) -> None:
    torch.manual_seed(length)
    q = torch.randn(2, 4, length, 8, requires_grad=True)
    k, v = (torch.randn(2, 4 // groups, length, 8, requires_grad=True) for _ in range(2))
    weight = torch.randn(2, length, 4, 8)
    own, _ = block_attention(None, q, k, v, None, scaling=8**-0.5)
    own_slopes = torch.autograd.grad((own * weight).sum(), (q, k, v))
    theirs = scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True).transpose(1, 2)
    their_slopes = torch.autograd.grad((theirs * weight).sum(), (q, k, v))
    torch.testing.assert_close(own, theirs, atol=1e-5, rtol=1e-5)
    for mine, other in zip(own_slopes, their_slopes, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-4, rtol=1e-4)


def test_no_token_sees_a_later_one() -> None:
    q, k, v = (torch.randn(1, 2, BLOCK + 5, 8) for _ in range(3))
    before, _ = block_attention(None, q, k, v, None, scaling=1.0)
    k[:, :, -1], v[:, :, -1] = 9.0, 9.0
    after, _ = block_attention(None, q, k, v, None, scaling=1.0)
    assert torch.equal(before[:, :-1], after[:, :-1]) and not torch.equal(before[:, -1], after[:, -1])


@pytest.mark.parametrize("name", ["Qwen2", "Qwen3", "Llama"])
def test_a_model_gives_the_same_with_it(name: str) -> None:
    model = small(name)
    ids = torch.randint(3, 90, (2, BLOCK + 9), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = model(input_ids=ids, use_cache=False).logits
        assert use_blocks(model) and model.config._attn_implementation == NAME
        after = model(input_ids=ids, use_cache=False).logits
    torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_attention_of_another_kind_is_left_alone() -> None:
    for model in (
        small("Gemma2"),
        small("Llama", attention_dropout=0.1),
        small("Qwen2", use_sliding_window=True, sliding_window=8, max_window_layers=0),
    ):
        before = model.config._attn_implementation
        assert not use_blocks(model) and model.config._attn_implementation == before


def small(name: str, **changes: object) -> Any:
    """A random model of an architecture."""
    import transformers

    torch.manual_seed(0)
    shape = {"vocab_size": 99, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "head_dim": 8}
    config = getattr(transformers, f"{name}Config")(
        **shape, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512, **changes
    )
    return getattr(transformers, f"{name}ForCausalLM")(config).eval()
