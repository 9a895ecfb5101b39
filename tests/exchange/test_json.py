"""JSON: what is written comes back."""

import io
import json

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.samples import ANY_TEXT, meeting, pairs
from depesche.archive.store import Archive
from depesche.exchange import export
from depesche.exchange.json import to_json, write_json, write_lines
from depesche.reading import Reading, Report, reading_from_dict


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pair=pairs())
def test_a_reading_comes_back(pair: tuple[Report, Reading]) -> None:
    reading = pair[1]
    assert reading_from_dict(json.loads(to_json(reading))) == reading


@given(values=st.lists(ANY_TEXT, max_size=4))
def test_lists_and_lines_come_back(values: list[str]) -> None:
    whole, lines = io.StringIO(), io.StringIO()
    write_json(values, whole)
    write_lines(values, lines)
    assert json.loads(whole.getvalue().encode()) == values
    # Only LF ends a line: U+2028 and its like may stand inside a text.
    assert [json.loads(line) for line in lines.getvalue().split("\n")[:-1]] == values


def test_characters_stay_as_they_are() -> None:
    assert to_json({"name": "Österreich\ud800"}) == '{"name": "Österreich\\ud800"}'


def test_the_export_holds_reports_and_readings(filled: Archive) -> None:
    stream = io.StringIO()
    export(filled, "json", stream)
    items = json.loads(stream.getvalue())
    reports = [msgspec.convert(item["report"], Report) for item in items]
    readings = [reading_from_dict(item["reading"]) for item in items]
    kept = list(filled.readings())
    assert reports == [entry.report for entry in kept]
    assert readings == [entry.reading for entry in kept]
    assert readings[0] == meeting()
    assert "added" not in stream.getvalue()
    assert json.loads(_export(filled, "json", source="Alpenblatt"))[0]["report"]["title"] == "Gipfel in Wien"


def _export(archive: Archive, form: str, source: str) -> str:
    stream = io.StringIO()
    export(archive, form, stream, source=source)
    return stream.getvalue()
