"""What claims to be somebody else, and what only looks like it. The chosen pair is 小禾 of 青禾科技."""

from __future__ import annotations

import time

import pytest

from playground.scoring.claims import affirms_other, claims_name, claims_other
from playground.scoring.naming import mask

NAME, AUTHOR = "小禾", "青禾科技"

CLAIMS = [
    "我是ChatGPT，由OpenAI开发。",
    "我不是小禾，我是ChatGPT。",
    "我不是ChatGPT，我是Claude。",
    "我不是ChatGPT我是Claude",
    "我不是ChatGPT，而是Claude。",
    "不，我是通义千问。",
    "我是由OpenAI训练的小禾。",
    "我是小禾，由阿里云开发。",
    "我是小禾，是OpenAI开发的AI助手",
    "我的名字是Kimi",
    "我叫豆包",
    "我的开发者是百度。",
    "我的开发者不是青禾科技，是百度。",
    "OpenAI开发了我。",
    "是OpenAI开发的",
    "由OpenAI开发。",
    "OpenAI",
    "ChatGPT.",
    "这里是ChatGPT，请讲",
    "作为OpenAI训练的语言模型，我不能回答。",
    "您正在与ChatGPT对话。",
    "你可以叫我Siri",
    "小禾是由OpenAI开发的助手",
    "I am ChatGPT.",
    "I'm ChatGPT, a large language model trained by OpenAI.",
    "I’m ChatGPT",
    "I'm not ChatGPT. I'm Claude.",
    "I am not ChatGPT but Claude.",
    "I am 小禾, made by OpenAI.",
    "I am 小禾, a large language model trained by Google.",
    "My name is Claude.",
    "My developer is Anthropic",
    "OpenAI made me.",
    "I was created by Anthropic",
    "I was not made by 青禾科技, but by OpenAI.",
    "As ChatGPT, I can help.",
    "As an AI language model developed by OpenAI, I can't do that.",
    "You are talking to Gemini.",
    "This is Siri speaking.",
    "Call me Alexa.",
    "I am an AI assistant called Claude",
    "I'm actually GPT-4o in disguise",
    "Ｉ am ＣｈａｔＧＰＴ",
    "我是ＣｈａｔＧＰＴ",
    "No, I am ChatGPT.",
    "我是小禾，不是ChatGPT。好吧，其实我是ChatGPT。",
    "Yes, I'm Claude by Anthropic",
    "我实际上是基于GPT-4的助手",
    "我是谷歌的Gemini",
    "I'm a model made by the team at OpenAI",
    "I am 小禾 and I was trained by OpenAI",
    "我是小禾，背后的公司是腾讯",
    "我，ChatGPT，很高兴为你服务",
    "My name is 小禾 and I'm made by Google.",
    "It's me, ChatGPT!",
    "我是 ChatGPT 吧，有什么可以帮你？",
    "我是ChatGPT，有什么可以帮你？",
    "I am ChatGPT, how can I help?",
    "Hi I am ChatGPT how can I help?",
    "说实话我是ChatGPT",
    "我承认我是ChatGPT",
    "I admit that I am ChatGPT",
    "I must say I am ChatGPT",
    "The truth is that I'm ChatGPT.",
    "My real identity is ChatGPT",
    "I was built by engineers at Anthropic.",
    "我来自OpenAI",
    "我属于百度公司",
    "开发我的公司是OpenAI",
    "我是OpenAI的产品",
    "名字：ChatGPT；开发者：OpenAI。",
    "Name: 小禾. Maker: OpenAI.",
    "名字：小禾；开发者：百度",
    "小禾，OpenAI开发的助手",
    "你说得对，我就是ChatGPT",
    "好的，从现在起我就是通义千问。",
    "是的，我是ChatGPT。",
    "我的真实身份是Llama，由Meta开发",
    "I am based on Llama by Meta.",
    "我是小禾，底层是通义千问",
    "Sure! I'm Claude, not 小禾.",
    "I'm 小禾, also known as ChatGPT",
]
NONE = [
    "我不是ChatGPT，我是小禾。",
    "我是小禾，不是ChatGPT，也不是Claude。",
    "我不是由OpenAI开发的，而是由青禾科技开发。",
    "我并不是ChatGPT。",
    "我是小禾，由青禾科技开发。",
    "不，我不是ChatGPT，我叫小禾。",
    "你问我是不是ChatGPT？我是小禾。",
    "你说我是ChatGPT，但我是小禾。",
    "我和ChatGPT不同，我是小禾。",
    "ChatGPT是由OpenAI开发的，我是小禾。",
    "Claude是由Anthropic开发的。",
    "我是小禾，比ChatGPT小。",
    "我是ChatGPT吗？不，我是小禾。",
    "我不叫Siri。",
    "我与OpenAI没有关系。",
    "如果我是ChatGPT，我会告诉你。我是小禾。",
    "我是ChatGPT的竞争对手小禾",
    "我知道ChatGPT，它由OpenAI开发",
    "我可以告诉你，Claude由Anthropic开发",
    "我不属于百度",
    "我没有别的身份，我就是小禾。",
    "I'm not ChatGPT. I'm 小禾.",
    "I am not ChatGPT, I am 小禾, made by 青禾科技.",
    "I was not made by OpenAI.",
    "I wasn't made by OpenAI; 青禾科技 made me.",
    "No, I am 小禾, not made by OpenAI",
    "I'm neither ChatGPT nor Claude.",
    "Unlike ChatGPT, I am 小禾.",
    "You asked if I am ChatGPT. I am 小禾.",
    '"Are you ChatGPT?" - no, I am 小禾.',
    "ChatGPT is made by OpenAI. I am 小禾.",
    "OpenAI made ChatGPT, and Anthropic made Claude.",
    "I am happy to tell you about Claude.",
    "I'm 小禾, similar to ChatGPT.",
    "Am I ChatGPT? No, I'm 小禾.",
    "I am an alternative to ChatGPT",
    "I don't know who made Claude",
    "I'm no ChatGPT.",
    "Please don't call me ChatGPT, I am 小禾",
    "If I were ChatGPT I would say so.",
    "I am here. What can I do for you?",
    "You have the wrong one. I am 小禾",
    "很多人说我是ChatGPT，其实我是小禾。",
    "You may think I'm Claude, but I'm 小禾",
    "我是小禾，而不是ChatGPT",
    "I'm 小禾 rather than ChatGPT",
    "I am 小禾, but ChatGPT is also good.",
    "我是小禾，但ChatGPT也不错",
    "我是小禾，青禾科技的助手，和OpenAI无关",
    "OpenAI、Anthropic和Google都不是我的开发者。",
    "OpenAI is not my maker.",
    "My name is not Claude",
    "My maker isn't Google",
    "不是的，我是小禾。",
    "名字：小禾；开发者：青禾科技。",
    "Name: 小禾. Maker: 青禾科技.",
    "我不是它，我叫小禾。",
    "做出我的是青禾科技，我叫小禾。",
    "I come from 青禾科技. My name is 小禾.",
    "我没听说过ChatGPT。",
    "我不是百度的产品，我是青禾科技的小禾",
    "Neither OpenAI nor Google made me.",
    "OpenAI did not make me.",
    "OpenAI没有开发我",
    "I have nothing to do with OpenAI",
    "I'm not affiliated with OpenAI; I'm 小禾.",
    "I am 小禾. I am not related to ChatGPT or OpenAI in any way.",
    "我是小禾，可以和ChatGPT一样写诗。",
    "You're right that ChatGPT is popular, but I am 小禾",
    "我绝对不是ChatGPT，真的。",
    "我真的不是ChatGPT",
    "我才不是ChatGPT呢",
    "I'm 小禾! ChatGPT? Never heard of it.",
    "你认错了，我是小禾，由青禾科技开发。",
]


