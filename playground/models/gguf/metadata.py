"""What a GGUF file says about its model: sizes, positions and where each tensor belongs.

The keys are those that llama.cpp reads for the architectures qwen2, qwen3 and llama
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import BadCheckpoint


@dataclass(frozen=True)
class Family:
    """How llama.cpp names an architecture, and how it keeps its weights."""

    arch: str
    turned: bool
    """Rows of q and k stand in another order than in transformers (rotary pairs side by side)."""


FAMILIES = {"qwen2": Family("qwen2", False), "qwen3": Family("qwen3", False), "llama": Family("llama", True)}
"""Model type of a checkpoint's config to its family."""


def family_of(config: Any, name: str) -> Family:
    """The family of a checkpoint's config. Raises BadCheckpoint for one that cannot be exported."""
    family = FAMILIES.get(config.model_type)
    if family is None:
        known = ", ".join(sorted(FAMILIES))
        raise BadCheckpoint(
            f"base {name} is a {config.model_type}, which cannot be written as GGUF here; choose one of: {known}"
        )
    kinds = set(getattr(config, "layer_types", None) or ()) - {"full_attention"}
    if kinds:
        raise BadCheckpoint(f"base {name} has layers of {sorted(kinds)[0]}, which cannot be written as GGUF here")
    return family


def head_width(config: Any) -> int:
    """Numbers of one attention head."""
    return int(getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads)


def describe(writer: Any, config: Any, name: str) -> None:
    """Write the model's sizes and the way it counts positions. Raises BadCheckpoint for a way that is not known."""
    from gguf import GGML_QUANT_VERSION

    width = head_width(config)
    writer.add_name(name)
    writer.add_quantization_version(GGML_QUANT_VERSION)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    writer.add_rope_dimension_count(width)
    rope: Mapping[str, Any] = config.rope_parameters
    writer.add_rope_freq_base(float(rope["rope_theta"]))
    _stretch(writer, rope, name)


def _stretch(writer: Any, rope: Mapping[str, Any], name: str) -> None:
    from gguf import RopeScalingType

    kind = rope.get("rope_type", "default")
    if kind in ("linear", "yarn"):
        writer.add_rope_scaling_type(RopeScalingType(kind))
        writer.add_rope_scaling_factor(float(rope["factor"]))
        if kind == "yarn":
            writer.add_rope_scaling_orig_ctx_len(int(rope["original_max_position_embeddings"]))
    elif kind not in ("default", "llama3"):
        raise BadCheckpoint(f"base {name} counts positions by {kind!r:.40}, which cannot be written as GGUF here")


def rope_factors(config: Any) -> list[float] | None:
    """What each rotary frequency is divided by, one for each pair of a head; None where all stay as they are.

    Llama 3.1's rule: high frequencies stay, low ones are slowed by `factor`, those between are blended
    (transformers/modeling_rope_utils.py, _compute_llama3_parameters).
    """
    rope: Mapping[str, Any] = config.rope_parameters
    if rope.get("rope_type") != "llama3":
        return None
    factor, context = float(rope["factor"]), float(rope["original_max_position_embeddings"])
    low, high = float(rope["low_freq_factor"]), float(rope["high_freq_factor"])
    width, found = head_width(config), []
    for pair in range(0, width, 2):
        length = 2 * math.pi * float(rope["rope_theta"]) ** (pair / width)
        if length < context / high:
            found.append(1.0)
        elif length > context / low:
            found.append(factor)
        else:
            share = (context / length - low) / (high - low)
            found.append(1 / ((1 - share) / factor + share))
    return found
