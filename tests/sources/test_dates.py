"""Every form in which a date of publication is stated gives one ISO date, or DateError."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.errors import DateError
from depesche.sources.dates import parse_published

CASES: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parents[1] / "cases" / "published.yaml").read_text("utf-8"), yaml.BaseLoader
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["given"])
def test_stated_dates(case: dict[str, str]) -> None:
    if case["date"] == "null":
        with pytest.raises(DateError, match="is no date"):
            parse_published(case["given"])
    else:
        assert parse_published(case["given"]) == case["date"]


@given(st.datetimes(timezones=st.sampled_from([None, datetime.UTC])))
def test_iso_dates_come_back_as_they_are(moment: datetime.datetime) -> None:
    assert parse_published(moment.isoformat()) == moment.isoformat()
    assert parse_published(moment.date().isoformat()) == moment.date().isoformat()


@given(st.text(alphabet=st.sampled_from("0123456789.-:/ T+ZJulai,ä\u0661"), max_size=100))
def test_result_begins_with_a_day(value: str) -> None:
    try:
        published = parse_published(value)
    except DateError:
        return
    datetime.date.fromisoformat(published[:10])
    datetime.datetime.fromisoformat(published)
