"""What is written comes back exactly, once, whole or not at all."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from archive.conftest import MakePlace, Place
from archive.samples import MEETING, UNDATED, meeting, pairs, undated
from depesche.archive.store import Archive
from depesche.archive.tables import escape_text, unescape_text
from depesche.errors import ArchiveError, ReadingError
from depesche.reading import Event, Meaning, Mention, Reading, Report, Span


@pytest.fixture(scope="module")
def shared(make_place: MakePlace) -> Iterator[Archive]:
    with Archive(make_place()) as opened:
        yield opened


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(pair=pairs())
def test_what_is_written_comes_back(shared: Archive, pair: tuple[Report, Reading]) -> None:
    report, reading = pair
    known, same = shared.has(report.id), shared.has(report.id, reading.reader)
    assert shared.write(report, reading) or same
    assert not shared.write(report, reading)
    if known:
        return
    assert shared.reading(report.id) == reading
    kept = shared.report(report.id)
    assert (kept.text, kept.day) == (report.text, report.day)
    for rows in (shared.events, shared.quotations):
        for row in rows(report=report.id):
            passage = row.sentence
            assert report.text[passage.start : passage.end] == passage.text
    for word in report.text.split():
        shared.search(word)


@given(text=pairs().map(lambda pair: pair[0].text))
def test_every_text_can_be_stored(text: str) -> None:
    stored = escape_text(text)
    stored.encode()
    assert "\0" not in stored
    assert unescape_text(stored) == text


def test_a_mark_in_the_text_is_no_mark() -> None:
    text = "\U0010ffff0000 \0 \ud800 \U0010ffff"
    assert unescape_text(escape_text(text)) == text


def test_a_report_keeps_all_that_its_supplier_said(archive: Archive) -> None:
    assert archive.write(MEETING, meeting())
    assert archive.report(MEETING.id) == MEETING


def test_a_report_is_written_once(archive: Archive) -> None:
    assert archive.write(MEETING, meeting())
    assert not archive.write(MEETING, meeting())
    assert len(archive.reports()) == 1


def test_another_reader_replaces_the_findings(archive: Archive) -> None:
    archive.write(MEETING, meeting())
    better = msgspec.structs.replace(meeting(), events=meeting().events[:1], quotations=(), reader="r2")
    assert archive.write(MEETING, better)
    assert archive.reading(MEETING.id) == better
    assert len(archive.events()) == 1
    assert not archive.quotations()
    assert len(archive.search("Rubio")) == 1


def test_what_is_known(archive: Archive) -> None:
    archive.write(MEETING, meeting())
    archive.write(UNDATED, msgspec.structs.replace(undated(), reader="r2"))
    assert archive.known_ids() == {MEETING.id, UNDATED.id}
    assert archive.known_ids("r2") == {UNDATED.id}
    assert archive.has(MEETING.id) and archive.has(MEETING.id, "r1")
    assert not archive.has(MEETING.id, "r2")
    assert not archive.has("0" * 64)


def test_add_reads_only_what_is_new_to_this_reader(place: Place) -> None:
    read: list[str] = []

    def reader(report: Report) -> Reading:
        read.append(report.id)
        return Reading(id=report.id, reader="r1")

    with Archive(place, reader=lambda r: (reader(r), None), digest=lambda: "r1") as archive:
        assert archive.add(MEETING)
        assert not archive.add(MEETING)
    assert read == [MEETING.id]
    with Archive(place, reader=lambda r: (meeting(), None), digest=lambda: "r2") as archive:
        assert not archive.has(MEETING.id, "r2")
    with Archive(place) as archive, pytest.raises(ArchiveError, match="without a reader"):
        archive.add(UNDATED)


def test_findings_that_do_not_stand_where_they_say_are_refused(archive: Archive) -> None:
    right = meeting()
    moved = Event("e1", "CONSULT", 0, 9, "getroffen", rule="events/wrong")
    wrong = {
        "events/wrong": msgspec.structs.replace(right, events=(moved,)),
        "Marco": msgspec.structs.replace(
            right, actors=(msgspec.structs.replace(right.actors[0], mentions=(Mention(0, 5, "Marco"),)),)
        ),
        "quotation": msgspec.structs.replace(
            right, quotations=(msgspec.structs.replace(right.quotations[0], text="er sei froh"),)
        ),
        "is not of the report": undated(),
    }
    for said, reading in wrong.items():
        with pytest.raises(ReadingError, match=said):
            archive.write(MEETING, reading)
    assert not archive.reports()


def test_an_event_of_an_actor_that_is_not_there_is_refused_whole(archive: Archive) -> None:
    dangling = msgspec.structs.replace(meeting().events[0], actor=("a9",))
    with pytest.raises(ReadingError, match="contradicts itself"):
        archive.write(MEETING, msgspec.structs.replace(meeting(), events=(dangling,)))
    assert not archive.reports()
    assert not archive.search("Rubio")
    assert archive.write(MEETING, meeting())


def test_a_report_is_found_by_the_beginning_of_its_id(filled: Archive) -> None:
    assert filled.report(MEETING.id[:8]) == MEETING
    assert filled.reading(MEETING.id[:8].upper()) == meeting()
    for wrong, said in (("abc", "too short"), ("ffffffff", "no report"), ("%%%%", "no report")):
        with pytest.raises(ArchiveError, match=said):
            filled.report(wrong)


def test_an_id_with_two_meanings_is_refused(archive: Archive) -> None:
    first: dict[str, Report] = {}
    reports = (Report(text=f"Meldung {i}") for i in range(2000))
    one, other = next((first[r.id[:4]], r) for r in reports if first.setdefault(r.id[:4], r) is not r)
    for report in (one, other):
        archive.write(report, Reading(id=report.id))
    with pytest.raises(ArchiveError, match="More than one"):
        archive.report(one.id[:4])
    assert archive.report(one.id[:12]) == one


def test_what_sentences_mean_is_kept_with_the_reading(place: Place) -> None:
    meaning = Meaning("some model 1", (Span(0, 20), Span(21, 40)), 3, bytes([127, 0, 255, 1, 2, 3]))
    with Archive(place) as archive:
        archive.write(MEETING, meeting(), meaning)
        assert archive.meaning(MEETING.id) == meaning
        archive.write(MEETING, msgspec.structs.replace(meeting(), reader="another"))
        assert archive.meaning(MEETING.id) is None
