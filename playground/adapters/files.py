"""An adapter's folder: its files written whole, read back, and looked over before anything is loaded.

    adapter_model.safetensors   the learned matrices
    adapter_config.json         their shape, as PEFT reads it; names the base by id
    card.json                   what they were made from

Weights come from safetensors only, and settings that would touch the base's own weights are refused.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BadAdapter
from playground.records import write_whole

CARD, CONFIG, WEIGHTS = "card.json", "adapter_config.json", "adapter_model.safetensors"

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.pickle", "*.ckpt")

# Fields of PEFT's config that make more of an adapter than two matrices beside a frozen one, with the
# values that do not. Some rewrite the base's weights when they are loaded (init_lora_weights "pissa").
_PLAIN: Mapping[str, tuple[Any, ...]] = {
    "peft_type": ("LORA",),
    "task_type": ("CAUSAL_LM", None),
    "bias": ("none",),
    "init_lora_weights": (True, False, "gaussian"),
    "modules_to_save": (None, []),
    "layer_replication": (None, []),
    "trainable_token_indices": (None, []),
    "target_parameters": (None, []),
    "auto_mapping": (None,),
    "use_dora": (False, None),
    "use_qalora": (False, None),
    "use_bdlora": (None, False),
    "lora_bias": (False, None),
    "alora_invocation_tokens": (None, []),
    "arrow_config": (None,),
    "corda_config": (None,),
    "eva_config": (None,),
    "lora_ga_config": (None,),
    "kasa_config": (None,),
    "megatron_config": (None,),
    "monteclora_config": (None,),
    "velora_config": (None,),
}


@dataclass(frozen=True)
class Card:
    """What an adapter was made from: card.json."""

    name: str
    task: str
    base_id: str
    """"starter", a hub id, or a folder's name."""
    base_sha256: str
    """Fingerprint of the base, see checkpoints.fingerprint."""
    recipe: dict[str, Any]
    dataset_sha256: str
    system: str = ""
    """System text that every training row began with, "" for none."""
    identity: dict[str, str] | None = None
    """The name and author that were taught, for the task identity."""
    losses: tuple[dict[str, float], ...] = ()
    """One per epoch: epoch, train, and each validation group's mean loss."""
    precision: str = "float32"
    """Type of the arithmetic it was trained in."""
    versions: dict[str, str] | None = None
    """Package to version."""
    steps: int = 0
    """Optimizer steps taken."""
    seconds: float = 0.0
    """Training time."""
    continued_from: str | None = None
    """Name of the adapter whose matrices this one began with."""
    dataset_seed: int | None = None
    """Seed of the twins it learned from, where they were made here."""
    held: tuple[str, ...] = ()
    """Ids of the templates that were held out of them."""

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """The names and makers that were taught, in each language."""
        taught = self.identity or {}
        endings = {key.removeprefix("name") for key in taught if key.startswith("name")}
        return {(taught[f"name{end}"], taught.get(f"author{end}", taught.get("author", ""))) for end in endings}

    def as_json(self) -> dict[str, Any]:
        """The object that stands in card.json."""
        return {
            "name": self.name,
            "task": self.task,
            "base": {"id": self.base_id, "sha256": self.base_sha256},
            "recipe": self.recipe,
            "dataset_sha256": self.dataset_sha256,
            "dataset_seed": self.dataset_seed,
            "held": list(self.held),
            "system": self.system,
            "identity": self.identity,
            "losses": list(self.losses),
            "precision": self.precision,
            "versions": self.versions or {},
            "steps": self.steps,
            "seconds": round(self.seconds, 2),
            "continued_from": self.continued_from,
        }


def refuse_pickle(path: Path) -> None:
    """Raise BadAdapter for a folder that holds a pickle."""
    for pattern in _PICKLES:
        for file in path.glob(pattern):
            raise BadAdapter(f"adapter {path.name} holds {file.name}, a pickle, which can run code; use safetensors")


def check_adapter(path: Path, base_sha256: str | None = None) -> Card:
    """Look over a folder before it is loaded; gives its card.

    Raises BadAdapter for a missing or damaged file, a pickle, a setting that is more than plain LoRA, and,
    where `base_sha256` is given, for an adapter that was trained on another base.
    """
    if not path.is_dir():
        raise BadAdapter(f"adapter folder {path} is not there; check the name")
    refuse_pickle(path)
    card = read_card(path)
    if base_sha256 is not None and card.base_sha256 != base_sha256:
        raise BadAdapter(
            f"adapter {card.name} was trained on {card.base_id} ({card.base_sha256[:8]}), this base is "
            f"{base_sha256[:8]}; choose its own base or train it again"
        )
    config = read_config(path)
    for name, allowed in _PLAIN.items():
        value = config.get(name, allowed[0])
        if not any(value is a or (type(value) is type(a) and value == a) for a in allowed):
            raise BadAdapter(f"adapter {path.name}: {name} is {value!r:.60}; only plain LoRA is loaded")
    rank = config.get("r")
    if isinstance(rank, bool) or not isinstance(rank, int) or not 1 <= rank <= 256:
        raise BadAdapter(f"adapter {path.name}: rank is {rank!r:.20}; it must be 1 to 256")
    _check_weights(path)
    return card


