"""Reports from tables, one a row: CSV and Parquet with the columns of records.FIELDS, or others named so."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from depesche.errors import DepescheError, ReportError
from depesche.reading import Report
from depesche.settings import MAX_RECORD, MAX_TEXT
from depesche.sources.encodings import iter_text, split_lines
from depesche.sources.records import FIELDS, Defaults, Fault, show_value, to_report

DELIMITERS = ",;\t"
# Few, because each row of a batch is held, and a text may be long.
_BATCH_ROWS = 8


def read_csv(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    """Yield the reports of a CSV table with a header, delimited by comma, semicolon or tab.

    A row that is none, or has not as many fields as the header, is a Fault with its line. Raises
    ReportError where the header names no column for the text.
    """
    numbered = split_lines(iter_text(stream), MAX_RECORD)
    header_line = next((line for _, line in numbered if line and not line.isspace()), None)
    if header_line is None:
        raise ReportError("has no header line")
    delimiter, header = find_header(header_line, defaults.column("text"))
    broken: _BrokenRow | None = None
    lines = _Lines(numbered)
    for first, row in _iter_rows(lines, delimiter):
        if isinstance(row, _BrokenRow):
            broken = broken or row
        # What follows a broken row is the rest of its text, until a row has the right number of fields.
        elif not broken or len(row) == len(header):
            if broken:
                yield broken.to_fault(where, first - 1)
                broken = None
            yield _row_report(row, header, f"{where}, line {first}", defaults)
    if broken:
        yield broken.to_fault(where, lines.last)


def find_header(line: str, wanted: str = "text") -> tuple[str, list[str]]:
    """Return the delimiter and the column names, in lower case, of a header line with the ``wanted`` column.

    Raises ReportError where there is none.
    """
    for delimiter in DELIMITERS:
        try:
            header = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter))]
        except (csv.Error, StopIteration):
            continue
        if wanted.lower() in header:
            return delimiter, header
    raise ReportError(f"has no column {show_value(wanted)} in its header ({show_value(line.strip())})")


class _BrokenRow(msgspec.Struct, frozen=True):
    """A row that cannot be read, the line it begins in, and why."""

    first: int
    reason: str

    def to_fault(self, where: str, last: int) -> Fault:
        """Return the fault of the lines to ``last``, which are lost with the row."""
        lines = f"lines {self.first} to {last}" if last > self.first else f"line {self.first}"
        return Fault(f"{where}, {lines}", self.reason)


class _Lines:
    """The lines of a table, as csv.reader wants them; ``first`` and ``last`` are those of the row at hand."""

    def __init__(self, numbered: Iterator[tuple[int, str | None]]) -> None:
        self.numbered = numbered
        self.first = self.last = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last, line = next(self.numbered)
        self.first = self.first or self.last
        if line is None:
            # The reader passes it on, drops the row and can go on.
            raise csv.Error(f"longer than {MAX_RECORD:,} characters")
        return line


def _iter_rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | _BrokenRow]]:
    """Yield the line in which each row begins and its fields; empty lines are left out."""
    # Strict, so that a quotation mark that is never closed is a fault and not a text of the rest.
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while (row := _next_row(rows, lines)) is not None:
        if row:
            yield lines.first, row


def _next_row(rows: Iterator[list[str]], lines: _Lines) -> list[str] | _BrokenRow | None:
    lines.first = 0
    # The limit belongs to the whole process, so it is set where it is needed, each time.
    before = csv.field_size_limit(MAX_TEXT + 1)
    try:
        return next(rows, None)
    except csv.Error as fault:
        return _BrokenRow(lines.first, f"is not a valid row ({fault})")
    finally:
        csv.field_size_limit(before)


def _row_report(row: list[str], header: list[str], place: str, defaults: Defaults) -> Report | Fault:
    if len(row) != len(header):
        return Fault(place, f"has {len(row)} fields where the header has {len(header)}")
    text = defaults.column("text").lower()
    record = {name: value or None for name, value in zip(header, row, strict=True) if name != text}
    try:
        return to_report(record | {text: row[header.index(text)]}, defaults)
    except DepescheError as fault:
        return Fault(place, str(fault))


def read_parquet(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    """Yield the reports of a Parquet file, a few rows at a time. ``stream`` must be seekable.

    Raises ReportError where it has no column for the text or is broken.
    """
    # Takes a third of a second to import, which only this format is worth.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    try:
        # With a buffer, column chunks are read in pieces and not whole.
        table = pa.parquet.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
        columns = _find_columns(table.schema_arrow.names, defaults)
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
            for row in range(batch.num_rows):
                number += 1
                yield _cells_report(batch, row, f"{where}, row {number}", defaults)
    except (pa.ArrowException, OSError) as fault:
        raise ReportError(f"is a broken Parquet file ({show_value(fault, 120)})") from fault


def _find_columns(names: list[str], defaults: Defaults) -> list[str]:
    """Return the columns to read, those in others by their path. Raises ReportError if none has the text."""
    wanted = {field: defaults.column(field) for field in FIELDS}
    there = {
        field: name for field, name in wanted.items() if name in names or name.partition(".")[0] in names
    }
    if "text" not in there:
        raise ReportError(
            f"has no column {show_value(wanted['text'])} (it has {show_value(', '.join(names))})"
        )
    return list(dict.fromkeys(there.values()))


def _cells_report(batch: Any, row: int, place: str, defaults: Defaults) -> Report | Fault:
    try:
        record = {name: batch.column(index)[row].as_py() for index, name in enumerate(batch.schema.names)}
        return to_report(record, defaults)
    except DepescheError as fault:
        return Fault(place, str(fault))
    except (UnicodeDecodeError, ValueError, OverflowError) as fault:  # not UTF-8; a date beyond year 9999
        return Fault(place, f"holds a value that cannot be read ({show_value(fault, 120)})")
