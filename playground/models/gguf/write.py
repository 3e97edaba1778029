"""Writes GGUF files: a whole model or an adapter, in one of the types llama.cpp computes with.

Q8_0 and the plain types are made here; K-quants are made by llama.cpp's own quantiser out of a plain file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BadSetting, ExportFailed
from playground.models.gguf.metadata import describe, family_of
from playground.models.gguf.native import library
from playground.models.gguf.vocabulary import describe_tokenizer
from playground.models.gguf.weights import Arrays, adapter_tensors, model_tensors

BASE_SHA256 = "playground.base_sha256"
"""Key under which a file keeps the fingerprint of the checkpoint it was made from."""


@dataclass(frozen=True)
class Kind:
    """A type of file."""

    file_type: str
    """Its name among gguf.LlamaFileType."""
    tensors: str
    """Type of its matrices as they are written here, among gguf.GGMLQuantizationType."""
    bits: float
    """Bits for a number of a matrix, scales counted in: what the file will weigh."""

    @property
    def requantised(self) -> bool:
        """llama.cpp's quantiser makes it out of a file written here."""
        return self.file_type.endswith(("_K", "_K_M"))


KINDS: Mapping[str, Kind] = {
    "f32": Kind("ALL_F32", "F32", 32),
    "f16": Kind("MOSTLY_F16", "F16", 16),
    "q8_0": Kind("MOSTLY_Q8_0", "Q8_0", 8.5),
    "q6_k": Kind("MOSTLY_Q6_K", "F32", 6.6),
    "q5_k_m": Kind("MOSTLY_Q5_K_M", "F32", 5.7),
    "q4_k_m": Kind("MOSTLY_Q4_K_M", "F32", 4.9),
}
"""What --type may be."""


def kind_of(name: str) -> Kind:
    """The kind of that name. Raises BadSetting."""
    if name.lower() not in KINDS:
        raise BadSetting(f"type is {name!r:.40}; it must be one of: {', '.join(KINDS)}")
    return KINDS[name.lower()]


def write_model(
    path: Path, model: Any, tokenizer: Any, name: str, kind: Kind, base_sha256: str
) -> Iterator[tuple[int, int]]:
    """Write a transformers model and its tokenizer to `path`; tells (tensors written, of how many) as it goes.

    `base_sha256` is the checkpoint's fingerprint where the file is the base alone, else "".

    Raises BadCheckpoint for a model or tokenizer that has no place in GGUF.
    """
    family = family_of(model.config, name)

    def head(writer: Any) -> None:
        writer.add_type("model")
        describe(writer, model.config, name)
        if base_sha256:
            writer.add_string(BASE_SHA256, base_sha256)
        describe_tokenizer(writer, tokenizer, model.config.vocab_size, name)

    total = len(model.state_dict())
    yield from _write(path, family.arch, kind, head, model_tensors(model, family, name), total)


def write_adapter(
    path: Path, config: Any, adapter: Mapping[str, Any], state: Mapping[str, Any], name: str, kind: Kind
) -> Iterator[tuple[int, int]]:
    """Write a LoRA adapter, without its base, to `path`. Raises BadCheckpoint, BadAdapter."""
    family = family_of(config, name)

    def head(writer: Any) -> None:
        writer.add_type("adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", float(adapter["lora_alpha"]))
        writer.add_name(name)

    yield from _write(path, family.arch, kind, head, adapter_tensors(config, family, adapter, state), len(state))


def _write(
    path: Path, arch: str, kind: Kind, head: Callable[[Any], None], tensors: Arrays, total: int
) -> Iterator[tuple[int, int]]:
    from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType

    # Tensors wait in a file of their own: their places stand before them.
    writer = GGUFWriter(path, arch, use_temp_file=True)
    try:
        head(writer)
        writer.add_file_type(int(LlamaFileType[kind.file_type]))
        for done, (name, array) in enumerate(tensors, 1):
            wanted = GGMLQuantizationType[kind.tensors]
            _add(writer, name, array, wanted if array.ndim > 1 else GGMLQuantizationType.F32)
            yield min(done, total), total
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _add(writer: Any, name: str, array: Any, wanted: Any) -> None:
    """Add a tensor in a type; rows that do not fill that type's blocks stay in float16."""
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
    from gguf.quants import quantize

    if array.shape[-1] % GGML_QUANT_SIZES[wanted][0]:
        wanted = GGMLQuantizationType.F16
    writer.add_tensor(name, quantize(array, wanted), raw_dtype=wanted)


def requantise(source: Path, target: Path, kind: Kind, threads: int) -> None:
    """Let llama.cpp make a K-quant. Raises MissingPackage where it is not installed, ExportFailed where it refuses."""
    llama_cpp = library()
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_{kind.file_type}")
    params.nthread = threads
    code = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), params)
    if code:
        raise ExportFailed(f"llama.cpp could not make {target.name} (code {code}); choose q8_0")
