"""Functions read from every form they are written in; what cannot be used has its sentence and costs only itself."""

from __future__ import annotations

import json
import time

import pytest

from playground.sentences import known
from playground.twins.calls.function import Field, why_not
from playground.twins.calls.read import read_tools

BARE = {
    "name": "book",
    "description": "Books a table.",
    "parameters": {
        "type": "object",
        "properties": {
            "guests": {"type": "integer", "minimum": 1, "maximum": 12},
            "day": {"type": "string", "format": "date"},
            "area": {"type": "string", "enum": ["inside", "terrace"]},
        },
        "required": ["guests", "day"],
    },
}


@pytest.mark.parametrize(
    "entry",
    [
        BARE,
        {"type": "function", "function": BARE},
        {"type": "function", **BARE},
        {**{k: v for k, v in BARE.items() if k != "parameters"}, "input_schema": BARE["parameters"]},
        {"title": "book", "description": "Books a table.", **BARE["parameters"]},  # type: ignore[dict-item]
    ],
)
@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"tools": [one]}])
def test_all_json_forms_are_one_function(entry: object, wrap: object) -> None:
    read = read_tools(json.dumps(wrap(entry)))  # type: ignore[operator]
    assert read.faults == ()
    (function,) = read.functions
    assert function.bare() == BARE
    assert read_tools(json.dumps([function.tool()])).functions == read.functions


SIGNATURES = '''
class Colour(Enum):
    RED = "red"
    BLUE = "blue"

class Place(TypedDict):
    city: str
    floor: int = 0

@tool
async def order(
    name: str, count: int = 1, *, colour: Colour = Colour.RED, size: Literal["S", "M"], note: Optional[str] = None,
    when: date, at: Place, tags: list[str] | None = None,
    price: Annotated[float, "the price", Field(ge=0, le=9.5)] = 1.5,
    either: Union[int, str] = 3, **more: Any,
) -> dict:
    """Orders a thing.

    It is sent at once.

    Args:
        name (str): who
            orders it
        count: how many
    Returns:
        dict: the order
    """
    raise SystemExit("never run")

def forecast(city, days=3, mode="day"):
    """查询天气

    :param str city: 城市
    :param days: 天数
    :type days: int
    """

class Desk:
    def close(self, ticket: str, done: bool):
        """Close a ticket.

        Parameters
        ----------
        ticket : str
            its number
        done : bool, optional
            whether it was mended

        Returns
        -------
        bool
        """
'''


def test_python_signatures_are_read_with_their_docstrings() -> None:
    read = read_tools(SIGNATURES)
    assert read.faults == ()
    order, forecast, close = read.functions
    assert order.description == "Orders a thing. It is sent at once."
    assert [field.name for field in order.required] == ["name", "size", "when", "at"]
    by_name = {field.name: field for field in order.fields}
    assert by_name["name"].description == "who orders it" and by_name["count"].description == "how many"
    assert by_name["colour"].enum == ("red", "blue") and by_name["colour"].default == "red"
    assert by_name["size"].enum == ("S", "M") and by_name["note"].nullable and by_name["when"].format == "date"
    assert [part.name for part in by_name["at"].fields] == ["city", "floor"]
    assert by_name["tags"].type == "array" and by_name["tags"].items == Field("items")
    assert (by_name["price"].bounds.low, by_name["price"].bounds.high, by_name["price"].default) == (0, 9.5, 1.5)
    assert by_name["price"].description == "the price" and by_name["either"].type == "integer"
    assert [(f.name, f.type, f.required, f.description) for f in forecast.fields] == [
        ("city", "string", True, "城市"),
        ("days", "integer", False, "天数"),
        ("mode", "string", False, ""),
    ]
    assert close.name == "close" and [f.description for f in close.fields] == ["its number", "whether it was mended"]