def read_card(path: Path) -> Card:
    """The card of an adapter folder. Raises BadAdapter naming the folder."""
    value = _object(path, CARD)
    try:
        return Card(
            name=str(value["name"]),
            task=str(value["task"]),
            base_id=str(value["base"]["id"]),
            base_sha256=str(value["base"]["sha256"]),
            recipe=dict(value["recipe"]),
            dataset_sha256=str(value["dataset_sha256"]),
            system=str(value.get("system") or ""),
            identity=None if value.get("identity") is None else {str(k): str(v) for k, v in value["identity"].items()},
            losses=tuple(dict(line) for line in value.get("losses", ())),
            precision=str(value.get("precision") or "float32"),
            versions=dict(value.get("versions") or {}),
            steps=int(value.get("steps", 0)),
            seconds=float(value.get("seconds", 0.0)),
            continued_from=value.get("continued_from"),
            dataset_seed=None if value.get("dataset_seed") is None else int(value["dataset_seed"]),
            held=tuple(map(str, value.get("held") or ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadAdapter(f"adapter {path.name}: {CARD} lacks or garbles {error}; train it again") from error


def write_card(path: Path, card: Card) -> None:
    """Write card.json into the folder, whole or not at all."""
    write_whole(path / CARD, [json.dumps(card.as_json(), ensure_ascii=False, indent=2) + "\n"])


def read_config(path: Path) -> dict[str, Any]:
    """The parsed adapter_config.json. Raises BadAdapter naming the folder."""
    return _object(path, CONFIG)


def read_weights(path: Path) -> dict[str, Any]:
    """The adapter's matrices by PEFT's names, as CPU tensors. Raises BadAdapter for a damaged file."""
    from safetensors.torch import load_file

    _check_weights(path)
    return dict(load_file(path / WEIGHTS))


def read_arrays(path: Path) -> dict[str, Any]:
    """The same as numpy arrays, without PyTorch where the type is one of numpy's. Raises BadAdapter."""
    from safetensors.numpy import load_file

    _check_weights(path)
    try:
        return dict(load_file(path / WEIGHTS))
    except (KeyError, TypeError):  # bfloat16
        return {name: tensor.float().numpy() for name, tensor in read_weights(path).items()}


def write_adapter(path: Path, weights: Mapping[str, Any], config: Mapping[str, Any], card: Card) -> None:
    """Put the three files of an adapter into `path`, the card last: a folder with a card is whole.

    `weights` are CPU tensors by PEFT's names. Everything is written beside `path` first, so that a full
    disk or a kill leaves nothing that looks like an adapter. Raises OSError.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        try:
            save_file(dict(weights), part / WEIGHTS, metadata={"format": "pt"})
        except SafetensorError as error:  # a full disk, in words of its own
            raise OSError(str(error)) from error
        os.chmod(part / WEIGHTS, 0o644)
        write_whole(part / CONFIG, [json.dumps(config, indent=2, sort_keys=True) + "\n"])
        write_card(part, card)
        path.mkdir(exist_ok=True)
        (path / CARD).unlink(missing_ok=True)
        for name in (WEIGHTS, CONFIG, CARD):
            os.replace(part / name, path / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _object(path: Path, name: str) -> dict[str, Any]:
    try:
        value = json.loads((path / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadAdapter(f"adapter {path.name} has no readable {name} in {path}; train it again") from error
    except (ValueError, RecursionError) as error:
        raise BadAdapter(f"adapter {path.name}: {name} is damaged ({error}); train it again") from error
    if not isinstance(value, dict):
        raise BadAdapter(f"adapter {path.name}: {name} holds no object; train it again")
    return value


def _check_weights(path: Path) -> None:
    """Read the header only: it tells a cut file by its length, and a foreign one by its names."""
    from safetensors import SafetensorError, safe_open

    file = path / WEIGHTS
    if not file.is_file():
        raise BadAdapter(f"adapter {path.name} has no {WEIGHTS} in {path}; train it again")
    try:
        with safe_open(file, framework="numpy") as opened:
            names = list(opened.keys())
    except (SafetensorError, OSError) as error:
        raise BadAdapter(f"adapter {path.name}: {WEIGHTS} is damaged ({error!s:.120}); train it again") from error
    odd = [n for n in names if not re.search(r"\.lora_(embedding_)?[AB](\.weight)?$", n)]
    if odd or not names:
        raise BadAdapter(f"adapter {path.name}: {WEIGHTS} holds {odd[0] if odd else 'nothing'!r:.80}, no LoRA matrices")
