"""Made by hand for tests: adapters (random matrices under PEFT names), and random checkpoints of several families."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playground.adapters.files import Card, write_adapter
from playground.checkpoints.files import BaseRef, fingerprint
from playground.events import ReplyDone, ReplyFailed, ReplyText
from playground.models.base import Ask, ChatModel, Sampling
from playground.records import Message
from tests.tiny import make_tokenizer

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


LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}  # fmt: skip
SIZES: dict[str, Any] = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 512,
}  # fmt: skip


def checkpoint(folder: Path, kind: str) -> BaseRef:
    """A random checkpoint of a family: qwen2, qwen3, llama, gemma (gemma2 and gemma3 see far in every second layer
    only), or llama3, which has stretched positions and a head of its own."""
    import torch
    import transformers
    from transformers import AutoTokenizer

    folder.mkdir()
    make_tokenizer(folder)
    size = len(AutoTokenizer.from_pretrained(folder))
    name = {"llama3": "Llama"}.get(kind, kind.title())
    more: dict[str, Any] = {"tie_word_embeddings": kind != "llama3"}
    if kind == "llama3":
        more["rope_parameters"] = LLAMA3
    if kind == "qwen3" or kind.startswith("gemma"):
        more["head_dim"] = 24
    if kind in ("gemma2", "gemma3"):
        more |= {"sliding_window": 32, "layer_types": ["sliding_attention", "full_attention"]}
    form = transformers.Gemma3TextConfig if kind == "gemma3" else getattr(transformers, f"{name}Config")
    config = form(vocab_size=size + 3, **SIZES, **more)
    torch.manual_seed(3)
    model = getattr(transformers, f"{name}ForCausalLM")(config)
    for parameter in model.parameters():  # biases begin at zero, and norms at one: as if they were not there
        torch.nn.init.normal_(parameter, 0.0 if parameter.ndim > 1 else 1.0, 0.08)
    model.save_pretrained(folder)
    return BaseRef(kind, str(folder))
