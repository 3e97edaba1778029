"""The shelf of prompts: the only opener of prompts/<name>.toml.

A prompt is a named system text that a contender may be given. Adding one is adding a file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import BadSetting, known
from playground.settings import Settings

LONGEST = 4000
"""Most characters of a system text."""


@dataclass(frozen=True)
class Prompt:
    """A named system text."""

    name: str
    """Name of the file, without its ending."""
    title: Mapping[str, str]
    """Language to the words shown for it."""
    text: Mapping[str, str]
    """Language to the text itself."""

    def in_language(self, lang: str) -> str:
        """The text in that language, or in the first one there is."""
        return self.text.get(lang) or next(iter(self.text.values()))


def prompt_names(settings: Settings) -> list[str]:
    """Names of the prompts that are there, sorted."""
    return sorted(file.stem for file in (settings.house / "prompts").glob("*.toml"))


def load_prompt(name: str, settings: Settings) -> Prompt:
    """The prompt of that name. Raises UnknownName with the names there are, BadSetting for a file that is none."""
    names = prompt_names(settings)
    if name not in names:
        raise known("prompt", name, names)
    where = f"prompts/{name}.toml"
    try:
        value = tomllib.loads((settings.house / where).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{where} is not TOML ({error}); mend it") from error
    except OSError as error:
        raise BadSetting(f"{where} cannot be read ({error.strerror}); put it back") from error
    return Prompt(name, _words(value.get("title"), f"{where}: title"), _words(value.get("text"), f"{where}: text"))


def _words(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise BadSetting(f"{where} is {value!r:.60}; it must be a table of texts by language")
    for text in value.values():
        if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST:
            raise BadSetting(f"{where} holds {text!r:.60}; each must be a text of 1 to {LONGEST} characters")
    return {lang: text.strip() for lang, text in value.items()}
