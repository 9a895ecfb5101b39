"""What goes wrong, as a page: what it is and where to go on, never a path of this machine nor a traceback."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from depesche.desk.api.problems import UNFORESEEN, log_unforeseen
from depesche.desk.doors import is_for_programs, refuse
from depesche.desk.visit import Visit
from depesche.errors import (
    AlertError,
    ArchiveError,
    CursorError,
    DateError,
    DaysError,
    DepescheError,
    EventError,
    JudgementError,
    MissingError,
    NamesakesError,
    PersonError,
    PlaceError,
)

_LOG = logging.getLogger(__name__)

# Which status a fault has, and the end of the key of what is said of it in ``locale/faults.yaml``.
_KNOWN: tuple[tuple[type[DepescheError], int, str], ...] = (
    (MissingError, 404, "missing"),
    (EventError, 404, "missing"),
    (DateError, 400, "date"),
    (CursorError, 400, "cursor"),
    (DaysError, 400, "days"),
    (PlaceError, 400, "place"),
    (NamesakesError, 400, "namesakes"),
    (PersonError, 400, "person"),
    (JudgementError, 400, "judgement"),
    (AlertError, 400, "alert"),
    (ArchiveError, 503, "archive"),
)


def add_faults(app: FastAPI) -> None:
    """Let an application answer every fault with a page."""
    app.add_exception_handler(DepescheError, _answer_known)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)


class Unforeseen:
    """Answers what nobody foresaw; Starlette would hand it on to the server, which logs all that it says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises RuntimeError, without words, where half an answer was given already."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as fault:
            if scope["type"] != "http":
                raise
            log_unforeseen(scope, fault)
            if begun:
                raise RuntimeError("An answer was broken off.") from None
            if is_for_programs(scope):
                answer = refuse(scope, 500, UNFORESEEN)
            else:
                answer = _page(Request(scope, receive), 500, "unknown")
            await answer(scope, receive, send)


def _answer_known(request: Request, fault: Exception) -> Response:
    for kind, status, key in _KNOWN:
        if isinstance(fault, kind):
            if status >= 500:
                _LOG.error("%s", fault)
            return _page(request, status, key)
    log_unforeseen(request.scope, fault)
    return _page(request, 500, "unknown")


def _answer_http(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    return _page(request, status, {403: "stale", 404: "missing"}.get(status, "request"))


def _answer_invalid(request: Request, fault: Exception) -> Response:
    return _page(request, 400, "request")


def _page(request: Request, status: int, key: str) -> Response:
    return Visit(request).render("fault.html", status=status, key=key, answer=status)
