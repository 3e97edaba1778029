"""What every test may ask for: settings with a work folder of their own, in a clean environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.settings import Settings
from tests.hub_server import Hub, folder_files, running
from tests.tiny import make_tiny

# The hub's client reads it once, when it is first imported; a test file may do that while it is collected.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> BaseRef:
    """A real checkpoint of the smallest size (two random layers); opened, never changed."""
    return BaseRef("tiny", str(make_tiny(tmp_path_factory.mktemp("bases") / "tiny")))


@pytest.fixture(scope="session")
def tiny_gguf(tiny: BaseRef, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same checkpoint as a GGUF file in float32. Needs llama-cpp-python, for it is loaded and compared."""
    pytest.importorskip("llama_cpp", exc_type=ImportError)
    from playground.models.gguf.export import ExportOrder, export

    file = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    list(export(ExportOrder(tiny, "base", "f32", file, "tiny", threads=1)))
    return file


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own set-up reaches a test, and no test reaches a hub."""
    for name in list(os.environ):
        if name.startswith(("PLAYGROUND_", "GRADIO_", "SPACE_", "SPACES_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped house with a work folder of the test's own."""
    return Settings(home=tmp_path / "work")


@pytest.fixture
def hub_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of the hub's client."""
    import huggingface_hub.constants

    folder = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(folder))
    # All other tests are kept from the network by this; here there is a hub on loopback.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return folder


@pytest.fixture
def a_hub(tiny: BaseRef, hub_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with the tiny base as an open and as a gated model."""
    with running(Hub(folder_files(Path(tiny.path_or_hub_id)))) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        yield served