@pytest.mark.parametrize("text", ["def f(a: int, b: str = 'x') -> str", "def f(a: int,\n      b: str = 'x')\n"])
def test_a_signature_without_its_body_is_read(text: str) -> None:
    ((function,), faults) = read_tools(text).functions, read_tools(text).faults
    assert faults == () and [(f.name, f.type, f.required) for f in function.fields] == [
        ("a", "integer", True),
        ("b", "string", False),
    ]


def test_refs_are_resolved_and_what_is_usable_is_kept() -> None:
    tools = [
        {
            "name": "good",
            "parameters": {
                "properties": {
                    "a": {"$ref": "#/$defs/A", "description": "own words"},
                    "b": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/A"}]},
                    "c": {"oneOf": [{"const": 1}, {"const": 2}]},
                    "d": {"allOf": [{"$ref": "#/$defs/P"}, {"properties": {"y": {"type": "integer"}}}]},
                    "e": {"type": ["string", "null"], "default": 7},
                },
                "$defs": {"A": {"type": "string", "enum": ["x"]}, "P": {"properties": {"x": {"type": "number"}}}},
            },
        },
        {
            "name": "circle",
            "parameters": {"properties": {"n": {"$ref": "#/$defs/N"}}, "$defs": {"N": {"$ref": "#/$defs/N"}}},
        },
    ]
    read = read_tools(json.dumps(tools))
    (good,) = read.functions
    by_name = {field.name: field for field in good.fields}
    assert by_name["a"].enum == ("x",) and by_name["a"].description == "own words"
    assert by_name["b"].nullable and by_name["c"].enum == (1, 2) and by_name["c"].type == "integer"
    assert [part.name for part in by_name["d"].fields] == ["x", "y"]
    assert by_name["e"].schema() == {"type": ["string", "null"]}, "a default that does not fit is not kept"
    assert len(read.faults) == 1 and "'circle'" in read.faults[0] and "'n'" in read.faults[0]


def laughs(levels: int) -> dict[str, object]:
    """A few definitions that name each other many times over: written out they would fill any memory."""
    defs = {f"L{n}": {"properties": {f"f{k}": {"$ref": f"#/$defs/L{n + 1}"} for k in range(9)}} for n in range(levels)}
    return {
        "name": "laughs",
        "parameters": {"properties": {"x": {"$ref": "#/$defs/L0"}}, "$defs": {**defs, f"L{levels}": {}}},
    }


def deep(levels: int) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"in": schema}}
    return {"name": "deep", "parameters": {"properties": {"x": schema}}}


