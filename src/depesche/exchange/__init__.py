"""One file for each format that leaves the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TextIO, Unpack

from depesche.archive.rows import Entry, EventRow
from depesche.archive.selection import Filters
from depesche.exchange.csv import write_csv
from depesche.exchange.json import write_json
from depesche.exchange.plover import write_plover


class Source(Protocol):
    """What is exported: an archive."""

    def events(self, **filters: Unpack[Filters]) -> tuple[EventRow, ...]:
        """Return the events that the filters select."""

    def readings(self, **filters: Unpack[Filters]) -> Iterator[Entry]:
        """Yield the reports that the filters select, with their readings."""


def export(archive: Source, form: str, stream: TextIO, **filters: Unpack[Filters]) -> None:
    """Write what the filters select in a format of ``FORMATS``. The same archive gives the same bytes.

    ``plover``: the events as PLOVER records, JSON Lines. ``csv``: the events as a table. ``json``: the
    reports with their texts, where else they appeared, and their readings, as one list.
    """
    FORMATS[form](archive, stream, filters)


def _export_plover(archive: Source, stream: TextIO, filters: Filters) -> None:
    write_plover(archive.events(**filters), stream)


def _export_csv(archive: Source, stream: TextIO, filters: Filters) -> None:
    write_csv(EventRow, archive.events(**filters), stream)


def _export_json(archive: Source, stream: TextIO, filters: Filters) -> None:
    write_json(archive.readings(**filters), stream)


FORMATS: dict[str, Callable[[Source, TextIO, Filters], None]] = {
    "plover": _export_plover,
    "csv": _export_csv,
    "json": _export_json,
}
