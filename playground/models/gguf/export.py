"""From a base or an adapter to a GGUF file on disk that was loaded and compared: the export as events."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playground.adapters.files import check_adapter, read_config, read_weights
from playground.checkpoints.files import BaseRef, fingerprint, open_model, open_shape, open_tokenizer
from playground.errors import BadSetting, ExportFailed, MissingPackage, NameTaken
from playground.events import ExportDone, ExportEvent, ExportStep
from playground.models.gguf.check import Checked, check_file
from playground.models.gguf.metadata import family_of
from playground.models.gguf.write import KINDS, Kind, kind_of, requantise, write_adapter, write_model

Form = Literal["base", "merged", "adapter"]


@dataclass(frozen=True)
class ExportOrder:
    """What to write where."""

    base: BaseRef
    form: Form
    """The base alone, base and adapter in one, or the adapter alone, to be used beside a base's file."""
    kind: str
    """A name among write.KINDS."""
    out: Path
    """The file."""
    name: str
    """What the file calls itself."""
    adapter: Path | None = None
    """Folder of the adapter; None for the base alone."""
    threads: int = 0
    force: bool = False
    """Replace a file that is there, once the new one is done."""


def export(order: ExportOrder) -> Iterator[ExportEvent]:
    """Write the file; ends with ExportDone. Nothing stands at `out` before it was loaded and compared.

    Raises a UserError for what cannot be exported, ExportFailed where the file came out wrong.
    """
    kind = kind_of(order.kind)
    _check(order, kind)
    yield ExportStep("open", 0, 1)
    model, config = _open(order)
    tokenizer = open_tokenizer(order.base)
    try:
        with tempfile.TemporaryDirectory(dir=order.out.parent, prefix=".export-") as folder:
            room = Path(folder)
            written = yield from _written(order, kind, model, config, tokenizer, room)
            yield ExportStep("check", 0, 1)
            checked = _checked(order, kind, model, tokenizer, written, room)
            written.replace(order.out)
    except OSError as error:
        why = error.strerror or error
        raise ExportFailed(f"{order.out} cannot be written ({why}); make room or choose another") from error
    size = order.out.stat().st_size
    if checked is None:
        yield ExportDone(str(order.out), size)
    else:
        yield ExportDone(str(order.out), size, checked.positions, checked.same, checked.furthest)


def _check(order: ExportOrder, kind: Kind) -> None:
    """Refuse early what cannot end well."""
    if (order.form == "base") != (order.adapter is None):
        raise BadSetting(f"form {order.form!r} does not fit; name an adapter for merged and adapter, none for base")
    if order.form == "adapter" and kind not in (KINDS["f32"], KINDS["f16"]):
        raise BadSetting(f"type {order.kind} is for whole models; an adapter alone is f32 or f16")
    if order.out.is_dir():
        raise BadSetting(f"{order.out} is a folder; give the name of a file in it")
    if order.out.exists() and not order.force:
        raise NameTaken(f"{order.out} is there already; choose another name, or force it")
    try:
        order.out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"folder {order.out.parent} cannot be made ({error.strerror}); choose another") from error
    shape = open_shape(order.base)
    family_of(shape.config, order.base.id)
    if order.adapter is not None:
        check_adapter(order.adapter, fingerprint(order.base))
    # Written once in its own type, once more while its tensors wait; a K-quant comes out of a float32 file.
    numbers = sum(p.numel() for p in shape.parameters())
    need = numbers * (kind.bits / 8 * 2 if not kind.requantised else kind.bits / 8 + 8)
    free = shutil.disk_usage(order.out.parent).free
    if need > free:
        room = f"{free / 2**30:.1f} GB free and {need / 2**30:.1f} GB are needed"
        raise BadSetting(f"{order.out.parent} has {room}; make room or choose another")


def _open(order: ExportOrder) -> tuple[Any, Any]:
    """The model that the file must be like, in float32, adapter merged in; and the base's config."""
    model = open_model(order.base, "cpu", "float32")
    config = model.config
    if order.adapter is not None:
        from peft import PeftModel

        with warnings.catch_warnings():
            # PEFT still asks transformers for names that are to go.
            warnings.simplefilter("ignore", FutureWarning)
            merging: Any = PeftModel.from_pretrained(model, str(order.adapter))
            model = merging.merge_and_unload()
    return model.eval(), config


def _written(
    order: ExportOrder, kind: Kind, model: Any, config: Any, tokenizer: Any, room: Path
) -> Generator[ExportStep, None, Path]:
    """Write the file into `room`; gives its path."""
    path = room / "file.gguf"
    if order.form == "adapter":
        assert order.adapter is not None
        state = read_weights(order.adapter)
        steps = write_adapter(path, config, read_config(order.adapter), state, order.name, kind)
    else:
        own = fingerprint(order.base) if order.form == "base" else ""
        steps = write_model(path, model, tokenizer, order.name, kind, own)
    for done, total in steps:
        yield ExportStep("write", done, total)
    if not kind.requantised:
        return path
    yield ExportStep("quantise", 0, 1)
    small = room / "small.gguf"
    requantise(path, small, kind, order.threads)
    path.unlink()
    return small


def _checked(order: ExportOrder, kind: Kind, model: Any, tokenizer: Any, written: Path, room: Path) -> Checked | None:
    """What the comparison found; None where llama-cpp-python is not there to load the file."""
    try:
        if order.form != "adapter":
            return check_file(written, model, tokenizer, kind, order.threads)
        base, plain = room / "base.gguf", KINDS["f32"]
        for _ in write_model(base, open_model(order.base, "cpu", "float32"), tokenizer, order.base.id, plain, ""):
            pass
        return check_file(base, model, tokenizer, kind, order.threads, adapter=written)
    except MissingPackage:
        return None
