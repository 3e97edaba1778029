"""Rate sheets: the three steps agree with each other, and the known fault is caught."""

from __future__ import annotations

import csv
from typing import Any

import pytest
import yaml

from playground.twins.template import plain_template
from tests.house import HOUSE
from tests.samples_data.sheets import cells, normalised, wrong_countries
from tests.samples_data.test_templates import head, seeds, sides

SHEETS = HOUSE / "samples/rates/sheets"
NAMES = sorted(path.stem for path in SHEETS.glob("*.csv") if "." not in path.stem)
with (HOUSE / "samples/rates/ports.csv").open(encoding="utf-8") as file:
    PORTS = {row["port"]: row["country"] for row in csv.DictReader(file)}


def text_of(name: str, part: str) -> str:
    return (SHEETS / f"{name}{part}").read_text(encoding="utf-8")


def layout_of(name: str) -> Any:
    return yaml.safe_load(text_of(name, ".layout.yaml"))


def drawn(name: str) -> dict[str, str]:
    """One value of each field of the task, without the drawing of the twins."""
    fields = head(name)["fields"]
    return {key: str(field.get("values", [field.get("low", "07")])[0]) for key, field in fields.items()}


def test_there_are_sheets_of_many_layouts() -> None:
    assert len(NAMES) >= 6
    layouts = [layout_of(name) for name in NAMES]
    assert any(len(one["header_rows"]) > 1 for one in layouts)
    assert any("pods" in one for one in layouts)
    assert any("container" in one["columns"] for one in layouts)
    assert any("fill_down" in one for one in layouts)


@pytest.mark.parametrize("name", NAMES)
def test_the_layout_names_rows_and_columns_that_are_there(name: str) -> None:
    rows, layout = cells(text_of(name, ".csv")), layout_of(name)
    used = layout["header_rows"] + layout["data_rows"]
    assert len(used) == len(set(used)) and set(used) <= set(range(1, len(rows) + 1))
    (width,) = {len(row) for row in rows}
    columns = [*layout["columns"].values(), *layout.get("rates", {})]
    assert len(columns) == len(set(columns)) and set(columns) <= set(range(1, width + 1))
    described = yaml.safe_load(text_of(name, ".columns.yaml"))
    assert list(described) == list(range(1, width + 1))
    for number, column in described.items():
        roles = {role for role, at in layout["columns"].items() if at == number}
        assert column["role"] in (roles or {"rate" if number in layout.get("rates", {}) else "other"})


@pytest.mark.parametrize("name", NAMES)
def test_the_rates_follow_from_sheet_and_layout(name: str) -> None:
    assert text_of(name, ".rates.csv") == normalised(text_of(name, ".csv"), layout_of(name))
    for row in csv.DictReader(text_of(name, ".rates.csv").splitlines()):
        assert all(row.values())
        assert row["valid_from"] <= row["valid_to"]


@pytest.mark.parametrize("name", NAMES)
def test_the_descriptions_name_the_countries_of_their_ports(name: str) -> None:
    columns = yaml.safe_load(text_of(name, ".columns.yaml"))
    assert any("countries" in column for column in columns.values())
    assert wrong_countries(text_of(name, ".csv"), layout_of(name), columns, PORTS) == []


def test_us_ports_is_caught_where_a_port_is_canadian() -> None:
    faulty = yaml.safe_load(text_of("us-west", ".columns-faulty.yaml"))
    assert faulty[2]["description"] == "US ports"
    found = wrong_countries(text_of("us-west", ".csv"), layout_of("us-west"), faulty, PORTS)
    assert found == ["column 2: Vancouver is in CA"]
    faulty[2]["countries"] = ["CA", "MX", "US"]
    found = wrong_countries(text_of("us-west", ".csv"), layout_of("us-west"), faulty, PORTS)
    assert found == ["column 2: no port is in MX"]


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_are_the_files(name: str) -> None:
    rows = {row["kind"]: row for row in seeds("rates") if row["id"].startswith(f"rates-{name}-")}
    assert set(rows) == {"layout", "columns", "rates"}
    parts = {"layout": ".layout.yaml", "columns": ".columns.yaml", "rates": ".rates.csv"}
    for kind, part in parts.items():
        ask, answer = rows[kind]["messages"]
        assert answer["content"] == text_of(name, part).strip("\n")
        # A first row of empty cells is a row, so only line ends may be cut.
        assert text_of(name, ".csv").strip("\n") in ask["content"]
    assert text_of(name, ".layout.yaml").strip("\n") in rows["rates"]["messages"][0]["content"]


@pytest.mark.parametrize("layout", ["plain", "two-headers", "grid", "list"])
def test_the_steps_of_a_template_agree(layout: str) -> None:
    def filled(side: str, step: str) -> str:
        (one,) = (one for one in sides("rates")[side] if one["kind"] == f"{step}-{layout}")
        compiled = plain_template(one["text"])
        assert compiled is not None
        return compiled.render(drawn("rates"))

    sheet = filled("human", "layout").split("\n\n", 1)[1]
    found = yaml.safe_load(filled("bot", "layout"))
    assert filled("bot", "rates") + "\n" == normalised(sheet, found)
    fields = head("rates")["fields"]
    ports = {port: "CN" for port in fields["pol"]["values"] + fields["pol2"]["values"]}
    ports |= {port: "US" for port in fields["us"]["values"]} | {port: "CA" for port in fields["ca"]["values"]}
    assert wrong_countries(sheet, found, yaml.safe_load(filled("bot", "columns")), ports) == []
