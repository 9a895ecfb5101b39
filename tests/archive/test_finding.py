"""Searching by words and by meaning: one list of both, and the quotations and events in what is found."""

from __future__ import annotations

import numpy as np
import pytest

from archive.samples import MEETING, SUMMIT, UNDATED, meeting
from depesche.archive.nearness import Sense
from depesche.archive.store import Archive
from depesche.reading import Meaning, Reading, Report, Span

EAST, NORTH = (127, 0), (0, 127)
TALKS = Report(text="Die Delegationen redeten in Genf miteinander. Es regnete.", published="2025-07-12")
RAIN = Report(text="Verhandlungen gab es keine. Es regnete.", published="2025-07-13")


def mean(report: Report, *vectors: tuple[int, int]) -> Meaning:
    ends = [i + 1 for i, c in enumerate(report.text) if c == "." and report.text[i + 1 : i + 2] in {" ", ""}]
    spans = tuple(Span(first, last) for first, last in zip([0, *ends], ends, strict=False))[: len(vectors)]
    return Meaning("m", spans, 2, np.array(vectors, np.int8).tobytes())


@pytest.fixture
def told(archive: Archive) -> Archive:
    archive.write(MEETING, meeting(), mean(MEETING, EAST, NORTH))
    archive.write(TALKS, Reading(id=TALKS.id, published=TALKS.day), mean(TALKS, EAST, NORTH))
    archive.write(RAIN, Reading(id=RAIN.id, published=RAIN.day), mean(RAIN, NORTH, NORTH))
    return archive


EASTWARD = Sense("m", (1.0, 0.0))


def test_words_and_meaning_are_one_list(told: Archive) -> None:
    hits = told.search("getroffen", sense=EASTWARD)
    assert [hit.report for hit in hits] == [MEETING.id, TALKS.id]
    assert hits[0].marks and hits[0].likeness == pytest.approx(1.0)
    assert not hits[1].marks and hits[1].snippet.text == "Die Delegationen redeten in Genf miteinander."
    assert {hit.report for hit in told.search("Verhandlung", sense=EASTWARD)} == {
        RAIN.id,
        MEETING.id,
        TALKS.id,
    }


def test_without_a_sense_words_alone_count(told: Archive) -> None:
    (hit,) = told.search("getroffen")
    assert hit.likeness is None


def test_filters_and_unwanted_words_hold_for_meaning_too(told: Archive) -> None:
    assert [h.report for h in told.search("x", sense=EASTWARD, start="2025-07-12")] == [TALKS.id]
    assert [h.report for h in told.search("x -Genf", sense=EASTWARD)] == [MEETING.id]
    assert told.search("x", sense=EASTWARD, actor="FRA") == ()


def test_pages_follow_one_another(told: Archive) -> None:
    every = told.search("Verhandlung", sense=EASTWARD)
    assert told.search("Verhandlung", sense=EASTWARD, limit=1, offset=1) == every[1:2]
    assert told.search("Verhandlung", sense=EASTWARD, limit=1, after=[every[0].report]) == every[1:2]
    assert told.search("Verhandlung", sense=EASTWARD, after=["gone"]) == ()


def test_the_latest_first(told: Archive) -> None:
    assert [h.report for h in told.search("getroffen", sense=EASTWARD, latest=True)] == [TALKS.id, MEETING.id]
    assert [h.report for h in told.search("", latest=True)] == [RAIN.id, TALKS.id, MEETING.id]
    told.write(UNDATED, Reading(id=UNDATED.id))
    words = told.search("Verhandlung*", latest=True)
    assert [h.report for h in words] == [RAIN.id, UNDATED.id]
    assert told.search("Verhandlung*", latest=True, after=[RAIN.id]) == words[1:]


def test_nothing_said_is_all_that_the_filters_select(told: Archive) -> None:
    assert [h.report for h in told.search("", actor="RUS")] == [MEETING.id]
    assert told.search("...") == ()


def test_quotations_and_events_in_what_is_found(told: Archive) -> None:
    (said,) = told.search_quotations("enttäuscht")
    assert said.text == "er sei enttäuscht"
    assert told.search_quotations("enttäuscht Lawrow") == ()
    assert told.search_quotations("enttäuscht", speaker="Lawrow") == ()
    assert [e.event for e in told.search_events("Lawrow getroffen")] == ["e1"]
    assert [e.event for e in told.search_events("Sanktionen")] == ["e2"]
    assert [e.event for e in told.search_events("Sanktionen", sense=EASTWARD)] == ["e1", "e2"]
    assert told.search_events("Sanktionen", type="CONSULT") == ()
    assert [e.event for e in told.search_events("", limit=1, offset=1)] == ["e2"]
    assert SUMMIT.id not in {e.report for e in told.search_events("")}
