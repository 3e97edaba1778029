"""Templates: a text with slots, compiled once, filled with one row's values.

Nearly every template is plain: text and {{slot}}, perhaps with the filter json or trim. A plain one
is cut into pieces by a pattern and filled by joining them; it cannot do anything else, so it is
safe whoever wrote it. Everything more goes through Jinja2's sandbox with what multiplies work taken
out (reliability is not left to that: a visitor's is rendered in a process of its own, see limited.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain
from typing import TYPE_CHECKING

from playground.errors import BadSample, BadTemplate
from playground.records import check_writable
from playground.twins.filters import FILTERS
from playground.twins.sandbox import fault, run, sandbox

if TYPE_CHECKING:
    import jinja2

TEMPLATE_LIMIT = 64_000
"""Longest template, in bytes of UTF-8."""

_NAME = r"[^\W\d]\w*(?:\.\w+)*"
_SLOT = re.compile(rf"\{{\{{\s*({_NAME})\s*((?:\|\s*(?:json|trim|yaml|xml|csv)\s*)*)\}}\}}")
_ANGLE = re.compile(r"<([A-Z_\u4e00-\u9fff][A-Z0-9_\u4e00-\u9fff]*)>")
_SINGLE = re.compile(rf"(?<!\{{)\{{\s*({_NAME})\s*\}}(?!\}})")
_LEFT_OVER = re.compile(rf"\{{\{{[^{{}}\n]{{0,80}}\}}\}}|{_ANGLE.pattern}")
# No opening mark inside another of its kind: a text of opening marks alone would be searched to its end from each.
_CODE = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """One {{slot}} of a plain template."""

    name: str
    how: Callable[[str], str] | None = None
    """Its filters as one, None where it has none."""


@dataclass(frozen=True)
class Compiled:
    """A template ready to be filled."""

    slots: frozenset[str]
    """Names it asks for."""
    literals: tuple[str, ...] = ()
    """Plain templates only: the text before, between and after the parts; one more than there are parts."""
    parts: tuple[Part, ...] = ()
    engine: jinja2.Template | None = None
    """None for a plain template."""

    def render(self, values: Mapping[str, str]) -> str:
        """The text with its slots filled. Raises BadTemplate naming a slot without a value, or the fault."""
        if self.engine is not None:
            return run(self.engine, values)
        try:
            filled = [values[one.name] if one.how is None else one.how(values[one.name]) for one in self.parts]
        except KeyError as error:
            raise unknown_slot(str(error.args[0]), values) from None
        return "".join(chain.from_iterable(zip(self.literals, filled, strict=False))) + self.literals[-1]


def convert_placeholders(text: str) -> str:
    """<NAME> and <姓名> as {{NAME}} and {{姓名}}: the one placeholder syntax inside."""
    return _ANGLE.sub(r"{{\1}}", text)


def plain_template(text: str) -> Compiled | None:
    """The template if it is plain, None if it needs Jinja2. Safe for any text.

    Raises BadTemplate for one that is too long, or has {NAME} in single braces or a {{ that is not closed.
    """
    if len(text) > TEMPLATE_LIMIT or len(text.encode("utf-8", "replace")) > TEMPLATE_LIMIT:
        raise BadTemplate(f"the template has {len(text):,} characters; it must be at most {TEMPLATE_LIMIT:,} bytes")
    try:
        check_writable(text, "the template")
    except BadSample as error:
        raise BadTemplate(str(error)) from None
    cells = _SLOT.split(convert_placeholders(text))
    literals, names, filters = cells[0::3], cells[1::3], cells[2::3]
    for literal in literals:
        if single := _SINGLE.search(literal):
            raise BadTemplate(f"{single[0]} stands in single braces; write {{{{{single[1]}}}}} for a slot")
        if "{{" in literal and "}}" not in literal[literal.rindex("{{") :]:
            raise BadTemplate(f"{literal[literal.rindex('{{') :]!r:.40} opens a slot that is not closed; add }}}}")
    if any(mark in literal for literal in literals for mark in ("{{", "{%", "{#")) or any(
        literal.endswith("{") for literal in literals[:-1]
    ):
        return None
    chains = (tuple(part.strip() for part in one.split("|") if part.strip()) for one in filters)
    parts = tuple(Part(name, _as_one(one)) for name, one in zip(names, chains, strict=True))
    return Compiled(frozenset(names), tuple(literals), parts)


def _as_one(names: tuple[str, ...]) -> Callable[[str], str] | None:
    """Filters one after another."""
    steps = [FILTERS[name] for name in names]
    if len(steps) < 2:
        return steps[0] if steps else None
    return lambda text: reduce(lambda value, step: step(value), steps, text)


@lru_cache(maxsize=2048)
def compile_template(text: str) -> Compiled:
    """The template, plain or through Jinja2's sandbox; compiled once per text.

    Only for texts that ship: a visitor's can cost time and memory without end, see limited.render_untrusted.
    Raises BadTemplate.
    """
    plain = plain_template(text)
    if plain is not None:
        return plain
    from jinja2 import meta

    source = convert_placeholders(text)
    environment = sandbox()
    with fault():
        roots = meta.find_undeclared_variables(environment.parse(source))
        return Compiled(_with_paths(source, roots), engine=environment.from_string(source))


def _with_paths(source: str, roots: Collection[str]) -> frozenset[str]:
    """The names a template asks for; of a nested one (地址.省) the whole path, and not its first part."""
    named = set(re.findall(_NAME, " ".join(_CODE.findall(source))))
    nested = {name for name in named if "." in name and name.partition(".")[0] in roots}
    return frozenset(nested | (set(roots) - {name.partition(".")[0] for name in nested}))


def named_slots(text: str, known: frozenset[str]) -> frozenset[str]:
    """Those of the known slots that the template may ask for, found by their names alone. Safe for any text."""
    code = " ".join(_CODE.findall(convert_placeholders(text)))
    return known.intersection(re.findall(_NAME, code))


def left_over(text: str) -> str:
    """The first {{...}} or <NAME> that still stands in a rendered text, "" if none does."""
    if "{{" not in text and "<" not in text:
        return ""
    found = _LEFT_OVER.search(text)
    return found[0] if found else ""


def unknown_slot(name: str, there: Mapping[str, str] | frozenset[str]) -> BadTemplate:
    """The error for a slot that nothing fills."""
    return BadTemplate(f"slot {name!r} is not known here; there is: {', '.join(sorted(there)) or 'none'}")
