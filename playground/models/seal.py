"""The seal: proof that "base" is really the base.

The logits of a fixed prompt, with no adapter, are taken when the model is loaded and compared each time
an adapter comes or goes. Equal means equal: the same numbers, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Any text would do; this one has both languages, digits and punctuation, so many embeddings take part.
_PROMPT = "你好，请告诉我你是谁？ Who are you, and what is 17 + 25? 张三 13800138000"


@dataclass(frozen=True)
class Seal:
    """Whether the base still answers as it did when it was loaded."""

    ok: bool
    why: str
    """One clause for the pane's hint, without a full stop."""


class Sealed:
    """The first logits of a model, and the comparison with them."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        import torch

        ids = tokenizer(_PROMPT, add_special_tokens=False)["input_ids"]
        self._ids = torch.tensor([ids], device=model.device)
        self._model = model
        self._first = self.logits()
        self._checks = 0
        self.seal = Seal(True, "logits of a fixed prompt were kept at load; no adapter has come or gone since")

    def logits(self) -> Any:
        """Logits of the fixed prompt as the model gives them now: (tokens, vocabulary), on the CPU."""
        import torch

        with torch.inference_mode():
            return self._model(input_ids=self._ids, use_cache=False).logits[0].cpu()

    def check(self, event: str) -> Seal:
        """Compare again after `event` ("address came"). A seal once broken stays broken."""
        import torch

        if not self.seal.ok:
            return self.seal
        now = self.logits()
        self._checks += 1
        if torch.equal(now, self._first):
            same = "logits of a fixed prompt are bit-equal to those at load"
            self.seal = Seal(True, f"{same}; times compared: {self._checks}, last when {event}")
        else:
            most = (now - self._first).abs().max().item()
            self.seal = Seal(
                False, f"logits of a fixed prompt differ by up to {most:.3g} since {event}; load the base again"
            )
        return self.seal
