"""Causal attention in blocks is quicker on a CPU in bfloat16 than torch's own, there and back.

    python -m benchmarks.attention --rounds 9

Eight texts of one length in eight heads of 32, as the starter trains on them; both sides in turn in one
process. Medians of the milliseconds for the output and the gradients of queries, keys and values.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor

from playground.train.attention import attend

LENGTHS = (128, 256, 512, 1024)
TEXTS, HEADS, WIDTH = 8, 8, 32
BAR, CLOSE = 1.3, 0.02
"""Times as quick, over all lengths together; largest difference, as a share of the largest value."""


def torch_own(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The kernel that torch picks."""
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def blocks(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The playground's."""
    flat = (t.reshape(-1, *t.shape[2:]) for t in (q, k, v))
    return attend(*flat, WIDTH**-0.5).reshape(q.shape)


def there_and_back(way: Callable[..., Tensor], parts: list[Tensor], slope: Tensor) -> tuple[float, list[Tensor]]:
    """Milliseconds, and what came out: the output and three gradients."""
    leaves = [p.clone().requires_grad_() for p in parts]
    began = time.perf_counter()
    out = way(*leaves)
    gradients = torch.autograd.grad(out, leaves, slope)
    return 1e3 * (time.perf_counter() - began), [out.detach(), *gradients]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    torch.manual_seed(0)
    total, apart = {"torch": 0.0, "blocks": 0.0}, 0.0
    print("| tokens | torch ms | blocks ms | times as quick |\n|---|---|---|---|")
    for length in LENGTHS:
        shape = (TEXTS, HEADS, length, WIDTH)
        *parts, slope = (torch.randn(shape).to(torch.bfloat16) for _ in range(4))
        taken: dict[str, list[float]] = {"torch": [], "blocks": []}
        for number in range(rounds + 1):
            results = []
            for name, way in (("torch", torch_own), ("blocks", blocks)):
                spent, result = there_and_back(way, parts, slope)
                results.append(result)
                if number:  # the first round warms up
                    taken[name].append(spent)
        apart = max(apart, *(float((a - b).abs().max() / a.abs().max()) for a, b in zip(*results, strict=True)))
        own, ours = (statistics.median(taken[name]) for name in ("torch", "blocks"))
        total = {"torch": total["torch"] + own, "blocks": total["blocks"] + ours}
        print(f"| {length} | {own:.1f} | {ours:.1f} | {own / ours:.2f} |")
    ratio = total["torch"] / total["blocks"]
    print(f"\nLargest difference: {apart:.1%} of the largest value.\n")
    result = {"ratio": round(ratio, 2), "bar": BAR, "apart": round(apart, 4), "rounds": rounds}
    print(json.dumps(result | {"threads": torch.get_num_threads(), "load": os.getloadavg()[0]}))
    return int(ratio < BAR or apart > CLOSE)


if __name__ == "__main__":
    sys.exit(main())
