"""One text, several papers: each place of publication is kept once, and each leads to the report."""

import io
import json
import typing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from archive.conftest import MakePlace, Place
from archive.samples import ANY_TEXT, MAYBE, MEETING, SUMMIT, meeting, summit
from depesche.archive.rows import Appearance, Entry
from depesche.archive.store import Archive
from depesche.errors import ArchiveError, ReadingError
from depesche.exchange import export
from depesche.passages import print_report
from depesche.reading import Reading, Report, reading_from_dict
from depesche.terminal import make_report_sheet

FIELDS = Appearance.__struct_fields__


def elsewhere(report: Report, **fields: str | None) -> Report:
    """Return the same text as another paper printed it: what is not given is not said."""
    return Report(text=report.text, **{"published": report.published, **fields})


def place_of(report: Report) -> Appearance:
    return Appearance(**{name: getattr(report, name) for name in FIELDS})


SOUTH = elsewhere(
    MEETING,
    source="Südpost",
    url="https://suedpost.example/7",
    title="Lawrow trifft Rubio",
    published="2025-07-11T06:30:00+02:00",
    author="Ada Beispiel",
    key="s7",
)
WEST = elsewhere(MEETING, source="Westpost")


@pytest.fixture
def printed(archive: Archive) -> Archive:
    """Return an archive with a report that three papers printed, and one that a single paper printed."""
    archive.write(MEETING, meeting())
    archive.write(SUMMIT, summit())
    assert archive.note(SOUTH) and archive.note(WEST)
    return archive


@pytest.mark.parametrize("order", [(MEETING, SOUTH, WEST), (WEST, MEETING, SOUTH), (SOUTH, WEST, MEETING)])
def test_the_first_stays_and_the_others_follow_as_they_come(
    archive: Archive, order: tuple[Report, ...]
) -> None:
    first, *others = order
    for report in order:
        heading = {"title": report.title, "source": report.source}
        assert archive.write(report, msgspec.structs.replace(meeting(), **heading))
    (row,) = archive.reports()
    assert archive.report(row.id) == first
    assert archive.reading(row.id).source == row.source == first.source
    assert row.appearances == archive.appearances(row.id[:8]) == tuple(map(place_of, others))


@pytest.mark.parametrize(
    ("fields", "new", "why"),
    [
        ({"source": "Nordpost", "url": MEETING.url}, False, "the same place, less fully named"),
        ({}, False, "a place of which nothing is known"),
        ({"published": "2025-07-11"}, False, "the day is known"),
        ({"source": "Nordpost", "published": "2025-07-11T09:00"}, True, "the time of day was not"),
        ({"source": "Nordpost", "url": "https://nordpost.example/2"}, True, "another address"),
        ({"source": "nordpost"}, True, "names are not guessed to be the same"),
        ({"title": "Rubio trifft Lawrow", "author": "Ada Beispiel"}, True, "an author was not named"),
        ({"source": "Westpost"}, True, "another outlet"),
        ({"source": "Westpost", "key": "n1"}, True, "fields of two places are no place"),
    ],
)
def test_what_says_nothing_new_is_no_appearance(
    archive: Archive, fields: dict[str, str], new: bool, why: str
) -> None:
    archive.write(MEETING, meeting())
    copy = elsewhere(MEETING, **fields)
    assert archive.write(copy, meeting()) is new, why
    assert not archive.write(copy, meeting()) and not archive.note(copy)
    assert archive.appearances(MEETING.id) == ((place_of(copy),) if new else ())


def test_the_same_report_twice_has_one_place(archive: Archive) -> None:
    archive.write(SOUTH, meeting())
    assert not archive.write(SOUTH, meeting()) and not archive.note(SOUTH)
    assert archive.reports()[0].appearances == ()


def test_an_appearance_that_says_less_is_known_too(printed: Archive) -> None:
    assert not printed.note(elsewhere(MEETING, source="Südpost"))
    assert not printed.note(elsewhere(MEETING, source="Südpost", published="2025-07-11T06:30"))
    assert printed.note(elsewhere(MEETING, source="Südpost", published="2025-07-11T06:31"))


