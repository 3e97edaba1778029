"""A flow file is read whole, or every fault is told in a sentence that names its node."""

from __future__ import annotations

import json
import time
import tomllib
from pathlib import Path

import pytest

from playground.errors import BadTemplate
from playground.sentences import known
from playground.twins.flows.flow import Flow
from playground.twins.flows.reading import faults_of, open_flow, read_flow


def test_json_of_the_same_shape_is_the_same_flow(small_text: str, small: Flow) -> None:
    again = read_flow(json.dumps(tomllib.loads(small_text)))
    assert again == small
    assert [node.kind for node in small.nodes.values()].count("end") == 2
    assert small.gold == ("order", "item", "ticket")


def test_what_ships_can_be_read(shipped: Flow) -> None:
    assert len(shipped.nodes) > 15 and shipped.gold[-1] == "queue"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('next = "tell"', 'next = "nowhere"', "node 'find': next is 'nowhere', which is no node"),
        ('next = "more"', "", "node 'tell': next is 'missing', which is no node"),
        ('next = "more"', 'next = "open"', "node 'tell': it leads back to the start"),
        ('id = "again"', 'id = "find"', "node 'find': the id is there twice"),
        ('id = "stop"', 'id = "number"', "node 'again': the id 'number' is there twice"),
        ('action = "File"', 'action = "Fly"', "node 'file': action 'Fly' is not declared"),
        (', item = "{{item}}" }', " }", "node 'file': File needs 'item'"),
        ('item = "{{item}}" }', 'item = "{{item}}", size = "{{item}}" }', "node 'file': File takes no 'size'"),
        ('item = "{{item}}" }', 'item = "a {{item}}" }', "it must be one {{slot}} alone"),
        ('text = "Goodbye."', 'text = ""', "node 'bye': text holds an empty wording"),
        ('text = "Goodbye."', "", "node 'bye': text is empty"),
        ('text = "Goodbye."', 'text = "Bye {{order}} {{ticket}}."', "node 'bye': slot 'ticket' is used before"),
        ('text = "Goodbye."', 'text = "Bye {{nobody}}."', "node 'bye': slot 'nobody' is not declared"),
        ('text = "Goodbye."', 'text = "{% for x in y %}"', "node 'bye': text holds more than text and slots"),
        ('text = "Goodbye."', 'text = "{name}"', "node 'bye': text: {name} stands in single braces"),
        ('kind = "branch"', 'kind = "fork"', "node 'which': kind is 'fork'"),
        ('to = { yes = "filed" }', 'to = { maybe = "filed" }', "node 'which': more has no outcome 'maybe'"),
        ('else = "bye"', "", "node 'which': it has no way for 'no'"),
        ('by = "more"', 'by = "tell"', "node 'which': by is 'tell'"),
        (
            'id = "stop"\ntext = "Forget it"',
            'id = "stop"\ntext = "Sorry, {{order}}"',
            "share a wording; word them apart",
        ),
        ('order = "order"', 'order = "nonsense"', "slot 'order': kind 'nonsense' is not known"),
        ("digits = 6", "digits = -6", "slot 'ticket': its settings cannot be used"),
        ("digits = 6", "colour = 6", "slot 'ticket': setting 'colour' is not known"),
        ('"lamp"', '"a \\"lamp\\""', "slot 'item': its settings cannot be used"),
        ('"lamp"', "7", "slot 'item': its settings cannot be used"),
        ('lang = "en"', 'lang = "xx"', "lang is 'xx'"),
        ('name = "small"', 'name = "a/b"', "name is 'a/b'"),
        ('name = "small"', 'nmae = "small"', "the flow: setting 'nmae' is not known"),
        ('name = "small"', 'start = "x"', "start is 'x', which is no node"),
        ('name = "small"', 'handover = "x"', "handover is 'x', which is no node"),
        ('name = "small"', "visits = 99", "visits is 99; it must be a whole number, 1 to 9"),
        ('id = "open"\nkind = "ask"', 'id = "open"\nkind = "ask"\ntext = "Hi"', "node 'open': it is the start"),
    ],
)
def test_a_fault_is_told(small_text: str, old: str, new: str, said: str) -> None:
    assert small_text.count(old) >= 1
    faults = faults_of(small_text.replace(old, new, 1))
    assert any(said in fault for fault in faults), faults
    assert all(known(fault) for fault in faults), faults
    with pytest.raises(BadTemplate):
        read_flow(small_text.replace(old, new, 1))


def test_ten_faults_are_told_at_once(small_text: str) -> None:
    many = small_text.replace('kind = "ask"', 'kind = "asks"').replace("[actions.Find]", "[actions.'?']")
    assert len(faults_of(many)) >= 4


