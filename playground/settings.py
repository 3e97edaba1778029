"""The environment, read once into one frozen value by app.py and the command line."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from playground.errors import BadSetting
from playground.secret import Secret

HOUSE = Path(__file__).resolve().parent.parent
"""The checkout: where samples/, prompts/, adapters/ and starter/ stand. Read-only at run time."""

LOCAL = "local"
"""The visitor's id on the command line and on a laptop."""


_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Limits:
    """What one visitor of a public page may take up."""

    rows: int = 20_000
    """Training rows of one dataset."""
    minutes: int = 30
    """Longest training run."""
    megabytes: int = 500
    """Everything of one visitor that lies in the work folder."""
    days: int = 7
    """How long things are kept after their visitor was last there."""


@dataclass(frozen=True)
class Settings:
    """Where things are and what is allowed."""

    house: Path = HOUSE
    """Folder with the shipped samples, prompts, adapters and starter."""
    home: Path = field(default_factory=lambda: HOUSE / "work")
    """The work folder: all that is made lands here, under the visitor's id."""
    base: str = "starter"
    """The base model: "starter", a folder, or a hub id."""
    host: str = "127.0.0.1"
    """Address the page listens on."""
    port: int | None = None
    """Port of the page; None takes the first free one from 7860 up."""
    public: bool = False
    """True on a Space: every browser is a visitor of its own."""
    zero_gpu: bool = False
    """True on a Space with ZeroGPU: a GPU is lent to single calls, and what stays loaded runs on the CPU."""
    device: str = ""
    """Rung of the start-up ladder to begin at (device.LADDER), "" for the highest."""
    threads: int = 0
    """Threads for model work; 0 leaves the choice to the libraries."""
    secret: str = "twin-playground"
    """Encrypts what the browser stores; not a password."""
    visitor_limits: Limits = field(default_factory=Limits)
    """Limits of strangers; see `limits`."""
    api_key: Secret = field(default_factory=lambda: Secret(""))
    """Key of the endpoints that the command line or a laptop's own page asks; never a stranger's to use."""

    @property
    def shared(self) -> bool:
        """Whether browsers of other machines can reach the page."""
        return self.public or self.host not in _LOOPBACK

    @property
    def limits(self) -> Limits | None:
        """What a visitor may take up; None where the page is its owner's alone."""
        return self.visitor_limits if self.public else None

    @property
    def lasting(self) -> bool:
        """Whether the work folder outlives a restart: a Space's disk does not, storage mounted there does."""
        return not self.public or os.path.ismount(self.home) or any(map(os.path.ismount, self.home.parents[:-1]))

    def of_page(self) -> Settings:
        """These settings as the page may use them: what others can reach does not hold the key of the house."""
        return replace(self, api_key=Secret("")) if self.shared else self

    def visitor_home(self, visitor: str) -> Path:
        """The one folder of a visitor's things. Raises BadSetting for an id that was not made here."""
        if visitor != LOCAL and not re.fullmatch(r"[0-9a-f]{32}", visitor):
            raise BadSetting(f"visitor id {visitor!r:.40} is not one of ours; reload the page")
        return self.home / visitor


def at_home(path: Path | str) -> Path:
    """The path with a ~ at its beginning resolved. Raises BadSetting for a user who is not there."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise BadSetting(f"path {str(path)!r:.120} begins with a home that is not there; write it out") from None


def new_visitor() -> str:
    """A fresh visitor id: 128 random bits, 32 hexadecimal digits."""
    return secrets.token_hex(16)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment (os.environ by default).

    PLAYGROUND_HOME, PLAYGROUND_BASE, PLAYGROUND_PORT (or GRADIO_SERVER_PORT), PLAYGROUND_HOST (or
    GRADIO_SERVER_NAME), PLAYGROUND_DEVICE, PLAYGROUND_THREADS, PLAYGROUND_SECRET, PLAYGROUND_API_KEY,
    PLAYGROUND_VISITOR_ROWS, _MINUTES, _MEGABYTES and _DAYS; SPACE_ID marks a Space, SPACES_ZERO_GPU one with ZeroGPU.
    Raises BadSetting for a value that cannot be used.
    """
    env = os.environ if environment is None else environment
    public = bool(env.get("SPACE_ID"))
    home = env.get("PLAYGROUND_HOME")
    if home is None:
        home = "/data" if public and Path("/data").is_dir() else str(HOUSE / "work")
    port_name = "PLAYGROUND_PORT" if "PLAYGROUND_PORT" in env else "GRADIO_SERVER_PORT"
    port = _number(env, port_name, 1, 65535)
    host = env.get("PLAYGROUND_HOST") or env.get("GRADIO_SERVER_NAME") or ("0.0.0.0" if public else "127.0.0.1")
    return Settings(
        home=at_home(home).resolve(),
        base=env.get("PLAYGROUND_BASE") or "starter",
        host=host,
        port=port,
        public=public,
        zero_gpu=public and bool(env.get("SPACES_ZERO_GPU")),
        device=(env.get("PLAYGROUND_DEVICE") or "").strip().lower(),
        threads=_number(env, "PLAYGROUND_THREADS", 0, 1024) or 0,
        secret=env.get("PLAYGROUND_SECRET") or "twin-playground",
        visitor_limits=_limits(env),
        api_key=Secret("" if public else env.get("PLAYGROUND_API_KEY", "")),
    )


def writable_home(settings: Settings) -> Path:
    """The work folder, made if needed and tried by writing. Raises BadSetting naming it if that fails."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / f".try-{secrets.token_hex(4)}"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise BadSetting(
            f"work folder {settings.home} cannot be written ({error.strerror}); set PLAYGROUND_HOME to one that can"
        ) from error
    return settings.home


def _limits(env: Mapping[str, str]) -> Limits:
    given = {one.name: _number(env, f"PLAYGROUND_VISITOR_{one.name.upper()}", 1, 10**8) for one in fields(Limits)}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def _number(env: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = env.get(name)
    if text is None or not text.strip():
        return None
    if not re.fullmatch(r"\d{1,9}", text.strip()) or not low <= int(text) <= high:
        raise BadSetting(f"{name} is {text!r}; it must be a whole number, {low} to {high}")
    return int(text)
