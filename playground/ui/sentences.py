"""What the floors below say when something is wrong, in Chinese: pairs of sentence forms.

The floors speak English. Each pair here is one of their sentences with {holes}; a sentence that fits
the English form is said in the Chinese one with the same values. What fits none is shown as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from playground.ui.words import say

FORMS: tuple[tuple[str, str], ...] = (
    ("{name} is {value}; it must be {low} to {high}", "{name} 现在是 {value}，应在 {low} 到 {high} 之间"),
)


def sentence(text: str, lang: str) -> str:
    """An error's sentence in a language."""
    if lang != "zh":
        return text
    for pattern, form in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return form.format(**match.groupdict())
    return say(lang, "foreign", text=text)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_expression(english), re.DOTALL), chinese) for english, chinese in FORMS]


def _expression(form: str) -> str:
    return "".join(
        f"(?P<{part[1:-1]}>.*?)" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", form)
    )
