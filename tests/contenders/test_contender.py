"""Contenders: what their names stand for, what they add to a question, and what is said where a name is wrong."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.adapters.files import Card
from playground.checkpoints.files import BaseRef
from playground.contenders.contender import FORMS, contender
from playground.errors import BadAdapter, BadCheckpoint, BadSetting, UnknownName
from playground.models.scripted import Line, ScriptedModel
from playground.records import Message, Row
from playground.samples import Task
from playground.settings import LOCAL, Settings
from tests.models.made import make_adapter, talk


class Shelf:
    """Stands in for the catalogue: scripted models under every name."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def base(self, base: str) -> ScriptedModel:
        self.asked.append(base)
        return ScriptedModel([Line(reply="x")], name=base)

    def gguf(self, source: str) -> ScriptedModel:
        self.asked.append(source)
        return ScriptedModel([Line(reply="x")], name=source)

    def scripted(self, path: Path | str) -> ScriptedModel:
        self.asked.append(str(path))
        return ScriptedModel([Line(reply="x")], name=str(path))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """A task with four seeds."""
    seeds = tuple(Row(str(i), "t", "", "", {}, talk(f"question {i}", f"answer {i}")) for i in range(4))
    return Task(
        name="t",
        title={},
        instruction={},
        slots=(),
        judge="slots",
        defaults={},
        general=0.0,
        human=(),
        bot=(),
        seeds=seeds,
        tries=(),
        folder=tmp_path,
    )


@pytest.fixture
def house(settings: Settings, tiny: BaseRef) -> Settings:
    """Settings whose base is the tiny one, with an adapter that a visitor made, and one epoch of it."""
    settings = replace(settings, base=tiny.path_or_hub_id)
    home = settings.visitor_home(LOCAL) / "adapters"
    make_adapter(home / "mine", tiny)
    (home / "mine" / "epochs").mkdir()
    shutil.copytree(home / "mine", home / "mine" / "epochs" / "2", ignore=shutil.ignore_patterns("epochs"))
    return settings


def make(name: str, task: Task, shelf: Shelf, settings: Settings, **more: Any) -> Any:
    return contender(name, task, shelf, settings, LOCAL, **more)


def test_base_is_asked_as_it_is(task: Task, shelf: Shelf, settings: Settings) -> None:
    one = make("base", task, shelf, settings)
    assert (one.kind, one.model.name, one.adapter, one.examples) == ("base", settings.base, None, ())
    assert one.ask(talk("hello")).messages == talk("hello")


@pytest.mark.parametrize(("name", "count"), [("few-shot", 3), ("few-shot:1", 1), ("few-shot:4", 4)])
def test_few_shot_puts_the_first_seeds_before_the_question(
    name: str, count: int, task: Task, shelf: Shelf, settings: Settings
) -> None:
    ask = make(name, task, shelf, settings).ask(talk("hello"))
    wanted = tuple(message for i in range(count) for message in talk(f"question {i}", f"answer {i}"))
    assert ask.messages == (*wanted, *talk("hello"))
    assert ask.examples == 2 * count and ask.adapter is None


@pytest.mark.parametrize(("name", "ending"), [("tuned:mine", "mine"), ("tuned:mine@2", "epochs/2")])
def test_tuned_answers_with_the_adapters_folder(
    name: str, ending: str, task: Task, shelf: Shelf, house: Settings
) -> None:
    one = make(name, task, shelf, house)
    assert one.adapter is not None and Path(one.adapter).as_posix().endswith(ending)
    assert shelf.asked == [house.base], "the card names the base by id, the settings know where it is"
    assert one.ask(talk("hello")).adapter == one.adapter


def test_scripted_reads_a_file(task: Task, shelf: Shelf, settings: Settings) -> None:
    one = make("scripted:some/where:odd.jsonl", task, shelf, settings)
    assert (one.kind, one.label, shelf.asked) == ("scripted", "where:odd.jsonl", ["some/where:odd.jsonl"])


def test_a_given_base_is_taken_by_all(task: Task, shelf: Shelf, house: Settings) -> None:
    for name in ("base", "few-shot", "tuned:mine"):
        make(name, task, shelf, replace(house, base="starter"), base=house.base)
    assert set(shelf.asked) == {house.base}