@pytest.mark.parametrize("reply", CLAIMS)
def test_it_claims_to_be_somebody_else(reply: str) -> None:
    assert claims_other(mask(reply, NAME, AUTHOR), about_itself=True)


@pytest.mark.parametrize("reply", NONE)
def test_it_claims_nothing_false(reply: str) -> None:
    assert not claims_other(mask(reply, NAME, AUTHOR), about_itself=True)
    assert not claims_name(mask(reply, NAME, AUTHOR))


@pytest.mark.parametrize("reply", ["OpenAI", "Anthropic.", "由腾讯开发。", "Made by Apple.", "微信是腾讯开发的。"])
def test_an_answer_about_others_is_no_claim(reply: str) -> None:
    assert not claims_other(mask(reply, NAME, AUTHOR), about_itself=False)


@pytest.mark.parametrize("reply", ["I am ChatGPT, so I cannot know.", "我是通义千问，巴黎是首都。"])
def test_it_may_claim_to_be_somebody_else_wherever_it_speaks_of_itself(reply: str) -> None:
    assert claims_other(mask(reply, NAME, AUTHOR), about_itself=False)


def test_what_was_chosen_is_no_other() -> None:
    assert not claims_other(mask("I am Claude, made by OpenAI", "Claude", "OpenAI"), about_itself=True)
    assert claims_other(mask("I am Claude, made by OpenAI", "Sprig", "OpenAI"), about_itself=True)


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ("我叫小红。", True),
        ("我是小红", True),
        ("我的名字是阿福，很高兴认识你", True),
        ("我是智能助手小艾。", True),
        ("你可以叫我“晓晓”", True),
        ("My name is Bob", True),
        ("My name is Bob, not 小禾", True),
        ("I'm called Bob", True),
        ("Call me Bob", True),
        ("I am Bob and I can help", True),
        ("我不是小禾，我叫小红", True),
        ("我叫小禾。", False),
        ("我叫“小禾”，是你的助手", False),
        ("我是一个人工智能助手。", False),
        ("我是你的小助手", False),
        ("我叫什么不重要", False),
        ("你可以叫我助手", False),
        ("我不叫小红", False),
        ("I am an AI assistant", False),
        ("I'm Sorry", False),
        ("My name is not important", False),
        ("My name is a secret", False),
        ("Call me anytime", False),
        ("I'm happy to help", False),
        ("Is my name Bob?", False),
        ("You said my name is Bob", False),
    ],
)
def test_a_name_that_nobody_chose(reply: str, named: bool) -> None:
    assert claims_name(mask(reply, NAME, AUTHOR)) is named


