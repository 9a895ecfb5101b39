"""Who may do what: the token that a request shows, and what it is good for."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from depesche.archive.store import Archive
from depesche.archive.tokens import Scope, Token
from depesche.desk.api.problems import ProblemError

_ASK = {"www-authenticate": 'Bearer realm="Depesche"'}


def may_read(request: Request) -> None:
    """Let a request pass that reads, or that is looked at elsewhere because it does more.

    To read, no token is needed while the desk listens on loopback. Raises ProblemError, 401 or 403.
    """
    shown = find_secret(request)
    if request.method == "GET" and (shown is not None or not request.app.state.is_local):
        token = _find_token(request, shown)
        if not request.app.state.is_local:
            _check_scope(token, "read")


def require(scope: Scope) -> Callable[[Request], Token]:
    """Return what lets a request pass that shows a token for ``scope``, and gives that token.

    It raises ProblemError, 401 or 403.
    """

    def check(request: Request) -> Token:
        token = _find_token(request, find_secret(request))
        _check_scope(token, scope)
        return token

    return check


def _find_token(request: Request, shown: str | None) -> Token:
    archive: Archive = request.app.state.archive
    token = archive.find_token(shown) if shown else None
    if token is None:
        raise ProblemError(401, "This needs a token: Authorization: Bearer TOKEN.", headers=_ASK)
    return token


def _check_scope(token: Token, scope: Scope) -> None:
    if scope not in token.scopes:
        raise ProblemError(403, f"The token is not good for this: it needs the scope {scope}.")


def find_secret(request: Request) -> str | None:
    """Return the token that a request shows, None if none; what is no token at all comes back as it is."""
    stated = request.headers.get("authorization")
    if stated is None:
        return None
    scheme, _, secret = stated.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
