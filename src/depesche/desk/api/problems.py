"""What goes wrong, in one shape (RFC 9457): it holds no path of this machine and no traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from depesche.errors import (
    AlertError,
    ArchiveError,
    CursorError,
    DateError,
    DepescheError,
    EventError,
    JudgementError,
    MissingError,
    ReportError,
    tell_where,
)
from depesche.exchange.json import to_json

PROBLEM_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
# The first that fits counts.
_STATUSES: tuple[tuple[type[DepescheError], int], ...] = (
    (MissingError, 404),
    (EventError, 404),
    (CursorError, 400),
    (DateError, 422),
    (ReportError, 422),
    (JudgementError, 422),
    (AlertError, 409),
    (ArchiveError, 503),
)
UNFORESEEN = "Something went wrong that nobody expected. It was logged."
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    500: UNFORESEEN,
    503: "The archive cannot be used at the moment.",
}


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one part of a request: ``at`` is where (``query.limit``), ``detail`` what."""

    at: str
    detail: str


class Problem(msgspec.Struct, frozen=True):
    """What went wrong. ``title`` says what the ``status`` means, ``detail`` what is wrong this time.

    ``errors`` has an entry for each part of the request that is wrong, if any is.
    """

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: tuple[Fault, ...] = ()


class ProblemError(Exception):
    """A refusal: its status, what is wrong, with which parts of the request, and headers that go with it."""

    def __init__(
        self, status: int, detail: str, *errors: Fault, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.errors = errors
        self.headers = headers or {}


def answer_problem(
    status: int, detail: str, errors: Sequence[Fault] = (), headers: dict[str, str] | None = None
) -> Response:
    """Return a problem as an answer."""
    problem = Problem(TITLES.get(status, "Error"), status, detail, errors=tuple(errors))
    content = to_json(problem).encode()
    return Response(
        content, status, media_type=PROBLEM_TYPE, headers={"cache-control": "no-store", **(headers or {})}
    )


def add_problems(api: FastAPI) -> None:
    """Let an application answer every fault with a problem."""
    api.add_exception_handler(HTTPException, _answer_http)
    api.add_exception_handler(RequestValidationError, _answer_invalid)


class Route(APIRoute):
    """A route whose faults are problems, whatever they are."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def handle_faults(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, RequestValidationError):
                raise
            except ProblemError as fault:
                return answer_problem(fault.status, str(fault), fault.errors, fault.headers)
            except DepescheError as fault:
                return _answer_known(request, fault)
            except Exception as fault:
                return _answer_unknown(request, fault)

        return handle_faults


def _answer_known(request: Request, fault: DepescheError) -> Response:
    status = next((status for kind, status in _STATUSES if isinstance(fault, kind)), 500)
    if status >= 500:
        _LOG.error("%s: %s", name_route(request.scope), fault)
        return answer_problem(status, _DETAILS[status])
    return answer_problem(status, _hide_path(str(fault), str(request.app.state.archive.name)))


def _hide_path(message: str, path: str) -> str:
    """Return a message without the path of the archive: where that lies is no reader's business.

    >>> _hide_path("There is no report 12ab in the archive /srv/a.sqlite.", "/srv/a.sqlite")
    'There is no report 12ab in the archive.'
    """
    return message.replace(f" {path}", "")


def _answer_unknown(request: Request, fault: Exception) -> Response:
    log_unforeseen(request.scope, fault)
    return answer_problem(500, _DETAILS[500])


def log_unforeseen(scope: Scope, fault: Exception) -> None:
    """Log where something failed that nobody foresaw: not its message, which may hold words of a report."""
    _LOG.error("%s %s: %s", scope["method"], name_route(scope), tell_where(fault))


def name_route(scope: Scope) -> str:
    """Return which address was asked for as logs may tell it: without the names that stand in it.

    >>> name_route({"path": "/actor/Marco Rubio"})
    '/actor/...'
    """
    pattern = getattr(scope.get("route"), "path", None)
    return str(pattern or "/" + str(scope["path"]).split("/")[1] + "/...")


def _answer_http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    detail = _DETAILS.get(fault.status_code, str(fault.detail))
    headers = {name.lower(): value for name, value in (fault.headers or {}).items()}
    if fault.status_code == 405:
        headers["allow"] = ", ".join(sorted(_methods_of(request)))
    return answer_problem(fault.status_code, detail, headers=headers)


def _methods_of(request: Request) -> set[str]:
    """Return the methods of an address: of several routes to it, Starlette names those of the first alone."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    routes = (route for route in request.app.state.routes if route.path_regex.fullmatch(path))
    return {method for route in routes for method in route.methods}


def _answer_invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    errors = [
        Fault(".".join(str(part) for part in error["loc"]), str(error["msg"])) for error in fault.errors()
    ]
    return answer_problem(422, "The request is not of the form that this address takes.", errors)
