"""The lists of the archive: each filter, the order, and the way from each row to its words."""

import datetime
import typing
from pathlib import Path

import msgspec
import pytest
import yaml

from archive.conftest import MakePlace
from archive.samples import MEETING, SUMMIT, UNDATED, fill, meeting
from depesche.archive.rows import ActorRow, EventRow, Party, QuotationRow, ReportRow
from depesche.archive.selection import first_day, last_day
from depesche.archive.store import Archive
from depesche.errors import DateError
from depesche.reading import Span

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "archive-lists.yaml").read_text("utf-8"))
LETTERS = {MEETING.id: "m", SUMMIT.id: "s", UNDATED.id: "u"}


@pytest.fixture(scope="module")
def kept(make_place: MakePlace) -> typing.Iterator[Archive]:
    with Archive(make_place()) as opened:
        fill(opened)
        yield opened


def name_of(row: typing.Any) -> str:
    match row:
        case ReportRow():
            return LETTERS[row.id]
        case EventRow():
            return f"{LETTERS[row.report]} {row.event}"
        case QuotationRow():
            return f"{LETTERS[row.report]} {row.number}"
        case _:
            return str(row.name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_filters(kept: Archive, case: dict[str, typing.Any]) -> None:
    rows = getattr(kept, case["list"])(**case["filters"])
    assert [name_of(row) for row in rows] == case["found"], case["why"]


def test_a_report_by_the_beginning_of_its_id(kept: Archive) -> None:
    assert [row.event for row in kept.events(report=MEETING.id[:10])] == ["e1", "e2"]
    assert kept.quotations(report=UNDATED.id) == ()


def test_the_row_of_a_report(kept: Archive) -> None:
    (row,) = kept.reports(report=MEETING.id)
    assert row == ReportRow(
        id=MEETING.id,
        url="https://nordpost.example/1",
        title="Rubio trifft Lawrow",
        published="2025-07-11",
        source="Nordpost",
        author=None,
        key="n1",
        language="de",
        agency=("afp", "red"),
        actors=3,
        quotations=1,
        events=2,
        reader="r1",
    )


def test_the_row_of_an_event_leads_to_its_words(kept: Archive) -> None:
    row, threat = kept.events(report=MEETING.id)
    rubio = Party("a1", "Marco Rubio", "PER", "USA", "GOV", "US-Außenminister", "foreign_minister")
    assert row.actor == (rubio, Party("a2", "Sergej Lawrow", "PER", "RUS", "GOV"))
    assert row.context == ("diplomatic", "executive")
    assert row.location == meeting().places[0]
    assert (row.outlet, row.title, row.published) == ("Nordpost", "Rubio trifft Lawrow", "2025-07-11")
    assert MEETING.text[row.start : row.end] == row.text == "getroffen"
    assert row.sentence.text == MEETING.text[: row.sentence.end]
    assert row.sentence.text.endswith("Sergej Lawrow getroffen.")
    assert threat.source == threat.recipient[0] == row.actor[1]
    assert threat.sentence.text == "Nach Angaben Lawrows drohten die USA mit Sanktionen."


def test_the_row_of_a_quotation_leads_to_its_words(kept: Archive) -> None:
    (row,) = kept.quotations(report=MEETING.id)
    given = meeting().quotations[0]
    assert (row.text, row.spans, row.speaker, row.addressee) == (
        given.text,
        given.spans,
        given.speaker,
        given.addressee,
    )
    assert row.actor and row.actor.name == "Marco Rubio"
    assert row.sentence.text == "Rubio sagte, er sei enttäuscht."


def test_actors_are_counted_over_all_reports(archive: Archive) -> None:
    archive.write(MEETING, meeting())
    again = msgspec.structs.replace(MEETING, published="2025-07-13T10:00")
    former = msgspec.structs.replace(meeting().actors[0], role=None, office=None)
    archive.write(
        again, msgspec.structs.replace(meeting(), id=again.id, actors=(former, *meeting().actors[1:]))
    )
    row = archive.actors(actor="Rubio")[0]
    assert (row.mentions, row.reports, row.first, row.last) == (4, 2, "2025-07-11", "2025-07-13")
    assert (row.role, row.office, row.sector) == ("US-Außenminister", "foreign_minister", "GOV")
    assert (row.report, row.start, row.text) == (MEETING.id, 0, "US-Außenminister Marco Rubio")
    assert row.sentence and row.sentence.text.startswith(row.text or "?")


def test_a_former_holder_stays_one(archive: Archive) -> None:
    former = msgspec.structs.replace(meeting().actors[0], tenure="former")
    archive.write(MEETING, msgspec.structs.replace(meeting(), actors=(former, *meeting().actors[1:])))
    assert archive.actors(actor="Rubio")[0].tenure == "former"
    assert archive.actors(actor="Lawrow")[0].tenure is None
    assert archive.reading(MEETING.id).actors[0].tenure == "former"


def test_an_actor_without_mentions(archive: Archive) -> None:
    bare = msgspec.structs.replace(meeting().actors[2], mentions=())
    archive.write(MEETING, msgspec.structs.replace(meeting(), actors=(*meeting().actors[:2], bare)))
    row = archive.actors(actor="USA", type="GPE")[0]
    assert (row.mentions, row.reports, row.text, row.sentence) == (0, 1, None, None)


def test_many_rows_come_in_blocks(archive: Archive) -> None:
    for day in range(1, 29):
        report = msgspec.structs.replace(MEETING, published=f"2025-02-{day:02}")
        events = tuple(msgspec.structs.replace(meeting().events[0], id=f"e{i}") for i in range(20))
        archive.write(report, msgspec.structs.replace(meeting(), id=report.id, events=events))
    rows = archive.events()
    assert len(rows) == len({(row.report, row.event) for row in rows}) == 28 * 20
    assert rows[7:450] == archive.events(limit=443, offset=7)
    assert isinstance(archive.actors()[0], ActorRow)


def test_a_quotation_without_spans(archive: Archive) -> None:
    empty = msgspec.structs.replace(meeting().quotations[0], spans=(), text="")
    archive.write(MEETING, msgspec.structs.replace(meeting(), quotations=(empty,)))
    assert archive.quotations()[0].spans == ()


def test_days_may_be_dates(kept: Archive) -> None:
    day = datetime.date(2025, 7, 10)
    assert [row.event for row in kept.events(start=day, end=day)] == ["e1"]
    assert first_day(datetime.datetime(2025, 7, 10, 8, 0)) == "2025-07-10"


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        (" 2025-07-11 ", "2025-07-11", "2025-07-11"),
    ],
)
def test_a_month_or_year_is_all_its_days(value: str, first: str, last: str) -> None:
    assert (first_day(value), last_day(value)) == (first, last)


