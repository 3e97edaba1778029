"""The Score tab: cases put to contenders, the verdict in words, and every answer behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.errors import UserError
from playground.scoring.verdict import gap_words
from playground.ui import scoring
from playground.ui.frame import HEAVY, LIGHT, Drawing, Frame, notice, told
from playground.ui.picks import MOST, contender_choices
from playground.ui.progress import empty_html, progress_html, trouble_html
from playground.ui.scorecard import ALL, Card, cases_html, filters, result_html
from playground.ui.scoring import FILE, MOST_CASES, MOST_UPLOADED, Form, Source
from playground.ui.session import Session
from playground.ui.words import say


@dataclass(frozen=True)
class ScoreTab:
    """What the shell needs of this tab."""

    drawing: Drawing
    changes: tuple[Any, ...]
    status: gr.HTML
    """How the last press went, in the language of that time."""


@dataclass(frozen=True)
class Widgets:
    """The components that handlers read and write."""

    line: gr.HTML
    source: gr.Dropdown
    upload: gr.UploadButton
    groups: gr.CheckboxGroup
    contenders: gr.Dropdown
    count: gr.Slider
    hint: gr.HTML
    start: gr.Button
    stop: gr.Button
    status: gr.HTML
    result: gr.HTML
    report: gr.DownloadButton
    filter: gr.Dropdown
    cases: gr.HTML

    @property
    def form(self) -> list[Any]:
        """What says what to score."""
        return [self.source, self.groups, self.contenders, self.count]

    @property
    def card(self) -> list[Any]:
        """What shows the scores."""
        return [self.result, self.report, self.filter, self.cases]


def build(frame: Frame) -> ScoreTab:
    """Lay out the tab and wire it."""
    source, card = gr.State(Source()), gr.State(Card())
    ui = _layout(frame)
    drawn = [ui.line, ui.source, ui.groups, ui.contenders, ui.count, ui.hint, *ui.card]

    def draw(session: Session, picked: Source, scored: Card, filter_: str | None, *form: Any) -> list[Any]:
        return draw_all(frame, session, picked, scored, Form(*form), filter_)

    drawing = Drawing(draw, [source, card, ui.filter, *ui.form], drawn)
    _wire_source(frame, ui, source, card, drawing)
    done = _wire_scoring(frame, ui, source, card)
    return ScoreTab(drawing, (done,), ui.status)


def _layout(frame: Frame) -> Widgets:
    add = frame.labels.add
    line = gr.HTML(elem_classes="say")
    with gr.Row(elem_classes="top"):
        with gr.Column(scale=5, min_width=300):
            source = add(gr.Dropdown([], elem_id="score-source"), label="score.from", info="score.from.hint")
            upload = add(
                gr.UploadButton(file_types=[".jsonl", ".json"], size="sm", elem_id="upload-cases"), label="score.upload"
            )
            groups = add(
                gr.CheckboxGroup([], elem_classes="chips", elem_id="groups"),
                label="score.groups",
                info="score.groups.hint",
            )
        with gr.Column(scale=5, min_width=300):
            contenders = add(
                gr.Dropdown([], multiselect=True, max_choices=MOST, elem_id="score-contenders"),
                label="contenders",
                info="contenders.hint",
            )
            count = add(
                gr.Slider(5, MOST_CASES, 30, step=5, elem_id="count"), label="score.count", info="score.count.hint"
            )
            hint = gr.HTML()
            start = add(gr.Button(variant="primary", elem_id="score"), value="score.start")
            stop = add(gr.Button(variant="stop", visible=False, elem_id="stop-score"), value="stop")
    status = gr.HTML(elem_id="score-status")
    result = gr.HTML(elem_id="verdict")
    with gr.Row(elem_classes="next"):
        report = add(gr.DownloadButton(visible=False, elem_id="download-report"), label="score.report")
        picked = add(gr.Dropdown([], visible=False, elem_id="case-filter"), label="score.filter")
    cases = gr.HTML(elem_id="cases")
    return Widgets(
        line, source, upload, groups, contenders, count, hint, start, stop, status, result, report, picked, cases
    )


# ---- drawing ------------------------------------------------------------------------------------


def draw_all(frame: Frame, session: Session, picked: Source, card: Card, form: Form, filter_: str | None) -> list[Any]:
    """Everything that hangs on the session, the files and what was scored last."""
    lang = session.lang
    scoring.settle(frame, session, picked)
    task = scoring.task_of(frame, session, picked)
    names = scoring.seated(frame, session, picked, form.contenders)
    groups = scoring.group_counts(frame, session, picked)
    chosen = [group for group in form.groups or groups if group in groups] or list(groups)
    labels = [(say(lang, f"group.{group}"), group) for group in groups]
    return [
        f"<p>{escape(say(lang, 'score.say'))}</p>",
        gr.update(choices=scoring.sources(frame, session, picked), value=picked.id),
        gr.update(choices=labels, value=chosen, visible=len(groups) > 1),
        gr.update(choices=contender_choices(frame.of(session), session, task), value=list(names)),
        gr.update(visible=picked.id != FILE),
        _hint(picked, groups, chosen, form.count, lang),
        *draw_card(card, lang, filter_ or ALL, None if card.scores else scoring.last_report(frame, session)),
    ]


def draw_card(card: Card, lang: str, filter_: str = ALL, earlier: Path | None = None) -> list[Any]:
    """The values of `Widgets.card`; `earlier` is the report of scores that were made before the page was loaded."""
    if card.scores is None:
        hidden = gr.update(visible=False)
        told = gr.update(visible=True, value=str(earlier)) if earlier else hidden
        return [empty_html(say(lang, "score.again" if earlier else "score.empty")), told, hidden, ""]
    choices = filters(card, lang)
    filter_ = _there(filter_, choices)
    report = card.report if card.report and Path(card.report).is_file() else None
    return [
        result_html(card, lang),
        gr.update(visible=bool(report), value=report),
        gr.update(visible=True, choices=choices, value=filter_),
        cases_html(card, filter_, lang),
    ]


def _there(filter_: str, choices: list[tuple[str, str]]) -> str:
    """The filter where it is one of the choices, else that for all cases."""
    return filter_ if filter_ in {value for _, value in choices} else ALL


def _hint(source: Source, groups: dict[str, int], chosen: list[str], count: float | None, lang: str) -> str:
    most = MOST_UPLOADED if source.id == FILE else int(count or 0)
    n = sum(min(most, groups[group]) for group in chosen)
    return f'<p class="quiet">{escape(gap_words(n, lang))}</p>' if n else ""


# ---- wiring -------------------------------------------------------------------------------------


def _wire_source(frame: Frame, ui: Widgets, source: gr.State, card: gr.State, drawing: Drawing) -> None:
    session = frame.session

    @told
    def pick(now: Session, picked: Source, scored: Card, name: str, *rest: Any) -> list[Any]:
        scoring.pick(frame, now, picked, name)
        return drawing.draw(now, picked, scored, ALL, name, None, [], rest[-1])

    @told
    def take(now: Session, picked: Source, scored: Card, file: str | None, *form: Any) -> list[Any]:
        if file is None:
            raise UserError("no file was chosen; choose a .jsonl file of cases")
        scoring.take_file(frame, now, picked, file)
        return drawing.draw(now, picked, scored, ALL, picked.id, None, [], form[-1])

    @told
    def hint(now: Session, picked: Source, chosen: list[str], count: float) -> str:
        groups = scoring.group_counts(frame, now, picked)
        return _hint(picked, groups, [group for group in chosen if group in groups], count, now.lang)

    @told
    def name(now: Session, picked: Source, names: list[str]) -> None:
        picked.named = bool(names)

    ui.source.input(pick, [session, source, card, *ui.form], drawing.outputs, **LIGHT)
    ui.contenders.input(name, [session, source, ui.contenders], None, **LIGHT)
    ui.upload.upload(take, [session, source, card, ui.upload, *ui.form], drawing.outputs, **LIGHT)
    for widget in (ui.groups.input, ui.count.change):
        widget(hint, [session, source, ui.groups, ui.count], [ui.hint], **LIGHT)


def _wire_scoring(frame: Frame, ui: Widgets, source: gr.State, card: gr.State) -> Any:
    session = frame.session
    buttons = [ui.start, ui.stop]

    def begin(now: Session, picked: Source, *form: Any) -> list[Any]:
        picked.asked = scoring.asked_for(picked, Form(*form))
        frame.stops.begin((now.page, "score"))
        return [progress_html(say(now.lang, "queued")), *_buttons(True)]

    def run(now: Session, picked: Source, scored: Card) -> Iterator[str]:
        key = (now.page, "score")
        signal, asked = frame.stops.take(key), picked.asked
        try:
            if signal.is_set() or asked is None:
                yield empty_html(say(now.lang, "score.stopped.none"))
            else:
                yield from scoring.scored(frame, now, asked.source, scored, asked.form, signal)
        except Exception as error:
            yield trouble_html(notice(error, now.lang))
        finally:
            frame.stops.end(key, signal)

    def show(now: Session, scored: Card) -> list[Any]:
        return [*_buttons(False), *draw_card(scored, now.lang)]

    def halt(now: Session) -> list[Any]:
        """What waits in line ends here; what runs is told to stop, and sums up what it has."""
        if frame.stops.leave_line((now.page, "score")):
            return [empty_html(say(now.lang, "score.stopped.none")), *_buttons(False)]
        frame.stops.stop((now.page, "score"))
        return [gr.skip()] * 3

    asking = [session, source, *ui.form]
    begun = ui.start.click(begin, asking, [ui.status, *buttons], trigger_mode="once", **LIGHT)
    ran = begun.then(run, [session, source, card], [ui.status], **HEAVY)
    shown = ran.then(show, [session, card], [*buttons, *ui.card], **LIGHT)
    ui.stop.click(halt, [session], [ui.status, *buttons], **LIGHT)

    @told
    def look(now: Session, scored: Card, filter_: str) -> str:
        return cases_html(scored, _there(filter_, filters(scored, now.lang)), now.lang)

    ui.filter.input(look, [session, card, ui.filter], [ui.cases], **LIGHT)
    return shown


def _buttons(running: bool) -> list[Any]:
    return [gr.update(visible=not running), gr.update(visible=running)]
