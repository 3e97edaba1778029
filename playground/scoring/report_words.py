"""The words of the report, in Chinese and English: key to (zh, en)."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("评分报告", "Scores"),
    "contenders": ("选手", "Contenders"),
    "contender": ("选手", "contender"),
    "scored": ("已评分", "scored"),
    "exact": ("完全正确", "exact"),
    "slot_fidelity": ("槽位正确率", "slot fidelity"),
    "valid_json": ("合法 JSON", "valid JSON"),
    "repaired_json": ("修复后可读", "JSON after repair"),
    "name": ("说出名字", "name"),
    "author": ("说出作者", "author"),
    "false_claim": ("冒认他人", "false claim"),
    "spill_over": ("无关处自报", "spill-over"),
    "prompt_tokens": ("提示 token", "prompt tokens"),
    "few_shot_tokens": ("其中示例", "of them examples"),
    "cached_tokens": ("其中缓存", "of them cached"),
    "reply_tokens": ("回答 token", "reply tokens"),
    "seconds_to_first": ("首字秒数", "s to first"),
    "seconds": ("秒", "seconds"),
    "table_hint": (
        "比例下方为 95 % 区间与题数；只计已评分的回答。token 与秒数为每题平均；回答成批生成，因此比单独提问慢。"
        "JSON 按严格规则解析，“修复后可读”仅供参考。",
        "Under each rate its 95 % interval and number of cases; only scored replies count. Tokens and seconds are means"
        " per case; replies are made in batches, so each takes longer than alone. JSON is read strictly; repair is"
        " information.",
    ),
    "why": ("{name}：{count} 题未评分，原因：{why}", "{name}: {count} not scored: {why}"),
    "pairs": ("两两比较", "Pairs"),
    "pair": ("比较", "pair"),
    "against": ("{a} 对 {b}", "{a} against {b}"),
    "words": ("结论", "in words"),
    "better": ("更好", "better"),
    "worse": ("更差", "worse"),
    "no difference shown": ("未显出差别", "no difference shown"),
    "small": ("样本小", "small sample"),
    "wins": ("胜", "wins"),
    "ties": ("平", "ties"),
    "losses": ("负", "losses"),
    "difference": ("差（百分点）", "difference, points"),
    "corrected": ("校正后 p", "p, corrected"),
    "pairs_hint": (
        "按“完全正确”逐题比较：McNemar 精确检验，Holm 校正，水平 5 %。"
        "变化不足 25 题时区间用 Tango 计分法，否则用成对自助法（已知模板时按模板重抽）。",
        "Judged by exact, case by case: McNemar's exact test, Holm's correction, level 5 %. With fewer than 25 changed"
        " cases the interval is Tango's score interval, else a paired bootstrap, by whole templates where known.",
    ),
    "groups": ("分组：完全正确", "Groups: exact"),
    "group": ("组", "group"),
    "heat": ("各槽位正确率", "Slots"),
    "slot": ("槽位", "slot"),
    "rows": ("逐题", "Cases"),
    "filter": ("只看", "Show"),
    "all": ("全部", "all"),
    "any": ("有人答错", "somebody is wrong"),
    "is_wrong": ("{name} 答错", "{name} is wrong"),
    "only_wrong": ("只有 {name} 答错", "only {name} is wrong"),
    "not_scored": ("未评分", "not scored"),
    "not_asked": ("没有问到", "not asked"),
    "of": ("／ {n} 题", "of {n}"),
    "more": (
        "此处只列前 {shown} 题，共 {n} 题；全部在 rows.jsonl。",
        "The first {shown} of {n} cases; all are in rows.jsonl.",
    ),
    "question": ("问题", "question"),
    "wanted": ("应答", "wanted"),
    "right": ("正确", "right"),
    "wrong": ("错误", "wrong"),
    "no_json": ("不是合法 JSON", "not valid JSON"),
    "missing": ("（缺）", "(missing)"),
    "surplus": ("多余", "surplus"),
    "usage": (
        "入 {prompt}（示例 {few_shot}，缓存 {cached}）· 出 {reply} · {first} s 首字 · {seconds} s",
        "in {prompt} (examples {few_shot}, cached {cached}) · out {reply} · {first} s to first · {seconds} s",
    ),
    "about": ("运行信息", "What was run"),
    "fact.note": ("注意", "note"),
    "fact.cases": ("题目", "cases"),
    "fact.sampling": ("采样", "sampling"),
    "fact.versions": ("版本", "versions"),
    "fact.base": ("基座", "base"),
    "fact.date": ("日期", "date"),
}


def report_words(lang: str) -> dict[str, str]:
    """Key to text in one language; anything but zh is English."""
    return {key: texts[0 if lang == "zh" else 1] for key, texts in _WORDS.items()}
