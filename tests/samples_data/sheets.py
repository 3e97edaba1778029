"""What a rate sheet's YAML means: the rates it leads to, and the ports its descriptions are wrong about."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEADER = ["pol", "pod", "container", "currency", "rate", "valid_from", "valid_to"]
SIZES = {"20'": "20GP", "20DV": "20GP", "40'": "40GP", "40HC": "40HQ"}
NO_RATE = {"", "-", "N/A", "on request"}


def cells(text: str) -> list[list[str]]:
    """The rows of a CSV text."""
    return list(csv.reader(io.StringIO(text)))


def normalised(sheet: str, layout: Mapping[str, Any]) -> str:
    """Step 3 of a sheet and the layout of step 1, worked out without a model."""
    rows, out = cells(sheet), io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for found in _rates(rows, layout):
        writer.writerow(found[name] for name in HEADER)
    return out.getvalue()


def countries(sheet: str, layout: Mapping[str, Any], column: int, ports: Mapping[str, str]) -> dict[str, str]:
    """The ports of one column and their countries; a role in fill_down leaves cells empty."""
    rows = cells(sheet)
    found = [cell for row in layout["data_rows"] for cell in re.split("－", rows[row - 1][column - 1]) if cell]
    return {port: ports[port] for port in found}


def wrong_countries(
    sheet: str, layout: Mapping[str, Any], columns: Mapping[int, Mapping[str, Any]], ports: Mapping[str, str]
) -> list[str]:
    """What a column description says about its ports that the list of ports does not bear out."""
    wrong = []
    for number, column in columns.items():
        said = set(column.get("countries", []))
        if not said:
            continue
        there = countries(sheet, layout, number, ports)
        wrong += [f"column {number}: {port} is in {land}" for port, land in there.items() if land not in said]
        wrong += [f"column {number}: no port is in {land}" for land in sorted(said - set(there.values()))]
    return wrong


def _rates(rows: list[list[str]], layout: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    columns, everywhere = layout.get("columns", {}), layout.get("everywhere", {})
    above: dict[str, str] = {}
    for number in layout["data_rows"]:
        row = rows[number - 1]
        own = {role: row[column - 1] for role, column in columns.items()}
        for role in layout.get("fill_down", []):
            own[role] = above[role] = own[role] or above[role]
        if "lane" in own:
            own["pol"], own["pod"] = own["lane"].split("－")
        for key in ("valid_from", "valid_to"):
            own[key] = _date(own.get(key) or everywhere.get(key, ""))
        own["currency"] = own.get("currency") or everywhere.get("currency", "")
        offers = layout.get("rates") or {columns["rate"]: own["container"]}
        for column, size in offers.items():
            rate = row[column - 1]
            if rate in NO_RATE:
                continue
            pod = layout.get("pods", {}).get(column, own.get("pod", ""))
            yield {**own, "pod": pod, "container": SIZES.get(size, size), "rate": rate.replace(",", "")}


def _date(text: str) -> str:
    """A day as YYYY-MM-DD; the sheets write day.month.year, or the year first."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 3:
        return text
    year, month, day = numbers if len(numbers[0]) == 4 else numbers[::-1]
    return f"{year}-{int(month):02d}-{int(day):02d}"
