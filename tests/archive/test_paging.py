"""Pages of a list: nothing twice and nothing left out, whatever comes in between."""

from __future__ import annotations

import pathlib
import typing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.samples import MEETING, meeting, pairs
from depesche.archive.rows import KEYS, ReportRow, key_of
from depesche.archive.selection import Filters
from depesche.archive.store import Archive
from depesche.reading import Reading, Report

Rows = tuple[msgspec.Struct, ...]
List = typing.Callable[..., Rows]

LISTS = ("reports", "actors", "events", "quotations", "relations")


def walk(list_: List, size: int, between: typing.Iterator[object] | None = None) -> list[msgspec.Struct]:
    """Return the rows of all pages; after each page something ``between`` happens."""
    rows: list[msgspec.Struct] = []
    filters: Filters = {"limit": size}
    while page := list_(**filters):
        rows += page
        filters["after"] = key_of(page[-1])
        next(between or iter(()), None)
    return rows


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_are_the_list(filled: Archive, name: str, size: int) -> None:
    assert walk(getattr(filled, name), size) == list(getattr(filled, name)())


@pytest.mark.parametrize("size", [1, 2])
def test_pages_of_a_search(filled: Archive, size: int) -> None:
    everything = filled.search("Rubio Lawrow") + filled.search("Verhandlungen")
    assert len(everything) == 2
    for words in ("Rubio", "in", "nirgends"):
        assert walk(lambda **f: filled.search(words, **f), size) == list(filled.search(words))  # noqa: B023


def test_a_search_goes_on_behind_a_report_although_all_weights_have_changed(archive: Archive) -> None:
    texts = ["Rubio " * k + "kommt an. " * 9 for k in range(1, 7)]
    for text in texts[:5]:
        report = Report(text=text, published="2025-07-11")
        archive.write(report, Reading(id=report.id, reader="r1"))
    first = archive.search("Rubio", limit=2)
    late = Report(text="Niemand. " * 50, published="2025-07-11")
    archive.write(late, Reading(id=late.id, reader="r1"))
    rest = archive.search("Rubio", limit=10, after=key_of(first[-1]))
    assert [hit.report for hit in (*first, *rest)] == [hit.report for hit in archive.search("Rubio")]


def test_a_search_behind_what_is_not_found_is_empty(filled: Archive) -> None:
    assert filled.search("Rubio", after=("0" * 64,)) == ()


def test_of_a_finding_that_is_gone_those_of_its_report_come_again(filled: Archive) -> None:
    last = key_of(filled.events(report=MEETING.id)[0])
    gone = (*last[:-1], "e99")
    assert [row.event for row in filled.events(report=MEETING.id, after=last)] == ["e2"]
    assert [row.event for row in filled.events(report=MEETING.id, after=gone)] == ["e1", "e2"]


def test_keys_are_of_the_types_that_cursors_are_read_as(filled: Archive) -> None:
    for rows in (*(getattr(filled, name)() for name in LISTS), filled.search("Rubio")):
        for row in rows:
            key = key_of(row)
            assert msgspec.convert(msgspec.to_builtins(key), KEYS[type(row)]) == key
    with pytest.raises(TypeError):
        key_of(MEETING)


@settings(max_examples=25, deadline=None)
@given(
    first=st.lists(pairs(), min_size=1, max_size=4, unique_by=lambda pair: pair[0].id),
    later=st.lists(pairs(), max_size=4, unique_by=lambda pair: pair[0].id),
    size=st.integers(1, 3),
)
def test_what_was_there_comes_once_and_in_order_whatever_is_added(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[Report, Reading]],
    later: list[tuple[Report, Reading]],
    size: int,
) -> None:
    # A report that is there would be read anew, and its findings replaced.
    there_already = {report.id for report, _ in first}
    later = [pair for pair in later if pair[0].id not in there_already]
    for name in ("reports", "events", "quotations", "relations"):
        with Archive(tmp_path_factory.mktemp("paging") / "a.sqlite") as archive:
            for pair in first:
                archive.write(*pair)
            there = [key_of(row) for row in getattr(archive, name)()]
            seen = [
                key_of(row)
                for row in walk(getattr(archive, name), size, (archive.write(*pair) for pair in later))
            ]
        assert len(set(seen)) == len(seen)
        assert [key for key in seen if key in set(there)] == there


def test_an_actor_whose_counts_stay_comes_once(archive: Archive, tmp_path: pathlib.Path) -> None:
    archive.write(MEETING, meeting())
    page = archive.actors(limit=1)
    other = Report(text=MEETING.text + " Neu.", published="2025-07-12")
    archive.write(other, Reading(id=other.id, actors=meeting().actors[:1], reader="r1"))
    rest = archive.actors(limit=10, after=key_of(page[-1]))
    assert {row.name for row in rest} == {"Sergej Lawrow", "USA"}
    assert [type(row) for row in archive.reports()] == [ReportRow, ReportRow]
