"""The fold of Twins in which functions become rows of requests and calls: values edited, rows looked at and made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from playground.errors import BadSample, PlaygroundError
from playground.twins.calls.sets import load_set
from playground.ui import calls, calls_draft, calls_draw
from playground.ui.calls import Form
from playground.ui.calls_draft import Draft
from playground.ui.calls_layout import Widgets, layout, tongues
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, told, warn
from playground.ui.making import Stopped
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import number, say


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    draft = gr.State(None)
    spoken = gr.State("")  # the language in which the last presses were answered
    ui = layout(frame)

    def drawing(now: Session, before: str, there: Draft | None, *typed: Any) -> list[Any]:
        """In another language: what the fold says."""
        tongue = now.lang
        shown = empty_html(say(tongue, "calls.none")) if there is None else calls_draw.found_html(there, tongue)
        rows_ = gr.skip() if there is None else calls_draw.preview_html(there, Form(*typed), tongue)
        answered = gr.skip() if before in ("", tongue) else ""
        return [
            f"<p>{say(tongue, 'calls.say')}</p>", gr.update(choices=calls_draw.set_choices(tongue)),
            gr.update(choices=tongues(tongue)), shown, rows_, answered, answered, tongue,
        ]  # fmt: skip

    _wire_reading(frame, draft, ui)
    _wire_values(frame, draft, ui)
    ended = _wire_making(frame, draft, ui.form, ui.outcome, ui.make, ui.stop)
    outputs = [ui.said, ui.pick, ui.lang, ui.found, ui.twins, ui.status, ui.outcome, spoken]
    return Fold(Drawing(drawing, [spoken, draft, *ui.form], outputs), (ended,))


def _wire_reading(frame: Frame, draft: gr.State, ui: Widgets) -> None:
    session, form = frame.session, ui.form
    drawn = [draft, ui.found, ui.details, ui.function, ui.name, ui.values, ui.status, ui.twins]

    def read(now: Session, there: Draft | None, pasted: str, *typed: Any) -> list[Any]:
        nothing = [gr.update(visible=False), *[gr.skip()] * (len(drawn) - 3)]
        if there is not None and there.text == pasted:
            return [gr.skip()] * len(drawn)
        if not (pasted or "").strip():
            return [None, empty_html(say(now.lang, "calls.none")), *nothing]
        try:
            fresh = calls_draft.read(pasted)
        except PlaygroundError as error:
            return [None, trouble_html(notice(error, now.lang)), *nothing]
        shown = calls_draw.found_html(fresh, now.lang)
        if not fresh.functions:
            return [None, shown, *nothing]
        return [
            fresh, shown, gr.update(visible=True), *_fields(fresh, fresh.functions[0].name), "",
            calls_draw.preview_html(fresh, Form(*typed), now.lang),
        ]  # fmt: skip

    @told
    def fill(now: Session, set_: str, *typed: Any) -> list[Any]:
        source = load_set(set_).source
        return [source, *read(now, None, source, *typed)]

    @told
    def turn_to(now: Session, there: Draft | None, chosen: str, field: str | None = None) -> list[Any]:
        return [gr.skip()] * 3 if there is None else _fields(there, chosen, field)

    @told
    def look(now: Session, there: Draft | None, *typed: Any) -> Any:
        return gr.skip() if there is None else calls_draw.preview_html(there, Form(*typed), now.lang)

    ui.text.change(read, [session, draft, ui.text, *form], drawn, trigger_mode="always_last", **LIGHT)
    ui.pick.input(fill, [session, ui.pick, *form], [ui.text, *drawn], **LIGHT)
    picked = [ui.function, ui.name, ui.values]
    ui.function.input(turn_to, [session, draft, ui.function], picked, **LIGHT)
    ui.name.input(turn_to, [session, draft, ui.function, ui.name], picked, **LIGHT)
    boxes: list[Any] = [ui.lang, *ui.shares, ui.seed]
    for box in boxes:
        box.change(look, [session, draft, *form], [ui.twins], trigger_mode="always_last", **LIGHT)


def _wire_values(frame: Frame, draft: gr.State, ui: Widgets) -> None:
    """Values by hand, and from a log of calls."""
    session, form = frame.session, ui.form

    def changed(now: Session, there: Draft, line: str, chosen: str, field: str, *typed: Any) -> list[Any]:
        """What shows a draft whose values are others now."""
        values_ = _fields(there, chosen, field)[2]
        return [
            there,
            calls_draw.found_html(there, now.lang),
            values_,
            line,
            calls_draw.preview_html(there, Form(*typed), now.lang),
        ]

    @told
    def set_values(now: Session, there: Draft | None, chosen: str, field: str, lines: str, *typed: Any) -> list[Any]:
        fresh, faults = calls_draft.with_values(_there(there), chosen, field, lines)
        count = number(len(fresh.values[chosen][field]))
        line = done_html(say(now.lang, "calls.set.done", function=chosen, field=field, count=count))
        return changed(now, fresh, line + _faults(faults, now.lang), chosen, field, *typed)

    @told
    def take_log(now: Session, there: Draft | None, pasted: str, chosen: str, field: str, *typed: Any) -> list[Any]:
        fresh, taken = calls_draft.with_log(_there(there), pasted)
        told_ = {"calls": number(taken.calls), "fields": taken.fields, "passed": taken.passed}
        line = done_html(say(now.lang, "calls.log.read", **told_))
        return changed(now, fresh, line + _faults(taken.faults, now.lang), chosen, field, *typed)

    @told
    def take_file(
        now: Session, there: Draft | None, file: str | None, chosen: str, field: str, *typed: Any
    ) -> list[Any]:
        if file is None:
            raise BadSample("no file was chosen; choose a call log")
        return list(take_log(now, there, calls_draft.log_file(file), chosen, field, *typed))

    shown = [draft, ui.found, ui.values, ui.status, ui.twins]
    ui.use.click(set_values, [session, draft, ui.function, ui.name, ui.values, *form], shown, **LIGHT)
    ui.take.click(take_log, [session, draft, ui.log, ui.function, ui.name, *form], shown, **LIGHT)
    ui.upload.upload(take_file, [session, draft, ui.upload, ui.function, ui.name, *form], shown, **LIGHT)


def _wire_making(
    frame: Frame, draft: gr.State, form: list[Any], outcome: gr.HTML, make: gr.Button, stop: gr.Button
) -> Any:
    """The event after which there is another dataset."""

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, "calls"))
        return [progress_html(say(now.lang, "twins.making", rows=0, all="…"), 0.0), *_buttons(True)]

    def work(now: Session, there: Draft | None, *typed: Any) -> Iterator[str]:
        key = (now.page, "calls")
        signal = frame.stops.take(key)
        try:
            yield from calls.made(frame, now, _there(there), Form(*typed), signal)
            yield done_html(say(now.lang, "twins.done", name=now.dataset))
        except Stopped:
            yield empty_html(say(now.lang, "twins.stopped"))
        except Exception as error:
            warn(error, now.lang)
            yield trouble_html(notice(error, now.lang))
        finally:
            frame.stops.end(key, signal)

    def halt(now: Session) -> None:
        frame.stops.stop((now.page, "calls"))

    session = frame.session
    begun = make.click(begin, [session], [outcome, make, stop], trigger_mode="once", **LIGHT)
    ended = begun.then(work, [session, draft, *form], [outcome], **{**LIGHT, "concurrency_limit": 4})
    stop.click(halt, [session], None, **LIGHT)
    return ended.then(lambda now: _buttons(False), [session], [make, stop], **LIGHT)


def _buttons(running: bool) -> list[Any]:
    return [gr.update(visible=not running), gr.update(visible=running)]


def _there(draft: Draft | None) -> Draft:
    if draft is None:
        raise BadSample("there is no function yet; paste some, or begin from those that ship")
    return draft


def _fields(draft: Draft, chosen: str, field: str | None = None) -> list[Any]:
    """Function, field and values as their three components show them."""
    names = [one.name for one in draft.functions]
    one = next((one for one in draft.functions if one.name == chosen), draft.functions[0])
    fields = [f.name for f in one.fields]
    field = field if field in fields else next(iter(fields), None)
    lines = calls_draft.values_text(draft, one.name, field) if field is not None else ""
    return [gr.update(choices=names, value=one.name), gr.update(choices=fields, value=field), lines]


def _faults(faults: tuple[str, ...], lang: str) -> str:
    return f'<div class="card">{calls_draw.faults_html(faults, lang)}</div>' if faults else ""
