"""A training run as values and as a picture: events folded once, and the loss chart as HTML with lines in SVG.

The lines are SVG that stretches; every word and number is HTML, so that text keeps its size on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from playground.events import AdapterSaved, EpochDone, RowsAnswered, StepDone, TrainEvent, TrainFailed, TrainStarted
from playground.train.prepare import FORGETTING
from playground.ui.words import say

MOST_POINTS = 300
"""A longer line is thinned: more points than pixels only cost time."""

WORD = 8.0
"""Width that the name of an epoch takes, in per cent of the chart."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Run:
    """What the events of one run have told so far."""

    started: TrainStarted | None = None
    answered: RowsAnswered | None = None
    steps: tuple[StepDone, ...] = ()
    epochs: tuple[EpochDone, ...] = ()
    saved: AdapterSaved | None = None
    failed: TrainFailed | None = None

    @property
    def step(self) -> int:
        """The last step done."""
        return self.steps[-1].step if self.steps else 0

    @property
    def seconds(self) -> float:
        """Seconds the run has taken."""
        if self.saved is not None:
            return self.saved.seconds
        return self.steps[-1].seconds if self.steps else 0.0

    @property
    def loss(self) -> float | None:
        """Mean training loss of the last steps, steadier than the last one alone."""
        last = [step.loss for step in self.steps[-20:] if math.isfinite(step.loss)]
        return sum(last) / len(last) if last else None

    @property
    def epoch(self) -> int:
        """The epoch that is running, from 1."""
        epochs = self.started.epochs if self.started else 1
        return min(len(self.epochs) + 1, max(epochs, 1))

    def left(self) -> float | None:
        """Seconds still to go, by the pace of the last steps; None where that cannot be told yet."""
        if self.started is None or len(self.steps) < 5:
            return None
        back = self.steps[-min(len(self.steps), 30)]
        pace = (self.steps[-1].seconds - back.seconds) / max(self.step - back.step, 1)
        return max(self.started.steps - self.step, 0) * pace


def run_after(run: Run, events: Iterable[TrainEvent]) -> Run:
    """The run once more events have come."""
    steps: list[StepDone] = []
    for event in events:
        match event:
            case TrainStarted():
                run = replace(run, started=event)
            case RowsAnswered():
                run = replace(run, answered=event)
            case StepDone():
                steps.append(event)
            case EpochDone():
                run = replace(run, epochs=(*run.epochs, event))
            case AdapterSaved():
                run = replace(run, saved=event)
            case TrainFailed():
                run = replace(run, failed=event)
    return replace(run, steps=run.steps + tuple(steps))


@dataclass(frozen=True)
class Scale:
    """Maps losses and steps to per cents of the picture: x from the left, y from the top, loss on a log scale."""

    last: float
    low: float
    high: float
    ticks: tuple[float, ...] = field(default=())

    def x(self, step: float) -> float:
        """Per cent from the left."""
        return 100 * step / max(self.last, 1)

    def y(self, loss: float) -> float:
        """Per cent from the top."""
        span = math.log(self.high) - math.log(self.low)
        return 100 * (math.log(self.high) - math.log(min(max(loss, self.low), self.high))) / span


def scale(run: Run) -> Scale:
    """The scale that holds every loss of the run."""
    losses = [step.loss for step in run.steps] + [loss for e in run.epochs for loss in e.losses.values()]
    # Below a thousandth there is nothing left to see.
    losses = [max(loss, 1e-3) for loss in losses if math.isfinite(loss)] or [1.0]
    low, high = min(losses) * 0.8, max(losses) * 1.2
    if high < 3 * low:
        low, high = low / 2, high * 1.5
    last = max(run.started.steps if run.started and run.saved is None else 0, run.step, 1)
    return Scale(last, low, high, _ticks(low, high))


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Round losses between two bounds: as few as say something, at least three."""
    found: tuple[float, ...] = ()
    for digits in ((1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)):
        found = tuple(d * 10.0**p for p in range(-5, 4) for d in digits if low <= d * 10.0**p <= high)
        if len(found) >= 3:
            break
    return found


def smooth(points: Sequence[Point], weight: float = 0.8) -> list[Point]:
    """Running mean with the bias of its start taken out."""
    mean, made = 0.0, []
    for place, (x, y) in enumerate(points, 1):
        mean = weight * mean + (1 - weight) * y
        made.append((x, mean / (1 - weight**place)))
    return made


def thin(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most `most` points, the last one always among them."""
    stride = max(1, math.ceil(len(points) / most))
    return [*points[: max(len(points) - 1, 0) : stride], *points[-1:]]


