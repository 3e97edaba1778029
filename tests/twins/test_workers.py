"""Several processes write the bytes of one."""

from __future__ import annotations

import pytest

from playground.errors import BadSetting
from playground.samples import load_task
from playground.settings import Settings
from playground.twins import workers
from playground.twins.dress import PLAIN, Dress
from playground.twins.make import make_twins
from playground.twins.workers import Order, lines


@pytest.mark.parametrize(("name", "values"), [("address", {}), ("identity", {"NAME": "Fern", "AUTHOR": "Moss"})])
def test_the_same_bytes(name: str, values: dict[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PIECE", 130)
    task = load_task(name, settings)
    alone = "".join(row.as_line() for row in make_twins(task, 700, 5, settings, values).train).encode()
    assert b"".join(lines(Order(task, 700, 5, settings.house, values, None), 2)) == alone


def test_any_piece_of_the_rows_is_the_same_rows(settings: Settings) -> None:
    twins = make_twins(load_task("identity", settings), 400, 5, settings)
    whole = list(twins.train)
    assert twins.span is not None
    assert [*twins.span(0, 1), *twins.span(1, 37), *twins.span(37, 290), *twins.span(290, 400)] == whole


def test_dress_is_a_multiple_of_the_usual_shares(settings: Settings) -> None:
    task = load_task("address", settings)
    plain = next(iter(Order(task, 1, 5, settings.house, {}, None, 0.0).make().train))
    assert Dress().times(1.0) == Dress() and Dress().times(0) == PLAIN
    assert max(vars(Dress().times(5)).values()) == 1.0
    assert plain == next(iter(make_twins(task, 1, 5, settings, dress=PLAIN).train))
    for wrong in (-1, 5.1, float("nan"), True, None):
        with pytest.raises(BadSetting, match="dress is"):
            Dress().times(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, -1, 65, True, 1.5])
def test_a_number_of_processes_that_cannot_be(count: int, settings: Settings) -> None:
    with pytest.raises(BadSetting, match="workers is"):
        list(lines(Order(load_task("address", settings), 10, 5, settings.house, {}, None), count))


def test_leaving_early_ends_the_processes(settings: Settings) -> None:
    made = lines(Order(load_task("address", settings), 100_000, 5, settings.house, {}, None), 2)
    assert next(made).count(b"\n") == workers.PIECE
    made.close()
