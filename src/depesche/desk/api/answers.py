"""Answers: JSON or a file, each with a tag of its content, so that nobody is sent what they have."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from depesche.archive.rows import Key, key_of
from depesche.desk.api.cursors import make_cursor
from depesche.desk.downloads import write_events
from depesche.exchange import FORMATS
from depesche.exchange.csv import Column, write_table
from depesche.exchange.json import to_json

_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r'"[^"]*"')


def answer_json(request: Request, value: Any, *, status: int = 200, **headers: str) -> Response:
    """Return a value as JSON, in its own documented shape if it has one."""
    return _answer(request, to_json(_to_plain(value)).encode(), "application/json", headers, status)


def answer_text(request: Request, text: str) -> Response:
    """Return a text of which every offset stays true: half a character becomes U+FFFD."""
    return _answer(request, _SURROGATES.sub("\ufffd", text).encode(), "text/plain; charset=utf-8", {})


def answer_page(
    request: Request,
    name: str,
    rows: Sequence[Any],
    limit: int,
    columns: Mapping[str, Column],
    *,
    form: str = "json",
    key: Callable[[Any], Key] = key_of,
) -> Response:
    """Return a page of the list ``name``; ``rows`` are one more than ``limit`` if another page follows.

    The address of the next page stands in the header Link too: other formats than JSON have no place for it.
    """
    shown = rows[:limit]
    cursor = make_cursor(name, key(shown[-1])) if len(rows) > limit else None
    headers = {"link": f'<{_next_address(request, cursor)}>; rel="next"'} if cursor else {}
    if form == "json":
        items = {"items": [_to_plain(row) for row in shown], "next": cursor}
        return _answer(request, to_json(items).encode(), "application/json", headers)
    if form == "csv":
        stream = io.StringIO(newline="")
        write_table(columns, shown, stream)
        content = stream.getvalue().encode("utf-8", "replace")
    else:
        content = write_events(request.app.state.archive, form, shown)
    known = FORMATS[form]
    headers["content-disposition"] = f'attachment; filename="{name}.{known.ending}"'
    return _answer(request, content, known.media, headers)


def _to_plain(value: Any) -> object:
    return value.to_dict() if hasattr(value, "to_dict") else value


def _next_address(request: Request, cursor: str) -> str:
    """Return the address of this list's next page, without the host: that is the client's to know."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _answer(
    request: Request, content: bytes, kind: str, headers: Mapping[str, str], status: int = 200
) -> Response:
    """Return the content, or only that it has not changed since the client was sent it."""
    # Besides its own digest, the kind: the same bytes may be two things.
    tag = '"' + hashlib.sha256(kind.encode() + b"\0" + content).hexdigest()[:32] + '"'
    common = {"etag": tag, "cache-control": "private, no-cache", "vary": "Authorization", **headers}
    if status == 200 and _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=common)
    return Response(content, status, media_type=kind, headers=common)


def _has(stated: str, tag: str) -> bool:
    """Return whether a client has the content with this tag; one that a proxy made weak counts."""
    return stated.strip() == "*" or tag in _TAG.findall(stated)
