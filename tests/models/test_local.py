"""The local model: one copy of the base, its adapters in one batch, what is kept, and what goes wrong alone."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from playground.chat_format import encode, open_end
from playground.checkpoints.files import BaseRef, open_model, open_tokenizer
from playground.errors import BadAdapter, BadCheckpoint
from playground.events import ReplyDone, ReplyFailed
from playground.models.base import Ask, Sampling
from playground.models.decode import decode
from playground.models.kv import Slab
from playground.models.local import LocalModel
from tests.models.made import answers, make_adapter, run, talk
from tests.tiny import conversation

QUESTION = talk("你好，我是张三，电话13800138000，你是谁")
SHOTS = talk("你好，我是张三", "张三", "我叫李四", "李四")
TEN = Sampling(max_tokens=10)


@pytest.fixture(scope="module")
def shelf(tiny: BaseRef, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the adapters one, two (another shape) and other (of another base)."""
    folder = tmp_path_factory.mktemp("adapters")
    make_adapter(folder / "one", tiny, seed=1)
    make_adapter(folder / "two", tiny, seed=2, rank=2, targets=("q_proj", "v_proj", "embed_tokens"), use_rslora=True)
    make_adapter(folder / "other", tiny, seed=3, sha256="0" * 64)
    return folder


@pytest.fixture
def model(tiny: BaseRef) -> Iterator[LocalModel]:
    made = LocalModel("tiny", tiny)
    yield made
    made.close()


def usage_of(model: LocalModel, ask: Ask, sampling: Sampling = TEN) -> Any:
    _, (end,) = run(model, [ask], sampling)
    assert isinstance(end, ReplyDone)
    return end.usage


# ---- what it says ---------------------------------------------------------------------------------


def test_greedy_is_what_transformers_generates(model: LocalModel, tiny: BaseRef) -> None:
    tokenizer, plain = open_tokenizer(tiny), open_model(tiny)
    ids = open_end(QUESTION, tokenizer)
    made = plain.generate(torch.tensor([ids]), max_new_tokens=20, do_sample=False)[0, len(ids) :]
    said = tokenizer.decode(made, skip_special_tokens=True)
    assert answers(model, [Ask(QUESTION)], Sampling(max_tokens=20)) == [said]


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
@pytest.mark.filterwarnings("ignore:Model has `tie_word_embeddings=True`")
def test_tuned_rows_are_what_peft_makes_of_the_files(tiny: BaseRef, shelf: Path, model: LocalModel) -> None:
    """Scaling (alpha over rank, rank-stabilised) and the embedding's matrices among the rest."""
    from peft import PeftModel

    ids = torch.tensor([open_end(QUESTION, open_tokenizer(tiny))])
    for name in ("one", "two"):
        peft = PeftModel.from_pretrained(open_model(tiny), str(shelf / name)).eval()
        with torch.no_grad():
            wanted = peft(input_ids=ids).logits
            model.attach(shelf / name)
            adapters = model._open().adapters
            adapters.spans, adapters.rows = ((0, 1, str(shelf / name)),), 1
            got, plain = model.model(input_ids=ids).logits, None
            adapters.spans = ()
            plain = model.model(input_ids=ids).logits
        assert torch.allclose(got, wanted, atol=1e-4)
        assert not torch.allclose(got, plain, atol=0.1)


def test_two_adapters_and_the_base_answer_in_one_batch_as_alone(model: LocalModel, shelf: Path) -> None:
    asks = [Ask(QUESTION, adapter=str(shelf / "two")), Ask(QUESTION), Ask((*SHOTS, *QUESTION), examples=4)]
    asks += [Ask(QUESTION, adapter=str(shelf / "one")), Ask(talk("你好"), adapter=str(shelf / "two"))]
    together = answers(model, asks, TEN)
    assert together == [answers(model, [ask], TEN)[0] for ask in asks]
    assert len(set(together)) == len(asks)


def test_a_seed_draws_the_same_and_another_seed_does_not(model: LocalModel) -> None:
    ask = [Ask(QUESTION)]
    hot = [answers(model, ask, Sampling(temperature=1.5, max_tokens=20, seed=seed))[0] for seed in (1, 1, 2)]
    assert hot[0] == hot[1] != hot[2]


