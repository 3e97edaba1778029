"""A base model on this machine, answering with any of its adapters: transformers weights, one copy of them.

Owns the loaded model, its lock, its adapters and its seal; decode.py holds the loop. One round of
replies runs at a time; whoever comes second waits until the first has ended or was closed.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playground.adapters.files import CONFIG, WEIGHTS, check_adapter
from playground.chat_format import end_mark
from playground.checkpoints.files import BaseRef, fingerprint, open_model, open_tokenizer
from playground.errors import ModelFailed
from playground.events import ReplyEvent, ReplyFailed
from playground.models.bands import use_bands
from playground.models.base import Ask, Sampling
from playground.models.batch import Core
from playground.models.decode import decode
from playground.models.kv import SPARE, bytes_per_token
from playground.models.lora import Adapters
from playground.models.prefix import Prefixes
from playground.models.row import Row, prompt_of, why_failed
from playground.models.seal import Seal, Sealed
from playground.models.text import TextStream
from playground.models.tidy import Tidy
from playground.records import stamp

_MOST_ROWS = 64
"""Rows decoded together at most; more asks go in waves."""
_MOST_BYTES = {"cpu": 2**29, "mps": 2**30, "cuda": 2**32}
"""Keys and values of one wave, by device; a single row may take more."""
_MOST_ADAPTERS = 8
"""Adapters attached at a time; the one not asked for longest goes first."""


class LocalModel:
    """A ChatModel over one base. Adapters are attached when they are first asked for."""

    def __init__(
        self, name: str, base: BaseRef, device: str = "cpu", threads: int = 0, kept_bytes: int = 2**27
    ) -> None:
        """`device` is "cpu", "cuda" or "mps"; `threads` of 0 leaves the choice to torch (it holds for the whole
        process); `kept_bytes` is the room for computed prefixes. Raises BadCheckpoint."""
        import torch

        if threads:
            torch.set_num_threads(threads)
        self.name = name
        self.base = base
        self._lock = threading.Lock()
        self._tidy = Tidy()
        self._closed = False
        self._attached: dict[str, Any] = {}
        self._sha256: str | None = None
        tokenizer = open_tokenizer(base)
        # Too long is said here, as a sentence; the library's own warning would only come first.
        tokenizer.model_max_length = 2**31
        model = open_model(base, device)
        banded = use_bands(model)
        self._limit = int(getattr(model.config.get_text_config(decoder=True), "max_position_embeddings", 0) or 2**31)
        self._most_tokens = max(1, _MOST_BYTES[device] // bytes_per_token(model.config, model.dtype))
        self._core: Core | None = Core(
            model=model,
            tokenizer=tokenizer,
            adapters=Adapters(model),
            prefixes=Prefixes(kept_bytes),
            sealed=Sealed(model, tokenizer),
            banded=banded,
            ends=_ends(model, tokenizer),
            why_failed=functools.partial(why_failed, name),
        )

    @property
    def model(self) -> Any:
        """The torch module, for those who count or compare its weights. Raises ModelFailed once closed."""
        return self._open().model

    @property
    def weight_bytes(self) -> int:
        """Memory of the base's weights. Raises ModelFailed once closed."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters())

    @property
    def busy(self) -> bool:
        """Whether a round is under way."""
        return self._lock.locked()

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        """See ChatModel. Seconds count from when the model is free for these asks."""
        core = self._open()
        with self._lock, self._tidy.round():
            waiting = list(enumerate(asks))
            while waiting:
                rows: list[Row] = []
                started = time.perf_counter()
                while waiting:
                    index, ask = waiting[0]
                    try:
                        row = self._row(core, index, ask, sampling, started)
                    except Exception as error:  # any library's; it becomes this ask's sentence
                        waiting.pop(0)
                        yield index, ReplyFailed(why_failed(self.name, error))
                        continue
                    if not self._fits(rows, row):
                        break
                    waiting.pop(0)
                    rows.append(row)
                if rows:
                    yield from decode(core, rows, lambda: self._closed)
                while len(self._attached) > _MOST_ADAPTERS:
                    self._detach(core, next(iter(self._attached)))

    def attach(self, folder: Path | str) -> None:
        """Put an adapter beside the base, or read it again where its files have changed. Raises BadAdapter."""
        core = self._open()
        with self._lock:
            self._attach(core, str(folder))

    def detach(self, folder: Path | str) -> None:
        """Take an adapter away; one that is not attached is no matter."""
        core = self._open()
        with self._lock:
            self._detach(core, str(folder))

    def seal(self) -> Seal:
        """Whether the base still answers as it did at load, as found when an adapter last came or went."""
        return self._open().sealed.seal

    def fixed_logits(self) -> Any:
        """Logits of the seal's prompt from the base as it is now: (tokens, vocabulary)."""
        core = self._open()
        with self._lock:
            return core.sealed.logits()

    def close(self) -> None:
        """Give back the weights. Replies that are running end at their next step."""
        self._closed = True
        self._core = None
        self._tidy.stop()

    def _open(self) -> Core:
        core = self._core
        if core is None:
            raise ModelFailed(f"model {self.name} is closed; load it again")
        return core

    def _fits(self, rows: Sequence[Row], row: Row) -> bool:
        """Whether a row may join the wave, whose block is as wide as its longest; one row may always go alone."""
        longest = max(len(one.ids) + min(one.room, SPARE) for one in (*rows, row))
        return not rows or (len(rows) < _MOST_ROWS and (len(rows) + 1) * longest <= self._most_tokens)

    def _row(self, core: Core, index: int, ask: Ask, sampling: Sampling, started: float) -> Row:
        ids, prefix, few_shot = prompt_of(ask, core.tokenizer, self._limit, self.name)
        if ask.adapter is not None:
            self._attach(core, ask.adapter)
        return Row(
            index=index,
            ids=ids,
            prefix=prefix,
            few_shot=few_shot,
            adapter=ask.adapter,
            room=min(sampling.max_tokens, self._limit - len(ids)),
            sampling=sampling,
            text=TextStream(core.tokenizer),
            started=started,
        )

    def _attach(self, core: Core, folder: str) -> None:
        path = Path(folder)
        written = tuple(stamp(path / name) for name in (CONFIG, WEIGHTS))
        if self._attached.get(folder) != written:
            if self._sha256 is None:
                self._sha256 = fingerprint(self.base)
            card = check_adapter(path, self._sha256)
            core.adapters.attach(folder, path)
            core.prefixes.forget(folder)
            self._attached.pop(folder, None)
            core.sealed.check(f"adapter {card.name} came")
        self._attached[folder] = written
        # The dictionary's order is the order of use: what is asked for now goes last.
        self._attached[folder] = self._attached.pop(folder)

    def _detach(self, core: Core, folder: str) -> None:
        if self._attached.pop(folder, None) is not None:
            core.adapters.detach(folder)
            core.prefixes.forget(folder)
            core.sealed.check(f"adapter {Path(folder).name} went")


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Every id that the checkpoint calls an end: by its generation settings, config, tokenizer and chat template."""
    ends: set[int] = set()
    for named in (model.generation_config, model.config, tokenizer):
        found = getattr(named, "eos_token_id", None)
        ends.update([found] if isinstance(found, int) else found or [])
    # What training teaches as the end of an answer ends it, also where no setting says so.
    mark = end_mark(tokenizer)
    return frozenset(ends if mark is None else ends | {mark})
