"""What a base would take: counted from its shape where it is here, asked of the hub where it is not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest

from playground.checkpoints.files import BaseRef, open_model
from playground.checkpoints.hub import PATIENCE
from playground.errors import BadCheckpoint
from playground.models import memory
from playground.models.memory import Needs, free_bytes, needs

HUB = BaseRef("somebody/small", "somebody/small")


def hub(monkeypatch: pytest.MonkeyPatch, files: dict[str, int], total: int | None) -> None:
    """A hub that holds these files, by name and bytes."""

    def model_info(self: Any, name: str, **how: Any) -> Any:
        assert how["timeout"] == PATIENCE and how["files_metadata"]
        told = SimpleNamespace(total=total) if total else None
        return SimpleNamespace(
            siblings=[SimpleNamespace(rfilename=f, size=size) for f, size in files.items()], safetensors=told
        )

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)


def test_a_folder_is_counted_without_its_numbers_and_nothing_is_fetched(tiny: BaseRef) -> None:
    found = needs(tiny, "cpu")
    assert found.numbers == sum(p.numel() for p in open_model(tiny).parameters())
    assert found.fetch_bytes == 0 and found.memory_bytes > 4 * found.numbers and found.fits


def test_a_hub_id_is_asked_about_and_only_what_is_read_here_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"model.safetensors": 10**9, "config.json": 700, "pytorch_model.bin": 10**9, "onnx/model.onnx": 10**9}
    hub(monkeypatch, files, total=500_000_000)
    found = needs(HUB, "cpu")
    assert (found.numbers, found.fetch_bytes) == (500_000_000, 10**9 + 700)
    assert found.memory_bytes == round(500_000_000 * 4 * memory.OVER)
    hub(monkeypatch, files, total=None)
    assert needs(HUB, "cpu").numbers == 500_000_000


def test_weights_as_pickle_only_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hub(monkeypatch, {"pytorch_model.bin": 10**9, "config.json": 700}, total=None)
    with pytest.raises(BadCheckpoint, match="somebody/small has no safetensors files; choose another"):
        needs(HUB, "cpu")


def test_a_container_s_own_limit_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    whole = free_bytes("cpu")
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes("cpu") == pytest.approx(whole, rel=0.5)
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    assert free_bytes("cpu") == 600_000
    assert not Needs(1, 0, 700_000, 600_000).fits
