"""One file for each format that leaves the house. docs/formats.md says what stands in each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, Unpack

import msgspec

from depesche.archive.rows import ActorRow, Entry, EventRow, QuotationRow
from depesche.archive.selection import Filters
from depesche.exchange.csv import write_csv
from depesche.exchange.facts import (
    CountSources,
    Fact,
    FindTestimony,
    Source,
    find_facts,
    make_facts,
    page_through,
)
from depesche.exchange.ftm import write_ftm
from depesche.exchange.gdelt import write_gdelt
from depesche.exchange.json import write_json, write_lines
from depesche.exchange.jsonld import annotate_event, annotate_quotation, write_jsonld
from depesche.exchange.parquet import EVENTS, TABLES, write_parquet
from depesche.exchange.plover import to_record, write_plover
from depesche.exchange.polecat import write_polecat

T = TypeVar("T")

# What can be exported where a format has a table for each.
KINDS = ("events", "quotations", "actors")


class Wanted(msgspec.Struct, frozen=True):
    """What an export gives.

    ``kind`` is one of ``KINDS``, which CSV and Parquet tell apart; ``count_sources`` counts independent
    sources and ``find_testimony`` finds who confirms and denies an event, where a format has a place for
    them; ``notice`` is told how many rows are done.
    """

    filters: Filters
    kind: str = "events"
    count_sources: CountSources | None = None
    find_testimony: FindTestimony | None = None
    notice: Callable[[int], None] | None = None


class Format(msgspec.Struct, frozen=True):
    """How a format is written; ``binary`` says that it is no text; ``kinds`` what can be had in it.

    ``ending`` is that of files in it, ``media`` their media type.
    """

    write: Callable[[Source, Any, Wanted], None]
    ending: str
    media: str
    binary: bool = False
    kinds: tuple[str, ...] = ("events",)


def export(
    archive: Source,
    form: str,
    stream: Any,
    *,
    kind: str = "events",
    count_sources: CountSources | None = None,
    find_testimony: FindTestimony | None = None,
    notice: Callable[[int], None] | None = None,
    **filters: Unpack[Filters],
) -> None:
    """Write what the filters select in a format of ``FORMATS``. The same archive gives the same bytes.

    ``stream`` takes text, opened with newline="", or bytes if the format is ``binary``. Rows come from the
    archive in pages, so that an export may be larger than memory.
    """
    FORMATS[form].write(archive, stream, Wanted(filters, kind, count_sources, find_testimony, notice))


def write_events(archive: Source, form: str, rows: Iterable[EventRow], stream: Any) -> None:
    """Write given events of an archive in a format of ``OF_EVENTS``; ``stream`` is as in ``export``."""
    if form == "plover":
        write_plover(rows, stream)
    else:
        OF_EVENTS[form](make_facts(archive, rows), stream)


def _rows(archive: Source, wanted: Wanted, kind: str | None = None) -> Iterator[Any]:
    """Yield rows of a kind, without what surrounds them."""
    rows_of: Callable[..., tuple[Any, ...]] = getattr(archive, kind or wanted.kind)
    return _noticed(itertools.chain.from_iterable(page_through(rows_of, wanted.filters)), wanted)


def _facts(archive: Source, wanted: Wanted) -> Iterator[Fact]:
    facts = find_facts(archive, wanted.filters, wanted.count_sources, wanted.find_testimony)
    return _noticed(facts, wanted)


def _noticed(rows: Iterable[T], wanted: Wanted) -> Iterator[T]:
    for number, row in enumerate(rows, 1):
        yield row
        if wanted.notice:
            wanted.notice(number)


def _export_plover(archive: Source, stream: Any, wanted: Wanted) -> None:
    if wanted.find_testimony is None:
        write_plover(_rows(archive, wanted), stream)
        return
    # Who tells an event besides is found for all formats alike; PLOVER has no place for sources.
    facts = find_facts(archive, wanted.filters, None, wanted.find_testimony)
    _write_plover_facts(_noticed(facts, wanted), stream)


def _write_plover_facts(facts: Iterable[Fact], stream: Any) -> None:
    write_lines((to_record(fact.row, fact.testimony) for fact in facts), stream)


def _export_csv(archive: Source, stream: Any, wanted: Wanted) -> None:
    kinds: dict[str, type[msgspec.Struct]] = {
        "events": EventRow,
        "quotations": QuotationRow,
        "actors": ActorRow,
    }
    write_csv(kinds[wanted.kind], _rows(archive, wanted), stream)


def _export_json(archive: Source, stream: Any, wanted: Wanted) -> None:
    rows = _rows(archive, wanted, "reports")
    entries = (
        Entry(archive.report(row.id), row.appearances, archive.reading(row.id))
        for row in rows
        if row.reader is not None
    )
    write_json(entries, stream)


def _export_polecat(archive: Source, stream: Any, wanted: Wanted) -> None:
    write_polecat(_facts(archive, wanted), stream)


def _export_gdelt(archive: Source, stream: Any, wanted: Wanted) -> None:
    write_gdelt(_facts(archive, wanted), stream)


def _export_ftm(archive: Source, stream: Any, wanted: Wanted) -> None:
    write_ftm(_facts(archive, wanted), stream)


def _export_jsonld(archive: Source, stream: Any, wanted: Wanted) -> None:
    write_jsonld(_annotate(archive, wanted), stream)


def _annotate(archive: Source, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Yield all events, then all quotations, as annotations."""
    done = 0
    for fact in _facts(archive, wanted):
        done += 1
        yield annotate_event(fact)
    for rows in page_through(archive.quotations, wanted.filters):
        with archive.surveyed() as survey:
            agencies = survey.credits({row.report for row in rows})
        for row in rows:
            yield annotate_quotation(row, agencies.get(row.report, ()))
        done += len(rows)
        if wanted.notice:
            wanted.notice(done)


