"""The only opener of a base model's folder: its tokenizer, its weights, its fingerprint.

A base is the bundled starter, a folder, or a hub id (fetched into the hub's own cache, then opened as
a folder). Weights come from safetensors only, and no code that travels with a checkpoint is run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.checkpoints import hub
from playground.errors import BadCheckpoint, MissingPackage
from playground.settings import Settings, at_home

STARTER = "starter"

_IMPORTING = threading.Lock()


@dataclass(frozen=True)
class BaseRef:
    """Which base model, and where it is."""

    id: str
    """What cards and adapter configs call it: "starter", the hub id, or the folder's name."""
    path_or_hub_id: str
    """A folder on this machine, or the hub id."""

    @property
    def local(self) -> bool:
        """Whether it is a folder on this machine already."""
        return Path(self.path_or_hub_id).is_dir()


def resolve(name: str, settings: Settings) -> BaseRef:
    """The base that a name stands for: "starter", a folder, or a hub id (owner/name).

    Nothing is opened or fetched. Raises BadCheckpoint for a folder that is not there and a name that
    is neither, BadSetting for a ~user who is not there.
    """
    if name == STARTER:
        folder = settings.house / "starter" / "weights"
        if not folder.is_dir():
            raise BadCheckpoint(f"the starter's folder {folder} is not there; fetch the checkout whole")
        return BaseRef(STARTER, str(folder))
    own = _existing_folder(name)
    if own is not None:
        return BaseRef(own.name, str(own))
    if re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", name):
        return BaseRef(name, name)
    if name.endswith(".gguf"):
        raise BadCheckpoint(
            f"base {Path(name).name!r:.120} is a GGUF file, which answers and cannot learn or take an adapter; "
            "give a checkpoint folder or a hub id"
        )
    raise BadCheckpoint(f"base {name!r:.120} is not there; give starter, a folder, or a hub id (owner/name)")


def _existing_folder(name: str) -> Path | None:
    """The folder of that name; None for what is no folder, or can be none. Raises BadSetting as at_home does."""
    try:
        folder = at_home(name)
        return folder.resolve() if name and folder.is_dir() else None
    except (OSError, ValueError):
        return None


def library() -> Any:
    """The library transformers, its classes for a checkpoint loaded too, for one caller after another.

    Two threads that import it for the first time at once (two visitors, or two events of one page) find it half made.
    """
    with _IMPORTING:
        import transformers

        for name in ("AutoConfig", "AutoTokenizer", "AutoModelForCausalLM"):
            getattr(transformers, name)
        return transformers


def _torch() -> Any:
    """PyTorch. Raises MissingPackage."""
    try:
        import torch
    except ImportError as error:
        raise MissingPackage("a checkpoint", "torch") from error
    return torch


def count_numbers(ref: BaseRef) -> int:
    """Numbers of the base's weights as its files hold them, read from their heads alone. Raises BadCheckpoint."""
    from safetensors import safe_open

    folder, total = _folder(ref), 0
    for shard in _shards(ref, folder):
        _check_shard(ref, shard)
        with safe_open(shard, framework="numpy") as opened:
            total += sum(math.prod(opened.get_slice(name).get_shape()) for name in opened.keys())  # noqa: SIM118
    return total


def open_tokenizer(ref: BaseRef) -> Any:
    """The base's transformers tokenizer. Raises BadCheckpoint where it is missing, damaged or cannot write a chat."""
    folder = _folder(ref)
    _config(ref, folder)
    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.json", "tokenizer.model")):
        raise BadCheckpoint(f"base {ref.id} has no tokenizer file in {folder}; add tokenizer.json")
    transformers = library()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    # The tokenizers library raises bare Exception for a damaged file.
    except Exception as error:
        raise BadCheckpoint(f"base {ref.id}: its tokenizer does not open ({_short(error)}); fetch it again") from error
    if tokenizer.chat_template is None:
        raise BadCheckpoint(f"base {ref.id} has no chat template; choose a chat (instruct) model")
    return tokenizer


def open_model(ref: BaseRef, device: str = "cpu", dtype: str | None = None) -> Any:
    """The base as a transformers causal LM in eval mode on `device` ("cpu", "cuda", "mps").

    `dtype` is a torch type's name. None takes float32 on the CPU and Apple's GPU, and bfloat16 on CUDA
    (float16 where that is missing). Raises BadCheckpoint for weights that are missing, damaged, pickled,
    or do not fit their config; whatever is missing is never made up.
    """
    torch = _torch()
    transformers = library()
    folder = _folder(ref)
    _config(ref, folder)
    for shard in _shards(ref, folder):
        _check_shard(ref, shard)
    progress: Any = transformers.utils.logging
    progress.disable_progress_bar()  # a bar per load would run through the tables printed on the error stream
    if dtype is None:
        half = "bfloat16" if device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
        dtype = half if device == "cuda" else "float32"
    try:
        loaded: Any = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=getattr(torch, dtype),
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError, TypeError, ImportError) as error:
        raise BadCheckpoint(f"base {ref.id} does not open ({_short(error)}); fetch it again") from error
    model, report = loaded
    # The library fills holes with random numbers and only warns; a model with holes is not the model asked for.
    for kind in ("missing_keys", "mismatched_keys"):
        if report[kind]:
            first = str(sorted(report[kind], key=str)[0])
            raise BadCheckpoint(f"base {ref.id} lacks weights that fit its config ({first:.80}); fetch it again")
    try:
        return model.to(device).eval()
    except RuntimeError as error:
        raise BadCheckpoint(
            f"base {ref.id} does not fit the {device} ({_short(error)}); choose a smaller one, or a GGUF file of it"
        ) from error


