"""Rows in one block: a batch of uneven rows gives the logits that each gives alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Gemma3TextConfig,
    Lfm2Config,
    LlamaConfig,
    Qwen2Config,
    Qwen3Config,
)

from playground.checkpoints.files import BaseRef
from playground.models.bands import bands_of, use_bands
from playground.models.base import Ask, Sampling
from playground.models.kv import Slab, bytes_per_token, joinable, layer_count
from playground.models.local import LocalModel
from playground.records import Message
from tests.models.made import answers, make_adapter, talk
from tests.tiny import make_tokenizer

SHAPE: dict[str, Any] = {
    "vocab_size": 400,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 512,
}
FULL = [Qwen2Config, Qwen3Config, LlamaConfig]


def random_model(config: Any, seed: int = 0) -> Any:
    """A causal LM of a config with random weights, opened as checkpoints are."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AutoModelForCausalLM.from_config(config, attn_implementation="sdpa").eval()


@pytest.mark.parametrize("kind", FULL)
@pytest.mark.parametrize("lengths", [[5, 5, 5], [40, 3, 4, 39], [9], [70, 2, 30]])
def test_a_step_of_the_batch_is_a_step_of_each_alone(kind: Any, lengths: list[int]) -> None:
    model = random_model(kind(**SHAPE))
    banded = use_bands(model)
    assert banded and joinable(model.config)
    chance = torch.Generator().manual_seed(1)
    prompts = [torch.randint(0, 400, (n,), generator=chance).tolist() for n in lengths]
    longest = max(lengths)
    slab = Slab(layer_count(model.config), [longest - n for n in lengths], longest, room=1)
    with torch.inference_mode():
        for row, ids in enumerate(prompts):
            slab.open(row)
            model(input_ids=torch.tensor([ids]), past_key_values=slab.cache, use_cache=True)
            slab.advance(len(ids))
        slab.end = longest
        slab.join()
        alive = list(range(len(lengths)))
        for step in range(6):
            if slab.reserve() or not step:
                slab.set_masks(model.dtype, model.device)
            if step == 4 and len(alive) > 1:  # the first row leaves
                slab.keep(list(range(1, len(alive))))
                slab.set_masks(model.dtype, model.device)
                alive = alive[1:]
            fed = [(7 * row + step) % 400 for row in range(len(lengths))]
            for row in alive:
                prompts[row].append(fed[row])
            mask, bands = slab.masks()
            got = model(
                input_ids=torch.tensor([[fed[row]] for row in alive]),
                position_ids=torch.tensor([[len(prompts[row]) - 1] for row in alive]),
                past_key_values=slab.cache,
                attention_mask=mask,
                use_cache=True,
                **({"bands": bands} if step % 2 else {}),  # with the mask alone the answer is the same
            ).logits[:, -1]
            slab.advance(1)
            for place, row in enumerate(alive):
                wanted = model(input_ids=torch.tensor([prompts[row]])).logits[0, -1]
                assert torch.allclose(got[place], wanted, atol=2e-5)


def test_what_was_taken_from_a_row_lets_another_begin() -> None:
    model = random_model(Qwen2Config(**SHAPE))
    ids = list(range(20))
    slab = Slab(layer_count(model.config), [0, 3], 20, room=1)
    with torch.inference_mode():
        slab.open(0)
        model(input_ids=torch.tensor([ids[:12]]), past_key_values=slab.cache, use_cache=True)
        slab.advance(12)
        kept = slab.take()
        slab.open(1)
        slab.put(kept)
        assert slab.cache.get_seq_length() == 12
        got = model(input_ids=torch.tensor([ids[12:17]]), past_key_values=slab.cache, use_cache=True).logits[0, -1]
        assert torch.allclose(got, model(input_ids=torch.tensor([ids[:17]])).logits[0, -1], atol=2e-5)
    assert sum(t.nbytes for pair in kept for t in pair) == 12 * bytes_per_token(model.config, torch.float32)


def test_only_steady_full_attention_is_joined() -> None:
    assert not joinable(Gemma3TextConfig(**SHAPE, sliding_window=8))
    assert not joinable(Qwen2Config(**SHAPE, use_sliding_window=True, sliding_window=8, max_window_layers=1))
    dynamic = {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}
    assert not joinable(LlamaConfig(**SHAPE, rope_parameters=dynamic))


