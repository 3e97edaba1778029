"""Pretraining: batches carry the right targets, the loss is the model's own, the checkpoint is an ordinary one."""

from __future__ import annotations

import itertools

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

from starter import batches, pretrain
from starter.corpus import Document
from starter.tokenizer import WEIGHTS

TALK = Document(
    (
        {"role": "system", "content": "你叫小石。"},
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "您好，😀"},
        {"role": "user", "content": "abc"},
        {"role": "assistant", "content": "好"},
    ),
    frozenset({2}),
)


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(WEIGHTS)


@pytest.fixture
def model(tokenizer):
    torch.manual_seed(0)
    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            tie_word_embeddings=True,
        )
    )


def test_ids_are_those_of_the_chat_template(tokenizer):
    ids, _ = batches.Encoder(tokenizer).document(TALK)
    assert ids == tokenizer.apply_chat_template(list(TALK.messages), return_dict=False)


def test_only_taught_answers_are_targets(tokenizer):
    _, targets = batches.Encoder(tokenizer).document(TALK)
    assert tokenizer.decode([t for t in targets if t != batches.IGNORED]) == "好<|im_end|>"


def test_loss_is_the_models_own(tokenizer, model):
    plan = pretrain.Plan(minutes=1, tokens=1024, longest=256)
    ids, targets = next(batches.batches(batches.Encoder(tokenizer), plan, 7, lambda: 1.0))
    labels = torch.full_like(ids, batches.IGNORED)
    labels[:, 1:] = targets[:, :-1]
    assert torch.allclose(pretrain.loss_of(model, ids, targets), model(input_ids=ids, labels=labels).loss, atol=1e-4)


def test_long_documents_wait(tokenizer):
    plan = pretrain.Plan(minutes=1, tokens=2048, longest=1024, first_longest=128)
    encoder = batches.Encoder(tokenizer)
    early = itertools.islice(batches.batches(encoder, plan, 1, lambda: 0.0), 8)
    late = itertools.islice(batches.batches(encoder, plan, 1, lambda: 0.9), 40)
    assert max(ids.shape[1] for ids, _ in early) <= 128
    assert max(ids.shape[1] for ids, _ in late) > 128


def test_both_optimizers_share_out_all_weights(model):
    muon, adam = pretrain.optimizers(model, pretrain.Plan(minutes=1))
    held = [id(p) for o in (muon, adam) for g in o.param_groups for p in g["params"]]
    assert sorted(held) == sorted(id(p) for p in model.parameters())


def test_the_rate_rises_and_falls():
    plan = pretrain.Plan(minutes=1)
    assert pretrain.rate(0.001, plan) < pretrain.rate(0.3, plan) == 1.0 > pretrain.rate(0.99, plan) > 0


def test_the_saved_checkpoint_is_an_ordinary_one(tokenizer, model, tmp_path):
    pretrain.save(model, tokenizer, tmp_path)
    again = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    ids = torch.tensor([tokenizer.encode("你好")])
    assert torch.allclose(again(ids).logits, model(ids).logits, atol=1e-2)
    assert max(f.stat().st_size for f in tmp_path.iterdir()) < 10_000_000
