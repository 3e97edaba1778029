"""Tensors of a checkpoint or an adapter under llama.cpp's names and in its order of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playground.errors import BadAdapter, BadCheckpoint
from playground.models.gguf.metadata import Family, rope_factors

Arrays = Iterator[tuple[str, Any]]
"""(name in the file, float32 numpy array, rows first)."""


def model_tensors(model: Any, family: Family, name: str) -> Arrays:
    """Every tensor of a transformers model, one at a time. Raises BadCheckpoint for one without a place."""
    names = _names(model.config, family)
    tied = model.config.tie_word_embeddings
    for key, tensor in model.state_dict().items():
        if tied and key == "lm_head.weight":
            continue
        place = names.get_name(key, try_suffixes=(".weight", ".bias"))
        if place is None:
            raise BadCheckpoint(f"base {name} has a tensor {key!r:.80}, which has no place in a GGUF file")
        yield place, _numpy(_turned(tensor, key, model.config, family))
    factors = rope_factors(model.config)
    if factors is not None:
        import numpy

        yield "rope_freqs.weight", numpy.array(factors, dtype=numpy.float32)


def adapter_tensors(config: Any, family: Family, adapter: Mapping[str, Any], state: Mapping[str, Any]) -> Arrays:
    """The two matrices of every adapted module, as `.lora_a` (r, inputs) and `.lora_b` (outputs, r).

    llama.cpp multiplies their product by alpha / r, with one alpha for the whole file. Where a module of this
    adapter is scaled otherwise (rslora, patterns of rank and alpha), its B makes up for it. Raises BadAdapter.
    """
    names = _names(config, family)
    alpha = float(adapter["lora_alpha"])
    for key in sorted(k for k in state if k.endswith(".lora_A.weight")):
        module = key.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
        place = names.get_name(f"{module}.weight", try_suffixes=(".weight",))
        if place is None or "embed_tokens" in module:
            raise BadAdapter(f"the adapter's matrix for {module!r:.80} has no place in a GGUF file; export it merged")
        a, b = _numpy(state[key]), _numpy(state[key.replace(".lora_A.", ".lora_B.")])
        rank = a.shape[0]
        b = b * (_scale(adapter, module, rank) / (alpha / rank))
        yield f"{place}.lora_a", _numpy(a)
        yield f"{place}.lora_b", _numpy(_turned(b, f"{module}.weight", config, family))


def _scale(adapter: Mapping[str, Any], module: str, rank: int) -> float:
    """What PEFT multiplies the product of a module's matrices by."""
    import re

    patterns: Mapping[str, Any] = adapter.get("alpha_pattern") or {}
    alpha = float(adapter["lora_alpha"])
    for pattern, value in patterns.items():
        if re.search(rf"(.*\.)?({pattern})$", module):
            alpha = float(value)
            break
    return float(alpha / rank**0.5 if adapter.get("use_rslora") else alpha / rank)


def _names(config: Any, family: Family) -> Any:
    from gguf import MODEL_ARCH, get_tensor_name_map

    return get_tensor_name_map(MODEL_ARCH[family.arch.upper()], config.num_hidden_layers)


def _turned(tensor: Any, key: str, config: Any, family: Family) -> Any:
    """Rows of q and k in llama.cpp's order: the two halves of a head interleaved, where the family asks for it."""
    if not family.turned:
        return tensor
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}.get(key.split(".")[-2])
    if heads is None:
        return tensor
    rows = tensor.shape[0]
    return tensor.reshape(heads, 2, rows // heads // 2, *tensor.shape[1:]).swapaxes(1, 2).reshape(tensor.shape)


def _numpy(tensor: Any) -> Any:
    """A tensor or an array as a float32 array, rows first."""
    import numpy

    array = tensor if isinstance(tensor, numpy.ndarray) else tensor.detach().cpu().float().numpy()
    return numpy.ascontiguousarray(array, dtype=numpy.float32)
