"""A text that must not be seen: it prints as ***, and is taken out of sentences before they are shown."""

from __future__ import annotations

SHORT = 6
"""Characters of the shortest key; local servers take any word, and a word may stand in every sentence."""
PIECE = 8
"""Characters of an end that is hidden too."""


class Secret:
    """A key. Only `reveal` gives it away; printing, formatting, comparing and pickling do not."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Blanks and line ends around and inside are dropped: they come from copying, and no header may hold them."""
        self._text = "".join(text.split())

    def reveal(self) -> str:
        """The text itself, for the one header it belongs in."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """The text with this secret, and its ends, replaced by ***. Below SHORT characters it is a placeholder."""
        whole = self._text
        if len(whole) < SHORT:
            return text
        text = text.replace(whole, "***")
        # Servers like to repeat a key with its middle left out; either end is enough to guess from.
        if len(whole) > PIECE:
            for piece in (whole[:PIECE], whole[-PIECE:]):
                text = text.replace(piece, "***")
        return text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "***" if self._text else "''"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")
