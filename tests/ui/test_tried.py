"""Sample answers on the page: first and last epochs, what was wanted, and nothing that a model wrote becomes markup."""

from __future__ import annotations

from playground.events import EpochDone, SampleAnswer
from playground.ui.tried import LAST, tried_html


def epoch(number: int, answer: str) -> EpochDone:
    return EpochDone(number, number, 0.1, {}, (SampleAnswer("unseen_values", "who?", "Fern", answer),))


def test_nothing_before_the_first_answers() -> None:
    assert tried_html([], "en") == tried_html([EpochDone(1, 1, 0.1)], "zh") == ""


def test_an_answer_as_wanted_is_ticked_and_the_wanted_one_stands_below() -> None:
    shown = tried_html([epoch(1, "Moss"), epoch(2, " Fern ")], "en")
    assert "✓ epoch 2" in shown and "✓ epoch 1" not in shown
    assert shown.index("Moss") < shown.index("wanted")


def test_of_many_epochs_the_first_and_the_last_are_shown() -> None:
    shown = tried_html([epoch(n, f"answer {n};") for n in range(1, 21)], "en")
    assert [n for n in range(1, 21) if f"answer {n};" in shown] == [1, *range(21 - LAST, 21)]


def test_what_a_model_writes_is_text_and_is_cut() -> None:
    shown = tried_html([epoch(1, "<script>x</script>" + "y" * 5000)], "en")
    assert "<script>" not in shown and len(shown) < 3000
