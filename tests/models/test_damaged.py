"""Weights that are no numbers: told in one sentence by every engine, and never an answer made of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef, open_model, open_tokenizer
from playground.errors import ExportFailed, TrainingFailed
from playground.events import ReplyDone, ReplyFailed
from playground.models.base import Ask, Sampling
from playground.models.local import LocalModel
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from tests.models.made import make_adapter, run, talk
from tests.tiny import make_tiny, tiny_dataset

TOLD = "the model computes what is no number (NaN): weights or adapter are damaged; fetch or train them again"


def spoil(file: Path, part: str) -> None:
    """Write NaN over the tensors whose names hold `part`."""
    from safetensors.torch import load_file, save_file

    weights = load_file(file)
    for name in weights:
        if part in name:
            weights[name][:] = float("nan")
    save_file(weights, file, metadata={"format": "pt"})


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> BaseRef:
    """A base with one matrix of NaN."""
    folder = make_tiny(tmp_path_factory.mktemp("bases") / "damaged", shards=False)
    spoil(folder / "model.safetensors", "layers.0.mlp.up_proj")
    return BaseRef("damaged", str(folder))


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_a_base_of_nan_answers_nothing(damaged: BaseRef, temperature: float) -> None:
    model = LocalModel("damaged", damaged)
    try:
        texts, ends = run(model, [Ask(talk("你好")), Ask(talk("你是谁"))], Sampling(temperature, 5))
        assert texts == ["", ""] and ends == [ReplyFailed(TOLD)] * 2
    finally:
        model.close()


def test_an_adapter_of_nan_leaves_the_base_answering(tiny: BaseRef, tmp_path: Path) -> None:
    folder = make_adapter(tmp_path / "bad", tiny)
    spoil(folder / "adapter_model.safetensors", "layers.0.mlp.up_proj.lora_A")
    model = LocalModel("tiny", tiny)
    try:
        asks = [Ask(talk("你好")), Ask(talk("你好"), adapter=str(folder))]
        texts, ends = run(model, asks, Sampling(max_tokens=5))
        assert isinstance(ends[0], ReplyDone) and texts[0] and ends[1] == ReplyFailed(TOLD)
        assert model.seal().ok
    finally:
        model.close()


def test_nothing_is_learned_on_a_base_of_nan(damaged: BaseRef, tmp_path: Path) -> None:
    data = tiny_dataset(tmp_path / "data", rows=8).path
    order = TrainOrder(data, "damaged", damaged.path_or_hub_id, Recipe(rank=2, epochs=1), "x", tmp_path / "out")
    with pytest.raises(TrainingFailed, match="the loss is nan at the first step; the base is damaged"):
        list(train(order))
    assert not (tmp_path / "out").exists()


def test_llama_cpp_tells_the_same_and_no_such_file_is_called_done(damaged: BaseRef, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", exc_type=ImportError)
    from playground.models.gguf.engine import GgufModel
    from playground.models.gguf.export import ExportOrder, export
    from playground.models.gguf.write import KINDS, write_model

    path = tmp_path / "base.gguf"
    with pytest.raises(ExportFailed):
        list(export(ExportOrder(damaged, "base", "f32", path, "x", threads=1)))
    assert not path.exists()
    list(write_model(path, open_model(damaged, "cpu", "float32"), open_tokenizer(damaged), "x", KINDS["f32"], ""))
    model = GgufModel("damaged", path, threads=1)
    try:
        for temperature in (0.0, 0.9):
            texts, ends = run(model, [Ask(talk("你好"))], Sampling(temperature, 5))
            assert texts == [""] and ends == [ReplyFailed(TOLD)]
    finally:
        model.close()