def chart_html(run: Run, lang: str) -> str:
    """The loss chart; "" before the first step."""
    if not run.steps:
        return ""
    frame = scale(run)
    training = [(float(step.step), step.loss) for step in run.steps if math.isfinite(step.loss)]
    groups = list(run.started.groups) if run.started else []
    groups = groups or sorted({group for epoch in run.epochs for group in epoch.losses})
    lines = [_line(thin(training), frame, "raw"), _line(thin(smooth(training)), frame, "train")]
    dots: list[str] = []
    for kind, group in _kinds(groups):
        points = [(float(e.step), e.losses[group]) for e in run.epochs if group in e.losses]
        lines.append(_line(points, frame, kind))
        dots.extend(_dot(point, frame, kind, say(lang, f"group.{group}")) for point in points)
    return (
        f'<figure class="chart" role="img" aria-label="{escape(_spoken(run, lang))}">'
        f"<figcaption>{_legend(groups, lang)}</figcaption>"
        f'<div class="plot">{_grid(run, frame, lang)}'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{"".join(lines)}</svg>'
        f"{''.join(dots)}</div></figure>{_table(run, groups, lang)}"
    )


def _kinds(groups: Sequence[str]) -> list[tuple[str, str]]:
    """(how the line is drawn, group): each validation group has its place, forgetting is told apart from them."""
    return [("forgetting" if g == FORGETTING else f"g{place}", g) for place, g in enumerate(groups, 1)]


def _line(points: Sequence[Point], frame: Scale, kind: str) -> str:
    if len(points) < 2:
        return ""
    path = " ".join(f"{frame.x(x):.2f},{frame.y(y):.2f}" for x, y in points)
    return f'<polyline class="{kind}" points="{path}"/>'


def _dot(point: Point, frame: Scale, kind: str, name: str) -> str:
    step, loss = point
    at = f"left:{frame.x(step):.2f}%;top:{frame.y(loss):.2f}%"
    return f'<i class="dot {kind}" style="{at}" title="{escape(name)}: {loss:.3f}"></i>'


def _grid(run: Run, frame: Scale, lang: str) -> str:
    ticks = "".join(f'<span class="tick" style="top:{frame.y(t):.2f}%">{t:g}</span>' for t in frame.ticks)
    marks, before = "", 0.0
    for epoch in run.epochs:
        x = frame.x(epoch.step)
        # A word stands left of its line; where the line before is too near, the line says enough.
        word = f"<em>{escape(say(lang, 'chart.epoch', epoch=epoch.epoch))}</em>" if x - before >= WORD else ""
        marks += f'<span class="mark" style="left:{x:.2f}%">{word}</span>'
        before = x
    foot = f'<span class="foot">{escape(say(lang, "chart.step"))} {run.step} / {frame.last:g}</span>'
    return ticks + marks + foot


def _legend(groups: Sequence[str], lang: str) -> str:
    keys = [f'<span class="key train">{escape(say(lang, "group.train"))}</span>']
    for kind, group in _kinds(groups):
        why = escape(say(lang, f"group.{group}.why"))
        keys.append(f'<span class="key {kind}" title="{why}">{escape(say(lang, f"group.{group}"))}</span>')
    title = f'<b title="{escape(say(lang, "chart.why"))}">{escape(say(lang, "chart.title"))}</b>'
    return f"{title} <small>{escape(say(lang, 'chart.log'))}</small> {' '.join(keys)}"


def _spoken(run: Run, lang: str) -> str:
    loss = f"{run.loss:.3f}" if run.loss is not None else ""
    return f"{say(lang, 'chart.title')}: {say(lang, 'group.train')} {loss}, {say(lang, 'chart.step')} {run.step}"


def _table(run: Run, groups: Sequence[str], lang: str) -> str:
    if not run.epochs:
        return ""
    head = "".join(f"<th>{escape(say(lang, f'group.{group}'))}</th>" for group in ("train", *groups))
    rows = "".join(
        f"<tr><th>{escape(say(lang, 'chart.epoch', epoch=e.epoch))}</th><td>{e.train:.3f}</td>"
        + "".join(f"<td>{e.losses[g]:.3f}</td>" if g in e.losses else "<td>–</td>" for g in groups)
        + "</tr>"
        for e in run.epochs
    )
    caption = escape(say(lang, "chart.table"))
    return f'<details class="fold"><summary>{caption}</summary><table><tr><td></td>{head}</tr>{rows}</table></details>'
