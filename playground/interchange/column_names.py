"""What columns are called: the names under which questions, answers and the rest go, in Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Part = Literal["turns", "question", "context", "answer", "system", "history", "tools"]
PARTS: tuple[Part, ...] = ("turns", "question", "context", "answer", "system", "history", "tools")

NAMES: dict[Part, tuple[str, ...]] = {
    "turns": (
        *("messages", "conversations", "conversation", "dialogue", "dialog", "dialogs", "chat", "turns", "trajectory"),
        *("对话", "会话", "消息列表", "聊天记录"),
    ),
    "question": (
        *("instruction", "question", "prompt", "query", "input", "user", "human", "request", "ask", "q"),
        *("customer", "utterance", "message", "source", "text", "sentence", "problem", "title"),
        *("问题", "问", "提问", "用户", "用户问题", "用户输入", "指令", "输入", "题目", "提示词", "提示", "客户"),
        *("买家", "顾客", "来信", "原文", "消息", "文本", "内容", "标准问", "相似问", "咨询"),
    ),
    "context": ("input", "context", "background", "passage", "document", "背景", "上下文", "材料", "补充", "输入"),
    "answer": (
        *("output", "answer", "response", "completion", "reply", "assistant", "target", "chosen", "gold"),
        *("expected", "expectedoutput", "gpt", "bot", "agent", "a", "solution", "answers", "responses", "result"),
        *("label", "labels", "intent", "category", "class", "tag"),
        *("回答", "答", "答案", "答复", "回复", "输出", "期望输出", "助手", "客服", "机器人", "应答", "标准答案"),
        *("结果", "标签", "意图", "类别", "分类"),
    ),
    "system": ("system", "systemprompt", "systemmessage", "系统", "系统提示", "系统提示词", "人设"),
    "history": ("history", "历史", "对话历史", "历史对话"),
    "tools": ("tools", "functions", "工具", "函数"),
}
"""Part to the names of its columns, the surest first; "input" is the context where there is another question."""
WORDS: dict[Part, tuple[str, ...]] = {
    "question": ("question", "prompt", "query", "instruction", "utterance", "问", "指令", "输入"),
    "answer": ("answer", "response", "completion", "reply", "output", "答", "回复", "输出"),
}
"""Words that say what a column is even inside a longer name: "customer question", 客户的问题."""


def bare(name: str) -> str:
    """A column's name without case, width, spaces and signs."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def part_of(name: str) -> Part | None:
    """The first part that a column of that name may play; None for a name that says nothing."""
    wanted = bare(name)
    return next((part for part in PARTS if wanted in NAMES[part]), None) or _by_word(wanted)


def named(columns: tuple[str, ...], part: Part) -> str | None:
    """The column whose name is the surest for a part; None where none has such a name."""
    by_name = {bare(column): column for column in reversed(columns)}
    return next((by_name[name] for name in NAMES[part] if name in by_name), None)


def named_partly(columns: tuple[str, ...], part: Part) -> str | None:
    """The first column with a word of the part in its name."""
    return next((column for column in columns if _by_word(bare(column)) == part), None)


def _by_word(name: str) -> Part | None:
    """A name with the words of both is told by the one that stands last: "prompt response" is an answer."""
    places = [(name.rfind(word), part) for part, words in WORDS.items() for word in words if word in name]
    return max(places)[1] if places else None
