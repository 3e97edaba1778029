"""python -m playground score: contenders on a file of cases, judged and compared."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from playground.adapters.files import Card, read_card
from playground.commands.console import Console, table
from playground.commands.lineup import line_up, system_text
from playground.contenders.contender import Contender
from playground.datasets import read_cases
from playground.errors import BadSetting, ModelFailed
from playground.models.base import Sampling
from playground.records import Case, write_whole
from playground.samples import GENERAL, Task, completer, load_task
from playground.scoring.batch import BATCH, CUT, score, tasks_of
from playground.scoring.report import cards_facts, report_html, run_facts
from playground.scoring.results import MARKS, ScoredRow, Scores, scores_json
from playground.scoring.shelf import REPORT, SCORES
from playground.scoring.verdict import gap_words, rate_text, verdicts
from playground.settings import Settings

WORD = "score"


def score_cases(given: Namespace, settings: Settings, console: Console) -> int:
    """Score, print the result, and leave rows and report where --out says."""
    sampling = Sampling(given.temperature, given.max_tokens, given.seed)
    cases = cases_of(given.cases, settings, given.limit)
    tasks = tasks_of(cases, settings)
    names = given.contender or ["base"]
    console.say(f"score: {gap_words(len(cases))}")
    console.say(f"score: opening {', '.join(names)}")
    out = Path(given.out) if given.out else None
    system = system_text(given.system, given.prompt, "zh", settings)
    main = main_task(tasks, names, given.task, settings)
    with line_up(names, main, settings, given.base, system) as contenders:
        scores, rows = run_scoring(cases, contenders, sampling, tasks, console, out, given.batch, given.force)
        if out:
            facts = run_facts(cases, contenders, sampling) | cards_facts(cards_of(contenders))
            leave(out, scores, cases, rows, given.lang, facts)
    if given.json:
        console.show_json(scores_json(scores))
    else:
        console.show(scores_text(scores))
        if out:
            console.show(f"\n{out / REPORT}")
    raise_if_nothing_came(scores)
    return 0


def cases_of(files: Sequence[str], settings: Settings, limit: int | None = None) -> list[Case]:
    """The cases of the files one after another, at most `limit` of each."""
    if limit is not None and limit < 1:
        raise BadSetting(f"--limit is {limit}; it must be at least 1")
    complete = completer(settings)
    return [case for file in files for case in read_cases(Path(file), complete=complete)[:limit]]


def main_task(tasks: Mapping[str, Task | None], names: Sequence[str], given: str | None, settings: Settings) -> Task:
    """The task whose seeds are the worked examples of few-shot.

    That is the given one, else the only one the cases name, general ones aside. Raises BadSetting where few-shot
    is asked for and there is no telling.
    """
    if given:
        return load_task(given, settings)
    known = [task for name, task in tasks.items() if task is not None and name != GENERAL]
    few_shot = any(name.startswith("few-shot") for name in names)
    if few_shot and len(known) != 1:
        told = ", ".join(tasks) or "none"
        raise BadSetting(f"few-shot takes its examples from one task, and the cases name {told}; choose it with --task")
    if known:
        return known[0]
    empty = next(iter(tasks), "")
    return Task(empty, {}, {}, (), "text", {}, 0.0, (), (), (), (), settings.house / "samples" / empty)


def run_scoring(
    cases: Sequence[Case],
    contenders: Sequence[Contender],
    sampling: Sampling,
    tasks: Mapping[str, Task | None],
    console: Console,
    out: Path | None = None,
    batch: int = BATCH,
    force: bool = False,
    word: str = WORD,
) -> tuple[Scores, list[ScoredRow]]:
    """Score with progress. Ctrl-C says how much is kept, and is raised on."""
    rows: list[ScoredRow] = []
    pairs = {pair for card in cards_of(contenders).values() for pair in card.pairs}
    running = score(cases, contenders, sampling, out, batch, force, tasks, pairs, rows)
    try:
        while True:
            try:
                event = next(running)
            except StopIteration as end:
                return end.value, rows
            console.step(f"{word}: {event.done} of {event.total} replies")
    except KeyboardInterrupt:
        if out:
            then = ", the same command goes on from there" if word == WORD else ""
            console.say(f"{word}: stopped; {len(rows)} rows are kept in {out}{then}")
        raise
    finally:
        running.close()


def leave(
    out: Path, scores: Scores, cases: Sequence[Case], rows: Sequence[ScoredRow], lang: str, facts: Mapping[str, str]
) -> None:
    """Write scores.json and report.html."""
    write_whole(out / SCORES, [json.dumps(scores_json(scores), ensure_ascii=False, indent=2) + "\n"])
    write_whole(out / REPORT, [report_html(scores, cases, rows, lang=lang, facts=facts)])


def scores_text(scores: Scores) -> str:
    """The verdict and the tables, as they stand in a terminal."""
    parts = ["\n".join(verdicts(scores)), _table(scores)]
    reasons = [
        f"{name}: {count} not scored, {why}"
        for name, summary in scores.contenders.items()
        for why, count in summary.unscored.items()
    ]
    parts += ["\n".join(reasons)] if reasons else []
    for name, group in scores.groups.items():
        parts += [f"{name}", _table(group)]
    return "\n\n".join(parts)


def _table(scores: Scores) -> str:
    summaries = scores.contenders
    marks = [mark for mark in MARKS if any(mark in summary.marks for summary in summaries.values())]
    rates = ["exact", "slot_fidelity"] + ([] if marks else ["valid_json"])
    head = ["contender", "scored", *rates, *marks, "prompt", "examples", "reply", "seconds"]
    rows = []
    for name, summary in summaries.items():
        cells = [rate_text(getattr(summary, rate)) for rate in rates]
        cells += [rate_text(summary.marks[mark]) if mark in summary.marks else "-" for mark in marks]
        usage = [(summary.prompt_tokens, ".0f"), (summary.few_shot_tokens, ".0f"), (summary.reply_tokens, ".0f")]
        cells += ["-" if value is None else format(value, form) for value, form in [*usage, (summary.seconds, ".2f")]]
        rows.append([name, f"{summary.scored}/{summary.n}", *cells])
    return table([word.replace("_", " ") for word in head], rows)


def raise_if_nothing_came(scores: Scores) -> None:
    """Raises ModelFailed where a contender answered nothing at all because its model failed each time."""
    for name, summary in scores.contenders.items():
        if not summary.scored and len(summary.unscored) == 1:
            (why,) = summary.unscored
            if why != CUT:
                raise ModelFailed(f"{name} answered none of {summary.n} cases: {why}")


def cards_of(contenders: Sequence[Contender]) -> dict[str, Card]:
    """Contender to the card of its adapter, for those that have one."""
    return {one.name: read_card(Path(one.adapter)) for one in contenders if one.adapter}
