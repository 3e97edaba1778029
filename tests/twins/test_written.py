"""Days, hours and numbers are found in each form they are written in, and nowhere else."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from playground.twins.written import DAYS, day_in, hour_in, number_in, read_day, read_hour, stamp


@pytest.mark.parametrize("form", DAYS)
def test_a_day_is_found_in_the_form_it_is_written_in(form: str) -> None:
    day = date(2026, 3, 26)
    text = stamp(day, form)
    found = list(day_in(f"送到（{text}）前", day))
    assert any(f"送到（{text}）前"[begin:end] == text for _, begin, end in found)
    # What is found first says all that is there.
    assert found[0][2] - found[0][1] >= len(text) - 1


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("下午三点半到", 15, 30),
        ("晚上9点20", 21, 20),
        ("今晚6点半", 18, 30),
        ("12点一刻", 12, 15),
        ("早8点", 8, 0),
        ("at 3 pm", 15, 0),
        ("at 5.30pm", 17, 30),
        ("7:30 PM", 19, 30),
        ("quarter past two", 14, 15),
        ("half past six", 18, 30),
        ("ten to ten", 21, 50),
        ("14:05", 14, 5),
        ("9点零五分", 21, 0),
        ("上午10点半", 10, 30),
        ("下午两点", 14, 0),
    ],
)
def test_an_hour_is_found_as_people_say_it(text: str, hour: int, minute: int) -> None:
    assert next(hour_in(text, hour, minute), None) is not None


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("上午3点", 15, 0),
        ("13:05", 3, 5),
        ("3:051", 3, 5),
        ("am 3", 15, 0),
        ("quarter past two", 14, 45),
        ("13点", 3, 0),
    ],
)
def test_another_hour_is_not(text: str, hour: int, minute: int) -> None:
    assert next(hour_in(text, hour, minute), None) is None


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("¥1,299.00", 1299, "{,}"),
        ("1299 yuan", 1299, "{}"),
        ("要两箱", 2, "{w}"),
        ("Six guests", 6, "{w}"),
        ("十二个", 12, "{w}"),
        ("0012", 12, "{}"),
    ],
)
def test_a_number_is_found(text: str, value: float, form: str) -> None:
    assert [one[0] for one in number_in(text, value)] == [form]


@pytest.mark.parametrize(
    ("text", "value"), [("12999", 1299), ("3.1299", 1299), ("sixty", 6), ("二十个", 10), ("两点", 2)]
)
def test_another_number_is_not(text: str, value: float) -> None:
    assert not list(number_in(text, value))


def test_answers_are_read() -> None:
    assert read_day("2026-03-05") == read_day("2026年3月5日") == read_day("5 March 2026") == date(2026, 3, 5)
    assert read_day("2026-02-30") is None and read_day("3/5") is None and read_day("18 Nothing 2026") is None
    assert read_hour("15:30") == (15, 30) and read_hour("24:00") is None and read_hour("15") is None


def test_marks_of_a_form() -> None:
    when = datetime(2026, 3, 1, 14, 15)
    assert stamp(when, "%O %B, %-I%P %p %N %W %X") == "1st March, 2pm PM 两 quarter past two 二零二六年三月一日"