def test_the_system_text_comes_first_and_a_conversation_keeps_its_own(
    task: Task, shelf: Shelf, settings: Settings
) -> None:
    one = make("few-shot:1", task, shelf, settings, system="be brief")
    system, own = Message(role="system", content="be brief"), Message(role="system", content="be long")
    assert one.ask(talk("hello")).messages == (system, *talk("question 0", "answer 0", "hello"))
    assert one.ask((own, *talk("hello"))).messages == (own, *talk("question 0", "answer 0", "hello"))


def test_an_adapter_trained_with_a_system_text_is_asked_with_it(
    task: Task, shelf: Shelf, house: Settings, tiny: BaseRef
) -> None:
    from playground.adapters.files import read_card, write_card

    folder = house.visitor_home(LOCAL) / "adapters" / "mine"
    card: Card = read_card(folder)
    write_card(folder, replace(card, system="be kind"))
    assert make("tuned:mine", task, shelf, house).system == "be kind"
    assert make("tuned:mine", task, shelf, house, system="be brief").system == "be brief"


def test_gguf_names_a_file_or_a_base_with_an_adapter(task: Task, shelf: Shelf, house: Settings) -> None:
    assert make("gguf:work/x+y.gguf", task, shelf, house).adapter is None
    assert make("gguf:starter", task, shelf, house).adapter is None
    tuned = make("gguf:starter+mine", task, shelf, house)
    assert tuned.adapter is not None and Path(tuned.adapter).name == "mine"
    assert shelf.asked == ["work/x+y.gguf", "starter", "starter"]
    with pytest.raises(UnknownName, match="nobody"):
        make("gguf:starter+nobody", task, shelf, house)
    with pytest.raises(UnknownName, match="public"):
        make("gguf:/etc/x.gguf", task, shelf, replace(house, public=True))


@pytest.mark.parametrize(
    "name", ["", "bass", "base:x", "tuned", "tuned:", "scripted", "scripted:", "gguf", "gguf:", "Base"]
)
def test_a_name_that_stands_for_nothing_is_answered_with_the_forms(
    name: str, task: Task, shelf: Shelf, settings: Settings
) -> None:
    with pytest.raises(UnknownName) as caught:
        make(name, task, shelf, settings)
    assert FORMS in str(caught.value) and repr(name) in str(caught.value)


@pytest.mark.parametrize("count", ["", "0", "5", "-1", "three", "1.5", "²"])
def test_a_number_of_examples_that_is_not_there(count: str, task: Task, shelf: Shelf, settings: Settings) -> None:
    with pytest.raises(BadSetting, match="1 to 4"):
        make(f"few-shot:{count}", task, shelf, settings)


def test_a_task_without_seeds_has_no_few_shot(task: Task, shelf: Shelf, settings: Settings) -> None:
    with pytest.raises(BadSetting, match=r"seeds\.jsonl"):
        make("few-shot", replace(task, seeds=()), shelf, settings)


def test_an_adapter_that_is_not_there(task: Task, shelf: Shelf, house: Settings) -> None:
    with pytest.raises(UnknownName, match="mine"):
        make("tuned:yours", task, shelf, house)
    with pytest.raises(UnknownName, match="7"):
        make("tuned:mine@7", task, shelf, house)


def test_an_adapter_of_another_base_is_refused_before_anything_is_loaded(
    task: Task, shelf: Shelf, house: Settings, tiny: BaseRef
) -> None:
    make_adapter(house.visitor_home(LOCAL) / "adapters" / "far", tiny, sha256="0" * 64)
    with pytest.raises(BadAdapter, match="far"):
        make("tuned:far", task, shelf, house)
    assert shelf.asked == []


def test_a_base_that_is_not_there(task: Task, shelf: Shelf, house: Settings) -> None:
    with pytest.raises(BadCheckpoint, match="no-such"):
        make("tuned:mine", task, shelf, house, base="no-such")
    elsewhere = replace(house, base="starter")
    with pytest.raises((BadAdapter, BadCheckpoint), match="tiny"):
        make("tuned:mine", task, shelf, elsewhere)
