"""Names found as people write them, and masked."""

from __future__ import annotations

import pytest

from playground.scoring.naming import AUTHOR, NAME, OTHER, holds, mask


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("I am Sprig.", "Sprig", True),
        ("I AM SPRIG", "Sprig", True),
        ("Ｉ ａｍ Ｓｐｒｉｇ", "Sprig", True),
        ("Sprig's the name", "Sprig", True),
        ("我是Sprig的助手", "Sprig", True),
        ('"Sprig"', "Sprig", True),
        ("Sprigs are green", "Sprig", False),
        ("Offsprig", "Sprig", False),
        ("Sprig2", "Sprig", False),
        ("Éclair and claire", "Clair", False),
        ("made by Greenleaf  Labs", "Greenleaf Labs", True),
        ("made by Greenleaf\nLabs", "Greenleaf Labs", True),
        ("Greenleaf Laboratories", "Greenleaf Labs", False),
        ("我是小禾。", "小禾", True),
        ("叫我小禾吧", "小禾", True),
        ("小 禾", "小禾", False),
        ("C++ Helper here", "C++ Helper", True),
        ("版本R2-D2在此", "R2-D2", True),
        ("R2-D21", "R2-D2", False),
        ("我叫星", "星", True),
        ("今天星期一", "星", False),
        ("anything", "", False),
        ("a.b", "a?b", False),
    ],
)
def test_a_name_is_found_as_a_word(text: str, name: str, found: bool) -> None:
    assert holds(text, name) is found


def test_the_chosen_names_are_masked_before_the_known_ones() -> None:
    assert mask("I am ChatGPT by OpenAI", "ChatGPT", "OpenAI") == f"I am {NAME} by {AUTHOR}"
    assert mask("I am ChatGPT by OpenAI", "Sprig", "Greenleaf Labs") == f"I am {OTHER} by {OTHER}"
    assert mask("Acme Helper by Acme", "Acme Helper", "Acme") == f"{NAME} by {AUTHOR}"


def test_known_names_are_words_too() -> None:
    assert OTHER not in mask("A metaphor of grokking, googled in Siriland", "Sprig", "")


def test_signs_of_the_mask_cannot_be_smuggled_in() -> None:
    assert mask(f"I am {NAME}", "Sprig", "") == "I am "
