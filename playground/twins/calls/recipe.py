"""How function-call rows are mixed: one value, checked when it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.errors import BadSetting

MOST_ON_OFFER = 20
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class CallRecipe:
    """Shares are of the rows, 0 to 1, taken to the hundredth; what is left are requests for one call."""

    functions: int = 4
    """Functions in the prompt, 1 to 20, from your own and the bundled ones; 0: all your own, no other."""
    near: float = 0.25
    """Chance that one of them is a near-twin: almost the wanted function, with a field more or a field less."""
    several: float = 0.0
    """Share of requests for two or more calls."""
    most_calls: int = 3
    """Most calls of one request, 2 to 3."""
    repair: float = 0.0
    """Share of rows in which a first call lacks a field, the API answers with an error, and the call is corrected."""
    ask: float = 0.0
    """Share of requests that lack a required value, which is asked for."""
    refuse: float = 0.0
    """Share of requests that no function fits, near-possible ones among them."""
    optional: float = 0.3
    """Chance that an optional field is left out, of the request and the call alike."""
    lang: str | None = None
    """zh or en; None: both, turn about."""
    held_from: int = 12
    """Fewest values of a field of which some are held out of training; fields with fewer are seen whole."""

    def __post_init__(self) -> None:
        self._whole("functions", self.functions, 0, MOST_ON_OFFER)
        self._whole("most_calls", self.most_calls, 2, 3)
        self._whole("held_from", self.held_from, 5, 1_000_000)
        for name in ("near", "several", "repair", "ask", "refuse", "optional"):
            share = getattr(self, name)
            if isinstance(share, bool) or not isinstance(share, int | float) or not math.isfinite(share):
                raise BadSetting(f"{name} is {share!r:.60}; it must be a share, 0 to 1")
            if not 0 <= share <= 1:
                raise BadSetting(f"{name} is {share!r:.60}; it must be a share, 0 to 1")
        if (total := self.several + self.repair + self.ask + self.refuse) > 1 + 1e-9:
            raise BadSetting(
                f"several, repair, ask and refuse together are {total:.2f}; lower one of them to make 1 or less"
            )
        if self.lang is not None and self.lang not in LANGUAGES:
            raise BadSetting(f"lang is {self.lang!r:.60}; it must be one of: zh, en")

    def _whole(self, name: str, value: object, low: int, high: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadSetting(f"{name} is {value!r:.60}; it must be a whole number, {low} to {high:,}")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the requests."""
        return LANGUAGES if self.lang is None else (self.lang,)

    def kinds(self) -> list[str]:
        """A hundred rows' kinds: "call", "several", "repair", "ask", "refuse", in no order yet."""
        found: list[str] = []
        for name in ("several", "repair", "ask", "refuse"):
            found += [name] * round(100 * getattr(self, name))
        return (found + ["call"] * 100)[:100]


MIXED = CallRecipe(several=0.1, repair=0.08, ask=0.07, refuse=0.15)
"""Some of everything: what a model meets when it works."""
