"""Long lists in pages: an opaque cursor says where the next one begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from depesche.errors import CursorError

T = TypeVar("T")
_FIRST_BYTES = b"o:"


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows of a list; ``before`` and ``after`` are the cursors of the pages around it, None if none.

    ``first`` is the number of its first row, counted from 1.
    """

    items: tuple[T, ...]
    first: int = 1
    before: str | None = None
    after: str | None = None


def take_page(fetch: Callable[[int, int], Sequence[T]], size: int, cursor: str | None) -> Page[T]:
    """Return the page that begins at a cursor (None: the first); ``fetch`` takes a limit and an offset.

    Raises CursorError for what is no cursor.
    """
    offset = parse_cursor(cursor) if cursor else 0
    # One more than is shown tells whether there is another page.
    found = tuple(fetch(size + 1, offset))
    return Page(
        found[:size],
        offset + 1,
        make_cursor(max(0, offset - size)) if offset else None,
        make_cursor(offset + size) if len(found) > size else None,
    )


def make_cursor(offset: int) -> str:
    """Return the cursor of the row at an offset.

    >>> parse_cursor(make_cursor(50))
    50
    """
    return base64.urlsafe_b64encode(_FIRST_BYTES + str(offset).encode()).decode().rstrip("=")


def parse_cursor(cursor: str) -> int:
    """Return the offset of a cursor. Raises CursorError for what is none."""
    try:
        plain = base64.urlsafe_b64decode(cursor[:64].encode() + b"=" * (-len(cursor[:64]) % 4))
    except (binascii.Error, ValueError) as fault:
        raise CursorError("This is no page of the list: begin at its first.") from fault
    digits = plain.removeprefix(_FIRST_BYTES)
    if digits == plain or not digits.isdigit() or len(digits) > 12:
        raise CursorError("This is no page of the list: begin at its first.")
    return int(digits)