GRAPHS = {
    "no end": (
        '{"slots":{"a":["x"]},"node":[{"id":"o","kind":"ask","answer":[{"text":"{{a}}","next":"o2"}]},'
        '{"id":"o2","kind":"ask","text":"?","answer":[{"text":"{{a}}","next":"o2"}]}]}',
        "the flow has no end",
    ),
    "unreachable": (
        '{"node":[{"id":"o","kind":"ask","answer":[{"text":"hi","next":"e"}]},{"id":"e","kind":"end",'
        '"text":"x"},{"id":"f","kind":"end","text":"x"}]}',
        "node 'f': nothing leads to it",
    ),
    "loop": (
        '{"node":[{"id":"o","kind":"ask","answer":[{"text":"hi","next":"e"},{"text":"ho","next":"l"}]},'
        '{"id":"e","kind":"end","text":"x"},{"id":"l","kind":"say","text":"x","next":"m"},'
        '{"id":"m","kind":"say","text":"y","next":"l"}]}',
        "node 'l': no way leads from it to an end",
    ),
    "nothing": ("", "the flow has no nodes"),
    "a list": ("[1, 2]", "the flow is not TOML"),
    "circle": (
        '{"slots":{"a":{"kind":"date","after":"b"},"b":{"kind":"date","after":"a"}}}',
        "slot 'a': its value waits for itself",
    ),
}


def test_a_text_of_texts_of_texts_is_refused() -> None:
    slots = {f"a{n}": {"kind": "composed", "text": f"{{{{a{n - 1}}}}}{{{{a{n - 1}}}}}"} for n in range(1, 60)}
    faults = faults_of(json.dumps({"slots": {"a0": "time", **slots}}))
    assert any("composed itself" in fault for fault in faults) and all(known(fault) for fault in faults)


def test_dates_and_times_may_stand_as_toml_has_them() -> None:
    text = """
    slots = { d = { kind = "date", low = 2026-05-01, high = 2026-05-02 }, t = { kind = "time", low = 09:00:00 } }
    node = [
      { id = "o", kind = "ask", answer = [{ text = "{{d}} {{t}}", next = "e" }] },
      { id = "e", kind = "end", text = "{{d}}" },
    ]
    """
    assert faults_of(text) == ()


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_that_does_not_hold_is_told(name: str) -> None:
    text, said = GRAPHS[name]
    faults = faults_of(text)
    assert any(said in fault for fault in faults), faults
    assert all(known(fault) for fault in faults)


def test_a_pick_from_what_nobody_offered_is_told() -> None:
    text = """
    slots = { a = "date", b = "date", c = { kind = "pick", of = ["a", "b"] } }
    node = [
      { id = "o", kind = "ask", answer = [{ text = "{{c}} please", next = "e" }] },
      { id = "e", kind = "end", text = "{{c}}" },
    ]
    """
    assert any("slot 'c' is used before" in fault for fault in faults_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "a." * 100_000 + "a=1",
        "a=" + "[" * 200_000,
        "a=" + "{a=" * 50_000,
        '{"a":' * 60_000,
        '"\\' * 190_000,
        "'" * 399_999,
        "x" * 500_000,
        "x=\ud800",
        '{"a":"\\ud800"}',
        '{"a":NaN}',
        '{"a":1,"a":2}',
        "[[node]]\n" * 40_000,
        "node = 7",
        'node = [7, "x", [[]]]',
        'slots = 3\nactions = "x"\n[[node]]\nid = 4',
        '[[node]]\nid = "a"\nkind = "act"\n[[node.observation]]\ntext = [nan, inf, 1979-05-27]',
        '{"node":[{"id":"a","kind":["ask"],"text":{"x":[{}]},"input":[],"to":{},"answer":{"id":{}}}]}',
        '{"slots":{"a":{"kind":"date","after":["a"],"low":7}},"node":[]}',
        '{"slots":{"a":{"kind":"pick","of":[{}]},"b":{"kind":"nth","of":["a"]}},"node":[]}',
        '{"slots":{"a":{"kind":"choice","by":{},"values":{"x":[]}}},"node":[]}',
    ],
)
def test_hostile_text_ends_in_sentences(text: str) -> None:
    begun = time.monotonic()
    faults = faults_of(text)
    assert faults and all(len(fault) < 500 for fault in faults)
    assert time.monotonic() - begun < 20


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "big.toml").write_bytes(b"#" * 2_000_000)
    for name, said in (("odd.toml", "UTF-8"), ("big.toml", "bytes"), ("gone.toml", "check the path"), ("", "path")):
        with pytest.raises(BadTemplate, match=said):
            open_flow(tmp_path / name)
