"""Tokens to text: characters arrive whole, control tokens never."""

from __future__ import annotations

from typing import Any

import pytest

from playground.checkpoints.files import BaseRef, open_tokenizer
from playground.models.text import TextStream


@pytest.fixture(scope="module")
def tokenizer(tiny: BaseRef) -> Any:
    return open_tokenizer(tiny)


@pytest.mark.parametrize("text", ["你好", "龘😀 and ASCII\n", "a🇨🇳b", " 鿿鿿 ", '{"姓名": "张三"}'])
def test_the_pieces_are_the_text(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    stream = TextStream(tokenizer)
    pieces = [stream.add(token) for token in ids]
    assert "".join(pieces) == text and stream.rest() == ""
    assert not any("\ufffd" in piece for piece in pieces)


def test_half_a_character_is_held_back(tokenizer: Any) -> None:
    ids = tokenizer("龘", add_special_tokens=False)["input_ids"]
    assert len(ids) > 1, "this character should be bytes to the tiny tokenizer"
    stream = TextStream(tokenizer)
    assert [stream.add(token) for token in ids[:-1]] == [""] * (len(ids) - 1)
    assert set(stream.rest()) == {"\ufffd"}
    assert stream.rest() == ""


def test_control_tokens_are_not_shown(tokenizer: Any) -> None:
    inner = tokenizer("你好", add_special_tokens=False)["input_ids"]
    control = [tokenizer.convert_tokens_to_ids(name) for name in ("<|im_start|>", "<|im_end|>", "<|endoftext|>")]
    stream = TextStream(tokenizer)
    said = "".join(stream.add(token) for token in [*control, inner[0], *control, *inner[1:], *control])
    assert said + stream.rest() == "你好"


def test_a_stream_that_gives_up_goes_on(tokenizer: Any) -> None:
    """Some tokenizers take back what they had decoded, and the library's stream raises a bare Exception."""

    class Gone:
        def step(self, *args: Any) -> None:
            raise Exception("Invalid prefix encountered")

    stream = TextStream(tokenizer)
    stream._stream = Gone()
    ids = tokenizer("你好", add_special_tokens=False)["input_ids"]
    assert "".join(stream.add(token) for token in ids) == "你好"