@pytest.mark.parametrize(
    "value", ["", "gestern", "2025-13", "2025-02-30", "0000", "2025-7-1", "2025-07-11T10"]
)
def test_what_is_no_day_is_refused(kept: Archive, value: str) -> None:
    with pytest.raises(DateError, match="is no date"):
        kept.events(start=value)
    with pytest.raises(DateError, match="is no date"):
        kept.events(end=value)


@pytest.mark.parametrize("words", ["\ud800", "\0", "%_/\\", "'; DROP TABLE reports; --", "ß" * 1000])
def test_hostile_filters_find_nothing(kept: Archive, words: str) -> None:
    for rows in (kept.reports, kept.actors, kept.events, kept.quotations):
        for name in ("actor", "type", "speaker", "text", "report", "source"):
            assert rows(**{name: words}) == ()  # type: ignore[arg-type]
    assert len(kept.reports()) == 3


def test_a_filter_that_does_not_exist_is_refused(kept: Archive) -> None:
    with pytest.raises(TypeError, match="no such filter: colour"):
        kept.events(colour="red")  # type: ignore[call-arg]


def test_the_same_archive_lists_the_same_whatever_the_order_of_writing(make_place: MakePlace) -> None:
    with Archive(make_place()) as one, Archive(make_place()) as other:
        fill(one)
        for entry in reversed(list(one.readings())):
            other.write(entry.report, entry.reading)
        assert list(one.readings()) == list(other.readings())
        for name in ("reports", "actors", "events", "quotations"):
            assert getattr(one, name)() == getattr(other, name)()


def test_spans_stay_spans(kept: Archive) -> None:
    assert all(isinstance(s, Span) for row in kept.quotations() for s in row.spans)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 1),
        ({"between": ("USA", "RUS")}, 1),
        ({"between": ("USA", "IRN")}, 0),
        ({"type": "restriction"}, 1),
        ({"type": "alliance"}, 0),
        ({"speaker": "Lawrow"}, 1),
        ({"speaker": "Rubio"}, 0),
        ({"text": "drohten"}, 1),
        ({"text": "Kuala"}, 0),
        ({"end": "2025-07-10"}, 0),
    ],
)
def test_relations_are_selected(filled: Archive, filters: dict[str, typing.Any], found: int) -> None:
    assert len(filled.relations(**filters)) == found
