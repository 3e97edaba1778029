"""The example fold without its widgets: found, changed, looked at, kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.errors import PlaygroundError
from playground.samples import load_task, task_names
from playground.samples.fields import KINDS, parse_field
from playground.settings import Settings
from playground.twins.draft import Draft
from playground.ui import example
from playground.ui.example_form import SHOWN
from playground.ui.frame import Frame
from playground.ui.session import Session

MakeFrame = Callable[..., Frame]


@pytest.fixture
def draft() -> Draft:
    return example.read(*SHOWN["zh"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_example_that_is_offered_becomes_a_task(lang: str, make_frame: MakeFrame, session: Session) -> None:
    frame = make_frame()
    draft = example.read(*SHOWN[lang])
    html = example.proposal_html(draft, lang) + example.preview_html(draft, lang)
    assert "<mark" in html and "example." not in html and "kind." not in html
    assert not draft.proposal.notices
    task = example.kept(draft, " Mine ", frame.settings, session.visitor)
    assert task.name == "mine" and "mine" in task_names(frame.settings, session.visitor)
    assert load_task("mine", frame.settings, session.visitor).slots == task.slots


def test_what_is_typed_is_escaped(draft: Draft) -> None:
    hostile = example.read("<script>alert(1)</script> 13800138000", '{"<b>x</b>": "13800138000"}')
    html = example.proposal_html(hostile, "en") + example.preview_html(hostile, "en")
    assert "<script>" not in html and "<b>x" not in html


def test_wordings_go_to_text_and_back(draft: Draft) -> None:
    again = example.wordings_of(draft, example.wordings_text(draft))
    assert again == draft.more and len(again) > 8
    more = example.wordings_of(draft, "{{姓名}}的单\n---\n\n --- \n{{姓名}}的单\n---\n{{电话}}")
    assert [one.text for one in more] == ["{{姓名}}的单", "{{电话}}"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_settings_go_to_text_and_back(kind: str, draft: Draft) -> None:
    tables = {
        "choice": {"values": ["甲 乙", "丙"], "weights": [2.0, 0.5]},
        "pattern": {"pattern": "SO-\\d{8}"},
        "composed": {"text": "{{电话}}#"},
        "faker": {"provider": "job", "locale": "en_US"},
        "amount": {"low": 1, "high": 20, "forms": ["¥{}"], "answer": "{}"},
    }
    field = parse_field({"kind": kind, **tables.get(kind, {})}, "x")
    assert example.with_field(draft, "姓名", kind, example.settings_text(field)).fields["姓名"] == field


@pytest.mark.parametrize(
    ("slot", "kind", "settings", "says"),
    [
        ("nobody", "name", "", "slot 'nobody' is not known"),
        ("姓名", "nothing", "", "kind of field"),
        ("姓名", "integer", "low = ", "the settings cannot be read"),
        ("姓名", "choice", " \n", "values is \\[\\]"),
        ("姓名", "integer", "a = " + "[" * 100_000, "the settings cannot be read"),
        ("姓名", "integer", ".".join("a" * 60_000) + " = 1", "the settings cannot be read"),
        ("姓名", "choice", "x" * 200_000, "200,000 characters"),
    ],
)
def test_a_field_that_cannot_be_is_told(draft: Draft, slot: str, kind: str, settings: str, says: str) -> None:
    with pytest.raises(PlaygroundError, match=says):
        example.with_field(draft, slot, kind, settings)


@pytest.mark.parametrize(
    ("human", "says"),
    [
        ("{{nobody}}", "slot 'nobody' is not known"),
        ("{{姓名", "opens a slot that is not closed"),
        ("{% for x in range(9) %}{{x}}", "the template cannot be used"),
        ("x" * 9_000, "9,000 characters"),
        ("\ud800", "half a character pair"),
        (" ", "renders an empty text"),
    ],
)
def test_a_template_that_cannot_be_is_told_and_nothing_is_kept(
    draft: Draft, human: str, says: str, settings: Settings, session: Session
) -> None:
    with pytest.raises(PlaygroundError, match=says):
        example.kept(example.edited(draft, human, draft.bot, "", ""), "mine", settings, session.visitor)
    assert "mine" not in task_names(settings, session.visitor)


def test_templates_that_cost_a_process_each_are_counted(draft: Draft) -> None:
    more = "\n---\n".join(f"{{% if 1 %}}{{{{姓名}}}}{n}{{% endif %}}" for n in range(11))
    with pytest.raises(PlaygroundError, match="11 templates have more than slots"):
        example.preview_html(example.edited(draft, draft.human, draft.bot, "", more), "en")
