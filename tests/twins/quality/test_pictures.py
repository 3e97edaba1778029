"""Pictures are whole and escaped, in the colour of the text around them, and readable without eyes or colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from playground.twins.quality.pictures import coverage_svg, leaks_svg, lengths_svg, plain, real_svg, values_svg
from playground.twins.quality.report import Report
from tests.twins.quality.made import wild_report


@pytest.fixture(scope="module")
def report() -> Report:
    return wild_report()


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


def test_plain_text_holds_nothing_that_a_page_may_not() -> None:
    assert plain("a\x00<\ud800>\n") == "a·&lt;·&gt;\n"
