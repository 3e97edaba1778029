"""Every path is found once, loops end, branches remember, and a sample of too many still takes every edge."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

from playground.twins.flows.flow import Flow
from playground.twins.flows.paths import find_paths
from playground.twins.flows.reading import read_flow


def flow_of(nodes: list[dict[str, Any]], **head: Any) -> Flow:
    opening = {"id": "open", "kind": "ask", "answer": [{"text": "hello", "next": nodes[0]["id"]}]}
    return read_flow(json.dumps({**head, "node": [opening, *nodes, {"id": "end", "kind": "end", "text": "bye"}]}))


def ask(name: str, *leads: str) -> dict[str, Any]:
    answers = [{"id": f"to-{n}", "text": f"{name} {n}", "next": to} for n, to in enumerate(leads)]
    return {"id": name, "kind": "ask", "text": "?", "answer": answers}


def test_the_paths_of_a_small_flow(small: Flow) -> None:
    found = find_paths(small)
    assert found.whole and not found.missed and found.note == ""
    assert len({path.id for path in found.paths}) == len(found.paths)
    for path in found.paths:
        assert max(Counter(step.node for step in path.steps).values()) <= 2
        taken = dict(path.edges)
        # A branch goes where the answer it asks about sends it.
        if "which" in taken:
            assert (path.end == "filed") == (taken["more"] == "yes")
    assert {edge for path in found.paths for edge in path.edges} == set(small.edges())


def test_the_path_without_a_visit_is_there(shipped: Flow) -> None:
    found = find_paths(shipped)
    assert found.whole and not found.missed
    solved = [path for path in found.paths if path.end == "solved"]
    assert solved and all("file" not in dict(path.edges) for path in solved)


def test_two_to_the_thirtieth_are_sampled_and_every_edge_is_taken() -> None:
    nodes = [ask(f"n{k}", *[f"n{k + 1}" if k < 29 else "end"] * 2) for k in range(30)]
    for node in nodes:
        for answer in node["answer"]:
            answer["text"] = f"{node['id']}"
    flow = flow_of(nodes)
    begun = time.monotonic()
    found = find_paths(flow, 50)
    assert not found.whole and found.missed == () and "a sample" in found.note
    assert 2 <= len(found.paths) <= 60
    assert {edge for path in found.paths for edge in path.edges} == set(flow.edges())
    assert found == find_paths(flow, 50) and time.monotonic() - begun < 20


def test_loops_end_and_a_bound_may_forbid_an_edge() -> None:
    ring = [ask(f"n{k}", f"n{(k + 1) % 12}", f"n{(k + 5) % 12}", "end") for k in range(12)]
    flow = flow_of(ring, visits=2)
    found = find_paths(flow, 100)
    assert found.paths and not found.missed
    assert all(max(Counter(step.node for step in path.steps).values()) <= 2 for path in found.paths)
    once = flow_of([ask("a", "b", "end"), ask("b", "a", "end")], visits=1)
    assert find_paths(once).missed == (("b", "to-0"),) and "raise visits" in find_paths(once).note


def test_an_id_does_not_depend_on_the_others(small_text: str, small: Flow) -> None:
    more = read_flow(small_text.replace("visits = 1", "").replace('name = "small"', 'name = "small"\nvisits = 3'))
    few, many = ({path.id for path in find_paths(one).paths} for one in (small, more))
    assert few < many