def test_a_report_that_names_no_place_gets_its_first_later(archive: Archive) -> None:
    bare = elsewhere(MEETING)
    archive.write(bare, msgspec.structs.replace(meeting(), source=None))
    assert archive.note(WEST)
    assert archive.report(bare.id).source is None
    assert [row.id for row in archive.reports(source="west")] == [bare.id]
    assert _cells(archive) == ["Westpost"]


def test_the_text_of_another_day_is_another_report(printed: Archive) -> None:
    later = msgspec.structs.replace(WEST, published="2025-07-12")
    assert not printed.note(later)
    assert len(printed.appearances(MEETING.id)) == 2
    with pytest.raises(ArchiveError, match="no report"):
        printed.appearances(later.id)


def test_add_notes_what_it_does_not_read(place: Place) -> None:
    read: list[Report] = []

    def reader(report: Report) -> Reading:
        read.append(report)
        return Reading(id=report.id, reader="r1")

    with Archive(place, reader=lambda r: (reader(r), None), digest=lambda: "r1") as archive:
        assert archive.add(MEETING) and archive.add(SOUTH)
        assert not archive.add(SOUTH) and not archive.add(MEETING)
        assert read == [MEETING]
        assert archive.appearances(MEETING.id) == (place_of(SOUTH),)


def test_another_reader_may_read_any_copy(printed: Archive) -> None:
    newer = msgspec.structs.replace(
        meeting(), title=WEST.title, source=WEST.source, events=meeting().events[:1], reader="r2"
    )
    assert printed.write(WEST, newer)
    # The heading of the reading is that of the report, as it came first.
    assert printed.reading(MEETING.id) == msgspec.structs.replace(meeting(), events=newer.events, reader="r2")
    assert printed.appearances(MEETING.id) == (place_of(SOUTH), place_of(WEST))


def test_a_copy_whose_reading_is_refused_is_not_noted(archive: Archive) -> None:
    archive.write(MEETING, meeting())
    dangling = msgspec.structs.replace(meeting().events[0], actor=("a9",))
    with pytest.raises(ReadingError, match="contradicts itself"):
        archive.write(WEST, msgspec.structs.replace(meeting(), events=(dangling,), reader="r2"))
    assert archive.appearances(MEETING.id) == ()
    assert archive.reading(MEETING.id) == meeting()


def test_two_who_note_the_same_note_it_once(printed: Archive, place: Place) -> None:
    copies = [elsewhere(MEETING, source=f"Blatt {i}") for i in range(20)]

    def note_all(_: int) -> int:
        with Archive(place) as opened:
            return sum(map(opened.note, copies))

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(note_all, range(3))) == 20
    assert set(map(place_of, copies)) < set(printed.appearances(MEETING.id))
    assert len(printed.appearances(MEETING.id)) == 22


def test_noting_what_is_known_does_not_wait_for_others(printed: Archive, place: Place) -> None:
    with Archive(place, wait=0.1) as other, printed._database.writing():
        assert not other.note(WEST)
        with pytest.raises(ArchiveError, match="in use by another process"):
            other.note(elsewhere(MEETING, source="Neues Blatt"))


# Lists and exports


@pytest.mark.parametrize("outlet", ["Nordpost", "südPOST", "west"])
def test_every_list_finds_a_report_by_each_of_its_outlets(printed: Archive, outlet: str) -> None:
    assert [row.id for row in printed.reports(source=outlet)] == [MEETING.id]
    assert {row.report for row in printed.events(source=outlet)} == {MEETING.id}
    assert {row.report for row in printed.quotations(source=outlet)} == {MEETING.id}
    assert {row.name for row in printed.actors(source=outlet)} == {"Marco Rubio", "Sergej Lawrow", "USA"}
    assert [hit.report for hit in printed.search("Rubio", source=outlet)] == [MEETING.id]
    assert not printed.search("Kanzler", source=outlet)
    assert [entry.report for entry in printed.readings(source=outlet)] == [MEETING]


