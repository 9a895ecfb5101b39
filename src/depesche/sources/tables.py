"""Reports from tables, one a row: CSV and Parquet with the columns of records.FIELDS."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, BinaryIO

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

    A row that is none, or has not as many fields as the header, is a Fault with the line it begins in.
    Raises ReportError where the header names no column ``text``.
    """
    lines = split_lines(iter_text(stream), MAX_RECORD)
    header_line = next((line for _, line in lines if line and not line.isspace()), None)
    if header_line is None:
        raise ReportError("has no header line")
    delimiter, header = find_header(header_line)
    faults: list[Fault] = []
    starts = _Lines(lines, where, faults)
    # Strict, so that a quotation mark that is never closed is a fault and not a text of the rest.
    rows = csv.reader(starts, delimiter=delimiter, strict=True)
    while (row := _next_row(rows, starts)) is not None:
        yield from faults
        faults.clear()
        if isinstance(row, Fault):
            yield row
        elif row:
            yield _row_report(row, header, f"{where}, line {starts.first}", defaults)
    yield from faults


def find_header(line: str) -> tuple[str, list[str]]:
    """Return the delimiter and the column names, in lower case, of a header line with a column ``text``.

    Raises ReportError where there is none.
    """
    for delimiter in DELIMITERS:
        try:
            header = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter))]
        except (csv.Error, StopIteration):
            continue
        if "text" in header:
            return delimiter, header
    raise ReportError(f"has no column text in its header ({show_value(line.strip())})")


class _Lines:
    """The lines of a table, for csv.reader; knows in which line the row at hand begins."""

    def __init__(self, lines: Iterator[tuple[int, str | None]], where: str, faults: list[Fault]) -> None:
        self.lines = lines
        self.where = where
        self.faults = faults
        self.first = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for number, line in self.lines:
            self.first = self.first or number
            if line is not None:
                return line
            self.faults.append(
                Fault(f"{self.where}, line {number}", f"is longer than {MAX_RECORD:,} characters")
            )
        raise StopIteration


def _next_row(rows: Any, lines: _Lines) -> list[str] | Fault | None:
    lines.first = 0
    # The limit belongs to the whole process, so it is set where it is needed, each time.
    before = csv.field_size_limit(MAX_TEXT + 1)
    try:
        return next(rows, None)
    except csv.Error as fault:
        return Fault(f"{lines.where}, line {lines.first}", f"is not a valid row ({fault})")
    finally:
        csv.field_size_limit(before)


def _row_report(row: list[str], header: list[str], place: str, defaults: Defaults) -> Report | Fault:
    if len(row) != len(header):
        return Fault(place, f"has {len(row)} fields where the header has {len(header)}")
    record = dict(zip(header, row, strict=True))
    try:
        return to_report(
            {name: record.get(name) or None for name in FIELDS if name != "text"} | {"text": record["text"]},
            defaults,
        )
    except DepescheError as fault:
        return Fault(place, str(fault))


def read_parquet(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report | Fault]:
    """Yield the reports of a Parquet file, a few rows at a time. ``stream`` must be seekable.

    Raises ReportError where it has no column ``text`` or is broken.
    """
    # Takes a third of a second to import, which only this format is worth.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    try:
        table = pa.parquet.ParquetFile(stream)
        columns = [name for name in table.schema_arrow.names if name in FIELDS]
        if "text" not in columns:
            raise ReportError(
                f"has no column text (it has {show_value(', '.join(table.schema_arrow.names))})"
            )
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
            for row in range(batch.num_rows):
                number += 1
                yield _cells_report(batch, row, f"{where}, row {number}", defaults)
    except (pa.ArrowException, OSError) as fault:
        raise ReportError(f"is a broken Parquet file ({show_value(fault, 120)})") from fault


def _cells_report(batch: Any, row: int, place: str, defaults: Defaults) -> Report | Fault:
    try:
        record = {name: batch.column(index)[row].as_py() for index, name in enumerate(batch.schema.names)}
        return to_report(record, defaults)
    except DepescheError as fault:
        return Fault(place, str(fault))
    except (UnicodeDecodeError, ValueError, OverflowError) as fault:  # not UTF-8; a date beyond year 9999
        return Fault(place, f"holds a value that cannot be read ({show_value(fault, 120)})")
