"""The starter on address, a task it never saw: no example against three, on the same cases.

    python -m benchmarks.starter_address [--cases 200]

Zero-shot is measured at its best wording: the task's own instruction, the same with each system text of
prompts/, and three plainer instructions; few-shot uses the task's own.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from benchmarks._path import own_home, percent, scored, tell
from playground.prompts import load_prompt, prompt_names
from playground.records import Case
from playground.samples import load_task, user_text
from playground.scoring.results import Summary
from playground.twins.make import make_twins

KEYS = "姓名、电话、邮编、省、市、县、详细地址"
WORDINGS = (
    f"请把上面的内容解析成json对象，属性为{KEYS}",
    f"提取：{KEYS}。没有的写空字符串，按原文抄写，号码去掉空格，直辖市的市与省相同。",
    f"把以上信息整理成JSON，字段有{KEYS}，缺的留空",
)
SEED = 11


def reworded(case: Case, old: str, new: str) -> Case:
    """The case with another instruction under its message."""
    (message,) = case.messages
    text = message["content"].removesuffix(old) + new
    return dataclasses.replace(case, messages=({"role": "user", "content": text},))


def main() -> int:
    parser = argparse.ArgumentParser(description="The starter on address, with no example and with three.")
    parser.add_argument("--cases", type=int, default=200)
    count = parser.parse_args().cases
    with own_home() as settings:
        task = load_task("address", settings)
        rows = make_twins(task, 1, SEED, settings, group_rows=count).groups["unseen_both"]
        assert rows is not None
        cases = [Case(r.id, r.task, r.messages[:-1], r.slots, template=r.template) for r in rows]
        own = user_text(task, "")
        found: dict[str, Summary] = {}

        def ask(label: str, contender: str, asked: list[Case], system: str = "") -> None:
            scores, _ = scored(asked, [contender], task, settings, system)
            found[label] = scores.contenders[contender]
            tell(f"{label}: {percent(found[label].slot_fidelity.value)}, JSON {percent(found[label].valid_json.value)}")

        ask("zero-shot, the task's instruction", "base", cases)
        for number, wording in enumerate(WORDINGS, 1):
            ask(f"zero-shot, plainer instruction {number}", "base", [reworded(c, own, "\n" + wording) for c in cases])
        for name in prompt_names(settings):
            ask(f"zero-shot, system text {name}", "base", cases, load_prompt(name, settings).in_language("zh"))
        zero = max(found.values(), key=lambda s: s.slot_fidelity.value or 0.0)
        ask("3 examples", "few-shot:3", cases)
    few = found["3 examples"]
    print("| asked | n | valid JSON | slot fidelity | exact |\n|---|---|---|---|---|")
    for label, s in found.items():
        interval = " to ".join(percent(x) for x in s.slot_fidelity.interval)
        cells = [percent(s.valid_json.value), f"{percent(s.slot_fidelity.value)} ({interval})", percent(s.exact.value)]
        print(f"| {label} | {s.scored} of {s.n} | " + " | ".join(cells) + " |")
    wrong_zero, wrong_few = 1 - (zero.slot_fidelity.value or 0), 1 - (few.slot_fidelity.value or 0)
    gone = 1 - wrong_few / wrong_zero if wrong_zero else 0.0
    figures = {
        "valid_json": zero.valid_json.value,
        "zero_shot": 1 - wrong_zero,
        "few_shot": 1 - wrong_few,
        "errors_gone": gone,
    }
    print("\n" + json.dumps({k: round(v or 0, 4) for k, v in figures.items()}))
    return int(not ((zero.valid_json.value or 0) >= 0.98 and wrong_few <= 0.4 and gone >= 0.25))


if __name__ == "__main__":
    sys.exit(main())
