"""The models that are loaded, one of each: made once by the program, handed down, closed at the end.

Who asks first for a model waits until it is loaded; who asks at the same time waits for the same one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.checkpoints.files import STARTER, fingerprint, kept_folder, resolve
from playground.device import Device, Kind, need_torch, pick_device
from playground.errors import BadSetting, ModelFailed
from playground.models.base import ChatModel
from playground.models.borrowed import BorrowedModel, Lend
from playground.models.memory import OVER, free_bytes, needs
from playground.models.scripted import ScriptedModel
from playground.models.tidy import give_back
from playground.secret import Secret
from playground.settings import LOCAL, Settings, at_home

if TYPE_CHECKING:
    from playground.models.endpoint import EndpointModel, Probe
    from playground.models.gguf.engine import GgufModel
    from playground.models.local import LocalModel
    from playground.models.wire import Resolve


MOST_OF_ONE, MOST_OF_ALL, MOST_KEYS = 8, 64, 256
"""Endpoints kept open for one visitor and for all together, and keys kept in memory; the oldest go first."""
STARTER_GGUF = "starter-q8_0.gguf"
"""The starter for llama.cpp, in its folder of the house."""
IDLE = 60.0
"""Seconds since a model on this machine was asked for last, after which it may be closed to make room for another."""


class _Place:
    """Where one model stands once it is loaded."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.model: Any = None
        self.used = time.monotonic()
        self.bytes = 0
        """Memory that closing it would give back, of a model on this machine; a guess."""

    @property
    def idle(self) -> bool:
        """Whether it stands loaded on this machine and nobody has asked for it lately."""
        return bool(self.bytes) and time.monotonic() - self.used > IDLE and not self.model.busy


def _close(places: Iterable[_Place]) -> None:
    for place in places:
        with place.lock:
            if place.model is not None:
                place.model.close()


