"""Pretrain the starter from nothing on its corpus.

    python -m starter.pretrain --minutes 90                on two CPU cores
    python -m starter.pretrain --minutes 10 --device cuda
    python -m starter.pretrain --minutes 60 --resume       go on from starter/run/last.pt

Documents are drawn as training goes, so no row is seen twice. Matrices learn by Muon
(https://kellerjordan.github.io/posts/muon/, in torch.optim since 2.9), the rest by AdamW; only answer
tokens carry loss, and only there is the head applied. Weights land in starter/weights (float16,
in files under 10 MB), the loss curve in starter/loss.jsonl, the state to resume from in starter/run/.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor, nn

from starter.attention import register
from starter.corpus import Document, conversation
from starter.tokenizer import CONTEXT, WEIGHTS, build

HERE = Path(__file__).resolve().parent
IGNORED = -100


@dataclass(frozen=True)
class Plan:
    """How the starter is pretrained."""

    minutes: float
    """Wall-clock minutes of this call."""
    tokens: int = 6_144
    """Most tokens of a batch, padding included."""
    longest: int = 2048
    """Longest document; longer ones are left out."""
    first_longest: int = 704
    """Longest document at first: short ones cost less attention, so more is seen while copying is learnt."""
    long_from: float = 0.45
    """Share of the minutes after which documents may be of any length up to `longest`."""
    copying: float = 0.4
    """Extra share of plain repeating at first: everything else stands on copying."""
    copying_until: float = 0.2
    """Share of the minutes after which that extra share is gone."""
    muon_rate: float = 0.02
    adam_rate: float = 3e-3
    warmup: float = 0.02
    """Share of the minutes in which the step size rises."""
    cooldown: float = 0.35
    """Share of the minutes, at the end, in which it falls to a twentieth."""
    weight_decay: float = 0.01
    seed: int = 1


def config(vocabulary: int) -> Any:
    """The starter's shape. 256 and 768 are multiples of 256, as llama.cpp's K-quants ask."""
    from transformers import Qwen2Config

    return Qwen2Config(
        vocab_size=vocabulary,
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        tie_word_embeddings=True,
        rms_norm_eps=1e-6,
        bos_token_id=None,
    )


class Encoder:
    """Documents to ids and targets, by character: the tokenizer's own ids, without its overhead."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.start, self.end = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
        self.known: dict[str, list[int]] = {}

    def text(self, text: str) -> list[int]:
        out: list[int] = []
        for char in text:
            ids = self.known.get(char)
            if ids is None:
                ids = self.known[char] = self.tokenizer.encode(char, add_special_tokens=False)
            out += ids
        return out

    def document(self, document: Document) -> tuple[list[int], list[int]]:
        """Ids (T,) and targets (T,): targets[t] is ids[t + 1] where it is to be learned, else IGNORED."""
        ids: list[int] = []
        learn: list[bool] = []
        for index, message in enumerate(document.messages):
            head = [self.start, *self.text(message["role"] + "\n")]
            body = [*self.text(message["content"]), self.end]
            taught = message["role"] == "assistant" and index not in document.unlearned
            tail = self.text("\n")
            ids += head + body + tail
            learn += [False] * len(head) + [taught] * len(body) + [False] * len(tail)
        targets = [t if wanted else IGNORED for t, wanted in zip(ids[1:], learn[1:], strict=True)] + [IGNORED]
        return ids, targets


