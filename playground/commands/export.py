"""python -m playground export: a base or an adapter as a GGUF file for llama.cpp."""

from __future__ import annotations

from argparse import Namespace

from playground.adapters.shelf import Adapter, find_adapter
from playground.checkpoints.files import BaseRef, resolve
from playground.commands.console import Console
from playground.commands.lineup import TUNED, base_of
from playground.errors import BadSetting
from playground.events import ExportDone, ExportStep
from playground.models.gguf.export import ExportOrder, Form, export
from playground.settings import LOCAL, Settings, at_home


def export_file(given: Namespace, settings: Settings, console: Console) -> int:
    """Write the file and say how like its checkpoint it is."""
    adapter = find_adapter(settings, LOCAL, given.adapter) if given.adapter else None
    order = export_order(given, adapter, settings)
    done = ExportDone("", 0)
    for event in export(order):
        if isinstance(event, ExportDone):
            done = event
        elif event.done in (0, event.total):
            console.say(f"export: {_said(event)}")
    if given.json:
        console.show_json({k: v for k, v in vars(done).items() if k != "kind"})
        return 0
    console.show(f"{done.path}, {done.bytes / 2**20:.1f} MB")
    if done.positions:
        console.show(
            f"loaded and compared: the same next token at {100 * done.same:.1f} % of {done.positions} positions, "
            f"largest difference of a logit {done.furthest:.3g}"
        )
    else:
        console.show("not compared with its checkpoint: llama-cpp-python is not installed")
    return 0


def export_order(given: Namespace, adapter: Adapter | None, settings: Settings) -> ExportOrder:
    """The order that was typed. Raises BadSetting for options that do not go together."""
    if given.adapter_only and adapter is None:
        raise BadSetting("--adapter-only needs --adapter NAME; name the adapter")
    names = [f"{TUNED}{adapter.name}"] if adapter else []
    ref: BaseRef = resolve(base_of(names, given.base, settings), settings)
    form: Form = "base" if adapter is None else "adapter" if given.adapter_only else "merged"
    kind = given.type or ("f16" if form == "adapter" else "q8_0")
    name = adapter.name.replace("@", "-") if adapter else ref.id.rpartition("/")[2]
    return ExportOrder(
        base=ref,
        form=form,
        kind=kind,
        out=at_home(given.gguf),
        name=name,
        adapter=adapter.path if adapter else None,
        threads=settings.threads,
        force=given.force,
    )


def _said(event: ExportStep) -> str:
    match event.what:
        case "open":
            return "opening the base"
        case "write":
            return f"{event.total} tensors written" if event.done else "writing"
        case "quantise":
            return "rounding, by llama.cpp"
    return "loading the file and comparing it with the checkpoint"
