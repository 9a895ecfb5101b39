"""Questions in the archive: written in place of others, listed by rank, gone with the reading."""

from __future__ import annotations

from archive.samples import MEETING, SUMMIT
from depesche.archive.links import Links
from depesche.archive.store import Archive
from depesche.judgement import Anchor, Doubt

M, S = MEETING.id, SUMMIT.id
READING = Doubt("reading", Anchor(M, 3, 9), None, True, 0.5, 1)
EVENT = Doubt("event", Anchor(M, 3, 9), Anchor(S, 1, 4), False, 0.9, 3)
STRANGERS = Doubt("story", Anchor(M), Anchor(S), False, 0.7, 1)


def listed(archive: Archive, kind: str | None = None) -> list[Doubt]:
    with archive.linked() as links:
        return list(links.list_doubts(kind))  # type: ignore[arg-type]


def number_of(links: Links, report: str) -> int:
    return links.find_numbers([report])[report]


def test_listed_by_rank_and_replaced(filled: Archive) -> None:
    with filled.linking() as links:
        one, other = number_of(links, M), number_of(links, S)
        links.write_stories({one: one, other: other})
        links.replace_doubts([one], [READING, EVENT])
        links.replace_strangers(one, [STRANGERS])
    assert listed(filled) == [EVENT, STRANGERS, READING]
    assert listed(filled, "reading") == [READING]
    with filled.linked() as links:
        assert links.count_doubts() == {"event": 1, "reading": 1, "story": 1}
    with filled.linking() as links:
        links.replace_doubts([one], [READING, READING])
    # What may link it to other stories is written apart.
    assert listed(filled) == [STRANGERS, READING]
    with filled.linking() as links:
        links.replace_strangers(one, [])
    assert listed(filled) == [READING]


def test_strangers_that_came_into_one_story_are_not_asked(filled: Archive) -> None:
    with filled.linking() as links:
        one, other = number_of(links, M), number_of(links, S)
        links.write_stories({one: one, other: other})
        links.replace_strangers(one, [STRANGERS])
        links.replace_strangers(other, [Doubt("story", Anchor(S), Anchor(M), False, 0.6, 1)])
    # Of two stories it is asked once.
    assert listed(filled) == [STRANGERS]
    with filled.linking() as links:
        links.rename_stories([other], one)
    assert listed(filled) == []


def test_strangers_join_and_part_again(filled: Archive) -> None:
    """A report that is read anew may be linked to one that it was a stranger to, and the other way round."""
    joined = Doubt("story", Anchor(M), Anchor(S), True, 0.4, 1)
    with filled.linking() as links:
        one, other = number_of(links, M), number_of(links, S)
        links.write_stories({one: one, other: other})
        links.replace_strangers(one, [STRANGERS])
        links.rename_stories([other], one)
        links.replace_doubts([one, other], [joined])
    assert listed(filled) == [joined]
    with filled.linking() as links:
        links.write_stories({other: other})
        links.replace_strangers(one, [STRANGERS])
    assert listed(filled) == [STRANGERS]
