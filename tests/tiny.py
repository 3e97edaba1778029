"""A real base model of the smallest size: a random Qwen2 checkpoint with a character tokenizer and ChatML.

The tests open it through the same code as any other base. Same seed, same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path

from playground.datasets import Dataset, write_dataset
from playground.records import Message, Row

CHATML = (
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}"
)
"""The plain ChatML template: no default system text, nothing stripped, nothing rewritten."""

# The pre-tokeniser pattern of Qwen2, as its tokenizer.json has it.
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

CHARACTERS = (
    "姓名电话邮编省市县详细地址张三李四王五北京上海广东朝阳区路号楼单元室你好是谁我叫小明的请把以上收件人，。：；（）"
)
"""Characters that are one token each; the rest is bytes."""

END = "<|im_end|>"
SPECIAL = ("<|endoftext|>", "<|im_start|>", END)


def make_tokenizer(folder: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json: byte-level BPE whose merges stop at one character."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    vocabulary = {symbol: i for i, symbol in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges: list[tuple[str, str]] = []
    for character in dict.fromkeys(CHARACTERS):
        symbols = level.pre_tokenize_str(character)[0][0]
        for cut in range(2, len(symbols) + 1):
            pair = (symbols[: cut - 1], symbols[cut - 1])
            if pair not in merges:
                merges.append(pair)
                vocabulary[symbols[:cut]] = len(vocabulary)
    raw = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    raw.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PATTERN), "isolated"), level])
    raw.decoder = decoders.ByteLevel()
    raw.add_special_tokens([AddedToken(text, special=True) for text in SPECIAL])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        eos_token=END,
        pad_token="<|endoftext|>",
        model_max_length=4096,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHATML
    tokenizer.save_pretrained(folder)


def make_tiny(
    folder: Path,
    seed: int = 0,
    layers: int = 2,
    hidden: int = 32,
    heads: int = 4,
    tied: bool = True,
    shards: bool = True,
) -> Path:
    """Write the checkpoint to `folder`: `layers` layers of width `hidden`, half as many key heads, context 4,096."""
    import torch
    from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

    folder.mkdir(parents=True, exist_ok=True)
    make_tokenizer(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads // 2,
        max_position_embeddings=4096,
        tie_word_embeddings=tied,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Qwen2ForCausalLM(config)
        # The usual 0.02 leaves the random logits so flat that greedy replies hang on rounding.
        with torch.no_grad():
            for weight in model.parameters():
                if weight.ndim == 2:
                    weight.mul_(8.0)
    model.half().save_pretrained(folder, max_shard_size="30KB" if shards else "1GB")
    return folder


def conversation(number: int) -> tuple[Message, ...]:
    """One short question and its answer, different for each number; longer ones now and then."""
    name = CHARACTERS[number % 20] + CHARACTERS[(3 * number + 7) % 40]
    wanted = json.dumps({"姓名": name, "电话": str(13000 + number)}, ensure_ascii=False)
    return (
        {"role": "user", "content": "你好，" * (1 + number % 5) + f"我是{name} {13000 + number}"},
        {"role": "assistant", "content": wanted},
    )


def tiny_rows(count: int, start: int = 0) -> list[Row]:
    """Rows of a task of two slots."""
    rows = []
    for number in range(start, start + count):
        messages = conversation(number)
        rows.append(Row(f"row-{number}", "tiny", f"t{number % 3}", "b", json.loads(messages[1]["content"]), messages))
    return rows


def tiny_dataset(folder: Path, rows: int = 24, start: int = 0) -> Dataset:
    """A dataset of `rows` training rows with two validation groups."""
    groups = {"unseen_values": tiny_rows(10, 500), "unseen_templates": None, "unseen_both": tiny_rows(6, 700)}
    return write_dataset(folder, tiny_rows(rows, start), groups, {"task": "tiny", "seed": 0, "slots": ["姓名", "电话"]})
