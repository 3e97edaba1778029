"""Three panes in one batch take at most 0.6 of the time of the same three one after another.

    python -m benchmarks.panes --base starter --rounds 7

Base, few-shot (its prefix kept) and tuned answer one question with exactly 128 tokens each. One after
another is measured with the adapter off in two ways, attached but not asked and taken away altogether,
and the faster counts. Rounds take turns; medians. Both must give the same tokens. Then: whether any
weight of the base lies in memory twice, and what one more token takes with PEFT's own ways.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from benchmarks._panes import NAMES, Stage, arguments, reply_all, stage, tokens_of
from playground.checkpoints.files import open_model
from playground.models.base import Sampling
from playground.models.local import LocalModel

BAR = 0.6
TOKENS = 128
FULL = Sampling(max_tokens=TOKENS, ignore_end=True)


def measure(model: LocalModel, here: Stage, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, one number per round."""
    asks = here.asks()
    seconds: dict[str, list[float]] = {"one batch": [], "in turn, adapter not asked": [], "in turn, adapter away": []}

    def clock(way: str, *steps: Callable[[], object]) -> None:
        spent = 0.0
        for step in steps:
            began = time.perf_counter()
            step()
            spent += time.perf_counter() - began
        seconds[way].append(spent)

    one, two, three = (lambda ask=ask: reply_all(model, [ask], FULL) for ask in asks)
    for number in range(rounds + 1):
        model.attach(here.adapter)
        clock("one batch", lambda: reply_all(model, asks, FULL))
        clock("in turn, adapter not asked", one, two, three)
        clock("in turn, adapter away", three)
        model.detach(here.adapter)
        clock("in turn, adapter away", one, two)
        *before, last = seconds["in turn, adapter away"]
        seconds["in turn, adapter away"] = [*before[:-1], before[-1] + last]
        print(", ".join(f"{way} {all_[-1]:.2f} s" for way, all_ in seconds.items()), file=sys.stderr)
        if number == 0:  # the first round fills the prefix and warms the libraries
            seconds = {way: [] for way in seconds}
    return seconds


def same_tokens(model: LocalModel, here: Stage) -> bool:
    """Whether each ask gets the very tokens alone that it gets in the batch, and as many as were asked for."""
    asks = here.asks()
    together = tokens_of(model, asks, FULL)
    alone = [tokens_of(model, [ask], FULL)[0] for ask in asks]
    return together == alone and all(len(tokens) == TOKENS for tokens in together)


def copies(model: LocalModel) -> tuple[int, int]:
    """How many weights the base has, and how many other tensors anywhere in the process hold one of them again."""
    import torch

    own = {weight.untyped_storage().data_ptr(): weight for weight in model.model.parameters() if weight.ndim == 2}
    again = 0
    for thing in gc.get_objects():
        if type(thing) in (torch.Tensor, torch.nn.Parameter) and thing.ndim == 2:
            if thing.untyped_storage().data_ptr() not in own:
                again += any(
                    other.shape == weight.shape and torch.equal(other, weight)
                    for other in (thing, thing.t())
                    for weight in own.values()
                )
    return len(own), again


@contextmanager
def peft_model(here: Stage) -> Iterator[Any]:
    """The same base and adapter as PEFT puts them together."""
    from peft import PeftModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield PeftModel.from_pretrained(open_model(here.ref, here.device), here.adapter, adapter_name="run-1").eval()


def step_seconds(call: Callable[..., Any], model: Any, rows: int, steps: int = 32) -> float:
    """Median seconds of one more token after a prompt of 64."""
    import torch
    from transformers.cache_utils import DynamicCache

    cache, spent = DynamicCache(config=model.config), []
    with torch.inference_mode():
        model(input_ids=torch.full((rows, 64), 5, device=model.device), past_key_values=cache, use_cache=True)
        ids = torch.full((rows, 1), 5, device=model.device)
        for _ in range(steps):
            began = time.perf_counter()
            call(input_ids=ids, past_key_values=cache, use_cache=True).logits.argmax(-1).tolist()
            spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def peft_ways(here: Stage, model: LocalModel, rounds: int) -> dict[str, float]:
    """Seconds a token: ours, and PEFT's ways of the same."""
    mixed = ["__base__", "__base__", "run-1"]
    with peft_model(here) as peft:

        def off(**call: Any) -> Any:
            with peft.disable_adapter():
                return peft(**call)

        def ours(*names: str | None) -> Callable[..., Any]:
            adapters = model._open().adapters

            def call(**inputs: Any) -> Any:
                adapters.spans, adapters.rows = adapters.spans_of(names), len(names)
                try:
                    return model.model(**inputs)
                finally:
                    adapters.spans = ()

            return call

        model.attach(here.adapter)
        plain = peft.get_base_model()
        ways: dict[str, tuple[Callable[..., Any], int]] = {
            "base alone, ours": (ours(None), 1),
            "base alone, PEFT disable_adapter": (off, 1),
            "base alone, PEFT adapter_names": (lambda **call: peft(adapter_names=["__base__"], **call), 1),
            "tuned alone, ours": (ours(here.adapter), 1),
            "tuned alone, PEFT": (peft, 1),
            "three rows, ours": (ours(None, None, here.adapter), 3),
            "three rows, PEFT adapter_names": (lambda **call: peft(adapter_names=mixed, **call), 3),
        }
        found: dict[str, list[float]] = {way: [] for way in ways}
        with nullcontext():
            for _ in range(rounds):
                for way, (call, rows) in ways.items():
                    found[way].append(step_seconds(call, model.model if "ours" in way else plain, rows))
    return {way: statistics.median(times) for way, times in found.items()}


def main() -> int:
    given = arguments(__doc__, rounds=7)
    import torch

    with stage(given.base, given.threads) as here:
        model = here.model()
        seconds = measure(model, here, given.rounds)
        same = same_tokens(model, here)
        weights, again = copies(model)
        _, usages = reply_all(model, here.asks(), FULL)
        ways = peft_ways(here, model, 5)
        seal = model.seal()
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    batch, *turns = medians.values()
    ratio = batch / min(turns)
    print("| way | median s | of |\n|---|---|---|")
    for way, median in medians.items():
        print(f"| {way} | {median:.3f} | {given.rounds} |")
    print("\n| pane | prompt tokens | few-shot | cached | reply tokens |\n|---|---|---|---|---|")
    for name, usage in zip(NAMES, usages, strict=True):
        counts = (usage.prompt_tokens, usage.few_shot_tokens, usage.cached_tokens, usage.reply_tokens)
        print(f"| {name} | {' | '.join(map(str, counts))} |")
    print("\n| one more token | ms |\n|---|---|")
    for way, taken in ways.items():
        print(f"| {way} | {taken * 1e3:.2f} |")
    print(f"\nSame tokens both ways: {'yes' if same else 'no'}. Seal: {seal.why}.")
    print(f"Weights of the base: {weights}; held a second time by another tensor: {again}.\n")
    result = {"base": here.ref.id, "ratio": round(ratio, 3), "bar": BAR, "same_tokens": same, "copies": again}
    result |= {"threads": torch.get_num_threads(), "load": os.getloadavg()[0]}
    print(json.dumps(result))
    return int(ratio > BAR or not same or again > 0 or not seal.ok)


if __name__ == "__main__":
    sys.exit(main())