@pytest.mark.parametrize(
    ("pads", "width", "runs"),
    [
        ([0, 600, 600], 700, [(0, 1), (1, 3)]),
        ([600, 0, 600], 700, [(0, 1), (1, 2), (2, 3)]),
        ([0, 0, 0], 700, [(0, 3)]),
        ([0, 30, 60], 700, [(0, 3)]),
        ([0, 0, 0, 0, 0, 0, 0, 0, 600], 700, [(0, 9)]),
        ([0], 5, [(0, 1)]),
    ],
)
def test_bands_are_cut_where_that_saves_a_good_part(pads: list[int], width: int, runs: list[tuple[int, int]]) -> None:
    assert bands_of(pads, width) == runs


def test_a_sliding_window_model_answers_one_row_at_a_time(tmp_path: Path) -> None:
    """Longer than its window, beside other rows, with a kept prefix and an adapter: as transformers alone."""
    config = Qwen2Config(
        **{**SHAPE, "vocab_size": 512}, use_sliding_window=True, sliding_window=16, max_window_layers=1
    )
    make_tokenizer(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    config.eos_token_id = tokenizer.eos_token_id
    plain = random_model(config)
    with torch.no_grad():
        for weight in plain.parameters():
            weight.mul_(8.0 if weight.ndim == 2 else 1.0)
    plain.save_pretrained(tmp_path)
    model = LocalModel("sliding", BaseRef("sliding", str(tmp_path)))
    assert not joinable(model.model.config)
    shots = talk("你好，我是张三", "张三", "我叫李四", "李四")
    asks = [Ask((*shots, *talk("我是王五，你好")), examples=4), Ask(talk("你是谁，我是小明，电话13800138000"))]
    sampling = Sampling(max_tokens=16, ignore_end=True)
    together = answers(model, asks, sampling)
    assert together == answers(model, asks, sampling) == [answers(model, [ask], sampling)[0] for ask in asks]
    ids = tokenizer.apply_chat_template(list(asks[1].messages), add_generation_prompt=True, return_dict=False)
    made = plain.generate(torch.tensor([ids]), max_new_tokens=16, min_new_tokens=16, do_sample=False)[0, len(ids) :]
    assert tokenizer.decode(made, skip_special_tokens=True).rstrip("\ufffd") == together[1]
    folder = make_adapter(tmp_path / "own", BaseRef("sliding", str(tmp_path)))
    tuned = [Ask(ask.messages, str(folder), ask.examples) for ask in asks]
    assert answers(model, [*tuned, *asks], sampling)[2:] == together


def test_a_mask_begins_where_every_kernel_can_read_it() -> None:
    """CUDA's memory-efficient attention refuses a mask whose strides are even and whose address is not."""
    chance = random.Random(3)
    masks = 0
    for _ in range(200):
        lengths = [chance.randint(20, 60) + 700 * (place % 3 == 2) for place in range(16)]
        slab = Slab(1, [max(lengths) - n for n in lengths], max(lengths), room=chance.randint(1, 40))
        slab.end = max(lengths)
        slab.set_masks(torch.bfloat16, torch.device("cpu"))
        for band in slab.masks()[1]:
            if band.mask is not None and band.mask.stride(0) % 8 == 0:
                masks += 1
                assert band.mask.data_ptr() % 16 == 0
            assert band.cut <= min(slab.pads[band.begin : band.end])
    assert masks > 20


def test_layers_that_do_not_attend_keep_their_prefix_too(tmp_path: Path) -> None:
    make_tokenizer(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    shape = {name: value for name, value in SHAPE.items() if name != "head_dim"} | {"vocab_size": 512}
    config = Lfm2Config(**shape | {"num_hidden_layers": 3}, layer_types=["conv", "full_attention", "conv"])
    config.eos_token_id = tokenizer.eos_token_id
    random_model(config).save_pretrained(tmp_path)
    model = LocalModel("hybrid", BaseRef("hybrid", str(tmp_path)))
    asks = [Ask((Message(role="system", content="请"), *talk("你好，我是张三")))] * 2
    sampling = Sampling(max_tokens=8, ignore_end=True)
    first = answers(model, asks, sampling)
    assert first == answers(model, asks, sampling) and len(first[0]) > 0
    model.close()
