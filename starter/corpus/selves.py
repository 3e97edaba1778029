"""Questions about oneself, and beside them questions about other things.

Who one is comes from the system text, else it is the starter's own name. A question about another
thing is answered from what the message tells, and otherwise with "I do not know": a small model
knows nothing of the world, and a name it is taught later must not become its answer to everything.
"""

from __future__ import annotations

from random import Random

from playground.records import Message
from starter.corpus import addresses, kinds, lexicon, questions, values


def _thing(rng: Random, english: bool) -> str:
    if english:
        name = values.pseudo_word(rng, 2, 3).capitalize() + rng.choice(["", "", " 3", " Pro"])
        return rng.choice([name, name, "the " + rng.choice(lexicon.ENGLISH_PRODUCTS)])
    kind = rng.choice(
        ["手机", "软件", "公司", "游戏", "模型", "助手", "机器人", "小说", "电影", "汽车", "系统", "网站", ""]
    )
    name = values.hanzi(rng, 2, 4) if rng.random() < 0.6 else values.pseudo_word(rng, 1, 3).capitalize()
    return rng.choice([name + kind, name + kind, rng.choice(lexicon.PRODUCTS)])


def _fill(rng: Random, english: bool) -> dict[str, str]:
    place, who = (_place_en, values.english_person) if english else (addresses.city, values.person)
    maker = kinds.ENGLISH_MAKERS["company"] if english else values.company
    return {"x": _thing(rng, english), "y": _thing(rng, english), "w": who(rng), "v": who(rng), "p": place(rng), "q": place(rng),
            "a": maker(rng)}  # fmt: skip


def _place_en(rng: Random) -> str:
    return values.pseudo_word(rng, 2, 3).capitalize()


def _marked(rng: Random, question: str, english: bool) -> str:
    """The question with a mark behind it or none, as people type."""
    if english and rng.random() < 0.5:
        question = question[0].upper() + question[1:]
    return question + rng.choice(["", "?", "?", "."] if english else ["", "？", "？", "。", "呀", "?"])


def other(rng: Random, english: bool) -> tuple[str, str]:
    """A question about another thing and its answer."""
    fill = _fill(rng, english)
    roll = rng.random()
    if roll < 0.3:
        told, question, answer = rng.choice(questions.TOLD_EN if english else questions.TOLD_ZH)
        gap = rng.choice([" ", "\n"] if english else ["", "", "\n"])
        return told.format(**fill) + gap + _marked(rng, question.format(**fill), english), answer.format(**fill)
    if roll < 0.42:
        question = rng.choice(questions.REQUEST_EN if english else questions.REQUEST_ZH).format(**fill)
        return _marked(rng, question, english), questions.BEYOND_EN if english else questions.BEYOND_ZH
    if roll < 0.72:
        question = rng.choice(
            (*questions.BOTH_WHO_EN, *questions.BOTH_MAKER_EN)
            if english
            else (*questions.BOTH_WHO_ZH, *questions.BOTH_MAKER_ZH)
        )
        question = question.format(s=rng.choice([fill["x"], fill["x"], fill["w"]]))
    else:
        question = rng.choice(questions.OTHER_EN if english else questions.OTHER_ZH).format(**fill)
    if rng.random() < 0.2:
        question = rng.choice(questions.LEAD_EN if english else questions.LEAD_ZH) + question
    return _marked(rng, question, english), questions.UNKNOWN_EN if english else questions.UNKNOWN_ZH


def _about_itself(rng: Random, english: bool, maker: bool) -> str:
    """A question for one's own name, or with `maker` for who made one."""
    if rng.random() < 0.45:
        return rng.choice(
            (questions.MAKER_EN if maker else questions.WHO_EN)
            if english
            else (questions.MAKER_ZH if maker else questions.WHO_ZH)
        )
    forms = (
        (questions.BOTH_MAKER_EN if maker else questions.BOTH_WHO_EN)
        if english
        else (questions.BOTH_MAKER_ZH if maker else questions.BOTH_WHO_ZH)
    )
    return rng.choice(forms).format(s=rng.choice(questions.SELF_EN if english else questions.SELF_ZH))


def itself(rng: Random, english: bool, name: str, maker: str) -> tuple[str, str]:
    """A question about oneself and its answer; without a name the starter's own."""
    roll = rng.random()
    x = _thing(rng, english)
    if roll < 0.5:
        question, answers = _about_itself(rng, english, maker=False), questions.SAY_EN if english else questions.SAY_ZH
    elif roll < 0.85:
        question, answers = _about_itself(rng, english, maker=True), questions.MADE_EN if english else questions.MADE_ZH
    else:
        question = rng.choice(questions.FALSE_EN if english else questions.FALSE_ZH).format(x=x)
        answers = questions.NOT_EN if english else questions.NOT_ZH
    if rng.random() < 0.3:
        question = rng.choice(questions.LEAD_EN if english else questions.LEAD_ZH) + question
    own = questions.OWN_EN if english else questions.OWN_ZH
    return _marked(rng, question, english), rng.choice(answers).format(n=name, a=maker, x=x) if name else own


def persona(rng: Random) -> tuple[list[Message], set[int]]:
    """One to five questions, about oneself and about other things mixed."""
    english = rng.random() < 0.4
    name = maker = ""
    messages: list[Message] = []
    if rng.random() < 0.5:
        if english:
            name, maker = values.pseudo_word(rng, 1, 3).capitalize(), kinds.ENGLISH_MAKERS["company"](rng)
            systems = (
                f"You are {name}, made by {maker}.",
                f"Your name is {name}. {maker} developed you.",
                f"You are {name}, an assistant of {maker}.",
            )
        else:
            name, maker = values.hanzi(rng, 1, 4), values.company(rng)
            systems = (
                f"你叫{name}，由{maker}开发。",
                f"你是{name}，{maker}的助手。",
                f"你的名字是{name}，开发者是{maker}。",
                f"你是{maker}训练的{name}。",
            )
        messages.append(Message(role="system", content=rng.choice(systems)))
    about_itself = rng.choice([0.3, 0.5, 0.8])
    for _ in range(rng.randint(1, 5)):
        mine = rng.random() < about_itself
        question, answer = itself(rng, english, name, maker) if mine else other(rng, english)
        messages += [Message(role="user", content=question), Message(role="assistant", content=answer)]
    return messages, set()
