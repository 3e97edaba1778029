"""The floors: imports go down only, each floor uses what it may from outside, and heavy libraries wait.

The whole tree is read with ast, imports inside functions too. A module without a floor is an
error, so that a new file has to be given one here.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent

FLOORS: dict[str, int] = {
    **dict.fromkeys(("records", "events", "errors", "secret", "sentences", "settings"), 0),
    **dict.fromkeys(("samples", "prompts", "datasets", "adapters", "interchange", "reviews"), 1),
    **dict.fromkeys(("answers", "checkpoints", "chat_format", "device", "places", "visitors"), 1),
    **dict.fromkeys(("twins", "train", "models"), 2),
    **dict.fromkeys(("contenders", "zero"), 3),
    "scoring": 4,
    "ui": 5,
    "commands": 6,
    "__main__": 7,
}
"""Floor of each module or package right below playground/; the roof begins at 6."""

HEAVY = frozenset({"torch", "transformers", "peft"})
"""What takes seconds to import; the page is up before they are."""

OUTSIDE: dict[str, frozenset[str]] = {
    "adapters": frozenset({"safetensors"}),
    "answers": frozenset({"yaml"}),
    "samples": frozenset({"tomli_w"}),
    "checkpoints": HEAVY | {"safetensors", "huggingface_hub"},
    "device": frozenset({"torch"}),
    "interchange": frozenset({"openpyxl"}),
    "twins": frozenset({"faker", "jinja2", "jsonschema", "numpy"}),
    "train": HEAVY,
    "models": HEAVY
    | {"safetensors", "tokenizers", "openai", "httpx2", "httpcore2", "gguf", "llama_cpp", "numpy"}
    | {"psutil"},
    "zero": frozenset({"torch", "spaces"}),
    "scoring": frozenset({"numpy", "json_repair", "jinja2"}),
    "ui": frozenset({"gradio"}),
}
"""What a module or package may import besides the standard library and lower floors."""


@dataclass(frozen=True)
class Import:
    """One imported name, as in `from playground.models import base` -> playground.models.base."""

    name: str
    line: int
    lazy: bool
    """Inside a function, or only there for the type checker."""


def imports_of(source: str, modules: frozenset[str]) -> Iterator[Import]:
    """Every import of a module's text. `modules` tells a submodule from a name inside a module."""

    def walk(node: ast.AST, lazy: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, child.lineno, lazy) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0 and child.module, f"line {child.lineno}: write imports from the top, not from ."
                for alias in child.names:
                    inner = f"{child.module}.{alias.name}"
                    yield Import(inner if inner in modules else child.module, child.lineno, lazy)
            elif isinstance(child, ast.Call) and ast.unparse(child.func).endswith(("import_module", "__import__")):
                if child.args and isinstance(child.args[0], ast.Constant):
                    yield Import(str(child.args[0].value), child.lineno, lazy)
                yield from walk(child, lazy)
            else:
                function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                typing_only = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
                yield from walk(child, lazy or function or typing_only)

    return walk(ast.parse(source), False)


def wrong_imports(sources: Mapping[str, str]) -> list[str]:
    """What breaks the floors in a tree of module name -> text; one line per finding."""
    modules = frozenset(sources)
    found: list[str] = []
    for module, source in sources.items():
        for item in dict.fromkeys(imports_of(source, modules)):
            why = _why_wrong(module, item)
            if why:
                found.append(f"{module} line {item.line} imports {item.name}: {why}")
    return found


def _why_wrong(module: str, item: Import) -> str | None:
    top = item.name.partition(".")[0]
    if not module.startswith("playground"):
        return None if module.split(".")[0] == "tests" or top != "tests" else "nothing but tests imports tests"
    if top in ("starter", "benchmarks", "tests", "app"):
        return "playground imports nothing that stands above it"
    room = _room(module)
    if top == "playground":
        return _why_wrong_inside(module, item.name)
    if top in sys.stdlib_module_names:
        return None
    if top not in OUTSIDE.get(room, frozenset()):
        return f"{room or 'playground'} may not use {top}"
    if top in HEAVY and not item.lazy and FLOORS[room] < 2:
        return f"{top} is imported inside the function that needs it"
    return None