def batches(encoder: Encoder, plan: Plan, seed: int, done: Callable[[], float]) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless batches of ids and targets, both (B, T), T a multiple of 64, documents of like length together.

    `done` tells the share of the run that is over.
    """
    rng = Random(seed)
    while True:
        longest = plan.longest if done() >= plan.long_from else plan.first_longest
        copying = plan.copying if done() < plan.copying_until else 0.0
        pool = [encoder.document(conversation(rng, copying)) for _ in range(600)]
        pool = sorted((p for p in pool if len(p[0]) <= longest), key=lambda p: len(p[0]))
        groups: list[list[tuple[list[int], list[int]]]] = [[]]
        for pair in pool:
            width = -(-len(pair[0]) // 64) * 64
            if groups[-1] and width * (len(groups[-1]) + 1) > plan.tokens:
                groups.append([])
            groups[-1].append(pair)
        rng.shuffle(groups)
        for group in groups:
            width = -(-max(len(i) for i, _ in group) // 64) * 64
            pad = encoder.tokenizer.pad_token_id
            ids = torch.tensor([i + [pad] * (width - len(i)) for i, _ in group])
            targets = torch.tensor([t + [IGNORED] * (width - len(t)) for _, t in group])
            yield ids, targets


def rate(done: float, plan: Plan) -> float:
    """Factor on the step size at the share `done` of the run: rise, flat, fall."""
    if done < plan.warmup:
        return max(done / plan.warmup, 0.01)
    if done > 1 - plan.cooldown:
        return max((1 - done) / plan.cooldown, 0.05)
    return 1.0


def optimizers(model: nn.Module, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embedding, norms and biases."""
    inner = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    outer = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    muon = torch.optim.Muon(inner, lr=plan.muon_rate, weight_decay=plan.weight_decay, momentum=0.95)
    adam = torch.optim.AdamW(outer, lr=plan.adam_rate, betas=(0.9, 0.98), weight_decay=0.0)
    for group in (*muon.param_groups, *adam.param_groups):
        group["peak"] = group["lr"]
    return [muon, adam]


