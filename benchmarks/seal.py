"""The base's logits after an adapter came, answered and went are equal to those of a fresh load.

    python -m benchmarks.seal --base starter --rounds 5

Logits of a fixed prompt, every token and every entry of the vocabulary, compared bit for bit: with the
adapter attached, while a batch of base, few-shot and tuned is under way, and after it went.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks._panes import arguments, reply_all, stage
from playground.models.base import Sampling

SOME = Sampling(max_tokens=16)


def main() -> int:
    given = arguments(__doc__, rounds=5)
    import torch

    equal: dict[str, int] = {"attached": 0, "after a batch": 0, "gone": 0}
    with stage(given.base, given.threads) as here:
        model = here.model()
        for _ in range(given.rounds):
            fresh: Any = here.model().fixed_logits()
            model.attach(here.adapter)
            equal["attached"] += torch.equal(model.fixed_logits(), fresh)
            reply_all(model, here.asks(), SOME)
            equal["after a batch"] += torch.equal(model.fixed_logits(), fresh)
            model.detach(here.adapter)
            equal["gone"] += torch.equal(model.fixed_logits(), fresh)
        seal = model.seal()
    print("| adapter | equal to a fresh load | of |\n|---|---|---|")
    for when, times in equal.items():
        print(f"| {when} | {times} | {given.rounds} |")
    print(f"\n{tuple(fresh.shape)} logits each time. Seal: {seal.why}.\n")
    ok = seal.ok and all(times == given.rounds for times in equal.values())
    print(json.dumps({"base": here.ref.id, "equal": ok}))
    return int(not ok)


if __name__ == "__main__":
    sys.exit(main())
