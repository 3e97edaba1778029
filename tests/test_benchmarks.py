"""The driver of the benchmarks: it finds the scripts, runs them apart, and writes down what they print."""

from __future__ import annotations

from pathlib import Path

import pytest

import benchmarks.__main__ as driver


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with two benchmarks: one that reaches its bar and one that does not."""
    here = tmp_path / "benchmarks"
    here.mkdir()
    (here / "__init__.py").write_text("")
    (here / "good.py").write_text('"""It is quick.\n\nMore."""\nprint("| what | 1 s |")\n')
    (here / "poor.py").write_text('"""It is small."""\nprint("| what | 9 MB |")\nraise SystemExit(1)\n')
    (here / "_shared.py").write_text('"""No benchmark."""\n')
    monkeypatch.setattr(driver, "FOLDER", here)
    monkeypatch.setattr(driver, "RESULTS", here / "RESULTS.md")
    return here


def test_each_script_is_a_claim(folder: Path) -> None:
    assert driver.claims() == {"good": "It is quick.", "poor": "It is small."}


def test_what_was_printed_is_appended_with_date_machine_and_command(folder: Path) -> None:
    (folder / "RESULTS.md").write_text("before\n")
    assert driver.main(["good"]) == 0
    text = (folder / "RESULTS.md").read_text()
    assert text.startswith("before\n\n### good, 2")
    assert f"`python -m benchmarks.good` on {driver.machine()}" in text and "| what | 1 s |" in text


def test_a_missed_bar_is_written_down_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert driver.main([]) == 1
    text = (folder / "RESULTS.md").read_text()
    assert "| what | 1 s |" in text and "| what | 9 MB |" in text and "status 1" in text
    assert "missed or broken off: poor" in capsys.readouterr().err


def test_an_unknown_name_is_answered_with_those_there_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        driver.main(["fast"])
    assert "'fast' is not known; there is: good, poor" in capsys.readouterr().err
    assert not (folder / "RESULTS.md").exists()


def test_every_script_that_ships_says_what_it_claims() -> None:
    assert all(driver.claims().values())
