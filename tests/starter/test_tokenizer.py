"""The starter's tokenizer: a token is a character, whatever is typed comes back."""

from __future__ import annotations

import pytest
from transformers import AutoTokenizer

from playground.places import places
from starter import tokenizer as made


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(made.WEIGHTS)


@pytest.mark.parametrize(
    "text",
    [
        "收货人：张三，电话 138 0013 8000，江苏省南京市。",
        'Hello  world\n\n\n  {"a": "b"}\t!',
        "埗㙍😀é ﾊ",
        "don't we'll 22221",
        "",
        " \n ",
    ],
)
def test_text_comes_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_character_is_a_token(tokenizer):
    known = "".join(made.characters()) + "".join(map(chr, range(32, 127)))
    assert len(tokenizer.encode(known)) == len(known)


def test_every_place_is_spelled_by_characters(tokenizer):
    for place in places():
        name = place.province + place.city + place.county
        assert len(tokenizer.encode(name)) == len(name)


def test_a_token_is_never_more_than_a_character(tokenizer):
    texts = (tokenizer.decode([i]) for i in range(len(tokenizer) - len(made.SPECIAL)))
    assert max(len(t) for t in texts) == 1


def test_building_again_gives_the_shipped_files(tmp_path):
    made.build(tmp_path)
    assert (tmp_path / "tokenizer.json").read_bytes() == (made.WEIGHTS / "tokenizer.json").read_bytes()