FAULTY = {
    "unknown type": [{"name": "f", "parameters": {"properties": {"x": {"type": "decimal"}}}}],
    "type is a list of objects": [{"name": "f", "parameters": {"properties": {"x": {"type": [{}]}}}}],
    "type is an object": [{"name": "f", "parameters": {"properties": {"x": {"type": {"a": 1}}}}}],
    "only null": [{"name": "f", "parameters": {"properties": {"x": {"type": "null"}}}}],
    "field name": [{"name": "f", "parameters": {"properties": {"no name": {}}}}],
    "function name": [{"name": "no name"}],
    "number for a name": [{"name": 7}],
    "no name": [{"description": "x"}],
    "required lost": [{"name": "f", "parameters": {"properties": {}, "required": ["x"]}}],
    "required no list": [{"name": "f", "parameters": {"properties": {}, "required": {"x": 1}}}],
    "parameters text": [{"name": "f", "parameters": "x"}],
    "parameters of a text": [{"name": "f", "parameters": {"type": "string"}}],
    "properties list": [{"name": "f", "parameters": {"properties": [1]}}],
    "schema is a number": [{"name": "f", "parameters": {"properties": {"x": 7}}}],
    "empty enum": [{"name": "f", "parameters": {"properties": {"x": {"enum": []}}}}],
    "enum of another type": [{"name": "f", "parameters": {"properties": {"x": {"type": "integer", "enum": ["1"]}}}}],
    "bounds": [{"name": "f", "parameters": {"properties": {"x": {"type": "integer", "minimum": 3, "maximum": 1}}}}],
    "bound is a text": [{"name": "f", "parameters": {"properties": {"x": {"type": "integer", "minimum": "3"}}}}],
    "remote ref": [{"name": "f", "parameters": {"properties": {"x": {"$ref": "https://example.com/x.json"}}}}],
    "ref to nothing": [{"name": "f", "parameters": {"properties": {"x": {"$ref": "#/$defs/N"}}}}],
    "x-say": [{"name": "f", "x-say": ["zh"]}],
    "half a pair": [{"name": "f", "description": "\ud800"}],
    "half a pair in an enum": [{"name": "f", "parameters": {"properties": {"x": {"enum": ["\ud800"]}}}}],
    "no object": [7],
    "empty list": [],
    "bare without properties": {"title": "f", "type": "object"},
    "deep": [deep(40)],
    "laughs": [laughs(10)],
}


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_one_sentence_in_both_languages(name: str) -> None:
    good = {"name": "good", "parameters": {"properties": {"x": {"type": "string"}}}}
    value = FAULTY[name]
    started = time.monotonic()
    read = read_tools(json.dumps([*value, good] if isinstance(value, list) and value else value))
    assert time.monotonic() - started < 2
    assert len(read.faults) == 1
    (fault,) = read.faults
    assert "; " in fault and "\n" not in fault and len(fault) < 400 and known(fault), fault
    assert [one.name for one in read.functions] == (["good"] if isinstance(value, list) and value else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"name": "f", "parameters": ' + '{"properties": {"x": ' * 100_000,
        "def f(" + "(" * 200_000,
        "def f(a: " + "list[" * 90 + "int" + "]" * 90 + "): pass",
        "def f(a=" + "-" * 200_000 + "1): pass",
        "def f(a: x" + ".b" * 100_000 + "): pass",
        "def f(a, a): pass",
        "def f(a: np.ndarray): pass",
        "def f(a: 'int['): pass",
        "def f(a: Literal[g()]): pass",
        "def f(",
        "plain words",
        '{"name": NaN}',
        '[{"name": "f"}, ',
        "\ud800",
        "x" * 4_000_001,
        "\x00",
        '{"name": "f", "parameters": {"properties": {"x": {"type": "string"}, "x": {}}}}',
    ],
)
def test_hostile_text_is_one_sentence(text: str) -> None:
    started = time.monotonic()
    read = read_tools(text)
    assert time.monotonic() - started < 3
    assert read.functions == () and len(read.faults) == 1 and "; " in read.faults[0] and len(read.faults[0]) < 400


def test_a_name_that_is_there_twice_keeps_its_first() -> None:
    read = read_tools('{"name": "f", "description": "one"}\n{"name": "f", "description": "two"}\n{"name": \n')
    assert [one.description for one in read.functions] == ["one"]
    assert len(read.faults) == 2 and "twice" in "".join(read.faults) and "line 3" in "".join(read.faults)


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        (Field("x", "integer"), 3, True),
        (Field("x", "integer"), True, False),
        (Field("x", "integer"), 3.0, False),
        (Field("x", "number"), 3, True),
        (Field("x", "number"), float("inf"), False),
        (Field("x", "boolean"), 1, False),
        (Field("x", "string", enum=("1",)), 1, False),
        (Field("x", "integer", enum=(1,)), True, False),
        (Field("x", "array", items=Field("items", "integer")), [1, "2"], False),
        (Field("x", "object", fields=(Field("a"),)), {}, False),
        (Field("x", "object", fields=(Field("a"),)), {"a": "b", "c": 1}, False),
        (Field("x", "any"), [1], True),
        (Field("x"), None, False),
        (Field("x", nullable=True), None, True),
    ],
)
def test_what_fits_a_field(field: Field, value: object, fits: bool) -> None:
    assert (why_not(field, value) == "") is fits
