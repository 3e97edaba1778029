"""A small flow that has one of everything, and the two that ship."""

from __future__ import annotations

import pytest

from playground.twins.flows.flow import Flow
from playground.twins.flows.reading import open_flow, read_flow
from tests.house import HOUSE

SMALL = """
name = "small"
lang = "en"
[slots]
order = "order"
item = ["umbrella", "lamp", "kettle"]
[slots.ticket]
kind = "order"
prefix = "T"
digits = 6
[actions.Find]
text = "find an order"
input = { order = "its number" }
[actions.File]
text = "file a complaint"
input = { order = "its number", item = "what is wrong" }
[[node]]
id = "open"
kind = "ask"
[[node.answer]]
text = ["Where is {{order}}?", "Order {{order}} please", "What about {{order}}?", "I wait for {{order}}."]
next = "find"
[[node]]
id = "find"
kind = "act"
action = "Find"
input = { order = "{{order}}" }
[[node.observation]]
id = "found"
text = [{ state = "sent" }, "it was sent"]
next = "tell"
[[node.observation]]
id = "none"
text = "no such order"
next = "again"
[[node]]
id = "again"
kind = "ask"
text = "Not found. Which one?"
[[node.answer]]
id = "number"
text = "Sorry, {{order}}"
anew = ["order"]
next = "find"
[[node.answer]]
id = "stop"
text = "Forget it"
next = "bye"
[[node]]
id = "tell"
kind = "say"
text = "It is on its way."
next = "more"
[[node]]
id = "more"
kind = "ask"
text = "Is anything wrong with it?"
[[node.answer]]
id = "yes"
text = "The {{item}} is broken."
next = "file"
[[node.answer]]
id = "no"
text = "No, thanks."
next = "which"
[[node]]
id = "file"
kind = "act"
action = "File"
input = { order = "{{order}}", item = "{{item}}" }
[[node.observation]]
text = "filed as {{ticket}}"
next = "which"
[[node]]
id = "which"
kind = "branch"
by = "more"
to = { yes = "filed" }
else = "bye"
[[node]]
id = "filed"
kind = "end"
text = "It is filed as {{ticket}}."
[[node]]
id = "bye"
kind = "end"
text = "Goodbye."
"""


@pytest.fixture
def small_text() -> str:
    return SMALL


@pytest.fixture
def small() -> Flow:
    return read_flow(SMALL)


@pytest.fixture(params=["zh", "en"])
def shipped(request: pytest.FixtureRequest) -> Flow:
    return open_flow(HOUSE / f"samples/react/flow.{request.param}.toml")
