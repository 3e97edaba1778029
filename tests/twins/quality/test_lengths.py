"""Lengths are counted by whoever counts, and what would be cut is told."""

from __future__ import annotations

from playground.twins.quality.lengths import BARS, LengthMeter, bars, characters
from tests.twins.quality.made import row, seen


def test_tokens_and_the_limit() -> None:
    meter = LengthMeter(lambda one: int(one.id[1:]), limit=95)
    for number in range(1, 101):
        meter.add(seen(row(number)))
    found = meter.result()
    assert (found.unit, found.rows, found.mean, found.middle, found.p95) == ("tokens", 100, 50.5, 50, 95)
    assert (found.longest, found.longest_id, found.cut) == (100, "r100", 5)
    assert [one.id for one in found.examples] == ["r96", "r97", "r98", "r99", "r100"]
    assert "96 tokens" in found.examples[0].says.text("en")
    assert sum(bar.rows for bar in found.bars) == 100 and len(found.bars) <= BARS


def test_characters_without_a_counter() -> None:
    meter = LengthMeter(None, None)
    one = row(1)
    meter.add(seen(one))
    found = meter.result()
    assert found.unit == "characters" and found.longest == characters(one) and found.cut == 0
    assert LengthMeter(None, None).result().bars == ()


def test_bars_hold_every_row_in_equal_round_steps() -> None:
    for counts in ([(0, 3)], [(7, 1), (8, 2)], [(1, 1), (10**9, 1)], [(n, 1) for n in range(0, 4_000, 7)]):
        made = bars(counts)
        assert sum(bar.rows for bar in made) == sum(rows for _, rows in counts)
        assert len(made) <= BARS and len({bar.high - bar.low for bar in made}) == 1
        assert made[0].low <= counts[0][0] and counts[-1][0] <= made[-1].high


def test_long_rows_are_right_to_three_digits() -> None:
    meter = LengthMeter(lambda one: 123_456, None)
    meter.add(seen(row(1)))
    found = meter.result()
    assert found.longest == 123_456 and found.middle == 123_000