def loss_of(model: Any, ids: Tensor, targets: Tensor) -> Tensor:
    """Mean loss at the targets. Rows are padded at the right, so a causal mask alone is exact."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state  # (B, T, 256)
    at = targets != IGNORED
    logits = model.lm_head(hidden[at]).float()  # (taught, V)
    return nn.functional.cross_entropy(logits, targets[at])


def pretrain(plan: Plan, device: str, resume: bool, threads: int) -> None:
    """Train for plan.minutes and leave weights, loss curve and state on disk."""
    from transformers import Qwen2ForCausalLM

    torch.manual_seed(plan.seed)
    if threads:
        torch.set_num_threads(threads)
    tokenizer = build()
    model = Qwen2ForCausalLM(config(len(tokenizer)))
    run = HERE / "run"
    run.mkdir(exist_ok=True)
    step, seen, spent = 0, 0, 0.0
    opts: list[torch.optim.Optimizer] | None = None
    if resume:
        state = torch.load(run / "last.pt", weights_only=True) if (run / "last.pt").exists() else None
        if state is None:
            model = Qwen2ForCausalLM.from_pretrained(WEIGHTS, dtype=torch.float32)
            step, seen, spent = counted()
        else:
            model.load_state_dict(state["model"])
            step, seen, spent = state["step"], state["seen"], state["spent"]
    model.to(device).train()
    if device == "cpu":
        model.set_attn_implementation(register())
    # Fuses the many small operations of a small model; in place, so that the names of weights stay.
    model.model.compile(dynamic=True)
    opts = optimizers(model, plan)
    if resume and state is not None:
        for opt, saved in zip(opts, state["optimizers"], strict=True):
            opt.load_state_dict(saved)
            for group in opt.param_groups:
                group["peak"] = plan.muon_rate if isinstance(opt, torch.optim.Muon) else plan.adam_rate
    started = time.monotonic()

    def done_share() -> float:
        return (time.monotonic() - started) / (plan.minutes * 60)

    source = batches(Encoder(tokenizer), plan, plan.seed + step, done_share)
    log = (HERE / "loss.jsonl").open("a" if resume else "w", encoding="utf-8")
    mean, saved_at = math.nan, started
    while True:
        done = done_share()
        if done >= 1:
            break
        ids, targets = next(source)
        with torch.autocast(device_type=torch.device(device).type, dtype=torch.bfloat16):
            loss = loss_of(model, ids.to(device), targets.to(device))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            for group in opt.param_groups:
                group["lr"] = group["peak"] * rate(done, plan)
            opt.step()
            opt.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + ids.numel()
        value = loss.item()
        if not math.isfinite(value):
            raise SystemExit(f"loss is {value} at step {step}; start again with smaller step sizes")
        mean = value if math.isnan(mean) else 0.97 * mean + 0.03 * value
        if step % 25 == 0:
            seconds = time.monotonic() - started + spent
            log.write(
                json.dumps({"step": step, "loss": round(mean, 4), "tokens": seen, "seconds": round(seconds)}) + "\n"
            )
            log.flush()
        if time.monotonic() - saved_at > 240:
            keep(model, opts, step, seen, spent + time.monotonic() - started, run)
            saved_at = time.monotonic()
    keep(model, opts, step, seen, spent + time.monotonic() - started, run)
    save(model, tokenizer)
    tell(
        model, plan, device, resume, {"steps": step, "tokens": seen, "loss": round(mean, 4)}, time.monotonic() - started
    )


def tell(model: Any, plan: Plan, device: str, resume: bool, reached: dict[str, Any], seconds: float) -> None:
    """Write starter/recipe.json: what was reached, and the plan of every leg that led there."""
    file = HERE / "recipe.json"
    legs = json.loads(file.read_text(encoding="utf-8"))["legs"] if resume and file.exists() else []
    legs.append({"device": device, "minutes_taken": round(seconds / 60, 1), **asdict(plan)})
    facts = {"parameters": model.num_parameters(), **reached, "legs": legs}
    file.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(facts))


def counted() -> tuple[int, int, float]:
    """Steps, tokens and seconds that led to the weights, where only they are left of an earlier leg."""
    last = json.loads((HERE / "loss.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    return last["step"], last["tokens"], float(last["seconds"])


def keep(model: Any, opts: list[Any], step: int, seen: int, spent: float, run: Path) -> None:
    """Write the state to resume from, whole or not at all."""
    state = {
        "model": model.state_dict(),
        "optimizers": [o.state_dict() for o in opts],
        "step": step,
        "seen": seen,
        "spent": spent,
    }
    torch.save(state, run / "next.pt")
    (run / "next.pt").replace(run / "last.pt")


def save(model: Any, tokenizer: Any, folder: Path = WEIGHTS) -> None:
    """Write an ordinary checkpoint: float16, every file under 10 MB."""
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    half = {name: value.detach().cpu().to(torch.float16) for name, value in model.state_dict().items()}
    twin = type(model)(model.config).to(torch.float16)
    twin.load_state_dict(half)
    twin.tie_weights()
    twin.save_pretrained(folder, max_shard_size="9MB")
    tokenizer.save_pretrained(folder)
    for file in folder.glob("model*.safetensors"):
        file.chmod(0o644)


def main() -> None:
    parser = argparse.ArgumentParser(description="Pretrain the starter from nothing.")
    parser.add_argument("--minutes", type=float, required=True, help="wall-clock minutes")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--resume", action="store_true", help="go on from the last state, else from the weights")
    parser.add_argument("--threads", type=int, default=0, help="threads, 0 for the library's choice")
    parser.add_argument("--tokens", type=int, default=Plan.tokens, help="most tokens of a batch")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--copying", type=float, default=Plan.copying, help="extra share of repeating at first, 0 to 1")
    parser.add_argument(
        "--long-from", type=float, default=Plan.long_from, help="share of the minutes before long texts"
    )
    args = parser.parse_args()
    plan = Plan(args.minutes, tokens=args.tokens, seed=args.seed, copying=args.copying, long_from=args.long_from)
    pretrain(plan, args.device, args.resume, args.threads)


if __name__ == "__main__":
    main()
