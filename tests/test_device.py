"""The rung of the start-up ladder, and that its reason is told."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import torch

from playground.device import LADDER, NAMES, bfloat16_pays, pick_device
from playground.errors import BadSetting
from playground.settings import Settings, read_settings


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


def without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """As if these were not installed."""
    for package in packages:
        monkeypatch.setitem(sys.modules, package, None)


@pytest.mark.parametrize(
    ("begin", "rung"), [("", "cpu"), ("cuda", "cpu"), ("mps", "cpu"), ("cpu", "cpu"), ("endpoint", "endpoint")]
)
def test_one_may_begin_lower_and_what_does_not_hold_is_passed_over(no_gpu: None, begin: str, rung: str) -> None:
    assert pick_device(Settings(device=begin)).rung == rung


def test_llama_cpp_may_be_asked_for(no_gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.device.find_spec", lambda name: name == "llama_cpp")
    device = pick_device(Settings(device="gguf"))
    assert (device.rung, device.kind, device.name) == ("gguf", "cpu", "llama.cpp") and device.why == "llama.cpp answers"


def test_without_pytorch_llama_cpp_answers_and_without_both_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "torch")
    monkeypatch.setattr("playground.device.find_spec", lambda name: name == "llama_cpp")
    device = pick_device(Settings())
    assert device.rung == "gguf" and device.why == "PyTorch is not installed; llama.cpp answers"
    monkeypatch.setattr("playground.device.find_spec", lambda _: None)
    device = pick_device(Settings())
    assert device.rung == "endpoint"
    assert device.why == "PyTorch is not installed; llama.cpp is not installed; models of other servers can be asked"


def test_a_borrowed_gpu_leaves_what_stays_loaded_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    # There a card seems to be present all the time.
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    device = pick_device(Settings(public=True, zero_gpu=True, threads=2))
    assert (device.rung, device.kind) == ("zerogpu", "cpu") and "lends its GPU to single calls; 2 threads" in device.why
    assert pick_device(Settings(device="cpu", threads=2)).why == "2 threads"


def test_a_card_that_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Some GPU")
    monkeypatch.setattr(torch, "zeros", lambda *_, **__: None)
    device = pick_device(Settings())
    assert (device.rung, device.kind, device.why) == ("cuda", "cuda", "Some GPU found")


def test_a_rung_nobody_knows_is_one_sentence() -> None:
    settings = read_settings({"PLAYGROUND_DEVICE": " TPU "})
    with pytest.raises(BadSetting, match="PLAYGROUND_DEVICE is 'tpu'; it must be one of: zerogpu, cuda, mps"):
        pick_device(settings)


def test_every_rung_has_a_name() -> None:
    assert set(NAMES) == set(LADDER)
