"""Every list of the desk as a file: itself as CSV or JSON, its events in all formats of events.

The format stands in ``?format=`` at the list's own address.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from depesche import exchange
from depesche.archive.rows import EventRow
from depesche.exchange.csv import COLUMNS, Column, write_table
from depesche.exchange.facts import Source
from depesche.exchange.json import write_json

# By the name of each how it is called on a page.
FORMATS = {
    **{"csv": "CSV", "json": "JSON", "plover": "PLOVER", "polecat": "POLECAT", "gdelt": "GDELT"},
    **{"ftm": "FtM", "jsonld": "JSON-LD", "parquet": "Parquet"},
}


class Download(msgspec.Struct, frozen=True):
    """A list as it is downloaded.

    ``rows`` gives its rows: structs or plain data; ``columns`` say what each is in CSV, ``events`` gives the
    events of reports that it rests on, for formats of events. Each is asked only if its format is wanted.
    """

    name: str
    columns: Mapping[str, Column]
    rows: Callable[[], Iterable[Any]]
    events: Callable[[], Iterable[EventRow]]


def download_rows(
    kind: type[msgspec.Struct],
    name: str,
    rows: Callable[[], Iterable[Any]],
    events: Callable[[], Iterable[EventRow]],
) -> Download:
    """Return the download of rows of the archive (``EventRow`` ...) with their own columns."""
    return Download(name, COLUMNS[kind], rows, events)


def find_format(value: str | None) -> str | None:
    """Return the format that an address asks for, None if none."""
    return value if value in FORMATS else None


def send(form: str, download: Download, archive: Source) -> Response:
    """Return a list as a file in one format; ``archive`` is what the list is of."""
    known = exchange.FORMATS[form]
    if form in exchange.OF_EVENTS:
        content = write_events(archive, form, download.events())
    else:
        stream = io.StringIO(newline="")
        if form == "csv":
            write_table(download.columns, download.rows(), stream)
        else:
            write_json((to_plain(row) for row in download.rows()), stream)
        content = stream.getvalue().encode("utf-8", "replace")
    headers = {"content-disposition": f'attachment; filename="{download.name}.{known.ending}"'}
    return Response(content, media_type=known.media, headers=headers)


def write_events(archive: Source, form: str, rows: Iterable[EventRow]) -> bytes:
    """Return events of an archive as the bytes of a file; half a character becomes a question mark."""
    if exchange.FORMATS[form].binary:
        binary = io.BytesIO()
        exchange.write_events(archive, form, rows, binary)
        return binary.getvalue()
    text = io.StringIO(newline="")
    exchange.write_events(archive, form, rows, text)
    return text.getvalue().encode("utf-8", "replace")


def to_plain(row: Any) -> object:
    """Return a row as plain data, in its own documented shape if it has one."""
    return row.to_dict() if hasattr(row, "to_dict") else row
