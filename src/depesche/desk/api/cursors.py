"""Cursors: where a page of a list ended, as an opaque text that only the same list understands."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from depesche.archive.rows import Key
from depesche.errors import CursorError

# What a cursor may be made of, and how long it may be: names of actors stand in it.
FORM = "^[A-Za-z0-9_-]{1,4000}$"


def make_cursor(list_: str, key: Key) -> str:
    """Return the cursor that goes on behind the row with this key.

    >>> parse_cursor(make_cursor("reports", ("2025-07-11", "ab12")), "reports", tuple[str | None, str])
    ('2025-07-11', 'ab12')
    """
    # A name may hold half a character, which msgspec does not write.
    told = msgspec.json.encode([list_, *(_escape(part) for part in key)])
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def parse_cursor(cursor: str, list_: str, form: Any) -> Key:
    """Return the key in a cursor of a list, of the type ``form``. Raises CursorError for what is none."""
    try:
        told = msgspec.json.decode(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[Any]
        )
        if not told or told[0] != list_:
            raise CursorError("This is no cursor of this list: begin at its first page.")
        key: Key = msgspec.convert([_unescape(part) for part in told[1:]], form)
    except (ValueError, RecursionError, msgspec.MsgspecError) as fault:
        raise CursorError("This is no cursor of this list: begin at its first page.") from fault
    return key


def _escape(part: object) -> object:
    return part.encode("utf-8", "surrogatepass").decode("latin-1") if isinstance(part, str) else part


def _unescape(part: object) -> object:
    return part.encode("latin-1").decode("utf-8", "surrogatepass") if isinstance(part, str) else part
