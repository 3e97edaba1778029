"""The report as HTML: whole, escaped, in both languages, with rows that can be opened."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from playground.twins.quality.page import report_html
from playground.twins.quality.report import Report, measure
from tests.twins.quality.made import FACTS, wild_report


@pytest.fixture(scope="module")
def report() -> Report:
    return wild_report()


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


def test_an_empty_report_is_a_page_too() -> None:
    for lang in ("en", "zh"):
        ElementTree.fromstring(report_html(measure(FACTS, {}), lang))
