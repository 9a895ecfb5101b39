"""Records for the tests of linking, made from small reports."""

from __future__ import annotations

import functools
from typing import Any

from depesche.language.document import analyse_report
from depesche.link.records import EventKey, Record
from depesche.read import read
from depesche.reading import Event, Report


@functools.cache
def make_record(
    text: str,
    published: str | None = None,
    source: str | None = None,
    title: str | None = None,
    url: str | None = None,
) -> Record:
    """Return the record of a report, read without a network."""
    report = Report(text=text, published=published, source=source, title=title, url=url, language="de")
    reading = read(text, published=published, source=source, title=title, language="de")
    sentences = analyse_report(report).sentence_spans
    return Record(report, reading, (source,) if source else (), sentences)


def records_of(case: dict[str, Any]) -> dict[str, Record]:
    """Return the records of a case by the names it gives its reports."""
    return {
        name: make_record(r["text"], r.get("published"), r.get("source"), r.get("title"))
        for name, r in case["reports"].items()
    }


def event_at(record: Record, trigger: str, type_: str | None = None) -> Event:
    """Return the event that a report tells with a word; fails if it tells none."""
    found = [e for e in record.reading.events if trigger in e.text and type_ in (None, e.type)]
    assert found, (trigger, [(e.type, e.text) for e in record.reading.events])
    return found[0]


def clusters_of(case: dict[str, Any], records: dict[str, Record]) -> dict[EventKey, str]:
    """Return the mentions of the events in the world that a case names (report: trigger)."""
    return {
        EventKey(records[name].id, event_at(records[name], trigger).id): world
        for world, mentions in case.get("same", {}).items()
        for name, trigger in mentions.items()
    }