def _why_wrong_inside(module: str, name: str) -> str | None:
    here, there = _room(module), _room(name)
    if not here or not there:
        return None
    if FLOORS[there] > FLOORS[here]:
        return "imports go down only"
    if FLOORS[there] == FLOORS[here] and here != there and FLOORS[here] > 0:
        return "rooms of one floor do not import each other"
    if here in ("contenders", "scoring") and there == "models" and name != "playground.models.base":
        return "of the models only models.base is known here"
    if name.endswith("_tab") and module not in ("playground.ui.shell", "playground.ui.wiring"):
        return "only the shell and its wiring import tabs"
    return None


def _room(module: str) -> str:
    """The module or package right below playground/, "" for playground itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _tree() -> dict[str, str]:
    """Module name -> text of every Python file of the product, its tests and its tools."""
    files = [HOUSE / "app.py"]
    for folder in ("playground", "starter", "benchmarks", "tests"):
        files += sorted((HOUSE / folder).rglob("*.py"))
    named = {}
    for file in files:
        parts = file.relative_to(HOUSE).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file.read_text(encoding="utf-8")
    return named


def test_every_module_has_a_floor() -> None:
    rooms = {_room(module) for module in _tree() if module.startswith("playground.")}
    assert rooms == set(FLOORS), "give a new module a floor in FLOORS; take out what is gone"


def test_imports_go_down_only() -> None:
    assert wrong_imports(_tree()) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("playground.records", "from playground.samples import load_task"),
        ("playground.records", "import torch"),
        ("playground.samples", "from playground import datasets"),
        ("playground.checkpoints.files", "import torch"),
        ("playground.twins.make", "from playground.train.recipe import Recipe"),
        ("playground.train.loop", "def f():\n    from playground.models import local"),
        ("playground.contenders.round", "from playground.models.local import LocalModel"),
        ("playground.contenders.round", "import numpy"),
        ("playground.scoring.batch", "from playground.models import catalogue"),
        ("playground.scoring.batch", "def f():\n    import gradio"),
        ("playground.scoring.batch", "import importlib\nimportlib.import_module('gradio')"),
        ("playground.ui.chat_tab", "from playground.ui import score_tab"),
        ("playground.models.local", "import starter.tokenizer"),
        ("playground.__main__", "import app"),
        ("starter.corpus", "from tests.conftest import tiny"),
    ],
)
def test_a_wrong_import_is_found(module: str, line: str) -> None:
    known = ("samples", "datasets", "train.recipe", "models.base", "models.local", "models.catalogue", "ui.score_tab")
    others = {f"playground.{name}": "" for name in known}
    assert len(wrong_imports({**others, module: line})) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("playground.records", "from playground.errors import BadSample\nimport json"),
        ("playground.checkpoints.files", "def f():\n    import torch"),
        ("playground.checkpoints.files", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"),
        ("playground.contenders.round", "from playground.models.base import ChatModel"),
        ("playground.contenders.round", "from playground.models import base"),
        ("playground.ui.shell", "from playground.ui import chat_tab\nimport gradio as gr"),
        ("starter.pretrain", "from playground.chat_format import encode\nimport torch"),
    ],
)
def test_a_right_import_is_left_alone(module: str, line: str) -> None:
    assert wrong_imports({"playground.models.base": "", "playground.ui.chat_tab": "", module: line}) == []


def test_the_page_is_built_from_modules_that_load_no_heavy_library() -> None:
    """In a process of its own, as other tests here have torch loaded already."""
    names = [module for module in _tree() if _room(module) not in ("", "train", "models", "__main__")]
    code = f"import importlib, sys\n[importlib.import_module(n) for n in {names!r} if n.startswith('playground')]\n"
    code += f"print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
