"""What the archive keeps of how reports hang together."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from archive.conftest import Place
from depesche.archive.links import Links, StoryLink, WorldEvent
from depesche.archive.store import Archive
from depesche.reading import Event, Reading, Report


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    with Archive(place) as opened:
        for number in range(1, 6):
            opened.write(*numbered(number))
        yield opened


def numbered(number: int, reader: str = "r1") -> tuple[Report, Reading]:
    report = Report(text=f"Text {number}", published="2025-07-11")
    events = tuple(
        Event(id=f"e{n}", type="CONSULT", start=0, end=4, text="Text", rule="r") for n in range(1, 3)
    )
    return report, Reading(id=report.id, published="2025-07-11", events=events, reader=reader)


@pytest.fixture
def links(archive: Archive) -> Iterator[Links]:
    with archive.linking() as opened:
        yield opened


def test_what_is_not_linked_comes_in_its_order(links: Links) -> None:
    assert links.find_unlinked("l1", 3) == [1, 2, 3]
    assert links.count_unlinked("l1") == 5
    for number in (2, 3, 2):
        links.mark_linked([number], "l1")
    assert links.find_unlinked("l1", 9) == [1, 4, 5]
    links.mark_linked([3], "l2")
    assert links.find_unlinked("l1", 9) == [1, 3, 4, 5]
    links.mark_unlinked([2, 4])
    assert links.count_unlinked("l1") == 5


def test_candidates_share_a_key(links: Links) -> None:
    for number, keys in {1: "ab", 2: "bc", 3: "cd", 4: "a", 5: ""}.items():
        links.replace_keys(number, keys)
    assert links.find_under(["c", "d", "x"]) == [2, 3]
    links.replace_keys(1, ["d", "d"])
    assert links.find_under("ab") == [2, 4]


def test_links_are_the_same_from_either_side(links: Links) -> None:
    links.write_links([StoryLink(2, 1, 0.5), StoryLink(2, 3, 0.7, '["x"]'), StoryLink(4, 3, 0.9)])
    assert links.list_story_links([1, 2, 3]) == [StoryLink(1, 2, 0.5), StoryLink(2, 3, 0.7, '["x"]')]
    assert links.find_links([(1, 2), (1, 3)]) == {(1, 2): StoryLink(1, 2, 0.5)}
    links.write_links([StoryLink(1, 2, 0.6, support=2), StoryLink(5, 3, 1.0)])
    assert links.list_story_links(range(3)) == [StoryLink(1, 2, 0.6, support=2)]
    assert links.have_common_link(1, 3)
    assert not links.have_common_link(1, 5)
    links.delete_links_of(3)
    assert links.list_story_links(range(9)) == [StoryLink(1, 2, 0.6, support=2)]
    links.delete_links([(1, 2)])
    assert links.list_story_links(range(9)) == []


def test_links_of_events_join_no_stories(links: Links) -> None:
    told = StoryLink(1, 3, 0.0, events='[["e1","e2",1.0,7]]')
    links.write_links([told, StoryLink(1, 2, 0.5)])
    assert links.list_event_links([3]) == [told]
    assert links.list_story_links([1, 2, 3]) == [StoryLink(1, 2, 0.5)]
    assert not links.have_common_link(2, 3)


def test_stories_have_members(links: Links) -> None:
    links.write_stories({1: 1, 2: 1, 3: 3})
    links.write_stories({3: 1, 4: 4})
    assert links.find_stories([1, 3, 5]) == {1: 1, 3: 1}
    assert links.list_members([1]) == [1, 2, 3]
    assert links.list_members([]) == []
    links.rename_stories([1, 4], 3)
    assert links.list_members([3]) == [1, 2, 3, 4]


def test_parts_of_stories(links: Links) -> None:
    links.write_stories({1: 1, 2: 1, 3: 3})
    assert links.find_unsettled(9) == [1, 3]
    assert links.find_unsettled(1) == [1]
    links.write_parts({1: "p", 2: "p"})
    assert links.find_unsettled(9) == [3]
    assert links.find_parts([1, 2, 3]) == {1: "p", 2: "p"}
    links.write_stories({2: 1})
    assert {member.report: member.part for member in links.describe_members([1])[1]} == {1: "p", 2: None}


def test_events_in_the_world(links: Links) -> None:
    same = [
        WorldEvent(1, "e1", 1, "e1", 1, "e1"),
        WorldEvent(2, "e2", 1, "e1", 2, "e2"),
        WorldEvent(2, "e1", 2, "e1", 2, "e1"),
    ]
    links.replace_world_events([1, 2], same)
    assert links.list_world_events([2, 1]) == sorted(same)
    assert links.list_mentions(2, "e2") == [same[0], same[1]]
    assert links.list_mentions(5, "e1") == []
    assert links.list_named([(1, "e1")], "world") == [same[0], same[1]]
    assert links.list_named([(2, "e2"), (5, "e1")], "part") == [same[1]]
    assert links.list_named_by([1]) == [same[0], same[1]]
    links.name_worlds({(2, "e2"): (2, "e1")})
    assert links.list_mentions(2, "e1") == [same[2], same[1]._replace(world_report=2, world_event="e1")]
    links.name_worlds({(2, "e2"): (1, "e1")})
    links.replace_world_events([2], [])
    assert links.list_mentions(1, "e1") == [same[0]]


def test_a_report_read_anew_is_linked_anew(archive: Archive) -> None:
    with archive.linking() as links:
        for number in (1, 2):
            links.mark_linked([number], "l1")
            links.replace_keys(number, ["k"])
        links.write_links([StoryLink(1, 2, 0.5)])
        links.write_stories({1: 1, 2: 1})
        links.replace_world_events([1], [WorldEvent(1, "e1", 1, "e1")])
    report, reading = numbered(1)
    assert archive.write(report, msgspec.structs.replace(reading, reader="r2"))
    with archive.linking() as links:
        assert links.find_unlinked("l1", 1) == [1]
        assert links.find_under("k") == [2]
        assert links.list_story_links([1, 2]) == []
        assert links.list_world_events([1]) == []
        # The story is still known, so that those it was with can be grouped anew.
        assert links.find_stories([1, 2]) == {1: 1, 2: 1}


def test_many_reports_at_once(links: Links) -> None:
    assert links.find_stories(range(5_000)) == {}
    assert links.find_under(map(str, range(5_000))) == []
    links.mark_unlinked(range(5_000))
    assert links.count_unlinked("l1") == 5
