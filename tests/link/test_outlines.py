"""A story as one object."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.link.outlines import outline_story, story_id
from link.reports import make_record

FIRST = make_record(
    "Der lettische Premier Uldis Jansons hat am Dienstag in Accra die ghanaische Ministerin Ama Okonjo "
    "getroffen. Sie sprachen über Fangquoten für lettische Trawler.",
    "2025-03-04",
    "afp",
    "Jansons und Okonjo reden in Accra über Fischerei",
)
SECOND = make_record(
    "Uldis Jansons und Ama Okonjo haben in Accra über Fischerei beraten. Lettland will größere Fangquoten.",
    "2025-03-05",
    "Blatt",
    "Hintergrund: Worum geht es bei den Trawlern?",
)
UNDATED = make_record(
    "Lettische Trawler vor Ghana: Ama Okonjo traf Jansons in Accra.", None, "Funk", "Fische"
)
STORY = (FIRST, SECOND, UNDATED)


def test_the_outline_of_a_story() -> None:
    story = outline_story(STORY)
    assert story.id == story_id(FIRST.id) == f"s{FIRST.id[:12]}"
    assert story.title == "Jansons und Okonjo reden in Accra über Fischerei"
    assert (story.first, story.last) == ("2025-03-04", "2025-03-05")
    assert story.reports == (FIRST.id, SECOND.id, UNDATED.id)
    assert [thread.day for thread in story.threads] == ["2025-03-04", "2025-03-05", None]
    assert "Accra" in story.places
    assert story.sources.reports == 3


def test_the_order_of_arrival_does_not_matter() -> None:
    wanted = outline_story(STORY)
    assert all(outline_story(order) == wanted for order in itertools.permutations(STORY))


def test_a_story_is_json() -> None:
    plain = json.loads(json.dumps(outline_story(STORY).to_dict()))
    assert {"id", "title", "first", "last", "reports", "events", "actors", "sources"} <= plain.keys()
    assert plain["sources"].keys() == {"reports", "independent", "origins"}


def test_a_story_of_reports_without_headlines_has_one() -> None:
    assert outline_story([make_record("Der Minister traf am Freitag in Oslo ein.", "2025-07-11")]).title


def test_no_story_without_reports() -> None:
    with pytest.raises(ValueError, match="at least one"):
        outline_story([])


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(max_size=80), st.text(max_size=40) | st.none(), min_size=1, max_size=3))
def test_no_text_makes_it_raise(reports: dict[str, str | None]) -> None:
    records = [make_record(text, "2025-07-11", None, title) for text, title in reports.items()]
    assert outline_story(records) == outline_story(reversed(records))
