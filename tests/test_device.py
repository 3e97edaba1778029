"""The rung of the start-up ladder, and that its reason is told."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from playground.device import bfloat16_pays, pick_device
from playground.settings import Settings


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_without_a_gpu_it_is_the_cpu(no_gpu: None) -> None:
    device = pick_device(Settings(threads=3))
    assert device.kind == "cpu" and device.why == "no CUDA or Apple GPU found; 3 threads"


def test_a_card_that_refuses_is_passed_over_and_named(no_gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def zeros(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUDA error: out of memory\nmore lines")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "zeros", zeros)
    device = pick_device(Settings())
    assert device.kind == "cpu" and "cuda is there but refuses (CUDA error: out of memory)" in device.why


def test_the_first_rung_that_holds_is_taken(no_gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch, "zeros", lambda *_, **__: None)
    assert pick_device(Settings()).kind == "mps"


def test_the_type_of_arithmetic_is_the_same_each_time() -> None:
    assert len({bfloat16_pays("cpu") for _ in range(4)}) == 1
    assert bfloat16_pays("mps") is False
