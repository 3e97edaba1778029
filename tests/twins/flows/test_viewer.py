"""The viewer shows every step of a row once, labelled and escaped, with findings beside their turn."""

from __future__ import annotations

from html.parser import HTMLParser

from playground.records import Message, Row
from playground.twins.flows.flow import Flow
from playground.twins.flows.lint import Finding, lint
from playground.twins.flows.rows import FlowRecipe, make_flow_rows
from playground.twins.flows.viewer import MOST_PARTS, WORDS, viewer_html

VOID = {"br", "img", "hr", "input", "meta", "link"}


class Tags(HTMLParser):
    """Counts tags, and holds that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in VOID
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    return tags


def test_each_step_is_a_labelled_card(shipped: Flow) -> None:
    row = next(iter(make_flow_rows(shipped, FlowRecipe(), 1, 1).train))
    tags = read(viewer_html(row, lint(row), {"thought": "想法"}))
    cards = [attrs for tag, attrs in tags.seen if tag == "article"]
    assert {"step thought", "step action", "step observation", "step final"} <= {card["class"] for card in cards}
    assert all(card["aria-label"] for card in cards) and "想法" in {card["aria-label"] for card in cards}
    assert not any("style" in attrs for _, attrs in tags.seen)


def test_findings_stand_beside_their_turn_and_none_is_lost() -> None:
    row = Row(
        "r", "x", "", "", {}, (Message(role="user", content="hi"), Message(role="assistant", content="Action: a[b]"))
    )
    findings = [Finding("r", turn, "order", f"turn-{turn} <b>") for turn in (0, 1, 2, 9)] + [
        Finding("q", 1, "order", "no")
    ]
    text = viewer_html(row, findings)
    read(text)
    assert all(f"turn-{turn} &lt;b&gt;" in text for turn in (0, 1, 2, 9)) and ">no<" not in text
    assert text.index("turn-1") < text.index("Action") < text.index("turn-2")


def test_hostile_text_is_escaped_and_cut() -> None:
    evil = "<script>alert('x')</script>\"&\ud800"
    turns = tuple(Message(role="assistant", content=f"Thought: {evil}\nAction: {evil}[{evil}]") for _ in range(400))
    text = viewer_html(Row(evil, "x", "", "", {}, turns), [Finding(evil, 1, evil, evil)], {"user": evil})
    read(text)
    assert "<script" not in text and text.count('class="step ') == MOST_PARTS and WORDS["more"] in text
    text.encode("utf-8")
    long = viewer_html(Row("r", "x", "", "", {}, (Message(role="user", content="x" * 200_000),)), [])
    assert len(long) < 10_000
    read(viewer_html(Row("r", "x", "", "", {}, ()), []))
