"""Near-identical questions stand on one side, whatever the order of the rows."""

from __future__ import annotations

import time
from collections.abc import Iterable
from random import Random

import pytest

from playground.errors import BadSetting
from playground.interchange.apart import Split, grouped, masked, split_brought
from playground.records import Message, Row

RNG = Random(3)
LETTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    "同工也能下过子说产种面而方后多定行学法所民得经"
)


def row(number: int, asked: str, answer: str = "好", slots: dict[str, str] | None = None, template: str = "") -> Row:
    turns = (Message(role="user", content=asked), Message(role="assistant", content=answer))
    return Row(f"t-{number}", "t", template, "", slots or {}, turns)


def rows(texts: Iterable[str]) -> list[Row]:
    return [row(number, text) for number, text in enumerate(texts)]


def random_text(length: int = 20) -> str:
    return "".join(RNG.choices(LETTERS, k=length))


def ids(split: Split) -> tuple[set[str], set[str]]:
    return {one.id for one in split.train}, {one.id for one in split.held or ()}


def test_about_the_share_is_held_and_no_row_is_lost() -> None:
    every = rows(random_text() for _ in range(2000))
    for share in (0.1, 0.2, 0.5):
        train, held = ids(split_brought(every, share, 7))
        assert abs(len(held) / 2000 - share) < 0.05 and not train & held and len(train | held) == 2000
    split = split_brought(every, 0, 7)
    assert split.held is None and split.train == tuple(every)


def test_the_side_is_the_groups_and_not_the_orders() -> None:
    every = rows(random_text() for _ in range(300))
    mixed = Random(1).sample(every, len(every))
    assert ids(split_brought(every, 0.2, 7)) == ids(split_brought(mixed, 0.2, 7))
    assert ids(split_brought(every, 0.2, 7)) != ids(split_brought(every, 0.2, 8))
    train, _ = ids(split_brought(every, 0.2, 7))
    fewer, _ = ids(split_brought(every[:200], 0.2, 7))
    assert fewer <= train, "a row stays on its side when rows are added"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("订单12345到哪了", "订单 987 到哪了？"),
        ("What time do you OPEN?", "what time do you open"),
        ("你好，我想问一下你们店里周末几点开门营业呢", "你好，我想问一下你们店里周日几点开门营业呢"),
        ("Could you please tell me where my parcel is now", "Could you please tell me where my package is now"),
    ],
)
def test_near_identical_questions_are_one_group(a: str, b: str) -> None:
    others = [random_text() for _ in range(50)]
    groups = grouped(rows([a, b, *others]))
    assert any({0, 1} <= set(places) for places in groups.values())
    assert len(groups) == 51


def test_values_of_gold_are_masked() -> None:
    names = ["张三", "欧阳修远", "李四"]
    every = [row(n, f"收件人{name}，电话1380013{n}", slots={"姓名": name}) for n, name in enumerate(names)]
    assert len({masked(one) for one in every}) == 1


def test_an_instruction_under_every_question_does_not_make_them_alike() -> None:
    said = "\n请把上文解析成一行JSON，键为姓名、电话、邮编、省、市、县、详细地址。只取收件人，照抄原文，没写的填空。"
    for instructions in ([said], [said, "\nPlease parse the above into a JSON object with these properties."]):
        every = rows(random_text() + instructions[n % len(instructions)] for n in range(200))
        assert len(grouped(every)) > 190


def test_rows_of_few_templates_with_unknown_values_stay_together() -> None:
    ways = (
        "你好我想买一个{}请问今天晚上能不能送到我家",
        "有没有适合{}用的配件麻烦帮我查一下库存谢谢",
        "我的{}坏了应该怎么申请售后维修服务呢亲",
    )
    every = [row(n, ways[n % 3].format(random_text(3)), template="") for n in range(90)]
    split = split_brought(every, 0.2, 7)
    train, held = ids(split)
    kinds = {int(one.partition("-")[2]) % 3 for one in held}
    assert split.groups == 3 and len(kinds) == 1 and len(train) == 60


def test_rows_of_one_template_stay_together() -> None:
    every = [row(n, random_text(), template=f"w{n % 10}") for n in range(100)]
    assert len(grouped(every)) == 10


def test_one_group_is_all_trained_on_and_two_are_shared_out() -> None:
    assert split_brought(rows(["订单1", "订单2", "订单3"]), 0.2, 7).held is None
    for seed in range(10):
        split = split_brought(rows(["几点开门", "怎么退货呢"]), 0.2, seed)
        assert len(split.train) == 1 and split.held and len(split.held) == 1
        assert split_brought(rows(["几点开门", "怎么退货呢"]), 0.9, seed).train
    assert split_brought([], 0.2, 7) == Split((), None, 0)


@pytest.mark.parametrize("share", [-0.1, 0.95, 1, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(BadSetting, match="0 to 0.9"):
        split_brought(rows(["a"]), share, 7)


def test_many_and_long_and_like_rows_take_a_moment() -> None:
    begun = time.perf_counter()
    split_brought(rows(f"你好我想买一个{random_text(2)}请问今天能送到吗" for _ in range(5000)), 0.2, 7)
    split_brought(rows([random_text(100) * 1000, "😀" * 100_000, ""]), 0.2, 7)
    assert time.perf_counter() - begun < 20