def _export_parquet(archive: Source, stream: Any, wanted: Wanted) -> None:
    kind, fields = TABLES[wanted.kind]
    rows: Iterable[object] = _facts(archive, wanted) if kind is Fact else _rows(archive, wanted)
    write_parquet(fields, rows, stream)


def _write_jsonld_facts(facts: Iterable[Fact], stream: Any) -> None:
    write_jsonld(map(annotate_event, facts), stream)


def _write_parquet_facts(facts: Iterable[Fact], stream: Any) -> None:
    write_parquet(EVENTS, facts, stream)


# The formats that a list of events can be had in.
OF_EVENTS: dict[str, Callable[[Iterable[Fact], Any], None]] = {
    "plover": _write_plover_facts,
    "polecat": write_polecat,
    "gdelt": write_gdelt,
    "ftm": write_ftm,
    "jsonld": _write_jsonld_facts,
    "parquet": _write_parquet_facts,
}

_LINES, _TABS = "application/jsonl; charset=utf-8", "text/tab-separated-values; charset=utf-8"
_CSV, _PARQUET = "text/csv; charset=utf-8; header=present", "application/vnd.apache.parquet"
FORMATS: dict[str, Format] = {
    "plover": Format(_export_plover, "plover.jsonl", _LINES),
    "polecat": Format(_export_polecat, "polecat.tsv", _TABS),
    "gdelt": Format(_export_gdelt, "gdelt.tsv", _TABS),
    "ftm": Format(_export_ftm, "ftm.jsonl", _LINES),
    "jsonld": Format(_export_jsonld, "jsonld", "application/ld+json"),
    "parquet": Format(_export_parquet, "parquet", _PARQUET, binary=True, kinds=KINDS),
    "csv": Format(_export_csv, "csv", _CSV, kinds=KINDS),
    "json": Format(_export_json, "json", "application/json"),
}
