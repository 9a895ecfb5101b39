"""The order of publication."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.link.order import days_apart, moment, precedes, publication_key
from depesche.link.records import Record
from link.reports import make_record


def at(published: str | None, outlet: str | None = None) -> Record:
    return make_record("Der Hafen bleibt geschlossen.", published, outlet)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (at("2026-02-03"), at("2026-02-04")),
        (at("2026-02-03T08:00:00+02:00"), at("2026-02-03T07:00:00+00:00")),
        (at("2026-02-03"), at("2026-02-03T06:00:00+01:00")),
        (at("2026-02-03T10:00:00+01:00", "dpa"), at("2026-02-03", "Elbtagblatt")),
        (at("2026-02-03T06:00:00+01:00", "Elbtagblatt"), at("2026-02-03T10:00:00+01:00", "dpa")),
        (at("2026-02-03"), at(None)),
        (at("2026-02-04", "Elbtagblatt"), at(None, "dpa")),
    ],
)
def test_which_goes_first(first: Record, second: Record) -> None:
    assert precedes(first, second) and not precedes(second, first)


def test_days_apart() -> None:
    assert days_apart(at("2026-02-03"), at("2026-03-01T00:10:00+01:00")) == 26
    assert days_apart(at("2026-02-03"), at(None)) is None


def test_an_agency_among_the_outlets_of_a_text_counts() -> None:
    record = at("2026-02-03", "Elbtagblatt")
    assert precedes(
        Record(record.report, record.reading, ("Elbtagblatt", "dpa")), at("2026-02-03T00:00:00+00:00")
    )


@given(st.text(max_size=30))
def test_no_date_makes_it_raise(text: str) -> None:
    assert isinstance(moment(text), str)


def test_undated_reports_come_last() -> None:
    assert publication_key(at("9998-12-31")) < publication_key(at(None))
