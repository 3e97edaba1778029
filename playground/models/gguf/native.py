"""llama.cpp through its C interface: one model, one context, several sequences side by side, an adapter on or off.

The `Llama` class of llama-cpp-python keeps one sequence and fixes its adapter at load; this is what it
leaves out. Nothing here knows conversations, replies or events.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from playground.errors import BadAdapter, BadCheckpoint, MissingPackage, ModelFailed

BATCH = 512
"""Most tokens computed in one call."""
CELLS = 16_384
"""Most tokens that a context holds over all its sequences."""
BYTES = 2**29
"""Most bytes of keys and values; a single conversation of the model's whole context may take more."""
_SPEECHLESS: list[Any] = []
"""The callback that keeps llama.cpp from writing to the error stream; it must outlive every model."""


@dataclass(frozen=True)
class Fed:
    """One token that is to be computed."""

    sequence: int
    position: int
    token: int


def library() -> Any:
    """The llama_cpp module, quiet. Raises MissingPackage."""
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise MissingPackage("a GGUF model", "llama-cpp-python") from error
    if not _SPEECHLESS:
        quiet = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        _SPEECHLESS.append(quiet)
    return llama_cpp


class Native:
    """A loaded GGUF file. Not for two threads at once."""

    def __init__(self, path: Path, sequences: int, threads: int = 0) -> None:
        """`sequences` is how many conversations and kept prefixes fit side by side; `threads` 0 leaves the choice
        to llama.cpp. Raises MissingPackage, BadCheckpoint."""
        self._c = c = library()
        _look_over(path)
        params = c.llama_model_default_params()
        params.n_gpu_layers = 0
        self._model = c.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise damaged(path)
        self._vocab = c.llama_model_get_vocab(self._model)
        self.limit = int(c.llama_model_n_ctx_train(self._model))
        self.size = int(c.llama_vocab_n_tokens(self._vocab))
        self._adapters: dict[str, Any] = {}
        self._used: str | None = None
        settings = c.llama_context_default_params()
        settings.n_ctx = self._cells(sequences)
        # In float16, llama.cpp's own choice, a reply would depend on what is decoded beside it.
        settings.type_k = settings.type_v = c.GGML_TYPE_F32
        settings.flash_attn_type = c.LLAMA_FLASH_ATTN_TYPE_DISABLED
        settings.n_batch = settings.n_ubatch = BATCH
        settings.n_seq_max = sequences
        settings.kv_unified = True
        if threads:
            settings.n_threads = settings.n_threads_batch = threads
        self._context = c.llama_init_from_model(self._model, settings)
        if not self._context:
            self.close()
            raise BadCheckpoint(f"{path.name} loads, but its context does not fit into memory; choose a smaller model")
        self.cells = int(c.llama_n_ctx(self._context))
        self._memory = c.llama_get_memory(self._context)
        self._batch = c.llama_batch_init(BATCH, 0, 1)

    @cached_property
    def forks(self) -> bool:
        """Whether a part of a sequence can be copied: not where a model keeps a running state."""
        c = self._c
        return not (c.llama_model_is_recurrent(self._model) or c.llama_model_is_hybrid(self._model))

    def _cells(self, sequences: int) -> int:
        """Tokens that the context holds."""
        arch = self.meta("general.architecture")
        layers, heads, shared, width = (
            int(self.meta(f"{arch}.{key}") or 1)
            for key in ("block_count", "attention.head_count", "attention.head_count_kv", "embedding_length")
        )
        size = 2 * layers * shared * int(self.meta(f"{arch}.attention.key_length") or width // heads) * 4
        return max(min(CELLS, self.limit * sequences, BYTES // size), min(self.limit, CELLS // 4))

    # ---- words ------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A text of the file's header."""
        room = 1 << 12
        while True:
            found = ctypes.create_string_buffer(room)
            length = self._c.llama_model_meta_val_str(self._model, key.encode(), found, room)
            if length < 0:
                return None
            if length < room:
                return found.value.decode("utf-8", errors="replace")
            room = length + 1

    def tokenize(self, text: str) -> list[int]:
        """The ids of a text in which nothing is a control token. Raises ModelFailed."""
        data = text.encode("utf-8", errors="replace")
        room = len(data) + 8
        ids = (self._c.llama_token * room)()
        count = self._c.llama_tokenize(self._vocab, data, len(data), ids, room, False, False)
        if count < 0:
            raise ModelFailed(f"llama.cpp could not split a text of {len(data)} bytes; shorten it")
        return list(ids[:count])

    def piece(self, token: int, special: bool = False) -> bytes:
        """The bytes of a token; none for a control token, unless `special`."""
        room = 64
        while True:
            found = ctypes.create_string_buffer(room)
            length = self._c.llama_token_to_piece(self._vocab, token, found, room, 0, special)
            if length >= 0:
                return found.raw[:length]
            room = -length

    @cached_property
    def ends(self) -> frozenset[int]:
        """Every token that ends a reply."""
        return frozenset(t for t in range(self.size) if self._c.llama_vocab_is_eog(self._vocab, t))

    @cached_property
    def marks(self) -> dict[str, int]:
        """Text of every token that stands for itself (control and added ones) to its id."""
        c = self._c
        wanted = c.LLAMA_TOKEN_ATTR_CONTROL | c.LLAMA_TOKEN_ATTR_USER_DEFINED
        found = {}
        for token in range(self.size):
            if c.llama_vocab_get_attr(self._vocab, token) & wanted:
                found[c.llama_vocab_get_text(self._vocab, token).decode("utf-8", errors="replace")] = token
        return found

    def special(self, which: str) -> int | None:
        """The id of the token that begins ("bos") or ends ("eos") a text; None where there is none."""
        token = int(getattr(self._c, f"llama_vocab_{which}")(self._vocab))
        return token if token >= 0 else None

    # ---- numbers ----------------------------------------------------------------------------------

    def use(self, adapter: str | None) -> None:
        """Answer with the adapter of this GGUF file from now on, None for the base. Raises BadAdapter."""
        if adapter == self._used:
            return
        c = self._c
        if adapter is not None and adapter not in self._adapters:
            loaded = c.llama_adapter_lora_init(self._model, adapter.encode())
            if not loaded:
                raise BadAdapter(f"{Path(adapter).name} does not load on this model; export it for this base again")
            self._adapters[adapter] = loaded
        count = int(adapter is not None)
        handles = (c.llama_adapter_lora_p_ctypes * 1)(*([self._adapters[adapter]] if adapter is not None else []))
        scales = (ctypes.c_float * 1)(1.0)
        if c.llama_set_adapters_lora(self._context, handles, count, scales):
            raise ModelFailed("llama.cpp could not switch the adapter; load the model again")
        self._used = adapter

    def feed(self, tokens: Sequence[Fed], wanted: Iterable[int]) -> list[Any]:
        """Compute up to BATCH tokens; gives the logits, (V,) float32, at the places of `wanted`.

        They are valid until the next call. Raises MemoryError where the context is full, ModelFailed.
        """
        import numpy

        batch, places = self._batch, sorted(wanted)
        batch.n_tokens = len(tokens)
        for place, fed in enumerate(tokens):
            batch.token[place] = fed.token
            batch.pos[place] = fed.position
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = fed.sequence
            batch.logits[place] = 0
        for place in places:
            batch.logits[place] = 1
        code = self._c.llama_decode(self._context, batch)
        if code == 1:
            raise MemoryError("no room is left in the context")
        if code:
            raise ModelFailed(f"llama.cpp broke off (code {code}); ask again, or load the model again")
        return [
            numpy.ctypeslib.as_array(self._c.llama_get_logits_ith(self._context, place), shape=(self.size,))
            for place in places
        ]

    def fork(self, source: int, target: int, length: int) -> None:
        """Let `target` begin as the first `length` tokens of `source`; nothing is computed and nothing copied."""
        self.drop(target)
        self._c.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def drop(self, sequence: int) -> None:
        """Forget a sequence."""
        self._c.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def close(self) -> None:
        """Give back memory."""
        c = self._c
        with contextlib.suppress(AttributeError):
            c.llama_batch_free(self._batch)
            del self._batch
        if getattr(self, "_context", None):
            c.llama_free(self._context)
            self._context = None
        # Adapters go with their model.
        if self._model:
            c.llama_model_free(self._model)
            self._model = None


def damaged(path: Path) -> BadCheckpoint:
    """What is said of a file that is no GGUF model."""
    return BadCheckpoint(f"{path.name} does not load as a GGUF model; it is damaged or of a kind not known here")


def _look_over(path: Path) -> None:
    """Refuse what is no GGUF file before a C program reads it. Raises BadCheckpoint."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise BadCheckpoint(f"GGUF file {path} cannot be read ({error.strerror}); check the path") from error
    if head != b"GGUF":
        raise BadCheckpoint(f"{path.name} is no GGUF file (it begins with {head!r}); choose another")
