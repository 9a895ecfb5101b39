"""What goes wrong, as a page: what it is and where to go on, never a path of this machine nor a traceback."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.security import HEADERS
from depesche.desk.visit import Visit
from depesche.errors import (
    AlertError,
    ArchiveError,
    CursorError,
    DateError,
    DepescheError,
    EventError,
    JudgementError,
    MissingError,
)

_LOG = logging.getLogger(__name__)

# Which status a fault has, and the end of the key of what is said of it in ``locale/faults.yaml``.
_KNOWN: tuple[tuple[type[DepescheError], int, str], ...] = (
    (MissingError, 404, "missing"),
    (EventError, 404, "missing"),
    (DateError, 400, "date"),
    (CursorError, 400, "cursor"),
    (JudgementError, 400, "judgement"),
    (AlertError, 400, "alert"),
    (ArchiveError, 503, "archive"),
)


def add_faults(app: FastAPI) -> None:
    """Let an application answer every fault with a page."""
    app.add_exception_handler(DepescheError, _answer_known)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_unknown)


def _answer_known(request: Request, fault: Exception) -> Response:
    for kind, status, key in _KNOWN:
        if isinstance(fault, kind):
            if status >= 500:
                _LOG.error("%s", fault)
            return _page(request, status, key)
    return _answer_unknown(request, fault)


def _answer_http(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    return _page(request, status, {403: "stale", 404: "missing"}.get(status, "request"))


def _answer_invalid(request: Request, fault: Exception) -> Response:
    return _page(request, 400, "request")


def _answer_unknown(request: Request, fault: Exception) -> Response:
    _LOG.error("%s %s", request.method, request.url.path, exc_info=fault)
    response = _page(request, 500, "unknown")
    # What nobody expected is answered outside of all that puts headers on answers.
    response.headers.update(HEADERS)
    return response


def _page(request: Request, status: int, key: str) -> Response:
    return Visit(request).render("fault.html", status=status, key=key, number=status)
