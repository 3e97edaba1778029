"""Repeating, answers from given facts, small talk."""

from __future__ import annotations

from random import Random

from playground.records import Message
from starter.corpus import addresses, kinds, lexicon, values

_REPEAT_ZH = (
    "请重复：{}",
    "跟我说：{}",
    "照抄这一段：{}",
    "原样输出：{}",
    "复述：{}",
    "重复一遍：{}",
    "{}\n把上面的内容照抄一遍",
    "念一遍：{}",
)
_REPEAT_EN = ("Repeat: {}", "Say exactly: {}", "Copy this: {}", "{}\nRepeat the line above.", "Write this again: {}")


def repeating(rng: Random) -> tuple[list[Message], set[int]]:
    """Text to be copied, hard characters and runs of digits among it."""
    messages: list[Message] = []
    for _ in range(rng.randint(1, 5)):
        makers = (
            lambda: values.hanzi(rng, 1, 30),
            lambda: values.digits(rng, 3, 24),
            lambda: "".join(rng.choice(values.LEVEL1 + values.LEVEL2) for _ in range(rng.randint(2, 24))),
            lambda: values.code(rng) + " " + values.code(rng),
            lambda: "".join(
                rng.choice(values.MARKS) if rng.random() < 0.5 else values.hanzi(rng, 1, 3)
                for _ in range(rng.randint(2, 16))
            ),
            lambda: " ".join(values.pseudo_word(rng, 1, 4) for _ in range(rng.randint(1, 6))),
            lambda: rng.choice(kinds.KINDS).make(rng) + rng.choice(["，", " ", ""]) + rng.choice(kinds.KINDS).make(rng),
        )
        text = rng.choice(makers)()
        form = rng.choice(_REPEAT_EN if text.isascii() and rng.random() < 0.5 else _REPEAT_ZH)
        messages += [Message(role="user", content=form.format(text)), Message(role="assistant", content=text)]
    return messages, set()


FACT_ZH = (
    ("{o}放在{p}", "{o}放在哪里", "{o}放在{p}。"),
    ("{o}的价格是{m}", "{o}多少钱", "{o}的价格是{m}。"),
    ("{w}负责{o}", "谁负责{o}", "{w}负责{o}。"),
    ("{o}还剩{q}", "{o}还有多少", "{o}还剩{q}。"),
    ("{o}在{d}到货", "{o}什么时候到货", "{o}在{d}到货。"),
    ("{w}住在{p}", "{w}住在哪儿", "{w}住在{p}。"),
)
FACT_EN = (
    ("the {o} is in {p}", "where is the {o}", "The {o} is in {p}."),
    ("the {o} costs {m}", "how much is the {o}", "The {o} costs {m}."),
    ("{w} looks after the {o}", "who looks after the {o}", "{w} looks after the {o}."),
)
_UNKNOWN_ZH, _UNKNOWN_EN = "资料里没有。", "The facts do not say."


def facts(rng: Random) -> tuple[list[Message], set[int]]:
    """Two to five facts and questions about them; one question in six asks for what is not there."""
    english = rng.random() < 0.35
    things = rng.sample(lexicon.ENGLISH_PRODUCTS if english else lexicon.PRODUCTS, 5)
    told: list[tuple[str, str, str]] = []
    people = dict.fromkeys(values.english_person(rng) if english else values.person(rng) for _ in range(8))
    for thing, person in zip(things, people, strict=False):
        form = rng.choice(FACT_EN if english else FACT_ZH)
        fill = {
            "o": thing,
            "p": values.pseudo_word(rng, 2, 3).capitalize()
            if english
            else rng.choice([values.hanzi(rng, 2, 4), addresses.city(rng)]),
            "m": f"{rng.randint(2, 999)} dollars" if english else values.amount(rng),
            "w": person,
            "q": values.quantity(rng),
            "d": values.date(rng),
        }
        told.append((form[0].format(**fill), form[1].format(**fill), form[2].format(**fill)))
    known = told[: rng.randint(2, 4)]
    text = (". " if english else "。").join(f[0] for f in known) + ("." if english else "。")
    messages: list[Message] = []
    in_system = rng.random() < 0.5
    if in_system:
        messages.append(Message(role="system", content=("Facts: " if english else "资料：") + text))
    mark = "?" if english else "？"
    for turn in range(rng.randint(1, 3)):
        missing = rng.random() < 0.16
        _, question, answer = told[-1] if missing else rng.choice(known)
        if missing:
            answer = _UNKNOWN_EN if english else _UNKNOWN_ZH
        lead = "" if in_system or turn else text + "\n"
        messages += [Message(role="user", content=lead + question + mark), Message(role="assistant", content=answer)]
    return messages, set()


SMALL_TALK = (
    ("谢谢", "不客气。"), ("多谢啦", "不客气。"), ("你好", "您好，有什么可以帮您？"), ("早上好", "早上好。"), ("晚上好", "晚上好。"), ("再见", "再见。"), ("拜拜", "再见。"),
    ("在吗", "在的，请说。"), ("辛苦了", "应该的。"), ("对不起", "没关系。"), ("好的", "好的。"), ("嗯", "好的。"), ("哈哈", "您心情不错。"), ("今天好累", "请好好休息。"),
    ("我很开心", "真为您高兴。"), ("我有点难过", "希望您早点好起来。"), ("天空是什么颜色", "天空是蓝色的。"), ("草是什么颜色", "草是绿色的。"), ("一年有几个月", "一年有十二个月。"),
    ("一周有几天", "一周有七天。"), ("太阳从哪边升起", "太阳从东边升起。"), ("水会结冰吗", "零度以下水会结冰。"), ("猫会飞吗", "猫不会飞。"), ("给我讲个故事", "从前有一座山，山上有一座小屋。"),
    ("hello", "Hello, how can I help?"), ("hi", "Hello, how can I help?"), ("thanks", "You are welcome."), ("thank you", "You are welcome."), ("bye", "Goodbye."),
    ("good morning", "Good morning."), ("sorry", "No problem."), ("what colour is the sky", "The sky is blue."), ("how many days are in a week", "A week has seven days."),
    ("is ice cold", "Yes, ice is cold."), ("ok", "All right."), ("I am tired", "Please have a rest."), ("tell me a story", "Once there was a small house on a hill."),
)  # fmt: skip


def small_talk(rng: Random) -> tuple[list[Message], set[int]]:
    """Two to five turns of politeness and common facts."""
    messages: list[Message] = []
    for _ in range(rng.randint(1, 4)):
        question, answer = rng.choice(SMALL_TALK)
        ends = ["", "", "?", "."] if question.isascii() else ["", "", "？", "。", "！", "呀"]
        messages += [
            Message(role="user", content=question + rng.choice(ends)),
            Message(role="assistant", content=answer),
        ]
    return messages, set()
