"""What lists have in common: pages, filters, files; and that what was made is kept as long as it is true."""

from __future__ import annotations

import contextlib
import pathlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.archive.selection import select_rows
from depesche.desk.addresses import address
from depesche.desk.filters import FilterValues, read_filters
from depesche.desk.keeping import Keeper
from depesche.desk.lines import mark_words
from depesche.desk.paging import make_cursor, parse_cursor, take_page
from depesche.desk.preferences import accepted_language
from depesche.desk.security import HEADERS
from depesche.desk.settings import Settings
from depesche.errors import CursorError, DateError


def rows(limit: int, offset: int) -> list[int]:
    return list(range(95))[offset : offset + limit]


def test_pages_follow_one_another_until_the_end() -> None:
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = take_page(rows, 20, cursor)
        assert page.first == len(seen) + 1
        seen += page.items
        if page.after is None:
            break
        cursor = page.after
    assert seen == list(range(95))
    assert page.before is not None
    assert take_page(rows, 20, page.before).items == tuple(range(60, 80))


@pytest.mark.parametrize(
    "cursor", ["x", "bzo", "äöü", "....", "bzotNQ", make_cursor(1)[:-2], "bzo" + "5" * 60]
)
def test_what_is_no_cursor_is_said(cursor: str) -> None:
    with pytest.raises(CursorError):
        parse_cursor(cursor)


@given(st.text(max_size=40))
def test_no_cursor_makes_it_raise_anything_else(cursor: str) -> None:
    with contextlib.suppress(CursorError):
        assert parse_cursor(cursor) >= 0


@given(
    st.dictionaries(st.sampled_from(["actor", "other", "type", "from", "to", "text", "outlet"]), st.text())
)
def test_any_address_is_filters_or_no_date(query: dict[str, str]) -> None:
    values = read_filters(query)
    assert read_filters(values.to_query()) == values
    with contextlib.suppress(DateError):
        select_rows(values.to_filters())


@pytest.mark.parametrize(
    ("values", "filters"),
    [
        ({"actor": "USA", "other": "RUS"}, {"between": ("USA", "RUS")}),
        ({"other": "RUS"}, {"actor": "RUS"}),
        ({"from": "2025-07", "outlet": "Nordpost"}, {"start": "2025-07", "source": "Nordpost"}),
        ({"type": "consult"}, {"type": "CONSULT"}),
        ({"actor": " \n\t"}, {}),
    ],
)
def test_filters(values: dict[str, str], filters: dict[str, object]) -> None:
    assert read_filters(values).to_filters() == filters


def test_an_address_says_its_filters_again() -> None:
    values = FilterValues(actor="Müller & Söhne", start="2025-07")
    assert address("/", values.to_query()) == "/?actor=M%C3%BCller+%26+S%C3%B6hne&from=2025-07"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.just("event"))))
def test_marking_leaves_the_text_as_it_is(text: str, marks: list[tuple[int, int, str]]) -> None:
    assert "".join(stretch.text for stretch in mark_words(text, marks)) == text


@given(st.text(max_size=80))
def test_any_header_is_a_language(header: str) -> None:
    assert accepted_language(header) in {"de", "en"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-CH, fr;q=0.9, en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5", "de"),
        ("de;q=0, en;q=0.1", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_accepted_language(header: str, language: str) -> None:
    assert accepted_language(header) == language


class Counted(msgspec.Struct, frozen=True):
    number: int


def test_what_was_made_is_kept_until_it_changes() -> None:
    keeper, made = Keeper(), []

    def make() -> Counted:
        made.append(1)
        return Counted(len(made))

    assert keeper.get("a", "1", Counted, make) == Counted(1)
    assert keeper.get("a", "1", Counted, make) == Counted(1)
    assert keeper.get("a", "2", Counted, make) == Counted(2)
    assert keeper.get("b", "1", Counted, make) == Counted(3)


def test_what_was_asked_for_last_stays_longest() -> None:
    keeper = Keeper(room=3 * len(msgspec.msgpack.encode(Counted(1))))
    for name in ("a", "b", "c", "a", "d"):
        keeper.get(name, "", Counted, lambda: Counted(1))
    assert keeper.get("a", "", Counted, lambda: Counted(2)) == Counted(1)
    assert keeper.get("b", "", Counted, lambda: Counted(2)) == Counted(2)


def test_a_desk_that_others_can_reach_is_no_local_one() -> None:
    settings = Settings(archive=pathlib.Path("a"), host="0.0.0.0", hosts=("desk.example.org",))
    assert not settings.is_local
    assert "desk.example.org" in settings.trusted_hosts
    assert "0.0.0.0" not in settings.trusted_hosts
    assert Settings(archive=pathlib.Path("a"), host="::1").is_local


def test_headers_allow_nothing_from_elsewhere() -> None:
    assert "unsafe" not in HEADERS["content-security-policy"]