class Catalogue:
    """Everyone's models."""

    def __init__(self, settings: Settings, resolve: Resolve | None = None, lend: Lend | None = None) -> None:
        """`resolve` stands in for the system's name service; `lend` runs a round on a GPU lent to single calls."""
        self.settings = settings
        self._lend = lend
        self._resolve = resolve
        self._keys: dict[tuple[str, str], Secret] = {}
        self._lock = threading.Lock()
        self._places: dict[tuple[str, ...], _Place] = {}
        self._device: Device | None = None
        self._closed = False

    @property
    def device(self) -> Device:
        """Where local models run, and why; found out when first asked for."""
        if self._device is None:
            self._device = pick_device(self.settings)
        return self._device

    @property
    def reached(self) -> Device | None:
        """The device, where it was found out already; asking does not load anything."""
        return self._device

    def base(self, name: str) -> ChatModel:
        """The model of a base's name, by what the rung of the ladder has for it. Raises as local and gguf do."""
        rung = self.device.rung
        if rung == "endpoint":
            need_torch("a model on this machine")
            raise BadSetting("PLAYGROUND_DEVICE is 'endpoint', so no model answers on this machine; set another")
        if rung == "gguf":
            return self.gguf(name)
        # The starter stays on the CPU, so that no visitor's minutes are spent on it.
        if rung == "zerogpu" and self._lend is not None and (ref := resolve(name, self.settings)).id != STARTER:
            lend = self._lend
            borrowed: BorrowedModel = self._loaded(("borrowed", ref.path_or_hub_id), lambda: BorrowedModel(ref, lend))
            return borrowed
        return self.local(name)

    def local(self, base: str) -> LocalModel:
        """The model of a base's name (see checkpoints.resolve), loaded once. Raises BadCheckpoint."""
        ref = resolve(base, self.settings)

        def load() -> LocalModel:
            from playground.models.local import LocalModel

            if ref.local or kept_folder(ref) is not None:
                self._make_room(needs(ref, self.device.kind).memory_bytes, self.device.kind)
            return LocalModel(ref.id, ref, self.device.kind, self.settings.threads)

        model: LocalModel = self._loaded(("local", ref.path_or_hub_id), load, lambda made: made.weight_bytes)
        return model

    def gguf(self, source: str) -> GgufModel:
        """The model of a GGUF file, or of a base's name: that one is written as GGUF once, into the work folder.

        Raises MissingPackage, BadCheckpoint, and what export raises.
        """
        if source.endswith(".gguf"):
            file, name = at_home(source).resolve(), Path(source).name
        else:
            ref = resolve(source, self.settings)
            name = f"{ref.id} (GGUF)"
            if ref.id == STARTER and find_spec("torch") is None:
                # Without PyTorch no checkpoint can be written anew, and the starter comes in both forms.
                file = self.settings.house / "starter" / STARTER_GGUF
            else:
                file = self.settings.home / "cache" / f"{Path(ref.id).name}-{fingerprint(ref)[:12]}-f16.gguf"

        def load() -> GgufModel:
            from playground.models.gguf.engine import GgufModel
            from playground.models.gguf.export import ExportOrder, export
            from playground.models.gguf.native import library

            library()
            if file.is_file():
                self._make_room(round(file.stat().st_size * OVER), "cpu")
            if not source.endswith(".gguf") and not file.is_file():
                for _ in export(ExportOrder(ref, "base", "f16", file, ref.id, threads=self.settings.threads)):
                    pass
            return GgufModel(name, file, self.settings.threads)

        model: GgufModel = self._loaded(("gguf", str(file)), load, lambda _: file.stat().st_size)
        return model

    def scripted(self, path: Path | str) -> ScriptedModel:
        """The model that answers from a file. Raises BadSample, BadSetting."""
        file = at_home(path).resolve()
        model: ScriptedModel = self._loaded(("scripted", str(file)), lambda: ScriptedModel(file))
        return model

    def endpoint(self, address: str, model: str, visitor: str) -> EndpointModel:
        """The model behind an address, with the key this visitor gave for it. Raises BadSetting, MissingPackage."""
        from playground.models.wire import read_address

        address = read_address(address, self.settings.public)
        name = ("endpoint", visitor, address, model)
        made: EndpointModel = self._loaded(name, lambda: self._endpoint(address, model, visitor))
        self._bound(visitor)
        return made

    def probe(self, address: str, model: str, visitor: str) -> Probe:
        """Ask an address for a word; nothing of it is kept. Raises ModelFailed, BadSetting, MissingPackage."""
        from playground.models.wire import read_address

        tried = self._endpoint(read_address(address, self.settings.public), model, visitor)
        try:
            return tried.probe()
        finally:
            tried.close()

    def _endpoint(self, address: str, model: str, visitor: str) -> EndpointModel:
        from playground.models.endpoint import EndpointModel
        from playground.models.wire import Wire, resolved

        key = self._keys.get((visitor, address)) or (self.settings.api_key if visitor == LOCAL else Secret(""))
        return EndpointModel(address, model, key, Wire(self.settings.public, resolve=self._resolve or resolved))

    def _bound(self, visitor: str) -> None:
        """Close what was opened first where a visitor, or all together, have too many endpoints."""
        with self._lock:
            names = [name for name in self._places if name[0] == "endpoint"]
            old = [name for name in names if name[1] == visitor][:-MOST_OF_ONE]
            old += [name for name in names if name not in old][:-MOST_OF_ALL]
            places = [self._places.pop(name) for name in old]
        _close(places)

    def give_key(self, address: str, visitor: str, key: Secret) -> None:
        """Keep a visitor's key for an address, in memory alone; models made with another one are closed."""
        from playground.models.wire import read_address

        address = read_address(address, self.settings.public)
        with self._lock:
            self._keys.pop((visitor, address), None)
            self._keys[(visitor, address)] = key
            for old in list(self._keys)[:-MOST_KEYS]:
                del self._keys[old]
            stale = [name for name in self._places if name[:3] == ("endpoint", visitor, address)]
            places = [self._places.pop(name) for name in stale]
        _close(places)

    def loaded(self, kind: str = "") -> list[str]:
        """Names of the models that stand ready now, of one kind ("local" runs on this machine's device) or of all."""
        with self._lock:
            places = [place for key, place in self._places.items() if kind in ("", key[0])]
            return [place.model.name for place in places if place.model is not None]

    def close(self) -> None:
        """Close every model; nothing is loaded after this."""
        with self._lock:
            self._closed = True
            self._keys.clear()
            places = list(self._places.values())
            self._places.clear()
        _close(places)

    def room(self) -> int:
        """Bytes that closing the models nobody has asked for lately would give back."""
        with self._lock:
            return sum(place.bytes for place in self._places.values() if place.idle)

    def _make_room(self, wanted: int, device: Kind) -> None:
        """Close what was not asked for lately, the longest first, until `wanted` bytes fit, or as far as it goes."""
        while wanted > free_bytes(device):
            with self._lock:
                idle = [key for key, place in self._places.items() if place.idle]
                if not idle:
                    return
                place = self._places.pop(min(idle, key=lambda key: self._places[key].used))
            _close([place])
            give_back()

    def _loaded(self, key: tuple[str, ...], load: Callable[[], Any], size: Callable[[Any], int] = lambda _: 0) -> Any:
        with self._lock:
            if self._closed:
                raise ModelFailed("the catalogue of models is closed; start the program again")
            place = self._places.setdefault(key, _Place())
        with place.lock:
            place.used = time.monotonic()
            if place.model is None:
                place.model = load()
                place.bytes = size(place.model)
            return place.model