def test_a_report_is_listed_once_whatever_its_outlets_have_in_common(printed: Archive) -> None:
    assert [row.id for row in printed.reports(source="post")] == [MEETING.id]
    assert len(printed.events(source="post")) == 2
    (rubio,) = printed.actors(source="post", actor="Rubio")
    assert (rubio.reports, rubio.mentions) == (1, 2)


def test_the_json_export_comes_back(printed: Archive) -> None:
    stream = io.StringIO()
    export(printed, "json", stream)
    items = json.loads(stream.getvalue())
    assert [list(item) for item in items] == [["report", "appearances", "reading"]] * 2
    entries = [
        Entry(
            msgspec.convert(item["report"], Report),
            msgspec.convert(item["appearances"], tuple[Appearance, ...]),
            reading_from_dict(item["reading"]),
        )
        for item in items
    ]
    assert entries == list(printed.readings())
    assert entries[0] == Entry(MEETING, (place_of(SOUTH), place_of(WEST)), meeting())


def _cells(archive: Archive) -> list[str]:
    sheet = make_report_sheet(archive.reports())
    return [row[sheet.columns.index("col-outlet")].plain for row in sheet.rows]


def test_the_table_counts_the_other_outlets(printed: Archive) -> None:
    assert _cells(printed) == ["Nordpost +2", "Alpenblatt"]
    # Another address of a known outlet is no other outlet.
    printed.note(elsewhere(SUMMIT, source="Alpenblatt", url="https://alpenblatt.example/2"))
    printed.note(elsewhere(MEETING, source="Westpost", url="https://westpost.example/2"))
    assert _cells(printed) == ["Nordpost +2", "Alpenblatt"]


def test_a_report_is_shown_with_all_its_outlets(printed: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    entry, alone = printed.readings()
    shown = [_show(entry), _show(alone)]
    assert "Nordpost · afp/red" in shown[0]
    assert "also in Südpost, Westpost" in shown[0]
    assert "also in" not in shown[1]


def _show(entry: Entry) -> str:
    console = Console(file=io.StringIO(), record=True, width=200)
    print_report(entry.report, entry.reading, console, entry.appearances)
    return console.export_text()


# Arbitrary places


def places() -> st.SearchStrategy[Appearance]:
    # Few values, so that places are often alike or parts of each other.
    few = st.sampled_from([None, "a", "b", "%", "A"])
    times = st.sampled_from(
        ["2025-07-11", "2025-07-11T10:00", "2025-07-11T10:00:30+02:00", "2025-07-11T11:00"]
    )
    alike = st.builds(Appearance, few, few, few, times, few, few)
    return alike | st.builds(Appearance, MAYBE, MAYBE, MAYBE, times, MAYBE, MAYBE)


def says(known: Appearance, place: Appearance) -> bool:
    for name in FIELDS:
        value, there = getattr(place, name), getattr(known, name)
        if name == "published":
            if not there.startswith(value):
                return False
        elif value is not None and there != value:
            return False
    return True


@pytest.fixture(scope="module")
def shared(make_place: MakePlace) -> Iterator[Archive]:
    with Archive(make_place()) as opened:
        yield opened


NUMBERS = iter(range(10**9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY_TEXT, arriving=st.lists(places(), min_size=1, max_size=8))
def test_places_come_back(shared: Archive, text: str, arriving: list[Appearance]) -> None:
    text = f"{text} {next(NUMBERS)}"
    kept: list[Appearance] = []
    for place in arriving:
        fields: dict[str, typing.Any] = {name: getattr(place, name) for name in FIELDS}
        report = Report(text=text, **fields)
        new = not any(says(known, place) for known in kept)
        assert shared.write(report, Reading(id=report.id, reader="r1")) is new
        if new:
            kept.append(place)
    (row,) = shared.reports(report=report.id)
    assert place_of(shared.report(report.id)) == kept[0]
    assert row.appearances == shared.appearances(report.id) == tuple(kept[1:])
    assert len({*row.appearances, kept[0]}) == len(kept)
    for place in kept:
        if place.source:
            assert row.id in {found.id for found in shared.reports(source=place.source)}
