"""Parquet: typed columns that come back as the same facts."""

import datetime
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archive.samples import MEETING
from depesche.archive.store import Archive
from depesche.exchange import parquet
from depesche.exchange.parquet import TABLES
from exchange.facts import export_bytes, facts_of, link_samples


def read_back(archive: Archive, kind: str = "events") -> pa.Table:
    return pq.read_table(io.BytesIO(export_bytes(archive, "parquet", kind=kind)))


def test_events_come_back_as_the_same_facts(filled: Archive) -> None:
    link_samples(filled)
    lines = read_back(filled).to_pylist()
    for line, fact in zip(lines, facts_of(filled), strict=True):
        row = fact.row
        for name in (
            "report",
            "event",
            "type",
            "mode",
            "status",
            "date",
            "place",
            "start",
            "end",
            "text",
            "rule",
        ):
            assert line[name] == getattr(row, name), name
        assert line["earliest"] == (datetime.date.fromisoformat(row.earliest) if row.earliest else None)
        assert tuple(line["context"]) == row.context
        for side, parties in (("actor", row.actor), ("recipient", row.recipient)):
            assert line[side] == [party.name for party in parties]
            for name in ("country", "sector", "type", "role", "office"):
                assert line[f"{side}_{name}"] == [getattr(party, name) for party in parties]
        assert line["source"] == (row.source.name if row.source else None)
        assert line["latitude"] == (row.location.latitude if row.location else None)
        assert line["cameo"] == (fact.cameo.code if fact.cameo else None)
        assert (line["world"], line["mentions"]) == (fact.telling.world, fact.telling.mentions)
        assert line["independent"] == fact.independent


def test_columns_have_types(filled: Archive) -> None:
    schema = read_back(filled).schema
    assert schema.field("earliest").type == pa.date32()
    assert schema.field("score").type == pa.float64()
    assert schema.field("actor_country").type == pa.list_(pa.string())
    for kind, (_, fields) in TABLES.items():
        table = read_back(filled, kind)
        assert [(f.name, f.type) for f in table.schema] == [(name, f.type) for name, f in fields.items()]


def test_quotations_and_actors(filled: Archive) -> None:
    (said,) = (q for q in read_back(filled, "quotations").to_pylist() if q["report"] == MEETING.id)
    assert (said["text"], said["speaker_name"]) == ("er sei enttäuscht", "Marco Rubio")
    ((start, end),) = zip(said["starts"], said["ends"], strict=True)
    assert MEETING.text[start:end] == said["text"]
    actors = {actor["name"]: actor for actor in read_back(filled, "actors").to_pylist()}
    assert actors["Marco Rubio"]["first"] == datetime.date(2025, 7, 11)


def test_rows_stand_in_groups(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_back(filled)
    monkeypatch.setattr(parquet, "_GROUP", 2)
    content = export_bytes(filled, "parquet")
    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 3
    assert pq.read_table(io.BytesIO(content)).equals(whole)


def test_an_empty_archive_has_the_columns(archive: Archive) -> None:
    assert read_back(archive).num_rows == 0
