"""The whole path on every family that is offered: opened, weighed, trained, asked three ways, its base sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from playground.chat_format import encode, open_end
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer
from playground.device import Device
from playground.events import AdapterSaved, EpochDone, StepDone
from playground.models.base import Ask, Sampling
from playground.models.local import LocalModel
from playground.models.memory import needs
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.recipe import Recipe
from tests.models.families import shaped
from tests.models.made import answers, talk
from tests.tiny import conversation, tiny_dataset

FAMILIES = {
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "llama3": "llama",
    "gemma": "gemma",
    "gemma2": "gemma",
    "gemma3": "gemma",
}
"""Shape to chat template."""
QUESTION = talk("你好，我是张三，电话13800138000，你是谁")
SHOTS = tuple(message for number in range(3) for message in conversation(number))
SAMPLING = Sampling(max_tokens=12)


@pytest.fixture(scope="module", params=list(FAMILIES))
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BaseRef:
    """A random checkpoint of each."""
    return shaped(tmp_path_factory.mktemp("families") / request.param, request.param, FAMILIES[request.param])


def generated(ref: BaseRef, ids: list[int]) -> str:
    """What transformers' own loop answers."""
    tokenizer, model = open_tokenizer(ref), open_model(ref)
    ends = tokenizer.convert_tokens_to_ids(["<|im_end|>"])
    with torch.inference_mode():
        out = model.generate(torch.tensor([ids]), max_new_tokens=12, do_sample=False, pad_token_id=0, eos_token_id=ends)
    return str(tokenizer.decode(out[0, len(ids) :], skip_special_tokens=True))


def test_it_is_trained_and_asked_three_ways(family: BaseRef, tmp_path: Path) -> None:
    recipe = Recipe(rank=4, epochs=2, batch=8, steps=6, learning_rate=2e-2)
    data = tiny_dataset(tmp_path / "data", rows=24).path
    order = TrainOrder(data, family.id, family.path_or_hub_id, recipe, "mine", tmp_path / "mine", precision="float32")
    events = list(train(order))
    assert isinstance(events[-1], AdapterSaved)
    steps = [event.loss for event in events if isinstance(event, StepDone)]
    assert len(steps) == 6 and steps[-1] < steps[0]
    # It could be asked for its own answers before the first step, and what it forgets is told.
    assert all("forgetting" in event.losses for event in events if isinstance(event, EpochDone))
    model = LocalModel(family.id, family)
    try:
        asks = [Ask(QUESTION), Ask((*SHOTS, *QUESTION)), Ask(QUESTION, adapter=str(tmp_path / "mine"))]
        together = answers(model, asks, SAMPLING)
        assert together == [answers(model, [ask], SAMPLING)[0] for ask in asks]
        # Bytes of a character that is not whole where a reply is cut are not shown.
        plain = [generated(family, open_end(ask.messages, open_tokenizer(family))) for ask in asks[:2]]
        assert [text.rstrip("�") for text in together[:2]] == [text.rstrip("�") for text in plain]
        assert together[2] != together[0] and model.seal().ok
    finally:
        model.close()


def test_its_memory_is_told_and_its_answers_are_learned_with_their_end(family: BaseRef) -> None:
    numbers = sum(p.numel() for p in open_model(family).parameters())
    assert needs(family, Device("cpu", "").kind).numbers == numbers
    tokenizer = open_tokenizer(family)
    learned = encode((*QUESTION, {"role": "assistant", "content": "我是小明"}), tokenizer, 4096)
    taught = tokenizer.decode([i for i, on in zip(learned.ids, learned.mask, strict=True) if on])
    assert "我是小明" in taught and taught.rstrip().endswith("<|im_end|>")
    assert learned.ids[: learned.mask.index(1)][: len(open_end(QUESTION, tokenizer))] == open_end(QUESTION, tokenizer)
