"""Adapters for a GGUF model: a folder as training leaves it, or an adapter's own GGUF file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace

from playground.adapters.files import CONFIG, WEIGHTS, check_adapter, read_arrays, read_config
from playground.errors import BadAdapter
from playground.models.gguf.metadata import FAMILIES
from playground.models.gguf.native import Native
from playground.models.gguf.write import BASE_SHA256, KINDS, write_adapter

_KEYS = {
    "num_hidden_layers": "block_count",
    "num_attention_heads": "attention.head_count",
    "num_key_value_heads": "attention.head_count_kv",
}


class GgufAdapters:
    """Files of the adapters that were asked for, written once each and again where a folder has changed."""

    def __init__(self, native: Native) -> None:
        self._native = native
        self._room = tempfile.TemporaryDirectory(prefix="playground-gguf-")
        self._made: dict[str, tuple[tuple[int, ...], str]] = {}

    def file(self, adapter: str) -> str:
        """The GGUF file of an adapter. Raises BadAdapter for one that is damaged or does not fit the base."""
        path = Path(adapter)
        if path.suffix == ".gguf":
            if not path.is_file():
                raise BadAdapter(f"adapter file {path} is not there; check the path")
            return str(path)
        check_adapter(path, self._native.meta(BASE_SHA256))
        stamp = tuple((path / name).stat().st_mtime_ns for name in (CONFIG, WEIGHTS))
        made = self._made.get(adapter)
        if made is None or made[0] != stamp:
            made = stamp, self._written(path, len(self._made))
            self._made[adapter] = made
        return made[1]

    def _written(self, path: Path, number: int) -> str:
        arch = self._native.meta("general.architecture") or ""
        if arch not in FAMILIES:
            raise BadAdapter(f"adapter {path.name} cannot be put on a GGUF model of kind {arch!r:.40}")
        sizes = {name: int(self._native.meta(f"{arch}.{key}") or 0) for name, key in _KEYS.items()}
        config = SimpleNamespace(model_type=arch, layer_types=None, **sizes)
        file = Path(self._room.name) / f"{number}-{path.stat().st_mtime_ns}.gguf"
        for _ in write_adapter(file, config, read_config(path), read_arrays(path), path.name, KINDS["f16"]):
            pass
        return str(file)

    def close(self) -> None:
        """Remove the files."""
        self._room.cleanup()
