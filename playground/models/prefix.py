"""Prefixes that are kept: what was computed for a system text and worked examples, for the next ask.

The least recently used go first when the bytes run out. Whoever holds the model's lock uses this.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

Key = tuple[str | None, tuple[int, ...]]
"""The adapter's folder or None, and the prefix's token ids."""


class Prefixes:
    """Keys and values of prefixes, at most `limit` bytes of them."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._kept: OrderedDict[Key, tuple[Any, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Any | None:
        """What was put there, or None."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Any, size: int) -> None:
        """Keep a value of `size` bytes; one larger than the whole limit is let go at once."""
        self._drop(key)
        if size > self.limit:
            return
        self._kept[key] = (value, size)
        self.bytes += size
        while self.bytes > self.limit:
            self._drop(next(iter(self._kept)))

    def forget(self, adapter: str) -> None:
        """Drop all that was computed with this adapter: it is going, or its weights have changed."""
        for key in [key for key in self._kept if key[0] == adapter]:
            self._drop(key)

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self.bytes = 0

    def _drop(self, key: Key) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self.bytes -= found[1]
