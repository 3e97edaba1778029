"""The starter's tokenizer: one token per character, everything else as bytes.

It is a byte-level BPE with Qwen2's splitting pattern, so that transformers and llama.cpp (`pre`
"qwen2") read it alike; its merges do nothing but join the bytes of one character, so a token is a
character and never more. There is no normaliser: ids stand for what was typed.

    python -m starter.tokenizer        writes starter/weights/tokenizer*.json
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).resolve().parent / "weights"
CONTEXT = 4096

# Qwen2's pattern, as its tokenizer.json has it.
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
PUNCTUATION = "　、。·ˉˇ¨〃々—～‖…‘’“”〔〕〈〉《》「」『』〖〗【】±×÷℃＄¤￥‰§№☆★○●◎◇◆□■△▲※→←↑↓①②③④⑤⑥⑦⑧⑨⑩零〇"

# Characters of place and personal names that GB2312 does not hold.
RARE = (
    "硚浉瀍鄠埇漷溁塱滘垅圳栟堽畲侗仫佬仡傈僳纳邡睢浠洺瑗玥珺堃喆淼珈琤瑀璟瑄昳晞翀翾旻昕暐煊烨熠燊玮琰琬瑭璐臺鑫垚焱埗"
)

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def gb2312(first: int, last: int) -> str:
    """Characters of the rows first..last of GB2312 (16 to 55 are level 1, 56 to 87 level 2)."""
    cells = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, last + 1) for cell in range(1, 95))
    return "".join(c.decode("gb2312", errors="ignore") for c in cells)


def characters() -> list[str]:
    """Every character with a token of its own beyond ASCII, in a fixed order."""
    fullwidth = "".join(chr(c) for c in range(0xFF01, 0xFF5F))
    seen = dict.fromkeys(gb2312(16, 55) + gb2312(56, 87) + PUNCTUATION + fullwidth + RARE + _names())
    return [c for c in seen if ord(c) > 127]


def _names() -> str:
    from faker.providers.person.zh_CN import Provider

    return "".join("".join(v) for v in (Provider.first_names, Provider.last_names))


def _byte_symbols() -> dict[int, str]:
    """Byte to the printable character that byte-level BPE writes for it (GPT-2's table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in plain}
    for extra, byte in enumerate(b for b in range(256) if b not in table):
        table[byte] = chr(256 + extra)
    return table


def vocabulary(chars: Iterable[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Token to id, and the merges: first the leading bytes that characters share, then the characters."""
    symbol = _byte_symbols()
    tokens = [symbol[b] for b in range(256)]
    heads: dict[tuple[str, str], None] = {}
    wholes: dict[tuple[str, str], None] = {}
    for char in chars:
        parts = [symbol[b] for b in char.encode()]
        for end in range(1, len(parts)):
            pair = ("".join(parts[:end]), parts[end])
            (wholes if end == len(parts) - 1 else heads)[pair] = None
    merges = [*heads, *wholes]
    tokens += dict.fromkeys(a + b for a, b in merges)
    return {token: number for number, token in enumerate(tokens)}, merges


def build(folder: Path = WEIGHTS) -> Any:
    """Write the tokenizer's files into `folder` and give it as transformers opens it."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocab, merges = vocabulary(characters())
    core = Tokenizer(models.BPE(vocab=vocab, merges=merges, fuse_unk=False))
    core.pre_tokenizer = pre_tokenizers.Sequence(  # type: ignore[assignment]
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    core.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    core.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    return tokenizer


if __name__ == "__main__":
    made = build()
    print(json.dumps({"tokens": len(made), "folder": str(WEIGHTS)}))
