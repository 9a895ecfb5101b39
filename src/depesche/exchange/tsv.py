"""Tables divided by tabs, as POLECAT and GDELT have them: one line a row, nothing quoted.

Whatever reads them must find as many cells in every line as there are columns. So white space, of which tabs
and line ends are some, becomes a space; other control characters and lone surrogates become U+FFFD; and a
double quotation mark, from which on many readers take tabs and line ends for text, becomes a single one. What
a spreadsheet would compute gets an apostrophe before it, as in CSV.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

import msgspec

from depesche.exchange.csv import Cell, to_cell

_SPACE = re.compile(r"\s+")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Column(msgspec.Struct, frozen=True):
    """A column of a dialect: what stands in it, in words for its document, and how it is made of a row."""

    what: str
    value: Callable[[Any], Cell]


def write_tsv(columns: Mapping[str, Column], rows: Iterable[object], stream: TextIO, *, header: bool) -> None:
    """Write rows under columns. Open the stream with newline=""."""
    if header:
        stream.write("\t".join(columns) + "\n")
    for row in rows:
        stream.write("\t".join(to_tsv(column.value(row)) for column in columns.values()) + "\n")


def to_tsv(value: Cell) -> str:
    r"""Return a value as a cell of a table divided by tabs.

    >>> to_tsv('a\tb "c"\n'), to_tsv("=1+1"), to_tsv(-2.5), to_tsv(None)
    ("a b 'c'", "'=1+1", '-2.5', '')
    """
    if not isinstance(value, str):
        return to_cell(value)
    return to_cell(_UNWRITABLE.sub("\ufffd", _SPACE.sub(" ", value).strip()).replace('"', "'"))
