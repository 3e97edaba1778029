"""Rows: the same for the same seed, right by the checker, and split so that nothing leaks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from playground.errors import BadSample, BadSetting, BadTemplate, UnknownName, UserError
from playground.records import Row, json_line
from playground.samples import Task, Template, load_task, user_text
from playground.settings import Settings
from playground.twins.dress import PLAIN
from playground.twins.make import make_twins, preview
from playground.twins.split import folds, letters


@pytest.fixture
def address(settings: Settings) -> Task:
    return load_task("address", settings)


@pytest.fixture
def identity(settings: Settings) -> Task:
    return load_task("identity", settings)


def lines(rows: Iterator[Row] | None) -> list[str]:
    assert rows is not None
    return [json_line(row.as_json()) for row in rows]


@pytest.mark.parametrize("name", ["address", "identity", "general"])
def test_the_same_seed_gives_the_same_bytes(settings: Settings, name: str) -> None:
    task = load_task(name, settings)
    one, two, other = (make_twins(task, 60, seed, settings) for seed in (7, 7, 8))
    made = lines(one.train)
    assert made == lines(two.train) and made != lines(other.train)
    assert one.card == two.card
    for group, rows in one.groups.items():
        assert (rows is None) == (two.groups[group] is None)
        assert rows is None or lines(rows) == lines(two.groups[group])


@pytest.mark.parametrize("name", ["address", "identity"])
def test_fewer_rows_are_the_first_of_more(settings: Settings, name: str) -> None:
    task = load_task(name, settings)
    assert lines(make_twins(task, 700, 7, settings).train)[:40] == lines(make_twins(task, 40, 7, settings).train)


def test_a_row_is_a_question_and_its_gold(address: Task, settings: Settings) -> None:
    ids = set()
    for row in make_twins(address, 500, 1, settings).train:
        user, answer = row.messages
        assert user["content"].endswith(user_text(address, "")) and row.task == "address"
        assert json.loads(answer["content"]) == row.slots and list(row.slots) == list(address.slots)
        assert "\n" not in answer["content"] and answer["content"].startswith('{"姓名": "')
        ids.add(row.id)
    assert len(ids) == 500


def test_address_groups_share_nothing_they_must_not(address: Task, settings: Settings) -> None:
    twins = make_twins(address, 1000, 3, settings)
    train = list(twins.train)
    groups = {name: list(rows or ()) for name, rows in twins.groups.items()}
    assert {name: len(rows) for name, rows in groups.items()} == dict.fromkeys(groups, 200)
    held = set(twins.card["held"])
    assert 0.15 < len(held) / len(address.human) < 0.25
    assert not held & {row.template for row in train + groups["unseen_values"]}
    assert (
        held == {row.template for row in groups["unseen_templates"]} == {row.template for row in groups["unseen_both"]}
    )

    def values(rows: list[Row], slot: str) -> set[str]:
        return {re.sub(r"\W", "", row.slots[slot]) for row in rows if row.slots[slot]}

    def chains(rows: list[Row]) -> set[tuple[str, ...]]:
        return {tuple(row.slots[slot] for slot in ("省", "市", "县")) for row in rows if row.slots["县"]}

    for name in ("unseen_values", "unseen_both"):
        assert all(not values(train, slot) & values(groups[name], slot) for slot in ("姓名", "电话", "详细地址"))
        assert not chains(train) & chains(groups[name])
    assert chains(train) & chains(groups["unseen_templates"]), "known values in new words"


def test_unseen_templates_show_values_that_train_has_shown(address: Task, settings: Settings) -> None:
    twins = make_twins(address, 1000, 3, settings)
    train = list(twins.train)
    shown = {value for row in train for slot, value in row.slots.items() if slot in ("姓名", "电话", "详细地址", "县")}
    rows = list(twins.groups["unseen_templates"] or ())
    told = [row.slots[slot] for row in rows for slot in ("姓名", "电话", "详细地址", "县") if row.slots[slot]]
    # What the train row of the same number leaves out is new.
    assert sum(value in shown for value in told) > 0.6 * len(told)
    for slot in ("姓名", "详细地址"):
        pairs = [(a.slots[slot], b.slots[slot]) for a, b in zip(train, rows, strict=False)]
        assert all(a == b for a, b in pairs if a and b)


def test_no_general_row_asks_a_held_out_question(identity: Task, settings: Settings) -> None:
    for seed in range(12):
        twins = make_twins(identity, 1000, seed, settings)
        held = {one.text for one in identity.human if one.id in twins.card["held"]}
        asked = {letters(m["content"]).casefold() for row in twins.train for m in row.messages if m["role"] == "user"}
        assert not asked & {letters(text).casefold() for text in held}


def test_a_short_latin_name_drops_only_questions_that_say_it_as_a_word(identity: Task, settings: Settings) -> None:
    rows = preview(identity, 100, 0, lang="en", values={"NAME": "Bo"})
    assert any("bot" in row.messages[0]["content"] for row in rows)
    rows = preview(identity, 100, 0, lang="en", values={"NAME": "ChatGPT"})
    assert not any("chatgpt" in row.messages[0]["content"].casefold() for row in rows)


def test_templates_take_turns(address: Task, settings: Settings) -> None:
    twins = make_twins(address, 400, 3, settings)
    counts = Counter(row.template for row in twins.train)
    assert len(counts) == len(address.human) - len(twins.card["held"])
    assert max(counts.values()) - min(counts.values()) <= 1


def test_the_held_out_templates_can_be_chosen(address: Task, settings: Settings) -> None:
    for fold in folds(address.human, 5, 0):
        twins = make_twins(address, 80, 0, settings, held=fold, group_rows=30)
        assert set(twins.card["held"]) == fold
        assert not fold & {row.template for row in twins.train}
        assert fold >= {row.template for row in twins.groups["unseen_both"] or ()}


def test_without_held_templates_two_groups_cannot_be(address: Task, settings: Settings) -> None:
    groups = make_twins(address, 10, 0, settings, held=()).groups
    assert groups["unseen_values"] is not None
    assert groups["unseen_templates"] is None and groups["unseen_both"] is None


def test_identity_teaches_the_chosen_pair(identity: Task, settings: Settings) -> None:
    twins = make_twins(identity, 600, 5, settings, values={"NAME": "阿木", "author": "木匠铺"})
    rows = list(twins.train)
    own = [row for row in rows if row.task == "identity"]
    assert len(rows) - len(own) == 240, "the general share is in the count"
    assert twins.card["set"] == {"name": "阿木", "author": "木匠铺"}
    for row in own:
        question, answer = (turn["content"] for turn in row.messages)
        assert row.slots == {"name": "阿木", "author": "木匠铺"}
        assert "阿木" not in question and "木匠铺" not in question
        chinese = next(template.lang for template in identity.human if template.id == row.template) == "zh"
        rest = answer.replace("阿木", "").replace("木匠铺", "")
        assert bool(re.search(r"[\u4e00-\u9fff]", rest)) == chinese, "an answer has its question's language"
    assert all(row.slots == {} for row in rows if row.task == "general")
    assert twins.groups["unseen_values"] is None and twins.groups["unseen_both"] is None


def test_identity_asks_every_held_out_question_once(identity: Task, settings: Settings) -> None:
    twins = make_twins(identity, 100, 5, settings)
    text = {template.id: template.text for template in identity.human}
    asked = {row.template: row.messages[0]["content"] for row in twins.groups["unseen_templates"] or ()}
    assert sorted(asked) == twins.card["held"]
    assert all(text[template] == question for template, question in asked.items())
    assert not {row.template for row in twins.train} & set(asked)


def test_identity_has_a_pair_for_each_language_until_one_is_set(identity: Task, settings: Settings) -> None:
    names = {row.slots["name"] for row in make_twins(identity, 60, 5, settings).train if row.slots}
    assert names == {identity.defaults["name"], identity.defaults["name_en"]}
    english = [row for row in make_twins(identity, 60, 5, settings, lang="en").train if row.task == "identity"]
    assert {row.slots["name"] for row in english} == {identity.defaults["name_en"]}


def test_a_question_that_says_the_name_is_left_out(identity: Task, settings: Settings) -> None:
    twins = make_twins(identity, 600, 5, settings, values={"NAME": "Kimi"}, held=())
    assert not [row.id for row in twins.train if "kimi" in row.messages[0]["content"].lower()]


def test_a_name_that_every_question_says_is_refused(identity: Task, settings: Settings) -> None:
    asks = replace(identity, human=tuple(one for one in identity.human if "ChatGPT" in one.text))
    with pytest.raises(BadSample, match="stand in every question; choose longer ones"):
        make_twins(asks, 5, 1, settings, values={"NAME": "ChatGPT"}, held=())


def test_general_rows_are_spread_and_seeds_are_among_them(identity: Task, settings: Settings) -> None:
    rows = list(make_twins(identity, 400, 5, settings).train)
    general = [place for place, row in enumerate(rows) if row.task == "general"]
    assert max(b - a for a, b in zip(general, general[1:], strict=False)) <= 4
    seeds = {seed.id for seed in load_task("general", settings).seeds}
    assert len({row.template for row in rows} & seeds) == 80
    assert len({row.id for row in rows}) == 400


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"rows": 0}, BadSetting, "rows is 0; it must be a whole number, 1 to 1,000,000"),
        ({"rows": 1_000_001}, BadSetting, "rows is 1000001"),
        ({"seed": -1}, BadSetting, "seed is -1"),
        ({"group_rows": 0}, BadSetting, "rows of a group is 0"),
        ({"lang": "fr"}, UnknownName, "language of identity 'fr' is not known; there is: en, zh"),
        ({"values": {"COLOUR": "red"}}, UnknownName, "'COLOUR' is not known; there is: AUTHOR, "),
        ({"values": {"NAME": " "}}, BadSample, "NAME is ' '; it must be 1 to 60 characters"),
        ({"values": {"NAME": "{{x}}"}}, BadSample, "without {}<>"),
        ({"values": {"NAME": "🙂"}}, BadSample, "it must hold a letter or a digit"),
        ({"held": ["nobody"]}, BadTemplate, "held-out template 'nobody' is not there"),
    ],
)
def test_a_wrong_order_is_one_sentence(
    identity: Task, settings: Settings, change: dict[str, object], error: type[UserError], says: str
) -> None:
    order = {"rows": 10, "seed": 1, **change}
    with pytest.raises(error, match=re.escape(says)):
        make_twins(identity, settings=settings, **order)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("human", "bot", "says"),
    [
        ("寄给{{姓氏}}", None, "template 'yours': slot '姓氏' is not known here; there is: "),
        ("寄给{姓名}", None, "template 'yours': {姓名} stands in single braces"),
        ("寄给{{姓名", None, "opens a slot that is not closed"),
        ("", None, "'yours' renders an empty text"),
        ("{% if 姓名 %}{{ 姓名.x }}{% endif %}", None, "unsafe"),
        ("{{姓名}}\ud800", None, "holds half a character pair"),
        (None, "收到{{姓名}}", "which is not JSON"),
        (None, '{"姓名": {{姓名 | json}}}', "has 电话, 邮编, 省, 市, 县, 详细地址 wrong or surplus"),
    ],
)
def test_an_edited_template_is_answered_with_its_fault(
    address: Task, human: str | None, bot: str | None, says: str
) -> None:
    with pytest.raises(BadTemplate, match=re.escape(says)):
        preview(address, 10, 1, human_text=human, bot_text=bot)


def test_ten_twins_of_what_is_typed(address: Task, identity: Task) -> None:
    rows = preview(address, 10, 1, human_text="寄给<姓名>，打{{ 电话 }}", dress=PLAIN)
    assert len(rows) == 10 and all(row.template == "yours" for row in rows)
    for row in rows:
        assert row.messages[0]["content"].startswith(f"寄给{row.slots['姓名']}，打{row.slots['电话']}\n")
        assert {slot for slot, value in row.slots.items() if value} == {"姓名", "电话"}
    (own,) = preview(identity, 1, 1, human_text="喂，报名字", kind="name", lang="zh", values={"NAME": "阿木"})
    assert "阿木" in own.messages[1]["content"]
    assert [row.id for row in preview(address, 3, 1)] == [f"address-train-{n:06d}" for n in (1, 2, 3)]


def test_a_preview_shows_the_rows_that_would_be_made(address: Task, settings: Settings) -> None:
    made = make_twins(address, 5, 9, settings, held=())
    assert preview(address, 5, 9) == list(made.train)


def test_a_template_with_conditions_gives_what_it_shows(address: Task, settings: Settings) -> None:
    text = "{% if 省 == 市 %}一处{{市}}{{县}}{% else %}{{省市}}{{县}}，邮编{{邮编}}{% endif %}，{{详细地址}}，{{姓名}}"
    own = replace(address, human=(Template("mine", "zh", "own", text, foreign=True),))
    rows = list(make_twins(own, 120, 2, settings, held=()).train)
    municipal = [row for row in rows if "一处" in row.messages[0]["content"]]
    assert 0 < len(municipal) < len(rows)
    assert all(row.slots["省"] == row.slots["市"] != "" and row.slots["邮编"] == "" for row in municipal)
    assert all(row.slots["邮编"] for row in rows if row not in municipal)


def test_a_task_with_a_slot_nobody_fills_is_refused(address: Task, settings: Settings) -> None:
    with pytest.raises(BadTemplate, match="slot '血型' is not known here"):
        make_twins(replace(address, slots=(*address.slots, "血型")), 5, 1, settings)


def test_a_question_without_answer_is_refused(identity: Task, settings: Settings) -> None:
    bots = tuple(bot for bot in identity.bot if bot.kind != "both")
    with pytest.raises(BadTemplate, match="has no answer of kind 'both' in 'zh'"):
        make_twins(replace(identity, bot=bots), 5, 1, settings, lang="zh")


def test_a_fixed_slot_may_have_an_underscore_in_its_name(identity: Task, settings: Settings) -> None:
    texts = [
        replace(one, text=one.text.replace("{{NAME}}", "{{order_id}} {{NAME}}"))
        for one in identity.bot
        if one.lang == "en"
    ]
    task = replace(identity, bot=tuple(texts), human=tuple(one for one in identity.human if one.lang == "en"))
    task = replace(task, defaults={**task.defaults, "order_id": "A-1"}, general=0.0)
    said = [row.messages[-1]["content"] for row in make_twins(task, 60, 1, settings).train]
    assert any("A-1 Sprig" in text for text in said)
    changed = make_twins(task, 60, 1, settings, values={"order_id": "B-2"}).train
    assert any("B-2 Sprig" in row.messages[-1]["content"] for row in changed)


@pytest.mark.parametrize("name", ["intent", "tone-business", "sentiment"])
def test_a_wording_without_slots_is_no_unseen_value(name: str, settings: Settings) -> None:
    twins = make_twins(load_task(name, settings), 600, 7, settings)
    learned = {row.messages[:-1] and str(row.messages[:-1]) for row in twins.train}
    held = [str(row.messages[:-1]) for row in twins.groups["unseen_values"] or ()]
    assert len(held) == 200 and not learned & set(held)
