"""Few-shot's first token comes at least 3 times sooner when its prefix has been kept.

    python -m benchmarks.first_token --base starter --rounds 15

The same ask, with three worked examples, goes to a model that keeps prefixes and to one that keeps
none, in turn. Medians of the seconds to the first token, and both must give the same one.
"""

from __future__ import annotations

import json
import os
import statistics
import sys

from benchmarks._panes import arguments, reply_all, stage
from playground.models.base import Sampling

BAR = 3.0
ONE = Sampling(max_tokens=1, ignore_end=True)


def main() -> int:
    given = arguments(__doc__, rounds=15)
    import torch

    with stage(given.base, given.threads) as here:
        ask = here.asks()[1]
        models = {"kept": here.model(), "not kept": here.model(kept_bytes=0)}
        seconds: dict[str, list[float]] = {way: [] for way in models}
        said: dict[str, set[str]] = {way: set() for way in models}
        for number in range(given.rounds + 1):
            for way, model in models.items():
                texts, (usage,) = reply_all(model, [ask], ONE)
                said[way].add(texts[0])
                if number:  # the first round computes the prefix that is kept
                    seconds[way].append(usage.seconds_to_first)
                    assert (usage.cached_tokens > 0) == (way == "kept")
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    ratio = medians["not kept"] / medians["kept"]
    same = len(set.union(*said.values())) == 1
    print("| prefix | median ms to the first token | of |\n|---|---|---|")
    for way, median in medians.items():
        print(f"| {way} | {median * 1e3:.1f} | {given.rounds} |")
    print(f"\nPrompt: {usage.prompt_tokens} tokens, {usage.few_shot_tokens} of them worked examples.")
    print(f"Same first token: {'yes' if same else 'no'}.\n")
    result = {"base": here.ref.id, "ratio": round(ratio, 2), "bar": BAR, "same_token": same}
    print(json.dumps(result | {"threads": torch.get_num_threads(), "load": os.getloadavg()[0]}))
    return int(ratio < BAR or not same)


if __name__ == "__main__":
    sys.exit(main())
