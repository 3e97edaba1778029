"""The opener of base models: what it opens, and that what it refuses is named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from playground.checkpoints.files import BaseRef, fingerprint, open_model, open_shape, open_tokenizer, resolve
from playground.errors import BadCheckpoint
from playground.settings import HOUSE, Settings


@pytest.fixture
def copy(tiny: BaseRef, tmp_path: Path) -> BaseRef:
    """A checkpoint that may be spoilt."""
    return BaseRef("copy", str(shutil.copytree(tiny.path_or_hub_id, tmp_path / "copy")))


def test_starter_a_folder_and_a_hub_id_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "starter" / "weights").mkdir(parents=True)
    settings = Settings(house=tmp_path)
    assert resolve("starter", settings) == BaseRef("starter", str(tmp_path / "starter" / "weights"))
    assert resolve(str(tmp_path / "starter"), settings) == BaseRef("starter", str(tmp_path / "starter"))
    assert resolve("Qwen/Qwen2.5-0.5B-Instruct", settings).path_or_hub_id == "Qwen/Qwen2.5-0.5B-Instruct"


@pytest.mark.parametrize(
    "name", ["", "a" * 5000, "a\0b", "/nowhere/at/all", "../gone", "two/slashes/here", "with space/x", "starter"]
)
def test_a_name_that_is_neither_is_refused_with_its_value(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="not there"):
        resolve(name, Settings(house=tmp_path))


def test_weights_stored_in_half_and_in_shards_open_in_float32(tiny: BaseRef) -> None:
    assert len(list(Path(tiny.path_or_hub_id).glob("*.safetensors"))) > 1
    model = open_model(tiny)
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not model.training and model.config._attn_implementation == "sdpa"


def test_a_shape_has_the_same_matrices_and_no_numbers(tiny: BaseRef) -> None:
    shape, model = open_shape(tiny), open_model(tiny)
    assert [(n, p.shape) for n, p in shape.named_parameters()] == [(n, p.shape) for n, p in model.named_parameters()]
    assert {p.device.type for p in shape.parameters()} == {"meta"}


def test_a_fingerprint_follows_weights_and_config_only(copy: BaseRef, tiny: BaseRef) -> None:
    folder = Path(copy.path_or_hub_id)
    first = fingerprint(copy)
    assert first == fingerprint(tiny) and len(first) == 64
    (folder / "README.md").write_text("words")
    assert fingerprint(copy) == first
    weights = sorted(folder.glob("*.safetensors"))[0]
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01"[1:])
    assert fingerprint(copy) != first


def drop(*patterns: str) -> Callable[[Path], None]:
    return lambda folder: [f.unlink() for p in patterns for f in folder.glob(p)] and None


def only_pickle(folder: Path) -> None:
    drop("*.safetensors", "*.index.json")(folder)
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04N.")


def cut_short(folder: Path) -> None:
    shard = sorted(folder.glob("*.safetensors"))[0]
    shard.write_bytes(shard.read_bytes()[:-100])


def lose_a_matrix(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    shard = sorted(folder.glob("*.safetensors"))[0]
    tensors = load_file(shard)
    del tensors[sorted(tensors)[0]]
    save_file(tensors, shard, metadata={"format": "pt"})


def lead_to(place: object) -> Callable[[Path], None]:
    def lead(folder: Path) -> None:
        index = folder / "model.safetensors.index.json"
        value = json.loads(index.read_text())
        value["weight_map"]["model.norm.weight"] = place
        index.write_text(json.dumps(value))

    return lead


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (drop("config.json"), "no readable config.json"),
        (lambda f: (f / "config.json").write_text("{"), "config.json is damaged"),
        (lambda f: (f / "config.json").write_text('{"model_type": "no-such"}'), "does not open"),
        (drop("*.safetensors", "*.index.json"), "no model.safetensors"),
        (drop("model-00002*"), "model-00002"),
        (lambda f: (f / "model.safetensors.index.json").write_text("[]"), "index.json is damaged"),
        (only_pickle, "pickle only"),
        (cut_short, "is damaged"),
        (lose_a_matrix, "lacks weights"),
        (lead_to("../elsewhere.safetensors"), "elsewhere.safetensors"),
        (lead_to("x" * 300 + ".safetensors"), "xxx"),
        (lead_to(5), "weights file 5 "),
        (lead_to(None), "weights file None "),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_weights_that_cannot_be_used_are_named(copy: BaseRef, spoil: Callable[[Path], None], says: str) -> None:
    spoil(Path(copy.path_or_hub_id))
    with pytest.raises(BadCheckpoint, match=says) as caught:
        open_model(copy)
    assert "copy" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (drop("tokenizer.json"), "no tokenizer file"),
        (lambda f: (f / "tokenizer.json").write_text("{"), "does not open"),
        (drop("chat_template.jinja"), "no chat template"),
    ],
)
def test_a_tokenizer_that_cannot_be_used_is_named(copy: BaseRef, spoil: Callable[[Path], None], says: str) -> None:
    spoil(Path(copy.path_or_hub_id))
    with pytest.raises(BadCheckpoint, match=says):
        open_tokenizer(copy)


def test_a_hub_id_that_cannot_be_fetched_says_so() -> None:
    with pytest.raises(BadCheckpoint, match="no-such/base cannot be fetched"):
        open_model(BaseRef("no-such/base", "no-such/base"))


def test_a_folder_that_went_away_is_not_looked_for_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="is not there"):
        open_model(BaseRef("gone", str(tmp_path / "gone")))


RACE = """
import sys, threading
from playground.checkpoints.files import open_shape, open_tokenizer, resolve
from playground.settings import Settings

sys.setswitchinterval(1e-5)
ref, failed, together = resolve("starter", Settings()), [], threading.Barrier(12)

def first(number):
    together.wait()
    try:
        (open_tokenizer if number % 2 else open_shape)(ref)
    except Exception as error:
        failed.append(error)

threads = [threading.Thread(target=first, args=(number,)) for number in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit(repr(failed[0]) if failed else 0)
"""


def test_several_who_come_first_at_once_all_find_the_library_whole() -> None:
    """Two visitors, or two events of one page, in a process that has not imported transformers yet."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", RACE], cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
