"""A checkpoint's tokenizer as a GGUF file holds it: tokens, merges, their types, the way text is split first.

llama.cpp has its own tokenizers; a name tells it which one to use. Whether it then gives the same ids is
not taken on trust: check.py compares them.
"""

from __future__ import annotations

import json
from typing import Any

from playground.chat_format import end_mark
from playground.errors import BadCheckpoint

_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SPLITS = {
    _WORDS + r"\p{N}" + _REST: "qwen2",
    _WORDS + r"\p{N}{1,3}" + _REST: "llama-bpe",
}
"""Pattern that splits text before merging to llama.cpp's name for it."""


def describe_tokenizer(writer: Any, tokenizer: Any, size: int, name: str) -> None:
    """Write the tokenizer; `size` is the number of rows of the embedding.

    Raises BadCheckpoint for a tokenizer that llama.cpp has no like of.
    """
    data = json.loads(tokenizer.backend_tokenizer.to_str())
    model = data["model"]
    if model.get("type") != "BPE":
        kind = model.get("type")
        raise BadCheckpoint(f"base {name}: its tokenizer is of type {kind}; only BPE can be written as GGUF")
    tokens, types = _tokens(data, size)
    if model.get("byte_fallback"):
        writer.add_tokenizer_model("llama")
        # Pieces made by merging are ranked by their ids, lower first, as SentencePiece's own scores are.
        writer.add_token_scores([-float(place) for place in range(size)])
        writer.add_add_space_prefix(_puts_space_first(tokenizer))
    else:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(_split(data.get("pre_tokenizer"), name))
        merges = model["merges"]
        writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    _specials(writer, tokenizer)
    writer.add_chat_template(tokenizer.chat_template)


def _tokens(data: dict[str, Any], size: int) -> tuple[list[str], list[int]]:
    """Text and type of every id."""
    from gguf import TokenType

    model = data["model"]
    tokens, types = [f"[PAD{i}]" for i in range(size)], [int(TokenType.UNUSED)] * size
    for text, place in model["vocab"].items():
        tokens[place], types[place] = text, int(TokenType.NORMAL)
        if model.get("byte_fallback") and len(text) == 6 and text.startswith("<0x"):
            types[place] = int(TokenType.BYTE)
    for added in data["added_tokens"]:
        place = added["id"]
        tokens[place] = added["content"]
        types[place] = int(TokenType.CONTROL if added["special"] else TokenType.USER_DEFINED)
    unknown = model.get("unk_token")
    if unknown in model["vocab"]:
        types[model["vocab"][unknown]] = int(TokenType.UNKNOWN)
    return tokens, types


def _split(parts: Any, name: str) -> str:
    """llama.cpp's name for the way a byte-level tokenizer splits text before it merges."""
    chain = parts.get("pretokenizers", [parts]) if parts else []
    patterns = [p["pattern"].get("Regex") for p in chain if p["type"] == "Split"]
    kinds = [p["type"] for p in chain]
    if patterns and patterns[0] in SPLITS:
        return SPLITS[patterns[0]]
    if kinds == ["ByteLevel"]:
        return "gpt-2"
    if kinds == ["Digits", "ByteLevel"] and chain[0].get("individual_digits"):
        return "smollm"
    raise BadCheckpoint(f"base {name}: its tokenizer splits text in a way that llama.cpp has no name for here")


def _puts_space_first(tokenizer: Any) -> bool:
    ids = tokenizer.encode("a", add_special_tokens=False)
    return bool(ids) and str(tokenizer.convert_ids_to_tokens(ids[0])).startswith("▁")


def _specials(writer: Any, tokenizer: Any) -> None:
    """The ids of the tokens that begin, end and fill."""
    bare = tokenizer.encode("", add_special_tokens=True)
    end = end_mark(tokenizer)
    writer.add_add_bos_token(tokenizer.bos_token_id is not None and tokenizer.bos_token_id in bare)
    if tokenizer.bos_token_id is not None:
        writer.add_bos_token_id(tokenizer.bos_token_id)
    eos = tokenizer.eos_token_id if tokenizer.eos_token_id is not None else end
    if eos is not None:
        writer.add_eos_token_id(eos)
    if end is not None:
        writer.add_eot_token_id(end)
    if tokenizer.pad_token_id is not None:
        writer.add_pad_token_id(tokenizer.pad_token_id)
    if tokenizer.unk_token_id is not None:
        writer.add_unk_token_id(tokenizer.unk_token_id)
