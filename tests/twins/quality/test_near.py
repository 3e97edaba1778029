"""Near-same texts are found exactly as a comparison of all pairs finds them."""

from __future__ import annotations

import time
from random import Random

from playground.twins.quality.near import THRESHOLD, NearIndex, method, pieces


def share(a: str, b: str) -> float:
    x, y = set(pieces(a)), set(pieces(b))
    return len(x & y) / len(x | y) if x | y else 0.0


def texts(count: int, seed: int) -> list[str]:
    """Some of them a few letters from an earlier one."""
    rng = Random(seed)
    made: list[str] = []
    for _ in range(count):
        if made and rng.random() < 0.5:
            old = list(rng.choice(made))
            for _ in range(rng.randrange(4)):
                old[rng.randrange(len(old))] = rng.choice("abcdefgh王李张")
            made.append("".join(old))
        else:
            made.append("".join(rng.choice("abcdefgh王李张") for _ in range(rng.randrange(5, 80))))
    return made


def test_all_rows_with_a_near_one_are_found_and_no_other() -> None:
    for seed in range(5):
        made = texts(60, seed)
        wanted = {i for i in range(60) if any(share(made[i], made[j]) >= THRESHOLD for j in range(i))}
        found = dict(NearIndex(made).pairs())
        assert set(found) == wanted and wanted
        assert all(match.share == share(made[i], made[match.place]) >= THRESHOLD for i, match in found.items())


def test_a_text_from_outside_is_found() -> None:
    made = texts(60, 9)
    index = NearIndex(made)
    match = index.find(made[7] + "x")
    assert match is not None and share(made[match.place], made[7] + "x") >= THRESHOLD
    assert index.find("qwertyuiopzxcvbnm") is None


def test_empty_short_and_hostile_texts() -> None:
    index = NearIndex(["", "a", "ab", "\ud800" * 9, "x" * 100_000, "", "a"])
    found = dict(index.pairs())
    assert found[6].place == 1 and 5 not in found
    assert index.find("") is None and NearIndex([]).find("abc") is None


def test_ten_thousand_alike_texts_take_seconds() -> None:
    start = time.process_time()
    alike = [f"thesamelongtextwithanumber{number:05d}attheend" * 2 for number in range(10_000)]
    assert sum(1 for _ in NearIndex(alike).pairs()) > 0
    assert time.process_time() - start < 20


def test_the_method_tells_threshold_and_numbers() -> None:
    assert "80 %" in method(5, 1_000).text("en") and "1,000" in method(5, 1_000).text("zh")