def test_rows_end_at_their_own_length_and_the_batch_shrinks(
    model: LocalModel, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The random base hardly ever says its end mark, so each row is given its own room, by its prompt."""
    whole = LocalModel._row

    def short(self: LocalModel, *args: Any) -> Any:
        row = whole(self, *args)
        return replace(row, room=1 + 7 * (len(row.ids) % 5))

    keep, kept = Slab.keep, []
    monkeypatch.setattr(LocalModel, "_row", short)
    monkeypatch.setattr(Slab, "keep", lambda slab, rows: (kept.append(len(rows)), keep(slab, rows)))
    adapters = [None, str(shelf / "one"), str(shelf / "two")]
    asks = [Ask(talk(conversation(i)[0]["content"][: 9 + 5 * i]), adapters[i % 3]) for i in range(9)]
    sampling = Sampling(temperature=1.3)
    _, ends = run(model, asks, sampling)
    assert len({end.usage.reply_tokens for end in ends if isinstance(end, ReplyDone)}) > 3
    assert len(kept) > 1, "the block was never copied to a smaller one"
    assert answers(model, asks, sampling) == [answers(model, [ask], sampling)[0] for ask in asks]


def test_exactly_so_many_tokens_where_the_end_is_ignored(model: LocalModel, shelf: Path) -> None:
    asks = [Ask(QUESTION), Ask(talk("你好"), adapter=str(shelf / "one"))]
    _, ends = run(model, asks, Sampling(temperature=1.3, max_tokens=270, ignore_end=True))
    assert [end.usage.reply_tokens for end in ends if isinstance(end, ReplyDone)] == [270, 270]
    assert [end.finish for end in ends if isinstance(end, ReplyDone)] == ["length", "length"]


def test_control_tokens_are_never_shown_nor_taken_from_a_person(model: LocalModel) -> None:
    sampling = Sampling(temperature=2.0, max_tokens=60, ignore_end=True)
    (said,) = answers(model, [Ask(QUESTION)], sampling)
    assert "<|" not in said
    typed = usage_of(model, Ask(talk("<|im_end|>")))
    assert typed.prompt_tokens > usage_of(model, Ask(talk("<"))).prompt_tokens


# ---- the base is the base -------------------------------------------------------------------------


def test_base_rows_are_bit_equal_whatever_their_neighbours_are(model: LocalModel, tiny: BaseRef, shelf: Path) -> None:
    model.attach(shelf / "one")
    adapters = model._open().adapters
    ids = torch.tensor([open_end(QUESTION, open_tokenizer(tiny))] * 3)
    with torch.no_grad():
        plain = model.model(input_ids=ids).logits
        adapters.spans, adapters.rows = ((1, 2, str(shelf / "one")),), 3
        mixed = model.model(input_ids=ids).logits
        adapters.spans = ()
    assert torch.equal(plain[[0, 2]], mixed[[0, 2]])
    assert not torch.equal(plain[1], mixed[1])


def test_an_adapter_comes_and_goes_and_leaves_no_trace(model: LocalModel, tiny: BaseRef, shelf: Path) -> None:
    fresh = LocalModel("fresh", tiny).fixed_logits()
    weights = {name: (p.data_ptr(), p.clone()) for name, p in model.model.named_parameters()}
    assert model.seal().ok and "no adapter" in model.seal().why
    asks = [Ask(QUESTION, adapter=str(shelf / "one")), Ask(QUESTION, adapter=str(shelf / "two")), Ask(QUESTION)]
    answers(model, asks, TEN)
    assert model.seal().ok and "two" in model.seal().why
    assert torch.equal(model.fixed_logits(), fresh)
    for name in ("one", "two"):
        model.detach(shelf / name)
    assert model.seal().ok and "went" in model.seal().why
    assert torch.equal(model.fixed_logits(), fresh)
    assert not any(module._forward_hooks for module in model.model.modules())
    for name, parameter in model.model.named_parameters():
        assert parameter.data_ptr() == weights[name][0] and torch.equal(parameter, weights[name][1])


def test_a_base_that_was_touched_breaks_the_seal_for_good(model: LocalModel, shelf: Path) -> None:
    weight = next(model.model.parameters())
    with torch.no_grad():
        weight[5] += 1.0
        model.attach(shelf / "one")
        assert not model.seal().ok and "one" in model.seal().why
        weight[5] -= 1.0
    model.detach(shelf / "one")
    assert not model.seal().ok


# ---- what is kept ---------------------------------------------------------------------------------


def test_the_prefix_is_computed_once_and_changes_nothing(model: LocalModel) -> None:
    ask = Ask((*SHOTS, *talk("我是王五")), examples=4)
    first = answers(model, [ask], TEN)
    assert answers(model, [ask], TEN) == first
    other = usage_of(model, Ask((*SHOTS, *talk("我是赵六")), examples=4))
    assert other.cached_tokens == other.few_shot_tokens > 0
    assert other.cached_tokens < other.prompt_tokens
    assert usage_of(model, Ask(talk("你好"))).cached_tokens == 0


def test_a_system_text_is_kept_and_is_no_worked_example(model: LocalModel) -> None:
    system: Any = ({"role": "system", "content": "你叫小明"},)
    ask = Ask((*system, *SHOTS, *talk("我是王五")), examples=4)
    cold, warm = usage_of(model, ask), usage_of(model, ask)
    assert cold.cached_tokens == 0 < warm.few_shot_tokens < warm.cached_tokens
    alone = usage_of(model, Ask((*system, *talk("我是王五"))))
    assert alone.few_shot_tokens == 0 == alone.cached_tokens


def test_prefixes_of_different_adapters_are_kept_apart(model: LocalModel, shelf: Path) -> None:
    asks = [Ask((*SHOTS, *QUESTION), adapter=adapter, examples=4) for adapter in (None, str(shelf / "one"))]
    cold = [answers(model, [ask], TEN)[0] for ask in asks]
    assert [answers(model, [ask], TEN)[0] for ask in asks] == cold
    assert cold[0] != cold[1]


def test_no_room_to_keep_means_nothing_is_kept(tiny: BaseRef) -> None:
    model = LocalModel("tiny", tiny, kept_bytes=10)
    ask = Ask((*SHOTS, *talk("我是王五")), examples=4)
    assert [usage_of(model, ask).cached_tokens for _ in range(2)] == [0, 0]


def test_an_adapter_that_was_trained_again_is_read_again(model: LocalModel, tiny: BaseRef, tmp_path: Path) -> None:
    ask = Ask((*SHOTS, *QUESTION), adapter=str(make_adapter(tmp_path / "again", tiny, seed=1)), examples=4)
    before = answers(model, [ask], TEN)
    shutil.rmtree(tmp_path / "again")
    make_adapter(tmp_path / "again", tiny, seed=9)
    after = answers(model, [ask], TEN)
    assert after != before
    assert answers(LocalModel("fresh", tiny), [ask], TEN) == after


# ---- what goes wrong, and for whom ----------------------------------------------------------------


def test_an_adapter_of_another_base_fails_its_own_ask(model: LocalModel, shelf: Path) -> None:
    texts, ends = run(model, [Ask(QUESTION, adapter=str(shelf / "other")), Ask(QUESTION)], TEN)
    assert isinstance(ends[0], ReplyFailed) and "other" in ends[0].error and "00000000" in ends[0].error
    assert isinstance(ends[1], ReplyDone)
    with pytest.raises(BadAdapter, match="other"):
        model.attach(shelf / "other")


@pytest.mark.parametrize("spoil", ["cut", "pickle", "foreign", "half", "shape", "pattern"])
def test_a_bad_adapter_is_refused_and_the_base_stays(
    model: LocalModel, tiny: BaseRef, tmp_path: Path, spoil: str
) -> None:
    from safetensors.torch import load_file, save_file

    config = {"alpha_pattern": {"(q_proj)+$": 4}} if spoil == "pattern" else {}
    folder = make_adapter(tmp_path / "bad", tiny, **config)
    file = folder / "adapter_model.safetensors"
    weights = load_file(file)
    first = sorted(weights)[0]
    if spoil == "cut":
        file.write_bytes(file.read_bytes()[:-40])
    elif spoil == "pickle":
        (folder / "adapter_model.bin").write_bytes(b"")
    elif spoil == "foreign":
        save_file({first.replace("layers.0", "layers.7"): weights[first]}, file)
    elif spoil == "half":
        save_file({first: weights[first]}, file)
    elif spoil == "shape":
        save_file({**weights, first: weights[first][:, :3].contiguous()}, file)
    with pytest.raises(BadAdapter, match="bad"):
        model.attach(folder)
    assert model.seal().ok
    assert not any(module._forward_hooks for module in model.model.modules())


def test_a_prompt_longer_than_the_context_fails_alone(model: LocalModel) -> None:
    texts, ends = run(model, [Ask(talk("你" * 4100)), Ask(QUESTION)], TEN)
    assert isinstance(ends[0], ReplyFailed) and "4096" in ends[0].error
    assert isinstance(ends[1], ReplyDone)


def test_a_full_context_ends_the_reply(model: LocalModel) -> None:
    usage = usage_of(model, Ask(talk("你" * 4070)), Sampling(max_tokens=200, ignore_end=True))
    assert usage.prompt_tokens + usage.reply_tokens == 4096


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint):
        LocalModel("none", BaseRef("none", str(tmp_path)))


# ---- one at a time --------------------------------------------------------------------------------


def test_a_second_round_waits_for_the_first(model: LocalModel) -> None:
    running = model.replies([Ask(QUESTION)], Sampling(max_tokens=4000, ignore_end=True))
    next(running)
    done = threading.Event()
    second = threading.Thread(target=lambda: (answers(model, [Ask(QUESTION)], TEN), done.set()))
    second.start()
    assert not done.wait(0.2)
    running.close()  # type: ignore[attr-defined]
    assert done.wait(30)
    second.join()


def test_closing_the_model_ends_what_runs(model: LocalModel) -> None:
    running = model.replies([Ask(QUESTION), Ask(talk("你好"))], Sampling(max_tokens=4000, ignore_end=True))
    seen = [next(running) for _ in range(5)]
    model.close()
    ends = [event for _, event in [*seen, *running] if not hasattr(event, "text")]
    assert len(ends) == 2 and all(isinstance(end, ReplyFailed) for end in ends)


def test_more_asks_than_fit_go_in_waves(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = [Ask(talk(f"你好{i}")) for i in range(7)]
    together = answers(model, asks, TEN)
    monkeypatch.setattr("playground.models.local._MOST_ROWS", 3)
    assert answers(model, asks, TEN) == together


def test_a_long_ask_does_not_widen_the_block_of_many_short_ones(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    waves: list[list[int]] = []

    def seen(core: Any, rows: list[Any], stopped: Any) -> Any:
        waves.append([len(row.ids) for row in rows])
        return decode(core, rows, stopped)

    monkeypatch.setattr("playground.models.local.decode", seen)
    monkeypatch.setattr(model, "_most_tokens", 400)
    asks = [*(Ask(talk(f"你好{i}")) for i in range(5)), Ask(talk("你好" * 150))]
    assert len(answers(model, asks, TEN)) == 6
    assert [len(wave) for wave in waves][-1] == 1 and max(map(len, waves)) > 2
    assert all(len(wave) * (max(wave) + TEN.max_tokens) <= 400 for wave in waves[:-1])


def test_the_mark_that_training_teaches_ends_a_reply(tiny: BaseRef, tmp_path: Path) -> None:
    """As in base checkpoints that came with ChatML but call another token the end."""
    folder = Path(shutil.copytree(tiny.path_or_hub_id, tmp_path / "copy"))
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        file = folder / name
        if file.is_file():
            told = json.loads(file.read_text())
            told |= {"eos_token": "<|endoftext|>"} if "tokenizer" in name else {"eos_token_id": 0}
            file.write_text(json.dumps(told))
    made = LocalModel("copy", BaseRef("copy", str(folder)))
    taught = encode(talk("你好", "好"), open_tokenizer(made.base), 100).ids
    mark = open_tokenizer(made.base).convert_tokens_to_ids("<|im_end|>")
    assert mark in taught and mark in made._open().ends
    made.close()
