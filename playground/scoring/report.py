"""The report: one HTML file with the verdict in words, the figures and every answer, that opens anywhere.

It fetches nothing, escapes all that came from people and models, and follows the reader's light or dark setting.
"""

from __future__ import annotations

import base64
import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from playground.adapters.files import Card
from playground.contenders.contender import Contender
from playground.models.base import Sampling
from playground.records import Case, Usage
from playground.scoring.calls import call_gold, fault_words, found_slots
from playground.scoring.metrics import strict_json
from playground.scoring.report_words import report_words
from playground.scoring.results import MARKS, Pair, Rate, ScoredRow, Scores, Summary
from playground.scoring.shelf import cases_sha256
from playground.scoring.verdict import gap_words, interval_text, p_text, percent, verdicts
from playground.sentences import sentence

TEMPLATE = Path(__file__).with_name("report.html.j2")
MOST_CASES = 1000
"""Cases shown with their answers; a longer table would choke a browser."""

# The only program in the page; the page's policy names it by its hash and lets no other run.
SCRIPT = """
const who = document.getElementById("who"), shown = document.getElementById("shown");
function sift() {
  const wanted = who.value, index = wanted.slice(1);
  let count = 0;
  for (const row of document.getElementById("rows").rows) {
    const wrong = row.dataset.wrong.split(" ").filter(Boolean);
    const keep = wanted === "all" || (wanted === "any" && wrong.length > 0)
      || (wanted === "u" && row.dataset.unscored !== "")
      || (wanted[0] === "w" && wrong.includes(index))
      || (wanted[0] === "o" && wrong.length === 1 && wrong[0] === index);
    row.hidden = !keep;
    count += keep ? 1 : 0;
  }
  shown.textContent = count;
}
who.addEventListener("change", sift);
sift();
"""


def report_html(
    scores: Scores,
    cases: Sequence[Case],
    rows: Iterable[ScoredRow],
    lang: str = "en",
    title: str = "",
    facts: Mapping[str, str] | None = None,
) -> str:
    """The whole page. `facts` says what was run (run_facts, and what the caller knows besides)."""
    from jinja2 import Environment, StrictUndefined

    t = report_words(lang)
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    names = list(scores.contenders)
    there = {(row.contender, row.id): row for row in rows}
    shown = cases[:MOST_CASES]
    text = page.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        lang="zh-CN" if lang == "zh" else "en",
        title=title or t["title"],
        t=t,
        script=SCRIPT,
        script_sha256=base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode(),
        verdict=verdicts(scores, lang),
        gap=gap_words(len(cases), lang),
        names=names,
        **_table(scores, t),
        unscored=_unscored(scores, t, lang),
        pairs=[_pair(pair, t) for pair in scores.pairs],
        groups=_groups(scores, names, lang),
        heat=_heat(scores, names),
        cases=len(cases),
        rows=[_case(case, [there.get((name, case.id)) for name in names], t, lang) for case in shown],
        more=t["more"].format(shown=len(shown), n=len(cases)) if len(shown) < len(cases) else "",
        facts=[(t.get(f"fact.{name}", name), value) for name, value in (facts or {}).items()],
    )
    # An answer's JSON may spell half a character pair ("\\ud83d"), which cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def run_facts(cases: Sequence[Case], contenders: Sequence[Contender], sampling: Sampling) -> dict[str, str]:
    """What was run on what and when, as far as cases, contenders and sampling tell."""
    facts = {
        "date": date.today().isoformat(),
        "cases": f"{len(cases)}, sha256 {cases_sha256(cases)[:16]}",
        "sampling": f"temperature {sampling.temperature:g}, max_tokens {sampling.max_tokens}, seed {sampling.seed}",
    }
    for one in contenders:
        adapter = f", {Path(one.adapter).name}" if one.adapter else ""
        examples = f", {len(one.examples) // 2} worked examples" if one.examples else ""
        system = f", system text {one.system!r:.80}" if one.system else ""
        facts[one.name] = f"{one.model.name}{adapter}{examples}{system}"
    return facts | {"versions": versions()}


def cards_facts(cards: Mapping[str, Card]) -> dict[str, str]:
    """What the cards of the adapters tell, by contender: base, data, recipe."""
    facts = {}
    for name, card in cards.items():
        recipe = ", ".join(f"{key} {value}" for key, value in card.recipe.items())
        data = f"base {card.base_id} {card.base_sha256[:16]}, data {card.dataset_sha256[:16]}"
        facts[f"{name}: card"] = f"{data}, {card.steps} steps, {recipe}"
    return facts


def versions() -> str:
    """Python and the packages that can change a reply."""
    told = [f"Python {platform.python_version()}"]
    for package in ("torch", "transformers", "peft", "json-repair"):
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(told)


Cell = dict[str, Any]


def _rate(rate: Rate | None) -> Cell:
    if rate is None or not rate.n:
        return {"main": "-", "more": ""}
    return {"main": percent(rate.value), "more": f"{interval_text(rate.interval)}, n {rate.n}"}


def _number(value: float | None, form: str) -> Cell:
    return {"main": "-" if value is None else format(value, form), "more": ""}


def _table(scores: Scores, t: Mapping[str, str]) -> dict[str, Any]:
    """Columns and cells of the main table, without the columns that say nothing about these cases."""
    all_ = scores.contenders.values()
    json_too = any(summary.slots for summary in all_) and not any(summary.marks for summary in all_)
    marks = [name for name in MARKS if any(name in summary.marks for summary in all_)]
    keys = ["scored", "exact", "slot_fidelity"]
    keys += ["valid_json", "repaired_json"] if json_too else []
    keys += marks
    keys += ["prompt_tokens", "few_shot_tokens", "cached_tokens", "reply_tokens", "seconds_to_first", "seconds"]
    return {
        "columns": [{"title": t[key]} for key in keys],
        "table": [
            {"name": name, "cells": [_cell(summary, key) for key in keys]}
            for name, summary in scores.contenders.items()
        ],
    }


