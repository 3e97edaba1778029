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
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from playground.train.attention import use_blocks
from starter.batches import IGNORED, Encoder, batches
from starter.plan import Plan, rate
from starter.tokenizer import CONTEXT, WEIGHTS, build

HERE = Path(__file__).resolve().parent
KEEP_SECONDS = 240
"""Seconds between two saves of the state."""


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


def optimizers(model: nn.Module, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embedding, norms and biases."""
    inner = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    outer = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    muon = torch.optim.Muon(inner, lr=plan.muon_rate, weight_decay=plan.weight_decay, momentum=0.95)
    # At the usual 1e-8, characters that are seldom seen move a whole step each time, all of them in the one
    # direction that makes them less likely, until copying cannot tell them apart.
    adam = torch.optim.AdamW(outer, lr=plan.adam_rate, betas=(0.9, 0.98), eps=1e-5, weight_decay=0.0)
    for group in (*muon.param_groups, *adam.param_groups):
        group["peak"] = group["lr"]
    return [muon, adam]


def loss_of(model: Any, ids: Tensor, targets: Tensor) -> Tensor:
    """Mean loss at the targets. Rows are padded at the right, so a causal mask alone is exact."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state  # (B, T, 256)
    at = targets != IGNORED
    logits = model.lm_head(hidden[at]).float()  # (taught, V)
    return nn.functional.cross_entropy(logits, targets[at])


@dataclass
class Run:
    """A model on its way, with all that is needed to go on after a stop."""

    model: Any
    opts: list[torch.optim.Optimizer]
    leg: Callable[[], dict[str, Any]]
    """The plan that is being followed, and the minutes it has taken."""
    legs: list[dict[str, Any]] = field(default_factory=list)
    """The legs before this one."""
    step: int = 0
    seen: int = 0
    """Tokens, padding included."""
    before: float = 0.0
    """Seconds of the legs before this one."""
    loss: float = math.nan
    """Running mean."""

    def learn(self, ids: Tensor, targets: Tensor, factor: float) -> None:
        """One step on a batch, the step sizes scaled by `factor`."""
        device = next(self.model.parameters()).device
        with torch.autocast(device_type=device.type, dtype=torch.bfloat16):
            loss = loss_of(self.model, ids.to(device), targets.to(device))
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for opt in self.opts:
            for group in opt.param_groups:
                group["lr"] = group["peak"] * factor
            opt.step()
            opt.zero_grad(set_to_none=True)
        self.step, self.seen = self.step + 1, self.seen + ids.numel()
        value = loss.item()
        if not math.isfinite(value):
            raise SystemExit(f"loss is {value} at step {self.step}; start again with smaller step sizes")
        self.loss = value if math.isnan(self.loss) else 0.97 * self.loss + 0.03 * value

    def keep(self, folder: Path) -> None:
        """Write the state to resume from, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [opt.state_dict() for opt in self.opts],
            "reached": (self.step, self.seen, self.before + 60 * self.leg()["minutes_taken"]),
            "legs": [*self.legs, self.leg()],
        }
        torch.save(state, folder / "next.pt")
        (folder / "next.pt").replace(folder / "last.pt")

    def resume(self, folder: Path, plan: Plan) -> None:
        """Go on from the state that was kept, else from the weights that ship."""
        if not (folder / "last.pt").exists():
            shipped = type(self.model).from_pretrained(WEIGHTS, dtype=torch.float32)
            self.model.load_state_dict(shipped.state_dict())
            last = json.loads((HERE / "loss.jsonl").read_text(encoding="utf-8").splitlines()[-1])
            self.step, self.seen, self.before = last["step"], last["tokens"], float(last["seconds"])
            self.legs = json.loads((HERE / "recipe.json").read_text(encoding="utf-8"))["legs"]
            return
        state = torch.load(folder / "last.pt", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.step, self.seen, self.before = state["reached"]
        self.legs = state["legs"]
        for opt, saved in zip(self.opts, state["optimizers"], strict=True):
            opt.load_state_dict(saved)
            for group in opt.param_groups:
                group["peak"] = plan.muon_rate if isinstance(opt, torch.optim.Muon) else plan.adam_rate
                if "eps" in opt.defaults:
                    group["eps"] = opt.defaults["eps"]

    def tell(self) -> None:
        """Write starter/recipe.json: what was reached, and the plan of every leg that led there."""
        facts = {
            "parameters": self.model.num_parameters(),
            "steps": self.step,
            "tokens": self.seen,
            "loss": round(self.loss, 4),
            "legs": [*self.legs, self.leg()],
        }
        (HERE / "recipe.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(facts))


def pretrain(plan: Plan, device: str, resume: bool, threads: int) -> None:
    """Train for plan.minutes and leave weights, loss curve and state on disk."""
    from transformers import Qwen2ForCausalLM

    torch.manual_seed(plan.seed)
    if threads:
        torch.set_num_threads(threads)
    tokenizer = build()
    model = Qwen2ForCausalLM(config(len(tokenizer))).to(device).train()
    if device == "cpu":
        use_blocks(model)
    # Fuses the many small operations of a small model; in place, so that the names of weights stay.
    model.model.compile(dynamic=True)
    started = saved = time.monotonic()

    def minutes() -> float:
        return (time.monotonic() - started) / 60

    run = Run(
        model,
        optimizers(model, plan),
        lambda: {"device": device, "minutes_taken": round(minutes(), 1), **asdict(plan)},
    )
    kept = HERE / "run"
    kept.mkdir(exist_ok=True)
    if resume:
        run.resume(kept, plan)
    source = batches(Encoder(tokenizer), plan, plan.seed + run.step, lambda: minutes() / plan.minutes)
    with (HERE / "loss.jsonl").open("a" if resume else "w", encoding="utf-8") as log:
        while (done := minutes() / plan.minutes) < 1:
            run.learn(*next(source), rate(done, plan))
            if run.step % 25 == 0:
                seconds = round(run.before + 60 * minutes())
                told = {"step": run.step, "loss": round(run.loss, 4), "tokens": run.seen, "seconds": seconds}
                log.write(json.dumps(told) + "\n")
                log.flush()
            if time.monotonic() - saved > KEEP_SECONDS:
                run.keep(kept)
                saved = time.monotonic()
    run.keep(kept)
    save(model, tokenizer)
    run.tell()


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
    parser.add_argument(
        "--cooldown",
        type=float,
        default=Plan.cooldown,
        help="share of the minutes, at the end, in which the step size falls",
    )
    parser.add_argument("--longest", type=int, default=Plan.longest, help="longest document in tokens")
    parser.add_argument("--muon-rate", type=float, default=Plan.muon_rate, help="step size of the matrices")
    args = parser.parse_args()
    names = ("minutes", "tokens", "seed", "copying", "long_from", "longest", "cooldown", "muon_rate")
    plan = Plan(**{name: getattr(args, name) for name in names})
    pretrain(plan, args.device, args.resume, args.threads)


if __name__ == "__main__":
    main()
