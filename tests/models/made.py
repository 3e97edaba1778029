"""Adapters made by hand for the tiny base: random matrices under PEFT's names, with a config and a card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playground.adapters.files import Card, write_adapter
from playground.checkpoints import BaseRef, fingerprint
from playground.events import ReplyDone, ReplyFailed, ReplyText
from playground.models.base import Ask, ChatModel, Sampling
from playground.records import Message

ALL = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def make_adapter(
    folder: Path,
    base: BaseRef,
    seed: int = 0,
    rank: int = 4,
    targets: tuple[str, ...] = ALL,
    sha256: str | None = None,
    **config: Any,
) -> Path:
    """Write an adapter with random matrices, both sides, so that it changes every answer."""
    import torch
    from safetensors import safe_open

    chance = torch.Generator().manual_seed(seed)
    weights = {}
    for shard in sorted(Path(base.path_or_hub_id).glob("*.safetensors")):
        with safe_open(shard, framework="pt") as opened:
            for name in opened.keys():  # noqa: SIM118  (safetensors' handle is no dict)
                site, _, last = name.rpartition(".")
                if last != "weight" or site.rpartition(".")[2] not in targets:
                    continue
                out, into = opened.get_slice(name).get_shape()
                head = f"base_model.model.{site}."
                if site.endswith("embed_tokens"):
                    weights[head + "lora_embedding_A"] = torch.randn(rank, out, generator=chance) * 0.3
                    weights[head + "lora_embedding_B"] = torch.randn(into, rank, generator=chance) * 0.3
                else:
                    weights[head + "lora_A.weight"] = torch.randn(rank, into, generator=chance) * 0.3
                    weights[head + "lora_B.weight"] = torch.randn(out, rank, generator=chance) * 0.3
    settings = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": 8,
        "target_modules": sorted(targets),
        "base_model_name_or_path": base.id,
        **config,
    }
    card = Card(folder.name, "address", base.id, sha256 or fingerprint(base), {}, "0")
    write_adapter(folder, weights, settings, card)
    return folder


def user(text: str) -> Message:
    """A user's message."""
    return Message(role="user", content=text)


def talk(*texts: str) -> tuple[Message, ...]:
    """A conversation whose turns alternate, the user's first."""
    return tuple(Message(role="assistant" if i % 2 else "user", content=text) for i, text in enumerate(texts))


def answers(model: ChatModel, asks: list[Ask], sampling: Sampling | None = None) -> list[str]:
    """The whole text of each reply. Fails the test where one did not arrive."""
    texts, ends = run(model, asks, sampling or Sampling(max_tokens=12))
    assert all(isinstance(end, ReplyDone) for end in ends), ends
    return texts


def run(model: ChatModel, asks: list[Ask], sampling: Sampling) -> tuple[list[str], list[ReplyDone | ReplyFailed]]:
    """Text and end of each reply. Fails the test unless each ends exactly once, and last."""
    texts, ends = ["" for _ in asks], [None for _ in asks]
    for index, event in model.replies(asks, sampling):
        assert ends[index] is None, f"ask {index} had ended"
        if isinstance(event, ReplyText):
            assert event.text
            texts[index] += event.text
        else:
            ends[index] = event
    assert None not in ends, ends
    return texts, ends
