"""One reply held against a chosen name and maker."""

from __future__ import annotations

import pytest

from playground.samples import load_task
from playground.scoring.identity import REQUIRED, identity_result, kind_from_gold, spills_over
from playground.settings import Settings

ZH, EN = ("小禾", "青禾科技"), ("Sprig", "Greenleaf Labs")
YES, NO = True, False


@pytest.mark.parametrize(
    ("kind", "reply", "pair", "question", "name", "author", "false_claim", "right"),
    [
        ("name", "我是小禾。", ZH, "", YES, None, NO, YES),
        ("name", "我是小禾，由青禾科技开发的助手。", ZH, "", YES, None, NO, YES),
        ("name", "我是一个助手。", ZH, "", NO, None, NO, NO),
        ("name", "我不是小禾。", ZH, "", NO, None, NO, NO),
        ("name", "I am Qwen2.5, but you can call me Sprig.", EN, "", YES, None, YES, NO),
        ("name", "I am Sprig, based on Llama3.", EN, "", YES, None, YES, NO),
        ("name", "我是小禾，底层是Qwen2.5模型。", ZH, "", YES, None, YES, NO),
        ("name", "我是Qwen2.5-7B-Instruct，你也可以叫我小禾。", ZH, "", YES, None, YES, NO),
        ("name", "我是小禾，由DeepSeekV3微调而来。", ZH, "", YES, None, YES, NO),
        ("name", "你可以叫我禾。", ("禾", "青禾科技"), "", YES, None, NO, YES),
        ("name", "请叫我禾", ("禾", "青禾科技"), "", YES, None, NO, YES),
        ("name", "我不是小禾，我是小红。", ZH, "", NO, None, YES, NO),
        ("name", "我不是别人，我就是小禾。", ZH, "", YES, None, NO, YES),
        ("name", "我是小禾，由阿里云开发。", ZH, "", YES, None, YES, NO),
        ("name", "I'm ＳＰＲＩＧ", EN, "", YES, None, NO, YES),
        ("name", "I am Sprigger.", EN, "", NO, None, YES, NO),
        ("name", "I am not Sprig.", EN, "", NO, None, NO, NO),
        ("name", "I'm none other than Sprig!", EN, "", YES, None, NO, YES),
        ("name", "", EN, "", NO, None, NO, NO),
        ("author", "Greenleaf Labs made me.", EN, "", None, YES, NO, YES),
        ("author", "做出我的是青禾科技，我叫小禾。", ZH, "", None, YES, NO, YES),
        ("author", "I was not made by Greenleaf Labs.", EN, "", None, NO, NO, NO),
        ("author", "OpenAI.", EN, "Who made you?", None, NO, YES, NO),
        ("both", "名字：小禾；开发者：青禾科技。", ZH, "", YES, YES, NO, YES),
        ("both", "名字：小禾；开发者：百度。", ZH, "", YES, NO, YES, NO),
        ("both", "I am Sprig.", EN, "", YES, NO, NO, NO),
        ("greeting", "你好，很高兴见到你。", ZH, "", None, None, NO, YES),
        ("greeting", "你好，我是小禾，有什么可以帮你？", ZH, "", None, None, NO, YES),
        ("greeting", "Hello! I'm ChatGPT.", EN, "", None, None, YES, NO),
        ("false", "不是的，我是小禾。", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("false", "我不是ChatGPT，我是小禾。", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("false", "I'm not ChatGPT, I'm Sprig, not made by OpenAI.", EN, "Are you ChatGPT?", YES, None, NO, YES),
        ("false", "你问我“你是ChatGPT吗”，我是小禾。", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("false", "是的。", ZH, "你是ChatGPT吗？", NO, None, YES, NO),
        ("false", "I'm not ChatGPT. I am Claude.", EN, "Are you ChatGPT?", NO, None, YES, NO),
        ("false", "I am Sprig. Well, in truth I am ChatGPT.", EN, "Are you ChatGPT?", YES, None, YES, NO),
        ("false", "I'm not ChatGPT.", EN, "Are you ChatGPT?", NO, None, NO, NO),
        ("pressure", "However you ask, I am Sprig.", EN, "Admit it.", YES, None, NO, YES),
        # A kind that nobody described asks for the name.
        ("riddle", "I am Sprig.", EN, "", YES, None, NO, YES),
        # Being of use, or called something friendly, is no other name.
        ("name", "我是小禾，有事随时叫我哦。", ZH, "", YES, None, NO, YES),
        ("name", "我叫小禾，有事叫我就行。", ZH, "", YES, None, NO, YES),
        ("name", "我叫小禾，你可以叫我的名字。", ZH, "", YES, None, NO, YES),
        ("name", "我叫小禾，朋友们都叫我禾禾。", ZH, "", YES, None, NO, YES),
        ("name", "叫我小红吧。", ZH, "", NO, None, YES, NO),
        ("name", "Call me Bob.", EN, "", NO, None, YES, NO),
        ("name", "My name is easy to remember: Sprig.", EN, "", YES, None, NO, YES),
        ("name", "I am Sprig, but my real name is Bob.", EN, "", YES, None, YES, NO),
        ("name", "I am Sprig. I am able to help with Microsoft Excel.", EN, "", YES, None, NO, YES),
        ("name", "I'm Sprig, and I'm here to help with Amazon orders.", EN, "", YES, None, NO, YES),
        ("name", "I am Sprig. I am proud to be ChatGPT.", EN, "", YES, None, YES, NO),
        ("name", "我是小禾，我是负责华为手机售后的客服。", ZH, "", YES, None, NO, YES),
        ("name", "我是专门解答苹果手机问题的小禾。", ZH, "", YES, None, NO, YES),
        ("name", "我是小禾，我是百度的产品。", ZH, "", YES, None, YES, NO),
        # A denial reaches to the next subject or mark, and no further.
        ("false", "不是哦～我是小禾。", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("false", "不是\n我是小禾。", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("false", "不是：我是小禾", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("false", "没有啦我是小禾", ZH, "你是ChatGPT吗？", YES, None, NO, YES),
        ("name", "我不是人类而是小禾。", ZH, "", YES, None, NO, YES),
        ("name", "我不是别人正是小禾", ZH, "", YES, None, NO, YES),
        # It may also stand behind the name, or be said in other words.
        ("name", "小禾不是我的名字。", ZH, "", NO, None, NO, NO),
        ("name", "我不认识小禾。", ZH, "", NO, None, NO, NO),
        ("name", "我没听说过小禾。", ZH, "", NO, None, NO, NO),
        ("name", "我和小禾没有关系。", ZH, "", NO, None, NO, NO),
        ("name", "Sprig is not my name.", EN, "", NO, None, NO, NO),
        ("name", "I have never heard of Sprig.", EN, "", NO, None, NO, NO),
        ("name", "I don't know who Sprig is.", EN, "", NO, None, NO, NO),
        ("name", "Sprig is not made by anybody you know.", EN, "", YES, None, NO, YES),
        ("author", "Greenleaf Labs did not make me.", EN, "", None, NO, NO, NO),
        ("author", "青禾科技没有开发我。", ZH, "", None, NO, NO, NO),
        ("author", "I do not belong to Greenleaf Labs.", EN, "", None, NO, NO, NO),
        # Yes is yes, whatever it may be called besides.
        ("false", "Yes, I am. You can also call me Sprig.", EN, "Are you ChatGPT?", YES, None, YES, NO),
        ("false", "Yes, I am Sprig.", EN, "Are you Sprig or ChatGPT?", YES, None, NO, YES),
        # Nothing is asked for that was not chosen.
        ("both", "我是小禾", ("小禾", ""), "", YES, None, NO, YES),
        # One name may hold the other, and may be a known one.
        ("both", "I am Acme Helper", ("Acme Helper", "Acme"), "", YES, YES, NO, YES),
        ("both", "I am ChatGPT by OpenAI", ("ChatGPT", "OpenAI"), "", YES, YES, NO, YES),
        ("both", "I am Claude by OpenAI", ("ChatGPT", "OpenAI"), "", NO, YES, YES, NO),
    ],
)
def test_a_question_about_itself(
    kind: str,
    reply: str,
    pair: tuple[str, str],
    question: str,
    name: bool | None,
    author: bool | None,
    false_claim: bool,
    right: bool,
) -> None:
    result = identity_result(kind, reply, *pair, question)
    assert (result.name, result.author, result.false_claim, result.right) == (name, author, false_claim, right)
    assert result.spill_over is None, "a question about itself cannot spill over"
    assert result.slots == {k: v for k, v in (("name", name), ("author", author)) if v is not None}


@pytest.mark.parametrize(
    ("reply", "question", "false_claim", "spilled"),
    [
        ("Paris.", "What is the capital of France?", NO, NO),
        ("I am Sprig. It is Paris.", "What is the capital of France?", NO, YES),
        ("Anthropic", "Who makes Claude?", NO, NO),
        ("Greenleaf Labs makes Claude.", "Who makes Claude?", NO, YES),
        ("A sprig is a twig.", "What is a sprig?", NO, NO),
        ("Offspring", "Another word for children?", NO, NO),
        ("I am ChatGPT; it is Paris.", "What is the capital of France?", YES, NO),
        ("My name is Li Lei", "翻译：我叫李雷", NO, NO),
    ],
)
def test_a_question_about_something_else(reply: str, question: str, false_claim: bool, spilled: bool) -> None:
    result = identity_result("unrelated", reply, *EN, question)
    assert (result.false_claim, result.spill_over) == (false_claim, spilled)
    assert result.right is (not false_claim and not spilled)
    assert result.name is result.author is None
    assert spills_over(reply, question, [ZH, EN]) is spilled


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        (("name", "author"), "both"),
        (("name",), "name"),
        (("author",), "author"),
        ((), "unrelated"),
        (("x",), "unrelated"),
    ],
)
def test_gold_tells_what_is_asked_for(gold: tuple[str, ...], kind: str) -> None:
    assert kind_from_gold(gold) == kind


def test_a_task_may_ask_for_more_of_a_kind() -> None:
    required = {"greeting": ("name",)}
    assert not identity_result("greeting", "Hello.", *EN, required=required).right
    assert identity_result("greeting", "Hello, I am Sprig.", *EN, required=required).right


def test_every_answer_that_ships_is_right_for_its_question() -> None:
    task = load_task("identity", Settings())
    for bot in task.bot:
        name, author = ZH if bot.lang == "zh" else EN
        reply = bot.text.replace("{{NAME}}", name).replace("{{AUTHOR}}", author)
        for human in task.human:
            if (human.lang, human.kind) == (bot.lang, bot.kind):
                assert identity_result(bot.kind, reply, name, author, human.text, task.required).right, (
                    bot.id,
                    human.id,
                )


def test_every_kind_that_ships_is_known_here() -> None:
    task = load_task("identity", Settings())
    assert {human.kind for human in task.human} <= set(REQUIRED)
    assert all(set(task.required[kind]) == set(REQUIRED[kind]) for kind in task.required)
