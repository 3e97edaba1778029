"""The lowest rungs for real: the same program in an environment that seems to have no PyTorch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.checkpoints.files import fingerprint, resolve
from playground.models.catalogue import STARTER_GGUF
from playground.models.gguf.write import BASE_SHA256
from playground.settings import HOUSE, Settings

QUESTION = "收件人周敏，13912345678，江苏省苏州市吴江区中山北路88号"
HIDDEN = "import sys\nfor name in %r:\n    sys.modules[name] = None\n"


def run(tmp_path: Path, hidden: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, with these packages hidden from it."""
    (tmp_path / "sitecustomize.py").write_text(HIDDEN % hidden)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PLAYGROUND_HOME": str(tmp_path / "work")}
    command = [sys.executable, "-m", "playground", *words]
    return subprocess.run(command, cwd=HOUSE, env=env, capture_output=True, text=True, timeout=300, check=False)


def asked(*contenders: str) -> list[str]:
    return [word for name in contenders for word in ("--contender", name)]


def test_the_starter_that_llama_cpp_opens_is_the_starter(settings: Settings) -> None:
    from gguf import GGUFReader

    file = HOUSE / "starter" / STARTER_GGUF
    reader: Any = GGUFReader(file)
    assert reader.fields[BASE_SHA256].contents() == fingerprint(resolve("starter", settings))
    assert file.stat().st_size < 10_000_000


def test_what_the_starter_takes_is_told_without_pytorch(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.models.memory import needs

    counted = needs(tiny, "cpu").numbers
    monkeypatch.setitem(sys.modules, "torch", None)
    assert needs(tiny, "cpu").numbers == counted


@pytest.mark.slow
def test_without_pytorch_all_three_answer_by_llama_cpp(tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", exc_type=ImportError)
    names = asked("base", "few-shot", "tuned:address")
    done = run(tmp_path, ["torch"], "ask", "--task", "address", *names, "--json", QUESTION)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)["answers"]
    assert [one["finish"] for one in answers] == ["stop"] * 3
    assert json.loads(answers[2]["reply"])["电话"] == "13912345678"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask", "--task", "address", "x"), "a model on this machine needs torch, which is not installed"),
        (
            ("train", "--data", "DATA", "--name", "x"),
            "training needs torch, which is not installed; run: pip install torch",
        ),
    ],
)
def test_without_both_one_sentence_says_what_is_missing(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    made = run(tmp_path, [], "twins", "--task", "address", "--rows", "20", "--out", str(tmp_path / "data"))
    assert made.returncode == 0, made.stderr
    words = tuple(str(tmp_path / "data") if word == "DATA" else word for word in words)
    done = run(tmp_path, ["torch", "llama_cpp"], *words)
    assert done.returncode != 0 and told in done.stderr and "Traceback" not in done.stderr