def _cell(summary: Summary, key: str) -> Cell:
    if key == "scored":
        return {"main": f"{summary.scored} / {summary.n}", "more": ""}
    if key in MARKS:
        return _rate(summary.marks.get(key))
    value = getattr(summary, key)
    if isinstance(value, Rate):
        return _rate(value)
    return _number(value, ".2f" if key.startswith("seconds") else ".0f")


def _unscored(scores: Scores, t: Mapping[str, str], lang: str) -> list[str]:
    return [
        t["why"].format(name=name, count=count, why=sentence(why, lang))
        for name, summary in scores.contenders.items()
        for why, count in summary.unscored.items()
    ]


def _pair(pair: Pair, t: Mapping[str, str]) -> Cell:
    grey = pair.words == "no difference shown"
    return {
        "title": t["against"].format(a=pair.a, b=pair.b),
        "words": t[pair.words],
        "grey": grey,
        "small": pair.small,
        "wins": pair.wins,
        "ties": pair.ties,
        "losses": pair.losses,
        "difference": f"{pair.difference * 100:+.0f}",
        "interval": f"{pair.interval[0] * 100:+.0f} … {pair.interval[1] * 100:+.0f}, n {pair.n}",
        "p": p_text(pair.p).removeprefix("p = ").removeprefix("p "),
        "corrected": p_text(pair.p_corrected).removeprefix("p = ").removeprefix("p "),
        "mid": p_text(pair.mid_p).removeprefix("p = ").removeprefix("p "),
    }


def _groups(scores: Scores, names: Sequence[str], lang: str) -> list[Cell]:
    return [
        {
            "name": name,
            "cells": [_rate(group.contenders[one].exact) for one in names],
            "verdict": verdicts(group, lang),
        }
        for name, group in scores.groups.items()
    ]


def _heat(scores: Scores, names: Sequence[str]) -> list[Cell]:
    slots = dict.fromkeys(slot for summary in scores.contenders.values() for slot in summary.slots)
    found = []
    for slot in slots:
        cells = []
        for name in names:
            rate = scores.contenders[name].slots.get(slot)
            told = _rate(rate)
            cells.append({**told, "share": f"{rate.value:.2f}"} if rate and rate.value is not None else None)
        found.append({"slot": slot, "cells": cells})
    return found


def _case(case: Case, rows: Sequence[ScoredRow | None], t: Mapping[str, str], lang: str) -> Cell:
    wrong = [str(i) for i, row in enumerate(rows) if row and row.judged and not row.judged.exact]
    unscored = [str(i) for i, row in enumerate(rows) if not row or not row.judged]
    return {
        "id": case.id,
        "group": case.group,
        "question": case.messages[-1]["content"],
        "slots": list(case.gold.items()) if isinstance(case.gold, dict) else [],
        "gold": case.gold if isinstance(case.gold, str) else "",
        "wrong": " ".join(wrong),
        "unscored": " ".join(unscored),
        "cells": [_answer(case, row, t, lang) for row in rows],
    }


def _answer(case: Case, row: ScoredRow | None, t: Mapping[str, str], lang: str) -> Cell:
    if row is None or row.judged is None:
        why = sentence(row.why, lang) if row else t["not_asked"]
        return {
            "kind": "grey",
            "head": f"– {t['not_scored']}: {why}",
            "slots": [],
            "reply": row.reply if row else "",
            "usage": "",
        }
    exact = row.judged.exact
    head = [f"✓ {t['right']}" if exact else f"✗ {t['wrong']}"]
    told_by_slots = bool(row.judged.slots) and row.judged.name is None and row.judged.author is None
    called = call_gold(case.gold, case.tools) is not None
    found = (found_slots if called else strict_json)(row.reply) if told_by_slots else None
    head += [fault_words(row.judged.fault, row.judged.about, lang)] if row.judged.fault else []
    head += [t[mark] for mark in ("false_claim", "spill_over") if getattr(row.judged, mark)]
    head += [t["no_json"]] if told_by_slots and found is None and not called else []
    return {
        "kind": "good" if exact else "small",
        "head": " · ".join(head),
        "slots": _slots(row.judged.slots, found, t) if found is not None else [],
        "reply": row.reply,
        "usage": _usage(row.usage, t),
    }


def _slots(judged: Mapping[str, bool], found: Mapping[str, Any], t: Mapping[str, str]) -> list[Cell]:
    """Each slot's value as the reply gave it; keys nobody asked for come last, as wrong."""
    told = [
        {"name": slot, "right": right, "value": _text(found[slot]) if slot in found else t["missing"]}
        for slot, right in judged.items()
    ]
    surplus = [slot for slot in found if slot not in judged]
    return told + [{"name": s, "right": False, "value": f"{_text(found[s])} ({t['surplus']})"} for s in surplus]


def _text(value: Any) -> str:
    import json

    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _usage(usage: Usage | None, t: Mapping[str, str]) -> str:
    if usage is None:
        return ""
    return t["usage"].format(
        prompt=usage.prompt_tokens,
        few_shot=usage.few_shot_tokens,
        cached=usage.cached_tokens,
        reply=usage.reply_tokens,
        first=f"{usage.seconds_to_first:.2f}",
        seconds=f"{usage.seconds:.2f}",
    )
