"""Hostile templates are answered with a sentence, soon, and the caller lives on."""

from __future__ import annotations

import time

import pytest

from playground.errors import BadTemplate
from playground.twins.limited import WALL_SECONDS, render_untrusted

VALUES = [{"a": "A", "b": "B"}, {"a": "C", "b": "D"}]

HOSTILE = {
    "nested loops": "{% set l = 'x' ~ a %}" + "{% for i in '0123456789' %}" * 14 + "{% endfor %}" * 14,
    "doubling": "{% macro f(x, n) %}{% if n %}{{ f(x ~ x, n - 1) }}{% endif %}{% endmacro %}{{ f('a' ~ a, 60) }}",
    "recursion": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "multiplying": "{{ a * 999999999 }}",
    "powers": "{{ 9 ** (9 ** 9) }}",
    "padding": "{{ a.ljust(999999999) }}",
    "batch": "{{ [1] | batch(100000000, 'x') }}",
    "format": "{{ '%2000000000d' % 1 }}",
    "brackets": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "blocks": "{% for i in a %}" * 25 + "{% endfor %}" * 25,
    "escape": "{{ a.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ self._TemplateReference__context.environment }}",
    "left over": "{% raw %}{{ a }}{% endraw %}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_is_answered_in_time(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(BadTemplate) as caught:
        render_untrusted(text, VALUES)
    assert time.monotonic() - start < WALL_SECONDS + 1
    assert len(str(caught.value)) < 250


def test_an_honest_template_is_rendered() -> None:
    assert render_untrusted("{{a}}-{{b | trim}}", VALUES) == ["A-B", "C-D"]
    assert render_untrusted("{% if a == 'A' %}{{b}}{% else %}no{% endif %}", VALUES) == ["B", "no"]


def test_nothing_of_the_environment_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert render_untrusted("{% if 1 %}{{a}}{% endif %}", VALUES[:1]) == ["A"]
