"""Sample answers: real ones, the same as transformers gives row by row, cut by a stop, and never a reason to fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from playground.chat_format import end_mark
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer
from playground.events import EpochDone, event_json, train_event
from playground.train.learner import Learner, add_adapter
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from playground.train.trial import sample_answers, trials
from tests.tiny import tiny_dataset


@pytest.fixture
def learner(tiny: BaseRef) -> Learner:
    return add_adapter(open_model(tiny, "cpu", "float32"), Recipe(rank=4))


def test_each_epoch_tells_one_answer_of_each_group(tiny: BaseRef, tmp_path: Path) -> None:
    data = tiny_dataset(tmp_path / "data", rows=24)
    order = TrainOrder(
        data.path, tiny.id, tiny.path_or_hub_id, Recipe(rank=4, epochs=2, learning_rate=2e-2), "mine", tmp_path / "out"
    )
    epochs = [event for event in train(order) if isinstance(event, EpochDone)]
    assert [len(e.answers) for e in epochs] == [len(data.groups)] * 2
    asked = [[(a.group, a.question, a.wanted) for a in e.answers] for e in epochs]
    assert asked[0] == asked[1]
    first = next(iter(data.rows(data.groups[0])))
    assert asked[0][0] == (data.groups[0], first.messages[-2]["content"], first.messages[-1]["content"])
    assert train_event(event_json(epochs[1])) == epochs[1]


@pytest.mark.parametrize("bfloat16", [False, True])
def test_replies_in_a_batch_are_those_of_one_at_a_time(tiny: BaseRef, bfloat16: bool) -> None:
    model = open_model(tiny, "cpu", "float32")
    alone = open_model(tiny, "cpu", "float32")
    learner = add_adapter(model, Recipe(rank=4), bfloat16=bfloat16)
    before = model.config._attn_implementation
    prompts = [[5, 6, 7, 8, 9, 10], [11, 12]]
    replies = learner.reply(prompts, 6, {1}, lambda: False)
    assert model.config._attn_implementation == before and learner.peft_model.training
    assert all(len(reply) <= 6 for reply in replies)
    for prompt, reply in zip(prompts, replies, strict=True):
        if bfloat16:  # another arithmetic; the first token is enough to see that padding is not looked at
            reply = reply[:1]
        ids = torch.tensor([prompt])
        for token in reply:
            logits = alone(input_ids=ids).logits[0, -1]
            assert logits[token] >= logits.max() - (0.1 if bfloat16 else 1e-4)
            ids = torch.cat([ids, torch.tensor([[token]])], 1)


def test_a_stop_cuts_the_replies(learner: Learner) -> None:
    (reply,) = learner.reply([[5, 6, 7]], 50, (), lambda: True)
    assert len(reply) == 1


def test_a_long_question_is_not_asked_and_a_model_that_cannot_answer_does_not_end_the_run(
    tiny: BaseRef, tmp_path: Path, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = open_tokenizer(tiny)
    data = tiny_dataset(tmp_path / "data", rows=4)
    groups = {group: list(data.rows(group)) for group in data.groups}
    assert trials(groups, tokenizer, 3) == []
    assert sample_answers(learner, [], tokenizer, lambda: False) == ()
    asked = trials(groups, tokenizer, 1024)
    assert end_mark(tokenizer) not in asked[0].ids[-1:]

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no cache")

    monkeypatch.setattr(learner, "reply", broken)
    assert sample_answers(learner, asked, tokenizer, lambda: False) == ()
