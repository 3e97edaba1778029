"""Jinja2's sandbox with what multiplies work taken out, for templates that are more than text and slots."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from playground.errors import BadTemplate
from playground.twins.filters import FILTERS

if TYPE_CHECKING:
    import jinja2

OUTPUT_LIMIT = 200_000
"""Longest text one template may render, in characters."""


class fault:
    """Turns what Jinja2 and Python raise while a template is read or rendered into one BadTemplate."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from jinja2 import TemplateError, TemplateSyntaxError

        kinds = (TemplateError, SyntaxError, RecursionError, MemoryError, OverflowError, ArithmeticError)
        if isinstance(error, (*kinds, ValueError, TypeError, LookupError, AttributeError)):
            line = f" (line {error.lineno})" if isinstance(error, TemplateSyntaxError) else ""
            what = str(error).split("\n")[0][:120] or type(error).__name__
            raise BadTemplate(f"the template cannot be used{line}: {what}; keep to text and {{{{slot}}}}") from error


def run(engine: jinja2.Template, values: Mapping[str, str]) -> str:
    made: list[str] = []
    size = 0
    with fault():
        for piece in engine.generate(_nested(values)):
            size += len(piece)
            if size > OUTPUT_LIMIT:
                raise BadTemplate(f"the template renders more than {OUTPUT_LIMIT:,} characters; shorten it")
            made.append(piece)
        text = "".join(made)
        text.encode()  # half a surrogate pair cannot be written to a file
    return text


class _Nest:
    """What stands for 地址 where the slots are 地址.省 and 地址.市."""

    __slots__ = ("inside",)

    def __init__(self) -> None:
        self.inside: dict[str, Any] = {}


def _nested(values: Mapping[str, str]) -> dict[str, Any]:
    """The values with names in dots as objects within objects."""
    top = _Nest()
    for name, value in values.items():
        place, (*path, last) = top, name.split(".")
        for step in path:
            inner = place.inside.get(step)
            if not isinstance(inner, _Nest):
                inner = place.inside[step] = _Nest()
            place = inner
        if not isinstance(place.inside.get(last), _Nest):
            place.inside[last] = value
    return top.inside


_KEPT_FILTERS = ("trim", "upper", "lower", "capitalize", "title", "default", "d", "first", "last", "length", "int")


@cache
def sandbox() -> jinja2.Environment:
    """The one Jinja2 environment: immutable sandbox, strict about names, without anything that multiplies."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**", "%", "//", "/"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            numbers = all(isinstance(side, int) and abs(side) <= 10**9 for side in (left, right))
            if operator == "**" or not numbers:
                raise SecurityError(f"{operator} is not allowed here")
            return super().call_binop(context, operator, left, right)

        # Values are texts, and a text's own methods (format, ljust, replace, join) can all make huge ones.
        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, _Nest):
                return obj.inside[attribute] if attribute in obj.inside else self.undefined(obj=obj, name=attribute)
            if isinstance(obj, str | list | dict | tuple):
                return self.unsafe_undefined(obj, attribute)
            return super().getattr(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if isinstance(argument, str) or isinstance(obj, _Nest):
                return self.getattr(obj, str(argument))
            return super().getitem(obj, argument)

    environment = Sandbox(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in _KEPT_FILTERS}
    environment.filters |= FILTERS
    return environment
