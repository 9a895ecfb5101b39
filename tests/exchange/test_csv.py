"""CSV: quotes right, and no cell is a formula."""

import csv
import io
import typing

import msgspec
import pytest
from hypothesis import given

from archive.samples import ANY_TEXT, MEETING, SUMMIT
from depesche.archive.rows import ActorRow, EventRow, QuotationRow, RelationRow, ReportRow, SearchHit
from depesche.archive.store import Archive
from depesche.exchange import export
from depesche.exchange.csv import COLUMNS, to_cell, write_csv


def write(kind: type[msgspec.Struct], rows: typing.Iterable[msgspec.Struct]) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    write_csv(kind, rows, stream)
    stream.seek(0)
    return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1", '=HYPERLINK("http://a.example")'],
)
def test_a_formula_becomes_text(text: str) -> None:
    assert to_cell(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-1.5, "-1.5"),
        (0, "0"),
        (False, "false"),
        (None, ""),
        ("a=b", "a=b"),
        ("'=1", "'=1"),
        ("\0\ud800", "\ufffd\ufffd"),
    ],
)
def test_cells(value: str | float | None, cell: str) -> None:
    assert to_cell(value) == cell


@given(title=ANY_TEXT, text=ANY_TEXT)
def test_every_text_comes_back_and_none_is_a_formula(title: str, text: str) -> None:
    row = ReportRow("id", text, title, None, None, None, None, None, (), 0, 0, 0, None)
    (cells,) = write(ReportRow, [row])
    for given_text, cell in ((title, cells["title"]), (text, cells["url"])):
        assert not cell or cell[0] not in "=+-@\t\r\n＝＋－＠"
        assert cell.removeprefix("'") == to_cell(given_text).removeprefix("'")
    cells["title"].encode()


def test_events_as_a_table(filled: Archive) -> None:
    rows = write(EventRow, filled.events())
    assert len(rows) == 5
    first = rows[0]
    assert first["actor"] == "Marco Rubio (USA); Sergej Lawrow (RUS)"
    assert first["actor_country"] == "USA; RUS"
    assert first["context"] == "diplomatic; executive"
    assert (first["date"], first["type"], first["mode"]) == ("2025-07-10", "CONSULT", "multilateral")
    assert (first["place"], first["place_country"]) == ("Kuala Lumpur", "MYS")
    assert (first["place_latitude"], first["place_geonames"]) == ("3.14", "1735161")
    assert MEETING.text[int(first["start"]) : int(first["end"])] == first["text"]
    assert first["sentence"] in MEETING.text
    assert rows[1]["actor"] == "EU"


def test_relations_as_a_table(filled: Archive) -> None:
    (row,) = write(RelationRow, filled.relations())
    assert (row["kind"], row["mode"], row["status"], row["mutual"]) == (
        "restriction",
        "trade",
        "wished",
        "false",
    )
    assert row["parties"] == "USA (USA); Sergej Lawrow (RUS)"
    assert row["countries"] == "USA; RUS"
    assert (row["since"], row["since_earliest"], row["until"]) == ("2025-07-10", "2025-07-10", "")
    assert row["source"] == "Sergej Lawrow (RUS)"
    assert (row["text"], row["relation"], row["report"]) == ("Sanktionen", "r1", MEETING.id)


def test_the_other_lists_as_tables(filled: Archive) -> None:
    (quotation,) = write(QuotationRow, filled.quotations(speaker="Rubio"))
    assert (quotation["speaker"], quotation["speaker_name"], quotation["speaker_country"]) == (
        "Rubio",
        "Marco Rubio",
        "USA",
    )
    start, _, end = quotation["spans"].partition(":")
    assert MEETING.text[int(start) : int(end)] == quotation["text"] == "er sei enttäuscht"
    actor = write(ActorRow, filled.actors())[0]
    assert (actor["name"], actor["mentions"], actor["office"]) == ("Marco Rubio", "2", "foreign_minister")
    assert actor["tenure"] == ""
    assert write(ReportRow, filled.reports())[0]["agency"] == "afp; red"
    assert write(SearchHit, filled.search("Lawrow"))[0]["report"] == MEETING.id


def test_a_report_names_the_other_outlets_that_printed_it(filled: Archive) -> None:
    for outlet, url in (("Südpost", None), ("=Westpost", None), ("Südpost", "https://suedpost.example/2")):
        filled.note(msgspec.structs.replace(MEETING, source=outlet, url=url))
    filled.note(msgspec.structs.replace(SUMMIT, url="https://alpenblatt.example/2"))
    rows = write(ReportRow, filled.reports())
    assert [row["other_outlets"] for row in rows] == ["Südpost; =Westpost", "", ""]
    assert rows[0]["source"] == "Nordpost"


def test_a_list_without_rows_has_its_header(archive: Archive) -> None:
    stream = io.StringIO(newline="")
    export(archive, "csv", stream)
    assert stream.getvalue() == ",".join(f'"{name}"' for name in COLUMNS[EventRow]) + "\r\n"
