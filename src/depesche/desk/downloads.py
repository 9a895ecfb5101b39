"""Every list of the desk as a file: CSV, JSON or PLOVER, by ``?format=`` at the list's own address."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args

import msgspec
from starlette.responses import Response

from depesche.archive.rows import EventRow
from depesche.exchange.csv import COLUMNS, Column, write_table
from depesche.exchange.json import write_json
from depesche.exchange.plover import write_plover

Format = Literal["csv", "json", "plover"]
FORMATS: tuple[Format, ...] = get_args(Format)
_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "plover": "application/jsonl; charset=utf-8",
}
_ENDINGS: dict[Format, str] = {"csv": "csv", "json": "json", "plover": "plover.jsonl"}


class Download(msgspec.Struct, frozen=True):
    """A list as it is downloaded.

    ``rows`` gives its rows: structs or plain data; ``columns`` say what each is in CSV, ``events`` gives the
    events of reports that it rests on, for PLOVER. Each is asked only if its format is wanted.
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


def find_format(value: str | None) -> Format | None:
    """Return the format that an address asks for, None if none."""
    return next((known for known in FORMATS if known == value), None)


def send(form: Format, download: Download) -> Response:
    """Return a list as a file in one format."""
    stream = io.StringIO(newline="")
    if form == "csv":
        write_table(download.columns, download.rows(), stream)
    elif form == "json":
        write_json((to_plain(row) for row in download.rows()), stream)
    else:
        write_plover(download.events(), stream)
    name = f"{download.name}.{_ENDINGS[form]}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(stream.getvalue().encode("utf-8", "replace"), media_type=_TYPES[form], headers=headers)


def to_plain(row: Any) -> object:
    """Return a row as plain data, in its own documented shape if it has one."""
    return row.to_dict() if hasattr(row, "to_dict") else row
