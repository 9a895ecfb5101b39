"""CSV and Parquet: a report for each row, a fault for each that is none."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.sources import tables
from depesche.sources.records import Defaults, Fault
from depesche.sources.tables import read_csv, read_parquet

CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n",;\t'), max_size=20
)


def read_table(raw: bytes | str) -> list[Report | Fault]:
    raw = raw.encode() if isinstance(raw, str) else raw
    return list(read_csv(io.BytesIO(raw), "a.csv", Defaults()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings(delimiter: str, encoding: str) -> None:
    buffer = io.StringIO(newline="")
    row = ["1", 'Ein "Satz",\r\nund; größer', "2025-07-11", "Nordblick"]
    csv.writer(buffer, delimiter=delimiter).writerows([["id", "Text", " published", "source"], row])
    (item,) = read_table(buffer.getvalue().encode(encoding))
    assert isinstance(item, Report)
    assert item.text == 'Ein "Satz",\r\nund; größer'
    assert (item.key, item.published, item.source) == ("1", "2025-07-11", "Nordblick")


def test_rows_that_are_none() -> None:
    items = read_table('text,id\na,1\nb\n\nc,3,x\n,4\n"d"e,5\nf,6\n')
    assert items == [
        Report(text="a", key="1"),
        Fault("a.csv, line 3", "has 1 fields where the header has 2"),
        Fault("a.csv, line 5", "has 3 fields where the header has 2"),
        Fault("a.csv, line 6", "its text is empty"),
        Fault("a.csv, line 7", "is not a valid row (',' expected after '\"')"),
        Report(text="f", key="6"),
    ]


def test_quotation_mark_that_is_never_closed() -> None:
    items = read_table('text,id\na,1\n"b,2\nc,3\nd,4\n')
    assert items[0] == Report(text="a", key="1")
    assert items[1:] == [Fault("a.csv, lines 3 to 5", "is not a valid row (unexpected end of data)")]


def test_field_longer_than_allowed_costs_its_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_TEXT", 1000)
    before = csv.field_size_limit()
    items = read_table('text,id\n"' + "lang\n" * 1000 + '",1\nb,2\n' + "c" * 200_000 + ",3\nd,4\n")
    assert [item.text for item in items if isinstance(item, Report)][-1] == "d"
    first = items[0]
    assert isinstance(first, Fault)
    assert first.where.startswith("a.csv, lines 2 to 100")
    assert csv.field_size_limit() == before


def test_line_longer_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_RECORD", 1000)
    items = read_table("text,id\na,1\n" + "b" * 200_000 + ",2\nc,3\n")
    assert items == [
        Report(text="a", key="1"),
        Fault("a.csv, line 3", "is not a valid row (longer than 1,000 characters)"),
        Report(text="c", key="3"),
    ]


@pytest.mark.parametrize("raw", ["title,id\na,1\n", "just a sentence", "\n\n", '"'])
def test_no_column_text(raw: str) -> None:
    with pytest.raises(ReportError, match="header"):
        read_table(raw)


@settings(max_examples=60)
@given(st.lists(st.tuples(CELLS.filter(str.strip), CELLS), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_cells_come_back_as_written(rows: list[tuple[str, str]], delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerows([("text", "title"), *rows])
    items = read_table(buffer.getvalue())
    assert items == [Report(text=text, title=title.strip() or None) for text, title in rows]


@given(st.text(alphabet='text,;"\n ä', max_size=60))
def test_no_table_makes_it_raise(rest: str) -> None:
    for item in read_table("text,id\n" + rest):
        assert isinstance(item, Report | Fault)


def parquet(**columns: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.table(columns), buffer, row_group_size=7)
    return buffer


def test_parquet() -> None:
    moment = datetime.datetime(2025, 7, 11, 14, 30, tzinfo=datetime.UTC)
    buffer = parquet(
        text=["a", None, "", "d\0"],
        published=pa.array([moment, None, None, None], pa.timestamp("us", tz="UTC")),
        id=[1, 2, 3, 4],
        other=[1.5, 2.5, 3.5, 4.5],
    )
    assert list(read_parquet(buffer, "a.parquet", Defaults(source="Nordblick"))) == [
        Report(text="a", key="1", published="2025-07-11T14:30:00+00:00", source="Nordblick"),
        Fault("a.parquet, row 2", "has no field text"),
        Fault("a.parquet, row 3", "its text is empty"),
        Fault("a.parquet, row 4", "its field text holds a NUL character at character 2"),
    ]


@pytest.mark.parametrize(
    "kind", [pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("ns"), pa.string()]
)
def test_parquet_dates_of_every_kind(kind: Any) -> None:
    day = "2025-07-11" if kind == pa.string() else datetime.date(2025, 7, 11)
    buffer = parquet(text=["a"], published=pa.array([day]).cast(kind))
    (item,) = read_parquet(buffer, "a.parquet", Defaults())
    assert isinstance(item, Report)
    assert item.day == "2025-07-11"


def test_parquet_over_many_batches() -> None:
    buffer = parquet(text=pa.array([f"Meldung {number}" for number in range(100)]).dictionary_encode())
    items = list(read_parquet(buffer, "a.parquet", Defaults()))
    assert [item.text for item in items if isinstance(item, Report)] == [f"Meldung {n}" for n in range(100)]


def test_parquet_without_column_text() -> None:
    with pytest.raises(ReportError, match=r"has no column text \(it has body, id\)"):
        list(read_parquet(parquet(body=["a"], id=[1]), "a.parquet", Defaults()))


@pytest.mark.parametrize("cut", [0, 4, 60, -1])
def test_broken_parquet(cut: int) -> None:
    raw = parquet(text=["a"] * 50).getvalue()[:cut]
    with pytest.raises(ReportError, match="broken Parquet"):
        list(read_parquet(io.BytesIO(raw), "a.parquet", Defaults()))


# ---- Fields that have other names

NAMED = Defaults(columns=(("text", "artikel.absätze"), ("published", "Meta.tag"), ("author", "von")))


def test_columns_in_columns_of_a_parquet_file() -> None:
    rows = [
        {
            "artikel": {"absätze": ["Eins.", "Zwei."], "bild": b"x"},
            "Meta": {"tag": "2025-07-11"},
            "von": ["A", "B"],
        },
        {"artikel": {"absätze": None, "bild": None}, "Meta": None, "von": None},
        {"artikel": None, "Meta": {"tag": None}, "von": []},
        {"artikel": {"absätze": ["Drei."], "bild": None}, "Meta": {"tag": None}, "von": None},
    ]
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.Table.from_pylist(rows), buffer)
    items = list(read_parquet(buffer, "a.parquet", NAMED))
    assert items == [
        Report(text="Eins.\n\nZwei.", published="2025-07-11", author="A, B"),
        Fault("a.parquet, row 2", "has no field artikel.absätze"),
        Fault("a.parquet, row 3", "has no field artikel.absätze"),
        Report(text="Drei."),
    ]


def test_columns_of_other_names_in_csv() -> None:
    named = Defaults(columns=(("text", "Körper"), ("title", "kopf")))
    raw = "Kopf;Körper;text\nTreffen;Sie trafen sich.;anderes\n"
    assert list(read_csv(io.BytesIO(raw.encode()), "a.csv", named)) == [
        Report(text="Sie trafen sich.", title="Treffen")
    ]
    with pytest.raises(ReportError, match="has no column inhalt in its header"):
        list(read_csv(io.BytesIO(raw.encode()), "a.csv", Defaults(columns=(("text", "inhalt"),))))


def test_a_parquet_file_without_the_column_that_is_named() -> None:
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.table({"text": ["x"]}), buffer)
    with pytest.raises(ReportError, match=r"has no column inhalt \(it has text\)"):
        list(read_parquet(buffer, "a.parquet", Defaults(columns=(("text", "inhalt"),))))
