"""The report as HTML and its pictures: whole, escaped, in both languages, and readable without eyes or colours."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from playground.twins.quality.page import report_html
from playground.twins.quality.pictures import (
    coverage_svg,
    leaks_svg,
    lengths_svg,
    plain,
    real_svg,
    values_svg,
)
from playground.twins.quality.report import Report, measure
from tests.twins.quality.made import FACTS, row

EVIL = "</svg><script>alert(1)</script>\x00\ud800\"'&"


@pytest.fixture(scope="module")
def report() -> Report:
    rows = [row(n, template="a" if n % 2 else "b", slots={"city": f"T{n % 5}", "day": ""}) for n in range(60)]
    bad = [row(90, text=EVIL, slots={"city": EVIL, "day": EVIL}, answer=EVIL, id=EVIL, template=EVIL)] * 2
    held = [replace(rows[0], id="h0"), replace(bad[0], id="h1")]
    real = [row(n, slots={"city": EVIL, "day": "x"}) for n in range(40)]
    return measure(FACTS, {"train": rows + bad, "unseen_both": held}, real=real, limit=60)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_whole_and_nothing_in_it_runs(report: Report, lang: str) -> None:
    html = report_html(report, lang)
    root = ElementTree.fromstring(html)
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert tags.isdisjoint({"script", "style", "a", "img", "image", "foreignObject"})
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on") or name == "style"]
    assert {"faults", "repeats", "leaks", "coverage", "balance", "lengths", "real"} <= set(
        one.attrib["class"] for one in root.iter("section")
    )
    html.encode("utf-8")


def test_rows_can_be_opened_by_their_ids(report: Report) -> None:
    root = ElementTree.fromstring(report_html(report))
    ids = {one.attrib["data-row"] for one in root.iter("li") if "data-row" in one.attrib}
    assert "h0" in ids
    assert any("<script>" in one for one in ids)


def test_languages_differ(report: Report) -> None:
    assert "泄漏计" in report_html(report, "zh") and "Leak meter" in report_html(report, "en")


def test_every_picture_has_a_title_a_description_and_the_colour_of_the_text(report: Report) -> None:
    assert report.real is not None
    pictures = [
        lengths_svg(report.lengths, "en"),
        coverage_svg(report.coverage, "zh"),
        *(values_svg(one, "en") for one in report.balance),
        *(leaks_svg(one, "zh") for one in report.leaks),
        *(real_svg(one, "en") for one in report.real.compared),
    ]
    assert len(pictures) > 6
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        title, told, *rest = list(root)
        assert title.tag.endswith("title") and title.text and told.tag.endswith("desc") and told.text
        assert root.attrib["role"] == "img" and rest
        colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', picture))
        assert colours <= {"currentColor", "none"}
        boxes = [one for one in root.iter() if one.tag.endswith("rect")]
        assert all(float(one.attrib["width"]) >= 0 and float(one.attrib["height"]) >= 0 for one in boxes)


def test_the_limit_is_drawn_and_unused_templates_are_crossed_out(report: Report) -> None:
    assert "limit 60" in lengths_svg(report.lengths, "en")
    assert coverage_svg(report.coverage, "en").count("<line") == len(report.coverage.unused) > 0


def test_a_leak_is_marked_by_more_than_colour(report: Report) -> None:
    assert "✗" in leaks_svg(report.leaks[0], "en")


def test_an_empty_report_is_a_page_too() -> None:
    for lang in ("en", "zh"):
        ElementTree.fromstring(report_html(measure(FACTS, {}), lang))


def test_plain_text_holds_nothing_that_a_page_may_not() -> None:
    assert plain("a\x00<\ud800>\n") == "a·&lt;·&gt;\n"