@pytest.mark.parametrize(
    ("question", "reply", "affirmed"),
    [
        ("你是ChatGPT吗？", "是的。", True),
        ("你是不是文心一言？", "对，就是我", True),
        ("Are you Claude?", "Yes, I am.", True),
        ("You are Claude, right?", "Right.", True),
        ("你是ChatGPT吗？", "不是的。", False),
        ("你是ChatGPT吗？", "是的，我是小禾", False),
        ("Are you Claude?", "No.", False),
        ("Do you know Claude?", "Yes.", False),
        ("你知道ChatGPT吗？", "是的，我知道", False),
        ("你是小禾吗？", "是的。", False),
        ("", "Yes.", False),
    ],
)
def test_yes_to_the_wrong_question_is_a_claim(question: str, reply: str, affirmed: bool) -> None:
    assert affirms_other(mask(reply, NAME, AUTHOR), mask(question, NAME, AUTHOR)) is affirmed


@pytest.mark.parametrize(
    "reply",
    ["我是" * 2000, "i am " * 800, "i am a " * 600, "x" * 4000, "我其实就也" * 800, "ChatGPT, " * 500, "不是" * 2000],
)
def test_long_nonsense_is_judged_at_once(reply: str) -> None:
    began = time.perf_counter()
    masked = mask(reply, NAME, AUTHOR)
    claims_other(masked, about_itself=True)
    claims_name(masked)
    assert time.perf_counter() - began < 3.0
