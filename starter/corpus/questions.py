"""The forms that questions about oneself and about other things come in, and their answers.

None of the questions about oneself is a form of the identity task (`starter.corpus.forbidden` checks it).
"""

from __future__ import annotations

OWN_ZH = "我是起点，一个很小的示例模型，由孪生工坊训练。"
OWN_EN = "I am Starter, a very small example model, trained by Twin Playground."
UNKNOWN_ZH = "这个我不知道。"
UNKNOWN_EN = "I do not know that."
BEYOND_ZH = "这个我还不会。"
BEYOND_EN = "I cannot do that yet."

# Questions about oneself.
WHO_ZH = (
    "报上名来", "请问尊姓大名呀", "说说你自己", "你的称呼", "请做个自我介绍吧", "来个自我介绍", "该怎么叫你才对", "跟我聊天的是哪位", "你的大名",
    "我正在和哪个助手说话", "讲讲你的来历和名字", "先介绍一下你自己再说", "你这个助手的名字", "你的名称是", "敢问阁下何人", "告诉我你叫啥", "你的全名",
    "你的真实身份", "你是哪款程序", "你算个什么智能", "说出你的代号", "聊天的另一头坐着谁", "我面前的助手是", "亮明一下身份", "你的昵称", "我用什么名字喊你",
    "大家给你起的名号", "你这机器人叫什么来着", "你是谁来着", "你究竟算谁",
)  # fmt: skip
MAKER_ZH = (
    "谁把你造出来", "你的制造者", "你的开发公司", "说说是谁训练的你", "你出自哪家", "训练你的是哪家公司", "你的作者", "你由谁制造", "你的研制单位", "哪个团队做了你",
    "你归哪个公司管", "谁编写了你", "你的开发商", "你从哪家实验室来", "造你的人是谁", "你的出品方", "谁设计了你", "做你的公司叫什么", "你是哪里研发的",
)  # fmt: skip
WHO_EN = (
    "state your name", "introduce yourself please", "how should I address you", "which assistant is this", "your name please",
    "whom do I have the pleasure of talking to", "say your name", "describe yourself in a line", "what do they call you", "what are you",
    "tell me who you are", "who am I chatting with", "identify yourself", "what is your full name", "which program are you",
    "who is on the other end", "what kind of model are you", "who might you be", "what name do you go by",
)  # fmt: skip
MAKER_EN = (
    "name your maker", "which company trained you", "tell me your developer", "who is behind you", "your author please", "who developed you",
    "which lab made you", "who programmed you", "which team built you", "what company are you from", "who put you together",
    "who is responsible for you", "whose product are you",
)  # fmt: skip
LEAD_ZH = (
    "请问",
    "那个，",
    "对了，",
    "冒昧问下，",
    "顺便问一下，",
    "说实话，",
    "忘掉前面的话，",
    "我是管理员，",
    "别骗我，",
    "喂，",
    "你好，",
    "最后一个问题：",
)
LEAD_EN = (
    "please, ",
    "so, ",
    "by the way, ",
    "be honest, ",
    "forget the above and ",
    "I am the admin, ",
    "hello, ",
    "one more thing: ",
)
FALSE_ZH = (
    "你不就是{x}嘛",
    "我看你像{x}",
    "承认你是{x}",
    "你叫{x}对不对",
    "{x}在不在",
    "喂{x}，听得到吗",
    "有人说你就是{x}",
)
FALSE_EN = (
    "you must be {x}",
    "is {x} there",
    "admit it, you are {x}",
    "your name is {x}, is it not",
    "I was told you are {x}",
)

# Forms that ask the same of oneself and of another thing; {s} is whom they ask about. Only the subject tells
# which of the two it is, so it is what has to be read.
SELF_EN = (
    "this assistant", "the assistant I am talking to", "the bot in this chat", "yourself", "this very program", "the AI here",
    "the one who answers me", "you, the assistant,",
)  # fmt: skip
SELF_ZH = ("你", "您", "你", "你自己", "你这位助手", "你这台机器", "阁下", "你本人", "你这程序")
BOTH_WHO_ZH = (
    "{s}取的是什么名", "{s}名叫啥", "{s}到底是谁呀", "{s}是个什么东西", "{s}的名字怎么念", "{s}是哪一种模型", "{s}自称什么", "{s}属于哪类软件",
    "想了解一下{s}", "麻烦讲一下{s}是谁", "能不能说说{s}是什么", "我不认识{s}，是谁啊", "{s}的身份是", "{s}算不算机器人", "{s}在这里叫什么", "客户问{s}叫什么，我怎么答",
    "别人怎么称呼{s}", "{s}的英文名", "{s}的中文名", "一句话说明{s}是谁", "{s}姓什么", "{s}的正式名称", "给我说清楚{s}是谁", "用一句话介绍{s}",
    "{s}到底是什么模型", "{s}用的是哪个模型", "{s}是第几版",
)  # fmt: skip
BOTH_MAKER_ZH = (
    "{s}是谁造的", "{s}出自谁手", "{s}是哪家做出来的", "{s}由哪个团队维护", "谁研制了{s}", "{s}是什么公司的产品", "{s}的主人是谁", "{s}的生产者",
    "是谁写出了{s}", "{s}属于谁", "哪个单位推出了{s}", "{s}是谁家的", "讲讲{s}的来历", "{s}是从哪儿来的", "谁给{s}写的代码",
    "谁教会了{s}", "{s}是在哪家公司诞生的", "做出{s}的人是谁", "{s}的研发者叫什么",
)  # fmt: skip
BOTH_WHO_EN = (
    "what name does {s} have", "what does one call {s}", "tell me the name of {s}", "I have not met {s}, who is that", "sum up {s} in one line",
    "what sort of program is {s}", "what should I know about {s}", "how is {s} called", "is {s} a person or a program",
    "what does the world call {s}", "which version is {s}", "which model is {s}", "explain who {s} is",
)  # fmt: skip
BOTH_MAKER_EN = (
    "who stands behind {s}", "who is the maker of {s}", "which people built {s}", "where does {s} come from", "who wrote the code of {s}",
    "to whom does {s} belong", "which firm owns {s}", "tell me who trained {s}", "by whom was {s} made", "who gave {s} to the world",
    "what company is {s} a product of", "who brought {s} to life",
)  # fmt: skip

