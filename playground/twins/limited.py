"""Visitors' templates, rendered in a child process that may use little time and memory.

The sandbox stops a template from reaching code, not from running for ever. So whatever is not plain
is rendered by this file run as a program: one JSON object comes in, one goes out, the system ends
it at its limits and the parent ends it at the clock's.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from playground.errors import BadTemplate
from playground.twins.template import compile_template, left_over, plain_template

WALL_SECONDS = 2.0
"""From start to answer, the start of the process included."""
CPU_SECONDS = 2
MEMORY_BYTES = 400_000_000
"""Address space of the child; Python with Jinja2 takes about a third of it."""
ALL_OUTPUT_LIMIT = 20_000_000
"""Characters of all rows of one call together."""


def render_untrusted(text: str, values_list: Sequence[Mapping[str, str]]) -> list[str]:
    """The template rendered once per mapping of values, whoever wrote it, within 3 seconds.

    Plain templates are filled here, others in a limited process. Raises BadTemplate naming the fault.
    """
    plain = plain_template(text)
    if plain is not None:
        return [plain.render(values) for values in values_list]
    answer = _ask_child({"text": text, "values": [dict(values) for values in values_list]})
    if "error" in answer:
        raise BadTemplate(str(answer["error"]))
    texts = [str(made) for made in answer["texts"]]
    for made in texts:
        if rest := left_over(made):
            raise BadTemplate(f"placeholder {rest} is left over in a rendered text; write it as {{{{slot}}}}")
    return texts


def _ask_child(question: Mapping[str, object]) -> dict[str, list[str] | str]:
    house = Path(__file__).resolve().parents[2]
    # A bare environment: nothing secret goes along, and the child finds this package and no other.
    environment = {"PYTHONPATH": str(house), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if "SYSTEMROOT" in os.environ:  # Windows starts no Python without it
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    try:
        child = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=WALL_SECONDS,
            env=environment,
            cwd=house,
        )
    except subprocess.TimeoutExpired:
        raise BadTemplate(f"the template takes longer than {WALL_SECONDS:g} seconds; take out its loops") from None
    except (OSError, UnicodeError) as error:
        raise BadTemplate(f"the template cannot be rendered ({error}); keep to text and {{{{slot}}}}") from error
    if child.returncode != 0:
        raise BadTemplate("the template takes too much time or memory; take out its loops and long repeats")
    answer = json.loads(child.stdout)
    assert isinstance(answer, dict)
    return answer


def _limit_self() -> None:
    with contextlib.suppress(ImportError):  # Windows has no such limits; the clock still holds there
        import resource

        for kind, most in (
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_AS, MEMORY_BYTES),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, most))


def _answer(question: Mapping[str, object]) -> dict[str, object]:
    text, values_list = str(question["text"]), question["values"]
    assert isinstance(values_list, list)
    try:
        compiled = compile_template(text)
        texts: list[str] = []
        size = 0
        for values in values_list:
            texts.append(compiled.render(values))
            size += len(texts[-1])
            if size > ALL_OUTPUT_LIMIT:
                return {"error": f"the rows together have more than {ALL_OUTPUT_LIMIT:,} characters; shorten the text"}
    except BadTemplate as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "the template takes too much memory; take out its long repeats"}
    return {"texts": texts}


if __name__ == "__main__":
    _limit_self()
    # Escaped to ASCII: a lone surrogate from a template must not break the pipe.
    sys.stdout.write(json.dumps(_answer(json.load(sys.stdin))))
