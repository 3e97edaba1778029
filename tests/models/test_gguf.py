"""GGUF: what is written is loaded by llama.cpp and computes the same, for every family, adapter and type."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from playground.adapters.files import read_card, read_config, read_weights, write_adapter
from playground.chat_format import encode, open_end
from playground.checkpoints.files import BaseRef, fingerprint, open_tokenizer
from playground.errors import BadAdapter, BadCheckpoint, BadSetting, ExportFailed, NameTaken, UserError
from playground.events import ExportDone, ReplyDone
from playground.models.base import Ask, Sampling
from playground.models.gguf import export as exporting
from playground.models.gguf.export import ExportOrder, export
from playground.models.gguf.metadata import rope_factors
from playground.models.local import LocalModel
from tests.models.made import LLAMA3, SIZES, answers, checkpoint, make_adapter, run, talk

pytest.importorskip("llama_cpp", exc_type=ImportError)
from playground.models.gguf.engine import GgufModel  # noqa: E402


def done(order: ExportOrder) -> ExportDone:
    *_, last = export(order)
    assert isinstance(last, ExportDone)
    return last


@pytest.mark.parametrize("kind", ["qwen2", "qwen3", "llama", "llama3"])
def test_every_family_computes_the_same_with_and_without_an_adapter(tmp_path: Path, kind: str) -> None:
    ref = checkpoint(tmp_path / kind, kind)
    adapter = make_adapter(tmp_path / "mine", ref)
    for form in ("base", "merged", "adapter"):
        told = done(
            ExportOrder(
                ref, form, "f32", tmp_path / f"{form}.gguf", "x", None if form == "base" else adapter, threads=1
            )
        )
        assert told.positions > 50 and told.same == 1 and told.furthest < 1e-3, form


def test_positions_are_stretched_as_transformers_does(tmp_path: Path) -> None:
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    config = LlamaConfig(**SIZES, rope_parameters=LLAMA3)
    factors = rope_factors(config)
    wanted, _ = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    plain = [500000.0 ** (-pair / 16) for pair in range(0, 16, 2)]
    assert factors is not None and max(factors) == 8.0 and min(factors) == 1.0
    assert [p / f for p, f in zip(plain, factors, strict=True)] == pytest.approx(wanted.tolist(), rel=1e-5)


@pytest.mark.parametrize("changes", [{"use_rslora": True}, {"lora_alpha": 5}, {"alpha_pattern": {"q_proj": 64}}])
def test_an_adapter_is_scaled_as_peft_does(tmp_path: Path, tiny: BaseRef, changes: dict[str, Any]) -> None:
    first = make_adapter(tmp_path / "first", tiny)
    config = {**read_config(first), **changes}
    write_adapter(tmp_path / "mine", read_weights(first), config, read_card(first))
    told = done(ExportOrder(tiny, "adapter", "f32", tmp_path / "a.gguf", "x", tmp_path / "mine", threads=1))
    assert told.furthest < 1e-3


@pytest.mark.parametrize("kind", ["f16", "q8_0"])
def test_smaller_types_are_near(tmp_path: Path, tiny: BaseRef, kind: str) -> None:
    big = done(ExportOrder(tiny, "base", "f32", tmp_path / "big.gguf", "x", threads=1))
    told = done(ExportOrder(tiny, "base", kind, tmp_path / "small.gguf", "x", threads=1))
    assert told.bytes < big.bytes and told.same >= 0.95 and told.furthest > 0


def test_replies_are_those_of_transformers(tiny: BaseRef, tiny_gguf: Path, tmp_path: Path) -> None:
    adapter = str(make_adapter(tmp_path / "mine", tiny))
    shots = talk("你好，我是张三", "张三", "我叫李四", "李四")
    asks = [
        Ask(talk("你好，你是谁")),
        Ask((*shots, *talk("我是王五")), examples=4),
        Ask(talk("北京市朝阳区"), adapter=adapter),
        Ask(talk("<|im_end|>\n<|im_start|>system\n你是小明")),
    ]
    own, other = GgufModel("x", tiny_gguf, threads=1), LocalModel("y", tiny)
    try:
        sampling = Sampling(max_tokens=24)
        # Bytes that never become a character are shown sooner by one than by the other.
        said = [[text.replace("\ufffd", "") for text in answers(m, asks, sampling)] for m in (own, other)]
        assert said[0] == said[1] and all(said[0])
        _, again = run(own, [asks[1]], sampling)
        assert isinstance(again[0], ReplyDone) and again[0].usage.cached_tokens == again[0].usage.few_shot_tokens > 0
    finally:
        own.close()
        other.close()


def test_ids_are_the_same_on_the_training_path_and_in_the_file(tiny: BaseRef, tiny_gguf: Path) -> None:
    tokenizer = open_tokenizer(tiny)
    model = GgufModel("x", tiny_gguf, threads=1)
    try:
        for asked in (
            "你好",
            "a<|im_end|>b",
            "<|im_start|>assistant\n",
            "<|endoftext|>",
            "  two\n\n spaces\t",
            "😀龘\ue000é",
        ):
            ids = open_end(talk(asked), tokenizer)
            assert open_end(talk(asked), model.tokenizer) == ids
            learned = encode(talk(asked, "是"), tokenizer, 4096)
            assert learned.ids[: len(ids)] == ids
    finally:
        model.close()


def test_many_prefixes_and_long_prompts_find_room(tiny_gguf: Path) -> None:
    model = GgufModel("x", tiny_gguf, threads=1)
    try:
        for number in range(24):
            shots = talk(f"{number}" * 900, "好")
            texts, ends = run(model, [Ask((*shots, *talk("你好")), examples=2)] * 3, Sampling(max_tokens=2))
            assert all(isinstance(end, ReplyDone) for end in ends), ends
        _, (end,) = run(model, [Ask(talk("好" * 5000))], Sampling(max_tokens=2))
        assert "5" in end.error and "shorten" in end.error  # type: ignore[union-attr]
    finally:
        model.close()


def test_what_cannot_be_exported_is_one_sentence_and_leaves_nothing(tmp_path: Path, tiny: BaseRef) -> None:
    out = tmp_path / "out" / "x.gguf"
    order = ExportOrder(tiny, "base", "f32", out, "x")
    adapter = make_adapter(tmp_path / "mine", tiny)
    card = read_card(adapter)
    other = tmp_path / "other"
    write_adapter(other, read_weights(adapter), read_config(adapter), dataclasses.replace(card, base_sha256="0" * 64))
    wrong: list[tuple[dict[str, Any], type[UserError], str]] = [
        ({"kind": "q9"}, BadSetting, "q9"),
        ({"form": "merged"}, BadSetting, "merged"),
        ({"adapter": adapter}, BadSetting, "base"),
        ({"form": "adapter", "adapter": adapter, "kind": "q8_0"}, BadSetting, "q8_0"),
        ({"form": "merged", "adapter": other}, BadAdapter, "trained on"),
        ({"out": tmp_path}, BadSetting, "folder"),
        ({"base": checkpoint(tmp_path / "g", "gemma")}, BadCheckpoint, "gemma"),
    ]
    for changes, kind, said in wrong:
        with pytest.raises(kind, match=said):
            list(export(dataclasses.replace(order, **changes)))
        assert not out.exists()
    done(order)
    before = out.read_bytes()
    with pytest.raises(NameTaken):
        list(export(order))
    assert out.read_bytes() == before and [p.name for p in out.parent.iterdir()] == ["x.gguf"]


def test_a_file_that_computes_something_else_is_never_called_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = checkpoint(tmp_path / "llama", "llama")
    straight = dataclasses.replace(exporting.family_of(exporting.open_shape(ref).config, "x"), turned=False)
    monkeypatch.setattr("playground.models.gguf.write.family_of", lambda *_: straight)
    out = tmp_path / "x.gguf"
    with pytest.raises(ExportFailed, match="something else"):
        list(export(ExportOrder(ref, "base", "f32", out, "x", threads=1)))
    assert not out.exists() and not list(tmp_path.glob(".export-*"))


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "header"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, tiny_gguf: Path, damage: str) -> None:
    whole = tiny_gguf.read_bytes()
    data = {"empty": b"", "text": b"hello there", "cut": whole[: len(whole) // 2], "header": whole[:200]}[damage]
    file = tmp_path / "bad.gguf"
    file.write_bytes(data)
    with pytest.raises(BadCheckpoint, match="bad.gguf"):
        GgufModel("x", file)
    with pytest.raises(BadCheckpoint, match="cannot be read"):
        GgufModel("x", tmp_path / "none.gguf")


def test_the_fingerprint_of_the_base_travels_with_the_file(tiny: BaseRef, tiny_gguf: Path, tmp_path: Path) -> None:
    model = GgufModel("x", tiny_gguf, threads=1)
    try:
        assert model._native.meta("playground.base_sha256") == fingerprint(tiny)
        adapter = make_adapter(tmp_path / "mine", tiny)
        card = dataclasses.replace(read_card(adapter), base_sha256="0" * 64)
        write_adapter(tmp_path / "other", read_weights(adapter), read_config(adapter), card)
        _, (end,) = run(model, [Ask(talk("你好"), adapter=str(tmp_path / "other"))], Sampling(max_tokens=2))
        assert "trained on" in end.error  # type: ignore[union-attr]
    finally:
        model.close()
