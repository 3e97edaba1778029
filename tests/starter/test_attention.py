"""The starter's own attention gives what torch's gives, forward and back."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from starter.attention import BLOCK, block_attention


@pytest.mark.parametrize("length", [1, 64, BLOCK, BLOCK + 64, 3 * BLOCK])
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
