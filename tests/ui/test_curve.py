"""A run folded from its events, and its chart."""

from __future__ import annotations

import math
import re

from playground.events import AdapterSaved, EpochDone, StepDone, TrainEvent, TrainFailed, TrainStarted
from playground.train.prepare import FORGETTING
from playground.ui.curve import MOST_POINTS, Run, chart_html, run_after, scale, smooth, thin

GROUPS = ("unseen_values", "unseen_templates", "unseen_both")


def events(steps: int, planned: int = 400) -> list[TrainEvent]:
    made: list[TrainEvent] = [TrainStarted(planned, 4, 1000, 10, 100, 5000, GROUPS)]
    for step in range(1, steps + 1):
        made.append(StepDone(step, 4 * math.exp(-step / 60) + 0.02, 1e-3, 500, step * 0.25))
        if step % 100 == 0:
            made.append(EpochDone(step // 100, step, 0.5, dict.fromkeys(GROUPS, 1.0 / step)))
    return made


def test_folding_at_once_or_bit_by_bit_is_the_same() -> None:
    all_ = events(250)
    bit_by_bit = Run()
    for event in all_:
        bit_by_bit = run_after(bit_by_bit, [event])
    assert run_after(Run(), all_) == bit_by_bit
    assert bit_by_bit.step == 250 and bit_by_bit.epoch == 3


def test_the_time_to_go_follows_the_pace() -> None:
    assert run_after(Run(), events(3)).left() is None
    left = run_after(Run(), events(200)).left()
    assert left is not None and abs(left - 50) < 1


def test_how_a_run_ends() -> None:
    saved = run_after(Run(), [*events(400), AdapterSaved("a", 400, "done", 123.0)])
    assert saved.seconds == 123.0 and scale(saved).last == 400
    assert run_after(Run(), [TrainFailed("why")]).failed == TrainFailed("why")


def test_every_point_lies_in_the_picture() -> None:
    html = chart_html(run_after(Run(), events(2000, 2000)), "en")
    points = [float(n) for line in re.findall(r'points="([^"]+)"', html) for n in re.split("[ ,]", line)]
    assert points and all(-0.01 <= n <= 100.01 for n in points)
    assert all(line.count(",") <= MOST_POINTS + 1 for line in re.findall(r'points="([^"]+)"', html))


def test_a_loss_that_is_no_number_is_left_out() -> None:
    run = run_after(Run(), [*events(10), StepDone(11, math.nan, 1e-3, 5, 3.0), StepDone(12, math.inf, 1e-3, 5, 3.2)])
    assert "nan" not in chart_html(run, "en").lower() and "inf" not in chart_html(run, "zh").lower()


def test_there_are_always_some_ticks() -> None:
    for low, high in ((0.02, 4.0), (3.0, 3.4), (0.0101, 0.0102), (1e-9, 1e-8)):
        run = run_after(Run(), [StepDone(1, high, 1e-3, 5, 0.1), StepDone(2, low, 1e-3, 5, 0.2)])
        assert len(scale(run).ticks) >= 3


def test_nothing_is_drawn_before_the_first_step() -> None:
    assert chart_html(run_after(Run(), events(0)), "en") == ""


def test_thinning_keeps_the_last_point_and_smoothing_the_start() -> None:
    points = [(float(x), 5.0) for x in range(1001)]
    assert thin(points, 100)[-1] == points[-1] and len(thin(points, 100)) <= 101
    assert all(abs(y - 5.0) < 1e-9 for _, y in smooth(points))


def test_forgetting_is_a_line_of_its_own_kind_whatever_groups_there_are() -> None:
    groups = ("unseen_templates", FORGETTING)
    told: list[TrainEvent] = [TrainStarted(20, 2, 80, 10, 100, 5000, groups)]
    for step in range(1, 21):
        told.append(StepDone(step, 1.0, 1e-3, 500, step * 0.25))
        if step % 10 == 0:
            told.append(EpochDone(step // 10, step, 0.5, {"unseen_templates": 0.4, FORGETTING: 0.01 * step}))
    html = chart_html(run_after(Run(), told), "en")
    assert html.count('<polyline class="forgetting"') == html.count('<polyline class="g1"') == 1
    assert html.count('class="dot forgetting"') == 2 and "<td>0.100</td>" in html
    assert '<span class="key forgetting" title="How far' in html
