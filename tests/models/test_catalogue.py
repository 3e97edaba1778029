"""The catalogue: each model once, whoever asks and however many at a time."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from playground.checkpoints.files import BaseRef
from playground.errors import BadCheckpoint, BadSample, ModelFailed
from playground.models import catalogue as catalogue_
from playground.models.base import Ask, Sampling
from playground.models.catalogue import Catalogue
from playground.models.memory import needs
from playground.settings import Settings
from tests.models.made import answers, talk


def test_a_base_is_loaded_once_for_everyone(settings: Settings, tiny: BaseRef) -> None:
    catalogue = Catalogue(settings)
    assert catalogue.loaded() == []
    found: list[object] = []
    folder = tiny.path_or_hub_id
    names = [folder, folder + "/", folder, str(Path(folder) / ".")]
    threads = [threading.Thread(target=lambda name=name: found.append(catalogue.local(name))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(map(id, found))) == 1
    assert catalogue.loaded() == ["tiny"]
    assert answers(catalogue.local(folder), [Ask(talk("你好"))])
    catalogue.close()
    with pytest.raises(ModelFailed, match="closed"):
        catalogue.local(folder)
    with pytest.raises(ModelFailed, match="closed"):
        list(found[0].replies([Ask(talk("你好"))], Sampling()))  # type: ignore[attr-defined]


def test_scripts_are_read_once_by_their_path(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"reply": "x"}\n', encoding="utf-8")
    catalogue = Catalogue(settings)
    assert catalogue.scripted(file) is catalogue.scripted(str(file))


def test_what_cannot_be_loaded_is_said_and_can_be_asked_for_again(settings: Settings, tmp_path: Path) -> None:
    catalogue = Catalogue(settings)
    with pytest.raises(BadCheckpoint, match="nowhere"):
        catalogue.local("nowhere")
    file = tmp_path / "late.jsonl"
    with pytest.raises(BadSample):
        catalogue.scripted(file)
    file.write_text('{"reply": "x"}\n', encoding="utf-8")
    assert catalogue.scripted(file).name == "late.jsonl"
    assert catalogue.loaded() == ["late.jsonl"] and catalogue.loaded("local") == []


def test_it_says_where_models_run_and_why(settings: Settings) -> None:
    device = Catalogue(settings).device
    assert device.kind in ("cpu", "cuda", "mps") and device.why


def test_an_idle_model_gives_way_to_one_that_needs_its_room(
    settings: Settings, tiny: BaseRef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is short from here on: room for one tiny model, counted by what stands loaded."""
    other = Path(shutil.copytree(tiny.path_or_hub_id, tmp_path / "other"))
    third = Path(shutil.copytree(tiny.path_or_hub_id, tmp_path / "third"))
    catalogue = Catalogue(settings)
    wanted = needs(tiny, "cpu").memory_bytes
    monkeypatch.setattr(catalogue_, "free_bytes", lambda _: wanted if not catalogue.loaded("local") else wanted - 1)
    first = catalogue.local(tiny.path_or_hub_id)
    assert catalogue.room() == 0
    catalogue.local(str(other))
    assert sorted(catalogue.loaded()) == ["other", "tiny"], "what was asked for just now stays"
    monkeypatch.setattr(catalogue_, "IDLE", -1.0)
    assert catalogue.room() == 2 * first.weight_bytes
    running = first.replies([Ask(talk("你好"))], Sampling(max_tokens=50))
    next(running)
    catalogue.local(str(third))
    assert sorted(catalogue.loaded()) == ["third", "tiny"], "a round that is under way keeps its model"
    assert list(running)[-1][1].kind == "done"
    assert answers(catalogue.local(tiny.path_or_hub_id), [Ask(talk("你好"))])
    catalogue.close()