def open_shape(ref: BaseRef) -> Any:
    """The base without its numbers: the same modules and shapes on PyTorch's meta device, for counting.

    Raises BadCheckpoint as open_model does for its config.
    """
    torch = _torch()
    transformers = library()
    folder = _folder(ref)
    _config(ref, folder)
    try:
        config = transformers.AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
        with torch.device("meta"):
            build: Any = transformers.AutoModelForCausalLM
            return build.from_config(config)
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError, TypeError, ImportError) as error:
        raise BadCheckpoint(f"base {ref.id}: its config does not open ({_short(error)}); fetch it again") from error


def fingerprint(ref: BaseRef) -> str:
    """SHA-256, 64 hexadecimal digits, of the base's config.json and safetensors files, in order of their names."""
    folder = _folder(ref)
    _config(ref, folder)
    files = [folder / "config.json", *_shards(ref, folder)]
    # Size and time are part of the key, so a file that changes is read again.
    return _hash(tuple((str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files))


@lru_cache(maxsize=16)
def _hash(files: tuple[tuple[str, int, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, size, _ in files:
        whole.update(f"{Path(name).name}\n{size}\n".encode())
        with open(name, "rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def kept_folder(ref: BaseRef) -> Path | None:
    """Where a hub id's files lie from an earlier download; None where they do not all."""
    folder = hub.kept(ref.path_or_hub_id)
    if folder is not None and (folder / "config.json").is_file():
        # A download that broke off leaves a part of the files.
        with contextlib.suppress(BadCheckpoint):
            return folder if _shards(ref, folder) else None
    return None


def _folder(ref: BaseRef) -> Path:
    """The folder to open; a hub id is fetched first, the cache asked before the network."""
    if ref.local:
        return Path(ref.path_or_hub_id)
    if Path(ref.path_or_hub_id).is_absolute():
        raise BadCheckpoint(f"base {ref.id}: folder {ref.path_or_hub_id} is not there; check the path")
    return kept_folder(ref) or hub.snapshot(ref.path_or_hub_id)


def _config(ref: BaseRef, folder: Path) -> dict[str, Any]:
    """The parsed config.json."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise BadCheckpoint(f"base {ref.id} has no readable config.json in {folder}; it is no checkpoint") from error
    except (ValueError, RecursionError) as error:
        raise BadCheckpoint(f"base {ref.id}: its config.json is damaged ({_short(error)}); fetch it again") from error
    if not isinstance(config, dict):
        raise BadCheckpoint(f"base {ref.id}: its config.json holds no object; fetch it again")
    return config


def _shards(ref: BaseRef, folder: Path) -> list[Path]:
    """The safetensors files of the weights, by name; every one that the index lists is there."""
    index = folder / "model.safetensors.index.json"
    single = folder / "model.safetensors"
    if single.is_file():
        return [single]
    if not index.is_file():
        if any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.pth")):
            raise BadCheckpoint(f"base {ref.id} has its weights as pickle only; convert them to safetensors")
        raise BadCheckpoint(f"base {ref.id} has no model.safetensors in {folder}; fetch it again")
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()), key=str)
    except (OSError, ValueError, RecursionError, KeyError, AttributeError, TypeError) as error:
        raise BadCheckpoint(f"base {ref.id}: {index.name} is damaged ({_short(error)}); fetch it again") from error
    for name in names:
        # A listed name is a plain file name of this folder, never a way out of it.
        if not _is_shard(folder, name):
            raise BadCheckpoint(f"base {ref.id}: weights file {name!r:.80} is not in {folder}; fetch it again")
    if not names:
        raise BadCheckpoint(f"base {ref.id}: {index.name} lists no weights; fetch it again")
    return [folder / name for name in names]


def _is_shard(folder: Path, name: Any) -> bool:
    try:
        plain = isinstance(name, str) and Path(name).name == name and name.endswith(".safetensors")
        return plain and (folder / name).is_file()
    except (OSError, ValueError):
        return False


def _check_shard(ref: BaseRef, shard: Path) -> None:
    """Read the header, which tells a cut or foreign file from its length, before a model is built for it."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(shard, framework="numpy"):
            pass
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(f"base {ref.id}: {shard.name} is damaged ({_short(error)}); fetch it again") from error


def _short(error: Exception) -> str:
    """The first line of a foreign error, short enough for a sentence."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160].rstrip(".")
