"""Agent rows step by step: only where there are some, findings counted and named, nothing of strangers unescaped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from playground.datasets import dataset_path, find_dataset, write_dataset
from playground.errors import UnknownName
from playground.ui import procedure, steps
from playground.ui.frame import Frame
from playground.ui.making import Form, made
from playground.ui.procedure import Making, Procedure
from playground.ui.session import Session
from playground.ui.steps import Steps

MakeFrame = Callable[..., Frame]


def agent_rows(frame: Frame, session: Session, how: Making) -> None:
    held = Procedure()
    text = procedure.read(held, procedure.shipped(frame.settings, "en"), frame.settings, session.visitor)
    list(procedure.made(frame, session, held, text, how, threading.Event()))


def test_rows_of_another_kind_have_no_steps(make_frame: MakeFrame, session: Session) -> None:
    frame, held = make_frame(), Steps()
    assert steps.look(frame, session, held) is None
    list(made(frame, session, Form(rows=20), threading.Event()))
    assert steps.look(frame, session, held) is None and "progressbar" not in "".join(
        steps.checked(frame, session, held)
    )
    with pytest.raises(UnknownName):
        steps.shown_html(frame, session, held, "address-train-000001")


@pytest.mark.parametrize(
    "how", [Making(rows=20), Making(rows=20, form="tools"), Making(rows=20, form="plan", markers="甲, 乙, 丙, 丁, 戊")]
)
def test_rows_of_a_flow_are_shown_and_found_sound(make_frame: MakeFrame, session: Session, how: Making) -> None:
    frame, held = make_frame(), Steps()
    agent_rows(frame, session, how)
    assert steps.look(frame, session, held) is not None
    choices = steps.choices(held, "en")
    assert len(choices) == 20
    assert "step action" in steps.shown_html(frame, session, held, choices[0][1])
    assert "20" in list(steps.checked(frame, session, held))[-1] and held.checked == 20 and not held.found


def test_findings_come_first_and_strangers_words_are_escaped(make_frame: MakeFrame, session: Session) -> None:
    frame, held = make_frame(), Steps()
    agent_rows(frame, session, Making(rows=6))
    first = find_dataset(frame.settings, session.visitor, session.dataset)
    rows = list(first.rows())
    bad = "Thought: <script>x</script>\nAction: <img src=x>[7]"
    rows[4] = replace(rows[4], messages=({"role": "user", "content": "hi"}, {"role": "assistant", "content": bad}))
    write_dataset(dataset_path(frame.settings, session.visitor, "react-bad"), rows, {}, dict(first.card))
    session.dataset = "react-bad"
    for line in steps.checked(frame, session, held):
        assert "<script" not in line
    assert list(held.found) == [rows[4].id] and steps.choices(held, "zh")[0][1] == rows[4].id
    session.lang = "zh"
    shown = steps.shown_html(frame, session, held, rows[4].id)
    assert "<script" not in shown and "<img" not in shown and "finding " in shown and "思考" in shown
    assert "1" in steps.outcome_html(held, "zh")
    with pytest.raises(UnknownName):
        steps.shown_html(frame, session, held, "x" * 9000)
