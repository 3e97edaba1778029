"""The model that learns: a frozen base with a LoRA adapter, and the loss of one batch.

The loss is computed the short way. The decoder runs without an attention mask: rows are padded at the
right and attention looks back only, so no real token ever sees padding, and PyTorch takes its causal
kernel instead of reading a mask. The head is applied only where a token is learned. Both are exact; a
model whose own forward does more than decoder and head (scaled or capped logits) is noticed when it is
set up, and its own forward is used instead.
"""

from __future__ import annotations

import contextlib
import itertools
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playground.errors import BadAdapter, BadRecipe
from playground.train.batches import Batch
from playground.train.recipe import Recipe

ADAPTER = "default"
"""PEFT's own name for a single adapter; only under this name do its files lie in the folder itself."""


class Learner:
    """A base with one trainable adapter on one device. Only the adapter's matrices ever change."""

    def __init__(self, peft_model: Any, device: str, bfloat16: bool) -> None:
        self.peft_model = peft_model
        self.device = device
        self.bfloat16 = bfloat16
        # PEFT lifts every input to the adapter's float32, which autocast then takes down again.
        for module in peft_model.modules():
            if hasattr(module, "cast_input_dtype_enabled"):
                module.cast_input_dtype_enabled = False
        self._causal = peft_model.base_model.model
        if device == "cpu" and bfloat16:
            from playground.train.attention import use_blocks

            use_blocks(self._causal)
            self._cast_frozen()
        self.parameters = [p for p in peft_model.parameters() if p.requires_grad]
        self.trainable = sum(p.numel() for p in self.parameters)
        self.total = sum(p.numel() for p in peft_model.parameters())
        self._short = self._decoder_and_head_are_all()

    def loss_sum(self, batch: Batch) -> Any:
        """Negative log likelihood of the batch's targets in nats, summed; a scalar tensor with gradient."""
        import torch

        return torch.nn.functional.cross_entropy(self._logits(batch), batch.targets, reduction="sum")

    def drift_sum(self, batch: Batch) -> Any:
        """How far the adapter has moved the base: KL(base || with adapter) in nats, summed over the batch's targets.

        The batch's own tokens are only read. Zero for a fresh adapter; a scalar tensor with gradient.
        """
        import torch

        log_softmax = torch.nn.functional.log_softmax
        with torch.no_grad(), self.peft_model.disable_adapter():
            wanted = log_softmax(self._logits(batch), dim=-1)  # (S, V)
        given = log_softmax(self._logits(batch), dim=-1)
        return torch.nn.functional.kl_div(given, wanted, reduction="sum", log_target=True)

    def _logits(self, batch: Batch) -> Any:
        """(S, V) float32 logits where something is learned."""
        with self._precision():
            if self._short:
                hidden = self._causal.get_decoder()(input_ids=batch.ids, use_cache=False)[0]  # (B, T, H)
                logits = self._causal.get_output_embeddings()(hidden.flatten(0, 1)[batch.places])
            else:
                logits = self._causal(input_ids=batch.ids, use_cache=False).logits.flatten(0, 1)[batch.places]
            return logits.float()

    def reply(
        self, prompts: Sequence[Sequence[int]], most: int, ends: Collection[int], stop: Callable[[], bool]
    ) -> list[list[int]]:
        """Greedy replies to prompts, in ids: at most `most` each, without their end mark; cut once `stop` says true."""
        import torch
        from transformers import GenerationConfig, StoppingCriteriaList

        from playground.train.attention import NAME as BLOCKS

        width, pad = max(map(len, prompts)), min(ends, default=0)
        ids = torch.tensor([[pad] * (width - len(p)) + [*p] for p in prompts], device=self.device)
        seen = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts], device=self.device)
        rules = GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=most, do_sample=False, eos_token_id=sorted(ends) or None, pad_token_id=pad
        )
        halt = StoppingCriteriaList([lambda ids, scores, **_: torch.full((len(ids),), stop(), device=ids.device)])
        attention = self._causal.config._attn_implementation
        self.peft_model.eval()
        if attention == BLOCKS:
            # It looks at whole rows padded at the right, not at one token after a cache.
            self._causal.set_attn_implementation("sdpa")
        try:
            with torch.no_grad(), self._precision():
                out = self.peft_model.generate(
                    input_ids=ids, attention_mask=seen, generation_config=rules, stopping_criteria=halt
                )
        finally:
            self._causal.set_attn_implementation(attention)
            self.peft_model.train()
        replies = out[:, width:].tolist()
        return [list(itertools.takewhile(lambda token: token not in ends, reply)) for reply in replies]

    def weights(self) -> dict[str, Any]:
        """The adapter's matrices by PEFT's names, copied to the CPU."""
        from peft import get_peft_model_state_dict

        # "auto" would ask the hub whether the base's vocabulary has grown.
        state = get_peft_model_state_dict(self.peft_model, adapter_name=ADAPTER, save_embedding_layers=False)
        return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in state.items()}

    def config(self, base_id: str) -> dict[str, Any]:
        """The adapter's PEFT config as JSON, naming the base by id; the same text for the same adapter."""
        config = self.peft_model.peft_config[ADAPTER].to_dict()
        config |= {"base_model_name_or_path": base_id, "inference_mode": True}
        return {k: sorted(v) if isinstance(v, set | frozenset) else _plain(v) for k, v in config.items()}

    def _cast_frozen(self) -> None:
        """Keep the frozen matrices in bfloat16: autocast would make the same copies anew at every step."""
        import torch

        shared = self._causal.get_input_embeddings().weight
        for module in self._causal.modules():
            if type(module) is torch.nn.Linear and module.weight is not shared and not module.weight.requires_grad:
                module.to(torch.bfloat16)

    def _precision(self) -> Any:
        """Autocast to bfloat16 where it was asked for; the matrices that learn stay float32 themselves."""
        import torch

        return torch.autocast(self.device, dtype=torch.bfloat16) if self.bfloat16 else contextlib.nullcontext()

    def _decoder_and_head_are_all(self) -> bool:
        """Whether head(decoder(ids)) gives the model's own logits, tried on a few ids."""
        import torch

        try:
            decoder, head = self._causal.get_decoder(), self._causal.get_output_embeddings()
        except (AttributeError, NotImplementedError):
            return False
        if decoder is None or head is None or decoder is self._causal:
            return False
        ids = torch.arange(1, 9, device=self.device)[None, :]
        training = self.peft_model.training
        self.peft_model.eval()
        with torch.no_grad(), self._precision():
            whole = self._causal(input_ids=ids, use_cache=False).logits
            short = head(decoder(input_ids=ids, use_cache=False)[0])
        self.peft_model.train(training)
        # Both ran the same kernels on the same numbers, so only what the forward adds can differ.
        return whole.shape == short.shape and torch.allclose(whole, short, rtol=1e-3, atol=1e-3)


