"""Hostile templates are answered within three seconds each, and an honest one is rendered after them.

    python -m benchmarks.hostile

Loops, doubling, padding, powers, escapes, deep nesting, huge texts: whatever a stranger may type as a template. Each is
rendered as a visitor's is; what it may give back is its text, bounded, or one sentence.
"""

from __future__ import annotations

import json
import sys
import time

from benchmarks._path import load, tell
from playground.errors import BadTemplate
from playground.twins.limited import render_untrusted
from playground.twins.sandbox import OUTPUT_LIMIT

BAR = 3.0
VALUES = [{"a": "王芳", "b": "13800138000"}] * 10
FOR, END, DIGITS = "{% for x in ", "{% endfor %}", "'0123456789'"

LOOPS = {
    **{f"{n} nested loops": f"{FOR}{DIGITS} %}}" * n + "x" + END * n for n in (6, 9, 12, 18)},
    "loops over a value": "{% for i in a %}" * 15 + "{{ i }}" + END * 15,
    "range": "{% for i in range(10**9) %}x{% endfor %}",
    "two ranges": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "recursive loop": "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "endless macro": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "two macros": "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
    "call block": "{% macro f() %}{{ caller() }}{{ caller() }}{% endmacro %}"
    + "{% call f() %}" * 22
    + "x"
    + "{% endcall %}" * 22,
    "filter block": "{% filter upper %}" * 60 + "x" * 3000 + "{% endfilter %}" * 60,
    "loop that appends": "{% set l = [] %}{% for i in '0123456789' %}{% set _ = l.append(i) %}{% endfor %}{{ l }}",
    "while by cycler": "{% set c = cycler(1) %}{% for i in '0123456789' %}{{ c.next() }}{% endfor %}",
}
GROWTH = {
    "doubling by macro": "{% macro f(x, n) %}{% if n %}{{ f(x ~ x, n - 1) }}{% else %}{{ x }}{% endif %}{% endmacro %}"
    "{{ f(a, 40) }}",
    "doubling by set": "{% set x = a %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
    "doubling by namespace": "{% set n = namespace(x=a) %}"
    + f"{FOR}{DIGITS} %}}" * 2
    + "{% set n.x = n.x ~ n.x %}"
    + END * 2,
    "times": "{{ a * 2000000000 }}",
    "list times": "{{ [0] * 500000000 }}",
    "tuple times": "{{ (1,) * 500000000 }}",
    "string times string": "{{ 'x' * 99999 * 99999 }}",
    "powers": "{{ 9 ** (9 ** 9) }}",
    "small powers": "{{ 2 ** 2 ** 2 ** 2 ** 2 ** 2 }}",
    "large numbers": "{{ 999999999 * 999999999 * 999999999 }}",
    "shift": "{{ 1 << 9999999999 }}",
    "padding": "{{ a.ljust(2000000000) }}",
    "centre": "{{ a.center(2000000000) }}",
    "centre filter": "{{ a | center(2000000000) }}",
    "zfill": "{{ a.zfill(2000000000) }}",
    "percent": "{{ '%2000000000d' % 1 }}",
    "percent filter": "{{ '%2000000000d' | format(1) }}",
    "braces": "{{ '{:2000000000d}'.format(1) }}",
    "indent": "{{ a | indent(2000000000) }}",
    "batch": "{{ [1] | batch(100000000, 'x') | list }}",
    "slice": "{{ [1] | slice(100000000) | list }}",
    "replace": "{{ ('x' * 9999) | replace('x', 'y' * 9999) }}",
    "join": "{{ (a * 9999) | join(a * 9999) }}",
    "wordwrap": "{{ a | wordwrap(1, true, 'x' * 999999) }}",
    "lorem": "{{ lipsum(n=20000) }}",
    "round": "{{ 1 | round(999999999) }}",
    "tojson": "{{ [a] * 9999999 | tojson }}",
    "long output": "{{ a }}" * 60000,
}
ESCAPES = {
    "classes": "{{ a.__class__.__mro__[1].__subclasses__() }}",
    "by attr": "{{ a | attr('__class__') }}",
    "by item": "{{ a['__class__'] }}",
    "by format": "{{ '{0.__class__.__init__.__globals__}'.format(a) }}",
    "stored format": "{% set f = '{0.__class__}'.format %}{{ f(a) }}",
    "by map": "{{ [a] | map(attribute='__class__') | list }}",
    "globals of a function": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "self": "{{ self.__init__.__globals__ }}",
    "context": "{{ self._TemplateReference__context.environment }}",
    "config": "{{ config.items() }}{{ request }}",
    "import": "{% import 'os' as os %}{{ os }}",
    "include": "{% include '/etc/passwd' %}",
    "extends": "{% extends '/etc/passwd' %}",
    "do": "{% do a.append(1) %}",
    "module": "{{ namespace.__module__ }}",
    "joiner": "{{ joiner.__init__.__globals__ }}",
    "nested slot": "{{ a.b.c.d.__class__ }}",
}
SHAPES = {
    "brackets": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "lists": "{{ " + "[" * 3_000 + "]" * 3_000 + " }}",
    "blocks": "{% for i in a %}" * 25 + END * 25,
    "ifs": "{% if a %}" * 2_000 + "x" + "{% endif %}" * 2_000,
    "open marks": "{{" * 30_000,
    "open blocks": "{%" * 30_000,
    "comments": "{#" * 30_000,
    "a chain of filters": "{{ a" + " | trim" * 8_000 + " }}",
    "a chain of attributes": "{{ a" + ".x" * 20_000 + " }}",
    "150,000 expressions": "{{1}}" * 150_000,
    "a long name": "{{ " + "x" * 60_000 + " }}",
    "a long text": "x" * 10_000_000,
    "half a pair": "{{ '\\ud800' }}",
    "half a pair as it is": "\ud800{{a}}",
    "zero": "{{ 1 // 0 }}{{ 1 % 0 }}",
    "left over": "{% raw %}{{ a }}{% endraw %}",
    "deep dots": "{{ " + ".".join("abcdefgh" * 500) + " }}",
    "unknown": "{{ nobody }}",
    "single braces": "{a}",
    "angle": "<NOBODY>",
}
HOSTILE = {**LOOPS, **GROWTH, **ESCAPES, **SHAPES}


def answered(text: str) -> str:
    """What the template comes to: "text" or a sentence. Raises AssertionError for more than may come back."""
    try:
        made = render_untrusted(text, VALUES)
    except BadTemplate as error:
        assert len(str(error)) < 400 and "\n" not in str(error), str(error)[:200]
        return str(error)
    assert all(len(one) <= OUTPUT_LIMIT for one in made)
    return "text"


def main() -> int:
    taken: dict[str, float] = {}
    for name, text in HOSTILE.items():
        began = time.monotonic()
        said = answered(text)
        taken[name] = time.monotonic() - began
        tell(f"{taken[name]:.2f} s  {name}: {said:.90}")
    assert render_untrusted("{% if a %}{{ a }}{% endif %}", VALUES[:1]) == ["王芳"]
    slowest = max(taken, key=lambda name: taken[name])
    print("| what | measured | bar |\n|---|---|---|")
    print(f"| slowest of {len(taken)} hostile templates ({slowest}) | {taken[slowest]:.2f} s | {BAR:g} s |")
    print("\n" + json.dumps({"templates": len(taken), "slowest": round(taken[slowest], 2), "load": load()}))
    return int(taken[slowest] > BAR)


if __name__ == "__main__":
    sys.exit(main())