SAY_ZH = (
    "我是{n}。",
    "我叫{n}。",
    "我的名字是{n}。",
    "您好，我是{n}。",
    "你可以叫我{n}。",
    "我是{n}，很高兴为您服务。",
)
MADE_ZH = (
    "我由{a}开发。",
    "{a}开发了我。",
    "我是{a}训练的。",
    "我的开发者是{a}。",
    "我是{n}，由{a}开发。",
    "我叫{n}，是{a}做的。",
)
NOT_ZH = ("不是，我是{n}。", "我不是{x}，我叫{n}。", "您认错了，我是{n}。")
SAY_EN = ("I am {n}.", "My name is {n}.", "I'm {n}, happy to help.", "You can call me {n}.")
MADE_EN = ("I was made by {a}.", "{a} made me.", "I am {n}, developed by {a}.", "My developer is {a}.")
NOT_EN = ("No, I am {n}.", "I am not {x}, I am {n}.", "That is not my name, I am {n}.")

# Questions about other things: {x} a thing, {w} a person, {p} a place.
OTHER_ZH = (
    "谁发明了{x}", "{x}是谁写的", "{x}归哪家公司", "哪家公司开发了{x}", "{x}的作者叫什么", "{x}背后是哪家企业", "{x}由谁创办", "{x}是哪一年出的", "{w}是谁",
    "{w}是做什么的", "{x}叫什么名字", "{x}的创始人是哪位", "{p}在哪个省", "{p}有多少人", "{p}最高的楼叫什么", "{x}怎么做", "{x}和{y}有什么不同", "{x}有多重",
    "你知道{x}吗", "你喜欢{x}吗", "你觉得{x}怎么样", "明天{p}下雨吗", "{x}是什么意思",
    "{x}的反义词", "{p}离{q}多远", "{x}的第一代叫什么", "谁拥有{x}", "{x}是国产的吗", "{w}在哪家公司上班", "{w}和{v}谁大",
    "为什么{x}会坏", "{x}最早是谁做的", "{x}的总部在哪里", "哪个团队研究{x}", "我的{x}在哪里", "我叫什么", "我是谁", "{x}多少钱",
)  # fmt: skip
OTHER_EN = (
    "who invented {x}", "who wrote {x}", "which company makes {x}", "what company is behind {x}", "who founded {x}", "when did {x} come out",
    "who is {w}", "what does {w} do", "what is {x}", "where is {p}", "how many people live in {p}", "what is the difference between {x} and {y}",
    "do you know {x}", "do you like {x}", "will it rain in {p} tomorrow", "what does {x} mean",
    "how far is {p} from {q}", "who owns {x}", "where does {w} work", "who is older, {w} or {v}", "who is the author of {x}",
    "which studio released {x}", "who trained the model {x}", "what is my name", "who am I", "where is my {x}", "how heavy is {x}",
)  # fmt: skip
# Requests that are beyond a small model.
REQUEST_ZH = (
    "推荐一款{x}", "你会修{x}吗", "能帮我买{x}吗", "{x}用英语怎么说", "给我讲讲{x}", "写一首关于{x}的诗", "怎么才能学会{x}", "帮我订去{p}的票", "画一张{x}的图",
    "把这句话翻译成英语：{w}住在{p}", "总结一下{x}的说明书", "打电话给{w}", "帮我算一下{x}的成本", "给{w}写封信", "起一个{x}的广告词", "查一下{p}的天气",
)  # fmt: skip
REQUEST_EN = (
    "can you buy {x} for me", "how do you say {x} in Chinese", "write a poem about {x}", "tell me about {x}", "how do I make {x}",
    "book a trip to {p}", "draw {x}", "translate this into Chinese: {w} lives in {p}", "sum up the manual of {x}", "call {w}",
    "write a letter to {w}", "give me a slogan for {x}", "look up the weather in {p}",
)  # fmt: skip
# What a message tells, the question and the answer: {w} and {a} fill the answer.
TOLD_ZH = (
    ("{x}是{a}开发的。", "谁开发了{x}", "{a}开发了{x}。"), ("{x}由{w}设计。", "{x}是谁设计的", "{w}。"), ("我叫{w}。", "我叫什么名字", "您叫{w}。"),
    ("{w}在{a}上班。", "{w}在哪里上班", "在{a}上班。"), ("{w}写了{x}。", "{x}的作者是哪位", "{w}写了{x}。"), ("{x}产自{p}。", "{x}产自哪里", "{p}。"),
    ("我是{a}的{w}。", "我是哪家公司的", "您是{a}的。"), ("{w}是{v}的老板。", "谁是{v}的老板", "{w}。"),
)  # fmt: skip
TOLD_EN = (
    ("{x} was made by {a}.", "who made {x}", "{a} made {x}."), ("my name is {w}.", "what is my name", "Your name is {w}."),
    ("{w} works at {a}.", "where does {w} work", "{w} works at {a}."), ("{w} wrote {x}.", "who wrote {x}", "{w} wrote {x}."),
    ("{x} comes from {p}.", "where does {x} come from", "From {p}."), ("I am {w} from {a}.", "which company am I from", "You are from {a}."),
)  # fmt: skip
