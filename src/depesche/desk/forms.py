"""Forms that change something: what they must send along, and what was sent with them.

Every form holds a token that belongs to a cookie of the reader's browser. A page of another site can make a
browser send a form, but can neither read that token nor make it up. Besides, browsers say where a request
comes from (``SameOrigin`` in security.py).
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.filters import clean

# The largest form, in bytes, and the most fields it has.
MOST_BYTES, _MOST_FIELDS = 65_536, 50
# The longest name of somebody who judges.
LONGEST_NAME = 80
_TYPE = "application/x-www-form-urlencoded"
_KEY_COOKIE, _NAME_COOKIE = "form", "judge"
_KEY = re.compile(r"[\w-]{43}")
_YEAR = 365 * 24 * 3600
# Forms of before the desk was started anew are stale: their pages say so, and are opened again.
_SECRET = secrets.token_bytes(32)


class Forms:
    """What the forms of one page send along, and who it is that sends them."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @functools.cached_property
    def token(self) -> str:
        """What a form has in its field ``form``."""
        return sign(self._key)

    @functools.cached_property
    def _key(self) -> str:
        """What the browser keeps, or will keep."""
        return find_key(self._request) or secrets.token_urlsafe(32)

    def keep(self, response: Response) -> None:
        """Set the cookie to which the token belongs, if the page has a form."""
        if "token" in vars(self) and find_key(self._request) is None:
            keep_cookie(self._request, response, _KEY_COOKIE, self._key, None)


def sign(key: str) -> str:
    """Return the token that belongs to what a browser keeps in its cookie."""
    return hmac.new(_SECRET, key.encode(), hashlib.sha256).hexdigest()


def find_key(request: Request) -> str | None:
    """Return what the browser keeps in its cookie for forms, None if nothing that is good."""
    key = request.cookies.get(_KEY_COOKIE, "")
    return key if _KEY.fullmatch(key) else None


def find_name(request: Request) -> str | None:
    """Return the name of the reader, as far as the desk knows it.

    Where readers show tokens it is the token's; else the name that was given once on this browser.
    """
    token = getattr(request.state, "token", None)
    if token is not None:
        return str(token.name)
    return clean(unquote(request.cookies.get(_NAME_COOKIE, "")))[:LONGEST_NAME] or None


def keep_name(request: Request, response: Response, name: str) -> None:
    """Let the browser keep the name of its reader."""
    keep_cookie(request, response, _NAME_COOKIE, quote(name, safe=""), _YEAR)


def keep_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie that no script and no other site's page can use."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, seconds, httponly=True, samesite="strict", secure=secure)


async def read_form(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the fields of a form that a page of the desk sent.

    Raises HTTPException: 403 without the token that belongs to the browser's cookie, 413 for a form that is
    too large, 415 and 400 for what is no form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise HTTPException(415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as fault:
        raise HTTPException(400) from fault
    key, shown = find_key(request), fields.get("form", [""])[0]
    if key is None or not hmac.compare_digest(sign(key).encode(), shown.encode()):
        raise HTTPException(403)
    return fields


def find_way_back(asked: str, default: str, **told: str) -> str:
    """Return a path of the desk to go back to, with more in its query; ``default`` for what is none.

    >>> find_way_back("/story/s1?lang=de#x", "/", judged="3"), find_way_back("//evil.example", "/")
    ('/story/s1?lang=de&judged=3#x', '/')
    """
    path = asked if re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", asked) and len(asked) < 2000 else default
    parts = urlsplit(path)
    kept = [(name, value) for name, values in parse_qs(parts.query).items() for value in values]
    query = urlencode([(n, v) for n, v in kept if n not in told] + list(told.items()))
    return urlunsplit(("", "", parts.path, query, parts.fragment))
