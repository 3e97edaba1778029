"""Causal attention for learning on a CPU in bfloat16, quicker than torch's own (benchmarks/attention.py says how much).

Where a processor has no AMX, torch's flash kernel multiplies its bfloat16 blocks as float32. Here the
same sums are plain batched products, which oneDNN runs in bfloat16, over blocks small enough to stay
in the cache. As in FlashAttention (https://arxiv.org/abs/2205.14135) the weights are not kept for the
way back but worked out again.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor

NAME = "blocks"
"""What transformers knows it by, once it was used."""
BLOCK = 128
"""Queries taken at once."""
CACHED = 1 << 20
"""Numbers of attention weights taken at once: 2 MB in bfloat16."""

_KINDS = frozenset({"qwen2", "qwen3", "llama"})
"""Architectures whose attention is plain and causal; of others some cap scores or look back a part of the way."""


@cache
def _staircase(keys: int, dtype: torch.dtype) -> Tensor:
    """(1, BLOCK, keys): zeros, and in the last BLOCK columns what hides a later key from a query."""
    return torch.full((1, BLOCK, keys), -1e9, dtype=dtype).triu(keys - BLOCK + 1)


def _hidden(begin: int, end: int, dtype: torch.dtype) -> Tensor:
    """What is added to the scores (1, end - begin, end) of queries begin to end."""
    stairs = _staircase(-(-(begin + BLOCK) // 1024) * 1024, dtype)
    left = stairs.shape[2] - BLOCK - begin
    return stairs[:, : end - begin, left : left + end]


def _groups(q: Tensor) -> list[slice]:
    """Rows that are worked on together."""
    rows = max(2, CACHED // (BLOCK * q.shape[1]))
    return [slice(at, at + rows) for at in range(0, q.shape[0], rows)]


def _weights(q: Tensor, k: Tensor, begin: int, end: int, scale: float) -> Tensor:
    """Attention weights (rows, end - begin, end) of queries begin to end."""
    hidden = _hidden(begin, end, q.dtype)
    return torch.softmax(torch.baddbmm(hidden, q[:, begin:end], k[:, :end].transpose(1, 2), alpha=scale), -1)


@torch.library.custom_op("playground::attend", mutates_args=())
def attend(q: Tensor, k: Tensor, v: Tensor, scale: float) -> Tensor:
    """Causal attention of q, k, v, all (rows, T, D), rows being batch x heads; (rows, T, D)."""
    out = q.new_empty(q.shape)
    for g in _groups(q):
        for begin in range(0, q.shape[1], BLOCK):
            end = min(begin + BLOCK, q.shape[1])
            out[g, begin:end] = torch.bmm(_weights(q[g], k[g], begin, end, scale), v[g, :end])
    return out


@attend.register_fake
def _(q: Tensor, k: Tensor, v: Tensor, scale: float) -> Tensor:
    return q.new_empty(q.shape)


@torch.library.custom_op("playground::attend_back", mutates_args=())
def attend_back(
    grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, scale: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of q, k and v."""
    dq, dk, dv = (t.new_empty(t.shape) for t in (q, k, v))
    mean = (grad.float() * out.float()).sum(-1, keepdim=True).to(q.dtype)
    for g in _groups(q):
        to_k, to_v = torch.zeros(k[g].shape), torch.zeros(v[g].shape)
        for begin in range(0, q.shape[1], BLOCK):
            end = min(begin + BLOCK, q.shape[1])
            weights = _weights(q[g], k[g], begin, end, scale)
            slope = grad[g, begin:end]
            to_v[:, :end] += torch.bmm(weights.transpose(1, 2), slope)
            moved = torch.bmm(slope, v[g, :end].transpose(1, 2)).sub_(mean[g, begin:end]).mul_(weights)
            dq[g, begin:end] = torch.bmm(moved, k[g, :end]) * scale
            to_k[:, :end] += torch.bmm(moved.transpose(1, 2), q[g, begin:end])
        dk[g], dv[g] = to_k * scale, to_v
    return dq, dk, dv


@attend_back.register_fake
def _(grad: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, scale: float) -> tuple[Tensor, Tensor, Tensor]:
    return q.new_empty(q.shape), k.new_empty(k.shape), v.new_empty(v.shape)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    q, k, v, ctx.scale = inputs
    ctx.save_for_backward(q, k, v, output)


def _back(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    q, k, v, out = ctx.saved_tensors
    return *attend_back(grad.contiguous(), q, k, v, out, ctx.scale), None


attend.register_autograd(_back, setup_context=_keep)


def block_attention(
    module: Any, q: Tensor, k: Tensor, v: Tensor, attention_mask: Any, scaling: float, **_: Any
) -> tuple[Tensor, None]:
    """As transformers' interface asks: q (B, H, T, D), k and v (B, H_kv, T, D) to (B, T, H, D) and no weights."""
    batch, heads, length, width = q.shape
    share = heads // k.shape[1]
    k, v = (t.repeat_interleave(share, 1).reshape(-1, length, width) for t in (k, v))
    # Under autocast the rotated queries come in float32.
    flat = [t.to(v.dtype).contiguous() for t in (q.reshape(-1, length, width), k, v)]
    out = attend(*flat, scaling)
    return out.reshape(batch, heads, length, width).transpose(1, 2), None


def use_blocks(model: Any) -> bool:
    """Let a model on a CPU attend this way; False, and nothing changed, where its attention is another."""
    from transformers import AttentionInterface, AttentionMaskInterface

    config = model.config
    reach = getattr(config, "layer_types", None) or ()
    if config.model_type not in _KINDS or any(kind != "full_attention" for kind in reach) or config.attention_dropout:
        return False
    AttentionInterface.register(NAME, block_attention)
    # Rows are padded at the right and no token looks ahead, so a mask would say nothing.
    AttentionMaskInterface.register(NAME, _no_mask)
    model.set_attn_implementation(NAME)
    return True


def _no_mask(*_: Any, **__: Any) -> None:
    return None
