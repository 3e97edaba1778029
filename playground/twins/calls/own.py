"""Wordings that the caller hands in for one function: {{field}} where a value stands.

A field that could be mistaken for another of the template (two amounts, two places) always gets its
label: where the template does not write it beside the slot, it is put there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.errors import BadTemplate, known
from playground.samples import Template
from playground.twins.calls.function import Field
from playground.twins.calls.plan import Ready
from playground.twins.calls.proposals import text_kind
from playground.twins.calls.said import Said
from playground.twins.template import plain_template, unknown_slot

Templates = Mapping[str, Sequence[Template]]
"""Function to its wordings."""
NEAR_BEFORE, NEAR_AFTER = 30, 15
"""Characters before and behind a slot in which its label is looked for."""


@dataclass(frozen=True)
class OwnWording:
    """One wording of one function, ready to be filled."""

    template: Template
    slots: frozenset[str]
    pieces: tuple[str, ...]
    """Text, slot, text, slot, ..., text."""

    def fill(self, given: Mapping[str, Said]) -> str:
        """The request with these values in it."""
        return "".join([_shown(given[one]) if place % 2 else one for place, one in enumerate(self.pieces)])


def _shown(said: Said) -> str:
    return said.clause or said.text


def own_wordings(
    templates: Templates, ready: Sequence[Ready], languages: Sequence[str]
) -> dict[tuple[str, str], tuple[OwnWording, ...]]:
    """Function and language to its wordings. Raises UnknownName, and BadTemplate naming the template."""
    there = {one.function.name: one for one in ready}
    found: dict[tuple[str, str], list[OwnWording]] = {}
    ids: set[str] = set()
    for name, some in templates.items():
        if name not in there:
            raise known("function", name, list(there))
        for one in some:
            if one.id in ids:
                raise BadTemplate(f"template {one.id!r:.60} is there twice; give each template its own id")
            ids.add(one.id)
            if one.lang in languages:
                found.setdefault((name, one.lang), []).append(_read(one, there[name]))
    return {key: tuple(some) for key, some in found.items()}


def _read(template: Template, ready: Ready) -> OwnWording:
    try:
        compiled = plain_template(template.text)
        if compiled is None:
            raise BadTemplate("it holds more than text and slots; keep to text and {{slot}}")
        if extra := sorted(compiled.slots - set(ready.names)):
            raise unknown_slot(extra[0], frozenset(ready.names))
        must = [name for name, free in zip(ready.names, ready.optional, strict=True) if not free]
        if lacking := [name for name in must if name not in compiled.slots]:
            raise BadTemplate(f"it lacks the required field {lacking[0]!r:.60}; put {{{{{lacking[0]}}}}} into it")
        if not compiled.slots and not "".join(compiled.literals).strip():
            raise BadTemplate("it is empty; add some words to it")
        slots = [part.name for part in compiled.parts]
        if twice := [name for name in slots if slots.count(name) > 1]:
            raise BadTemplate(f"it says {twice[0]!r:.60} twice; keep one")
    except BadTemplate as error:
        raise BadTemplate(f"template {template.id!r:.60}: {error}") from None
    labels = ready.speech[template.lang].labels
    alike = _alike([field for field in ready.function.fields if field.name in compiled.slots])
    pieces: list[str] = []
    for place, name in enumerate(slots):
        before, after = compiled.literals[place], compiled.literals[place + 1]
        label = labels[name]
        beside = f"{before[-NEAR_BEFORE:]}\n{after[:NEAR_AFTER]}".casefold()
        if name in alike and label.casefold() not in beside and name.casefold() not in beside:
            before += f"{label}：" if template.lang == "zh" else f"{label}: "
        pieces += [before, name]
    return OwnWording(template, compiled.slots, (*pieces, compiled.literals[-1]))


def _alike(fields: Sequence[Field]) -> frozenset[str]:
    """Names of the fields whose values could stand for one another."""
    kinds = [_sort(field) for field in fields]
    return frozenset(field.name for field, kind in zip(fields, kinds, strict=True) if kinds.count(kind) > 1)


def _sort(field: Field) -> str:
    if field.type in ("integer", "number"):
        return "number"
    return f"{field.type} {field.format or text_kind(field)}" if field.type == "string" else field.type
