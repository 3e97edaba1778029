"""The fold of Twins in which a file of rows becomes a dataset: looked at, corrected by hand, made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from playground.errors import BadSample, PlaygroundError
from playground.interchange.column_names import PARTS
from playground.interchange.shape import FORMS
from playground.ui import bringing
from playground.ui.bring_widgets import SHARE, Widgets, lay_out
from playground.ui.bringing import PLAYED, Picks, Seen
from playground.ui.brought_draw import faults_html, preview_html, seen_html
from playground.ui.frame import LIGHT, Drawing, Fold, Frame, notice, warn
from playground.ui.making import Stopped
from playground.ui.progress import done_html, empty_html, progress_html, trouble_html
from playground.ui.session import Session
from playground.ui.words import number, say

SLOW: dict[str, Any] = {**LIGHT, "concurrency_id": "bring", "concurrency_limit": 2}
"""A file may take a gigabyte while it is read: few at a time, over all visitors."""


def build(frame: Frame) -> Fold:
    """Lay the fold out and wire it."""
    seen = gr.State(None)
    with frame.labels.add(gr.Accordion(open=False, elem_id="bring"), label="bring.title"):
        ui = lay_out(frame)
    _wire_reading(frame, ui, seen)
    made = _wire_making(frame, ui, seen)

    def drawing(session: Session, now: Seen | None, *picks: Any) -> list[Any]:
        """In another language: all that the fold says."""
        lang = session.lang
        forms = gr.update(choices=[(say(lang, f"bring.form.{form}"), form) for form in FORMS])
        shown = ["", ""] if now is None else [seen_html(now, lang), _rows_html(now, _picks(picks), lang)]
        return [f"<p>{say(lang, 'bring.say')}</p>", forms, *shown]

    return Fold(Drawing(drawing, [seen, *ui.picks], [ui.said, ui.form, ui.found, ui.rows]), (made,))


# ---- drawing ------------------------------------------------------------------------------------


def _picks(values: Sequence[Any], share: float | None = SHARE, name: str = "") -> Picks:
    form, *columns, system = values
    return Picks(form, tuple(columns), system or "", share, name or "")


def _rows_html(now: Seen, picks: Picks, lang: str) -> str:
    """What comes of the picks, or what is wrong with them, in the place where the rows would stand."""
    try:
        shape = bringing.shape_of(now, picks)
        return preview_html(now, shape, bringing.sample_of(now, shape), lang)
    except PlaygroundError as error:
        return trouble_html(notice(error, lang))


def _shown(now: Seen, system: str, lang: str) -> list[Any]:
    """The values of `Widgets.drawn` for a file that was just read: its columns as they were guessed."""
    table, places = now.table, bringing.places_of(now)
    form = now.guessed.form if now.guessed is not None else "pairs"
    picks = Picks(form, tuple(places.get(part) for part in PARTS), system)
    columns = [(say(lang, "bring.none"), ""), *bringing.offered(now)]
    parts = [gr.update(choices=columns, value=places.get(part), visible=part in PLAYED[form]) for part in PARTS]
    sheets = [one for one in table.sheets if len(one) <= 60]
    return [
        gr.update(visible=True), seen_html(now, lang), gr.update(value=form),
        gr.update(choices=sheets, value=table.sheet if table.sheet in sheets else None, visible=len(sheets) > 1),
        gr.update(value=now.header, visible=table.form in ("csv", "tsv", "xlsx")),
        *parts, _rows_html(now, picks, lang),
    ]  # fmt: skip


# ---- wiring -------------------------------------------------------------------------------------


def _wire_reading(frame: Frame, ui: Widgets, seen: gr.State) -> None:
    session, skip = frame.session, [gr.skip()] * len(ui.drawn)

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, "bring"))
        return [progress_html(say(now.lang, "bring.reading", lines=0)), gr.update(visible=True), ""]

    def read(now: Session, path: str, sheet: str, header: bool, system: str) -> Iterator[list[Any]]:
        """Status, stop button, state and what it fills, as the file is read."""
        key, lang = (now.page, "bring"), now.lang
        signal = frame.stops.take(key)
        hidden = gr.update(visible=False)
        try:
            for step in bringing.seen(now, path, sheet, header, signal):
                if isinstance(step, Seen):
                    yield ["", hidden, step, *_shown(step, system or "", lang)]
                else:
                    yield [step, gr.skip(), gr.skip(), *skip]
        except Stopped:
            yield [empty_html(say(lang, "bring.stopped")), hidden, gr.skip(), *skip]
        except Exception as error:
            yield [trouble_html(notice(error, lang)), hidden, gr.skip(), *skip]
        finally:
            frame.stops.end(key, signal)

    def first(now: Session, file: str | None, system: str) -> Iterator[list[Any]]:
        yield from read(now, file or "", "", True, system)

    def again(now: Session, before: Seen | None, sheet: str | None, header: bool, system: str) -> Iterator[list[Any]]:
        yield from read(now, before.path if before is not None else "", sheet or "", bool(header), system)

    filled = [ui.status, ui.stop, seen, *ui.drawn]
    at_first = [ui.status, ui.stop, ui.outcome]
    begun = ui.upload.upload(begin, [session], at_first, trigger_mode="once", **LIGHT)
    begun.then(first, [session, ui.upload, ui.system], filled, **SLOW)
    for widget in (ui.sheet, ui.header):
        begun = widget.input(begin, [session], at_first, **LIGHT)
        begun.then(again, [session, seen, ui.sheet, ui.header, ui.system], filled, **SLOW)

    def halt(now: Session) -> list[Any]:
        if frame.stops.leave_line((now.page, "bring")):
            return [empty_html(say(now.lang, "bring.stopped")), gr.update(visible=False)]
        frame.stops.stop((now.page, "bring"))
        return [gr.skip()] * 2

    ui.stop.click(halt, [session], [ui.status, ui.stop], **LIGHT)

    def look(now: Session, file: Seen | None, *picks: Any) -> list[Any]:
        if file is None:
            return [gr.skip()] * (1 + len(PARTS))
        played = next((PLAYED[form] for form in FORMS if form == picks[0]), ())
        shown = [gr.update(visible=part in played) for part in PARTS]
        return [_rows_html(file, _picks(picks), now.lang), *shown]

    for box in ui.picks:
        event = box.change if box is ui.system else box.input
        event(look, [session, seen, *ui.picks], [ui.rows, *ui.parts], trigger_mode="always_last", **LIGHT)


def _wire_making(frame: Frame, ui: Widgets, seen: gr.State) -> Any:
    session, buttons = frame.session, [ui.make, ui.halt]

    def begin(now: Session) -> list[Any]:
        frame.stops.begin((now.page, "bring"))
        return [progress_html(say(now.lang, "bring.making", lines=0, all="…"), 0.0), *_running(True)]

    def make(now: Session, file: Seen | None, share: float | None, name: str, *picks: Any) -> Iterator[str]:
        key, lang = (now.page, "bring"), now.lang
        signal = frame.stops.take(key)
        try:
            if file is None:
                raise BadSample("there is no file yet; upload one")
            for step in bringing.made(frame, now, file, _picks(picks, share, name), signal):
                if isinstance(step, str):
                    yield step
                else:
                    told = say(lang, "bring.made", name=now.dataset, rows=number(len(step.rows)))
                    yield done_html(told) + faults_html(step.faults, len(step.faults), lang)
        except Stopped:
            yield empty_html(say(lang, "bring.stopped"))
        except Exception as error:
            warn(error, lang)
            yield trouble_html(notice(error, lang))
        finally:
            frame.stops.end(key, signal)

    begun = ui.make.click(begin, [session], [ui.outcome, *buttons], trigger_mode="once", **LIGHT)
    ended = begun.then(make, [session, seen, ui.share, ui.name, *ui.picks], [ui.outcome], **SLOW)
    shown = ended.then(lambda now: _running(False), [session], buttons, **LIGHT)

    def halt(now: Session) -> list[Any]:
        """What waits in line ends here; what runs is told to stop."""
        if frame.stops.leave_line((now.page, "bring")):
            return [empty_html(say(now.lang, "bring.stopped")), *_running(False)]
        frame.stops.stop((now.page, "bring"))
        return [gr.skip()] * 3

    ui.halt.click(halt, [session], [ui.outcome, *buttons], **LIGHT)
    return shown


def _running(running: bool) -> list[Any]:
    return [gr.update(visible=not running), gr.update(visible=running)]