def add_adapter(model: Any, recipe: Recipe, device: str = "cpu", bfloat16: bool = False) -> Learner:
    """A fresh adapter on `model`, which is frozen in place. B starts at zero, so nothing changes yet.

    Raises BadRecipe for targets that the model does not have.
    """
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=int(recipe.rank),
        lora_alpha=recipe.alpha,  # type: ignore[arg-type]  # a scale; PEFT takes any number
        lora_dropout=recipe.dropout,
        target_modules=sorted({name.rpartition(".")[2] for name in matrices(model, recipe.targets)}),
        bias="none",
        task_type="CAUSAL_LM",
    )
    with chance(int(recipe.seed), device), _old_names():
        return Learner(get_peft_model(model, config, adapter_name=ADAPTER), device, bfloat16)


def load_adapter(model: Any, folder: Path, recipe: Recipe, device: str = "cpu", bfloat16: bool = False) -> Learner:
    """The adapter of `folder`, already looked over by check_adapter, on `model`, ready to learn on.

    Its shape is its own; drop-out is the recipe's.
    Raises BadAdapter where it does not fit the model.
    """
    from peft import LoraConfig, PeftModel

    try:
        with _old_names():
            config: Any = LoraConfig.from_pretrained(str(folder))
            config.lora_dropout = recipe.dropout
            peft_model = PeftModel.from_pretrained(
                model, str(folder), adapter_name=ADAPTER, is_trainable=True, config=config
            )
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        first = str(error).strip().splitlines()[0]
        raise BadAdapter(f"adapter {folder.name} does not fit this base ({first:.120}); train a new one") from error
    return Learner(peft_model, device, bfloat16)


def shape_of(config: Mapping[str, Any]) -> tuple[int, float, str]:
    """Rank, alpha and targets (with commas) that an adapter's config tells."""
    targets = config["target_modules"]
    return config["r"], config["lora_alpha"], targets if isinstance(targets, str) else ",".join(sorted(targets))


@contextlib.contextmanager
def chance(seed: int, device: str) -> Iterator[None]:
    """Run with PyTorch's random numbers begun at `seed`, and leave the process's own as they were."""
    import torch

    with torch.random.fork_rng(devices=[torch.cuda.current_device()] if device == "cuda" else []):
        torch.manual_seed(seed)
        yield


@contextlib.contextmanager
def _old_names() -> Iterator[None]:
    """PEFT 0.21 asks a model by a name that transformers 5.23 calls old; that is between the two of them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
        yield


def matrices(model: Any, targets: str) -> dict[str, Any]:
    """The modules that `targets` names, by their full names; "all-linear" is all linear ones but the head.

    Raises BadRecipe for a name that the model does not have.
    """
    import torch

    kinds = (torch.nn.Linear, torch.nn.Embedding)
    there = {name: module for name, module in model.named_modules() if isinstance(module, kinds)}
    if targets.strip() == "all-linear":
        head = model.get_output_embeddings()
        linear = {n: m for n, m in there.items() if isinstance(m, torch.nn.Linear) and m is not head}
        if not linear:
            raise BadRecipe("targets is all-linear and the base has no linear matrices; choose another base")
        return linear
    leaves = {name.rpartition(".")[2] for name in there}
    wanted = [name.strip() for name in targets.split(",") if name.strip()]
    for name in wanted:
        if name not in leaves:
            raise BadRecipe(
                f"targets has {name!r:.40}, which the base does not have; there is: {', '.join(sorted(leaves))}"
            )
    return {n: m for n, m in there.items() if n.rpartition(".")[2] in wanted}


def _plain(value: Any) -> Any:
    """Enumerations of PEFT as their text."""
    return value.value if hasattr(value, "value") else value
