"""POLECAT: its forty columns, readable by all who read tables, and back to the same facts."""

import csv
import io

import pytest

from archive.samples import MEETING, SUMMIT
from depesche.archive.store import Archive
from depesche.exchange.polecat import COLUMNS
from exchange.facts import export_text, facts_of, link_samples

NAMES = (
    "Event ID,Event Date,Event Type,Event Mode,Intensity,Quad Code,Contexts,Actor Name,Actor Country,"
    "Actor COW,Primary Actor Sector,Actor Sectors,Actor Title,Actor Name Raw,Wikipedia Actor ID,"
    "Recipient Name,Recipient Country,Recipient COW,Primary Recipient Sector,Recipient Sectors,"
    "Recipient Title,Recipient Name Raw,Wikipedia Recipient ID,Placename,City,District,Province,"
    "Country,Latitude,Longitude,GeoNames ID,Raw Placename,Feature Type,Source,Publication Date,"
    "Story People,Story Organizations,Story Locations,Language,Version"
).split(",")

Line = dict[str, str]


def read_back(text: str) -> list[Line]:
    """Read a table as Python's csv does by default, and see that no quotation mark changes it."""
    lines = list(csv.reader(io.StringIO(text), delimiter="\t"))
    assert lines == [line.split("\t") for line in text.split("\n")[:-1]]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_columns_are_polecats() -> None:
    assert list(COLUMNS) == NAMES and len(NAMES) == 40


def test_an_event_as_a_line(filled: Archive) -> None:
    line = next(x for x in read_back(export_text(filled, "polecat")) if x["Event ID"] == f"{MEETING.id}_e1")
    version = line.pop("Version")
    assert version.startswith("depesche ")
    assert {name: cell for name, cell in line.items() if cell} == {
        "Event ID": f"{MEETING.id}_e1",
        "Event Date": "2025-07-10",
        "Event Type": "CONSULT",
        "Event Mode": "multilateral",
        "Intensity": "4.0",
        "Quad Code": "VERBAL COOPERATION",
        "Contexts": "diplomatic; executive",
        "Actor Name": "Marco Rubio; Sergej Lawrow",
        "Actor Country": "United States; Russia",
        "Actor COW": "2; 365",
        "Primary Actor Sector": "GOV; GOV",
        "Actor Sectors": "GOV; GOV",
        "Actor Title": "US-Außenminister; None",
        "Actor Name Raw": "Marco Rubio; Sergej Lawrow",
        "Placename": "Kuala Lumpur",
        "City": "Kuala Lumpur",
        "Country": "Malaysia",
        "Latitude": "3.14",
        "Longitude": "101.69",
        "GeoNames ID": "1735161",
        "Raw Placename": "Kuala Lumpur",
        "Feature Type": "city",
        "Source": "Nordpost",
        "Publication Date": "2025-07-11",
        "Story People": "Marco Rubio; Sergej Lawrow",
        "Story Locations": "Kuala Lumpur",
        "Language": "de",
    }


def test_a_body_without_a_state_and_what_is_no_plain_fact(filled: Archive) -> None:
    lines = {line["Event ID"]: line for line in read_back(export_text(filled, "polecat"))}
    summit = lines[f"{SUMMIT.id}_e1"]
    assert (summit["Actor Country"], summit["Primary Actor Sector"]) == ("", "IGO")
    assert (summit["Event Mode"], summit["Event Date"]) == ("visit; future", "2025-08-01")
    assert lines[f"{MEETING.id}_e2"]["Event Date"] == ""


def test_lines_come_back_as_the_same_facts(filled: Archive) -> None:
    link_samples(filled)
    lines, facts = read_back(export_text(filled, "polecat")), facts_of(filled)
    assert len(lines) == len(facts) == 7
    for line, fact in zip(lines, facts, strict=True):
        row = fact.row
        assert line["Event ID"].split("_") == [row.report, row.event]
        assert line["Event Date"] == (row.earliest or "")
        assert line["Event Type"] == row.type
        auxiliary = {"actual": "", "negated": "negation"}.get(row.status, row.status)
        assert line["Event Mode"] == "; ".join(m for m in (row.mode, auxiliary) if m)
        assert tuple(filter(None, line["Contexts"].split("; "))) == row.context
        for title, side in (("Actor", row.actor), ("Recipient", row.recipient)):
            assert tuple(filter(None, line[f"{title} Name"].split("; "))) == tuple(p.name for p in side)
        assert line["Raw Placename"] == (row.place or "")
        assert line["Source"] == row.outlet


@pytest.mark.parametrize("form", ["polecat", "gdelt"])
def test_no_spreadsheet_computes_a_cell(filled: Archive, form: str) -> None:
    link_samples(filled)
    for line in export_text(filled, form).split("\n"):
        for cell in line.split("\t"):
            assert not cell.startswith(("=", "+", "@")) and '"' not in cell
            if cell.startswith("-"):
                float(cell)
