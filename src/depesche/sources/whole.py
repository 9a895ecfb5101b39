"""Files that are read whole, up to a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.settings import MAX_TEXT_FILE
from depesche.sources.encodings import decode_text
from depesche.sources.records import Defaults, complete_report

_MAX_HEADLINE = 150


def read_whole(stream: BinaryIO, limit: int) -> bytes:
    """Return what is in the stream. Raises ReportError if it is empty or has more than ``limit`` bytes."""
    raw = stream.read(limit + 1)
    if not raw:
        raise ReportError("is empty")
    if len(raw) > limit:
        raise ReportError(f"is larger than the {limit:,} bytes allowed for a file of its kind")
    return raw


def read_text(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report]:
    """Yield the one report of a plain text file: the whole file is its text, exactly as it stands there.

    A short first line that stands alone is the title too; it stays in the text.
    """
    text = decode_text(read_whole(stream, MAX_TEXT_FILE))
    if not text.strip():
        raise ReportError("is empty")
    yield complete_report(Report(text=text, title=find_headline(text)), defaults)


def find_headline(text: str) -> str | None:
    """Return the first line if it is short, ends no sentence and an empty line follows it."""
    first, _, rest = text[: 4 * _MAX_HEADLINE].lstrip("\r\n").partition("\n")
    second, _, third = rest.partition("\n")
    line = first.strip()
    stands_alone = bool(line) and not second.strip() and bool(third.strip())
    return line if stands_alone and len(line) <= _MAX_HEADLINE and line[-1] not in ".:;," else None
