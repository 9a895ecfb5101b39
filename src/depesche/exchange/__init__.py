"""One file for each format that leaves the house. docs/formats.md says what stands in each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, Unpack

import msgspec

from depesche.archive.rows import ActorRow, Entry, EventRow, QuotationRow
from depesche.archive.selection import Filters
from depesche.exchange.csv import write_csv
from depesche.exchange.facts import CountSources, Fact, Source, find_facts, page_through
from depesche.exchange.ftm import write_ftm
from depesche.exchange.gdelt import write_gdelt
from depesche.exchange.json import write_json
from depesche.exchange.jsonld import annotate_event, annotate_quotation, write_jsonld
from depesche.exchange.parquet import TABLES, write_parquet
from depesche.exchange.plover import write_plover
from depesche.exchange.polecat import write_polecat

T = TypeVar("T")

# What can be exported where a format has a table for each.
KINDS = ("events", "quotations", "actors")


class Wanted(msgspec.Struct, frozen=True):
    """What an export gives.

    ``kind`` is one of ``KINDS``, which CSV and Parquet tell apart; ``count_sources`` counts independent
    sources, where a format has a place for them; ``notice`` is told how many rows are done.
    """

    filters: Filters
    kind: str = "events"
    count_sources: CountSources | None = None
    notice: Callable[[int], None] | None = None


class Format(msgspec.Struct, frozen=True):
    """How a format is written; ``binary`` says that it is no text; ``kinds`` what can be had in it."""

    write: Callable[[Source, Any, Wanted], None]
    binary: bool = False
    kinds: tuple[str, ...] = ("events",)


def export(
    archive: Source,
    form: str,
    stream: Any,
    *,
    kind: str = "events",
    count_sources: CountSources | None = None,
    notice: Callable[[int], None] | None = None,
    **filters: Unpack[Filters],
) -> None:
    """Write what the filters select in a format of ``FORMATS``. The same archive gives the same bytes.

    ``stream`` takes text, opened with newline="", or bytes if the format is ``binary``. Rows come from the
    archive in pages, so that an export may be larger than memory.
    """
    FORMATS[form].write(archive, stream, Wanted(filters, kind, count_sources, notice))


def _rows(archive: Source, wanted: Wanted, kind: str | None = None) -> Iterator[Any]:
    """Yield rows of a kind, without what surrounds them."""
    rows_of: Callable[..., tuple[Any, ...]] = getattr(archive, kind or wanted.kind)
    return _noticed(itertools.chain.from_iterable(page_through(rows_of, wanted.filters)), wanted)


def _facts(archive: Source, wanted: Wanted) -> Iterator[Fact]:
    return _noticed(find_facts(archive, wanted.filters, wanted.count_sources), wanted)


def _noticed(rows: Iterable[T], wanted: Wanted) -> Iterator[T]:
    for number, row in enumerate(rows, 1):
        yield row
        if wanted.notice:
            wanted.notice(number)


def _export_plover(archive: Source, stream: Any, wanted: Wanted) -> None:
    write_plover(_rows(archive, wanted), stream)


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


FORMATS: dict[str, Format] = {
    "plover": Format(_export_plover),
    "polecat": Format(_export_polecat),
    "gdelt": Format(_export_gdelt),
    "ftm": Format(_export_ftm),
    "jsonld": Format(_export_jsonld),
    "parquet": Format(_export_parquet, binary=True, kinds=KINDS),
    "csv": Format(_export_csv, kinds=KINDS),
    "json": Format(_export_json),
}
