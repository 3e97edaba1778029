"""A pasted procedure as numbered steps: labels of every common style, and the clauses of each step.

1. 1) 1、 （1） 一、 ① 第一步 步骤1 Step 1: and nested 2.1; several steps may stand on one line. A clause is
a thing to do, a condition with what follows it, an else, a jump to another step, or an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Label = tuple[int, ...]
"""Numbers of a step from the outside in: 2.1 is (2, 1)."""

_HAN = "零一二三四五六七八九"
_MARKS = re.compile(r"^[\s>#*•·–-]+")
"""What lists and headings of Markdown begin with."""
_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "step",
        re.compile(
            rf"(?:第\s*({_NUMBER})\s*步|步骤\s*({_NUMBER})|step\s*(\d{{1,3}}))\s*[:：.、,，)）-]?\s*", re.IGNORECASE
        ),
    ),
    ("dotted", re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,4})[.、)）:：]?\s*(?=\D)")),
    ("round", re.compile(rf"[（(]\s*({_NUMBER})\s*[)）]\s*[.、:：]?\s*")),
    ("han", re.compile(r"([一二三四五六七八九十]{1,3})\s*[、.．:：)）]\s*")),
    ("plain", re.compile(r"(\d{1,3})\s*(?:[、)）:：．]|\.(?!\d))\s*")),
    ("ring", re.compile(r"([①-⑳])\s*[.、:：]?\s*")),
    ("letter", re.compile(r"[(（]?([a-h])[.)）、]\s+", re.IGNORECASE)),
)
_IF = re.compile(
    r"(?:(?:(?:如果|如|若是|若|倘若|要是|一旦|当)(?P<zh>[^，,：:；;。]{1,80}?)(?:的话|时|的时候)?\s*(?:[，,：:]\s*(?:则|就|那么)?|则|那么|就(?=转|跳|回|结|进|直)))"
    r"|(?:(?:if|when|in case|once)\s+(?P<en>[^,:;.]{1,120}?)\s*(?:,\s*(?:then\s+)?|:\s*|\bthen\s+)))(?P<then>.*)",
    re.IGNORECASE | re.DOTALL,
)
# 订单不存在则返回第一步: without an if of its own, and not the last word of 规则 or 原则.
_THEN = re.compile(r"(?P<cond>[^，,：:]{2,40}?)[，,]?(?<![规原准细总守法])则(?P<then>.+)", re.DOTALL)
_TAIL_IF = re.compile(r"(?P<then>[^,;]{3,160}?)\s+(?:if|when|in case)\s+(?P<cond>[^,;]{2,120})", re.IGNORECASE)
_ELSE = re.compile(
    r"(?:否则|不然|反之|其他情况|其它情况|otherwise|or else|else|if not|in all other cases)"
    r"\s*(?:[，,：:]\s*)?(?:则|就)?(?P<then>.*)",
    re.IGNORECASE | re.DOTALL,
)
_JUMP = re.compile(
    r"(?:请|则|就|并|再|,|，|and|then|or)?\s*(?:"
    r"(?:转到|转至|转入|转|跳转到|跳转至|跳转|跳到|跳至|返回到|返回|回到|进入|执行|继续|重复|见|到)\s*(?:第\s*(?P<a>[\d.]+|[一二三四五六七八九十]+)\s*步|(?:步骤|step)\s*(?P<b>[\d.]+|[一二三四五六七八九十]+))"
    r"|(?:go|return|jump|skip|proceed|continue|move|repeat|back)\s*(?:back\s*|on\s*|ahead\s*)?(?:to|with|at|from)?\s*step\s*(?P<c>[\d.]+))\s*(?:步骤)?",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:流程|服务|对话|会话|通话|本次服务)?(?:到此)?结束(?:流程|服务|对话|会话|通话)?|关闭(?:工单|会话)|完成流程"
    r"|\b(?:end|stop|finish|close)(?:\s+(?:here|(?:the|this)\s+(?:call|case|ticket|process|conversation|chat|procedure|flow)))?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """One numbered step."""

    number: int
    """Line of the pasted text, from 1."""
    label: Label
    text: str


@dataclass(frozen=True)
class Clause:
    """One thing a step says."""

    kind: str
    """do, if or else."""
    cond: str = ""
    """The condition of an if."""
    text: str = ""
    """What is to be done, "" for nothing but a jump or an end."""
    jump: Label | None = None
    """The step to go on with."""
    ends: bool = False


def read_lines(text: str) -> tuple[list[Line], list[tuple[int, str]]]:
    """The numbered steps, and (line, text) of what stands outside. An unnumbered line may go on the step above."""
    steps: list[Line] = []
    outside: list[tuple[int, str]] = []
    depths: list[str] = []
    for number, whole in enumerate(text.splitlines(), 1):
        for piece in _inline(whole):
            bare = _MARKS.sub("", piece).strip().strip("*").strip()
            if not bare:
                continue
            found = _labelled(bare)
            if found is None:
                if steps and (piece[:1] in " \t　" or _ELSE.match(bare) or _IF.match(bare)):
                    steps[-1] = Line(steps[-1].number, steps[-1].label, f"{steps[-1].text}；{bare}")
                else:
                    outside.append((number, bare))
                continue
            style, own, rest = found
            label = _placed(style, own, steps[-1].label if steps else (), depths)
            steps.append(Line(number, label, rest.strip().strip("*").strip()))
    return steps, outside


def _inline(line: str) -> Iterator[str]:
    """The steps of one line: 1. ... 2. ... 3. ... where labels of one style follow one another by number."""
    bare = _MARKS.sub("", line)
    first = _labelled(bare)
    if first is None or first[0] in ("dotted", "letter"):
        yield line
        return
    style, (wanted,), _ = first
    start = 0
    pattern = dict(_STYLES)[style]
    for found in pattern.finditer(line, len(line) - len(bare) + 1):
        # 10.5 and 3) in the middle of a word are no labels; a ring or a bracket is one wherever it stands.
        before = line[: found.start()].rstrip()[-1:]
        apart = style in ("ring", "round") or (line[found.start() - 1] in " \t　" and style != "step")
        apart = apart or before in "。；;.…!?！？" or (style != "step" and before in "，,、")
        if apart and label_of(next(one for one in found.groups() if one)) == (wanted + 1,):
            yield line[start : found.start()]
            start = found.start()
            wanted += 1
    yield line[start:]


def _labelled(text: str) -> tuple[str, Label, str] | None:
    for style, pattern in _STYLES:
        if found := pattern.match(text):
            told = next(one for one in found.groups() if one)
            return style, label_of(told), text[found.end() :]
    return None


def label_of(text: str) -> Label:
    """The numbers of 2.1, 十二, ③ or b."""
    if text[:1] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return (ord(text[0]) - ord("①") + 1,)
    if text[0].isascii() and text[0].isalpha():
        return (ord(text[0].lower()) - ord("a") + 1,)
    if text[0].isdecimal():
        return tuple(int(part) for part in text.strip(".").split(".") if part.isdecimal())
    tens, ten, ones = text.partition("十")
    if not ten:
        return (_HAN.index(tens[-1]),)
    return (10 * (_HAN.index(tens[-1]) if tens else 1) + (_HAN.index(ones[-1]) if ones else 0),)


def _placed(style: str, own: Label, before: Label, depths: list[str]) -> Label:
    """The whole label: a style that begins inside another one is nested in it."""
    if style == "dotted":
        return own
    if style not in depths:
        # A new style that does not begin at one is a change of habit, not a level.
        if not depths or (own == (1,) and before):
            depths.append(style)
        else:
            return (*before[: len(depths) - 1], *own)
    depth = depths.index(style)
    del depths[depth + 1 :]
    return (*before[:depth], *own) if len(before) >= depth else own


# ---- clauses -----------------------------------------------------------------------------------------


def read_clauses(text: str) -> list[Clause]:
    """What a step says, in its order."""
    made: list[Clause] = []
    for sentence in _sentences(text):
        if other := _ELSE.match(sentence):
            made += _doing("else", "", other["then"])
        elif found := _IF.match(sentence):
            cond = (found["zh"] or found["en"]).strip()
            # The else may stand in the same sentence: 若同意则转第4步，否则结束
            then, parted, rest = _part_else(found["then"])
            made += _doing("if", cond, then)
            if parted:
                made += _doing("else", "", rest)
        elif bare := _THEN.fullmatch(sentence):
            then, parted, rest = _part_else(bare["then"])
            made += _doing("if", bare["cond"].strip(), then)
            if parted:
                made += _doing("else", "", rest)
        elif (tail := _TAIL_IF.fullmatch(sentence)) and (_JUMP.search(tail["then"]) or _END.search(tail["then"])):
            made += _doing("if", tail["cond"].strip(), tail["then"])
        else:
            made += _doing("do", "", sentence)
    return made


def _sentences(text: str) -> list[str]:
    # A point between digits is no end of a sentence, nor is one of "e.g.".
    pieces = re.split(r"[。；;！!\n…]+|\.(?=\s|$)|[，,]\s*(?=如果|若|否则|倘若|要是|otherwise\b|or else\b)", text)
    # A colon at the end is what makes a condition a heading.
    return [piece.strip(" \t，,、.") for piece in pieces if piece.strip(" \t，,、:：.")]


def _part_else(text: str) -> tuple[str, bool, str]:
    found = re.search(
        r"[，,；;]?\s*(?:否则|不然|反之|otherwise|or else|\belse\b)\s*[，,：:]?\s*(?:则|就)?", text, re.IGNORECASE
    )
    return (text, False, "") if not found else (text[: found.start()], True, text[found.end() :])


def _doing(kind: str, cond: str, text: str) -> Iterator[Clause]:
    jump = _JUMP.search(text)
    label = label_of(next(one for one in jump.groups() if one)) if jump else None
    rest = (text[: jump.start()] + text[jump.end() :]) if jump else text
    ends = label is None and _END.search(rest) is not None
    left = _END.sub("", rest) if ends else rest
    left = re.sub(
        r"(?:[，,、\s]|并且|然后|(?<!\w)(?:and|then))+$|^(?:[，,、:：\s]|则|就|then\b|and\b)+",
        "",
        left.strip(),
        flags=re.IGNORECASE,
    )
    yield Clause(kind, cond, left.strip(), label or None, ends)
