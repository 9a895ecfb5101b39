"""Long stories in parts of few reports."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from depesche.link.across import EventLink, sure_links
from depesche.link.parts import Member, name_part, split_story
from depesche.link.records import EventKey

days = st.sampled_from(
    ["2025-03-01", "2025-03-02", "2025-03-31", "2025-12-24", "0001-01-01", "9999-12-31", None]
)
members = st.builds(
    lambda day, n: Member(day, hashlib.sha256(str(n).encode()).hexdigest()), days, st.integers()
)


@given(st.sets(members, max_size=30), st.integers(1, 6))
def test_each_report_is_in_one_part(told: set[Member], most: int) -> None:
    parts = list(split_story(told, most))
    assert sorted(m.id for part in parts for m in part) == sorted(m.id for m in told)
    assert all(0 < len(part) <= most for part in parts)
    known = [m.day or "~" for part in parts for m in part]
    assert known == sorted(known)


@given(st.sets(members, max_size=30), members, st.integers(1, 6))
def test_one_more_report_changes_one_part(told: set[Member], added: Member, most: int) -> None:
    before = {frozenset(part) for part in split_story(told - {added}, most)}
    after = {frozenset(part) for part in split_story(told | {added}, most)}
    gone = before - after
    assert len(gone) <= 1
    # What was together with the new one may be parted; nothing else moves.
    assert {m for part in after - before for m in part} == {added}.union(*gone)


def test_a_part_is_named_by_its_reports() -> None:
    one, other = Member("2025-03-01", "ab"), Member("2025-03-02", "cd")
    assert name_part([one, other]) == name_part([other, one])
    assert name_part([one]) != name_part([one, other])


def test_a_stretch_that_holds_two_events_is_left_open() -> None:
    stretch, first, second = (EventKey(report, "e1") for report in "abc")
    held = EventLink(first, EventKey("d", "e1"), 1.0, 9)
    links = [EventLink(stretch, first, 1.0, 9), EventLink(stretch, second, 1.0, 17), held]
    assert sure_links(links) == (held,)
    assert sure_links(links[:1]) == tuple(links[:1])
