"""Python signatures with their docstrings to functions: parsed, never executed.

Beside the functions the text may hold the classes their hints name: enums, and records with
annotated fields (dataclasses, TypedDict, pydantic).
"""

from __future__ import annotations

import ast
import re
import textwrap
from typing import Any

from playground.errors import BadSample
from playground.twins.calls.annotations import Names, call_keywords, hint_schema, literal, parsed_hint
from playground.twins.calls.docstrings import Told, read_docstring
from playground.twins.calls.function import Function, type_of
from playground.twins.calls.schemas import At, fields_of, usable_name

LONGEST = 400_000
"""Characters of a Python text."""
DEEPEST_BRACKETS = 60
"""Most brackets inside one another; the parser itself gives up at 200."""

_Def = ast.FunctionDef | ast.AsyncFunctionDef


def looks_like_python(text: str) -> bool:
    """Whether a text is more likely Python than JSON."""
    return re.search(r"^[ \t]*(?:async[ \t]+)?def[ \t]+\w", text, re.MULTILINE) is not None


def read_signatures(text: str) -> tuple[list[Function], list[str]]:
    """The functions of a Python text, and a sentence for each that cannot be used. Raises BadSample for no Python."""
    tree = _parsed(text)
    names, functions, faults = Names(_classes(tree)), [], []
    for node in _defs(tree):
        try:
            functions.append(_function(node, names))
        except BadSample as error:
            faults.append(str(error))
    return functions, faults


def _parsed(text: str) -> ast.Module:
    if len(text) > LONGEST:
        raise BadSample(f"the Python text has {len(text):,} characters; it may have {LONGEST:,}")
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    if deepest > DEEPEST_BRACKETS:
        raise BadSample(f"the Python text is nested deeper than {DEEPEST_BRACKETS} brackets; paste signatures alone")
    text = textwrap.dedent(text.replace("\r\n", "\n"))
    first: Exception | None = None
    # A signature pasted without its body is no Python until it has one.
    for tried in (text, _with_bodies(text)):
        try:
            return ast.parse(tried)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            first = first or error
    line = f" (line {first.lineno})" if isinstance(first, SyntaxError) and first.lineno else ""
    raise BadSample(f"the text is no Python that can be read{line}; paste whole signatures") from first


def _with_bodies(text: str) -> str:
    """Each def that stands without a body given one."""
    lines = text.split("\n")
    made: list[str] = []
    for number, line in enumerate(lines):
        made.append(line)
        rest = [one for one in lines[number + 1 :][:1000] if one.strip()]
        indent = len(line) - len(line.lstrip())
        deeper = bool(rest) and len(rest[0]) - len(rest[0].lstrip()) > indent
        # The line that ends a signature: the one that opened it may stand further up.
        if re.search(r"\)\s*(?:->[^:#]+)?:?\s*$", line) and not deeper and line.count(")") >= line.count("("):
            made[-1] = f"{line.rstrip().rstrip(':')}: ..."
    return "\n".join(made)


def _defs(tree: ast.Module) -> list[_Def]:
    """Functions at the top and public methods of classes, in their order."""
    found: list[_Def] = []
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inside:
            public = node is one or not getattr(one, "name", "_").startswith("_")
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and public:
                found.append(one)
    return found


def _classes(tree: ast.Module) -> dict[str, dict[str, Any]]:
    """Class name to the schema it stands for; a class that is neither enum nor record is left out."""
    found: dict[str, dict[str, Any]] = {}
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        if any(base.endswith("Enum") or base == "Flag" for base in bases):
            pairs = [literal(one.value) for one in node.body if isinstance(one, ast.Assign)]
            values = [value for fits, value in pairs if fits]
            if values:
                found[node.name] = {"enum": values}
        elif schema := _record(node, Names(found)):
            found[node.name] = schema
    return found


def _record(node: ast.ClassDef, names: Names) -> dict[str, Any]:
    properties, required = {}, []
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            try:
                properties[one.target.id] = hint_schema(one.annotation, names)
            except BadSample:
                return {}
            if one.value is None:
                required.append(one.target.id)
    return {"type": "object", "properties": properties, "required": required} if properties else {}


def _function(node: _Def, names: Names) -> Function:
    told = read_docstring(ast.get_docstring(node, clean=False) or "")
    if not usable_name(node.name):
        raise BadSample(f"function {node.name!r:.60}: its name is too long; use at most 64 characters")
    plain = [*node.args.posonlyargs, *node.args.args]
    # Defaults stand for the last of the plain arguments.
    lacking = len(plain) - len(node.args.defaults)
    defaults: list[ast.expr | None] = [None] * lacking + list(node.args.defaults)
    pairs = [*zip(plain, defaults, strict=True), *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    properties: dict[str, Any] = {}
    required: list[str] = []
    for argument, default in pairs:
        if argument.arg in ("self", "cls"):
            continue
        at = At(node.name, argument.arg)
        try:
            schema, must = _argument(argument, default, told, names)
        except BadSample as error:
            told_where = f"{at}: {error}"
            raise BadSample(told_where) from None
        if argument.arg in properties:
            raise BadSample(f"{at}: it is there twice; keep one")
        properties[argument.arg] = schema
        required += [argument.arg] if must else []
    schema = {"properties": properties, "required": required}
    return Function(node.name, told.summary, fields_of(schema, At(node.name)))


def _argument(argument: ast.arg, default: ast.expr | None, told: Told, names: Names) -> tuple[dict[str, Any], bool]:
    """The schema of an argument, and whether it is required."""
    fits, value = literal(default)
    if argument.annotation is not None:
        schema = hint_schema(argument.annotation, names)
    elif written := told.types.get(argument.arg):
        schema = _written(written, names)
    else:
        schema = {"type": type_of(value)} if fits and value is not None else {"type": "string"}
    if about := told.about.get(argument.arg):
        schema = {**schema, "description": about}
    if isinstance(default, ast.Call):  # x: int = Field(..., ge=1)
        schema |= call_keywords(default)
        given = (
            default.args[0] if default.args else next((k.value for k in default.keywords if k.arg == "default"), None)
        )
        fits, value = literal(given)
        if value is Ellipsis or (given is None and not any(k.arg == "default_factory" for k in default.keywords)):
            return schema, True
    if isinstance(default, ast.Attribute) and isinstance(default.value, ast.Name):
        fits, value = _member(default, names)
    if default is None:
        return schema, True
    return ({**schema, "default": value} if fits and value is not None else schema), False


def _written(text: str, names: Names) -> dict[str, Any]:
    """A type out of a docstring; one that is no hint is taken for a text, for prose is not always exact."""
    if choices := re.fullmatch(r"\{(.+)\}", text):
        fits, values = literal(parsed_hint(f"[{choices[1]}]"))
        return {"enum": values} if fits else {"type": "string"}
    try:
        return hint_schema(parsed_hint(text), names)
    except BadSample:
        return {"type": "string"}


def _member(node: ast.Attribute, names: Names) -> tuple[bool, Any]:
    """Colour.RED as a default: the enum's own value where its name tells which."""
    enum = names.schemas.get(getattr(node.value, "id", ""), {}).get("enum", [])
    alike = [value for value in enum if str(value).casefold() == node.attr.casefold()]
    return bool(alike), alike[0] if alike else None
