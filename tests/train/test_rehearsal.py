"""Rehearsal: the base answers general rows itself before anything is learned; forgetting is told after each epoch."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from playground.chat_format import open_end
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer
from playground.datasets import write_dataset
from playground.events import EpochDone, RowsAnswered, TrainStarted
from playground.records import Message, Row
from playground.train.batches import collate
from playground.train.learner import add_adapter
from playground.train.loop import train
from playground.train.order import TrainOrder
from playground.train.prepare import FORGETTING, ORDINARY, ordinary_requests, prepare
from playground.train.recipe import Recipe
from playground.train.rehearsal import rehearse
from tests.tiny import tiny_rows

QUICK = Recipe(rank=4, epochs=1, batch=8, learning_rate=2e-2)


def general_rows(count: int) -> list[Row]:
    """Rows of the task "general", two of each request."""
    made = []
    for number in range(count):
        said = (Message(role="user", content=f"说{number // 2}"), Message(role="assistant", content="写好的答案"))
        made.append(Row(f"general-{number}", "general", "", "", {}, said))
    return made


@pytest.fixture
def order(tiny: BaseRef, tmp_path: Path) -> TrainOrder:
    """Twelve rows of the task and six general ones of three requests."""
    rows = [row for pair in zip(tiny_rows(12), general_rows(6) + [None] * 6, strict=True) for row in pair if row]
    card = {"task": "tiny", "seed": 0, "slots": ["a"]}
    data = write_dataset(tmp_path / "data", rows, {}, card).path
    return TrainOrder(data, tiny.id, tiny.path_or_hub_id, QUICK, "mine", tmp_path / "out", precision="float32")


def test_general_rows_hold_what_the_base_answers_and_the_others_stay(order: TrainOrder, tiny: BaseRef) -> None:
    ready = prepare(order)
    before, tokenizer = list(ready.rows), open_tokenizer(tiny)
    told = list(rehearse(ready.learner, ready.rows, ready.general, tokenizer, 24, lambda: False))
    assert told == [RowsAnswered(3, 3)] and len(ready.general) == 6
    model = open_model(tiny)
    for number in ready.general:
        row, prompt = ready.rows[number], open_end(general_rows(6)[number // 2].messages[:1], tokenizer)
        assert row.ids[: len(prompt)] == prompt and not any(row.mask[: len(prompt)]) and all(row.mask[len(prompt) :])
        with torch.no_grad():  # greedy, alone, without cache
            best = model(input_ids=torch.tensor([row.ids])).logits[0].argmax(-1).tolist()
        assert row.ids[len(prompt) :] == best[len(prompt) - 1 : -1] and row.learned <= 24
    assert all(ready.rows[i] == before[i] for i in range(len(before)) if i not in ready.general)


def test_an_adapter_gone_on_from_does_not_answer_for_the_base(order: TrainOrder, tiny: BaseRef) -> None:
    fresh, moved = prepare(order), prepare(dataclasses.replace(order, out=order.out.parent / "other"))
    with torch.no_grad():
        for parameter in moved.learner.parameters:
            parameter += 0.3
    for ready in (fresh, moved):
        list(rehearse(ready.learner, ready.rows, ready.general, open_tokenizer(tiny), 24, lambda: False))
    assert fresh.rows == moved.rows


def test_a_run_tells_it_and_a_recipe_can_leave_the_written_answers(order: TrainOrder) -> None:
    events = list(train(order))
    assert [e.kind for e in events][:3] == ["started", "answered", "step"]
    written = dataclasses.replace(order, recipe=dataclasses.replace(QUICK, rehearse=0), out=order.out.parent / "w")
    assert "answered" not in {e.kind for e in train(written)}


def test_a_dataset_of_general_rows_alone_is_learned_as_written(order: TrainOrder, tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "all", general_rows(8), {}, {"task": "general", "seed": 0, "slots": []}).path
    assert prepare(dataclasses.replace(order, dataset=data)).general == frozenset()


def test_rows_that_were_not_come_to_stay_as_written(order: TrainOrder, tiny: BaseRef) -> None:
    ready = prepare(order)
    before = list(ready.rows)
    assert list(rehearse(ready.learner, ready.rows, ready.general, open_tokenizer(tiny), 24, lambda: True)) == []
    assert ready.rows == before


def test_forgetting_is_nothing_at_first_and_grows_as_the_adapter_moves(order: TrainOrder, tiny: BaseRef) -> None:
    events = list(train(order))
    started, last = events[0], [e for e in events if isinstance(e, EpochDone)][-1]
    assert isinstance(started, TrainStarted) and started.groups[-1] == FORGETTING
    assert last.losses[FORGETTING] > 1e-4
    learner = add_adapter(open_model(tiny), QUICK)
    batch = collate(ordinary_requests(open_tokenizer(tiny), 1024)[:8], 0, "cpu")
    assert float(learner.drift_sum(batch).detach()) == 0.0


def test_no_twin_is_made_from_the_requests_that_tell_forgetting() -> None:
    seeds = (ORDINARY.parent / "seeds.jsonl").read_text(encoding="utf-8")
    for line in ORDINARY.read_text(encoding="utf-8").splitlines():
        assert json.dumps(json.loads(line)["messages"][-2]["content"], ensure_ascii=False) + "}" not in seeds


def test_a_request_that_the_chat_template_refuses_is_left_out(tiny: BaseRef) -> None:
    tokenizer = open_tokenizer(tiny)
    whole = len(ordinary_requests(tokenizer, 1024))
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    )
    fewer = len(ordinary_requests(tokenizer, 1024))
    assert 0 < fewer < whole


def test_a_model_that_cannot_be_asked_learns_what_is_written(
    order: TrainOrder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no generation here")

    monkeypatch.setattr("playground.train.learner.Learner.reply", fail)
    kinds = [event.kind for event in train(order)]
    assert kinds[-1] == "saved" and "answered" not in kinds
    assert "learned as written" in caplog.text
