"""Saved searches: kept under a name, listed, removed, whatever the name is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.samples import ANY_TEXT
from depesche.archive.store import Archive
from depesche.errors import MissingError


def test_a_search_is_kept_and_listed_by_name(archive: Archive) -> None:
    later = archive.save_search("Waffenruhe", {"q": "Waffenruhe", "actor": "RUS"})
    first = archive.save_search("Ausweisungen", {"q": "Diplomaten ausgewiesen"})
    assert archive.searches() == (first, later)
    assert later.query == {"actor": "RUS", "q": "Waffenruhe"}
    assert later.made.endswith("Z")


def test_the_same_search_is_kept_once(archive: Archive) -> None:
    one = archive.save_search("Genf", {"q": "Genf", "actor": "USA"})
    assert archive.save_search("Genf", {"actor": "USA", "q": "Genf"}) == one
    assert archive.save_search("Genf", {"q": "Genf"}) != one
    assert len(archive.searches()) == 2


def test_a_removed_search_leaves_its_number_free_for_none(archive: Archive) -> None:
    one = archive.save_search("Genf", {"q": "Genf"})
    archive.forget_search(one.number)
    assert archive.searches() == ()
    with pytest.raises(MissingError):
        archive.forget_search(one.number)
    assert archive.save_search("Genf", {"q": "Genf"}).number != one.number


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=ANY_TEXT, query=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
def test_any_name_and_words_come_back(archive: Archive, name: str, query: dict[str, str]) -> None:
    # Half a character is no Unicode and cannot stand in an address.
    plain = {
        k.encode("utf-8", "replace").decode(): v.encode("utf-8", "replace").decode() for k, v in query.items()
    }
    kept = archive.save_search(name, plain)
    assert (kept.name, kept.query) == (name, plain)
    assert kept in archive.searches()
